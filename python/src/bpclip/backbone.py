"""The two kinds of backbone. Tensors are named as torchvision and timm name them, without the classifier.

Both give five levels `F1..F5`, [batch, channels, height, width], at strides 2, 4, 8, 16, 32; `channels` says how many each has.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F


class FrozenBatchNorm(nn.Module):
    """Batch norm by its running statistics, in training too; its affine parameters are not trained."""

    def __init__(self, channels, eps):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(channels), requires_grad=False)
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, z):
        return F.batch_norm(z, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)


def conv(before, after, kernel, stride=1, groups=1):
    return nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False)


# ---------------------------------------------------------------- ResNet-50

class Bottleneck(nn.Module):
    def __init__(self, before, inner, stride, stride_in_1x1):
        super().__init__()
        first, second = (stride, 1) if stride_in_1x1 else (1, stride)
        after = 4 * inner
        self.conv1, self.bn1 = conv(before, inner, 1, first), FrozenBatchNorm(inner, 1e-5)
        self.conv2, self.bn2 = conv(inner, inner, 3, second), FrozenBatchNorm(inner, 1e-5)
        self.conv3, self.bn3 = conv(inner, after, 1), FrozenBatchNorm(after, 1e-5)
        self.relu = nn.ReLU()
        if stride > 1 or before != after:
            self.downsample = nn.Sequential(conv(before, after, 1, stride), FrozenBatchNorm(after, 1e-5))

    def forward(self, z):
        skip = self.downsample(z) if hasattr(self, "downsample") else z
        z = self.relu(self.bn1(self.conv1(z)))
        z = self.relu(self.bn2(self.conv2(z)))
        return self.relu(self.bn3(self.conv3(z)) + skip)


class ResNet50(nn.Module):
    """torchvision's ResNet-50 (v1.5); with `stride_in_1x1`, v1: the stride sits on the first 1x1 convolution."""

    channels = [64, 256, 512, 1024, 2048]

    def __init__(self, stride_in_1x1=False):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 64, 7, 2), FrozenBatchNorm(64, 1e-5)
        self.relu, self.maxpool = nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        before = 64
        for index, repeats in enumerate((3, 4, 6, 3)):
            inner, stride = 64 << index, 1 if index == 0 else 2
            blocks = []
            for block in range(repeats):
                blocks.append(Bottleneck(before, inner, stride if block == 0 else 1, stride_in_1x1))
                before = 4 * inner
            setattr(self, f"layer{index + 1}", nn.Sequential(*blocks))

    def forward(self, z):
        levels = [self.relu(self.bn1(self.conv1(z)))]
        z = self.maxpool(levels[0])
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            z = layer(z)
            levels.append(z)
        return levels


# ---------------------------------------------------------------- EfficientNet-Lite

class SameConv(nn.Conv2d):
    """Odd kernel, stride 2, TensorFlow's SAME padding: on an even side one less before than after."""

    def __init__(self, before, after, kernel, groups=1):
        super().__init__(before, after, kernel, 2, 0, groups=groups, bias=False)

    def forward(self, z):
        reach = self.kernel_size[0] // 2
        height, width = z.shape[2:]
        z = F.pad(z, (reach - 1 + width % 2, reach, reach - 1 + height % 2, reach))
        return super().forward(z)


def same_conv(before, after, kernel, stride, groups=1):
    return SameConv(before, after, kernel, groups) if stride == 2 else conv(before, after, kernel, 1, groups)


class DepthwiseSeparable(nn.Module):
    def __init__(self, before, after, kernel, stride):
        super().__init__()
        self.conv_dw, self.bn1 = same_conv(before, before, kernel, stride, before), FrozenBatchNorm(before, 1e-3)
        self.conv_pw, self.bn2 = conv(before, after, 1), FrozenBatchNorm(after, 1e-3)
        self.act = nn.ReLU6()
        self.has_skip = stride == 1 and before == after

    def forward(self, z):
        out = self.bn2(self.conv_pw(self.act(self.bn1(self.conv_dw(z)))))
        return out + z if self.has_skip else out


class InvertedResidual(nn.Module):
    def __init__(self, before, after, kernel, stride):
        super().__init__()
        inner = 6 * before
        self.conv_pw, self.bn1 = conv(before, inner, 1), FrozenBatchNorm(inner, 1e-3)
        self.conv_dw, self.bn2 = same_conv(inner, inner, kernel, stride, inner), FrozenBatchNorm(inner, 1e-3)
        self.conv_pwl, self.bn3 = conv(inner, after, 1), FrozenBatchNorm(after, 1e-3)
        self.act = nn.ReLU6()
        self.has_skip = stride == 1 and before == after

    def forward(self, z):
        out = self.act(self.bn1(self.conv_pw(z)))
        out = self.bn3(self.conv_pwl(self.act(self.bn2(self.conv_dw(out)))))
        return out + z if self.has_skip else out


# kernel, stride, channels, repeats of lite0
STAGES = [(3, 1, 16, 1), (3, 2, 24, 2), (5, 2, 40, 2), (3, 2, 80, 3), (5, 1, 112, 3), (5, 2, 192, 4), (3, 1, 320, 1)]
# width and depth of lite0 to lite4 in units of lite0's
SCALES = [(1.0, 1.0), (1.0, 1.1), (1.1, 1.2), (1.2, 1.4), (1.4, 1.8)]


def rounded(channels):
    """To the nearest multiple of 8, never below 90 %."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


class EfficientNetLite(nn.Module):
    """timm's `tf_efficientnet_lite0` to `4`. Levels 1 to 4 are the ends of stages 0, 1, 2, 4 as the stage leaves them."""

    def __init__(self, name):
        super().__init__()
        wider, deeper = SCALES[int(name[-1])]
        self.conv_stem, self.bn1, self.act = SameConv(3, 32, 3), FrozenBatchNorm(32, 1e-3), nn.ReLU6()
        before, stages, ends = 32, [], []
        for index, (kernel, stride, channels, repeats) in enumerate(STAGES):
            after = rounded(wider * channels)
            if 0 < index < len(STAGES) - 1:
                repeats = math.ceil(deeper * repeats)
            kind, blocks = InvertedResidual if index else DepthwiseSeparable, []
            for block in range(repeats):
                blocks.append(kind(before, after, kernel, stride if block == 0 else 1))
                before = after
            stages.append(nn.Sequential(*blocks))
            ends.append(after)
        self.blocks = nn.Sequential(*stages)
        self.conv_head, self.bn2 = conv(before, 1280, 1), FrozenBatchNorm(1280, 1e-3)
        self.channels = [ends[stage] for stage in (0, 1, 2, 4)] + [1280]

    def forward(self, z):
        z, levels = self.act(self.bn1(self.conv_stem(z))), []
        for stage, blocks in enumerate(self.blocks):
            z = blocks(z)
            if stage in (0, 1, 2, 4):
                levels.append(z)
        return levels + [self.act(self.bn2(self.conv_head(z)))]


def backbone(config):
    """The backbone that a `config` names, its weights random."""
    name = config["backbone"]
    return ResNet50(config["stride_in_1x1"]) if name == "resnet50" else EfficientNetLite(name)
