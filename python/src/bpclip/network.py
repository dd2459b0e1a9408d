"""The network of BPCLIP (C. Song et al.), with the equations of the paper. A plain `nn.Module`.

Shapes are [batch, channels, height, width]; `G` and its descendants are [batch, N = h*w tokens, 256], row by row.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .backbone import backbone
from .config import ADJECTIVES, LEVELS, checked, description
from .resample import pooled, resampled


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
        reduced = F.gelu(self.reduce(pooled(gated, size)))
        return reduced.flatten(2).transpose(1, 2), mask


class Position(nn.Module):
    """Two learned tables, resampled to the grid: the encoding of a cell, the same at every level."""

    def __init__(self, config):
        super().__init__()
        self.height = nn.Parameter(0.02 * torch.randn(config["width"] // 2, config["position"]))
        self.width = nn.Parameter(0.02 * torch.randn(config["width"] // 2, config["position"]))

    def forward(self, h, w):
        height = resampled(self.height, h)[:, :, None].expand(-1, h, w)
        width = resampled(self.width, w)[:, None, :].expand(-1, h, w)
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
    """The network, its weights random until they are loaded or trained.

    `config` is that of a checkpoint (`configuration`), `text_features` has a row for each adjective of `metadata`, which is the
    rest of what a checkpoint says of itself. Images are normalised (`normalise`), [batch, 3, height, width], both sides at least 64.
    """

    def __init__(self, config, text_width=384, adjectives=len(ADJECTIVES), centred=False):
        super().__init__()
        self.config = config = checked(config)
        self.metadata = description(config, centred)
        width, pairs = config["width"], range(LEVELS - 1)
        self.backbone = backbone(config)
        self.glp = nn.ModuleList(GatedLocalPooling(c, config) for c in self.backbone.channels)
        self.position = Position(config)
        self.msca = nn.ModuleList(Attention(config, own=False) for _ in pairs)
        self.info_mlp = nn.ModuleList(Mlp(width, width, width, norm=True) for _ in pairs)
        if config["weight_branch"]:
            self.sa = nn.ModuleList(Attention(config, own=True) for _ in pairs)
            self.weight_mlp = nn.ModuleList(Mlp(width, width, width, norm=True) for _ in pairs)
        self.clip_mlp = nn.ModuleList(Mlp(width, width, text_width) for _ in pairs)
        self.register_buffer("text_features", torch.zeros(adjectives, text_width))
        self.register_buffer("text_mean", torch.zeros(text_width) if centred else None)
        concatenated = len(pairs) * (adjectives if config["text_branch"] else text_width)
        self.score = Mlp(concatenated, config["score_hidden"], 1)
        self.eval()

    def forward(self, image, reference=None):
        """Every intermediate by name; those with one value a level are lists.

            feature, feature_reference   F1..F5 of the image and of its reference
            mask                         the five gates, [b, 1, H_i, W_i], 0 to 1
            reduced, pooled              G_1..G_5 before and after the encoding of the position
            position, grid               that encoding, [h*w, 256], and (h, w)
            msca_attention               weights [b, heads, N, N] of the information branch, queries before keys
            sa_attention                 likewise of the weight branch
            information, weight          G'_1..G'_4 and G''_1..G''_4
            fused, image_features        G'''_1..G'''_4 and x_1..x_4, [b, T]
            similarities                 [b, 4, adjectives], cosines
            raw                          [b], about 0 to 1, higher is better
        """
        if (reference is None) == (self.config["task"] == "full-reference"):
            takes = "an image and its reference" if reference is None else "no reference"
            raise ValueError(f"a {self.config['task']} network takes {takes}")
        out = {"feature": self.backbone(image)}
        if reference is not None:
            out["feature_reference"] = self.backbone(reference)
        h, w = out["grid"] = tuple(out["feature"][-1].shape[2:])

        references = out.get("feature_reference", [None] * LEVELS)
        gated = [glp(f, r, (h, w)) for glp, f, r in zip(self.glp, out["feature"], references)]
        out["reduced"], out["mask"] = map(list, zip(*gated))
        out["position"] = self.position(h, w)
        out["pooled"] = g = [z + out["position"] for z in out["reduced"]]

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

    def save(self, path, half=True):
        """As `bpclip.save`."""
        from .checkpoint import save

        save(self, path, half)
