"""Parquet: types, nulls, integers that no double holds, damaged files."""

from __future__ import annotations

import datetime
import decimal
import gzip
import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepgraph.tables import Source
from tests.support.tables import EMPTY, Slow, every_block, outcome, parquet, read_columns, refused


def test_parquet_columns_of_every_number_type():
    kinds = [pa.int8(), pa.uint64(), pa.int64(), pa.float16(), pa.float32(), pa.float64()]
    for kind in kinds:
        values = np.array([1, 2, 3], kind.to_pandas_dtype())
        content = parquet(x=pa.array(values, kind), y=[1.0, 2.0, 3.0])
        found = every_block(content, format="parquet")
        assert found == {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 3.0]}


def test_parquet_keeps_other_columns_as_they_are():
    day = datetime.date(2024, 2, 29)
    content = parquet(x=[1, 2], s=["a", None], d=[day, day], l=[[1], []], y=[0, 0])
    found = every_block(content, ["y", "x"], ["l", "s", "d", "x"], format="parquet")
    assert list(found) == ["y", "x", "l", "s", "d"]
    assert found["s"] == ["a", None]
    assert found["d"] == [day, day]
    assert found["l"] == [[1], []]


def test_parquet_without_rows():
    content = parquet(x=pa.array([], pa.float64()), y=pa.array([], pa.float64()))
    assert {k: v for k, v in read_columns(content, format="parquet").items() if v} == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (parquet(x=[1.0, None], y=[1, 2]), f'row 2, column "x": {EMPTY}'),
        (parquet(x=["1"], y=[1]), 'column "x" holds string, not numbers; cast it to float64 first'),
        (parquet(x=[True, None], y=[1, 2]), f'row 2, column "x": {EMPTY}'),
        (
            parquet(x=[decimal.Decimal("-9007199254740993")], y=[1]),
            (
                'row 1, column "x": the decimal -9007199254740993 is beyond 2**53, where doubles '
                "cannot tell neighbours apart"
            ),
        ),
        (
            parquet(x=[[1.0]], y=[1]),
            'column "x" holds list<element: double>, not numbers; cast it to float64 first',
        ),
        (
            parquet(x=[1], z=[1]),
            (
                'no column "y" for the input "y"; the columns are "x", "z"; '
                "columns={'y': HEADER} names another"
            ),
        ),
    ],
)
def test_parquet_mistakes(content, message):
    assert refused(content, format="parquet") == f"t.csv: {message}"


def test_parquet_integers_beyond_doubles_are_refused():
    assert "9007199254740993" in refused(parquet(x=[2**53 + 1], y=[1]), format="parquet")


@pytest.mark.parametrize("content", [b"", b"x,y\n1,2\n", b"PAR1", b"PAR1 and PAR1"])
def test_what_is_no_parquet(content):
    assert refused(content, format="parquet").startswith("t.csv: not a Parquet file: ")


@pytest.mark.parametrize("end", [-1, -4, 9])
def test_a_parquet_file_that_is_cut_off(end):
    message = refused(parquet(x=[1], y=[2])[:end], format="parquet")
    assert message == "t.csv: the Parquet file is cut off: it does not end with PAR1"


def test_parquet_from_a_pipe():
    table = Source(Slow(parquet(x=[1], y=[2]), 1 << 20), "pipe", "parquet").open()
    assert [batch.num_rows for batch in table.batches(["x", "y"], [])] == [1]


FAR = "is beyond 2**53, where doubles cannot tell neighbours apart"


def test_parquet_rows_that_are_left_out():
    content = parquet(
        x=pa.array([1, None, 2**53 + 1, 2**53, -(2**53) - 1, -(2**63), 7], pa.int64()),
        y=pa.array([1, None, None, 4, 5, 6, 2**64 - 1], pa.uint64()),
        t=["a", None, "c", "d", "e", "f", "g"],
    )
    for block in (1, 2, 3, None):
        options = {"block": block, "format": "parquet"}
        columns, listed, rows = outcome(content, kept=["t"], skip=True, **options)
        assert columns == {"x": [1, 2**53], "y": [1, 4], "t": ["a", "d"]}
        assert listed == [
            (2, "x", "", EMPTY),
            (3, "x", str(2**53 + 1), f"the integer {2**53 + 1} {FAR}"),
            (5, "x", str(-(2**53) - 1), f"the integer {-(2**53) - 1} {FAR}"),
            (6, "x", str(-(2**63)), f"the integer {-(2**63)} {FAR}"),
            (7, "y", str(2**64 - 1), f"the integer {2**64 - 1} {FAR}"),
        ]
        assert rows == 7
        first = outcome(content, **options)
        assert first == f't: row 2, column "x": {EMPTY}'


def test_nested_columns_are_kept_and_are_no_numbers():
    content = parquet(x=[1.0], y=[2.0], n=[{"x": 1}], **{"n.x": [9.0]})
    columns, _, _ = outcome(content, ("n.x",), ("n",), format="parquet")
    assert columns == {"n.x": [9.0], "n": [{"x": 1}]}
    found = outcome(content, ("n",), format="parquet")
    assert found == 't: column "n" holds struct<x: int64>, not numbers; cast it to float64 first'


def test_a_parquet_file_that_is_damaged_or_packed():
    content = parquet(x=[float(i) for i in range(10_000)], y=[1.0] * 10_000)
    found = outcome(gzip.compress(content), format="parquet")
    assert found == "t: a compressed file; decompress it first (Parquet compresses by itself)"
    broken = content[:4] + bytes(2000) + content[2004:]
    assert outcome(broken, format="parquet").startswith("t: damaged Parquet file, after row 0: ")


def test_truth_values_and_decimals_are_numbers():
    decimals = [decimal.Decimal(text) for text in ("1.5", "0.1", "9007199254740.991", "-2.675")]
    truth = [True, False, True, False]
    found = every_block(parquet(x=decimals, y=truth), format="parquet")
    assert found == {"x": [1.5, 0.1, 9007199254740.991, -2.675], "y": [1.0, 0.0, 1.0, 0.0]}
    wide = pa.array(decimals, pa.decimal256(60, 20))
    assert every_block(parquet(x=wide, y=truth), format="parquet") == found


def test_every_decimal_becomes_the_nearest_double():
    random = np.random.default_rng(0)
    texts = [f"{a}.{b:019d}" for a, b in random.integers(0, 10**15, (500, 2)).tolist()]
    column = pa.array([decimal.Decimal(text) for text in texts], pa.decimal128(38, 19))
    found = every_block(parquet(x=column, y=[0] * 500), format="parquet")
    assert found["x"] == [float(text) for text in texts]


def test_a_kept_truth_value_or_decimal_stays_what_it_is():
    content = parquet(x=[1], y=[1], b=[True], d=[decimal.Decimal("1.50")])
    found = every_block(content, kept=["b", "d"], format="parquet")
    assert (found["b"], str(found["d"][0])) == ([True], "1.50")


def test_a_page_that_does_not_fit_its_checksum_is_damaged():
    stream = io.BytesIO()
    table = pa.table({"x": np.full(1000, 12345.0), "y": np.zeros(1000)})
    options = {"compression": "none", "use_dictionary": False}
    pq.write_table(table, stream, write_page_checksum=True, **options)
    content = bytearray(stream.getvalue())
    place = content.index(np.full(2, 12345.0).tobytes())  # once is in the statistics, too
    content[place : place + 8] = np.float64(-1000000).tobytes()
    message = refused(bytes(content), format="parquet")
    assert message.startswith("t.csv: damaged Parquet file, after row 0: ")
    assert "checksum" in message
