"""Writes the golden files of this folder from the PyTorch implementation in `reference.py`.

    python make.py [--only lite0-nr ...]

No weights and no pictures are shipped: both follow from names by integer arithmetic, as below.

Random numbers. `fnv(s)` is FNV-1a, 64 bits, of the UTF-8 bytes of s (offset 0xCBF29CE484222325, prime 0x100000001B3).
Element i (0, 1, ..) of the stream with seed s is splitmix64, all modulo 2^64:
    z = s + (i + 1) * 0x9E3779B97F4A7C15
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;  z = z ^ (z >> 31)

Weights. The seed is fnv of the tensor's full name in a checkpoint, i counts its elements row by row in PyTorch's
layout, and u = (z >> 40) / 2^24. The value, computed in f64 and then rounded to f32, is by the first line that fits
(after the name comes the rank; "kind" is what follows the last dot of the name):
    text_features                               2u - 1          (not normalised)
    position.*                                  0.2 (u - 0.5)
    kind running_var; kind weight of rank 1     0.5 + u
    any other of rank 1                         0.2 (u - 0.5)
    rank 2 and more                             (2u - 1) sqrt(3 / fan_in), fan_in the product of the dimensions after the first
There is no `text_mean`. T is 1024 with resnet50 and 384 with EfficientNet-Lite, A is 40.

Pictures. With s = fnv(name) and i = (y * width + x) * 3 + c, integer division, the byte at (y, x, c) is
    picture(name) = ((3x + 2y + 50c) / 4 + (s >> 56) + (splitmix(s, i) >> 58)) mod 256
One image is `picture`, a batch of two `picture` and `second`. A full-reference pair has the picture `reference` and
    distorted = reference * 7 / 8 + 8 + (splitmix(fnv("distorted"), i) >> 60)

What a file holds. A tensor `t` of the network (see NAMES) is there as a sample: `t` has all its elements, flat, if
it has at most 256, else those at the flat indices floor(k * numel / 256), k = 0..255; `t.shape` (i64) is its shape
and `t.l2` (f64, one element) the L2 norm of the whole. Metadata, each value a JSON text: `config` (as in a checkpoint),
`case` (pictures, sizes, where the weights come from), `tensors` (every checkpoint tensor's name and shape), `versions`.
"""

import argparse
import hashlib
import json
import platform
from collections import OrderedDict
from pathlib import Path

import numpy as np
import PIL
import timm
import torch
import torchvision
from PIL import Image

import reference
from reference import configuration, fnv, splitmix

HERE = Path(__file__).parent
SAMPLE = 256

# golden name -> the reference implementation's own; a dot and the level follow where there is one a level
NAMES = {
    "feature": "F1..F5, of the distorted image", "feature_reference": "F1..F5 of the reference (full reference)",
    "mask": "the gate, sigmoid included", "reduced": "G before the position is added", "pooled": "G with position",
    "msca_attention": "weights [b, heads, N, N] of the information branch", "sa_attention": "of the weight branch",
    "information": "G'", "weight": "G''", "fused": "G'''", "image_features": "x", "similarities": "[b, 4, A]", "raw": "[b]",
}

LARGE, SMALL = (333, 517), (96, 131)  # height, width


def cases():
    """Golden name -> (height and width, checkpoint file or None for seeded, config, pictures of the batch)."""
    lite0, one = "tf_efficientnet_lite0", ["picture"]
    seeded = {
        "resnet50-nr": (LARGE, configuration("resnet50"), one),
        "resnet50-fr": (LARGE, configuration("resnet50", "full-reference"), one),
        "lite2-nr": (LARGE, configuration(), one),
        "lite2-fr": (LARGE, configuration(task="full-reference"), one),
        "resnet50-v1-nr": (SMALL, configuration("resnet50", stride_in_1x1=True), one),
        "lite0-nr": (SMALL, configuration(lite0), one),
        "lite1-nr": (SMALL, configuration("tf_efficientnet_lite1"), one),
        "lite3-nr": (SMALL, configuration("tf_efficientnet_lite3"), one),
        "lite4-nr": (SMALL, configuration("tf_efficientnet_lite4"), one),
        "lite0-nr-no-weight-branch": (SMALL, configuration(lite0, weight_branch=False), one),
        "lite0-nr-top-down": (SMALL, configuration(lite0, direction="top-down"), one),
        "lite0-nr-no-text-branch": (SMALL, configuration(lite0, text_branch=False), one),
        "lite0-nr-batch": (SMALL, configuration(lite0), ["picture", "second"]),
    }
    found = {name: (size, None, config, pictures) for name, (size, config, pictures) in seeded.items()}
    found["bundled-nr"] = (LARGE, "bpclip-nr.safetensors", None, one)
    found["bundled-fr"] = (LARGE, "bpclip-fr.safetensors", None, one)
    return found


def noise(seed, shape, shift):
    return (splitmix(seed, int(np.prod(shape))) >> np.uint64(shift)).astype(np.int64).reshape(shape)


def picture(name, height, width):
    """A synthetic picture, u8 [height, width, 3]."""
    shape = (height, width, 3)
    if name == "distorted":
        base = picture("reference", height, width).astype(np.int64)
        return (base * 7 // 8 + 8 + noise(fnv(name), shape, 60)).astype(np.uint8)
    y, x, c = np.indices(shape)
    ramp = (3 * x + 2 * y + 50 * c) // 4 + (fnv(name) >> 56)
    return ((ramp + noise(fnv(name), shape, 58)) % 256).astype(np.uint8)


def versions(*modules):
    return {"python": platform.python_version()} | {m.__name__: m.__version__ for m in modules}


def sample(tensors, name, value):
    flat = value.flatten()
    if len(flat) > SAMPLE:
        flat = flat[torch.arange(SAMPLE) * len(flat) // SAMPLE]
    tensors[name] = flat.float().contiguous()
    tensors[f"{name}.shape"] = torch.tensor(value.shape)
    tensors[f"{name}.l2"] = value.double().norm()[None]


def write_case(name, size, checkpoint, config, pictures):
    if checkpoint:
        path = HERE.parent.parent / "weights" / checkpoint
        model, _ = reference.load(path)
        config = model.config
        source = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    else:
        model, source = reference.seeded(config), "seeded"
    full = config["task"] == "full-reference"
    roles = [["distorted"], ["reference"]] if full else [pictures]
    images = [np.stack([picture(p, *size) for p in role]) for role in roles]
    with torch.inference_mode():
        out = model(*(reference.normalise(image, config) for image in images))

    tensors = {}
    for key in NAMES:
        value = out.get(key)
        if isinstance(value, list):
            for level, one in enumerate(value):
                sample(tensors, f"{key}.{level}", one)
        elif value is not None:
            sample(tensors, key, value)
    case = {
        "name": name, "weights": source, "pictures": [p for role in roles for p in role],
        "height": size[0], "width": size[1], "text_width": model.text_features.shape[1],
        "adjectives": model.text_features.shape[0],
    }
    shapes = {n: list(t.shape) for n, t in model.tensors().items()}
    metadata = {"config": config, "case": case, "tensors": shapes, "versions": versions(torch, torchvision, timm)}
    reference.write_safetensors(HERE / f"{name}.safetensors", tensors, {k: json.dumps(v) for k, v in metadata.items()})
    print(f"{name:28} raw {[round(v, 6) for v in out['raw'].tolist()]}", flush=True)


def write_seeding():
    """Whole seeded tensors (key: the tensor's name) and pictures (key: `picture/` and its name), to test the generators."""
    shapes = {
        "text_features": (2, 5), "position.height": (3, 4), "backbone.bn1.running_var": (7,), "backbone.bn1.weight": (7,),
        "backbone.bn1.bias": (7,), "backbone.bn1.running_mean": (7,), "backbone.conv1.weight": (2, 3, 3, 3),
        "msca.0.query.weight": (4, 6), "msca.0.query.bias": (4,), "msca.0.query_norm.weight": (4,),
    }
    tensors = {name: reference.seeded_tensor(name, shape) for name, shape in shapes.items()}
    for name in ("picture", "second", "reference", "distorted"):
        tensors[f"picture/{name}"] = torch.from_numpy(picture(name, 5, 7))
    reference.write_safetensors(HERE / "seeding.safetensors", tensors, {})


def write_position():
    """`size.N`: a seeded table `position.height` [128, 32] resampled to N cells, [128, N]; only channels 0, 1 and 127."""
    table = reference.seeded_tensor("position.height", (128, 32))
    tensors = {}
    for n in (1, 2, 3, 11, 31, 32, 33, 45, 64):
        resampled = torch.nn.functional.interpolate(table[None], n, mode="linear", align_corners=False)[0]
        tensors[f"size.{n}"] = resampled[[0, 1, 127]].contiguous()
    reference.write_safetensors(HERE / "position.safetensors", tensors, {"versions": json.dumps(versions(torch))})


def write_resize():
    """Pillow's BICUBIC (Catmull-Rom, a = -0.5, antialiased, u8): `A.input` and `A.output`, u8 [height, width, 3]."""
    tensors = {}
    for name, (w, h), size in (("first", (97, 61), (40, 25)), ("second", (200, 150), (64, 48))):
        pixels = picture(name, h, w)
        resized = Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)
        tensors[f"{name}.input"] = torch.from_numpy(pixels)
        tensors[f"{name}.output"] = torch.from_numpy(np.array(resized))
    reference.write_safetensors(HERE / "resize.safetensors", tensors, {"versions": json.dumps(versions(PIL))})


def write_tiny():
    """A small state dict in both layouts of `torch.save`, with the traps of real ones."""
    shared = torch.arange(12, dtype=torch.float32) / 4
    state = OrderedDict()
    state["conv1.weight"] = torch.arange(2 * 3 * 2 * 2, dtype=torch.float32).reshape(2, 3, 2, 2)
    state["bn1.weight"] = torch.tensor([0.5, -1.25])
    state["bn1.running_mean"] = torch.tensor([1.0, 2.0])
    state["bn1.num_batches_tracked"] = torch.tensor(7)  # i64, rank 0
    state["half"] = torch.arange(6).half().reshape(2, 3) / 2
    state["double"] = torch.arange(3).double() / 8
    state["tail"] = shared[8:]  # [2, 2.25, 2.5, 2.75]: an offset into a storage that `transposed` shares
    state["transposed"] = shared.reshape(3, 4).T  # [4, 3], strides (1, 4): element (r, c) is (r + 4c) / 4
    torch.save(state, HERE / "tiny.pth")
    torch.save(state, HERE / "tiny_legacy.pth", _use_new_zipfile_serialization=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", help="names of cases; without it, everything")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if not args.only:
        write_seeding()
        write_position()
        write_resize()
        write_tiny()
    for name, (size, checkpoint, *rest) in cases().items():
        if args.only and name not in args.only:
            continue
        write_case(name, size, checkpoint, *rest)


if __name__ == "__main__":
    main()
