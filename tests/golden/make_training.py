"""Writes `training.json`: what PyTorch makes of training steps, for the tests of the crate's trainer.

    python make_training.py

Network, seeded weights and pictures are those of `python/src/bpclip`. Dropout is off, batch norm frozen and
untrained, and everything is computed in f64, so that a comparison holds one side's rounding only.

The loss of a step is written down here from the recipe, term by term as a loop over pictures and words: 10 times the mean
squared error; 0.1 times 1 - PLCC (no-reference); the rank hinge between neighbours of a ladder, with margin 0.08
(full reference: the gap of the labels, 0.1 at most); 0.15 times the cross-entropy of 8 times how far each dimension falls;
0.3 times the hinge, 0.15, of how far the distortion's own adjectives rise. Of a ladder of no single distortion only the rank counts.

Pictures: an entry [name, e] is `picture(name)` of `make.py` with e eighths of its contrast: (v e + 128 (8 - e)) / 8, integer division.

The file:
    losses      the loss alone, of drawn scores and similarities (the seeded tensors `raw` [b] and `similarities.0` to `.3`
                [b, 40]), with its parts and its gradient by those tensors
    cases       the network on a batch: scores, parts of the loss, and the gradient of each trained tensor
    steps       twenty steps of AdamW (1e-4 for the backbone, 3e-4 for the rest, weight decay 1e-5, epsilon 1e-8, norm clipped
                at 1) over two batches in turn: loss and gradient norm of each
    rounding    how far fp32 PyTorch is from these numbers, measured as the tests measure the crate

The gradient of a tensor NAME is five numbers: its norm, and its products with four seeded tensors `NAME.probe0` to `.probe3`
of its length, flat, in PyTorch's layout, scaled by sqrt(12) / 0.2 to unit variance. Every element takes part, and a gradient
that is off by a vector d moves a product by about |d|. Single elements would be a poor measure: where rounding carries a
cell over the kink of a ReLU, those that it feeds jump, in PyTorch as anywhere.
"""

import json
import math

import numpy as np
import torch

from make import HERE, versions  # first: it finds this repository's package
from bpclip import ADJECTIVES, DIMENSIONS, configuration, normalise
from bpclip.seeded import picture, seeded, seeded_tensor

PROBES, STEPS = 4, 20
BACKBONE_RATE, RATE, WEIGHT_DECAY, EPSILON, CLIP = 1e-4, 3e-4, 1e-5, 1e-8, 1.0

# The sixteen distortions of the recipe: dimension, and the adjectives that must gain.
DISTORTIONS = {
    "gaussian-blur": ("sharpness", "blurry soft unfocused smeared"),
    "motion-blur": ("sharpness", "blurry smeared"),
    "resampling": ("sharpness", "blurry soft pixelated"),
    "darkening": ("brightness", "dark underexposed"),
    "overexposure": ("brightness", "overexposed glaring"),
    "flattening": ("contrast", "flat hazy washed-out"),
    "haze": ("contrast", "flat hazy washed-out"),
    "desaturation": ("colour", "dull faded"),
    "oversaturation": ("colour", "oversaturated"),
    "colour-cast": ("colour", "discolored"),
    "gaussian-noise": ("noise", "noisy grainy"),
    "impulse-noise": ("noise", "speckled noisy"),
    "multiplicative-noise": ("noise", "noisy grainy speckled"),
    "jpeg": ("fidelity", "blocky compressed distorted"),
    "webp": ("fidelity", "compressed smeared"),
    "pixelation": ("fidelity", "pixelated blocky"),
}
WORDS = [adjective["word"] for adjective in ADJECTIVES]


# ---------------------------------------------------------------- the loss

def mean(values):
    return torch.stack(list(values)).mean()


def loss(raw, similarities, batch, full):
    """Parts of the loss, before their weights, and the weighted sum as `total`. `similarities` is [b, 4, A]."""
    labels, ladders = batch["labels"], batch["ladders"]
    levels = similarities.mean(1)

    def of(picture, word):
        return levels[picture, WORDS.index(word)]

    def dimensions(picture):
        return torch.stack([
            mean(of(picture, word) for word in better.split()) - mean(of(picture, word) for word in worse.split())
            for better, worse in DIMENSIONS.values()
        ])

    zero = raw.new_zeros(())
    parts = dict.fromkeys(("mse", "correlation", "rank", "dimension", "adjectives"), zero)
    labelled = [k for k, label in enumerate(labels) if label is not None]
    if labelled:
        parts["mse"] = mean((raw[k] - labels[k]) ** 2 for k in labelled)
    if not full and batch["rated"]:
        rated = slice(0, batch["rated"])
        pair = torch.stack([raw[rated], raw.new_tensor(labels[rated])])
        parts["correlation"] = 1 - torch.corrcoef(pair)[0, 1]

    short, surprise, gain = [], [], []
    for ladder in ladders:
        rungs = ladder["rungs"]
        for better, worse in zip(rungs, rungs[1:]):
            margin = min(labels[better] - labels[worse], 0.1) if full else 0.08
            short.append((margin - (raw[better] - raw[worse])).clamp_min(0))
        if ladder["distortion"] is None:
            continue
        less, more = rungs[0], rungs[-1]
        dimension, words = DISTORTIONS[ladder["distortion"]]
        fall = 8 * (dimensions(less) - dimensions(more))
        surprise.append(torch.logsumexp(fall, 0) - fall[list(DIMENSIONS).index(dimension)])
        gain.append((0.15 - mean(of(more, word) - of(less, word) for word in words.split())).clamp_min(0))
    for name, values in (("rank", short), ("dimension", surprise), ("adjectives", gain)):
        if values:
            parts[name] = mean(values)

    weights = {"mse": 10, "correlation": 0 if full else 0.1, "rank": 1, "dimension": 0.15, "adjectives": 0.3}
    return {"total": sum(weights[name] * part for name, part in parts.items())} | parts


def numbers(parts):
    return {name: part.item() for name, part in parts.items()}


# ---------------------------------------------------------------- batches

def no_reference(side, tag, rated, ladders):
    """Rated crops and pairs of a lighter and a stronger distortion, `ladders` their names."""
    names = [f"{tag}rated-{k}" for k in range(rated)] + [f"{tag}source-{k // 2}" for k in range(2 * len(ladders))]
    contrast = [8, 5, 3, 6][:rated] + [8, 4, 7, 3, 6, 2][:2 * len(ladders)]
    return {
        "side": side, "pictures": list(zip(names, contrast)), "references": [], "rated": rated,
        "labels": [0.81, 0.42, 0.17, 0.63][:rated] + 2 * len(ladders) * [None],
        "ladders": [{"rungs": [rated + 2 * k, rated + 2 * k + 1], "distortion": name} for k, name in enumerate(ladders)],
    }


def full_reference(side, tag):
    """One ladder: the untouched source and three rungs below it."""
    source = f"{tag}source"
    return {
        "side": side, "pictures": [(source, contrast) for contrast in (8, 6, 4, 2)],
        "references": 4 * [(source, 8)], "rated": 0, "labels": [1.0, 0.86, 0.82, 0.31],
        "ladders": [{"rungs": [0, 1, 2, 3], "distortion": "flattening"}],
    }


def stack(entries, side, config):
    """The pictures [name, contrast] as the network wants them."""
    faded = [(picture(name, side, side).astype(np.int64) * e + 128 * (8 - e)) // 8 for name, e in entries]
    return normalise(np.stack(faded).astype(np.uint8), config)


def forward(model, batch):
    """Scores and parts of the loss."""
    full, dtype = model.config["task"] == "full-reference", model.text_features.dtype
    roles = ("pictures", "references") if full else ("pictures",)
    out = model(*(stack(batch[role], batch["side"], model.config).to(dtype) for role in roles))
    return out["raw"], loss(out["raw"], out["similarities"], batch, full)


# ---------------------------------------------------------------- what is written

def network(config, dtype):
    """Seeded; its batch norms are frozen."""
    return seeded(config).to(dtype)


def trained(model):
    return {name: tensor for name, tensor in model.named_parameters() if tensor.requires_grad}


def gradients_of_the_loss():
    """The loss alone: every distortion, hinges on both sides of their margin."""
    cases = {}
    pairs = [{"rungs": [6 + 2 * k, 7 + 2 * k], "distortion": name} for k, name in enumerate([*DISTORTIONS, None])]
    ladders = [{"rungs": list(range(4 * k, 4 * k + 4)), "distortion": name} for k, name in enumerate(["jpeg", "haze", None])]
    batches = {
        "no-reference": {"rated": 6, "labels": [0.2, 0.9, 0.55, 0.4, 0.71, 0.33] + 34 * [None], "ladders": pairs},
        "full-reference": {"rated": 2, "labels": [1.0, 0.97, 0.6, 0.22, 1.0, 0.7, 0.66, 0.1, 1.0, 0.93, 0.5, 0.49, 0.3, 0.8],
                           "ladders": ladders},
    }
    for task, batch in batches.items():
        count = len(batch["labels"])
        if task == "full-reference":  # two rated pairs first, as a batch has them
            batch["labels"] = batch["labels"][-2:] + batch["labels"][:-2]
            for ladder in ladders:
                ladder["rungs"] = [rung + 2 for rung in ladder["rungs"]]
        raw = seeded_tensor("raw", (count,)).double().requires_grad_()
        levels = [seeded_tensor(f"similarities.{k}", (count, len(WORDS))).double().requires_grad_() for k in range(4)]
        parts = loss(raw, torch.stack(levels, 1), batch, task == "full-reference")
        parts["total"].backward()
        cases[task] = batch | {"loss": numbers(parts), "raw": raw.grad.tolist(),
                               "similarities": [measure(f"similarities.{k}", z.grad) for k, z in enumerate(levels)]}
    return cases


def measure(name, gradient):
    """Norm and probes."""
    flat = gradient.detach().double().flatten()
    probes = [seeded_tensor(f"{name}.probe{k}", (len(flat),)).double() * math.sqrt(12) / 0.2 for k in range(PROBES)]
    return [float(flat.norm())] + [float(flat @ probe) for probe in probes]


def gradients(config, batch, dtype):
    model = network(config, dtype)
    raw, parts = forward(model, batch)
    parts["total"].backward()
    tensors = {name: measure(name, tensor.grad) for name, tensor in trained(model).items()}
    shapes = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    return {"config": config, "tensors": shapes, "batch": batch, "raw": raw.tolist(), "loss": numbers(parts),
            "gradients": tensors}


def steps(config, batches, dtype):
    model = network(config, dtype)
    groups = {True: [], False: []}
    for name, tensor in trained(model).items():
        groups[name.startswith("backbone.")].append(tensor)
    optimiser = torch.optim.AdamW(
        [{"params": groups[True], "lr": BACKBONE_RATE}, {"params": groups[False], "lr": RATE}],
        weight_decay=WEIGHT_DECAY, eps=EPSILON)
    losses, norms = [], []
    for step in range(STEPS):
        optimiser.zero_grad()
        _, parts = forward(model, batches[step % len(batches)])
        parts["total"].backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(trained(model).values(), CLIP)))
        losses.append(parts["total"].item())
        optimiser.step()
    shapes = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    return {"config": config, "tensors": shapes, "batches": batches, "losses": losses, "norms": norms,
            "rates": {"backbone": BACKBONE_RATE, "rest": RATE}, "weight_decay": WEIGHT_DECAY, "clip": CLIP}


def distance(single, double):
    """The worst of all numbers, each as a share of its tensor's norm; 1e-4 of the whole gradient's norm is added to that, for
    tensors that have next to no gradient (the key's bias, which a softmax ignores, has none but rounding)."""
    whole = math.hypot(*(exact[0] for exact in double.values()))
    return max(abs(a - b) / (exact[0] + 1e-4 * whole)
               for name, exact in double.items() for a, b in zip(single[name], exact))


def kinks(config, batch):
    """How near any input of a ReLU is to its kink, in units of what fp32's rounding moves that layer by."""
    kept = {}
    for dtype in (torch.float64, torch.float32):
        model = network(config, dtype)
        inputs = kept[dtype] = []
        for module in model.backbone.modules():
            if isinstance(module, (torch.nn.ReLU, torch.nn.ReLU6)):
                module.register_forward_pre_hook(lambda module, args: inputs.append((module, args[0].to(torch.float64, copy=True))))
        with torch.no_grad():
            forward(model, batch)

    def nearest(module, exact, single):
        distances = [exact.abs()] + ([(exact - 6).abs()] if isinstance(module, torch.nn.ReLU6) else [])
        return float(torch.stack(distances).min() / (exact - single).square().mean().sqrt())

    return min(nearest(*exact, single) for exact, (_, single) in zip(*kept.values()))


def rounded(value):
    """Nine digits are exact for f32."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    return [rounded(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def main():
    torch.set_num_threads(1)
    lite0 = "tf_efficientnet_lite0"
    # The tags are those, of some fifty, where `kinks` is largest, so that no other rounding takes an activation over a kink.
    plans = {
        "lite0-nr": (configuration(lite0), no_reference(64, "9-", 4, ["flattening", "gaussian-blur"])),
        "lite0-fr": (configuration(lite0, "full-reference"), full_reference(64, "16-")),
        "resnet50-nr": (configuration("resnet50"), no_reference(64, "39-", 3, ["flattening"])),
    }
    written = {"losses": gradients_of_the_loss(), "cases": {}, "rounding": {}}
    for name, plan in plans.items():
        exact, single = (gradients(*plan, dtype) for dtype in (torch.float64, torch.float32))
        written["cases"][name] = exact
        off = distance(single["gradients"], exact["gradients"])
        written["rounding"][name] = {"gradients": off, "kinks": kinks(*plan)}
        print(name, exact["loss"], written["rounding"][name], flush=True)
    ladders = ["flattening", "gaussian-blur", None]
    plan = configuration(lite0), [no_reference(64, tag, 4, ladders) for tag in ("even-", "odd-")]
    exact, single = (steps(*plan, dtype) for dtype in (torch.float64, torch.float32))
    written["steps"] = exact
    written["rounding"]["steps"] = max(abs(a / b - 1) for a, b in zip(single["losses"], exact["losses"]))
    print("steps", [round(value, 4) for value in exact["losses"]], written["rounding"]["steps"])
    written["versions"] = versions(torch)
    (HERE / "training.json").write_text(json.dumps(rounded(written), separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
