"""`--keep`: a column of every Arrow type in each format, and texts that are no formulas."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepgraph.errors import TableError
from deepgraph.scoring.cells import marked
from deepgraph.scoring.formats import writer_of
from deepgraph.words.machine_numbers import marked_text

FAR = 2**63 - 1
LEAVE = "; leave it out, or write Parquet"


def extension(kind, storage):
    return pa.ExtensionArray.from_storage(kind, storage)


def no(kind, form):
    return f'column "k" holds {kind}, which {form} cannot{LEAVE}'


def undated(number, kind):
    what = "which is no date or time of day that can be written"
    return f'column "k" holds {number} as {kind}, {what}{LEAVE}'


WHOLE = [t() for t in (pa.int8, pa.uint8, pa.int16, pa.uint16, pa.int32, pa.uint32, pa.int64)]
CASES = {
    # the column; its first cell in a CSV; in JSON; both, if it is an error
    "null": (pa.nulls(2), "", None),
    "bool": (pa.array([True, None]), "true", True),
    **{str(kind): (pa.array([7, None], kind), "7", 7) for kind in WHOLE},
    "uint64": (pa.array([2**64 - 1, None], pa.uint64()), str(2**64 - 1), 2**64 - 1),
    "half": (pa.array([1.5, None], pa.float32()).cast(pa.float16()), "1.5", 1.5),
    "float": (pa.array([0.1, None], pa.float32()), "0.1", 0.1),
    "double": (pa.array([0.1, None]), "0.1", 0.1),
    "NaN": (pa.array([float("nan"), None]), "nan", "NaN"),
    **{
        f"decimal {kind}": (pa.array([Decimal("1.50"), None], kind), "1.50", Decimal("1.50"))
        for kind in (pa.decimal128(5, 2), pa.decimal256(50, 2))
    },
    "string": (pa.array(['a,"b', None]), 'a,"b', 'a,"b'),
    "large_string": (pa.array(["a", None], pa.large_string()), "a", "a"),
    "string_view": (pa.array(["a", None], pa.string_view()), "a", "a"),
    "dictionary": (pa.array(["a", None]).dictionary_encode(), "a", "a"),
    "run ends": (
        pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array(["a"])), "a", "a"
    ),
    "date32": (pa.array([1, None], pa.date32()), "1970-01-02", "1970-01-02"),
    "date32 far": (pa.array([1, 2**31 - 1], pa.date32()), undated(2**31 - 1, "date32[day]")),
    "date64 far": (pa.array([None, 2**62], pa.date64()), undated(2**62, "date64[ms]")),
    "time": (pa.array([1, None], pa.time64("ns")), "00:00:00.000000001", "00:00:00.000000001"),
    "time beyond a day": (pa.array([1, 90_000], pa.time32("s")), undated(90_000, "time32[s]")),
    "time before a day": (pa.array([1, -5], pa.time32("s")), undated(-5, "time32[s]")),
    "timestamp": (
        pa.array([1, None], pa.timestamp("ms")),
        "1970-01-01 00:00:00.001", "1970-01-01 00:00:00.001",
    ),
    **{
        f"timestamp far {unit}": (
            pa.array([FAR, 0], pa.timestamp(unit)), undated(FAR, f"timestamp[{unit}]")
        )
        for unit in ("s", "ms", "us")
    },
    "timestamp far ns": (
        pa.array([FAR, 0], pa.timestamp("ns")),
        "2262-04-11 23:47:16.854775807", "2262-04-11 23:47:16.854775807",
    ),
    "UTC": (
        pa.array([1], pa.timestamp("s", "UTC")), "1970-01-01 00:00:01Z", "1970-01-01 00:00:01Z"
    ),
    "unknown zone": (  # the moment, in UTC
        pa.array([1, None], pa.timestamp("s", "No/Where")), "1970-01-01 00:00:01Z",
        "1970-01-01 00:00:01Z",
    ),
    **{
        f"duration {unit}": (pa.array([FAR, None], pa.duration(unit)), str(FAR), FAR)
        for unit in ("s", "ms", "us", "ns")
    },
    "json": (extension(pa.json_(), pa.array(['{"a":1}', None])), '{"a":1}', '{"a":1}'),
    "uuid": (
        extension(pa.uuid(), pa.array([bytes(16), None], pa.binary(16))),
        "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000",
    ),
    "bool8": (extension(pa.bool8(), pa.array([1, None], pa.int8())), "true", True),
    "opaque": (extension(pa.opaque(pa.string(), "x", "y"), pa.array(["a", None])), "a", "a"),
}  # fmt: skip
BYTES = {
    "binary": pa.array([b"a"]),
    "large_binary": pa.array([b"a"], pa.large_binary()),
    "binary_view": pa.array([b"a"], pa.binary_view()),
    "fixed": pa.array([b"ab"], pa.binary(2)),
    "list of binary": pa.array([[b"a"]]),
}
PAIRS = pa.fixed_shape_tensor(pa.int64(), (2,))
NESTED = {
    "list": (pa.array([[1, 2], None]), [1, 2]),
    "large_list": (pa.array([[1], None], pa.large_list(pa.int64())), [1]),
    "fixed list": (pa.array([[1, 2], None], pa.list_(pa.int64(), 2)), [1, 2]),
    "list_view": (pa.array([[1], None], pa.list_view(pa.int64())), [1]),
    "struct": (pa.array([{"a": float("inf")}, None]), {"a": "Infinity"}),
    "map": (pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())), [["a", 1]]),
    "decimals": (pa.array([[Decimal("1.50")]]), [Decimal("1.50")]),
    "union": (
        pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1]), pa.array(["a"])]), 1
    ),
    "tensor": (
        extension(PAIRS, pa.array([[1, 2]], pa.list_(pa.int64(), 2))),
        [1, 2],
    ),
}  # fmt: skip


def written(form, column):
    batch = pa.RecordBatch.from_arrays([column], names=["k"])
    stream = io.BytesIO()
    with writer_of(form)(stream, batch.schema) as writer:
        writer.write(batch)
        writer.write(batch.slice(1))
    return stream.getvalue()


def csv_cells(column):
    text = written("csv", column).decode()
    return [row[0] if row else "" for row in csv.reader(io.StringIO(text))][1:]


def json_cells(column):
    lines = written("jsonl", column).decode().splitlines()
    return [json.loads(line, parse_float=Decimal)["k"] for line in lines]


@pytest.mark.parametrize("name", CASES)
def test_every_type_in_formats_of_text(name):
    column, *expected = CASES[name]
    if len(expected) == 1:
        for form in ("csv", "jsonl"):
            with pytest.raises(TableError) as caught:
                written(form, column)
            assert str(caught.value) == expected[0]
        return
    cell, value = expected
    cells, values = csv_cells(column), json_cells(column)
    assert cells[0] == cell
    assert values[0] == (Decimal(str(value)) if isinstance(value, float) else value)
    assert type(values[0]) is (Decimal if isinstance(value, float) else type(value))
    assert len(cells) == len(values) == 2 * len(column) - 1
    if len(column) == 2:
        assert (cells[1], values[1]) == (cells[2], values[2])
        assert column[1].is_valid or (cells[1], values[1]) == ("", None)


@pytest.mark.parametrize("name", BYTES)
def test_bytes_are_no_text(name):
    column = BYTES[name]
    for form, what in (("csv", "a CSV"), ("jsonl", "JSON")):
        with pytest.raises(TableError) as caught:
            written(form, column)
        assert str(caught.value) == no(column.type, what)


@pytest.mark.parametrize("name", NESTED)
def test_lists_are_for_json(name):
    column, value = NESTED[name]
    assert json_cells(column)[0] == value
    with pytest.raises(TableError) as caught:
        written("csv", column)
    assert str(caught.value) == no(column.type, "a CSV")


def test_a_date_in_a_list():
    with pytest.raises(TableError, match="with a date that JSON cannot hold; leave it out"):
        written("jsonl", pa.array([[FAR]], pa.list_(pa.timestamp("s"))))


NOT_PARQUET = {
    "interval": pa.array([pa.MonthDayNano([1, 2, 3])]),
    "run ends": CASES["run ends"][0],
    "union": NESTED["union"][0],
    "negative scale": pa.array([Decimal(1500)], pa.decimal128(5, -2)),
}
OVERFLOW = {"timestamp far s"}
"""Parquet has no seconds, and their thousandfold is too large."""


@pytest.mark.parametrize("name", [*CASES, *BYTES, *NESTED])
def test_parquet_keeps_types_and_values(name):
    column = BYTES[name] if name in BYTES else (CASES | NESTED)[name][0]
    if name in NOT_PARQUET or name in OVERFLOW:
        return
    found = pq.read_table(io.BytesIO(written("parquet", column))).column(0)
    assert len(found) == 2 * len(column) - 1
    if name == "unknown zone":
        assert (found.type.tz, found.cast(pa.int64())[0].as_py()) == ("No/Where", 1000)
    elif found.type == column.type and name not in ("NaN", "struct"):
        assert found.slice(0, len(column)).combine_chunks().equals(column)
    else:  # seconds become milliseconds, a dictionary of texts stays one
        assert str(found[0].as_py()) == str(column[0].as_py())


@pytest.mark.parametrize("name", NOT_PARQUET)
def test_what_parquet_cannot_hold(name):
    column = NOT_PARQUET[name]
    with pytest.raises(TableError) as caught:
        written("parquet", column)
    assert (
        str(caught.value) == f'column "k" holds {column.type}, which Parquet cannot; leave it out'
    )


def test_seconds_that_are_too_large_as_milliseconds():
    with pytest.raises(TableError, match="a kept column has a value that Parquet cannot hold: "):
        written("parquet", pa.array([FAR], pa.timestamp("s")))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 170", "'+49 170"),
        ("-A1", "'-A1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("-1.5e3", "-1.5e3"),
        ("+.5", "+.5"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_texts_that_a_spreadsheet_takes_for_formulas(text, cell):
    assert marked_text(text) == cell
    batch = pa.RecordBatch.from_pydict({text: [text, None], "y": [-1.5, 2.0]})
    found = marked(batch)
    assert found.schema.names == [cell, "y"]
    assert found.to_pydict() == {cell: [cell, None], "y": [-1.5, 2.0]}
    view = pa.RecordBatch.from_arrays([pa.array([text], pa.string_view())], names=["k"])
    assert marked(view).to_pydict() == {"k": [cell]}
