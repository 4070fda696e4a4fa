"""Compressed tables are read, and damaged ones are never shorter tables."""

from __future__ import annotations

import gzip

import pytest

from deepgraph.tables import Source
from tests.support.tables import Slow, every_way, outcome, zstd

PLAIN = "x,y\n" + "".join(f"{i},{i / 4}\n" for i in range(5000))


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
