import numpy as np
import pytest

from bpclip.sharpness import measure, percentile


def drawn(width, height, grey):
    y, x = np.mgrid[:height, :width]
    return np.repeat(np.asarray(grey(x, y)).astype(np.uint8)[..., None], 3, 2)


def chequered(x, y):
    return np.where((x + y) % 2 == 0, 60, 50)


def test_chequers_of_ten_levels_have_a_laplacian_of_forty():
    sharp = measure(drawn(200, 130, chequered))
    # All is alike: the first place.
    assert sharp.value == 40 and sharp.pixels(200, 130) == [1, 1, 32, 32]
    assert measure(drawn(200, 130, lambda x, y: x)).value == 0  # a slope has no second difference


def test_the_place_is_where_it_is_sharp():
    def grey(x, y):
        return np.where((x >= 321) & (x < 385) & (y >= 161) & (y < 225), chequered(x, y), 55)

    sharp = measure(drawn(578, 386, grey))
    assert sharp.pixels(578, 386) == [321, 161, 64, 64]
    # The pixel in its middle is (353, 193); shares of 32 bits may fall a little short of it, in the program too.
    assert np.abs(np.subtract(sharp.centre(578, 386), (353, 193))).max() <= 1
    assert sharp.value < 1  # four of 216 blocks are less than a twentieth


def test_very_large_pictures_are_halved_and_tiny_ones_are_one_block():
    assert measure(drawn(4100, 4000, chequered)).value == 0  # chequers vanish when every four pixels become one
    assert measure(drawn(3998, 3998, chequered)).value == 40
    tiny = measure(drawn(3, 9, chequered))
    assert tiny.value == 40 and tiny.pixels(3, 9) == [1, 1, 1, 7]
    assert measure(drawn(2, 9, chequered)) is None


def test_percentiles_lie_between_values():
    assert percentile(np.array([4, 0, 2, 1, 3], np.float32), 0.95) == pytest.approx(3.8)
    assert percentile(np.array([7], np.float32), 0.95) == 7
