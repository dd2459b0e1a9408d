"""What onnxruntime makes of an exported network, at sizes that are multiples of 32 and not."""

import json
import os

import pytest
import torch
from conftest import LITE0

import bpclip
from bpclip.resample import pooled, resampled, windows
from bpclip.seeded import seeded

for name in ("onnx", "onnxscript", "onnxruntime"):
    pytest.importorskip(name, reason=f"{name} is not installed: nothing is exported")

from bpclip.export import SIZES, check, export  # noqa: E402

TOLERANCE = 1e-4
# Beside the released ones: each takes a minute, so all are tried only where that is wished.
MORE = {
    "resnet50": {"backbone": "resnet50"}, "resnet50-fr": {"backbone": "resnet50", "task": "full-reference"},
    "top-down": {"direction": "top-down"}, "no-text-branch": {"text_branch": False},
}


@pytest.mark.parametrize("before, after", [(256, 8), (167, 6), (259, 9), (7, 7), (33, 32), (10, 4)])
def test_windows_are_those_of_adaptive_pooling(before, after):
    z = torch.randn(2, 3, before, before + 5)
    rows, columns = windows(before, after, z), windows(before + 5, after, z)
    assert torch.allclose(rows @ z @ columns.T, pooled(z, (after, after)), atol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 11, 31, 32, 33, 64])
def test_a_table_is_resampled_as_by_pytorch(n, monkeypatch):
    table = torch.randn(128, 32)
    wanted = resampled(table, n)
    monkeypatch.setattr(torch.compiler, "is_exporting", lambda: True)
    assert torch.allclose(resampled(table, n), wanted, atol=1e-5)


def exported(model, path):
    import onnx

    export(model, path)
    worst = check(model, path, SIZES) | {("batch of 3", *SIZES[2]): max(check(model, path, SIZES[2:3], batch=3).values())}
    print({str(size): f"{difference:.1e}" for size, difference in worst.items()})
    assert max(worst.values()) < TOLERANCE, worst
    properties = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    assert json.loads(properties["config"]) == model.config
    assert not list(path.parent.glob(".*"))


@pytest.mark.parametrize("kind", ["no_reference", "full_reference"])
def test_the_released_ones(kind, request, tmp_path):
    exported(request.getfixturevalue(kind), tmp_path / "a.onnx")


def test_without_the_weight_branch(tmp_path):
    exported(seeded(bpclip.configuration(LITE0, weight_branch=False)), tmp_path / "a.onnx")


@pytest.mark.parametrize("name", MORE)
@pytest.mark.skipif(not os.environ.get("BPCLIP_ALL"), reason="a minute each: set BPCLIP_ALL=1")
def test_others(name, tmp_path):
    exported(seeded(bpclip.configuration(**{"backbone": LITE0} | MORE[name])), tmp_path / "a.onnx")
