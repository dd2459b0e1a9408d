"""The package beside the program itself, where the environment names it: BPCLIP=target/release/bpclip."""

import csv
import io
import json
import os
import subprocess

import numpy as np
import pytest
import torch
from conftest import LITE0, SAMPLES
from PIL import Image

import bpclip
from bpclip import rows
from bpclip.seeded import picture, seeded

PROGRAM = os.environ.get("BPCLIP")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="BPCLIP names no program: nothing is compared with it")


def program(*arguments, code=0):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout


def scores(*arguments, code=0):
    return [json.loads(line) for line in program("score", *arguments, "--format", "jsonl", "--device", "cpu", code=code).splitlines()]


@pytest.fixture(scope="module")
def pngs(tmp_path_factory):
    """The samples as PNG, so that no JPEG decoder comes between; `large` is above the scored size."""
    folder = tmp_path_factory.mktemp("png")
    for path in SAMPLES.glob("*.jpg"):
        Image.open(path).save(folder / f"{path.stem}.png")
    Image.open(folder / "coffee.png").resize((1500, 1000), Image.Resampling.LANCZOS).save(folder / "large.png")
    return folder


def distances(theirs, ours):
    assert list(theirs) == list(ours)
    same = ("path", "width", "height", "scored_width", "scored_height", "coverage", "notes", "error")
    assert {name: theirs.get(name) for name in same} == {name: ours.get(name) for name in same}
    numbers = ("raw", "similarities", "interval", "word_percentiles", "sharpness", "sharpest")
    return {name: np.abs(np.array(theirs[name]) - np.array(ours[name])).max() for name in numbers if name in theirs}


def ours_of(model, path, reference=None):
    return json.loads(rows.compact(rows.line(path, bpclip.inspect(model, path, reference))))


def test_lines_of_the_same_pixels_are_the_same(pngs, no_reference):
    lines = scores(pngs)
    assert len(lines) == 13
    for line in lines:
        off = distances(line, ours_of(no_reference, line["path"]))
        # Where it is made smaller, the two resizers may round a level apart.
        limit = 1e-3 if line["path"].endswith("large.png") else 1e-5
        assert max(off["raw"], off["similarities"]) < limit and off["interval"] < 100 * limit, (line["path"], off)
        assert off["sharpness"] < 1e-5 and off["sharpest"] == 0, (line["path"], off)


def test_jpegs_differ_by_their_decoders_alone(no_reference):
    off = {line["path"]: distances(line, ours_of(no_reference, line["path"]))["raw"] for line in scores(SAMPLES)}
    print({os.path.basename(path): f"{value:.1e}" for path, value in off.items()})
    # Blocks of plain colour: the most that two ways of bringing colour to full size can make of it.
    pixelated = off.pop(str(SAMPLES / "chelsea-pixelated.jpg"))
    assert len(off) == 11 and max(off.values()) < 3e-3 and pixelated < 0.05


def test_with_a_reference(pngs, full_reference):
    path, reference = pngs / "coffee-noisy.png", pngs / "coffee.png"
    (line,) = scores(path, "--reference", reference)
    off = distances(line, ours_of(full_reference, path, reference))
    assert max(off["raw"], off["similarities"]) < 1e-5, off


def test_the_csv_is_the_same(pngs, no_reference):
    path = pngs / "rocket.png"
    theirs = list(csv.reader(io.StringIO(program("score", path, "--format", "csv", "--device", "cpu"))))
    assert theirs[0] == rows.header(no_reference.metadata)
    ours = rows.fields(no_reference.metadata, path, bpclip.inspect(no_reference, path))
    for name, a, b in zip(theirs[0], theirs[1], ours):
        assert a == b or abs(float(a) - float(b)) < 1e-3, (name, a, b)


def test_the_report_is_the_same(tmp_path, no_reference):
    path = tmp_path / "small.png"
    Image.fromarray(picture("picture", 96, 131)).save(path)
    program("inspect", path, "--output", tmp_path / "made", "--attention", "--device", "cpu")
    theirs = json.loads((tmp_path / "made/inspection.json").read_text())
    seen = bpclip.inspect(no_reference, path, detail=True)
    ours = json.loads(rows.compact(rows.report(seen, theirs["checkpoint"], attention=True)))
    assert list(theirs) == list(ours)

    def compare(a, b, at):
        assert type(a) is type(b), (at, a, b)
        if isinstance(a, dict):
            assert list(a) == list(b), at
            for key in a:
                compare(a[key], b[key], f"{at}.{key}")
        elif isinstance(a, list):
            assert len(a) == len(b), at
            for one, other in zip(a, b):
                compare(one, other, at)
        elif isinstance(a, float):
            limit = 1e-2 if "percentile" in at or "interval" in at or "score" in at else 1e-4
            assert abs(a - b) < limit, (at, a, b)
        else:
            assert at.endswith(".device") or a == b, (at, a, b)

    compare(theirs, ours, "")


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("change", [{}, {"task": "full-reference"}, {"backbone": "resnet50", "stride_in_1x1": True}, {"weight_branch": False},
                                    {"text_branch": False}, {"direction": "top-down"}], ids=str)
def test_what_is_saved_the_program_loads(tmp_path, change, half):
    model = seeded(bpclip.configuration(**{"backbone": LITE0} | change))
    checkpoint, path, reference = tmp_path / "a.safetensors", tmp_path / "distorted.png", tmp_path / "reference.png"
    model.save(checkpoint, half)
    for one in (path, reference):
        Image.fromarray(picture(one.stem, 96, 131)).save(one)
    full = model.config["task"] == "full-reference"
    model = bpclip.load(checkpoint)
    (line,) = scores(path, "--checkpoint", checkpoint, *(["--reference", reference] if full else []))
    off = distances(line, ours_of(model, path, reference if full else None))
    assert max(off["raw"], off["similarities"]) < 1e-5, off
    assert model.config["backbone"] in program("info", checkpoint)


def test_what_was_tuned_here_is_scored_there_alike(tmp_path):
    torch.manual_seed(0)
    model = seeded(bpclip.configuration(LITE0)).train()
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    for _ in range(3):
        optimiser.zero_grad()
        model(torch.randn(2, 3, 64, 64))["raw"].square().sum().backward()
        optimiser.step()
    model.eval()
    model.save(tmp_path / "a.safetensors", half=False)
    Image.fromarray(picture("picture", 70, 90)).save(tmp_path / "a.png")
    (line,) = scores(tmp_path / "a.png", "--checkpoint", tmp_path / "a.safetensors")
    assert abs(line["raw"] - bpclip.inspect(bpclip.load(tmp_path / "a.safetensors"), tmp_path / "a.png").raw) < 1e-5


def test_a_table_is_learned_from_and_the_run_is_read(tmp_path):
    """A table and a checkpoint from here, a training there, its folder and its best checkpoint here again."""
    folder, run = tmp_path / "photos", tmp_path / "run"
    folder.mkdir()
    labels = []
    for number in range(10):
        Image.fromarray(picture(f"photo-{number}", 80, 90)).save(folder / f"{number}.png")
        labels.append((f"{number}.png", number / 10))
    (folder / "labels.csv").write_text(rows.table(["name", "mos"], labels))
    seeded(bpclip.configuration(LITE0)).save(tmp_path / "start.safetensors")
    program("train", folder, "--run", run, "--start", tmp_path / "start.safetensors", "--epochs", 2, "--batch", 4, "--crop", 64, "--device", "cpu",
            "--held-out", 0.3, "--min-side", 64, "--ladders", 0)
    found = bpclip.read_run(run)
    assert found.settings["epochs"] == 2 and found.origin["run"] and found.steps and found.of("started")[0]["held_out"] == 3
    assert [epoch["epoch"] for epoch in found.epochs] == [0, 1, 2] and len(found.epochs[-1]["points"]) == 3
    assert bpclip.load(found.best).metadata["training"]["recipe"]["epochs"] == 2
    # A line of our own log has the fields of theirs.
    log = bpclip.Log(tmp_path / "own")
    log.started(2, 2, 7, 3)
    log.step(0, 0, 0.5, 1e-4, 1.0, 4)
    log.epoch(1, 0.5, [(0.1, 0.2)], True, "epoch-001.safetensors")
    own = bpclip.read_run(tmp_path / "own")
    for kind in ("started", "step", "epoch"):
        assert found.of(kind)[0].keys() == own.of(kind)[0].keys(), kind
    assert found.steps[0]["loss"].keys() == own.steps[0]["loss"].keys()
