"""Writes `metrics.json`: what independent programs say of the classic metrics of small pairs, for `bpclip_core::metric`.

    pip install numpy==2.4.6 scipy==1.17.1 pillow==13.0.0 scikit-image==0.26.0 torch==2.15.0 pytorch-msssim==1.0.0
    python make_metrics.py --libjxl FOLDER

FOLDER has `ssimulacra2` and `butteraugli_main` of libjxl 0.11.2 (in Debian the package libjxl-devtools).

The references are crops of the sample photographs, `metrics-even.png` with sides that can be halved four times and
`metrics-odd.png` with sides that cannot; both are written anew with `--crop`. The distorted pictures are not shipped: they
follow from the reference by whole numbers, `//` rounding down. With v a channel of a pixel at column x and row y:
    same    v
    noise   v + (60 * n >> 24) - 30, held to 0..255; n is the top 24 bits of splitmix64 seeded with FNV-1a of "metrics.noise"
            (as in `make.py`), one a value, row after row, red, green and blue
    blocks  the sum of v over the 8 x 8 block, cut off at the picture's end, // the number of its pixels
    blur    the sum of v over the 5 x 5 pixels around, the picture's last ones repeated beyond it, // 25
    levels  v // 32 * 32 + 16
    fade    (3 * v + 128) // 4
    shift   v of the pixel to the left, the first column repeated

`psnr` and `ssim` are scikit-image's; `ms-ssim` follows msssim.m of Wang on scipy.ndimage; where the sides can be halved,
`ms-ssim-torch` is that of pytorch-msssim, which treats odd sides in a way of its own. `ssimulacra2` and `butteraugli` are
libjxl's. PSNR of equal pictures is infinite, and left out.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from pytorch_msssim import ms_ssim as torch_ms_ssim
from scipy import ndimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

HERE = Path(__file__).parent
SAMPLES = HERE.parent.parent / "assets" / "samples"
MASK = (1 << 64) - 1
CROPS = {"even": ("coffee.jpg", (190, 60, 190 + 224, 60 + 176)), "odd": ("astronaut.jpg", (150, 40, 150 + 203, 40 + 165))}


def noise(name, count):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    values = []
    for i in range(count):
        z = (h + (i + 1) * 0x9E3779B97F4A7C15) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        values.append(z >> 40)
    return np.array(values)


def blocks(v):
    out = v.copy()
    for y in range(0, v.shape[0], 8):
        for x in range(0, v.shape[1], 8):
            part = v[y:y + 8, x:x + 8]
            out[y:y + 8, x:x + 8] = part.sum((0, 1)) // (part.shape[0] * part.shape[1])
    return out


def blur(v):
    wide = np.pad(v, ((2, 2), (2, 2), (0, 0)), "edge")
    return sum(wide[y:y + v.shape[0], x:x + v.shape[1]] for y in range(5) for x in range(5)) // 25


DISTORTIONS = {
    "same": lambda v: v,
    "noise": lambda v: np.clip(v + (60 * noise("metrics.noise", v.size).reshape(v.shape) >> 24) - 30, 0, 255),
    "blocks": blocks,
    "blur": blur,
    "levels": lambda v: v // 32 * 32 + 16,
    "fade": lambda v: (3 * v + 128) // 4,
    "shift": lambda v: np.concatenate([v[:, :1], v[:, :-1]], 1),
}


def luma(rgb):
    return rgb.astype(np.float64) @ np.array([0.299, 0.587, 0.114])


def ssim(a, b):
    """With scikit-image's names for what Wang's code does."""
    return structural_similarity(a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, full=True)


def ms_ssim(a, b):
    """Wang's msssim.m: the mean of contrast and structure at each scale, of the whole at the last; 2 x 2 means with
    symmetric ends, of which every second is taken."""
    exponents = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    kernel = np.exp(-np.arange(-5, 6) ** 2 / (2 * 1.5**2))
    kernel = np.outer(kernel, kernel) / kernel.sum() ** 2

    def mean(x):
        return ndimage.correlate(x, kernel)[5:-5, 5:-5]

    product = 1.0
    for scale, exponent in enumerate(exponents):
        ma, mb = mean(a), mean(b)
        structure = (2 * (mean(a * b) - ma * mb) + c2) / (mean(a * a) - ma**2 + mean(b * b) - mb**2 + c2)
        luminance = (2 * ma * mb + c1) / (ma**2 + mb**2 + c1)
        last = scale == len(exponents) - 1
        product *= max((structure * luminance if last else structure).mean(), 0) ** exponent
        # The origin puts the kernel over a pixel and the next, as imfilter does.
        a, b = (ndimage.correlate(x, np.ones((2, 2)) / 4, mode="reflect", origin=-1)[::2, ::2] for x in (a, b))
    return product


def measure(reference, distorted, libjxl):
    a, b = luma(reference), luma(distorted)
    found = {}
    if not np.array_equal(reference, distorted):
        found["psnr"] = float(peak_signal_noise_ratio(reference, distorted, data_range=255))
    found["ssim"] = float(ssim(a, b)[0])
    found["ms-ssim"] = float(ms_ssim(a, b))
    if all(side % 16 == 0 for side in a.shape):
        tensors = (torch.from_numpy(x)[None, None] for x in (b, a))
        found["ms-ssim-torch"] = float(torch_ms_ssim(*tensors, data_range=255))
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / f"{name}.png") for name in ("reference", "distorted")]
        for path, picture in zip(paths, (reference, distorted)):
            Image.fromarray(picture).save(path)
        for name, tool in (("ssimulacra2", "ssimulacra2"), ("butteraugli", "butteraugli_main")):
            said = subprocess.run([str(libjxl / tool), *paths], check=True, capture_output=True, text=True).stdout
            found[name] = float(said.split()[0])
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--libjxl", type=Path, required=True)
    parser.add_argument("--crop", action="store_true", help="make the references anew")
    options = parser.parse_args()
    pairs = []
    for name, (sample, box) in CROPS.items():
        path = HERE / f"metrics-{name}.png"
        if options.crop:
            Image.open(SAMPLES / sample).crop(box).save(path, optimize=True)
        reference = np.array(Image.open(path).convert("RGB"))
        for distortion, distort in DISTORTIONS.items():
            distorted = distort(reference.astype(np.int64)).astype(np.uint8)
            pairs.append({"picture": path.name, "distortion": distortion, **measure(reference, distorted, options.libjxl)})
    (HERE / "metrics.json").write_text(json.dumps({"pairs": pairs}, indent=1) + "\n")
