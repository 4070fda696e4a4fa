"""Trees of arithmetic: their values beside Python's own."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Number

TWO, THREE = Number(2.0, Fraction(2)), Number(3.0, Fraction(3))
TENTH = Number(0.1, Fraction(1, 10))


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (ex.Sum((TENTH, TENTH, TENTH)), 0.1 + 0.1 + 0.1),
        (ex.Product((TENTH, THREE, TWO)), 0.1 * 3 * 2),
        (ex.Difference(TWO, THREE), -1.0),
        (ex.Quotient(TWO, THREE), 2 / 3),
        (ex.Power(THREE, 3), 27.0),
        (ex.Negative(ex.Sum((TWO, THREE))), -5.0),
        (ex.Dot(ex.Vector((TWO, THREE)), ex.Vector((THREE, TENTH), upright=True)), 6 + 3 * 0.1),
    ],
)
def test_in_doubles(tree, value):
    assert ex.in_doubles(tree) == value


def test_terms_of_one_are_the_term():
    assert ex.total([TWO]) is TWO
    assert ex.product([TWO]) is TWO
    assert ex.total([TWO, THREE]) == ex.Sum((TWO, THREE))


def test_the_numbers_of_a_tree_from_left_to_right():
    tree = ex.Sum((ex.Product((TWO, TENTH)), ex.Negative(THREE)))
    assert list(ex.numbers(tree)) == [TWO, TENTH, THREE]
    assert not ex.has_names(tree)
    assert ex.has_names(ex.Sum((tree, ex.Symbol("w"))))


@pytest.mark.parametrize(
    ("relation", "holds"), [("<", True), ("≤", True), ("=", False), ("≥", False), (">", False)]
)
def test_comparisons(relation, holds):
    assert ex.Comparison(TWO, relation, THREE).holds(ex.in_doubles) is holds
