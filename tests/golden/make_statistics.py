"""Writes `statistics.json`: what SciPy says of the agreement of made-up lists, for `bpclip_train::evaluate::statistics`.

    pip install numpy==2.4.6 scipy==1.17.1
    python make_statistics.py

The long lists are not shipped. They follow from the case's name by exact arithmetic: element i of `uniform(name)` is
the top 24 bits, over 2^24, of splitmix64 seeded with FNV-1a of the name (as in `make.py`). With
u = uniform(name + ".x") and v = uniform(name + ".y"), from left to right and in f64:
    t = 6 * (u - 0.5)                                 the prediction before its unit
    curve = t / (1 + |t|)                             a smooth step
    rating = bend * curve + line * t + noise * (v - 0.5)
With `steps` > 0 both are made coarse, and so tied: floor(steps * value) / steps. Then
    x = x_scale * t + x_shift,  y = y_scale * rating + y_shift
A case with `x` and `y` has its lists in the file.

`fit` is the least squares fit of the five-parameter logistic by `scipy.optimize.leastsq` (MINPACK's Levenberg-Marquardt, which
`curve_fit` calls too) of standardised values, from the start [range of y with the sign of the correlation, 1, 0, 0, 0]:
its sum of squares over that of y about its mean, PLCC and RMSE after it, and its values `at` 5 evenly spaced predictions.
`bootstrap` has the ends of `scipy.stats.bootstrap`'s paired percentile intervals.

`comparisons` hold two predictions against one list of ratings: the x of the case of that name,
and the same made worse: x + mix * (w - 0.5) with w = uniform(name + ".w"). Meng's Z is written out, with
`scipy.stats.norm` for its p; the F test of the residuals after both fits has `scipy.stats.f`. The intervals of the
differences are of `scipy.stats.bootstrap`, paired over all three lists.
"""

import json
from pathlib import Path

import numpy as np
from scipy import optimize, stats

MASK = (1 << 64) - 1


def fnv(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    return h


def uniform(name, count):
    seed = fnv(name)
    values = []
    for i in range(count):
        z = (seed + (i + 1) * 0x9E3779B97F4A7C15) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        values.append((z >> 40) / (1 << 24))
    return np.array(values)


def lists(case):
    if "x" in case:
        return np.array(case["x"], float), np.array(case["y"], float)
    u, v = uniform(case["name"] + ".x", case["n"]), uniform(case["name"] + ".y", case["n"])
    t = 6 * (u - 0.5)
    rating = case["bend"] * (t / (1 + np.abs(t))) + case["line"] * t + case["noise"] * (v - 0.5)
    if case["steps"]:
        t, rating = (np.floor(case["steps"] * a) / case["steps"] for a in (t, rating))
    return case["x_scale"] * t + case["x_shift"], case["y_scale"] * rating + case["y_shift"]


def curve(x, b1, b2, b3, b4, b5):
    return b1 * np.tanh(b2 * (x - b3) / 2) / 2 + b4 * x + b5


def jacobian(x, b1, b2, b3, b4, b5):
    tanh = np.tanh(b2 * (x - b3) / 2)
    slope = b1 * (1 - tanh**2) / 4
    return np.stack([tanh / 2, slope * (x - b3), -slope * b2, x, np.ones_like(x)], 1)


def fit(x, y):
    """The fitted values, and those at 5 evenly spaced predictions."""
    xs, ys = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    start = [np.ptp(ys) * np.sign(np.sum(xs * ys)), 1, 0, 0, 0]
    b = optimize.leastsq(lambda b: curve(xs, *b) - ys, start, Dfun=lambda b: jacobian(xs, *b), ftol=1e-12, xtol=1e-12, maxfev=600)[0]
    at = np.linspace(xs.min(), xs.max(), 5)
    return curve(xs, *b) * y.std() + y.mean(), curve(at, *b) * y.std() + y.mean()


def after(x, y):
    fitted, _ = fit(x, y)
    return stats.pearsonr(fitted, y).statistic, np.sqrt(np.mean((fitted - y) ** 2))


FIGURES = {
    "plcc": lambda x, y: stats.pearsonr(x, y).statistic,
    "srcc": lambda x, y: stats.spearmanr(x, y).statistic,
    "krcc": lambda x, y: stats.kendalltau(x, y).statistic,
    "rmse": lambda x, y: np.sqrt(np.mean((x - y) ** 2)),
}


def made(name, n, bend=1, line=0, noise=0.5, steps=0, x_scale=1, x_shift=0, y_scale=1, y_shift=0):
    return {**locals()}


CASES = [
    {"name": "three", "x": [1, 2, 3], "y": [1, 3, 2]},
    {"name": "four-tied", "x": [1, 1, 2, 2], "y": [4, 3, 3, 1]},
    {"name": "opposite", "x": [0.5, 0.25, 0.125, 2, 4], "y": [2, 3, 4, 1, 0]},
    {"name": "two-values", "x": [0, 1, 0, 1, 1, 0, 0, 1], "y": [0, 1, 1, 1, 0, 0, 0, 1]},
    {"name": "nine", "x": [0.1, 0.2, 0.25, 0.4, 0.5, 0.55, 0.7, 0.8, 0.95],
     "y": [12, 18, 15, 31, 47, 60, 71, 78, 74]},
    made("curved", 200, noise=0.7),
    made("tied", 60, steps=4),
    made("heavily-tied", 500, noise=2, steps=1),
    made("long", 2000, noise=1.5),
    made("long-tied", 2000, noise=1, steps=10),
    made("falling", 150, bend=-1, line=-0.05, noise=0.3),
    made("line", 80, bend=0.2, line=0.3, noise=0.3),
    made("large-units", 120, x_scale=1e6, x_shift=3e7, y_scale=0.5, y_shift=3),
    made("small-units", 120, x_scale=1e-9, x_shift=0, y_scale=25, y_shift=50),
    made("hardly-related", 400, noise=12),
]


def measure(case):
    x, y = lists(case)
    case = dict(case)
    for name, figure in FIGURES.items():
        case[name] = float(figure(x, y))
    if len(x) >= 9:
        fitted, at = fit(x, y)
        case["fit"] = {
            "residual": float(np.sum((fitted - y) ** 2) / np.sum((y - y.mean()) ** 2)),
            "plcc": float(stats.pearsonr(fitted, y).statistic),
            "rmse": float(np.sqrt(np.mean((fitted - y) ** 2))),
            "at": at.tolist(),
        }
    return case


def intervals(case, resamples):
    x, y = lists(case)
    figures = dict(FIGURES)
    figures["plcc_fitted"] = lambda x, y: after(x, y)[0]
    figures["rmse_fitted"] = lambda x, y: after(x, y)[1]
    ends = {}
    for name, figure in figures.items():
        result = stats.bootstrap((x, y), figure, paired=True, vectorized=False, n_resamples=resamples,
                                 method="percentile", confidence_level=0.95, rng=np.random.default_rng(1))
        ends[name] = [float(result.confidence_interval.low), float(result.confidence_interval.high)]
    return {"case": case["name"], "resamples": resamples, **ends}


def meng(first, second, between, n):
    square = (first**2 + second**2) / 2
    f = min(1, (1 - between) / (2 * (1 - square)))
    h = (1 - f * square) / (1 - square)
    z = (np.arctanh(first) - np.arctanh(second)) * np.sqrt((n - 3) / (2 * (1 - between) * h))
    return {"statistic": float(z), "p": float(2 * stats.norm.sf(abs(z)))}


def compare(case, mix):
    x, y = lists(case)
    other = x + mix * (uniform(case["name"] + ".w", len(x)) - 0.5)
    differences = {
        "srcc": lambda a, b, y: FIGURES["srcc"](a, y) - FIGURES["srcc"](b, y),
        "krcc": lambda a, b, y: FIGURES["krcc"](a, y) - FIGURES["krcc"](b, y),
        "plcc_fitted": lambda a, b, y: after(a, y)[0] - after(b, y)[0],
        "rmse_fitted": lambda a, b, y: after(a, y)[1] - after(b, y)[1],
    }
    compared = {"case": case["name"], "mix": mix}
    for name, difference in differences.items():
        compared[name] = {"value": float(difference(x, other, y))}
        # The fits take their time.
        if not name.endswith("fitted") or case["name"] == "curved":
            resamples = 200 if name.endswith("fitted") else 1000
            result = stats.bootstrap((x, other, y), difference, paired=True, vectorized=False, n_resamples=resamples,
                                     method="percentile", confidence_level=0.95, rng=np.random.default_rng(1))
            interval = result.confidence_interval
            compared[name]["interval"] = [float(interval.low), float(interval.high)]
    pearson, spearman = FIGURES["plcc"], FIGURES["srcc"]
    (a, _), (b, _) = fit(x, y), fit(other, y)
    compared["srcc_test"] = meng(spearman(x, y), spearman(other, y), spearman(x, other), len(x))
    compared["plcc_test"] = meng(pearson(a, y), pearson(b, y), pearson(a, b), len(x))
    ratio, freedom = np.sum((a - y) ** 2) / np.sum((b - y) ** 2), len(x) - 5
    tail = min(stats.f.cdf(ratio, freedom, freedom), stats.f.sf(ratio, freedom, freedom))
    compared["residual_test"] = {"statistic": float(ratio), "p": float(2 * tail)}
    return compared


if __name__ == "__main__":
    cases = [measure(case) for case in CASES]
    curved = next(case for case in CASES if case["name"] == "curved")
    named = {case["name"]: case for case in cases}
    compared = [compare(named[name], mix) for name, mix in [("curved", 2.5), ("line", 0.5), ("hardly-related", 4)]]
    golden = {"cases": cases, "bootstrap": intervals(curved, 8000), "comparisons": compared}
    target = Path(__file__).parent / "statistics.json"
    target.write_text(json.dumps(golden, indent=1) + "\n")
