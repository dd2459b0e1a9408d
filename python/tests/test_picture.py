import io
import struct
import zlib

import numpy as np
import pytest
from conftest import ROOT, SAMPLES
from PIL import Image, ImageCms

import bpclip
from bpclip.picture import PictureError, find, fingerprint, is_same, prepare, read, reference_of, scored_size
from bpclip.seeded import picture

SIZE = {"shorter_side": 512, "enlarge": False}
PIXELS = picture("picture", 80, 96)


def saved(path, image, **options):
    image.save(path, **options)
    return path


@pytest.mark.parametrize("before, policy, after", [
    ((4000, 3000), SIZE, (683, 512)), ((3000, 4001), SIZE, (512, 683)), ((600, 400), SIZE, (600, 400)), ((513, 512), SIZE, (513, 512)),
    ((300, 200), {"shorter_side": 512, "enlarge": True}, (768, 512)), ((4000, 3000), {"shorter_side": None, "enlarge": False}, (4000, 3000)),
])
def test_the_size_is_the_programs(before, policy, after):
    assert scored_size(*before, policy) == after


def test_a_large_picture_is_scored_smaller_and_says_so():
    large = bpclip.picture.Picture(np.zeros((2100, 2100, 3), np.uint8), 2100, 2100)
    pixels, notes = prepare(large, {"shorter_side": None, "enlarge": False})
    assert pixels.shape == (2048, 2048, 3) and notes == ["scored smaller than asked, to fit into memory"]
    with pytest.raises(PictureError, match="too small: both sides must be 64"):
        prepare(bpclip.picture.Picture(PIXELS[:60], 96, 60), SIZE)


def test_pixels_come_as_they_are_and_upright(tmp_path):
    image = Image.fromarray(PIXELS)
    for name in ("a.png", "a.bmp", "a.tif"):
        found = read(saved(tmp_path / name, image))
        assert (found.pixels == PIXELS).all() and not found.notes
    exif = image.getexif()
    exif[0x0112] = 6  # lies on its side
    found = read(saved(tmp_path / "turned.png", image, exif=exif))
    assert (found.pixels == np.rot90(PIXELS, -1)).all() and (found.width, found.height) == (80, 96)


def test_alpha_lies_on_mid_grey(tmp_path):
    alpha = np.full((80, 96, 1), 255, np.uint8)
    alpha[:40] = 51  # a fifth
    path = saved(tmp_path / "a.png", Image.fromarray(np.concatenate([PIXELS, alpha], 2)))
    found = read(path)
    assert (found.pixels[40:] == PIXELS[40:]).all()
    assert (found.pixels[:40] == (PIXELS[:40].astype(int) * 51 + 128 * 204 + 127) // 255).all()
    assert found.notes == ["transparency composed on mid-grey"]
    opaque = read(saved(tmp_path / "b.png", Image.fromarray(np.concatenate([PIXELS, np.full_like(alpha, 255)], 2))))
    assert not opaque.notes


def test_sixteen_bits_of_grey_are_rounded(tmp_path):
    levels = np.arange(80 * 96, dtype=np.uint16).reshape(80, 96) * 8
    found = read(saved(tmp_path / "a.png", Image.fromarray(levels)))
    assert (found.pixels[..., 0] == (levels.astype(int) * 255 + 32_767) // 65_535).all()
    assert found.notes == ["more than 8 bits a channel, rounded to 8"]


def test_sixteen_bits_of_colour_are_said(tmp_path):
    rows = np.zeros((80, 1 + 96 * 6), np.uint8)
    rows[:, 1::2] = PIXELS.reshape(80, -1)
    head = struct.pack(">IIBBBBB", 96, 80, 16, 2, 0, 0, 0)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows.tobytes())) + chunk(b"IEND", b""))
    found = read(path)
    assert (found.pixels == PIXELS).all() and found.notes == ["more than 8 bits a channel, rounded to 8"]


def test_a_palette_and_a_first_frame(tmp_path):
    image = Image.fromarray(PIXELS).quantize(64)
    found = read(saved(tmp_path / "a.gif", image, save_all=True, append_images=[image.rotate(90)]))
    assert (found.pixels == np.asarray(image.convert("RGB"))).all()
    assert found.notes == ["first frame of an animation"]


def test_a_profile_is_applied_unless_it_is_srgb(tmp_path):
    image = Image.fromarray(PIXELS)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = read(saved(tmp_path / "a.png", image, icc_profile=srgb))
    assert (found.pixels == PIXELS).all() and not found.notes
    wide = (ROOT / "tests/fixtures/display-p3.icc").read_bytes()
    found = read(saved(tmp_path / "b.png", image, icc_profile=wide))
    expected = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(wide)), ImageCms.createProfile("sRGB"), 1)
    assert (found.pixels == np.asarray(expected)).all() and (found.pixels != PIXELS).any()
    assert len(found.notes) == 1 and found.notes[0].startswith("colours converted to sRGB from ")
    broken = read(saved(tmp_path / "c.png", image, icc_profile=b"no profile"))
    assert (broken.pixels == PIXELS).all() and broken.notes == ["embedded colour profile unusable, taken as sRGB"]


@pytest.mark.parametrize("content, word", [(b"", "is empty"), (b"text", "is not a picture"), (None, "cannot read")])
def test_what_cannot_be_read_is_named(tmp_path, content, word):
    path = tmp_path / "a.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PictureError) as error:
        read(path)
    assert word in str(error.value) and str(path) in str(error.value)


def test_a_picture_cut_short_is_an_error(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes((SAMPLES / "coffee.jpg").read_bytes()[:20_000])
    with pytest.raises(PictureError, match="damaged or cut short"):
        read(path)


def test_folders_are_walked_in_the_programs_order(tmp_path):
    for name in ("b.jpg", "a.PNG", "B.jpg", ".hidden.jpg", "text.txt", "within/c.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    names = [path.name for path in find([tmp_path, tmp_path / "b.jpg", tmp_path / "text.txt"])]
    assert names == ["B.jpg", "a.PNG", "b.jpg", "text.txt"]
    (tmp_path / "within/back").symlink_to(tmp_path)
    assert [path.name for path in find([tmp_path], recursive=True)] == ["B.jpg", "a.PNG", "b.jpg", "c.jpg"]


def test_references_are_found_by_name_then_without_the_extension(tmp_path):
    for name in ("one.png", "two.PNG", "three.png", "three.jpg"):
        (tmp_path / name).write_bytes(b"x")
    assert reference_of("x/one.png", tmp_path).name == "one.png"
    assert reference_of("x/Two.png", tmp_path).name == "two.PNG"
    assert reference_of("x/one.jpg", tmp_path).name == "one.png"
    assert reference_of("x/any.jpg", tmp_path / "one.png").name == "one.png"
    with pytest.raises(PictureError, match="several references"):
        reference_of("x/three.bmp", tmp_path)
    with pytest.raises(PictureError, match="no reference named like it"):
        reference_of("x/four.png", tmp_path)


def test_a_copy_has_the_same_fingerprint_and_another_picture_has_not():
    photos = [read(SAMPLES / name).pixels for name in ("coffee.jpg", "rocket.jpg")]
    print_ = fingerprint(photos[0])
    assert len(print_) == 32 and is_same(print_, fingerprint(np.asarray(Image.fromarray(photos[0]).resize((300, 200)))))
    assert not is_same(print_, fingerprint(photos[1]))
