"""Resampling to a grid: PyTorch's own operations, and the same as products with matrices where a network is exported.

ONNX has no adaptive pooling to a size that only the input tells, nor can every runtime resample to one. A matrix that follows from the
two sizes by integer arithmetic is in every runtime, and exact for sizes that are no multiple of 32 too.
"""

import torch
from torch.nn import functional as F


def pooled(z, size):
    """Adaptive average pooling of [b, c, H, W] to `size` (h, w): cell i is the mean of floor(i H / h) to ceil((i + 1) H / h)."""
    if not torch.compiler.is_exporting():
        return F.adaptive_avg_pool2d(z, size)
    rows, columns = windows(z.shape[2], size[0], z), windows(z.shape[3], size[1], z)
    return rows @ (z @ columns.T)


def windows(before, after, like):
    """[after, before]: row i has 1 / n in the n places of window i of adaptive pooling."""
    cell = torch.arange(after, device=like.device)[:, None]
    place = torch.arange(before, device=like.device)[None]
    first, end = cell * before // after, ((cell + 1) * before + after - 1) // after
    within = ((place >= first) & (place < end)).to(like.dtype)
    return within / within.sum(1, keepdim=True)


def resampled(table, n):
    """A table [c, L] at n places, [c, n]: linear, half-pixel centres, edges clamped."""
    if not torch.compiler.is_exporting():
        return F.interpolate(table[None], n, mode="linear", align_corners=False)[0]
    length = table.shape[1]
    centre = ((torch.arange(n, device=table.device).to(table.dtype) + 0.5) * length / n - 0.5).clamp(0, length - 1)
    place = torch.arange(length, device=table.device).to(table.dtype)
    return table @ (1 - (place[:, None] - centre[None]).abs()).clamp_min(0)
