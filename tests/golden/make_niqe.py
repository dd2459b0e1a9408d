"""Writes `niqe.json`: NIQE of small pictures by an implementation of its own, for `bpclip_core::metric::Niqe`.

    pip install numpy==2.4.6 scipy==1.17.1 pillow==13.0.0 safetensors==0.8.0
    python make_niqe.py
    python make_niqe.py --fit FOLDER...     # parameters from photographs, compared with weights/niqe.safetensors

Written from the paper (A. Mittal, R. Soundararajan, A. C. Bovik, "Making a 'completely blind' image quality analyzer",
IEEE Signal Processing Letters 20(3), 2013), whose parameters these are not. What the paper leaves open: luma is BT.601's, not
rounded; pixels beyond an edge are as the edge; a picture is halved by Keys' cubic at twice its width (eight taps); a pixel
less than 1e-6 from what is around it is 0; products are of neighbours within a patch; shapes are looked for from 0.2 to 10;
patches with a fit missing are left out.

Pictures are four times a picture of `make_metrics.py`, distorted by its rules; what is fitted is fitted to mosaics of these.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from distorted import HERE, distorted, read
from PIL import Image
from safetensors.numpy import load_file
from scipy.ndimage import correlate1d
from scipy.optimize import brentq
from scipy.special import gammaln

PARAMETERS = HERE.parents[1] / "weights" / "niqe.safetensors"
PATCH = 96


def around(plane, weights, origin=0):
    for axis in (0, 1):
        plane = correlate1d(plane, weights, axis=axis, mode="nearest", origin=origin)
    return plane


def normalised(luma):
    """`(I - mu) / (sigma + 1)` and `sigma`."""
    weights = np.exp(-np.arange(-3, 4) ** 2 / (2 * (7 / 6) ** 2))
    weights /= weights.sum()
    mu = around(luma, weights)
    sigma = np.sqrt(np.maximum(around(luma**2, weights) - mu**2, 0))
    difference = luma - mu
    difference[np.abs(difference) < 1e-6] = 0
    return difference / (sigma + 1), sigma


def keys(x):
    x = abs(x)
    return 1.5 * x**3 - 2.5 * x**2 + 1 if x < 1 else -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0


def halved(luma):
    taps = np.array([keys(offset / 2) / 2 for offset in np.arange(-3.5, 4)])
    rows, columns = (side // 2 for side in luma.shape)
    return around(luma, taps, origin=-1)[: 2 * rows : 2, : 2 * columns : 2]


def ratio(shape):
    return np.exp(2 * gammaln(2 / shape) - gammaln(1 / shape) - gammaln(3 / shape))


def shape_of(value):
    low, high = 0.2, 10
    return low if value <= ratio(low) else high if value >= ratio(high) else brentq(lambda s: ratio(s) - value, low, high, xtol=1e-14)


def scale(shape):
    return np.sqrt(np.exp(gammaln(1 / shape) - gammaln(3 / shape)))


def statistics(patch):
    """18 numbers, or none."""
    square = np.mean(patch**2)
    if square == 0:
        return None
    alpha = shape_of(np.mean(np.abs(patch)) ** 2 / square)
    found = [alpha, np.sqrt(square) * scale(alpha)]
    for product in [
        patch[:, :-1] * patch[:, 1:],
        patch[:-1] * patch[1:],
        patch[:-1, :-1] * patch[1:, 1:],
        patch[:-1, 1:] * patch[1:, :-1],
    ]:
        below, above = product[product < 0], product[product > 0]
        if not below.size or not above.size:
            return None
        left, right = np.sqrt(np.mean(below**2)), np.sqrt(np.mean(above**2))
        g = left / right
        r = np.mean(np.abs(product)) ** 2 / np.mean(product**2)
        gamma = shape_of(r * (g**3 + 1) * (g + 1) / (g**2 + 1) ** 2)
        left, right = left * scale(gamma), right * scale(gamma)
        found += [gamma, (right - left) * np.exp(gammaln(2 / gamma) - gammaln(1 / gamma)), left, right]
    return found


def patches(picture):
    """Rows of 36 statistics, and how sharp each patch is."""
    luma = picture.astype(np.int64) @ [299, 587, 114] / 1000
    (first, sigma), (second, _) = normalised(luma), normalised(halved(luma))
    rows, sharpness = [], []
    for y in range(luma.shape[0] // PATCH):
        for x in range(luma.shape[1] // PATCH):
            at = lambda plane, side: plane[y * side : (y + 1) * side, x * side : (x + 1) * side]
            parts = [statistics(at(first, PATCH)), statistics(at(second, PATCH // 2))]
            if None not in parts:
                rows.append(parts[0] + parts[1])
                sharpness.append(at(sigma, PATCH).mean())
    return np.array(rows), np.array(sharpness)


def fit(pictures):
    rows = []
    for picture in pictures:
        found, sharpness = patches(picture)
        rows.append(found[sharpness > 0.75 * sharpness.max()])
    rows = np.concatenate(rows)
    return rows.mean(0), np.cov(rows, rowvar=False), len(rows)


def niqe(picture, mean, covariance):
    rows, _ = patches(picture)
    d = mean - rows.mean(0)
    return float(np.sqrt(d @ np.linalg.inv((covariance + np.cov(rows, rowvar=False)) / 2) @ d))


def mosaics():
    """Of both pictures six of 2 x 3 tiles."""
    for name in ["metrics-even.png", "metrics-odd.png"]:
        tiles = [distorted(read(name), tile) for tile in ["same", "shift", "levels", "fade", "same", "fade"]]
        for first in range(6):
            tile = tiles[first:] + tiles[:first]
            yield np.concatenate([np.concatenate(tile[:3], 1), np.concatenate(tile[3:], 1)])


def golden():
    parameters = load_file(PARAMETERS)
    mean, covariance = (parameters[name].astype(np.float64) for name in ("mean", "covariance"))
    values = []
    for name in ["metrics-even.png", "metrics-odd.png"]:
        for distortion in ["same", "noise", "blur", "levels", "fade"]:
            picture = np.tile(distorted(read(name), distortion), (2, 2, 1))
            values.append({"picture": name, "distortion": distortion, "niqe": niqe(picture, mean, covariance)})
    mean, covariance, _ = fit(mosaics())
    fitted = {"mean": mean.tolist(), "variances": np.diag(covariance).tolist(), "first": covariance[0].tolist()}
    return {"pictures": values, "fitted": fitted}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit", type=Path, nargs="+")
    folders = parser.parse_args().fit
    if folders:
        files = sorted(file for folder in folders for file in folder.iterdir() if file.suffix in (".webp", ".png"))
        mean, covariance, count = fit(np.asarray(Image.open(file).convert("RGB")) for file in files)
        known = load_file(PARAMETERS)
        print(f"{count} patches of {len(files)} photographs")
        for name, found in [("mean", mean), ("covariance", covariance)]:
            print(f"{name}: off by at most {np.abs(known[name] / found - 1).max():.1e} of the value")
        return
    (HERE / "niqe.json").write_text(json.dumps(golden(), indent=2) + "\n")


if __name__ == "__main__":
    main()
