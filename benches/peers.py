"""This program beside ONNX Runtime, OpenVINO and PyTorch: processor time and time a picture, peak memory.

    python benches/peers.py [--program target/release/bpclip] [--sides 224,384,512,1024,2048] [--threads 1,2]
                            [--batches 1,8] [--rounds 3] [--peers onnxruntime,openvino-f32,openvino-bf16,...]

All run the bundled no-reference checkpoint on the CPU, in turn, each in processes of its own; the peers from one
ONNX export (`python -m bpclip export`), PyTorch from the package, eagerly and compiled. The peers get tensors that are
ready; of ours it is the whole way from a bitmap on disk to a line of CSV, less what one picture takes, which is
mostly the start (`bpclip score` of many pictures and of one). Ours looks at pictures together by itself, so its
batches are 1 and as it likes. Medians of the rounds. Needs what `python/pyproject.toml` names, and onnx,
onnxruntime, openvino, numpy and pillow.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from process import CHECKPOINT, ROOT, exported, run

PEERS = ["onnxruntime", "openvino-f32", "openvino-bf16", "pytorch", "pytorch-compiled"]
sys.path.insert(0, str(ROOT / "python/src"))


def count(side):
    """Pictures that are looked at for a figure: about the same pixels for every size."""
    return max(4, min(40, (40 * 384 * 384) // (side * side)))


def bitmaps(folder, side, number):
    import numpy
    from PIL import Image

    generator = numpy.random.default_rng(side)
    for index in range(number):
        # Neighbours alike, as in a photograph.
        small = generator.integers(0, 256, (side // 8, side // 8, 3), dtype=numpy.uint8)
        Image.fromarray(small).resize((side, side), Image.BICUBIC).save(folder / f"{index}.bmp")


def ours(program, folder, number, threads):
    os.environ["RAYON_NUM_THREADS"] = str(threads)
    score = [program, "score", "--device", "cpu", "--size", "full", "--format", "csv"]
    one, all_of_them = run([*score, folder / "0.bmp"]), run([*score, folder])
    pictures = number - 1
    return {
        "seconds": (all_of_them.seconds - one.seconds) / pictures,
        "processor": (all_of_them.processor - one.processor) / pictures,
        "megabytes": all_of_them.megabytes,
    }


def session(peer, onnx, batch, side, threads):
    """A function that looks at a batch."""
    if peer == "onnxruntime":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        loaded = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        return lambda x: loaded.run(["raw"], {loaded.get_inputs()[0].name: x})
    if peer.startswith("openvino"):
        import openvino

        core = openvino.Core()
        model = core.read_model(onnx)
        model.reshape({model.inputs[0].any_name: [batch, 3, side, side]})
        hints = {
            "INFERENCE_PRECISION_HINT": peer.split("-")[1],
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
        }
        request = core.compile_model(model, "CPU", hints).create_infer_request()
        return lambda x: request.infer([x])
    import torch
    from bpclip import load

    torch.set_num_threads(threads)
    network = load(CHECKPOINT).eval()
    if peer.endswith("compiled"):
        network = torch.compile(network)
    with torch.inference_mode():
        network(torch.zeros(batch, 3, side, side))

    def look(x):
        with torch.inference_mode():
            network(torch.from_numpy(x))

    return look


def measure(peer, onnx, batch, side, threads):
    """Runs in a process of its own."""
    import numpy

    look = session(peer, onnx, batch, side, threads)
    x = numpy.random.default_rng(0).normal(size=(batch, 3, side, side)).astype("float32")
    for _ in range(2):
        look(x)
    runs = max(2, count(side) // batch)
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    for _ in range(runs):
        look(x)
    seconds, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_SELF)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    pictures = runs * batch
    found = {"seconds": seconds / pictures, "processor": processor / pictures, "megabytes": after.ru_maxrss / 1024}
    print(json.dumps(found))


def theirs(peer, onnx, batch, side, threads):
    command = [sys.executable, "-B", __file__, "--measure", peer, "--onnx", onnx, "--batches", str(batch)]
    command += ["--sides", str(side), "--threads", str(threads)]
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
    said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if said.returncode != 0:
        print(f"{peer}, {batch} of {side}: {said.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(said.stdout.splitlines()[-1])


def main():
    numbers = lambda text: [int(part) for part in text.split(",")]
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/bpclip")
    parser.add_argument("--sides", type=numbers, default=[224, 384, 512, 1024, 2048])
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--batches", type=numbers, default=[1, 8])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=lambda text: text.split(","), default=PEERS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--onnx", help="an export that is at hand")
    arguments = parser.parse_args()
    if arguments.measure:
        one = (arguments.batches[0], arguments.sides[0], arguments.threads[0])
        return measure(arguments.measure, arguments.onnx, *one)
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        onnx = arguments.onnx or exported(folder)
        print("| side | threads | batch | who | processor, ms | ratio | time, ms | ratio | peak, MB |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
        for side in arguments.sides:
            pictures = folder / str(side)
            pictures.mkdir()
            bitmaps(pictures, side, count(side) + 1)
            for threads in arguments.threads:
                cases = [("ours", None)] + [(peer, batch) for batch in arguments.batches for peer in arguments.peers]
                found = {case: [] for case in cases}
                for _ in range(arguments.rounds):
                    for peer, batch in cases:
                        if peer == "ours":
                            figures = ours(program, pictures, count(side) + 1, threads)
                        else:
                            figures = theirs(peer, onnx, batch, side, threads)
                        if figures is not None:
                            found[peer, batch].append(figures)
                median = lambda case, key: statistics.median(figures[key] for figures in found[case])
                mine = {key: median(("ours", None), key) for key in ("processor", "seconds")}
                for case in cases:
                    if not found[case]:
                        continue
                    processor, seconds = median(case, "processor"), median(case, "seconds")
                    print(
                        f"| {side} | {threads} | {case[1] or ''} | {case[0]} | {processor * 1e3:.0f} "
                        f"| {mine['processor'] / processor:.2f} | {seconds * 1e3:.0f} "
                        f"| {mine['seconds'] / seconds:.2f} | {median(case, 'megabytes'):.0f} |",
                        flush=True,
                    )


main()
