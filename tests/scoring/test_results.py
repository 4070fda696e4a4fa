"""Columns of results, and their bytes in each format."""

from __future__ import annotations

import csv
import io
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.errors import InputError, TableError
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.scoring.formats import FORMATS, writer_of
from deepgraph.scoring.results import require_distinct, value_columns
from tests.support.strategies import network

NAMES = ["y", "a,b", 'say "y"', "ü", " x"]


@given(st.lists(st.floats(), min_size=5, max_size=5))
def test_one_row_reads_as_a_table_of_one_row(numbers):
    batch = pa.RecordBatch.from_arrays([pa.array([number]) for number in numbers], NAMES)
    for form in FORMATS:
        stream = io.BytesIO()
        writer_of(form).write_row(stream, NAMES, numbers)
        assert stream.getvalue() == written([batch], form)


def written(batches, form):
    stream = io.BytesIO()
    writer = writer_of(form)(stream, batches[0].schema)
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


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows(form):
    content = written([BATCH[:0]], form)
    if form == "csv":
        assert content == b"text,y,s,n\n"
    elif form == "jsonl":
        assert content == b""
    else:
        assert pq.read_table(io.BytesIO(content)).num_rows == 0


@pytest.mark.parametrize("form", FORMATS)
def test_the_cut_of_rows_leaves_no_trace(form):
    whole = pa.record_batch({"y": [float(n) for n in range(100)]})
    pieces = [whole.slice(start, 7) for start in range(0, 100, 7)]
    assert written(pieces, form) == written([whole], form)


# --- columns --------------------------------------------------------------------------------------


def net():
    nodes = [{"id": "x", "kind": "input"}, {"id": "b", "kind": "bias"}, {"id": "h"}]
    edges = [
        {"source": "x", "target": "h", "weight": 2},
        {"source": "b", "target": "h", "weight": 1},
        {"source": "h", "target": "y", "weight": 3},
    ]
    nodes.append({"id": "y", "kind": "output", "activation": "relu"})
    return network({"deepgraph": 1, "nodes": nodes, "edges": edges})


def test_z_stands_before_a_of_each_node_that_computes():
    graph = net()
    columns = value_columns(graph, graph.ids, pre_activations=True)
    assert [column.header for column in columns] == ["x", "b", "z(h)", "h", "z(y)", "y"]
    assert {column.header for column in columns if graph.kind[column.node] in (INPUT, BIAS)} == {
        "x",
        "b",
    }
    trace = graph.trace({"x": [-1.0, 1.0]})
    values = {column.header: column.of(trace).tolist() for column in columns}
    assert values["z(y)"] == [-3.0, 9.0]
    assert values["y"] == [0.0, 9.0]


def test_no_two_columns_have_one_name():
    require_distinct(["y", "z(y)"])
    with pytest.raises(InputError, match=r'two columns of the result would be named "y"'):
        require_distinct(["y", "x", "y"])
