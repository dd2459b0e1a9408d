"""Scores a list on a Dask cluster: score.py LIST ROWS [--scheduler ADDRESS | --workers N] [--shards N] [-- OPTIONS].

    pip install distributed

ROWS is a folder that all workers see, and so are LIST and what it names. Every shard is a task that runs `bpclip`; a
worker that dies takes its `bpclip` with it, and Dask gives its tasks to another, which go on with the rows that are
there.
"""

import argparse
import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

from distributed import Client, LocalCluster, as_completed

SCORED = (0, 1)  # 1: some pictures could not be, and have rows that say why


def end_with_parent():
    """Has the system kill a child once the worker that began it is gone: Linux."""
    if hasattr(os, "pidfd_open"):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def score(program, listed, rows, shard, shards, options):
    command = [program, "score", "--files-from", listed, "--shard", f"{shard}/{shards}"]
    command += ["--append", str(Path(rows) / f"rows-{shard:05}.jsonl"), *options]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
    if done.returncode not in SCORED:
        raise RuntimeError(f"shard {shard} ended with {done.returncode}: {done.stderr[-2000:]}")
    return shard


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("list")
    parser.add_argument("rows")
    parser.add_argument("--scheduler", help="address of a cluster that runs; without it one is begun here")
    parser.add_argument("--workers", type=int, default=2, help="workers of a cluster begun here")
    parser.add_argument("--shards", type=int, default=32)
    parser.add_argument("--program", default="bpclip")
    parser.epilog = "What follows -- are more options of bpclip score."
    own, options = sys.argv[1:], []
    if "--" in own:
        place = own.index("--")
        own, options = own[:place], own[place + 1 :]
    given = parser.parse_args(own)
    Path(given.rows).mkdir(parents=True, exist_ok=True)
    cluster = None
    if given.scheduler is None:
        cluster = LocalCluster(n_workers=given.workers, threads_per_worker=1, dashboard_address=None)
    with Client(given.scheduler or cluster) as client:
        # A worker is not to be blamed for what the machine did: a shard may take three down.
        tasks = [
            client.submit(score, given.program, str(Path(given.list).absolute()), str(Path(given.rows).absolute()),
                          shard, given.shards, options, pure=False, retries=3)
            for shard in range(1, given.shards + 1)
        ]
        print("workers:", *(worker["pid"] for worker in client.run(lambda: {"pid": os.getpid()}).values()), flush=True)
        for count, task in enumerate(as_completed(tasks), 1):
            print(f"shard {task.result()} is done, {count} of {given.shards}", flush=True)
    if cluster:
        cluster.close()


if __name__ == "__main__":
    main()
