import os
from pathlib import Path

import pytest
import torch

import bpclip
from bpclip.seeded import seeded

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS, GOLDEN, SAMPLES = ROOT / "weights", ROOT / "tests/golden", ROOT / "assets/samples"
LITE0 = "tf_efficientnet_lite0"

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 1)))


@pytest.fixture(scope="session")
def no_reference():
    return bpclip.load(WEIGHTS / "bpclip-nr.safetensors")


@pytest.fixture(scope="session")
def full_reference():
    return bpclip.load(WEIGHTS / "bpclip-fr.safetensors")


@pytest.fixture
def small():
    """The smallest network, new for each test."""
    return seeded(bpclip.configuration(LITE0))
