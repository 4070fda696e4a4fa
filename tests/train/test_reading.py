"""The target columns of a table: how `--target` names them, and their rows."""

from __future__ import annotations

import io

import pytest

from deepgraph.errors import TableError
from deepgraph.graph.target_columns import Wanted
from deepgraph.tables import Source
from deepgraph.train.reading import read


def rows_of(text, wanted):
    table = Source(io.BytesIO(text.encode()), "t.csv").open()
    return read(table, {"x": "x"}, wanted)


def test_numbers_and_classes_are_read_as_columns():
    inputs, targets = rows_of("x,t\n1,2\n3,4\n", Wanted({"y": "t", "a=b": "t"}))
    assert inputs["x"].tolist() == [1, 3]
    assert {name: column.tolist() for name, column in targets.items()} == {
        "y": [2, 4],
        "a=b": [2, 4],
    }
    assert rows_of("x,kind\n1,007\n3,\n", Wanted({}, "kind"))[1] == ["007", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x,t\n", "t.csv: the table has no rows to learn from"),
        ("x,t\n1,2\n3,inf\n", 't.csv: row 2, column "t": inf; training needs finite numbers'),
        ("x,u\n1,2\n", "t.csv"),
    ],
)
def test_tables_that_do_not_fit(text, message):
    with pytest.raises(TableError) as caught:
        rows_of(text, Wanted({"y": "t"}))
    assert str(caught.value).startswith(message)
