"""The BPCLIP network in plain PyTorch: a second, independent implementation of what the crate does in Burn.

It exists for two readers: the golden tests (`make.py` writes their files with it) and anyone who wants
to load one of our checkpoints in PyTorch:

    model, metadata = load("bpclip-nr.safetensors")
    image = normalise(open_picture("photo.jpg", shorter_side=512), model.config)
    with torch.inference_mode():
        print(model(image)["raw"].item())            # full reference: model(image, reference)

From the shell: `python reference.py score CHECKPOINT PICTURE [REFERENCE]`, and
`python reference.py seed OUT.safetensors --backbone resnet50 --task no-reference` for a whole checkpoint of
seeded weights (see `seeded`).

Shapes are [batch, channels, height, width]; G and its descendants are [batch, N = h*w tokens, 256].
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision
from PIL import Image, ImageOps
from safetensors import safe_open
from safetensors.torch import save
from torch import nn
from torch.nn import functional as F

LEVELS = 5
LITE = {f"tf_efficientnet_lite{i}" for i in range(5)}
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
HALF = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}

# dimension: (adjectives of higher quality, adjectives of lower quality)
DIMENSIONS = {
    "sharpness": ("sharp crisp detailed focused", "blurry soft unfocused smeared"),
    "brightness": ("bright well-lit", "dark underexposed overexposed glaring"),
    "contrast": ("contrasty punchy", "flat hazy washed-out"),
    "colour": ("vivid colorful natural", "dull faded oversaturated discolored"),
    "noise": ("clean smooth noiseless", "noisy grainy speckled"),
    "fidelity": ("pristine excellent good", "blocky pixelated compressed distorted bad"),
}
ADJECTIVES = [
    {"word": word, "dimension": dimension, "higher": words is higher}
    for dimension, (higher, lower) in DIMENSIONS.items()
    for words in (higher, lower)
    for word in words.split()
]


def configuration(backbone="tf_efficientnet_lite2", task="no-reference", **changes):
    """A network's `config`, as a checkpoint's metadata holds it."""
    config = {"task": task, "backbone": backbone, "stride_in_1x1": False}
    config |= HALF if backbone in LITE else IMAGENET
    config |= {"width": 256, "heads": 4, "mask_width": 64, "position": 32, "score_hidden": 128}
    config |= {"weight_branch": True, "direction": "bottom-up", "text_branch": True}
    assert changes.keys() <= config.keys(), changes
    return config | changes


# ---------------------------------------------------------------- backbones

class ResNet50(torchvision.models.ResNet):
    """torchvision's ResNet-50 (v1.5); with `stride_in_1x1`, v1: the stride sits on the first 1x1."""

    channels = [64, 256, 512, 1024, 2048]

    def __init__(self, stride_in_1x1):
        super().__init__(torchvision.models.resnet.Bottleneck, [3, 4, 6, 3])
        self.fc = nn.Identity()
        if stride_in_1x1:
            for layer in (self.layer2, self.layer3, self.layer4):
                layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)

    def forward(self, z):
        levels = [self.relu(self.bn1(self.conv1(z)))]
        z = self.maxpool(levels[0])
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            z = layer(z)
            levels.append(z)
        return levels


class EfficientNetLite(nn.Module):
    """timm's `tf_efficientnet_lite*` without classifier, returning five levels."""

    def __init__(self, name):
        super().__init__()
        net = timm.create_model(name, pretrained=False, num_classes=0)
        self.conv_stem, self.bn1, self.blocks = net.conv_stem, net.bn1, net.blocks
        self.conv_head, self.bn2 = net.conv_head, net.bn2  # timm's norms contain their ReLU6
        ends = [stage[-1] for stage in net.blocks]
        self.channels = [ends[0].conv_pw.out_channels]
        self.channels += [ends[i].conv_pwl.out_channels for i in (1, 2, 4)] + [net.conv_head.out_channels]

    def forward(self, z):
        z, levels = self.bn1(self.conv_stem(z)), []
        for stage, blocks in enumerate(self.blocks):
            z = blocks(z)
            if stage in (0, 1, 2, 4):
                levels.append(z)
        return levels + [self.bn2(self.conv_head(z))]


# ---------------------------------------------------------------- the parts after it

class Mask(nn.Sequential):
    """phi of Eq. 1 and 2, with its sigmoid: one gate per cell."""

    def __init__(self, channels, width):
        super().__init__(
            nn.Conv2d(channels, width, 1), nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, 1, 3, padding=1)
        )

    def forward(self, z):
        return torch.sigmoid(self[2](F.gelu(self[1](F.gelu(self[0](z))))))


class GatedLocalPooling(nn.Module):
    """Eq. 1 (full reference) or Eq. 2, pooled to the last level's size and reduced to `width`."""

    def __init__(self, channels, config):
        super().__init__()
        full = config["task"] == "full-reference"
        self.mask = Mask(channels, config["mask_width"])
        if not full:
            self.feature = nn.Conv2d(channels, channels, 1)
        self.reduce = nn.Conv2d(channels * (3 if full else 1), config["width"], 1)

    def forward(self, feature, reference, size):
        if reference is None:
            mask = self.mask(feature)
            gated = mask * self.feature(feature)
        else:
            difference = (feature - reference).abs()
            mask = self.mask(difference)
            gated = mask * torch.cat([feature, reference, difference], 1)
        reduced = F.gelu(self.reduce(F.adaptive_avg_pool2d(gated, size)))
        return reduced.flatten(2).transpose(1, 2), mask  # tokens row by row


class Position(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.height = nn.Parameter(torch.zeros(config["width"] // 2, config["position"]))
        self.width = nn.Parameter(torch.zeros(config["width"] // 2, config["position"]))

    def forward(self, h, w):
        def resample(table, n):
            return F.interpolate(table[None], n, mode="linear", align_corners=False)[0]

        height = resample(self.height, h)[:, :, None].expand(-1, h, w)
        width = resample(self.width, w)[:, None, :].expand(-1, h, w)
        return torch.cat([height, width]).flatten(1).T  # [h*w, width]


class Attention(nn.Module):
    """Eq. 3 with `heads` heads. `query_norm` and `memory_norm` for the information branch, `norm` for the other."""

    def __init__(self, config, own):
        super().__init__()
        width, self.heads = config["width"], config["heads"]
        for name in ("norm",) if own else ("query_norm", "memory_norm"):
            setattr(self, name, nn.LayerNorm(width))
        for name in ("query", "key", "value", "output"):
            setattr(self, name, nn.Linear(width, width))

    def forward(self, query, memory=None):
        if memory is None:
            query = memory = self.norm(query)
        else:
            query, memory = self.query_norm(query), self.memory_norm(memory)

        def split(z):  # [b, N, width] -> [b, heads, N, width / heads]
            return z.unflatten(2, (self.heads, -1)).transpose(1, 2)

        q, k, v = split(self.query(query)), split(self.key(memory)), split(self.value(memory))
        weights = (q @ k.transpose(2, 3) / math.sqrt(q.shape[3])).softmax(3)
        mixed = F.dropout(weights, 0.1, self.training) @ v
        return self.output(mixed.transpose(1, 2).flatten(2)), weights


class Mlp(nn.Module):
    """fc2(gelu(fc1(z))), with a layer norm first where `norm`."""

    def __init__(self, before, hidden, after, norm=False):
        super().__init__()
        if norm:
            self.norm = nn.LayerNorm(before)
        self.fc1, self.fc2 = nn.Linear(before, hidden), nn.Linear(hidden, after)

    def forward(self, z):
        return self.fc2(F.gelu(self.fc1(self.norm(z) if hasattr(self, "norm") else z)))


class Bpclip(nn.Module):
    """The network. `forward` returns every intermediate by name; those with one value a level are lists."""

    def __init__(self, config, text_width=384, adjectives=40):
        super().__init__()
        self.config = config
        width, pairs = config["width"], range(LEVELS - 1)
        name = config["backbone"]
        self.backbone = EfficientNetLite(name) if name in LITE else ResNet50(config["stride_in_1x1"])
        self.glp = nn.ModuleList(GatedLocalPooling(c, config) for c in self.backbone.channels)
        self.position = Position(config)
        self.msca = nn.ModuleList(Attention(config, own=False) for _ in pairs)
        self.info_mlp = nn.ModuleList(Mlp(width, width, width, norm=True) for _ in pairs)
        if config["weight_branch"]:
            self.sa = nn.ModuleList(Attention(config, own=True) for _ in pairs)
            self.weight_mlp = nn.ModuleList(Mlp(width, width, width, norm=True) for _ in pairs)
        self.clip_mlp = nn.ModuleList(Mlp(width, width, text_width) for _ in pairs)
        self.register_buffer("text_features", torch.zeros(adjectives, text_width))
        self.register_buffer("text_mean", None)  # only where the text features were centred
        concatenated = len(pairs) * (adjectives if config["text_branch"] else text_width)
        self.score = Mlp(concatenated, config["score_hidden"], 1)
        self.eval()

    def train(self, mode=True):
        """Batch norm stays frozen, whatever the mode."""
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, image, reference=None):
        assert (reference is not None) == (self.config["task"] == "full-reference")
        out = {"feature": self.backbone(image)}
        if reference is not None:
            out["feature_reference"] = self.backbone(reference)
        h, w = out["feature"][-1].shape[2:]

        references = out.get("feature_reference", [None] * LEVELS)
        pooled = [glp(f, r, (h, w)) for glp, f, r in zip(self.glp, out["feature"], references)]
        out["reduced"], out["mask"] = map(list, zip(*pooled))
        position = self.position(h, w)
        out["pooled"] = g = [z + position for z in out["reduced"]]

        for i in range(LEVELS - 1):
            query, memory = (g[i], g[i + 1]) if self.config["direction"] == "bottom-up" else (g[i + 1], g[i])
            attended, weights = self.msca[i](query, memory)
            information = g[i] + attended
            fused = self.info_mlp[i](information)
            found = {"msca_attention": weights, "information": information}
            if self.config["weight_branch"]:
                attended, found["sa_attention"] = self.sa[i](g[i])
                found["weight"] = g[i] + attended
                fused = fused * torch.sigmoid(self.weight_mlp[i](found["weight"]))
            found |= {"fused": fused, "image_features": self.clip_mlp[i](fused.mean(1))}
            for name, value in found.items():
                out.setdefault(name, []).append(value)

        x, y = torch.stack(out["image_features"], 1), self.text_features  # [b, 4, T], [A, T]
        x_norm, y_norm = (z.norm(dim=-1, keepdim=True).clamp_min(1e-8) for z in (x, y))
        out["similarities"] = (x / x_norm) @ (y / y_norm).T
        judged = out["similarities"] if self.config["text_branch"] else x
        out["raw"] = self.score(judged.flatten(1))[:, 0]
        return out

    def tensors(self):
        """The tensors of a checkpoint by name: all but `num_batches_tracked`."""
        return {n: t for n, t in self.state_dict().items() if not n.endswith("num_batches_tracked")}


# ---------------------------------------------------------------- checkpoints

def load(path):
    """A `bpclip-1` file -> (model in fp32, metadata with its JSON decoded). Names and shapes must agree exactly."""
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}
        metadata = {k: v if k == "format" else json.loads(v) for k, v in file.metadata().items()}
    assert metadata["format"] == "bpclip-1", metadata["format"]
    adjectives, text_width = tensors["text_features"].shape
    model = Bpclip(metadata["config"], text_width, adjectives)
    if "text_mean" in tensors:
        model.text_mean = torch.zeros(text_width)
    expected = model.tensors()
    assert expected.keys() == tensors.keys(), sorted(expected.keys() ^ tensors.keys())
    for name, tensor in expected.items():
        assert tensor.shape == tensors[name].shape, name
        tensor.copy_(tensors[name])
    return model, metadata


def store(path, model, metadata, half=True):
    """Writes a `bpclip-1` file; tensors of rank 2 and more in fp16 unless `half` is false."""
    tensors = {n: (t.half() if half and t.dim() > 1 else t).contiguous() for n, t in model.tensors().items()}
    metadata = {"format": "bpclip-1", "config": model.config, "adjectives": ADJECTIVES} | metadata
    write_safetensors(path, tensors, {k: v if k == "format" else json.dumps(v) for k, v in metadata.items()})


def write_safetensors(path, tensors, metadata):
    """safetensors' own bytes, but with the header in sorted order, so that the same content is the same file."""
    blob = save(tensors, metadata)
    end = 8 + int.from_bytes(blob[:8], "little")
    header = json.dumps(json.loads(blob[8:end]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    Path(path).write_bytes(len(header).to_bytes(8, "little") + header + blob[end:])


# ---------------------------------------------------------------- seeded weights and pictures

def fnv(text):
    """FNV-1a, 64 bits, of the UTF-8 bytes."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def splitmix(seed, count):
    """The first `count` outputs of splitmix64: element i mixes seed + (i + 1) * 0x9E3779B97F4A7C15."""
    z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def seeded_tensor(name, shape):
    """The value of one seeded tensor, from nothing but its name and shape. See `make.py` for the rules."""
    u = (splitmix(fnv(name), math.prod(shape)) >> np.uint64(40)).astype(np.float64) / 2**24
    kind = name.rsplit(".", 1)[-1]
    if name == "text_features":
        value = 2 * u - 1
    elif name.startswith("position."):
        value = 0.2 * (u - 0.5)
    elif kind == "running_var" or (kind == "weight" and len(shape) == 1):
        value = 0.5 + u
    elif len(shape) == 1:
        value = 0.2 * (u - 0.5)
    else:
        value = (2 * u - 1) * math.sqrt(3 / math.prod(shape[1:]))
    return torch.from_numpy(value.astype(np.float32)).reshape(shape)


def seeded(config, text_width=None, adjectives=40):
    """A model with seeded weights. The text width defaults to 1024 (CLIP RN50) for ResNet-50, else 384 (MiniLM)."""
    model = Bpclip(config, text_width or (384 if config["backbone"] in LITE else 1024), adjectives)
    for name, tensor in model.tensors().items():
        tensor.copy_(seeded_tensor(name, tuple(tensor.shape)))
    return model


# ---------------------------------------------------------------- pictures

def open_picture(path, shorter_side=None):
    """An upright RGB picture, its shorter side reduced to `shorter_side` (never enlarged), as u8 [h, w, 3]."""
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    if shorter_side and min(picture.size) > shorter_side:
        scale = shorter_side / min(picture.size)
        picture = picture.resize([round(side * scale) for side in picture.size], Image.Resampling.BICUBIC)
    return np.asarray(picture)


def normalise(pixels, config):
    """u8 [h, w, 3] or [b, h, w, 3] -> f32 [b, 3, h, w] as the backbone wants it."""
    pixels = torch.tensor(pixels).float().div(255).movedim(-1, -3)
    mean, std = (torch.tensor(config[key])[:, None, None] for key in ("mean", "std"))
    pixels = (pixels - mean) / std
    return pixels if pixels.dim() == 4 else pixels[None]


def main():
    parser = argparse.ArgumentParser(description="The BPCLIP network in PyTorch")
    commands = parser.add_subparsers(dest="command", required=True)
    scoring = commands.add_parser("score", help="raw score of one picture")
    scoring.add_argument("checkpoint")
    scoring.add_argument("picture")
    scoring.add_argument("reference", nargs="?")
    scoring.add_argument("--shorter-side", type=int, help="pixels; the checkpoint's own unless told")
    seeding = commands.add_parser("seed", help="write a checkpoint of seeded weights")
    seeding.add_argument("out")
    seeding.add_argument("--backbone", default="tf_efficientnet_lite0", choices=["resnet50", *sorted(LITE)])
    seeding.add_argument("--task", default="no-reference", choices=["no-reference", "full-reference"])
    seeding.add_argument("--config", type=json.loads, default={}, help="changes to the config, as JSON")
    seeding.add_argument("--fp32", action="store_true", help="keep matrices in fp32 instead of fp16")
    args = parser.parse_args()
    if args.command == "score":
        model, metadata = load(args.checkpoint)
        size = metadata["size"]
        paths = [args.picture] + ([args.reference] if args.reference else [])
        shorter_side = args.shorter_side or size["shorter_side"]
        images = [normalise(open_picture(path, shorter_side), model.config) for path in paths]
        with torch.inference_mode():
            print(f"{model(*images)['raw'].item():.4f}")
    else:
        model = seeded(configuration(args.backbone, args.task, **args.config))
        metadata = {
            "text": {"encoder": "clip" if args.backbone == "resnet50" else "minilm",
                     "template": "a {adjective} photo", "centred": False, "source": "seeded, not text"},
            "size": {"shorter_side": 512, "enlarge": False},
            "label": {"range": [0, 1], "meaning": "none: seeded weights"},
            "training": {"data": "none", "recipe": "seeded by name", "program": "tests/golden/reference.py"},
        }
        store(args.out, model, metadata, half=not args.fp32)


if __name__ == "__main__":
    main()
