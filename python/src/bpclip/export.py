"""A network as ONNX, with batch, height and width left open.

    inputs    image [batch, 3, height, width], RGB, sRGB-encoded, 0 to 1, both sides at least 64; with a reference network also reference
    outputs   raw [batch], similarities [batch, 4, adjectives], image_features [batch, 4, T], information and weight [batch, 4, h, w]

The mean and the standard deviation of the backbone are part of the graph. `information` and `weight` are the maps of both branches (the L2
norm of G' and G'' without the encoding of the position), h and w a 32nd of height and width, rounded up; `weight` is there where the
network has that branch. The checkpoint's metadata (`config`, `adjectives`, `size`, ..) is in the file's properties, each a JSON text.
"""

import copy
import json
import logging
import warnings

import numpy as np
import torch
from torch import nn

from .config import MIN_SIDE
from .files import write_whole

OPSET = 18
# height, width: the least, multiples of 32 and none, upright and not
SIZES = ((64, 64), (384, 512), (333, 517), (511, 257), (97, 640))


class Exported(nn.Module):
    """The network from colours of 0 to 1 to a tuple of outputs."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        for name in ("mean", "std"):
            self.register_buffer(name, torch.tensor(model.config[name])[:, None, None], persistent=False)
        self.inputs = ["image", "reference"] if model.config["task"] == "full-reference" else ["image"]
        self.outputs = ["raw", "similarities", "image_features", "information"] + ["weight"] * model.config["weight_branch"]
        self.eval()

    def forward(self, *images):
        out = self.model(*((image - self.mean) / self.std for image in images))

        def maps(levels):
            return torch.stack([(z - out["position"]).norm(dim=2).unflatten(1, out["grid"]) for z in levels], 1)

        found = [out["raw"], out["similarities"], torch.stack(out["image_features"], 1)]
        return (*found, *(maps(out[name]) for name in self.outputs[3:]))


def export(model, path):
    """Writes the network as one ONNX file, whole or not at all. Needs onnx and onnxscript; takes about a minute."""
    import onnx

    network = Exported(copy.deepcopy(model).cpu())
    sides = {0: torch.export.Dim("batch", min=1), **{2 + k: torch.export.Dim(name, min=MIN_SIDE) for k, name in enumerate(("height", "width"))}}
    example = tuple(torch.rand(2, 3, 160, 224) for _ in network.inputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            network, example, dynamo=True, dynamic_shapes=(tuple(sides for _ in example),), opset_version=OPSET, verbose=False,
            input_names=network.inputs, output_names=network.outputs)
    proto = program.model_proto
    properties = {key: json.dumps(value) for key, value in model.metadata.items() if key != "seen"}
    onnx.helper.set_model_props(proto, {"format": "bpclip-1", "config": json.dumps(model.config)} | properties)
    onnx.checker.check_model(proto)
    write_whole(path, proto.SerializeToString())


def check(model, path, sizes=SIZES, batch=1):
    """Runs the file in onnxruntime and the network in PyTorch on random pictures of these sizes (height, width). For each the largest
    difference of any output, as a share of the largest number of that output."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    network, worst = Exported(copy.deepcopy(model).cpu()), {}
    for height, width in sizes:
        generator = torch.Generator().manual_seed(height * 10_000 + width)
        images = [torch.rand(batch, 3, height, width, generator=generator) for _ in network.inputs]
        found = session.run(network.outputs, {name: image.numpy() for name, image in zip(network.inputs, images)})
        with torch.inference_mode():
            wanted = [z.numpy() for z in network(*images)]
        for ours, theirs in zip(found, wanted):
            assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
        worst[height, width] = max(float(np.abs(a - b).max() / max(1.0, np.abs(b).max())) for a, b in zip(found, wanted))
    return worst
