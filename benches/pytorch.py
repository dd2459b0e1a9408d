"""Times the network in PyTorch (`python/`, fp32), to set beside the crate's own benches.

    python benches/pytorch.py CHECKPOINT [224 384 512 640x480 ..] [--batch 1] [--threads 2] [--runs 20] [--parts] [--json]
    python benches/pytorch.py CHECKPOINT --import-and-score PICTURE [REFERENCE]

A size is one side of a square or WIDTHxHEIGHT. `--parts` splits the time of each run (median milliseconds):
    backbone    the five levels, of both pictures where there is a reference
    masks       the gates
    pooling     gating, pooling, `reduce`
    attention   both branches
    rest        position, fusion, CLIP space, similarities, score
`--import-and-score` starts a new Python and times it whole, as a user would wait: import, load, decode, score.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "python" / "src"
PARTS = ("backbone", "masks", "pooling", "attention", "rest")


def size(text):
    width, _, height = text.partition("x")
    return int(width), int(height or width)


def fold(backbone):
    """Folds every batch norm into the convolution before it."""
    import torch
    from bpclip.backbone import FrozenBatchNorm
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    for module in list(backbone.modules()):
        previous = None
        for name, child in list(module.named_children()):  # a norm follows its convolution
            if isinstance(child, torch.nn.Conv2d):
                previous = name
            elif isinstance(child, FrozenBatchNorm):
                setattr(module, previous, fuse_conv_bn_eval(getattr(module, previous), child))
                setattr(module, name, torch.nn.Identity())


class Clock:
    """Adds up the milliseconds that modules take, by part."""

    def __init__(self, model):
        self.spent = {}
        found = [(model.backbone, "backbone")]
        found += [(glp.mask, "masks") for glp in model.glp] + [(glp, "pooling") for glp in model.glp]
        found += [(module, "attention") for module in [*model.msca, *getattr(model, "sa", [])]]
        for module, part in found:
            self.watch(module, part)

    def watch(self, module, part):
        began = []
        module.register_forward_pre_hook(lambda *_: began.append(time.perf_counter()))

        def end(*_):
            self.spent[part] = self.spent.get(part, 0.0) + (time.perf_counter() - began.pop()) * 1e3

        module.register_forward_hook(end)

    def take(self, total):
        spent, self.spent = self.spent, {}
        spent["pooling"] -= spent["masks"]  # the gates run inside it
        spent["rest"] = total - sum(spent.values())
        return spent


def measure(model, clock, width, height, args):
    import numpy as np
    import torch
    from bpclip import normalise

    noise = np.random.default_rng(0).integers(0, 256, (2, height, width, 3), np.uint8)
    images = [normalise(pixels, model.config) for pixels in noise]
    images = images[: 2 if model.config["task"] == "full-reference" else 1]
    images = [image.repeat(args.batch, 1, 1, 1) for image in images]
    if args.channels_last:
        images = [image.contiguous(memory_format=torch.channels_last) for image in images]

    times, parts = [], []
    with torch.inference_mode():
        for run in range(args.warm_up + args.runs):
            began = time.perf_counter()
            model(*images)
            elapsed = (time.perf_counter() - began) * 1e3
            spent = clock.take(elapsed) if clock else {}
            if run >= args.warm_up:
                times.append(elapsed)
                parts.append(spent)
    result = {"width": width, "height": height, "median_ms": statistics.median(times), "min_ms": min(times)}
    if clock:
        result["parts_ms"] = {part: statistics.median(spent[part] for spent in parts) for part in PARTS}
    return result


def whole_process(args):
    picture, *reference = args.import_and_score
    command = [sys.executable, "-m", "bpclip", "score", picture, "--checkpoint", args.checkpoint]
    command += ["--reference", *reference] if reference else []
    environment = dict(os.environ, PYTHONPATH=str(PACKAGE), **({"OMP_NUM_THREADS": str(args.threads)} if args.threads else {}))
    times = []
    for _ in range(args.runs):
        began = time.perf_counter()
        line = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
        times.append((time.perf_counter() - began) * 1e3)
    return {"score": json.loads(line)["raw"], "median_ms": statistics.median(times), "min_ms": min(times), "first_ms": times[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("sizes", nargs="*", type=size, metavar="SIZE")
    parser.add_argument("--batch", type=int, default=1, help="pictures at a time")
    parser.add_argument("--threads", type=int, help="PyTorch's threads; without it, its own choice")
    parser.add_argument("--runs", type=int, help="measured runs: 20 unless told, 3 whole processes")
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--fold", action="store_true", help="fold batch norm into the convolutions first")
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--import-and-score", nargs="+", metavar="PICTURE")
    args = parser.parse_args()

    if args.import_and_score:
        args.runs = args.runs or 3
        result = whole_process(args)
        if args.json:
            print(json.dumps(result))
        else:
            print(f"whole process: median {result['median_ms']:.0f} ms, min {result['min_ms']:.0f} ms, "
                  f"first {result['first_ms']:.0f} ms, score {result['score']:.4f}")
        return

    args.runs = args.runs or 20
    sys.path.insert(0, str(PACKAGE))
    import torch
    from bpclip import load

    if args.threads:
        torch.set_num_threads(args.threads)
    model = load(args.checkpoint)
    if args.fold:
        fold(model.backbone)
    if args.channels_last:
        model = model.to(memory_format=torch.channels_last)
    clock = Clock(model) if args.parts else None
    results = [measure(model, clock, *one, args) for one in args.sizes or [(n, n) for n in (224, 384, 512)]]
    setting = {"torch": torch.__version__, "threads": torch.get_num_threads(), "runs": args.runs, "fold": args.fold,
               "channels_last": args.channels_last, "cpu": torch.backends.cpu.get_cpu_capability()} | {
               key: model.config[key] for key in ("backbone", "task")}
    if args.json:
        print(json.dumps({"setting": setting, "results": results}))
        return
    print(", ".join(f"{key} {value}" for key, value in setting.items()))
    columns = PARTS if args.parts else ()
    print("".join(f"{title:>11}" for title in ("size", "median ms", "min ms", *columns)))
    for result in results:
        values = [result["median_ms"], result["min_ms"], *(result["parts_ms"][part] for part in columns)]
        print(f"{result['width']}x{result['height']}".rjust(11) + "".join(f"{value:11.1f}" for value in values))


if __name__ == "__main__":
    main()
