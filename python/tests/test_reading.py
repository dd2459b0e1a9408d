import math

import numpy as np
import pytest

from bpclip import ADJECTIVES, prefers
from bpclip.reading import dimension_values, interval, looks, percentile, reading, score_of_100

CERTAINTY = {"set": "", "pictures": 40, "coverage": 0.9, "covered": 0.9, "spread": [0.1, -0.05], "least": 0.06, "reach": 2.0,
             "pair_slope": 12.0, "pair_error": 0.02}


@pytest.mark.parametrize("value, rank", [(-1, 0), (0, 0), (0.305, 30.5), (0.96, 96), (2, 100)])
def test_a_value_has_its_rank(value, rank):
    assert abs(percentile(np.linspace(0, 1, 101), value) - rank) < 1e-3


def test_equal_values_are_in_their_middle():
    assert percentile([3.0] * 101, 3.0) == 50


def test_an_interval_is_wider_where_errors_are_larger():
    for raw, reach in ((0.2, 0.18), (0.9, 0.12)):
        assert np.allclose(interval(CERTAINTY, raw), [raw - reach, raw + reach])
    found = reading({"adjectives": ADJECTIVES, "certainty": CERTAINTY}, 0.05, [0.0] * 40)
    assert found["interval"][0] == 0 and abs(found["interval"][1] - 24.5) < 1e-4 and found["coverage"] == 0.9
    assert reading({"adjectives": ADJECTIVES}, 0.05, [0.0] * 40) == {}


def test_pairs():
    metadata = {"certainty": CERTAINTY}
    assert prefers(metadata, 0.5, 0.5) == 0.5 and abs(prefers(metadata, 0.6, 0.5) - 1 / (1 + math.exp(-1.2))) < 1e-12
    assert prefers({}, 0.6, 0.5) is None


def test_what_it_learned_from_is_said():
    metadata = {"adjectives": ADJECTIVES, "seen": ["0" * 31 + "f"]}
    assert reading(metadata, 0.5, [0.0] * 40, "0" * 32) == {"learned_from": True}
    assert reading(metadata, 0.5, [0.0] * 40, "f" * 32) == {}


def told(fits, score):
    quantiles = np.linspace(0, 100, 101).tolist()
    metadata = {"adjectives": ADJECTIVES, "distribution": {"raw": quantiles, "words": [quantiles] * 40}}
    return looks(metadata, score, [fits.get(adjective["word"], 50.0) for adjective in ADJECTIVES])


def test_words_that_tell_are_rare_and_never_opposites():
    dark = {"underexposed": 99, "overexposed": 97, "excellent": 98, "dark": 90}
    assert told(dark, 30) == ["underexposed", "dark"]
    assert told(dark, 80) == ["underexposed", "excellent", "dark"]
    assert told({"sharp": 90, "blurry": 95, "crisp": 85}, 50) == ["blurry"]
    assert told({"blurry": 99, "soft": 98, "smeared": 97, "noisy": 81}, 10) == ["blurry", "soft", "noisy"]
    assert told({"sharp": 79}, 50) == []


def test_a_dimension_is_better_less_worse():
    values = [0.5 if a["dimension"] == "noise" and a["higher"] else 0.1 for a in ADJECTIVES]
    found = dimension_values(ADJECTIVES, values)
    assert abs(found["noise"] - 0.4) < 1e-9 and abs(found["colour"]) < 1e-9 and len(found) == 6


def test_a_score_is_held_to_its_range():
    assert [score_of_100(raw) for raw in (-0.5, 0.7125, 1.5)] == [0, 71.25, 100]
