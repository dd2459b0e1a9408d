"""Our own backbones against torchvision's and timm's: the golden files were made with those, and this keeps them a second source."""

import pytest
import torch
from conftest import LITE0

from bpclip import configuration
from bpclip.backbone import backbone
from bpclip.config import LITE
from bpclip.seeded import seeded_tensor

CLASSIFIER = ("fc.", "classifier.")
SIDES = ((64, 64), (97, 131))  # an even side and an odd one: SAME padding differs


def theirs_of(config):
    if config["backbone"] in LITE:
        timm = pytest.importorskip("timm", reason="timm is not installed: our EfficientNet-Lite is not compared with it")
        return timm.create_model(config["backbone"], pretrained=False)
    torchvision = pytest.importorskip("torchvision", reason="torchvision is not installed: our ResNet-50 is not compared with it")
    net = torchvision.models.resnet50(weights=None)
    if config["stride_in_1x1"]:
        for layer in (net.layer2, net.layer3, net.layer4):
            layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)
    return net


def levels_of(net, config, z):
    """What their network computes, by their own forward up to the classifier; the five levels are taken as they pass."""
    taken = []
    if config["backbone"] in LITE:
        modules = [net.blocks[stage] for stage in (0, 1, 2, 4)] + [net.bn2]  # timm's norms contain their ReLU6
    else:
        modules = [net.relu, net.layer1, net.layer2, net.layer3, net.layer4]
    hooks = [module.register_forward_hook(lambda _, __, out: taken.append(out.clone())) for module in modules]
    net(z)
    for hook in hooks:
        hook.remove()
    return taken


@pytest.mark.parametrize("config", [
    configuration("resnet50"), configuration("resnet50", stride_in_1x1=True), *(configuration(name) for name in LITE)
], ids=["resnet50", "resnet50-v1", *LITE])
def test_names_shapes_and_levels_are_theirs(config):
    ours, theirs = backbone(config).eval(), theirs_of(config).eval()
    wanted = {name: tensor for name, tensor in theirs.state_dict().items()
              if not name.startswith(CLASSIFIER) and not name.endswith("num_batches_tracked")}
    assert {n: z.shape for n, z in ours.state_dict().items()} == {n: z.shape for n, z in wanted.items()}
    weights = {name: seeded_tensor(f"backbone.{name}", tuple(z.shape)) for name, z in wanted.items()}
    ours.load_state_dict(weights)
    assert not theirs.load_state_dict(weights, strict=False).unexpected_keys
    for height, width in SIDES:
        image = seeded_tensor("image", (2, 3, height, width)) * 10
        with torch.inference_mode():
            found, expected = ours(image), levels_of(theirs, config, image)
        assert len(found) == len(expected) == 5
        for level, (a, b) in enumerate(zip(found, expected)):
            assert a.shape == b.shape and a.shape[1] == ours.channels[level]
            assert (a - b).abs().max() <= 1e-5 * b.abs().max(), (level, height)


def test_batch_norm_stays_as_it_is_in_training():
    net = backbone(configuration(LITE0)).train()
    before = {name: z.clone() for name, z in net.state_dict().items()}
    net(torch.randn(2, 3, 64, 64)).pop().sum().backward()
    assert all(torch.equal(z, before[name]) for name, z in net.state_dict().items())
    assert all(p.requires_grad == ("conv" in name) for name, p in net.named_parameters())
