"""Compressed tables are read, damaged ones are never shorter tables, and other files are named."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepgraph.errors import TableError
from deepgraph.tables import Source
from deepgraph.tables.first_bytes import LENGTH, binary
from tests.support.tables import Slow, every_way, outcome, read_columns, zstd

PLAIN = "x,y\n" + "".join(f"{i},{i / 4}\n" for i in range(5000))


@pytest.mark.slow
@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_compressed_tables(pack):
    plain = PLAIN.encode()
    expected = outcome(plain)
    assert every_way(pack(plain)) == expected
    assert outcome(pack(b"\xef\xbb\xbf" + plain)) == expected  # a BOM inside
    assert outcome(pack(plain[:100]) + pack(plain[100:])) == expected  # two members
    table = Source(Slow(pack(plain), 5), "pipe").open()
    assert sum(batch.num_rows for batch in table.batches(["x", "y"], [])) == 5000


@pytest.mark.parametrize(
    ("pack", "name"), [(gzip.compress, "gzip"), (zstd, "Zstandard")], ids=["gzip", "zstd"]
)
def test_a_compressed_table_that_is_cut_off_is_never_a_shorter_one(pack, name):
    packed = pack(PLAIN.encode())
    for end in [5, 9, 11, 20, len(packed) // 2, *range(len(packed) - 9, len(packed))]:
        for skip in (False, True):
            assert outcome(packed[:end], skip=skip) == f"t: the {name} file is cut off", end
    assert outcome(packed + b"garbage").startswith(f"t: damaged {name} file: ")


def test_damaged_gzip():
    packed = bytearray(gzip.compress(PLAIN.encode()))
    packed[len(packed) // 2] ^= 0xFF
    assert outcome(bytes(packed)).startswith("t: damaged gzip file: ")


# --- files that are no text tables ---------------------------------------------------------------


def foreign():
    """Files as their own programs write them."""
    whole = pa.table({"x": [1.0], "y": [2.0]})
    written = {}
    for name in ("parquet", "feather", "stream", "zip", "bz2", "xz", "npy", "sqlite"):
        stream = io.BytesIO()
        if name == "parquet":
            pq.write_table(whole, stream)
        elif name == "feather":
            with pa.ipc.new_file(stream, whole.schema) as writer:
                writer.write_table(whole)
        elif name == "stream":
            with pa.ipc.new_stream(stream, whole.schema) as writer:
                writer.write_table(whole)
        elif name == "zip":
            with zipfile.ZipFile(stream, "w") as archive:
                archive.writestr("xl/workbook.xml", "<workbook/>")
        elif name == "npy":
            np.save(stream, np.eye(2))
        elif name == "sqlite":
            connection = sqlite3.connect(":memory:")
            connection.execute("create table t (x)")
            stream.write(connection.serialize())
            connection.close()
        else:
            stream.write({"bz2": bz2, "xz": lzma}[name].compress(b"x,y\n1,2\n"))
        written[name] = stream.getvalue()
    return written


ARROW = "; write it as Parquet (pyarrow.parquet.write_table), which is read"


PACKED = "; decompress it first, or use gzip or Zstandard, which are read"


FOREIGN = {
    "parquet": 'a Parquet file; say form="parquet"',
    "feather": f"an Arrow or Feather file{ARROW}",
    "stream": f"an Arrow stream{ARROW}",
    "zip": (
        "an Excel workbook (.xlsx) or another zip archive; save the sheet as CSV (UTF-8), or "
        "unpack it"
    ),
    "bz2": f"a file compressed by bzip2{PACKED}",
    "xz": f"a file compressed by xz{PACKED}",
    "npy": "a NumPy array; write it as text: numpy.savetxt with a header",
    "sqlite": "an SQLite database; export the table as CSV",
}


def test_a_file_that_is_no_table_is_named():
    for name, content in foreign().items():
        for given in (content, gzip.compress(content)):
            with pytest.raises(TableError) as caught:
                read_columns(given)
            assert str(caught.value) == f"t.csv: this is no CSV but {FOREIGN[name]}"


@pytest.mark.parametrize(
    "content",
    [
        '{"x": 1, "y": 2}\n{"x": 3, "y": 4}\n',
        '[{"x":1,"y":2}]',
        '{"x":1,"y":"a\\"b"}\n',
        "[\n  [1, 2],\n  [3, 4]\n]\n",
        '{\n  "x": [1, 3],\n  "y": [2, 4]\n}\n',
        "[[1, 2], [3, 4]]",
    ],
)
def test_json_is_named(content):
    with pytest.raises(TableError) as caught:
        read_columns(content)
    assert str(caught.value).endswith(
        "this is JSON, not a CSV; write the names in one line and the numbers below them"
    )


def test_a_header_that_looks_like_one_of_these_is_a_header():
    for name in ("PAR1", "PK", "ARROW1", "FEA1", "[x]", "{x}", "BZh9"):
        table = Source(io.BytesIO(f"{name},y\n1,2\n".encode()), "t.csv").open()
        assert [b.to_pylist() for b in table.batches([name], [])] == [[{name: 1.0}]]


def test_every_mark_is_found_within_the_bytes_that_are_compared():
    for name, content in foreign().items():
        assert binary(content[:LENGTH]) == FOREIGN[name]
    assert binary(b"x,y\n1,2\n") == binary(b"") == ""


def test_zstandard_with_frames_of_other_data():
    """`pzstd` and `zstd --seekable` write them; a reader skips them."""
    codec = pa.Codec("zstd")
    first, second = (codec.compress(text).to_pybytes() for text in (b"x,y\n1,2\n", b"3,4.5\n"))
    for low in (0x50, 0x5F):
        other = struct.pack("<II", 0x184D2A00 + low, 5) + b"other"
        content = other + first + other + second + other
        found = Source(io.BytesIO(content), "t.csv.zst").open().batches(["x", "y"], [])
        assert [batch.to_pydict() for batch in found] == [{"x": [1.0, 3.0], "y": [2.0, 4.5]}]
