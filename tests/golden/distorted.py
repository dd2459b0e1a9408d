"""The distorted pictures of `make_metrics.py` that `make_learned_metrics.py` and `make_niqe.py` measure, by the same rules.

Pictures are whole numbers, `[height, width, 3]`.
"""

import math
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent


def read(name):
    return np.asarray(Image.open(HERE / name).convert("RGB")).astype(np.int64)


def top_bits(name, count):
    """The top 24 bits of `count` outputs of splitmix64, seeded with FNV-1a of the name."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & ((1 << 64) - 1)
    with np.errstate(over="ignore"):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(40)).astype(np.int64)


def uniform(name, shape):
    """Numbers from 0 to 1, exact in 32 bits."""
    return top_bits(name, math.prod(shape)).reshape(shape) / (1 << 24)


def distorted(v, distortion):
    if distortion == "same":
        return v
    if distortion == "noise":
        return np.clip(v + (60 * top_bits("metrics.noise", v.size).reshape(v.shape) >> 24) - 30, 0, 255)
    if distortion == "blur":
        wide = np.pad(v, ((2, 2), (2, 2), (0, 0)), "edge")
        return sum(wide[y:y + v.shape[0], x:x + v.shape[1]] for y in range(5) for x in range(5)) // 25
    if distortion == "levels":
        return v // 32 * 32 + 16
    if distortion == "fade":
        return (3 * v + 128) // 4
    if distortion == "shift":
        return np.concatenate([v[:, :1], v[:, :-1]], axis=1)
    raise ValueError(distortion)
