"""The page on the formats against the networks, the metadata and the rows that there are."""

import itertools
import re

import pytest
import torch
from conftest import LITE0, ROOT

import bpclip
from bpclip import rows
from bpclip.backbone import backbone
from bpclip.checkpoint import KEYS, REQUIRED
from bpclip.config import BACKBONES, DEFAULTS
from bpclip.run import TERMS

PAGE = (ROOT / "docs/formats.md").read_text()
TABLES = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| ")]


def names_of(pattern):
    """`a.{0..2}.{b,c}` to every name that it stands for."""
    parts = re.split(r"\{([^}]*)\}", pattern)
    for at in range(1, len(parts), 2):
        ends = re.fullmatch(r"(\d+)\.\.(\d+)", parts[at])
        parts[at] = map(str, range(int(ends[1]), int(ends[2]) + 1)) if ends else parts[at].split(",")
    return ["".join(one) for one in itertools.product(*([part] if at % 2 == 0 else list(part) for at, part in enumerate(parts)))]


@pytest.mark.parametrize("change", [{}, {"task": "full-reference"}, {"weight_branch": False}, {"text_branch": False}], ids=str)
@pytest.mark.parametrize("name", ["resnet50", LITE0])
def test_every_tensor_and_no_other(name, change):
    with torch.device("meta"):
        model = bpclip.Bpclip(bpclip.configuration(name, **change), 384, 40, centred=True)
    config, channels = model.config, model.backbone.channels
    known = {"D": 256, "H": 64, "P": 32, "S": 128, "A": 40, "T": 384, "I": 4 * (40 if config["text_branch"] else 384)}
    there = {"always": True, "where": True, "no-reference": config["task"] == "no-reference", "with": config["weight_branch"]}
    said = {}
    for row in TABLES:
        if len(row) == 3 and row[1].startswith("[") and there[re.match(r"[\w-]+", row[2])[0]]:
            for tensor in names_of(row[0].strip("`")):
                c = channels[int(tensor.split(".")[1])] if tensor.startswith("glp.") else 0
                r = c * (3 if config["task"] == "full-reference" else 1)
                said[tensor] = [int(side) for side in eval(row[1], {**known, "C": c, "R": r})]
    assert said == {key: list(z.shape) for key, z in model.state_dict().items() if not key.startswith("backbone.")}


@pytest.mark.parametrize("name", BACKBONES)
def test_backbones(name):
    with torch.device("meta"):
        net = backbone(bpclip.configuration(name))
    (row,) = [row for row in TABLES if row[0] == f"`{name}`"]
    assert row[2] == ", ".join(map(str, net.channels))
    assert re.search(r"\d+$", row[1])[0] == str(len(net.state_dict()))
    if row[1].startswith("`"):
        said = {re.sub(r"\{i\}", r"\\d+", one) for part in re.findall(r"`([^`]+)`", row[1]) for one in names_of(part.replace("{i}", "\0")) for one in [one.replace("\0", "{i}")]}
        for tensor in net.state_dict():
            assert any(re.match(one.replace(".", r"\.") + r"\.", tensor) for one in said), tensor


def test_keys_and_fields():
    keys = {row[0].strip("`"): row[1] for row in TABLES if len(row) == 3 and row[1] in ("must be", "may be")}
    assert {key for key in keys if key in ("format", *KEYS)} == {"format", *KEYS}
    assert all((keys[key] == "must be") == (key in REQUIRED) for key in KEYS)
    fields = {row[0].strip("`"): row[1].strip("`") for row in TABLES if len(row) == 3}
    for name, default in DEFAULTS.items():
        assert fields[name] == str(default).lower() if isinstance(default, bool) else str(default), name


def test_rows_and_terms(no_reference):
    for name in ["path", *rows.NUMBERS, "similarities", "sharpness", "sharpest", "score_percentile",
                 "word_percentiles", "interval", "coverage", "learned_from", "notes", "error"]:
        assert any(f"`{name}`" in row[0] for row in TABLES), name
    assert ", ".join(f"`{name}`" for name in rows.SHARPEST) in PAGE
    assert ", ".join(rows.FIXED) in PAGE and ", ".join(f"`{term}`" for term in TERMS) in PAGE
