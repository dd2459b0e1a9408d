"""Writes the golden files of this folder from the PyTorch implementation in `python/src/bpclip`.

    python make.py [--only lite0-nr ...] [--check]

`--check` writes nothing: it compares what would be written with what is there.

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
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import PIL
import torch
from PIL import Image
from safetensors import safe_open

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "python/src"))  # this repository's, whatever is installed

import bpclip
from bpclip import configuration, normalise
from bpclip.files import safetensors_bytes, write_whole
from bpclip.seeded import fnv, picture, seeded, seeded_tensor, splitmix

SAMPLE = 256
ROUNDING = 1e-5  # of a tensor's largest value: what another machine's order of sums makes of fp32

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
    synthetic = {
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
    found = {name: (size, None, config, pictures) for name, (size, config, pictures) in synthetic.items()}
    found["bundled-nr"] = (LARGE, "bpclip-nr.safetensors", None, one)
    found["bundled-fr"] = (LARGE, "bpclip-fr.safetensors", None, one)
    return found


def versions(*modules):
    return {"python": platform.python_version()} | {m.__name__: m.__version__ for m in modules}


def sample(tensors, name, value):
    flat = value.flatten()
    if len(flat) > SAMPLE:
        flat = flat[torch.arange(SAMPLE) * len(flat) // SAMPLE]
    tensors[name] = flat.float().contiguous()
    tensors[f"{name}.shape"] = torch.tensor(value.shape)
    tensors[f"{name}.l2"] = value.double().norm()[None]


def case(name, size, checkpoint, config, pictures):
    if checkpoint:
        path = HERE.parent.parent / "weights" / checkpoint
        model = bpclip.load(path)
        config = model.config
        source = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    else:
        model, source = seeded(config), "seeded"
    full = config["task"] == "full-reference"
    roles = [["distorted"], ["reference"]] if full else [pictures]
    images = [np.stack([picture(p, *size) for p in role]) for role in roles]
    with torch.inference_mode():
        out = model(*(normalise(image, config) for image in images))

    tensors = {}
    for key in NAMES:
        value = out.get(key)
        if isinstance(value, list):
            for level, one in enumerate(value):
                sample(tensors, f"{key}.{level}", one)
        elif value is not None:
            sample(tensors, key, value)
    said = {
        "name": name, "weights": source, "pictures": [p for role in roles for p in role],
        "height": size[0], "width": size[1], "text_width": model.text_features.shape[1],
        "adjectives": model.text_features.shape[0],
    }
    shapes = {n: list(t.shape) for n, t in model.state_dict().items()}
    metadata = {"config": config, "case": said, "tensors": shapes, "versions": versions(torch)}
    return tensors, {k: json.dumps(v) for k, v in metadata.items()}


def seeding():
    """Whole seeded tensors (key: the tensor's name) and pictures (key: `picture/` and its name), to test the generators."""
    shapes = {
        "text_features": (2, 5), "position.height": (3, 4), "backbone.bn1.running_var": (7,), "backbone.bn1.weight": (7,),
        "backbone.bn1.bias": (7,), "backbone.bn1.running_mean": (7,), "backbone.conv1.weight": (2, 3, 3, 3),
        "msca.0.query.weight": (4, 6), "msca.0.query.bias": (4,), "msca.0.query_norm.weight": (4,),
    }
    tensors = {name: seeded_tensor(name, shape) for name, shape in shapes.items()}
    for name in ("picture", "second", "reference", "distorted"):
        tensors[f"picture/{name}"] = torch.from_numpy(picture(name, 5, 7))
    return tensors, {}


def position():
    """`size.N`: a seeded table `position.height` [128, 32] resampled to N cells, [128, N]; only channels 0, 1 and 127."""
    table = seeded_tensor("position.height", (128, 32))
    tensors = {}
    for n in (1, 2, 3, 11, 31, 32, 33, 45, 64):
        resampled = torch.nn.functional.interpolate(table[None], n, mode="linear", align_corners=False)[0]
        tensors[f"size.{n}"] = resampled[[0, 1, 127]].contiguous()
    return tensors, {"versions": json.dumps(versions(torch))}


def resize():
    """Pillow's BICUBIC (Catmull-Rom, a = -0.5, antialiased, u8): `A.input` and `A.output`, u8 [height, width, 3]."""
    tensors = {}
    for name, (w, h), size in (("first", (97, 61), (40, 25)), ("second", (200, 150), (64, 48))):
        pixels = picture(name, h, w)
        resized = Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)
        tensors[f"{name}.input"] = torch.from_numpy(pixels)
        tensors[f"{name}.output"] = torch.from_numpy(np.array(resized))
    return tensors, {"versions": json.dumps(versions(PIL))}


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


def check(path, tensors):
    """The largest difference from what is there, as a share of a tensor's largest value; and how many tensors are the same bits."""
    with safe_open(path, "pt") as file:
        there = {name: file.get_tensor(name) for name in file.keys()}
    assert there.keys() == tensors.keys(), (path, sorted(there.keys() ^ tensors.keys()))
    worst = 0.0
    for name, tensor in tensors.items():
        assert there[name].shape == tensor.shape and there[name].dtype == tensor.dtype, (path, name)
        before, now = there[name].double(), tensor.double()
        worst = max(worst, float((before - now).abs().max() / before.abs().max().clamp_min(1e-30)))
    same = sum(torch.equal(there[name], tensor) for name, tensor in tensors.items())
    print(f"{path.stem:28} {same:3} of {len(tensors):3} tensors are the same bits, the others differ by {worst:.1e} at most", flush=True)
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", help="names of cases; without it, everything")
    parser.add_argument("--check", action="store_true", help="compare with what is there, and write nothing")
    args = parser.parse_args()
    torch.set_num_threads(1)
    makers = {make.__name__: make for make in (seeding, position, resize)}
    makers |= {name: lambda name=name, told=told: case(name, *told) for name, told in cases().items()}
    worst = 0.0
    for name, make in makers.items():
        if args.only and name not in args.only:
            continue
        tensors, metadata = make()
        path = HERE / f"{name}.safetensors"
        if args.check:
            worst = max(worst, check(path, tensors))
        else:
            write_whole(path, safetensors_bytes(tensors, metadata))
            print(name, flush=True)
    if not args.only and not args.check:
        write_tiny()
    sys.exit(worst > ROUNDING)


if __name__ == "__main__":
    main()
