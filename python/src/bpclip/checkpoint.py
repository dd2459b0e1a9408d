"""Checkpoints: one safetensors file with the network's tensors and everything it says of itself. `docs/formats.md` lists both."""

import hashlib
import json
import math
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from .config import checked
from .files import safetensors_bytes, write_whole
from .network import Bpclip

FORMAT = "bpclip-1"
KEYS = ("config", "adjectives", "text", "size", "label", "training", "heldout", "distribution", "certainty", "seen")
REQUIRED = ("config", "adjectives", "text", "size", "label")
# What was measured on a network, and holds of no other.
MEASURED = ("heldout", "distribution", "certainty")


class CheckpointError(ValueError):
    """Why a checkpoint could not be read or written; names the file, and the key or tensor."""


def load(path, device="cpu"):
    """The network in a checkpoint, in fp32, ready to score; `metadata` is what the file says of itself, its JSON decoded.

    Read as strictly as the program does: every tensor, no other, each of its shape and of finite numbers.
    """
    def wrong(what):
        return CheckpointError(f"{path}: {what}")

    try:
        with safe_open(path, "pt") as file:
            stored, metadata = {name: file.get_tensor(name) for name in file.keys()}, parsed(file.metadata() or {})
    except SafetensorError as error:
        raise wrong(f"not a readable safetensors file: {error}") from None
    except ValueError as error:
        raise wrong(error) from None
    width = stored["clip_mlp.0.fc2.bias"].shape[0] if "clip_mlp.0.fc2.bias" in stored else 0
    model = Bpclip(metadata["config"], width, len(metadata["adjectives"]), metadata["text"].get("centred", False))
    expected = model.state_dict()
    for names, what in ((expected.keys() - stored.keys(), "tensors are missing"),
                        (stored.keys() - expected.keys(), "tensors that this network does not have")):
        if names:
            raise wrong(f"{what}: {', '.join(sorted(names)[:5])}{', ..' if len(names) > 5 else ''}")
    for name, tensor in stored.items():
        if tensor.shape != expected[name].shape:
            raise wrong(f"tensor `{name}` has shape {list(tensor.shape)}, the network needs {list(expected[name].shape)}")
        if not tensor.is_floating_point():
            raise wrong(f"tensor `{name}` is of type {tensor.dtype}, not a float")
        if not tensor.isfinite().all():
            raise wrong(f"tensor `{name}` holds what is no number")
    model.load_state_dict({name: tensor.float() for name, tensor in stored.items()})
    model.metadata = metadata
    model.measured_on = digest(model)
    return model.to(device)


def parsed(texts):
    """A file's metadata, its JSON decoded. ValueError names the key at fault."""
    if texts.get("format") != FORMAT:
        raise ValueError(f"its `format` is {texts.get('format')!r}, not {FORMAT!r}")
    metadata = {}
    for key in KEYS:
        if key in texts:
            try:
                metadata[key] = json.loads(texts[key])
            except json.JSONDecodeError as error:
                raise ValueError(f"its metadata `{key}` is not valid: {error}") from None
        elif key in REQUIRED:
            raise ValueError(f"its metadata lacks `{key}`")
    try:
        metadata["config"] = checked(metadata["config"])
    except (ValueError, TypeError) as error:
        raise ValueError(f"in `config`, {error}") from None
    if not metadata["adjectives"]:
        raise ValueError("its metadata `adjectives` lists none")
    if not sound(metadata.get("distribution"), len(metadata["adjectives"])):
        raise ValueError("its metadata `distribution` holds numbers that cannot be or do not fit its adjectives")
    certainty = metadata.get("certainty")
    if certainty and min(certainty[name] for name in ("least", "reach", "pair_slope")) <= 0:
        raise ValueError("its metadata `certainty` holds numbers that cannot be")
    return metadata


def sound(distribution, adjectives):
    def ordered(values):
        return len(values) > 1 and all(map(math.isfinite, values)) and all(a <= b for a, b in zip(values, values[1:]))

    return distribution is None or (
        len(distribution["words"]) == adjectives and all(map(ordered, [distribution["raw"], *distribution["words"]])))


def save(model, path, half=True):
    """Writes a checkpoint that the program loads, whole or not at all: matrices in 16 bits, or all in 32 unless `half`.

    Where the weights are no longer those that were loaded, what was measured on them (held-out figures, ranks, intervals) is left out.
    """
    tensors = {name: tensor.detach().float().cpu().contiguous() for name, tensor in model.state_dict().items()}
    for name, tensor in tensors.items():
        stored = tensor.half() if half and tensor.dim() > 1 else tensor
        if not stored.isfinite().all():
            reason = "holds what is no number" if not tensor.isfinite().all() else "holds numbers that do not fit into 16 bits"
            raise CheckpointError(f"{path}: tensor `{name}` {reason}")
        tensors[name] = stored
    metadata = model.metadata | {"config": model.config}
    for key in REQUIRED:
        if key not in metadata:
            raise CheckpointError(f"{path}: its metadata lacks `{key}`")
    if digest(model) != getattr(model, "measured_on", None):
        metadata = {key: value for key, value in metadata.items() if key not in MEASURED}
    if len(metadata["adjectives"]) != model.text_features.shape[0]:
        raise CheckpointError(f"{path}: {model.text_features.shape[0]} rows of `text_features`, but `adjectives` "
                              f"lists {len(metadata['adjectives'])}")
    texts = {"format": FORMAT}
    for key in KEYS:
        if key in metadata:
            try:
                texts[key] = json.dumps(metadata[key], allow_nan=False, ensure_ascii=False)
            except ValueError:
                raise CheckpointError(f"{path}: its metadata `{key}` holds what is no number") from None
    write_whole(path, safetensors_bytes(tensors, texts))


def digest(model):
    """By which it is told whether weights are those that were loaded."""
    hashed = hashlib.blake2b()
    for name, tensor in model.state_dict().items():
        hashed.update(name.encode())
        hashed.update(tensor.detach().float().cpu().contiguous().numpy().data)
    return hashed.hexdigest()


def load_backbone(model, path):
    """Puts weights that `bpclip import` wrote into the backbone of a network: torchvision's or timm's, from ImageNet."""
    with safe_open(path, "pt") as file:
        model.backbone.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})


def bundled(task="no-reference"):
    """The checkpoint of this repository for a task. The package has none of its own: they have 20 MB each."""
    name = "bpclip-nr.safetensors" if task == "no-reference" else "bpclip-fr.safetensors"
    path = Path(__file__).resolve().parents[3] / "weights" / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there, as the package lies outside its repository: name a checkpoint")
    return path
