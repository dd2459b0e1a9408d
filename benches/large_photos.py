"""Large photos as a user would score them: seconds and peak memory of a whole process, by megapixels and size policy.

    python benches/large_photos.py [--program target/release/bpclip] [--rounds 3] [--map] [--pytorch]

The photos are mosaics of `assets/samples` at their own pixels, so detail goes down to the last one, as JPEG (quality 92) and,
for what a decoder that cannot reduce costs, as PNG. `--pytorch` adds `python -m bpclip score` as a whole process, at its usual size and
at `--size full`: it scores 4.2 megapixels at most, the program up to 33, or what fits half of free memory, as a power of two. Needs
Pillow, with `--pytorch` what `python/pyproject.toml` names.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from PIL import Image
from process import run

ROOT = Path(__file__).resolve().parent.parent
SIZES = {12: (4240, 2832), 24: (6000, 4000), 50: (8660, 5774), 100: (12248, 8165)}


def mosaic(size):
    samples = [Image.open(path).convert("RGB") for path in sorted((ROOT / "assets/samples").glob("*.jpg"))]
    picture, y, count = Image.new("RGB", size), 0, 0
    while y < size[1]:
        x = 0
        while x < size[0]:
            sample = samples[count % len(samples)]
            picture.paste(sample, (x, y))
            x, count = x + sample.width, count + 1
        y += 300
    return picture


def pytorch(path):
    """At the usual size, and at every pixel up to the 4.2 megapixels that it scores at most."""
    os.environ["PYTHONPATH"] = str(ROOT / "python/src")
    score = [sys.executable, "-B", "-m", "bpclip", "score", path, "--checkpoint", ROOT / "weights/bpclip-nr.safetensors"]
    return {"PyTorch": score, "PyTorch --size full": [*score, "--size", "full"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/bpclip")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--map", action="store_true")
    parser.add_argument("--pytorch", action="store_true")
    arguments = parser.parse_args()
    print("| megapixels | file | command | seconds | MB at the peak |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for megapixels, size in SIZES.items():
            picture = mosaic(size)
            for ending in ["jpg", "png"] if megapixels == 24 else ["jpg"]:
                path = Path(folder) / f"photo.{ending}"
                picture.save(path, quality=92) if ending == "jpg" else picture.save(path, compress_level=1)
                score = [arguments.program, "score", path, "--device", "cpu"]
                commands = {"score": score, "score --size full": [*score, "--size", "full"]}
                if arguments.map and ending == "jpg":
                    made = ["--of", "score", "--output", f"{folder}/map", "--device", "cpu"]
                    commands["map"] = [arguments.program, "map", path, *made]
                if arguments.pytorch and ending == "jpg":
                    commands |= pytorch(path)
                for said, command in commands.items():
                    rounds = [run(command) for _ in range(arguments.rounds)]
                    seconds = statistics.median(cost.seconds for cost in rounds)
                    memory = max(cost.megabytes for cost in rounds)
                    print(f"| {megapixels} | {ending} | {said} | {seconds:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
