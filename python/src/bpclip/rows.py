"""The rows of `bpclip score` (JSON lines and CSV) and the file of `bpclip inspect`, written and read as the program does."""

import csv
import io
import json

import numpy as np

FIXED = ("path", "width", "height", "scored_width", "scored_height", "score", "raw", "error")
SHARPEST = ("sharpness", "sharpest_x", "sharpest_y")
NUMBERS = ("width", "height", "scored_width", "scored_height", "score", "raw")


def short(value):
    """An f32 by the fewest digits that tell it from its neighbours, as the program writes one."""
    return float(str(np.float32(value)))


def shorts(values):
    return [shorts(v) if np.ndim(v) else short(v) for v in values]


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# ---------------------------------------------------------------- JSON

def numbers_of(inspection):
    """Sizes and numbers of an inspection, in the program's order."""
    return {
        "width": inspection.width, "height": inspection.height,
        "scored_width": inspection.scored_width, "scored_height": inspection.scored_height,
        "score": short(inspection.score), "raw": short(inspection.raw), "similarities": shorts(inspection.similarities),
    }


def sharpest_of(inspection):
    """How sharp the sharpest part is, and its left, top, width and height in pixels."""
    sharpness = inspection.sharpness
    if sharpness is None:
        return {}
    return {"sharpness": short(sharpness.value), "sharpest": sharpness.pixels(inspection.width, inspection.height)}


def meaning_of(inspection):
    found = inspection.reading
    for name in ("score_percentile", "word_percentiles", "interval"):
        if name in found:
            found[name] = shorts(found[name]) if np.ndim(found[name]) else short(found[name])
    return found


def line(path, inspection=None, error=None):
    """A picture as one object of `bpclip score --format jsonl`: its inspection, or why there is none."""
    row = {"path": str(path)}
    if inspection is None:
        row |= dict.fromkeys((*NUMBERS, "similarities")) | {"notes": [], "error": str(error)}
    else:
        row |= numbers_of(inspection) | sharpest_of(inspection) | meaning_of(inspection) | {"notes": inspection.notes, "error": None}
    return row


def read_jsonl(path):
    """The rows of a file of JSON lines. A last line that was cut short is left out, as the program that wrote it was ended."""
    rows = []
    lines = [text for text in open(path, encoding="utf-8", errors="replace").read().split("\n") if text.strip()]
    for number, text in enumerate(lines, 1):
        try:
            rows.append(json.loads(text))
        except json.JSONDecodeError as error:
            if number < len(lines):
                raise ValueError(f"{path}, line {number}: {error}") from None
    return rows


def report(inspection, checkpoint, reference=None, device="cpu", attention=False):
    """An inspection with its maps as `inspection.json` of `bpclip inspect` has it; with `attention` each head, query and key too."""
    detail = inspection.detail

    def maps(name):
        return [shorts(level) for level in getattr(detail, name)] if detail else []

    def looks(branch):
        levels = []
        for level, weights in enumerate(getattr(detail, f"{branch}_attention") if detail else []):
            received = detail.received(level, branch)
            levels.append({"grid": list(received.shape), "received": shorts(received)} | ({"heads": shorts(weights)} if attention else {}))
        return levels

    return {
        "path": str(inspection.path), "reference": None if reference is None else str(reference), "checkpoint": str(checkpoint),
        "device": str(device), "inspection": numbers_of(inspection) | {"notes": inspection.notes},
        "adjectives": inspection.metadata["adjectives"],
        "dimensions": {name: short(value) for name, value in sorted(inspection.dimensions.items())},
        **meaning_of(inspection),
        "information": maps("information"), "weight": maps("weight"),
        "information_with_position": maps("information_with_position"), "weight_with_position": maps("weight_with_position"),
        "masks": maps("masks"), "information_attention": looks("information"), "weight_attention": looks("weight"),
        "image_features": shorts(inspection.image_features),
    }


# ---------------------------------------------------------------- CSV

def header(metadata):
    """The columns of `bpclip score --format csv` for a checkpoint."""
    names = [*FIXED, *(adjective["word"] for adjective in metadata["adjectives"])]
    names += ["score_percentile"] if metadata.get("distribution") else []
    names += ["interval_low", "interval_high"] if metadata.get("certainty") else []
    return [*names, *SHARPEST, "notes"]


def fields(metadata, path, inspection=None, error=None):
    """One row of them; what there is not is left empty, similarities are the mean of the levels."""
    row = dict.fromkeys(header(metadata), "") | {"path": cell(str(path))}
    if inspection is None:
        row["error"] = cell(str(error))
        return list(row.values())
    i, found = inspection, inspection.reading
    sizes = map(str, (i.width, i.height, i.scored_width, i.scored_height))
    ranks = [found[name] for name in ("score_percentile",) if name in found] + found.get("interval", [])
    numbers = map(plain, [*i.mean_similarities, *ranks])
    sharpest = [plain(i.sharpness.value), *map(str, i.sharpness.centre(i.width, i.height))] if i.sharpness else [""] * 3
    return [row["path"], *sizes, plain(i.score), plain(i.raw), "", *numbers, *sharpest, cell("; ".join(i.notes))]


def plain(value):
    """An f32 without an exponent; nothing where it is no number."""
    return np.format_float_positional(np.float32(value), trim="-") if np.isfinite(value) else ""


def csv_line(values):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue()


def cell(text):
    """Text for a cell: a spreadsheet takes what begins with = + - @ for a formula, so an apostrophe goes before it. Numbers stay."""
    return f"'{text}" if is_formula(text.lstrip("'")) and not is_number(text) else text


def from_cell(text):
    """The text that `cell` made a cell of."""
    return text[1:] if text.startswith("'") and is_formula(text.lstrip("'")) else text


def is_formula(text):
    return text.startswith(("=", "+", "-", "@", "\t", "\r"))


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def read_csv(path):
    """Any table that the program writes, a dict a row: numbers as float, what is empty as None, text without its apostrophe."""
    def value(text):
        return None if text == "" else float(text) if is_number(text) else from_cell(text)

    with open(path, newline="", encoding="utf-8-sig") as file:
        names, *rows = csv.reader(file)
    return [dict(zip(map(from_cell, names), map(value, row))) for row in rows]


def table(columns, rows):
    """The text of a table that the program reads, such as `name,mos` for `bpclip train`; `rows` are sequences of values."""
    def text(value):
        return "" if value is None else repr(float(value)) if isinstance(value, (float, np.floating)) else cell(str(value))

    return "".join(csv_line(map(text, row)) for row in [columns, *rows])
