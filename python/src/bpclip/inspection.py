"""A picture file to everything that the network says of it, as plain arrays."""

from dataclasses import dataclass, field

import numpy as np
import torch

from .picture import PictureError, fingerprint, normalise, prepare, read
from .reading import dimension_values, looks, reading, score_of_100
from .sharpness import Sharpness, measure


@dataclass
class Inspection:
    """What the network says of one picture. Arrays are f32.

    The maps have one grid of about 32 x 32 scored pixels a cell; a list runs from the shallow level to the deep one.
    """

    path: str
    width: int  # of the file's picture, upright, in pixels
    height: int
    scored_width: int
    scored_height: int
    raw: float  # about 0 to 1, higher is better
    similarities: np.ndarray  # [4, adjectives], cosines
    image_features: np.ndarray  # [4, T], the picture in the text space
    notes: list
    sharpness: Sharpness | None  # of the picture at its own size
    fingerprint: str
    metadata: dict = field(repr=False)
    detail: "Detail | None" = field(default=None, repr=False)

    @property
    def score(self):
        """0 to 100, higher is better."""
        return score_of_100(self.raw)

    @property
    def words(self):
        """The similarity of each adjective, by its word: the mean over the levels."""
        return dict(zip((a["word"] for a in self.metadata["adjectives"]), self.mean_similarities.tolist()))

    @property
    def mean_similarities(self):
        mean = np.zeros(self.similarities.shape[1], np.float32)
        for level in self.similarities:
            mean += level / np.float32(len(self.similarities))
        return mean

    @property
    def dimensions(self):
        """How good it is in sharpness, noise and so on: better words less worse ones."""
        return dimension_values(self.metadata["adjectives"], self.mean_similarities.tolist())

    @property
    def looks(self):
        """The words that tell most of it."""
        return looks(self.metadata, self.raw, self.mean_similarities)

    @property
    def reading(self):
        """Percentiles, interval, coverage, whether the network learned from it; what the checkpoint does not know is left out."""
        return reading(self.metadata, self.raw, self.mean_similarities, self.fingerprint)


@dataclass
class Detail:
    """Maps and attention of one picture, and the pixels that were scored."""

    pixels: np.ndarray  # u8 [scored_height, scored_width, 3]
    information: list  # four of [h, w]: the L2 norm of each token of G', the encoding of its position taken off
    weight: list  # the same of G''; empty without the weight branch
    information_with_position: list  # the paper's norm, with the encoding left in
    weight_with_position: list
    masks: list  # five of [H_i, W_i], 0 to 1: how much of each place of a level is let through
    information_attention: list  # four of [heads, N, N]: queries before keys, rows sum to 1
    weight_attention: list

    def looks_from(self, level, row, column, branch="information", head=None):
        """Where the cell at `row`, `column` looks at a level (0 to 3): [h, w], shares that sum to 1; the mean of the heads, or one."""
        h, w = self.information[0].shape
        weights = getattr(self, f"{branch}_attention")[level][:, row * w + column]
        return (weights.mean(0) if head is None else weights[head]).reshape(h, w)

    def received(self, level, branch="information"):
        """The weight that each cell receives, the mean over heads and queries: [h, w], all cells together 1."""
        return getattr(self, f"{branch}_attention")[level].mean((0, 1)).reshape(self.information[0].shape)


def inspect(model, path, reference=None, size=None, detail=False):
    """Scores the picture in a file, against the reference in another where the network takes one.

    `size` is the shorter side in pixels that it is reduced to, instead of the checkpoint's own; `"full"` scores every pixel. With
    `detail` there are maps and attention too. PictureError says why a picture cannot be scored.
    """
    full = model.config["task"] == "full-reference"
    if (reference is not None) != full:
        raise PictureError("a full-reference checkpoint needs a reference for every picture" if full
                           else "a no-reference checkpoint takes no reference")
    policy = model.metadata["size"]
    if size is not None:
        policy = {"shorter_side": None if size == "full" else size, "enlarge": False}
    picture = read(path)
    pixels, notes = prepare(picture, policy)
    images = [pixels]
    if reference is not None:
        other = read(reference)
        if (other.width, other.height) != (picture.width, picture.height):
            raise PictureError(f"the picture is {picture.width}x{picture.height}, its reference {other.width}x{other.height}: "
                               "both must be of one size")
        images.append(prepare(other, policy)[0])
    device = model.text_features.device
    with torch.inference_mode():
        out = model(*(normalise(image, model.config).to(device) for image in images))
    raw = out["raw"].item()
    if not np.isfinite(raw):
        raise PictureError("the network's answer is not a number")
    features = np.stack([x[0].cpu().numpy() for x in out["image_features"]])
    return Inspection(
        str(path), picture.width, picture.height, pixels.shape[1], pixels.shape[0], raw, out["similarities"][0].cpu().numpy(), features,
        notes, measure(picture.pixels), fingerprint(pixels), model.metadata, detailed(out, pixels) if detail else None,
    )


def detailed(out, pixels):
    grid = out["grid"]

    def norms(tokens):
        return tokens[0].norm(dim=1).reshape(grid).cpu().numpy()

    def numbers(name):
        return [value[0].cpu().numpy() for value in out.get(name, [])]

    own = {name: [norms(z - out["position"]) for z in out.get(name, [])] for name in ("information", "weight")}
    whole = {f"{name}_with_position": [norms(z) for z in out.get(name, [])] for name in own}
    masks = [mask[0] for mask in numbers("mask")]
    return Detail(pixels, **own, **whole, masks=masks, information_attention=numbers("msca_attention"),
                  weight_attention=numbers("sa_attention"))
