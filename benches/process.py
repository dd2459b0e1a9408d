"""What a whole process costs, and what the peers run."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CHECKPOINT = ROOT / "weights/bpclip-nr.safetensors"


class Cost(NamedTuple):
    seconds: float
    processor: float  # seconds of all cores
    megabytes: float  # at the peak


def run(arguments):
    """Runs a command to its end, which must be a good one; what it prints is dropped."""
    begun = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    return Cost(time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def exported(folder):
    """The bundled no-reference network as ONNX, in the folder."""
    onnx = str(folder / "network.onnx")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "python/src")}
    command = [sys.executable, "-m", "bpclip", "export", CHECKPOINT, onnx]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return onnx
