"""Writes `learned_metrics.json`: what the PyPI packages `lpips` and `DISTS-pytorch` say of small pairs, for
`bpclip_core::metric::Weights`.

    pip install numpy==2.4.6 pillow==13.0.0 torch==2.15.0 torchvision lpips==0.1.4 DISTS-pytorch==0.1
    python make_learned_metrics.py

The weights are not the published ones: they follow from the names of the tensors in torchvision and in the packages, so that
nothing large is shipped. With u the top 24 bits of splitmix64 seeded with FNV-1a of the name, one a value, row-major, / 2^24:
    weight of a convolution                 (2 u - 1) * sqrt(6 / (in * height * width))
    its bias                                (2 u - 1) / 10
    weight of a linear layer, alpha, beta   u
and each tensor of VGG16 has "vgg16." before its name. The distorted pictures are those of `make_metrics.py`. DISTS computes in
64 bits here: in 32, its covariance is a difference of large numbers. "doubled" is a pair whose pixels are each 2 x 2, so that
it is above the size to which DISTS brings pictures; `prepare_image(.., resize=True)` of the package does that.

`lpips` is BSD-2-Clause (Zhang and others), DISTS-pytorch MIT (Keyan Ding), torchvision BSD-3-Clause.
"""

import json
import math

import lpips
import numpy as np
import torch
import torchvision
from distorted import HERE, distorted, read, uniform
from PIL import Image


def values(name, shape):
    u = uniform(name, shape)
    if name.startswith("lin") or name in ("alpha", "beta"):
        v = u
    elif name.endswith("bias"):
        v = (2 * u - 1) / 10
    else:
        v = (2 * u - 1) * math.sqrt(6 / math.prod(shape[1:]))
    return torch.from_numpy(v.astype(np.float32))


def lpips_metric():
    metric = lpips.LPIPS(net="alex", pnet_rand=True, pretrained=False, verbose=False)
    state = metric.state_dict()
    for name, tensor in state.items():
        if name.startswith("net."):
            # `net.slice2.3.weight` is torchvision's `features.3.weight`.
            tensor.copy_(values("features." + name.split(".", 2)[2], tensor.shape))
        elif name.startswith("lin") and not name.startswith("lins"):
            tensor.copy_(values(name, tensor.shape))
    metric.load_state_dict(state)

    def tensor(v):
        return torch.from_numpy(v.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]

    return lambda a, b: metric(tensor(a), tensor(b)).item()


def dists_metric():
    # It asks for the published weights of VGG16, which are not wanted.
    vgg16 = torchvision.models.vgg16
    torchvision.models.vgg16 = lambda pretrained: vgg16(weights=None)
    from DISTS_pytorch.DISTS_pt import DISTS, prepare_image

    metric = DISTS(load_weights=False)
    state = metric.state_dict()
    for name, tensor in state.items():
        if name.startswith("stage") and not name.endswith("filter"):
            # `stage2.5.weight` is torchvision's `features.5.weight`.
            tensor.copy_(values("vgg16.features." + name.split(".", 1)[1], tensor.shape))
        elif name in ("alpha", "beta"):
            tensor.copy_(values(name, tensor.shape))
    metric.load_state_dict(state)
    metric.double()

    def tensor(v):
        return prepare_image(Image.fromarray(v.astype(np.uint8)), resize=True).double()

    return lambda a, b: metric(tensor(a), tensor(b)).item()


def main():
    with torch.no_grad():
        measures = {"lpips": lpips_metric(), "dists": dists_metric()}
        pairs = []
        for picture in ["metrics-even.png", "metrics-odd.png"]:
            reference = read(picture)
            for distortion in ["noise", "levels", "shift"]:
                pair = distorted(reference, distortion), reference
                found = {name: measure(*pair) for name, measure in measures.items()}
                pairs.append({"picture": picture, "distortion": distortion, **found})
        doubled = []
        for picture, distortion in [("metrics-even.png", "noise"), ("metrics-odd.png", "levels")]:
            reference = read(picture)
            pair = (v.repeat(2, axis=0).repeat(2, axis=1) for v in (distorted(reference, distortion), reference))
            doubled.append({"picture": picture, "distortion": distortion, "dists": measures["dists"](*pair)})
    text = json.dumps({"pairs": pairs, "doubled": doubled}, indent=2)
    (HERE / "learned_metrics.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
