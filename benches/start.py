"""How long a start takes: until a window is there, until it shows the photo, and until a photo has its score.

    python benches/start.py [--program target/release/bpclip] [--viewers eog] [--rounds 5] [--cold]

A photo of 12 megapixels in one loud colour is opened under Xvfb, whose screen lies in a file: the window is there when
the screen is no longer black, the photo when much of it has that colour. Beside it are the viewers that are named, and
for the score the package in `python/`. `--cold` empties the system's file cache before each start, which only root may.
Needs Xvfb and Pillow, for the package what `python/pyproject.toml` names.
"""

import argparse
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from process import ROOT, run

WIDTH, HEIGHT = 1440, 900
COLOUR = (230, 20, 200)


def photo(path):
    from PIL import Image

    Image.new("RGB", (4000, 3000), COLOUR).save(path, quality=90)


class Screen:
    """A screen that lies in a file, read at the points of a grid."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            ["Xvfb", ":78", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.path = Path(folder) / "Xvfb_screen0"
        while not (self.path.exists() and self.path.stat().st_size > WIDTH * HEIGHT * 4):
            time.sleep(0.05)
        with open(self.path, "rb") as file:
            header = struct.unpack(">20I", file.read(80))
        self.row = header[12]
        # The header says its own length; colours of 12 bytes follow it.
        self.begin = header[0] + 12 * header[19]

    def points(self):
        pixels = self.path.read_bytes()[self.begin :]
        for y in range(10, HEIGHT, 20):
            for x in range(10, WIDTH, 20):
                at = y * self.row + 4 * x
                yield pixels[at + 2], pixels[at + 1], pixels[at]

    def has_a_window(self):
        return sum(sum(point) > 0 for point in self.points()) > 200

    def shows_the_photo(self):
        near = lambda point: all(abs(a - b) < 16 for a, b in zip(point, COLOUR))
        return sum(map(near, self.points())) > 200


def opened(screen, command, environment):
    """Seconds until the window is there, and until the photo is."""
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = []
    for there in (screen.has_a_window, screen.shows_the_photo):
        while not there():
            assert time.monotonic() - begun < 60 and process.poll() is None, command
            time.sleep(0.005)
        seconds.append(time.monotonic() - begun)
    process.terminate()
    process.wait()
    while screen.has_a_window():
        time.sleep(0.05)
    return seconds


def forget():
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/bpclip")
    parser.add_argument("--viewers", type=lambda text: text.split(","), default=["eog"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold", action="store_true")
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        photo(path)
        homes = ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"]
        environment = os.environ | {"DISPLAY": ":78"} | {name: folder for name in homes}
        environment.pop("WAYLAND_DISPLAY", None)
        viewers = {"ours": program} | {name: name for name in arguments.viewers}
        package = ["env", f"PYTHONPATH={ROOT / 'python/src'}", sys.executable, "-m", "bpclip"]
        scorers = {"ours": [program], "the package": package}
        opening = {name: [] for name in viewers}
        scoring = {name: [] for name in scorers}
        screen = Screen(folder)
        try:
            for _ in range(arguments.rounds):
                for name, viewer in viewers.items():
                    if arguments.cold:
                        forget()
                    opening[name].append(opened(screen, [viewer, path], environment))
                for name, scorer in scorers.items():
                    if arguments.cold:
                        forget()
                    scoring[name].append(run([*scorer, "score", path, "--device", "cpu"]).seconds)
        finally:
            screen.process.terminate()
    say = lambda seconds: f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"
    for name, seconds in opening.items():
        window, shown = zip(*seconds)
        print(f"{name}: window {say(window)}, photo {say(shown)}")
    for name, seconds in scoring.items():
        print(f"{name}: score {say(seconds)}")


main()
