"""Computed values as a table of texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepgraph import load
from deepgraph.embed import ask
from deepgraph.errors import InputError, OptionError
from deepgraph.request.value_table import MOST_ROWS
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from pathlib import Path


def test_a_table_shows_inputs_and_values(here: Path) -> None:
    options = [("input", "iris.csv"), ("target", "species"), ("rows", "2"), ("precision", "2")]
    table = ask("eval", "iris.json", options, folder=here).table()
    network = load(here / "iris.json")
    outputs = network([[5.1, 3.5, 1.4, 0.2], [4.9, 3.0, 1.4, 0.2]])
    assert table.header[:5] == (*network.input_names, "species")
    assert table.header[5:] == (*network.output_names, "prediction")
    for row, values in zip(table.rows, outputs, strict=True):
        assert row[5:8] == tuple(number_text(float(value), 2) for value in values)
    assert table.numeric == (True,) * 4 + (False,) + (True,) * 3 + (False,)
    assert table.note == "accuracy 0.98 (147 of 150 rows)"


def test_cells_that_are_no_numbers(here: Path) -> None:
    pq.write_table(pa.table({"x": [-1.0, 2.0], "kept": [True, None]}), here / "t.parquet")
    nodes = [{"id": "x", "kind": "input"}, {"id": "b", "kind": "output"}]
    nodes += [{"id": "a", "kind": "output", "activation": "log"}]
    edges = [{"source": "x", "target": target} for target in "ab"]
    text = json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges})
    options = [("input", "t.parquet"), ("keep", "kept"), ("argmax", "")]
    table = ask("eval", None, options, text=text, folder=here).table()
    assert table.rows == (("−1", "true", "−1", "NaN", ""), ("2", "", "2", "0.6931", "b"))
    assert table.numeric == (True, False, True, True, False)


def test_a_table_of_one_row(here: Path) -> None:
    options = [("set", "x=0.5"), ("nodes", "h2, y"), ("pre-activations", "")]
    table = ask("eval", "deep_state.json", options, folder=here).table()
    assert table.header == ("x", "z(h2)", "h2", "z(y)", "y")
    assert table.rows == (("0.5", "−1.275", "0", "0.4872", "0.4872"),)
    everything = ask("eval", "xor.json", [("set", "x1=1 x2=1"), ("nodes", "all")], folder=here)
    assert everything.table().header == ("x1", "x2", "b1", "b2", "h1", "h2", "y")


def test_ids_with_spaces() -> None:
    text = '{"deepgraph": 1, "nodes": [{"id": "my id", "kind": "input"}, {"id": "y", "kind": '
    text += '"output"}], "edges": [{"source": "my id", "target": "y", "label": "w", "weight": 2}]}'
    asked = ask("eval", None, [("set", '"my id=1/2"')], text=text)
    assert asked.table().rows == (("0.5", "1"),)


def test_a_long_table_says_how_many_rows_to_show(here: Path) -> None:
    (here / "long.csv").write_text("x1,x2\n" + "0,1\n" * (MOST_ROWS + 1), encoding="utf-8")
    given = [("input", "long.csv")]
    with pytest.raises(OptionError) as caught:
        ask("eval", "xor.json", given, folder=here).table()
    assert str(caught.value) == "long.csv has more than 500 rows; say how many to show: rows N"
    shown = ask("eval", "xor.json", [*given, ("rows", "501")], folder=here).table()
    assert len(shown.rows) == MOST_ROWS + 1


def test_no_two_columns_have_one_name(here: Path) -> None:
    for nodes in ("y,y", "x1,x1"):
        asked = ask("eval", "xor.json", [("set", "x1=1 x2=1"), ("nodes", nodes)], folder=here)
        with pytest.raises(InputError, match='two columns of the result would be named "'):
            asked.table()


def test_the_note_of_several_numbers(tmp_path):
    (tmp_path / "t.csv").write_text("x,t\n1,1\n-1,0\n")
    spec = """{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"},
    {"id": "y", "kind": "output", "activation": "step"}],
    "edges": [{"source": "x", "target": "y", "weight": 1}]}"""
    options = [("input", "t.csv"), ("target", "y=t")]
    table = ask("eval", None, options, folder=tmp_path, text=spec).table()
    assert table.note == (
        "half_squared_error 0 (2 rows), accuracy 1 (2 of 2 rows, whose outputs are all on the "
        "right side)"
    )
