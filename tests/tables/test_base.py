"""Columns by name, and every row accounted for."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest

from deepgraph.errors import LostRowsError
from deepgraph.tables import Source, delimited
from tests.support.tables import every_block, refused


def test_columns_come_in_the_order_that_is_asked_for():
    content = "a,b,c\n1,2,u\n3,4,v\n"
    assert every_block(content, ["b", "a"], ["c"]) == {"b": [2, 4], "a": [1, 3], "c": ["u", "v"]}
    assert list(every_block(content, ["b", "a"], ["c"])) == ["b", "a", "c"]


def test_a_column_may_be_a_number_and_be_kept():
    assert every_block("a,b\n1,2\n", ["a"], ["b", "a", "b"]) == {"a": [1.0], "b": ["2"]}


def test_a_wide_table_names_some_of_its_columns():
    content = ",".join(f"c{i}" for i in range(1000)) + "\n"
    message = refused(content)
    assert '"c19" and 980 more' in message
    assert len(message) < 300


def test_a_lost_row_is_an_internal_error(monkeypatch):
    """A parser that drops a row does not get away with it."""
    monkeypatch.setattr(
        delimited.Delimited,
        "_parse",
        lambda _, block: pa.record_batch({"x": [1.0] * min(block.records, 2)}),
    )
    table = Source(io.BytesIO(b"xxxxxxxxx\n1\n2\n3\n"), "t.csv").open()
    rows = sum(batch.num_rows for batch in table.batches(["xxxxxxxxx"], []))
    with pytest.raises(LostRowsError) as caught:
        table.check_count(rows, 0)
    assert str(caught.value) == (
        "internal error: t.csv: 3 rows in the file, 2 in the result and 0 left out; please report "
        "this with the file"
    )
