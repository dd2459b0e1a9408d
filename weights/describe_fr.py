"""Says in the metadata of the full-reference checkpoint what the program could not know: where the pictures are from, and how
the finished checkpoint did on ladders that it was not trained on (`bpclip evaluate`, see README.md).

    python weights/describe_fr.py RUN/best.safetensors weights/bpclip-fr.safetensors
"""

import json
import struct
import sys

DATA = (
    "ladders of 38 kinds of distortion, single and mixed, made while training from 106 pristine photographs (CID22 references, CC BY-SA 4.0; gb82, "
    "CC0); no human rating. Started from a PyTorch checkpoint trained on 960 ladders of 16 distortions of 117 pristine photographs (these among them) and of 930 CLIVE photographs"
)
HELDOUT = {
    "set": "676 pictures along 168 ladders of 4 pristine photographs kept out of this training (the checkpoint that it started from had seen them)",
    "srcc": 0.917,
    "plcc": 0.922,
    "rmse": 0.113,
}

source, target = sys.argv[1:]
content = open(source, "rb").read()
(length,) = struct.unpack("<Q", content[:8])
header = json.loads(content[8 : 8 + length])
metadata = header["__metadata__"]
training = json.loads(metadata["training"])
training["data"] = DATA
training["recipe"].pop("pristine")
metadata["training"] = json.dumps(training)
metadata["heldout"] = json.dumps(HELDOUT)
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
open(target, "wb").write(struct.pack("<Q", len(text)) + text + content[8 + length :])
