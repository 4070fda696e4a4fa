"""Lines of plain text: names, parentheses, breaks."""

from __future__ import annotations

import math

import pytest

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Number
from deepgraph.explain.text import SPELLER, WIDTH, subscripts
from tests.support.strategies import network
from tests.support.worked import judge, lines


def test_long_sums_show_their_ends():
    count = 784
    nodes = [{"id": f"x{i}", "kind": "input"} for i in range(1, count + 1)]
    edges = [
        {"source": f"x{i}", "target": "y", "label": f"w{i}", "weight": i / 1000}
        for i in range(1, count + 1)
    ]
    net = network(
        {"deepgraph": 1, "nodes": [*nodes, {"id": "y", "kind": "output"}], "edges": edges}
    )
    explanation = net.explain({f"x{i}": math.sin(i) for i in range(1, count + 1)})
    (line,) = [line for line in lines(str(explanation)) if line.startswith("y = w₁·x₁ +")]
    assert " + … 779 terms … + " in line
    assert " + [779 terms: " in line
    assert judge(line, 4) == "rounded"


def number(text):
    return Number(0.0, text=text)


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (ex.Sum((number("1"), number("−2"))), "1 + (−2)"),
        (ex.Sum((number("−1"), number("2"))), "−1 + 2"),
        (ex.Difference(number("1"), ex.Sum((number("2"), number("3")))), "1 − (2 + 3)"),
        (ex.Difference(number("1"), number("−2")), "1 − (−2)"),
        (ex.Product((ex.Sum((number("1"), number("2"))), number("3"))), "(1 + 2)·3"),
        (ex.Product((number("2"), number("1/3"))), "2·(1/3)"),
        (ex.Power(number("−2"), 2), "(−2)²"),
        (ex.Quotient(number("1"), ex.Product((number("2"), number("3")))), "1/(2·3)"),
        (ex.Negative(ex.Sum((number("1"), number("2")))), "−(1 + 2)"),
        (ex.Call("√", (ex.Sum((number("1"), number("2"))),)), "√(1 + 2)"),
        (ex.Vector((number("1"), number("−2")), upright=True), "[1 −2]ᵀ"),
        (ex.Edge("x1", "h"), "w(x₁→h)"),
    ],
)
def test_parentheses_stand_where_they_must(tree, text):
    assert SPELLER.spell(tree) == text


def test_names_that_would_not_read_as_names_are_quoted():
    assert [subscripts(name) for name in ("h1", "a b", "1", 'say "x"', "")] == [
        "h₁", '"a b"', '"1"', '"say \\"x\\""', '""',
    ]  # fmt: skip


def test_every_line_fits_a_terminal():
    count = 11
    nodes = [{"id": f"input_{i}", "kind": "input"} for i in range(count)]
    edges = [{"source": f"input_{i}", "target": "y", "weight": i + 0.123} for i in range(count)]
    net = network(
        {"deepgraph": 1, "nodes": [*nodes, {"id": "y", "kind": "output"}], "edges": edges}
    )
    text = str(net.explain({f"input_{i}": i + 0.456 for i in range(count)}))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert len(text.splitlines()) > 15  # it had to break
    assert len(lines(text)) == count + 2  # y, and out1
