"""Intervals that hold what printed numbers can stand for; fractions where there are any."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from deepgraph.explain import expressions as ex
from deepgraph.explain.arithmetic import (
    CONTEXT,
    EVERYTHING,
    Interval,
    IrrationalError,
    exact_value,
    interval,
    rational,
)
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
        "min": lambda x, y: ex.Call("min", (x, y)),
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
    assert rational(ex.Call("√", (literal(Fraction(9, 4)),))) == Fraction(3, 2)


FUNCTIONS = {
    "ReLU": (lambda z: max(z, mp.mpf(0)), 0, None),
    "abs": (abs, 0, None),
    "square": (lambda z: z * z, 0, None),
    "cube": (lambda z: z**3, None, None),
    "exp": (mp.exp, None, None),
    "tanh": (mp.tanh, None, None),
    "erf": (mp.erf, None, None),
    "sin": (mp.sin, -1, 1),
    "cos": (mp.cos, -1, 1),
    "ln": (mp.ln, None, None),
    "√": (mp.sqrt, 0, None),
}
"""By name, the function and the values that it never goes beyond."""


def image(name, number):
    """The interval of a function of one printed number."""
    tree = {"square": ex.Power(number, 2), "cube": ex.Power(number, 3)}.get(name)
    with localcontext(CONTEXT):
        return interval(tree or ex.Call(name, (number,)), None)


@pytest.mark.parametrize("name", FUNCTIONS)
@examples(200)
@given(st.integers(-4999, 4999), st.integers(-100, 100), st.booleans())
def test_the_image_of_an_interval_holds_the_function_and_little_more(name, scaled, share, rounded):
    function, least, most = FUNCTIONS[name]
    if name in ("ln", "√"):
        scaled = abs(scaled) + 1
    text = f"{scaled / 1000:.3f}"
    # A number in full stands for itself and the noise of its last bits.
    radius = Fraction(1, 2000) if rounded else abs(Fraction(text)) * Fraction(1e-12)
    found = image(name, Number(float(text) + rounded * 1e-5, text=text, rounded=rounded))
    with mp.workdps(40):
        middle = Fraction(text)
        ends = [middle - radius, middle + radius]
        at = [*ends, middle + radius * share / 100]
        values = [function(mp.mpf(z.numerator) / z.denominator) for z in at]
        low, high = mp.mpf(str(found.low)), mp.mpf(str(found.high))
        noise = mp.mpf(2) ** -46 * max(1, *map(abs, values))
        assert low - mp.mpf("1e-35") <= min(values)
        assert max(values) <= high + mp.mpf("1e-35")
        widest = max(values[:2]) - min(values[:2])
        turns = name in ("sin", "cos", "abs", "square")
        assert high - low <= widest + noise + (4 * radius if turns else 0)
        assert least is None or low >= least - noise
        assert most is None or high <= most


def test_a_wave_over_more_than_doubles_hold_is_anything_between_its_ends():
    around_0 = Number(0.01, text="0.0", rounded=True)
    with localcontext(CONTEXT):
        quotient = ex.Quotient(literal(1), around_0)
        for far in (quotient, ex.Call("ReLU", (quotient,)), ex.Call("ln", (around_0,))):
            assert interval(ex.Call("sin", (far,)), None) == Interval(Decimal(-1), Decimal(1))


def test_a_logarithm_of_what_may_be_0_is_anything_and_a_root_begins_at_0():
    """0.0 stands for any number from −0.05 to 0.05."""
    around_0 = Number(0.01, text="0.0", rounded=True)
    with localcontext(CONTEXT):
        ln = interval(ex.Call("ln", (around_0,)), None)
        root = interval(ex.Call("√", (around_0,)), None)
    assert ln == EVERYTHING
    assert [float(root.low), float(root.high)] == pytest.approx([0, math.sqrt(0.05)], abs=1e-12)


@pytest.mark.parametrize(
    ("name", "text", "low", "high"),
    [
        ("floor", "2.7", 2, 2),
        ("floor", "−2.0", -3, -2),
        ("round", "2.7", 3, 3),
        ("round", "2.5", 2, 3),  # from 2.45 to 2.55
    ],
)
def test_the_image_of_an_interval_under_a_staircase_is_exact(name, text, low, high):
    value = float(text.replace("−", "-")) + 0.01
    with localcontext(CONTEXT):
        found = interval(ex.Call(name, (Number(value, text=text, rounded=True),)), None)
    assert (found.low, found.high) == (low, high)


def test_pi_is_that_of_doubles():
    with localcontext(CONTEXT):
        found = interval(Symbol("π", "word"), None)
    assert found.low < Decimal(math.pi) < found.high
    assert found.high - found.low < Decimal("1e-14")


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        (ex.Call("exp", (literal(1),)), "exp"),
        (ex.Call("ln", (ex.Call("tanh", (literal(2),)),)), "tanh"),
        (ex.Product((literal(2), ex.Call("sin", (literal(1),)))), "sin"),
        (ex.Quotient(literal(2), ex.Call("cos", (literal(1),))), "cos"),
    ],
)
def test_the_first_irrational_step_is_named(tree, why):
    with pytest.raises(IrrationalError, match=f"^{why}$"):
        exact_value(tree, lambda number: number.exact)


@pytest.mark.parametrize("number", [Number(math.inf, text="∞"), Number(0.5, text="0.5")])
def test_a_number_that_is_not_known_is_named(number):
    with pytest.raises(IrrationalError, match=f"^{number.text}$"):
        exact_value(ex.Sum((literal(1), number)), lambda leaf: leaf.exact)


def test_a_quotient_has_the_ends_of_both_intervals():
    six, two = (Number(n + 0.01, text=f"{n}.0", rounded=True) for n in (6, 2))
    with localcontext(CONTEXT):
        found = interval(ex.Quotient(six, two), None)
        below = interval(ex.Quotient(six, ex.Negative(two)), None)
    ends = [5.95 / 2.05, 6.05 / 1.95]
    assert [float(found.low), float(found.high)] == pytest.approx(ends, rel=1e-12)
    assert [float(-below.high), float(-below.low)] == pytest.approx(ends, rel=1e-12)


def test_the_exponential_function_of_what_is_far_below_0_is_nearly_0():
    with localcontext(CONTEXT):
        found = interval(ex.Call("exp", (literal(-200_000),)), None)
    assert found.low <= 0 <= found.high < Decimal("1e-300")
