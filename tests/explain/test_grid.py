"""The table of a walk: its parts, and its spelling in every format."""

from __future__ import annotations

import json

import pytest

import deepgraph
from deepgraph.explain.expressions import Symbol
from deepgraph.explain.grid import Grid
from tests.explain.test_latex import HOSTILE, compile_, katex
from tests.support.strategies import SPECS

WIDE = Grid(
    tuple(Symbol(name) for name in ("step", "w1", "w2", "w3")),
    (("0", "1", "22", "333"), ("1", "4444", "5", "6")),
    (True,) * 4,
)


def test_a_wide_table_is_cut_between_columns():
    first = ["step    w₁  w₂", "   0     1  22", "   1  4444   5"]
    assert WIDE.lines(80) == [
        f"{a}  {b}" for a, b in zip(first, [" w₃", "333", "  6"], strict=True)
    ]
    assert WIDE.lines(14) == [*first, "", "step   w₃", "   0  333", "   1    6"]
    assert [part.header for part in WIDE.parts(1)] == [("step", f"w{n}") for n in "₁₂₃"]


def test_all_columns_have_their_values_in_json():
    """Of a large network the texts show the first and last parameters, JSON has all."""
    net = deepgraph.load(SPECS / "iris.json")
    X = dict.fromkeys(net.input_names, 1.0)
    found = net.explain(X, ["setosa"], steps=2, short=True)
    [table] = [section["table"] for section in json.loads(found.json())["sections"]]
    count = len(net.parameters)
    assert len(table["columns"]) == 2 + count
    assert all(len(row) == 2 + count for row in table["rows"])
    assert table["rows"][0][:2] == [0, None]
    assert found.sections[-1].table is not None
    assert len(found.sections[-1].table.header) == 2 + 25
    assert f"{count - 25:,} more parameters likewise" in found.sections[-1].table.note


def hostile_walk():
    builder = deepgraph.Builder()
    builder.input("x")
    builder.output("y")
    for number, name in enumerate(HOSTILE):
        builder.node(f"h{number}")
        builder.edge("x", f"h{number}", name, 0.5)
        builder.edge(f"h{number}", "y", f"v{number}", 0.5)
    return builder.build().explain({"x": 1}, {"y": 1}, steps=1, short=True)


def test_odd_names_stand_in_the_table(tmp_path):
    walk = hostile_walk()
    compile_(walk.latex(), tmp_path)
    assert katex([walk.markdown()], tmp_path) == 0  # names are text, and no formula is broken open
    header = next(line for line in walk.markdown().splitlines() if line.startswith("| step"))
    table = walk.sections[-1].table
    assert table is not None
    assert header.replace("\\|", "").count("|") == len(table.header) + 1


@pytest.mark.slow
def test_the_latex_of_a_walk_is_set(tmp_path):
    net = deepgraph.load(SPECS / "mazur.json")
    rows = {"i1": [0.05, 0.1], "i2": [0.1, 0.2]}
    walk = net.explain(
        rows, {"o1": [0, 1], "o2": 1}, steps=12, batch=1, optimiser="adam", weight_decay=0.1
    )
    compile_(walk.latex(), tmp_path)
    assert r"\hat{m}\left(w_{1}\right)" in walk.latex()
    assert r"{\beta_1}^{12}" in walk.latex()
    assert katex([walk.markdown()], tmp_path) > 100
