"""Writes `learned_metrics.json`: what the PyPI package `lpips` says of small pairs, for `bpclip_core::metric::Lpips`.

    pip install numpy==2.4.6 pillow==13.0.0 torch==2.15.0 torchvision lpips==0.1.4
    python make_learned_metrics.py

The weights are not the published ones: they follow from the names of the tensors, so that nothing large is shipped. With u
the top 24 bits of splitmix64 seeded with FNV-1a of the name, one a value, row-major, / 2^24:
    weight of a convolution    (2 u - 1) * sqrt(6 / (in * height * width))
    its bias                   (2 u - 1) / 10
    weight of a linear layer   u
The distorted pictures are those of `make_metrics.py` by "noise", "levels" and "shift".

`lpips` is BSD-2-Clause (Zhang and others), torchvision BSD-3-Clause.
"""

import json
import math
from pathlib import Path

import lpips
import numpy as np
import torch
from PIL import Image

HERE = Path(__file__).parent


def top_bits(name, count):
    """The top 24 bits of `count` outputs of splitmix64."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & ((1 << 64) - 1)
    with np.errstate(over="ignore"):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(40)).astype(np.int64)


def values(name, shape):
    u = top_bits(name, math.prod(shape)).astype(np.float64) / (1 << 24)
    if name.startswith("lin"):
        v = u
    elif name.endswith("bias"):
        v = (2 * u - 1) / 10
    else:
        v = (2 * u - 1) * math.sqrt(6 / math.prod(shape[1:]))
    return torch.from_numpy(v.reshape(shape).astype(np.float32))


def distorted(v, distortion):
    if distortion == "noise":
        n = top_bits("metrics.noise", v.size).reshape(v.shape)
        return np.clip(v + (60 * n >> 24) - 30, 0, 255)
    if distortion == "levels":
        return v // 32 * 32 + 16
    return np.concatenate([v[:, :1], v[:, :-1]], axis=1)


def main():
    metric = lpips.LPIPS(net="alex", pnet_rand=True, pretrained=False, verbose=False)
    state = metric.state_dict()
    for name, tensor in state.items():
        if name.startswith("net."):
            # `net.slice2.3.weight` is torchvision's `features.3.weight`.
            tensor.copy_(values("features." + name.split(".", 2)[2], tensor.shape))
        elif name.startswith("lin") and not name.startswith("lins"):
            tensor.copy_(values(name, tensor.shape))
    metric.load_state_dict(state)

    def tensor(v):
        return torch.from_numpy(v.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]

    pairs = []
    for picture in ["metrics-even.png", "metrics-odd.png"]:
        reference = np.asarray(Image.open(HERE / picture).convert("RGB")).astype(np.int64)
        for distortion in ["noise", "levels", "shift"]:
            with torch.no_grad():
                value = metric(tensor(distorted(reference, distortion)), tensor(reference)).item()
            pairs.append({"picture": picture, "distortion": distortion, "lpips": value})
    text = json.dumps({"pairs": pairs}, indent=2)
    (HERE / "learned_metrics.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
