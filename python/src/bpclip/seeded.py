"""Weights and pictures that follow from names by integer arithmetic, so that nothing has to be shipped to compare two implementations.

FNV-1a of a name seeds a splitmix64 stream, whose top 24 bits are a uniform number, exact in f32, that is scaled by the kind of tensor.
`tests/golden/make.py` has every rule.
"""

import math

import numpy as np
import torch

from .config import LITE
from .network import Bpclip


def fnv(text):
    """FNV-1a, 64 bits, of the UTF-8 bytes."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def splitmix(seed, count):
    """The first `count` outputs of splitmix64: element i mixes seed + (i + 1) * 0x9E3779B97F4A7C15."""
    z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def seeded_tensor(name, shape):
    """The value of one seeded tensor, from nothing but its name and shape."""
    u = (splitmix(fnv(name), math.prod(shape)) >> np.uint64(40)).astype(np.float64) / 2**24
    kind = name.rsplit(".", 1)[-1]
    if name == "text_features":
        value = 2 * u - 1
    elif name.startswith("position."):
        value = 0.2 * (u - 0.5)
    elif kind == "running_var" or (kind == "weight" and len(shape) == 1):
        value = 0.5 + u
    elif len(shape) == 1:
        value = 0.2 * (u - 0.5)
    else:
        value = (2 * u - 1) * math.sqrt(3 / math.prod(shape[1:]))
    return torch.from_numpy(value.astype(np.float32)).reshape(shape)


def seeded(config, text_width=None, adjectives=40):
    """A network with seeded weights. The text width defaults to 1024 (CLIP RN50) for ResNet-50, else 384 (MiniLM)."""
    model = Bpclip(config, text_width or (384 if config["backbone"] in LITE else 1024), adjectives)
    model.load_state_dict({name: seeded_tensor(name, tuple(z.shape)) for name, z in model.state_dict().items()})
    return model


def picture(name, height, width):
    """A synthetic picture, u8 [height, width, 3]: a ramp with noise; `distorted` is `reference` with less contrast and noise."""
    def noise(shift):
        stream = splitmix(fnv(name), height * width * 3) >> np.uint64(shift)
        return stream.astype(np.int64).reshape(height, width, 3)

    if name == "distorted":
        return (picture("reference", height, width).astype(np.int64) * 7 // 8 + 8 + noise(60)).astype(np.uint8)
    y, x, c = np.indices((height, width, 3))
    ramp = (3 * x + 2 * y + 50 * c) // 4 + (fnv(name) >> 56)
    return ((ramp + noise(58)) % 256).astype(np.uint8)
