"""The target columns of a table: how `--target` names them, and their rows."""

from __future__ import annotations

import io

import pytest

from deepgraph.errors import InputError, TableError
from deepgraph.tables import Source
from deepgraph.train.reading import Wanted, read
from tests.support.strategies import network

NET = network(
    {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "a=b", "kind": "output"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [{"source": "x", "target": name, "weight": 1} for name in ("a=b", "y")],
    }
)


@pytest.mark.parametrize(
    ("texts", "nodes", "classes"),
    [
        (["y=t"], {"y": "t"}, None),
        (["y=t=u", "a=b=c"], {"y": "t=u", "a=b": "c"}, None),
        (["kind"], {}, "kind"),
        (["y=t in header"], {}, "y=t in header"),
    ],
)
def test_targets_as_they_are_typed(texts, nodes, classes):
    assert Wanted.of(NET, texts, ["x", "y=t in header"]) == Wanted(nodes, classes)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["y=t", "y=u"], 'target: "y" is given twice'),
        (["y=t", "kind"], "target kind: several targets are NODE=COLUMN each"),
        (["z=t"], 'target z=t: there is no node "z"; the outputs are a=b, y'),
    ],
)
def test_targets_that_do_not_fit(texts, message):
    with pytest.raises(InputError) as caught:
        Wanted.of(NET, texts, [])
    assert str(caught.value).startswith(message)


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
