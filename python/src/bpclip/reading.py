"""What a score means to a person: ranks among photographs, how sure it is, and the words that tell most.

All of it comes from what a checkpoint carries (`metadata`): `distribution`, `certainty`, `seen`. What it lacks is left out.
"""

import math
from bisect import bisect_left, bisect_right

import numpy as np

from .picture import is_same

GENERAL = ("pristine", "excellent", "good", "bad")  # praise and blame must agree with the score
OPPOSITES = ((("dark", "underexposed"), ("overexposed", "glaring", "bright", "well-lit")), (("dull", "faded"), ("oversaturated",)))


def score_of_100(raw):
    """A raw score as a person reads it: 100 times it, held to 0..100."""
    return float(np.clip(np.float32(100) * np.float32(raw), 0, 100))


def percentile(quantiles, value):
    """Where a value lies among evenly spaced quantiles, 0 to 100, in the middle of those that equal it."""
    quantiles, value = np.asarray(quantiles, np.float32), np.float32(value)
    last = np.float32(max(len(quantiles) - 1, 1))
    below, through = bisect_left(quantiles, value), bisect_right(quantiles, value)
    if through > below:
        place = np.float32(below + through - 1) / np.float32(2)
    elif below == 0:
        place = np.float32(0)
    elif below == len(quantiles):
        place = last
    else:
        left, right = quantiles[below - 1], quantiles[below]
        place = np.float32(below - 1) + (value - left) / (right - left)
    return float(np.float32(100) * place / last)


def interval(certainty, raw):
    """The raw scores between which people's rating lies, with the stated coverage."""
    raw = float(raw)
    reach = certainty["reach"] * max(certainty["spread"][0] + certainty["spread"][1] * raw, certainty["least"])
    return [float(np.float32(raw - reach)), float(np.float32(raw + reach))]


def prefers(metadata, a, b):
    """How probable it is that people prefer the picture of raw score `a` to that of `b`, 0 to 1; None where the checkpoint cannot tell."""
    certainty = metadata.get("certainty")
    return certainty and 1 / (1 + math.exp(-certainty["pair_slope"] * (float(a) - float(b))))


def reading(metadata, raw, similarities, fingerprint=None):
    """What a prediction means, as a line of `bpclip score --format jsonl` has it; `similarities` are means over the levels."""
    distribution, certainty, found = metadata.get("distribution"), metadata.get("certainty"), {}
    if distribution:
        found["score_percentile"] = percentile(distribution["raw"], raw)
        found["word_percentiles"] = [percentile(q, s) for q, s in zip(distribution["words"], similarities)]
    if certainty:
        found["interval"] = [score_of_100(end) for end in interval(certainty, raw)]
        found["coverage"] = certainty["coverage"]
    if fingerprint and any(is_same(fingerprint, seen) for seen in metadata.get("seen", [])):
        found["learned_from"] = True
    return found


def dimension_values(adjectives, similarities):
    """How good a picture is in each dimension: the mean similarity of its better words less that of its worse ones."""
    def mean(dimension, higher):
        values = [s for a, s in zip(adjectives, similarities) if a["dimension"] == dimension and a["higher"] is higher]
        return sum(values) / len(values) if values else 0.0

    names = dict.fromkeys(adjective["dimension"] for adjective in adjectives)
    return {name: mean(name, True) - mean(name, False) for name in names}


def looks(metadata, raw, similarities, count=3):
    """The words that tell most of a picture: those that fit it better than 80 % of photographs, the rarest first, two of a dimension at
    most, never a word and its opposite, and no praise of a bad picture. Of a checkpoint without ranks the most similar ones."""
    adjectives = metadata["adjectives"]
    distribution = metadata.get("distribution")
    if not distribution:
        return [a["word"] for _, a in sorted(zip(similarities, adjectives), key=lambda pair: -pair[0])[:count]]
    good = percentile(distribution["raw"], raw) >= 50
    ranks = [percentile(q, s) for q, s in zip(distribution["words"], similarities)]
    told = []
    for rank, word in sorted(zip(ranks, adjectives), key=lambda pair: -pair[0]):
        fits = rank >= 80 and (word["word"] not in GENERAL or word["higher"] == good)
        same = sum(other["dimension"] == word["dimension"] for other in told)
        if fits and same < 2 and len(told) < count and not any(opposite(other, word) for other in told):
            told.append(word)
    return [word["word"] for word in told]


def opposite(a, b):
    named = any((a["word"] in x and b["word"] in y) or (b["word"] in x and a["word"] in y) for x, y in OPPOSITES)
    return named or (a["dimension"] == b["dimension"] and a["higher"] != b["higher"])
