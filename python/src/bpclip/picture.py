"""From a file to the pixels that are scored, by the program's rules: upright, sRGB, alpha on mid-grey, shorter side reduced by Pillow's BICUBIC."""

import io
import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageCms, ImageOps

from .config import MIN_SIDE

# Pillow's names of what both read. HEIC, JPEG XL and camera raw are the program's alone.
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "AVIF")
EXTENSIONS = (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".avif", ".avifs")
# More are not scored: attention keeps its weights here, which grow with the square. The program scores up to 33 megapixels, or what fits
# half of free memory, as a power of two.
MAX_PIXELS = 1 << 22
Image.init()
Image.MAX_IMAGE_PIXELS = None  # the program's own limit is below
MOST_PIXELS = 500_000_000


class PictureError(ValueError):
    """Why a picture could not be read or scored; names the file where it is about one."""


@dataclass
class Picture:
    """Upright 8-bit sRGB `pixels` [height, width, 3], the size of the file's picture, and what was done to its pixels."""

    pixels: np.ndarray
    width: int
    height: int
    notes: list = field(default_factory=list)


def read(path):
    """The picture in a file. PictureError names the file and says what to do."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise PictureError(f"cannot read {path}: {error.strerror} (os error {error.errno})") from None
    if not content:
        raise PictureError(f"{path} is empty: copy or export it again")
    try:
        image = Image.open(io.BytesIO(content), formats=[name for name in FORMATS if name in Image.OPEN])
    except (OSError, ValueError):
        raise PictureError(f"{path} is not a picture: JPEG, PNG, TIFF, WebP, BMP, GIF and AVIF are read") from None
    if image.width * image.height > MOST_PIXELS:
        raise PictureError(f"{path} has {image.width} x {image.height} pixels, more than the {MOST_PIXELS} allowed: scale it down")
    notes = ["first frame of an animation"] if getattr(image, "is_animated", False) and image.format not in ("MPO", "TIFF") else []
    try:
        image.load()
        if image.format == "PNG" and image.mode.startswith("RGB") and content[24] == 16:  # Pillow has dropped the lower eight
            notes.append("more than 8 bits a channel, rounded to 8")
        image = to_srgb(ImageOps.exif_transpose(image), notes)
    except Exception as error:  # decoders raise what they like
        raise PictureError(f"{path} is damaged or cut short ({error}): copy or export it again") from None
    return Picture(np.asarray(image), image.width, image.height, notes)


def to_srgb(image, notes):
    """To 8-bit RGB in sRGB, alpha composed on mid-grey in the encoded values."""
    deep = image.mode.startswith(("I", "F"))
    if deep:
        levels = np.asarray(image).astype(np.int64).clip(0, 65_535)
        image = with_profile(Image.fromarray(((levels * 255 + 32_767) // 65_535).astype(np.uint8)), image)
    if image.mode in ("P", "1", "PA"):
        see_through = image.mode == "PA" or "transparency" in image.info
        image = with_profile(image.convert("RGBA" if see_through else "RGB"), image)
    elif "transparency" in image.info:
        image = with_profile(image.convert("RGBA"), image)
    alpha = None
    if image.mode in ("LA", "RGBA"):
        alpha = np.asarray(image.getchannel("A")).astype(np.int64)[..., None]
        image = with_profile(image.convert(image.mode[:-1]), image)
    image = converted(image, notes)
    if image.mode == "CMYK":
        notes.append("CMYK without a usable profile, colours approximate")
    image = image.convert("RGB")
    if alpha is not None:
        if (alpha != 255).any():
            notes.append("transparency composed on mid-grey")
        image = Image.fromarray(((np.asarray(image) * alpha + 128 * (255 - alpha) + 127) // 255).astype(np.uint8))
    if deep:
        notes.append("more than 8 bits a channel, rounded to 8")
    return image


def with_profile(image, of):
    if "icc_profile" in of.info:
        image.info["icc_profile"] = of.info["icc_profile"]
    return image


def converted(image, notes):
    """Through its profile to sRGB, unless that moves no colour by more than a level."""
    icc = image.info.get("icc_profile")
    if not icc:
        return image
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if image.mode == "L" and profile.profile.xcolor_space.strip() == "RGB":
            image = image.convert("RGB")
        transform = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), image.mode, "RGB",
                                            ImageCms.Intent.RELATIVE_COLORIMETRIC)
        if image.mode != "CMYK":
            probes = probes_of(image.mode)
            moved = np.asarray(ImageCms.applyTransform(probes, transform)).astype(int) - np.asarray(probes.convert("RGB"))
            if abs(moved).max() <= 1:
                return image
        name = ImageCms.getProfileDescription(profile).strip("\0\n\r\t ") or "an unnamed profile"
        image = ImageCms.applyTransform(image, transform)
        notes.append(f"colours converted to sRGB from {name}")
    except (ImageCms.PyCMSError, OSError):
        notes.append("embedded colour profile unusable, taken as sRGB")
    return image


def probes_of(mode):
    """All greys, and of RGB a cube of colours too."""
    greys = np.arange(256, dtype=np.uint8)[None]
    if mode == "L":
        return Image.fromarray(greys)
    levels = np.arange(0, 256, 51, dtype=np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(1, -1, 3)
    return Image.fromarray(np.concatenate([cube, np.repeat(greys[..., None], 3, 2)], 1))


# ---------------------------------------------------------------- size

def scored_size(width, height, size):
    """The size at which a picture is scored, by a policy such as a checkpoint's `size`: `{"shorter_side": 512, "enlarge": False}`."""
    shorter, wanted = min(width, height), size["shorter_side"]
    if wanted is None or (wanted >= shorter and not size["enlarge"]):
        return width, height
    wanted = max(wanted, 1)
    return tuple(max((side * wanted + shorter // 2) // shorter, 1) for side in (width, height))


def prepare(picture, size):
    """The pixels that are scored, u8 [h, w, 3], and the notes with what was done to get them. PictureError where they are too few."""
    width, height = scored_size(picture.width, picture.height, size)
    notes = list(picture.notes)
    if width * height > MAX_PIXELS:
        shrink = (MAX_PIXELS / (width * height)) ** 0.5
        width, height = int(width * shrink), int(height * shrink)
        notes.append("scored smaller than asked, to fit into memory")
    if min(width, height) < MIN_SIDE:
        raise PictureError(f"{width}x{height} pixels is too small: both sides must be {MIN_SIDE} or more")
    pixels = picture.pixels
    if (width, height) != (picture.width, picture.height):
        pixels = np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC))
    return pixels, notes


def normalise(pixels, config):
    """u8 [h, w, 3] or [b, h, w, 3] to f32 [b, 3, h, w] as the backbone wants it."""
    pixels = torch.tensor(np.asarray(pixels)).float().div(255).movedim(-1, -3)
    mean, std = (torch.tensor(config[key])[:, None, None] for key in ("mean", "std"))
    pixels = (pixels - mean) / std
    return pixels if pixels.dim() == 4 else pixels[None]


# ---------------------------------------------------------------- files

def find(paths, recursive=False):
    """The pictures among files and folders, each once, in the program's order: by name within a folder, byte by byte.

    A file that is named is taken whatever it is called; of a folder those that are named as pictures, hidden ones left out.
    """
    found = {}
    for path in paths:
        files = within(path, recursive) if os.path.isdir(path) else [path]
        for file in files:
            found.setdefault(os.path.abspath(file), Path(file))
    return list(found.values())


def within(folder, recursive, above=()):
    above = (*above, os.path.realpath(folder))
    for entry in sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if recursive and os.path.realpath(entry.path) not in above:  # a link may lead back
                yield from within(entry.path, recursive, above)
        elif entry.name.lower().endswith(EXTENSIONS):
            yield entry.path


def reference_of(path, reference):
    """The reference of a picture: the file `reference`, or the one in that folder that bears the picture's name, else its name
    without the extension, each but for capitals and the coding of accents. PictureError where there is none, or more than one."""
    reference = Path(reference)
    if not reference.is_dir():
        return reference
    there = find([reference])

    def key(name):
        return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())

    path = Path(path)
    for tests in ((lambda p: p.name == path.name, lambda p: key(p.name) == key(path.name)), (lambda p: key(p.stem) == key(path.stem),)):
        for same in tests:
            found = [other for other in there if same(other)]
            if len(found) == 1:
                return found[0]
        if found:
            raise PictureError(f"several references are named like it: {' and '.join(map(str, found))}; leave one of them there")
    raise PictureError(f"no reference named like it in {reference}")


# ---------------------------------------------------------------- told again

def fingerprint(pixels):
    """32 hexadecimal digits by which a picture is told again after it was resized or encoded anew: whether each of 8 x 8 parts is
    lighter than its right, and than its lower neighbour (the difference hash of N. Krawetz, in both directions)."""
    across, down = part_means(pixels, 9, 8), part_means(pixels, 8, 9)
    bits = [across[:, :-1] > across[:, 1:], down[:-1] > down[1:]]
    return "".join(f"{sum(1 << int(i) for i in np.flatnonzero(half)):016x}" for half in bits)


def part_means(pixels, columns, rows):
    """The mean luma of `columns` x `rows` parts, over a grid of at most 12 x 12 pixels of each."""
    height, width = pixels.shape[:2]

    def places(part, parts, side):
        low = min(part * side // parts, side - 1)
        end = max((part + 1) * side // parts, low + 1)
        return np.arange(low, end, -(-(end - low) // 12))

    means = np.empty((rows, columns))
    for row in range(rows):
        for column in range(columns):
            part = pixels[np.ix_(places(row, rows, height), places(column, columns, width))].astype(np.float64)
            means[row, column] = (0.299 * part[..., 0] + 0.587 * part[..., 1] + 0.114 * part[..., 2]).mean()
    return means


def is_same(one, other):
    """Whether two fingerprints are of one picture: of 128 bits at most 14 differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= 14
