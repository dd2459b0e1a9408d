"""The crate and PyTorch in one run on one machine: milliseconds of one score, and the ratio.

    python benches/compare.py [--threads 2] [--rounds 3]

Runs `cargo bench --bench score` and `pytorch.py` in turn, several rounds, because machines drift; prints
the median of each and the median of the rounds' ratios. Needs what `tests/golden/README.md` installs.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIDES = (224, 384, 512)


def target():
    metadata = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    return Path(json.loads(subprocess.check_output(metadata, cwd=ROOT))["target_directory"])


def ours(threads):
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
    bench = ["cargo", "bench", "--bench", "score", "--", "--noplot", "score"]
    subprocess.run(bench, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    estimates = (target() / "criterion" / "score" / str(side) / "new" / "estimates.json" for side in SIDES)
    return [json.loads(path.read_text())["median"]["point_estimate"] / 1e6 for path in estimates]


def pytorch(threads):
    script = [sys.executable, "-B", ROOT / "benches/pytorch.py", ROOT / "weights/bpclip-nr.safetensors", *map(str, SIDES)]
    answer = json.loads(subprocess.check_output([*script, "--threads", str(threads), "--json"], cwd=ROOT))
    return [entry["median_ms"] for entry in answer["results"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rounds = [(ours(arguments.threads), pytorch(arguments.threads)) for _ in range(arguments.rounds)]
    print(f"{arguments.threads} threads, {arguments.rounds} rounds, fp32, one picture; milliseconds")
    print("| side | ours | PyTorch | ratio |\n| --- | --- | --- | --- |")
    for index, side in enumerate(SIDES):
        a, b = ([pair[which][index] for pair in rounds] for which in (0, 1))
        ratio = statistics.median(x / y for x, y in zip(a, b))
        print(f"| {side} | {statistics.median(a):.0f} | {statistics.median(b):.0f} | {ratio:.2f} |")


main()
