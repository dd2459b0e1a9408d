"""Makes small pictures, no two alike, and the list of them: make_pictures.py FOLDER COUNT.

    pip install pillow numpy
"""

import os
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 64


def make(task):
    path, number = task
    if path.exists():
        return
    random = np.random.default_rng(number)
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    waves = [np.sin(2 * np.pi * (a * x + b * y) + c) for a, b, c in random.uniform(-4, 4, (3, 3))]
    pixels = 128 + 80 * np.stack(waves, 2) + random.normal(0, random.uniform(0, 20), (SIDE, SIDE, 3))
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path, quality=90)


if __name__ == "__main__":
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    paths = [folder / f"{number // 1000:03}" / f"{number:06}.jpg" for number in range(count)]
    for parent in {path.parent for path in paths}:
        parent.mkdir(parents=True, exist_ok=True)
    with Pool(os.cpu_count()) as pool:
        pool.map(make, zip(paths, range(count)), chunksize=500)
    (folder / "list").write_text("".join(f"{path}\n" for path in paths))
    print(f"{count} pictures and their list, {folder / 'list'}")
