"""Intervals that hold what printed numbers can stand for; fractions where there are any."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.explain import expressions as ex
from deepgraph.explain.arithmetic import CONTEXT, EVERYTHING, IrrationalError, interval, rational
from deepgraph.explain.expressions import Number, Symbol, literal
from tests.support.strategies import examples

FINITE = st.floats(-1e6, 1e6).map(lambda value: float(f"{value:.4g}"))


def shown(value, rounded):
    """A number of four digits; if it is rounded, its value has more of them."""
    more = 1e-9 * max(1, abs(value)) if rounded else 0
    return Number(value + more, text=f"{value:.4g}".replace("-", "−"), rounded=rounded)


@examples(200)
@given(FINITE, FINITE, st.booleans(), st.data())
def test_an_interval_holds_every_number_that_the_text_stands_for(a, b, rounded, data):
    trees = {
        "sum": lambda x, y: ex.Sum((x, y)),
        "difference": ex.Difference,
        "product": lambda x, y: ex.Product((x, y)),
        "square": lambda x, _: ex.Power(x, 2),
        "max": lambda x, y: ex.Call("max", (x, y)),
        "abs": lambda x, _: ex.Call("abs", (x,)),
    }
    with localcontext(CONTEXT):
        for make in trees.values():
            numbers = [shown(a, rounded), shown(b, rounded)]
            found = interval(make(*numbers), None)
            inside = []
            for number in numbers:
                text = Decimal(number.text.replace("−", "-"))
                unit = Decimal(1).scaleb(int(text.as_tuple().exponent)) / 2 if rounded else 0
                share = Decimal(data.draw(st.integers(-100, 100))) / 100
                inside.append(Fraction(text + share * unit))
            exact = rational(make(*map(literal, inside)))
            assert Fraction(found.low) <= exact <= Fraction(found.high)


def test_a_division_by_what_may_be_zero_is_anything():
    with localcontext(CONTEXT):
        quotient = ex.Quotient(literal(1), Number(0.01, text="0.0", rounded=True))
        assert interval(quotient, None) == EVERYTHING


@pytest.mark.parametrize(
    "tree",
    [
        ex.Call("exp", (literal(1),)),
        ex.Call("√", (literal(2),)),
        ex.Quotient(literal(1), literal(0)),
        Symbol("π", "word"),
        Number(math.inf, text="∞"),
    ],
)
def test_what_is_not_rational(tree):
    with pytest.raises(IrrationalError):
        rational(tree)


def test_functions_have_rational_values_here_and_there():
    for function, at, value in (("exp", 0, 1), ("cos", 0, 1), ("ln", 1, 0), ("√", 1, 1)):
        assert rational(ex.Call(function, (literal(at),))) == value
