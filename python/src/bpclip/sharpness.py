"""How sharp the sharpest part of a picture is, and where that part is: the numbers of the program's `sharpness` and `sharpest`."""

from dataclasses import dataclass

import numpy as np

BLOCK = 32  # side of a block, in pixels
SHARE = 0.95  # of the blocks are less sharp than the number says
ENOUGH = 2000  # the shorter side that a picture is halved down to, at least: finer is more noise than detail
PLACES = 6  # how many times the place goes into the shorter side


@dataclass
class Sharpness:
    """The 95th percentile over blocks of 32 x 32 pixels of the mean absolute Laplacian of luma (BT.601, 0 to 255).

    `place` is the sharpest part, a sixth of the shorter side: left, top, width and height as shares of the picture's, f32.
    """

    value: float  # 0 to some hundred, higher is sharper
    place: np.ndarray

    def pixels(self, width, height):
        """Left, top, width and height of the place in a picture of this size."""
        sides = np.array([width, height, width, height], np.float32)
        return [int(side) for side in np.floor(self.place * sides + np.float32(0.5))]

    def centre(self, width, height):
        """Column and row of the pixel in its middle."""
        left, top, across, down = self.place
        return int((left + across / np.float32(2)) * np.float32(width)), int((top + down / np.float32(2)) * np.float32(height))


def measure(pixels):
    """The Sharpness of u8 [h, w, 3] at their own size; None where a side is shorter than three pixels."""
    luma = luma_of(pixels)
    while (min(luma.shape) + 1) // 2 >= ENOUGH:
        luma = halved(luma)
    height, width = luma.shape
    if min(height, width) < 3:
        return None
    blocks, size = blocks_of(luma)
    side = max(int(min(blocks.shape) / PLACES + 0.5), 1)
    row, column = sharpest(blocks, side)
    # The Laplacian begins at the second pixel.
    place = np.array([1 + column * size[1], 1 + row * size[0], side * size[1], side * size[0]], np.float32)
    place /= np.array([width, height, width, height], np.float32)
    return Sharpness(percentile(blocks.ravel(), SHARE), place)


def luma_of(pixels):
    """In quarters of a level, i16 [h, w]; 256 times the weights of BT.601 are whole numbers."""
    r, g, b = (np.asarray(pixels)[..., channel].astype(np.int32) for channel in range(3))
    return ((77 * r + 150 * g + 29 * b + 32) >> 6).astype(np.int16)


def halved(luma):
    """Every four pixels their mean; what is over at the right and below is left out."""
    luma = luma[: luma.shape[0] // 2 * 2, : luma.shape[1] // 2 * 2]
    return (luma[::2, ::2] + luma[::2, 1::2] + luma[1::2, ::2] + luma[1::2, 1::2] + 2) >> 2


def blocks_of(luma):
    """The mean absolute Laplacian of each block in levels, f32 [rows, columns], and a block's height and width.

    What is over at the right and below is left out, but a picture smaller than a block is one.
    """
    around = luma[1:-1, :-2] + luma[1:-1, 2:] + luma[:-2, 1:-1] + luma[2:, 1:-1]
    edges = abs(4 * luma[1:-1, 1:-1] - around)
    size = [min(BLOCK, side) for side in edges.shape]
    rows, columns = (side // block for side, block in zip(edges.shape, size))
    parts = edges[: rows * size[0], : columns * size[1]].reshape(rows, size[0], columns, size[1])
    return parts.sum((1, 3), dtype=np.int64).astype(np.float32) / np.float32(4 * size[0] * size[1]), size


def sharpest(blocks, side):
    """Row and column at which the `side` x `side` blocks with the highest mean begin, the first of equals."""
    sums = np.zeros([length + 1 for length in blocks.shape])
    sums[1:, 1:] = blocks.astype(np.float64).cumsum(1).cumsum(0)
    within = sums[side:, side:] + sums[:-side, :-side] - sums[:-side, side:] - sums[side:, :-side]
    # Rounding must not prefer a later one.
    first = np.flatnonzero(within >= within.max() - 1e-6)[0]
    return divmod(int(first), within.shape[1])


def percentile(values, share):
    """Between the two values where it lies, in proportion, f32."""
    values = np.sort(values)
    at = np.float32(share) * np.float32(len(values) - 1)
    low, high = values[int(np.floor(at))], values[int(np.ceil(at))]
    return float(low + (high - low) * (at - np.floor(at)))
