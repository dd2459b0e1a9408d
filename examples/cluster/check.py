"""Whether every picture of a list has exactly one row: check.py LIST ROWS...

ROWS are files of JSON lines or CSV, or folders of Parquet (for which: pip install pyarrow). Ends with 1 where rows are
missing, doubled, of something else, or made with different things.
"""

import csv
import json
import sys
from collections import Counter
from pathlib import Path


def rows(path):
    if path.is_dir():
        import pyarrow.dataset

        columns = ["path", "made_with", "error"]
        yield from pyarrow.dataset.dataset(path, format="parquet").to_table(columns=columns).to_pylist()
    elif path.suffix == ".csv":
        with path.open(newline="") as file:
            yield from csv.DictReader(file)
    else:
        with path.open() as file:
            yield from map(json.loads, file)


if __name__ == "__main__":
    wanted = set(Path(sys.argv[1]).read_text().splitlines())
    found, made, failed = Counter(), set(), 0
    for path in map(Path, sys.argv[2:]):
        for row in rows(path):
            found[row["path"]] += 1
            made.add(row["made_with"])
            failed += bool(row["error"])
    missing = len(wanted - found.keys())
    doubled = sum(count - 1 for count in found.values())
    strange = len(found.keys() - wanted)
    print(f"{len(wanted)} pictures, {found.total()} rows: {missing} missing, {doubled} doubled, {strange} not of the list,")
    print(f"{failed} could not be scored; made with: {', '.join(sorted(made)) or 'nothing'}")
    sys.exit(bool(missing or doubled or strange or len(made) > 1))
