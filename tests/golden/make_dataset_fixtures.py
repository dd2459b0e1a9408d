"""Writes tests/fixtures/dataset: small copies of the public datasets' MATLAB files, and expected splits.

    pip install scipy numpy
    python make_dataset_fixtures.py

The values are simple functions of the index, so that the tests can tell what must come out. The
MATLAB files are scipy's, which knows nothing of the crate's reader; the big-endian one is packed
here by hand after "MAT-File Format". The splits come from ChaCha8 after RFC 8439 with 8 rounds and
a 64-bit counter, and from the shuffle as `split.rs` describes it. Every run writes the same bytes.
"""

import io
import json
import struct
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "dataset"


def save(path, variables, compressed):
    """A MATLAB file without the date that scipy puts into its header."""
    buffer = io.BytesIO()
    scipy.io.savemat(buffer, variables, do_compression=compressed)
    header = b"MATLAB 5.0 MAT-file, made for tests".ljust(116)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header + buffer.getvalue()[116:])


def cells(texts, shape):
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array.reshape(shape)


def clive():
    names = [f"t{i}.bmp" for i in range(1, 8)] + ["3.bmp", "5.bmp", "533.JPG", "1024.bmp", "9.bmp"]
    count = len(names)
    index = np.arange(count, dtype=np.float64)
    folder = FIXTURES / "clive"
    save(folder / "AllImages_release.mat", {"AllImages_release": cells(names, (count, 1))}, True)
    save(folder / "AllMOS_release.mat", {"AllMOS_release": (5 * index + 10.25).reshape(1, -1)}, True)
    save(folder / "AllStdDev_release.mat", {"AllStdDev_release": (index + 10).reshape(1, -1)}, True)


def live():
    count = 982
    index = np.arange(count)
    references = [f"ref{i % 29:02}.bmp" for i in index]
    copies = index % 5 == 4
    dmos = np.where(copies, 0.0, 20.0 + index % 60)
    folder = FIXTURES / "live"
    save(folder / "refnames_all.mat", {"refnames_all": cells(references, (1, count))}, True)
    save(folder / "dmos.mat", {"dmos": dmos.reshape(1, -1), "orgs": copies.reshape(1, -1)}, True)
    realigned = {
        "dmos_new": np.where(copies, 0.0, dmos - 22).reshape(1, -1),
        "dmos_std": np.where(copies, 0.0, 1.0 + index % 4).reshape(1, -1),
        "orgs": copies.reshape(1, -1),
    }
    save(folder / "dmos_realigned.mat", realigned, True)


def kinds():
    """One array of every kind that scipy writes, compressed and not."""
    variables = {
        "small": np.array([[1, -2, 3]], dtype=np.int8),
        "bytes": np.array([[250, 7]], dtype=np.uint8),
        "short": np.array([[-30000], [2]], dtype=np.int16),
        "word": np.array([[60000]], dtype=np.uint16),
        "long": np.array([[-70000, 1]], dtype=np.int32),
        "double_word": np.array([[4000000000]], dtype=np.uint32),
        "wide": np.array([[-(2**40)]], dtype=np.int64),
        "unsigned_wide": np.array([[2**50]], dtype=np.uint64),
        "single": np.array([[0.5, -0.25]], dtype=np.float32),
        "double": np.array([[1.5, 2.5], [3.5, 4.5]]),
        "nothing": np.zeros((0, 0)),
        "text": "grün.bmp",
        "names": cells(["a.bmp", "bb.bmp", "a name that is longer than eight bytes.bmp"], (3, 1)),
        "nested": cells([cells(["inner.bmp"], (1, 1)), "outer.bmp"], (1, 2)),
        "complex": np.array([[1 + 2j]]),
        "structure": {"field": 1.0},
        "sparse": scipy.sparse.csc_matrix(np.eye(3)),
    }
    save(FIXTURES / "mat" / "plain.mat", variables, False)
    save(FIXTURES / "mat" / "compressed.mat", variables, True)


def big_endian():
    def element(kind, data):
        return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)

    def array(kind, shape, name, content):
        flags = element(6, struct.pack(">II", kind, 0))
        dimensions = element(5, struct.pack(">ii", *shape))
        return element(14, flags + dimensions + element(1, name) + content)

    def small(kind, data):
        return struct.pack(">HH", len(data), kind) + data.ljust(4, b"\0")

    def text(value):
        return array(4, (1, len(value)), b"", element(4, value.encode("utf-16-be")))

    numbers = array(6, (1, 2), b"numbers", element(9, struct.pack(">dd", 1.5, -2.25)))
    shorts = array(6, (1, 2), b"shorts", small(3, struct.pack(">hh", 300, -1)))
    names = array(1, (2, 1), b"names", text("one.bmp") + text("two.bmp"))
    header = b"MATLAB 5.0 MAT-file, made for tests".ljust(124) + b"\x01\x00MI"
    (FIXTURES / "mat" / "big_endian.mat").write_bytes(header + numbers + shorts + names)


def chacha8(key):
    """The 64-bit numbers of ChaCha with 8 rounds, the counter from 0 and the nonce 0."""
    mask = 0xFFFFFFFF
    words = struct.unpack("<8I", key)

    def quarter(state, a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[x] = (state[x] + state[y]) & mask
            mixed = state[z] ^ state[x]
            state[z] = ((mixed << turn) | (mixed >> (32 - turn))) & mask

    counter = 0
    while True:
        start = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *words]
        start += [counter & mask, counter >> 32, 0, 0]
        state = list(start)
        for _ in range(4):
            for column in range(4):
                quarter(state, *(column + 4 * row for row in range(4)))
            for column in range(4):
                quarter(state, *((column + row) % 4 + 4 * row for row in range(4)))
        block = [(x + y) & mask for x, y in zip(state, start)]
        for low, high in zip(block[::2], block[1::2]):
            yield low | high << 32
        counter += 1


def splits():
    """The order of 29 contents for the seeds 0 to 9, as indices of the sorted contents."""
    orders = []
    for seed in range(10):
        random = chacha8(struct.pack("<Q", seed) + bytes(24))
        order = list(range(29))
        for last in range(len(order) - 1, 0, -1):
            chosen = next(random) * (last + 1) >> 64
            order[last], order[chosen] = order[chosen], order[last]
        orders.append(order)
    (FIXTURES / "splits.json").write_text(json.dumps(orders) + "\n")


if __name__ == "__main__":
    FIXTURES.mkdir(parents=True, exist_ok=True)
    clive()
    live()
    kinds()
    big_endian()
    splits()
