"""Writes `recipe.json`: the terms of our recipe beyond the paper's loss, written down a second time in PyTorch, in f64.

    python make_recipe.py

    rank        how far the score of neighbours along a ladder falls short of a fall of 0.08 (a part that is blurred left out), and how far
                it moves by more than 0.03 where only the background is blurred; the means of each, added
    words       of each ladder, per word: what must rise falls short of a rise of 0.15, what must fall of a fall of 0.08, what must stay
                moves by more than 0.04 (half of each where a part of the crop is distorted; of a blurred background all must stay);
                the means over each kind, added
    statistics  1 - PLCC of each word with the weighed sum of the ranks of its statistics over the rated crops; the mean over the words
    sharpness   1 - PLCC of the score with the rank of the sharpest parts less half that of the smoothest, over the rated crops
    maps        how far the L2 norm of the tokens without their position falls short of standing out by 1.6 of the map's standard
                deviations inside the distorted part; the mean over levels, branches and ladders

Similarities, tokens and position are seeded tensors, pictures are `picture`, both of `python/src/bpclip/seeded.py`, with `e` eighths of their
contrast. Gradients are measured as in `make_training.py`.
"""

import json

import numpy as np
import torch

from make import HERE  # first: it finds this repository's package
from make_training import WORDS, measure, rounded
from bpclip import ADJECTIVES
from bpclip.seeded import picture, seeded_tensor

RISE, FALL, STAY, PARTIAL, CONTRAST = 0.15, 0.08, 0.04, 0.5, 1.6
RANK, BACKGROUND = 0.08, 0.03
PRAISE = {"pristine", "excellent", "good"}

# Distortion: own words, further words that must fall, words of which nothing is known, dimensions of which nothing is known.
KINDS = {
    "gaussian-blur": ("sharpness", "blurry soft unfocused smeared", "", "", "noise"),
    "darkening": ("brightness", "dark underexposed", "overexposed glaring", "", "contrast colour noise"),
    "overexposure": ("brightness", "overexposed glaring", "dark underexposed", "bright", "contrast colour noise"),
    "desaturation": ("colour", "dull faded", "oversaturated", "natural", "contrast"),
    "gaussian-noise": ("noise", "noisy grainy", "", "", "fidelity"),
    "jpeg": ("fidelity", "blocky compressed distorted", "", "", "sharpness noise"),
}

# Word: its statistics with their signs and weights.
FOLLOW = {
    "bright": "luma", "dark": "-luma", "underexposed": "-luma dark", "overexposed": "bright luma", "glaring": "bright luma",
    "contrasty": "contrast", "punchy": "contrast colour", "flat": "-contrast", "hazy": "-contrast -dark",
    "washed-out": "-contrast -colour", "vivid": "colour", "colorful": "colour", "dull": "-colour", "faded": "-colour",
    "oversaturated": "colour", "sharp": "sharpest", "crisp": "sharpest", "detailed": "sharpest", "focused": "sharpest",
    "blurry": "direction -0.5*sharpest", "soft": "-sharpest", "unfocused": "-sharpest", "smeared": "direction",
    "clean": "-smoothest 0.5*sharpest", "smooth": "-smoothest", "noiseless": "-smoothest 0.5*sharpest",
    "noisy": "smoothest -0.5*sharpest", "grainy": "smoothest -0.5*sharpest", "speckled": "smoothest -0.5*sharpest",
}


def effect(kind, adjective):
    dimension, own, falls, free, free_dimensions = KINDS[kind]
    word = adjective["word"]
    if word in own.split():
        return "rise"
    if word in free.split() or word == "bad":
        return "free"
    if word in falls.split() or word in PRAISE:
        return "fall"
    if adjective["dimension"] == dimension:
        return "fall" if adjective["higher"] else "free"
    return "free" if adjective["dimension"] in free_dimensions.split() else "stay"


def rank(raw, ladders):
    change = lambda ladder: raw[ladder["rungs"][0]] - raw[ladder["rungs"][-1]]
    short = [(RANK - change(l)).clamp_min(0) for l in ladders if not (l["region"] and l["distortion"].endswith("blur"))]
    moved = [(change(l).abs() - BACKGROUND).clamp_min(0) for l in ladders if l["background"]]
    return torch.stack(short).mean() + torch.stack(moved).mean()


def words(similarities, ladders):
    short = {"rise": [], "fall": [], "stay": []}
    for ladder in ladders:
        share = PARTIAL if ladder["region"] and not ladder["background"] else 1.0
        less, more = ladder["rungs"][0], ladder["rungs"][-1]
        for k, adjective in enumerate(ADJECTIVES):
            change = similarities[more, k] - similarities[less, k]
            what = effect(ladder["distortion"], adjective)
            match "stay" if ladder["background"] and what != "free" else what:
                case "rise":
                    short["rise"].append((RISE * share - change).clamp_min(0))
                case "fall":
                    short["fall"].append((FALL * share + change).clamp_min(0))
                case "stay":
                    short["stay"].append((change.abs() - STAY * share).clamp_min(0))
    return sum(torch.stack(values).mean() for values in short.values())


def plain(rgb):
    """The statistics of a picture [h, w, 3]."""
    rgb = rgb.astype(np.float64)
    luma = rgb @ [0.299, 0.587, 0.114]
    opponents = rgb[..., 0] - rgb[..., 1], rgb[..., :2].mean(-1) - rgb[..., 2]
    laplacian = np.abs(luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * luma[1:-1, 1:-1])
    def at(share, block):
        rows, columns = (side // block for side in laplacian.shape)
        means = [laplacian[block * y:block * (y + 1), block * x:block * (x + 1)].mean() for y in range(rows) for x in range(columns)]
        return np.sort(means)[int(share * (len(means) - 1) + 0.5)]
    across, down = luma[1:-1, 2:] - luma[1:-1, :-2], luma[2:, 1:-1] - luma[:-2, 1:-1]
    tensor = np.array([[(a * b).mean() for a in (across, down)] for b in (across, down)])
    small, large = np.linalg.eigvalsh(tensor)
    return {
        "luma": luma.mean(), "bright": (luma > 245).mean(), "dark": (luma < 16).mean(), "contrast": luma.std(),
        "colour": np.hypot(*(o.std() for o in opponents)) + 0.3 * np.hypot(*(o.mean() for o in opponents)),
        "sharpest": at(0.95, 32), "smoothest": at(0.01, 8), "direction": (large - small) / (large + small + 1e-3),
    }


def ranks(values):
    values = np.asarray(values)
    return np.array([(values < v).sum() + ((values == v).sum() - 1) / 2 for v in values])


def weighed(follow):
    """`-0.5*sharpest` as name and weight."""
    *weight, name = follow.split("*")
    return name.lstrip("-"), float(weight[0]) if weight else -1.0 if name[0] == "-" else 1.0


def statistics(similarities, rows):
    short = []
    for word, follows in FOLLOW.items():
        target = sum(weight * ranks([row[name] for row in rows]) for name, weight in map(weighed, follows.split()))
        s = similarities[:len(rows), WORDS.index(word)]
        short.append(1 - torch.corrcoef(torch.stack([s, torch.from_numpy(target)]))[0, 1])
    return torch.stack(short).mean()


def sharpness(raw, rows):
    of = lambda name: ranks([row[name] for row in rows])
    target = torch.from_numpy(of("sharpest") - 0.5 * of("smoothest"))
    return 1 - torch.corrcoef(torch.stack([raw[:len(rows)], target]))[0, 1]


def cells(ladder, height, width):
    left, top, right, bottom = ladder["region"]
    overlap = lambda low, high, n: [max(0.0, min(high * n, k + 1) - max(low * n, k)) for k in range(n)]
    within = np.outer(overlap(top, bottom, height), overlap(left, right, width)).ravel()
    return 1 - within if ladder["background"] else within


def maps(branches, position, ladders, grid):
    short = []
    for ladder in ladders:
        if not ladder["region"]:
            continue
        inside = torch.from_numpy(cells(ladder, *grid))
        for tokens in branches:
            norms = (tokens - position).norm(dim=2)[ladder["rungs"][-1]]
            z = (norms - norms.mean()) / norms.std(correction=0)
            contrast = (z * inside).sum() / inside.sum() - (z * (1 - inside)).sum() / (1 - inside).sum()
            short.append((CONTRAST - contrast).clamp_min(0))
    return torch.stack(short).mean()


def main():
    rated, names = 8, [*KINDS, "gaussian-blur", "gaussian-blur"]
    regions = [None, [0.1, 0.2, 0.6, 0.9], None, [0.4, 0.0, 1.0, 0.5], None, [0.25, 0.5, 0.75, 1.0], [0.3, 0.1, 0.7, 0.6], [0.2, 0.2, 0.8, 0.6]]
    ladders = [{"rungs": [rated + 2 * k, rated + 2 * k + 1], "distortion": name, "region": region, "background": k == 6}
               for k, (name, region) in enumerate(zip(names, regions))]
    count, grid, depth = rated + 2 * len(names), (4, 5), 6
    similarities = [seeded_tensor(f"similarities.{k}", (count, len(WORDS))).double().requires_grad_() for k in range(4)]
    raw = seeded_tensor("raw", (count,)).double().requires_grad_()
    position = seeded_tensor("position.cells", (1, grid[0] * grid[1], depth)).double()
    tokens = [(seeded_tensor(f"tokens.{k}", (count, grid[0] * grid[1], depth)).double()).requires_grad_() for k in range(8)]
    pictures = [[f"statistics-{k}", 1 + k % 8] for k in range(rated)]
    faded = [(picture(name, 70, 100).astype(np.int64) * e + 128 * (8 - e)) // 8 for name, e in pictures]
    rows = [plain(rgb) for rgb in faded]
    mean = torch.stack(similarities).mean(0)
    parts = {"rank": rank(raw, ladders), "words": words(mean, ladders), "statistics": statistics(mean, rows), "maps": maps(tokens, position, ladders, grid), "sharpness": sharpness(raw, rows)}
    sum(parts.values()).backward()
    written = {
        "rated": rated, "ladders": ladders, "grid": grid, "depth": depth, "pictures": pictures, "side": [100, 70],
        "plain": [list(row.values()) for row in rows],
        "terms": {name: part.item() for name, part in parts.items()},
        "raw": measure("raw", raw.grad),
        "similarities": [measure(f"similarities.{k}", z.grad) for k, z in enumerate(similarities)],
        "tokens": [measure(f"tokens.{k}", z.grad) for k, z in enumerate(tokens)],
    }
    (HERE / "recipe.json").write_text(json.dumps(rounded(written), separators=(",", ":"), sort_keys=True) + "\n")
    print(written["terms"])


if __name__ == "__main__":
    main()
