"""Every intermediate against the golden files, which torchvision's and timm's backbones made, and which the program is held to as well."""

import json

import numpy as np
import pytest
import torch
from conftest import GOLDEN, WEIGHTS
from PIL import Image
from safetensors import safe_open

import bpclip
from bpclip.resample import resampled
from bpclip.seeded import picture, seeded, seeded_tensor

CASES = sorted(path.stem for path in GOLDEN.glob("*-[nf]r*.safetensors"))
ROUNDING = 1e-5  # of a tensor's largest value


def contents(name):
    with safe_open(GOLDEN / f"{name}.safetensors", "pt") as file:
        return {key: file.get_tensor(key) for key in file.keys()}, file.metadata()


@pytest.mark.parametrize("name", CASES)
def test_every_intermediate(name):
    tensors, metadata = contents(name)
    case, config = json.loads(metadata["case"]), json.loads(metadata["config"])
    model = seeded(config) if case["weights"] == "seeded" else bpclip.load(WEIGHTS / case["weights"]["file"])
    assert {key: list(z.shape) for key, z in model.state_dict().items()} == json.loads(metadata["tensors"])
    pictures = [picture(one, case["height"], case["width"]) for one in case["pictures"]]
    images = [pixels[None] for pixels in pictures] if config["task"] == "full-reference" else [np.stack(pictures)]
    with torch.inference_mode():
        out = model(*(bpclip.normalise(image, config) for image in images))
    compared = 0
    for key, shape in tensors.items():
        if not key.endswith(".shape"):
            continue
        key = key.removesuffix(".shape")
        kind, _, level = key.partition(".")
        found = out[kind][int(level)] if level else out[kind]
        assert list(found.shape) == shape.tolist(), key
        assert abs(found.double().norm() / tensors[f"{key}.l2"] - 1) < ROUNDING, key
        flat = found.flatten()
        flat = flat[torch.arange(256) * len(flat) // 256] if len(flat) > 256 else flat
        assert (flat - tensors[key]).abs().max() <= ROUNDING * tensors[key].abs().max(), key
        compared += 1
    assert compared >= 38


def test_there_are_cases_of_every_kind():
    assert len(CASES) == 15 and {"resnet50-v1-nr", "lite4-nr", "lite0-nr-top-down", "bundled-fr"} <= set(CASES)


def test_position_as_written_and_as_exported():
    tensors, _ = contents("position")
    table = seeded_tensor("position.height", (128, 32))
    for key, wanted in tensors.items():
        assert torch.equal(resampled(table, int(key.split(".")[1]))[[0, 1, 127]], wanted)


def test_reduction_is_pillows():
    tensors, _ = contents("resize")
    for name in ("first", "second"):
        pixels, wanted = tensors[f"{name}.input"].numpy(), tensors[f"{name}.output"].numpy()
        found = Image.fromarray(pixels).resize(wanted.shape[1::-1], Image.Resampling.BICUBIC)
        assert abs(np.asarray(found).astype(int) - wanted).max() <= 1
