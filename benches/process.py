"""What a whole process costs."""

import os
import subprocess
import time
from typing import NamedTuple


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
