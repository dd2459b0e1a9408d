"""The network of BPCLIP Inspector in PyTorch.

    import bpclip
    model = bpclip.load("weights/bpclip-nr.safetensors")
    seen = bpclip.inspect(model, "photo.jpg", detail=True)
    print(seen.score, seen.looks, seen.reading["interval"])

`model` is a plain `nn.Module` whose `state_dict` has the names of a checkpoint; `bpclip.save` writes what the program loads.
"""

from .checkpoint import CheckpointError, bundled, load, load_backbone, save
from .config import ADJECTIVES, DIMENSIONS, configuration
from .inspection import Detail, Inspection, inspect
from .network import Bpclip
from .picture import PictureError, normalise, prepare, read
from .reading import prefers
from .rows import read_csv, read_jsonl
from .run import Log, read_run

__version__ = "0.1.0"
__all__ = [
    "ADJECTIVES", "Bpclip", "CheckpointError", "DIMENSIONS", "Detail", "Inspection", "Log", "PictureError", "bundled", "configuration",
    "inspect", "load", "load_backbone", "normalise", "prefers", "prepare", "read", "read_csv", "read_jsonl", "read_run", "save",
]
