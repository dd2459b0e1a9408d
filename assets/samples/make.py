"""Makes the sample pictures of this folder from those inside scikit-image's wheel.

    pip install scikit-image==0.26.0 pillow==13.0.0 numpy==2.4.6
    python make.py [--out .]

Each original is brought to at most 600 pixels on its long side; its degraded versions start from the same pixels.
Everything is deterministic: the noise comes from a fixed seed.
"""

import argparse
from pathlib import Path

import numpy as np
import skimage
from PIL import Image, ImageFilter

SOURCE = Path(skimage.__file__).parent / "data"
LONG_SIDE = 600
QUALITY = 95


def pixels(function):
    """Turns a function of values in 0..1 into one of pictures."""
    def degrade(picture):
        value = function(np.asarray(picture, np.float64) / 255)
        return Image.fromarray(np.clip(value * 255, 0, 255).round().astype(np.uint8))
    return degrade


def blurred(radius):
    return lambda picture: picture.filter(ImageFilter.GaussianBlur(radius))


def shaken(length):
    """Horizontal camera shake: the mean of `length` neighbours."""
    def smear(v):
        padded = np.pad(v, ((0, 0), (length // 2, length // 2), (0, 0)), mode="edge")
        return np.mean([padded[:, i : i + v.shape[1]] for i in range(length)], axis=0)
    return pixels(smear)


def noisy(sigma):
    return pixels(lambda v: v + np.random.default_rng(1).normal(0, sigma, v.shape))


def dark(gain):
    """Underexposure: less light, in linear terms."""
    return pixels(lambda v: (v**2.2 * gain) ** (1 / 2.2))


def hazy(amount):
    return pixels(lambda v: v * (1 - amount) + 0.85 * amount)


def pixelated(factor):
    def degrade(picture):
        small = picture.resize([side // factor for side in picture.size], Image.Resampling.BOX)
        return small.resize(picture.size, Image.Resampling.NEAREST)
    return degrade


def unchanged(picture):
    return picture


# file in the wheel: {suffix of the sample: (degradation, JPEG quality)}
SAMPLES = {
    "astronaut.png": {"": (unchanged, QUALITY), "-hazy": (hazy(0.6), QUALITY)},
    "chelsea.png": {"": (unchanged, QUALITY), "-pixelated": (pixelated(5), QUALITY), "-shaken": (shaken(15), QUALITY)},
    "coffee.png": {
        "": (unchanged, QUALITY), "-blurred": (blurred(3), QUALITY), "-jpeg10": (unchanged, 10), "-noisy": (noisy(0.15), 85),
    },
    "rocket.jpg": {"": (unchanged, QUALITY), "-dark": (dark(0.06), QUALITY), "-jpeg6": (unchanged, 6)},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out = parser.parse_args().out
    for file, versions in SAMPLES.items():
        original = Image.open(SOURCE / file).convert("RGB")
        original.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        for suffix, (degrade, quality) in versions.items():
            path = out / f"{Path(file).stem}{suffix}.jpg"
            degrade(original).save(path, quality=quality, optimize=True)
            print(f"{path.stat().st_size // 1024:5} KiB  {path.name}")


if __name__ == "__main__":
    main()
