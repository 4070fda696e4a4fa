"""Trees spelled as plain text: parentheses and names."""

from __future__ import annotations

import pytest

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Number
from deepgraph.explain.spelling import SPELLER, subscripts


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
