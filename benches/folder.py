"""A folder of pictures to its scores, this program and PyTorch in turn: seconds a picture, cores in use, peak memory.

    python benches/folder.py FOLDER [--program target/release/bpclip] [--rounds 3]

Both are whole processes on the CPU with the bundled checkpoint at its own size. PyTorch is
the package in `python/` in a loop: a picture is opened with Pillow while the one before it is looked at
(one `DataLoader` worker), eagerly, in fp32. Needs what `python/pyproject.toml` names.
"""

import argparse
import statistics
import sys
from pathlib import Path

from process import run

ROOT = Path(__file__).resolve().parent.parent
BOXED = ROOT / "weights/bpclip-nr.safetensors"
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


def pictures(folder):
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)


def pytorch(folder):
    sys.path.insert(0, str(ROOT / "python/src"))
    import torch
    from bpclip import load, normalise, prepare, read

    model = load(BOXED)

    class Folder(torch.utils.data.Dataset):
        paths = pictures(folder)

        def __len__(self):
            return len(self.paths)

        def __getitem__(self, index):
            return normalise(prepare(read(self.paths[index]), model.metadata["size"])[0], model.config)[0]

    with torch.inference_mode():
        for picture in torch.utils.data.DataLoader(Folder(), num_workers=1):
            print(model(picture)["raw"].item())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/bpclip")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", action="store_true", help="be the PyTorch process")
    arguments = parser.parse_args()
    if arguments.peer:
        return pytorch(arguments.folder)
    count = len(pictures(arguments.folder))
    commands = {
        "ours": [arguments.program, "score", arguments.folder, "--device", "cpu", "--format", "jsonl"],
        "PyTorch": [sys.executable, "-B", __file__, arguments.folder, "--peer"],
    }
    rounds = [{name: run(command) for name, command in commands.items()} for _ in range(arguments.rounds)]
    print(f"{count} pictures, {arguments.rounds} rounds\n| | seconds a picture | cores | MB |\n| --- | --- | --- | --- |")
    for name in commands:
        costs = [costs[name] for costs in rounds]
        seconds = statistics.median(cost.seconds for cost in costs)
        cores = statistics.median(cost.processor / cost.seconds for cost in costs)
        print(f"| {name} | {seconds / count:.3f} | {cores:.2f} | {max(cost.megabytes for cost in costs):.0f} |")
    ratio = statistics.median(costs["ours"].seconds / costs["PyTorch"].seconds for costs in rounds)
    print(f"ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
