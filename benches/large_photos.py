"""Large photos as a user would score them: seconds and peak memory of a whole process, by megapixels and size policy.

    python benches/large_photos.py [--program target/release/bpclip] [--rounds 3] [--map]

The photos are mosaics of `assets/samples` at their own pixels, so detail goes down to the last one, as JPEG (quality 92) and,
for what a decoder that cannot reduce costs, as PNG. Needs Pillow.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from PIL import Image

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


def run(arguments):
    """Seconds and megabytes of a process."""
    begun = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    return time.monotonic() - begun, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/bpclip")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--map", action="store_true")
    arguments = parser.parse_args()
    print("| megapixels | file | command | seconds | MB at the peak |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for megapixels, size in SIZES.items():
            picture = mosaic(size)
            for ending in ["jpg", "png"] if megapixels == 24 else ["jpg"]:
                path = Path(folder) / f"photo.{ending}"
                picture.save(path, quality=92) if ending == "jpg" else picture.save(path, compress_level=1)
                commands = [["score", path], ["score", path, "--size", "full"]]
                if arguments.map and ending == "jpg":
                    commands.append(["map", path, "--of", "score", "--output", f"{folder}/map"])
                for command in commands:
                    whole = [arguments.program, *command, "--device", "cpu"]
                    rounds = [run(whole) for _ in range(arguments.rounds)]
                    seconds = statistics.median(seconds for seconds, _ in rounds)
                    memory = max(memory for _, memory in rounds)
                    said = " ".join(str(word) for word in command if word != path and not str(word).startswith(folder))
                    print(f"| {megapixels} | {ending} | {said} | {seconds:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
