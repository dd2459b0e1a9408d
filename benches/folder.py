"""A folder of pictures to its scores, this program and its peers in turn: seconds a picture, cores in use, peak memory.

    python benches/folder.py FOLDER [--program target/release/bpclip] [--rounds 3] [--peers pytorch,openvino]

All are whole processes on the CPU with the bundled checkpoint at its own size, in fp32. PyTorch is
the package in `python/` in a loop: a picture is opened with Pillow while the one before it is looked at
(one `DataLoader` worker), eagerly. OpenVINO is its throughput mode on an ONNX export (`--onnx`, made here
if none is named), fed by a pool of as many threads as there are cores, each of which opens a picture with
Pillow and brings it to its size; the export is not part of its time. Needs what `python/pyproject.toml`
names, for OpenVINO onnx and openvino too.
"""

import argparse
import os
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from process import CHECKPOINT, ROOT, exported, run

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


def pictures(folder):
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)


def pytorch(folder, _):
    import torch
    from bpclip import load, normalise, prepare, read

    model = load(CHECKPOINT)

    class Folder(torch.utils.data.Dataset):
        paths = pictures(folder)

        def __len__(self):
            return len(self.paths)

        def __getitem__(self, index):
            return normalise(prepare(read(self.paths[index]), model.metadata["size"])[0], model.config)[0]

    with torch.inference_mode():
        for picture in torch.utils.data.DataLoader(Folder(), num_workers=1):
            print(model(picture)["raw"].item())


def openvino(folder, onnx):
    import numpy
    import openvino
    import torch
    from bpclip import load, normalise, prepare, read

    cores = os.cpu_count()
    # The pool's threads are the ones that work side by side.
    torch.set_num_threads(1)
    model = load(CHECKPOINT)
    hints = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": "f32"}
    queue = openvino.AsyncInferQueue(openvino.Core().compile_model(onnx, "CPU", hints))
    queue.set_callback(lambda request, path: print(path, request.get_tensor("raw").data.item()))

    def opened(path):
        picture = prepare(read(path), model.metadata["size"])[0]
        return path, numpy.ascontiguousarray(normalise(picture, model.config).numpy())

    paths = pictures(folder)
    with ThreadPoolExecutor(cores) as pool:
        # Not all at once: a few ahead are enough, and memory stays as it is.
        ahead = [pool.submit(opened, path) for path in paths[: 4 * cores]]
        for path in paths[4 * cores :] + [None] * len(ahead):
            name, pixels = ahead.pop(0).result()
            queue.start_async([pixels], str(name))
            if path is not None:
                ahead.append(pool.submit(opened, path))
    queue.wait_all()


PEERS = {"pytorch": pytorch, "openvino": openvino}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/bpclip")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=lambda text: text.split(","), default=["pytorch"])
    parser.add_argument("--onnx", help="an export that is at hand")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        sys.path.insert(0, str(ROOT / "python/src"))
        return PEERS[arguments.peer](arguments.folder, arguments.onnx)
    with tempfile.TemporaryDirectory() as folder:
        onnx = arguments.onnx
        if onnx is None and "openvino" in arguments.peers:
            onnx = exported(Path(folder))
        compare(arguments, onnx)


def compare(arguments, onnx):
    count = len(pictures(arguments.folder))
    peer = [sys.executable, "-B", __file__, arguments.folder, *(["--onnx", onnx] if onnx else []), "--peer"]
    commands = {"ours": [arguments.program, "score", arguments.folder, "--device", "cpu", "--format", "jsonl"]}
    commands |= {name: [*peer, name] for name in arguments.peers}
    rounds = [{name: run(command) for name, command in commands.items()} for _ in range(arguments.rounds)]
    print(f"{count} pictures, {arguments.rounds} rounds\n| | seconds a picture | cores | MB |\n| --- | --- | --- | --- |")
    for name in commands:
        costs = [costs[name] for costs in rounds]
        seconds = statistics.median(cost.seconds for cost in costs)
        cores = statistics.median(cost.processor / cost.seconds for cost in costs)
        print(f"| {name} | {seconds / count:.3f} | {cores:.2f} | {max(cost.megabytes for cost in costs):.0f} |")
    for name in arguments.peers:
        ratio = statistics.median(costs["ours"].seconds / costs[name].seconds for costs in rounds)
        print(f"ratio to {name} {ratio:.2f}")


if __name__ == "__main__":
    main()
