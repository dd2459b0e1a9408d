import json

import pytest

import bpclip


def test_a_log_of_ones_own_is_read_again(tmp_path):
    log = bpclip.Log(tmp_path / "run")
    log.started(epochs=2, epoch_steps=1, rated=10, held_out=2)
    log.step(0, 0, 0.5, lr=1e-4, seconds=1.5, pictures=4)
    log.epoch(1, {"total": 0.5, "mse": 0.5}, [(0.2, 0.3), (0.8, 0.7)], True, "epoch-001.safetensors", srcc=1.0)
    run = bpclip.read_run(tmp_path / "run")
    assert [event["kind"] for event in run.events] == ["started", "step", "epoch"]
    assert run.steps[0]["loss"]["mse"] == 0.5 and run.epochs[0]["points"][1] == [0.8, 0.7] and run.best is None
    assert run.settings is None and run.origin is None


def test_old_names_and_cut_lines(tmp_path):
    step = {"kind": "step", "position": {"epoch": 1, "step": 2}, "loss": {"total": 0.5}, "norm": 1.5, "rate": 3e-4, "seconds": 2.0, "pictures": 24}
    whole = json.dumps(step)
    (tmp_path / "log.jsonl").write_bytes(f"{whole}\nno\n{whole}\n".encode() + "gr\u00fc".encode()[:-1])
    (tmp_path / "settings.json").write_text('{"lr": 1}')
    (tmp_path / "best.safetensors").write_bytes(b"")
    run = bpclip.read_run(tmp_path)
    assert len(run.steps) == 2 and run.steps[0]["grad_norm"] == 1.5 and run.steps[0]["lr"] == 3e-4
    assert run.settings == {"lr": 1} and run.best == tmp_path / "best.safetensors"


def test_no_run_and_damaged_settings(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no run"):
        bpclip.read_run(tmp_path)
    (tmp_path / "settings.json").write_text("{")
    with pytest.raises(ValueError, match="settings.json"):
        bpclip.read_run(tmp_path)
