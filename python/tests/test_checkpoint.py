import json

import pytest
import torch
from conftest import LITE0, SAMPLES, WEIGHTS
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import bpclip
from bpclip.checkpoint import MEASURED
from bpclip.seeded import seeded


@pytest.mark.parametrize("half", [True, False])
def test_what_is_saved_is_loaded(tmp_path, small, half):
    path = tmp_path / "a.safetensors"
    bpclip.save(small, path, half)
    with safe_open(path, "pt") as file:
        for name in file.keys():
            tensor = file.get_tensor(name)
            assert tensor.dtype == (torch.float16 if half and tensor.dim() > 1 else torch.float32), name
    again = bpclip.load(path)
    assert again.config == small.config and again.metadata["adjectives"] == bpclip.ADJECTIVES
    for name, tensor in small.state_dict().items():
        expected = tensor.half().float() if half and tensor.dim() > 1 else tensor
        assert torch.equal(again.state_dict()[name], expected), name
    again.save(tmp_path / "b.safetensors", half)
    assert path.read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["bpclip-nr", "bpclip-fr"])
def test_the_released_ones_pass_through_unchanged(tmp_path, name):
    source, target = WEIGHTS / f"{name}.safetensors", tmp_path / "again.safetensors"
    bpclip.load(source).save(target)
    before, after = load_file(source), load_file(target)
    assert before.keys() == after.keys() and all(torch.equal(before[key], after[key]) for key in before)
    with safe_open(source, "pt") as a, safe_open(target, "pt") as b:
        texts = [{k: v if k == "format" else json.loads(v) for k, v in file.metadata().items()} for file in (a, b)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("change", [
    {"backbone": "resnet50", "stride_in_1x1": True}, {"task": "full-reference"}, {"weight_branch": False}, {"text_branch": False},
    {"direction": "top-down"},
])
def test_every_kind_is_saved_and_loaded(tmp_path, change):
    model = seeded(bpclip.configuration(**{"backbone": LITE0} | change))
    model.save(tmp_path / "a.safetensors", half=False)
    again = bpclip.load(tmp_path / "a.safetensors")
    images = [torch.rand(1, 3, 65, 96) for _ in range(2 if model.config["task"] == "full-reference" else 1)]
    with torch.inference_mode():
        assert torch.equal(again(*images)["raw"], model(*images)["raw"])


def test_figures_of_other_weights_are_not_kept(tmp_path):
    model = bpclip.load(WEIGHTS / "bpclip-nr.safetensors")
    assert set(MEASURED) <= model.metadata.keys()
    with torch.no_grad():
        model.score.fc2.bias += 0.125
    model.save(tmp_path / "a.safetensors")
    again = bpclip.load(tmp_path / "a.safetensors")
    assert not set(MEASURED) & again.metadata.keys() and again.metadata["seen"] == model.metadata["seen"]


def test_ten_lines_train(tmp_path, small):
    torch.manual_seed(0)
    images, labels = torch.rand(4, 3, 64, 64) * 2 - 1, torch.tensor([0.1, 0.9, 0.4, 0.6])
    small.train()
    optimiser = torch.optim.AdamW([p for p in small.parameters() if p.requires_grad], lr=1e-3)
    losses = []
    for _ in range(8):
        loss = torch.nn.functional.mse_loss(small(images)["raw"], labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2, losses
    small.eval()
    small.save(tmp_path / "tuned.safetensors", half=False)
    with torch.inference_mode():
        assert torch.equal(bpclip.load(tmp_path / "tuned.safetensors")(images)["raw"], small(images)["raw"])


def test_a_new_network_scores_and_is_saved(tmp_path):
    model = bpclip.Bpclip(bpclip.configuration("tf_efficientnet_lite1", text_branch=False), 384)
    assert bpclip.inspect(model, SAMPLES / "coffee.jpg", size=64).similarities.shape == (4, 40)
    model.save(tmp_path / "a.safetensors")
    assert bpclip.load(tmp_path / "a.safetensors").metadata == model.metadata | {"config": model.config}
    del model.metadata["label"]
    with pytest.raises(bpclip.CheckpointError, match="lacks `label`"):
        model.save(tmp_path / "b.safetensors")


def test_imported_weights_go_into_the_backbone(tmp_path, small):
    tensors = {name: z + 0.5 for name, z in small.backbone.state_dict().items()}
    save_file(tensors, tmp_path / "backbone.safetensors")
    head = small.score.fc1.weight.clone()
    bpclip.load_backbone(small, tmp_path / "backbone.safetensors")
    assert all(torch.equal(z, tensors[name]) for name, z in small.backbone.state_dict().items())
    assert torch.equal(small.score.fc1.weight, head)


def changed(tmp_path, model, tensors=lambda t: None, texts=lambda t: None):
    """A checkpoint of the model with something done to it."""
    path = tmp_path / "bad.safetensors"
    model.save(path)
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    found = load_file(path)
    tensors(found)
    texts(metadata)
    save_file(found, path, metadata)
    return path


@pytest.mark.parametrize("tensors, texts, word", [
    (lambda t: t.pop("score.fc1.bias"), lambda m: None, "score.fc1.bias"),
    (lambda t: t.update(more=torch.zeros(1)), lambda m: None, "more"),
    (lambda t: t.update({"score.fc2.bias": torch.zeros(2)}), lambda m: None, "score.fc2.bias"),
    (lambda t: t.update({"score.fc2.bias": torch.tensor([float("nan")])}), lambda m: None, "no number"),
    (lambda t: t.update({"score.fc2.bias": torch.zeros(1, dtype=torch.int32)}), lambda m: None, "int32"),
    (lambda t: None, lambda m: m.pop("label"), "label"),
    (lambda t: None, lambda m: m.update(format="bpclip-9"), "bpclip-9"),
    (lambda t: None, lambda m: m.update(size="{"), "size"),
    (lambda t: None, lambda m: m.update(config=m["config"].replace("no-reference", "none")), "task"),
    (lambda t: None, lambda m: m.update(config=m["config"].replace('"heads": 4', '"heads": 3')), "heads"),
    (lambda t: None, lambda m: m.update(config=m["config"].replace('"heads"', '"haeds"')), "haeds"),
    (lambda t: None, lambda m: m.update(distribution='{"raw": [1, 0], "words": []}'), "distribution"),
])
def test_what_is_wrong_is_named(tmp_path, small, tensors, texts, word):
    path = changed(tmp_path, small, tensors, texts)
    with pytest.raises(bpclip.CheckpointError) as error:
        bpclip.load(path)
    assert word in str(error.value) and str(path) in str(error.value)


def test_what_is_no_safetensors_file_is_an_error(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_text("no")
    with pytest.raises(bpclip.CheckpointError, match="a.safetensors"):
        bpclip.load(path)


def test_a_number_that_does_not_fit_is_named_and_nothing_is_written(tmp_path, small):
    with torch.no_grad():
        small.score.fc1.weight[0, 0] = 1e6
    with pytest.raises(bpclip.CheckpointError, match="score.fc1.weight.*16 bits"):
        small.save(tmp_path / "a.safetensors")
    assert not list(tmp_path.iterdir())
    small.save(tmp_path / "a.safetensors", half=False)


def test_metadata_that_json_cannot_hold_is_named(tmp_path, small):
    small.metadata["training"] = {"lr": float("inf")}
    with pytest.raises(bpclip.CheckpointError, match="training"):
        small.save(tmp_path / "a.safetensors")
