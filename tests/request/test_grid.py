"""Lists and ranges of inputs as a table: truth tables and grids without a file."""

from __future__ import annotations

import csv
import io
import itertools

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import DeepgraphError
from deepgraph.request import grid
from deepgraph.request.request import ask
from tests.support.strategies import SPECS

XOR = deepgraph.load(SPECS / "xor.json")


def test_steps_are_exact_decimals():
    """numpy's own range has 0.30000000000000004 and may miss the end."""
    found = grid.values(["x=-1:1:0.1"], "over")["x"]
    assert found == [repr(round(-1 + k / 10, 1)).removesuffix(".0") for k in range(21)]
    assert grid.values(["x=0:1:1/3"], "over")["x"] == ["0", repr(1 / 3), repr(2 / 3), "1"]
    assert grid.values(["x=1:0:-0.5"], "over")["x"] == ["1", "0.5", "0"]
    assert grid.values(["x=0:1:0.4"], "over")["x"] == ["0", "0.4", "0.8"]
    assert grid.values(["a=b=1e-3,2"], "over") == {"a=b": ["1e-3", "2"]}


def test_a_truth_table_has_its_rows_in_order():
    text = grid.table(XOR, {"x1": ["0", "1"], "x2": ["0", "1"]}, {})
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [["x1", "x2"], *(list(row) for row in itertools.product("01", repeat=2))]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            ["x1=0:1"],
            "over takes ID=VALUE,VALUE,… or ID=FROM:TO:STEP, such as x1=0,1 or x=-1:1:0.1",
        ),
        (["x1=0,,1"], "a value is missing between two commas"),
        (["x1=0:1:0"], "the step does not lead from FROM to TO"),
        (["x1=0:1:-1"], "the step does not lead from FROM to TO"),
        (["x1=0:1:1e-9"], "these are 1,000,000,001 values"),
        (["x1=a,b"], "'a' is not a number"),
        (["x1=0,1", "x1=2"], "over x1 is given twice"),
        (["x1"], "over takes NAME=VALUE"),
    ],
)
def test_mistakes(texts, message):
    with pytest.raises(DeepgraphError) as caught:
        grid.values(texts, "over")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("over", "fixed", "message"),
    [
        ({"x1": ["0"]}, {}, "no value for the input x2, which does not vary; give it with set"),
        ({"x1": ["0"], "x2": ["1"]}, {"x2": "0"}, "x2 varies, and is given one value, too"),
        ({"x3": ["0"]}, {}, 'no input is named "x3"'),
        ({"x1": ["0"] * 2000, "x2": ["0"] * 2000}, {}, "these are 4,000,000 rows, and 1,000,000"),
    ],
)
def test_what_does_not_fit_the_network(over, fixed, message):
    with pytest.raises(DeepgraphError) as caught:
        grid.table(XOR, over, fixed)
    assert message in str(caught.value)


def test_a_page_has_a_truth_table():
    found = ask("eval", str(SPECS / "xor.json"), [("over", "x1=0,1 x2=0,1")]).table()
    assert found.header == ("x1", "x2", "y")
    assert found.rows == tuple((*row, str(int(row[0] != row[1]))) for row in
                               itertools.product("01", repeat=2))  # fmt: skip
    explained = ask("explain", str(SPECS / "xor.json"), [("over", "x1=0,1"), ("set", "x2=1")])
    assert "Row 2" in explained.explanation().text()
    one = ask("diagram", str(SPECS / "xor.json"), [("over", "x1=0,1 x2=0,1"), ("row", "3")])
    assert one.inputs() == {"x1": 1.0, "x2": 0.0}


def test_a_grid_has_the_values_of_the_network():
    given = [("over", "x1=-2:2:0.25"), ("set", "x2=1/4"), ("precision", "17")]
    found = ask("eval", str(SPECS / "xor.json"), given).table()
    X = np.array([[float(cell.replace("−", "-")) for cell in row] for row in found.rows])
    assert (X[:, 0] == np.arange(-2, 2.25, 0.25)).all()
    y = found.header.index("y")
    np.testing.assert_array_equal(X[:, y], XOR({"x1": X[:, 0], "x2": 0.25})[:, 0])
