from __future__ import annotations

import csv
import io
import json
import math

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepgraph.errors import TableError
from deepgraph.scoring import results


def arrow_text(number):
    stream = io.BytesIO()
    batch = pa.record_batch([pa.array([number])], ["x"])
    arrow_csv.write_csv(batch, stream, arrow_csv.WriteOptions(include_header=False))
    return stream.getvalue().decode().removesuffix("\n")


SPECIAL = [0.0, -0.0, 1.0, 0.1, 5e-324, 1e22, 1e23, math.inf, -math.inf, math.nan, 2.0**53, 1 / 3]
POWERS = [
    sign * 10.0**e * m for e in range(-15, 20) for m in (1, 1.5, 9.999999) for sign in (1, -1)
]


@settings(max_examples=1000)
@given(st.floats(), st.integers(-12, 14))
def test_shortest_is_what_pyarrow_writes(number, exponent):
    for value in (number, number * 10.0**exponent, math.ldexp(1.1, exponent)):
        assert results.shortest(value) == arrow_text(np.float64(value))
        assert math.isnan(value) or float(results.shortest(value)) == value


@settings(max_examples=1000)
@given(st.floats(width=32), st.integers(-12, 14))
def test_shortest_of_float32(number, exponent):
    with np.errstate(all="ignore"):
        values = (np.float32(number), np.float32(number) * np.float32(10.0**exponent))
    for value in values:
        text = results.shortest(value)
        assert text == arrow_text(value)
        assert np.isnan(value) or np.float32(text) == value


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_shortest_at_every_size(kind):
    with np.errstate(all="ignore"):
        for number in [*SPECIAL, *POWERS]:
            value = kind(number)
            assert results.shortest(value) == arrow_text(value)


NAMES = ["y", "a,b", 'say "y"', "ü", " x"]


@given(st.lists(st.floats(), min_size=5, max_size=5))
def test_one_row_reads_as_a_table_of_one_row(numbers):
    batch = pa.RecordBatch.from_arrays([pa.array([number]) for number in numbers], NAMES)
    for form in ("csv", "jsonl"):
        stream = io.BytesIO()
        writer = results.Writer(stream, batch.schema, form)
        writer.write(batch)
        writer.close()
        assert results.row(NAMES, numbers, form) == stream.getvalue()


def written(batches, form):
    stream = io.BytesIO()
    writer = results.Writer(stream, batches[0].schema, form)
    for batch in batches:
        writer.write(batch)
    writer.close()
    assert not stream.closed
    return stream.getvalue()


BATCH = pa.record_batch(
    {
        "text": ['a,"b"', "", "line\nbreak", None],
        "y": pa.array([0.1, math.nan, math.inf, -0.0]),
        "s": pa.array([0.1, -math.inf, 1e30, 16777216], pa.float32()),
        "n": pa.array([1, None, 3, 4]),
    }
)


def test_csv():
    rows = list(csv.reader(io.StringIO(written([BATCH, BATCH], "csv").decode(), newline="")))
    assert rows == [
        ["text", "y", "s", "n"],
        *[
            ['a,"b"', "0.1", "0.1", "1"],
            ["", "nan", "-inf", ""],
            ["line\nbreak", "inf", "1e+30", "3"],
            ["", "-0", "16777216", "4"],
        ]
        * 2,
    ]


def test_json_lines():
    lines = written([BATCH, BATCH], "jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"text": 'a,"b"', "y": 0.1, "s": 0.1, "n": 1},
        {"text": "", "y": "NaN", "s": "-Infinity", "n": None},
        {"text": "line\nbreak", "y": "Infinity", "s": 1e30, "n": 3},
        {"text": None, "y": -0.0, "s": 16777216.0, "n": 4},
    ] * 2
    assert '"s": 0.1,' in lines[0]  # and not 0.10000000149011612


def test_json_lines_of_nested_columns():
    batch = pa.record_batch({"l": [[1.0, math.nan], []], "d": [{"a": math.inf}, None]})
    assert [json.loads(line) for line in written([batch], "jsonl").splitlines()] == [
        {"l": [1.0, "NaN"], "d": {"a": "Infinity"}},
        {"l": [], "d": None},
    ]


def test_parquet():
    table = pq.read_table(io.BytesIO(written([BATCH, BATCH], "parquet")))
    assert table.schema.names == BATCH.schema.names
    assert table.num_rows == 8
    assert repr(table.column("y").to_pylist()) == repr(BATCH.column("y").to_pylist() * 2)
    assert table.schema.field("s").type == pa.float32()


@pytest.mark.parametrize(
    ("column", "kind"),
    [([[1]], "list<item: int64>"), ([b"1"], "binary"), ([{"a": 1}], "struct<a: int64>")],
)
def test_what_a_csv_cannot_hold(column, kind):
    with pytest.raises(TableError) as caught:
        written([pa.record_batch({"c": column})], "csv")
    assert str(caught.value) == (
        f'column "c" holds {kind}, which a CSV cannot; leave it out, or write Parquet'
    )


@pytest.mark.parametrize("column", [[b"1"], [[b"1"]], [{"a": b"1"}]])
def test_json_holds_no_bytes(column):
    with pytest.raises(TableError, match=r"which JSON cannot; leave it out, or write Parquet"):
        written([pa.record_batch({"c": column})], "jsonl")
    assert written([pa.record_batch({"c": [{"binary": 1}]})], "jsonl") == b'{"c": {"binary": 1}}\n'


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_no_rows(form):
    content = written([BATCH[:0]], form)
    if form == "csv":
        assert content == b"text,y,s,n\n"
    elif form == "jsonl":
        assert content == b""
    else:
        assert pq.read_table(io.BytesIO(content)).num_rows == 0
