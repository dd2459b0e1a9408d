"""The crate and PyTorch in one run on one machine: milliseconds, and the ratio.

    python benches/compare.py [--threads 2] [--rounds 3]                          one score of the bundled checkpoint
    python benches/compare.py --network [--checkpoint FILE] [--threads 2] ...     the network alone, one picture and eight

Runs `cargo bench --bench score` and `pytorch.py` in turn, several rounds, because machines drift; prints
the median of each and the median of the rounds' ratios. PyTorch runs eagerly in fp32; `--fold` folds its batch
norms first, as ours are. Needs what `python/pyproject.toml` names.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "weights/bpclip-nr.safetensors"
SCORES = [(1, side) for side in (224, 384, 512)]
NETWORKS = [(batch, side) for batch in (1, 8) for side in (384, 512)]


UNITS = {"ns": 1e-6, "µs": 1e-3, "ms": 1, "s": 1e3}


def ours(arguments, cases):
    """Medians in milliseconds, from the table that divan prints: name, fastest, slowest, median, mean."""
    environment = os.environ | {"RAYON_NUM_THREADS": str(arguments.threads), "BPCLIP_CHECKPOINT": str(arguments.checkpoint)}
    group = "network" if arguments.network else "score"
    bench = ["cargo", "bench", "--bench", "score", "--", "--color", "never", f"score::{group}"]
    said = subprocess.run(bench, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    medians = {}
    for line in said.stdout.decode().splitlines():
        columns = [column.split() for column in line.lstrip("│ ").lstrip("├╰─ ").split("│")]
        if len(columns) > 3 and len(columns[0]) == 3 and columns[2]:
            number, unit = columns[2]
            medians[columns[0][0]] = float(number) * UNITS[unit]
    names = (f"{batch}x{side}" if arguments.network else str(side) for batch, side in cases)
    return [medians[name] for name in names]


def pytorch(arguments, cases):
    times = []
    for batch, side in cases:
        script = [sys.executable, "-B", ROOT / "benches/pytorch.py", arguments.checkpoint, str(side), "--batch", str(batch)]
        script += ["--threads", str(arguments.threads), "--runs", "10", "--json"] + ["--fold"] * arguments.fold
        times.append(json.loads(subprocess.check_output(script, cwd=ROOT))["results"][0]["median_ms"])
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--network", action="store_true")
    parser.add_argument("--checkpoint", type=Path, default=BUNDLED)
    parser.add_argument("--fold", action="store_true")
    arguments = parser.parse_args()
    arguments.checkpoint = arguments.checkpoint.resolve()
    cases = NETWORKS if arguments.network else SCORES
    rounds = [(ours(arguments, cases), pytorch(arguments, cases)) for _ in range(arguments.rounds)]
    print(f"{arguments.checkpoint.stem}, {arguments.threads} threads, {arguments.rounds} rounds, fp32; milliseconds")
    print("| pictures | side | ours | PyTorch | ratio |\n| --- | --- | --- | --- | --- |")
    for index, (batch, side) in enumerate(cases):
        a, b = ([pair[which][index] for pair in rounds] for which in (0, 1))
        ratio = statistics.median(x / y for x, y in zip(a, b))
        print(f"| {batch} | {side} | {statistics.median(a):.0f} | {statistics.median(b):.0f} | {ratio:.2f} |")


main()
