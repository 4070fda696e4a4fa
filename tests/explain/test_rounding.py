"""The sign before a result, and how many digits its numbers have."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Comparison, Number, literal
from deepgraph.explain.rounding import Printer, decimal_text, printed
from deepgraph.explain.spelling import SPELLER


def shown(line):
    return f"{SPELLER.spell(line.numbers)} {line.sign} {SPELLER.spell(line.result)}"


def total(*values):
    return ex.Sum(tuple(Number(value) for value in values))


def test_a_line_is_exact_only_if_its_printed_numbers_give_its_result():
    assert shown(Printer().computed(total(0.1, 0.2), 0.1 + 0.2)) == "0.1 + 0.2 = 0.3"
    third = 1 / 3
    line = Printer().computed(total(third, third), third + third)
    assert shown(line) == "0.3333 + 0.3333 ≈ 0.6667"


def test_digits_are_added_where_they_cancel():
    a, b = 1.23456789, -1.23451234
    line = Printer().computed(total(a, b), a + b)
    text = shown(line)
    assert line.clear
    assert "1.235 +" not in text  # 1.235 − 1.235 would be 0
    assert abs(float(text.split(" ")[0]) - 1.2345) < 1e-3


def test_an_infinite_line_claims_nothing():
    line = Printer().computed(total(math.inf, 1.0), math.inf)
    assert shown(line) == "∞ + 1 → ∞"


def test_a_line_that_is_wrong_claims_nothing():
    line = Printer().computed(total(1.0, 1.0), 3.0)
    assert (line.sign, line.clear) == ("→", False)


def test_fractions_where_the_numbers_are_known():
    third = Number(1 / 3, Fraction(1, 3))
    line = Printer(fractions=True).computed(ex.Sum((third, third)), 2 / 3)
    assert (shown(line), line.cause) == ("1/3 + 1/3 = 2/3", "")
    assert line.result.exact == Fraction(2, 3)


def test_why_a_line_is_not_in_fractions():
    printer = Printer(fractions=True)
    line = printer.computed(ex.Call("exp", (Number(1.0, Fraction(1)),)), math.e)
    assert line.cause == "exp has no exact fraction"
    long = Number(1 / 3, Fraction(1, 3) + Fraction(1, 10**40))
    line = printer.computed(ex.Product((long, long)), 1 / 9)
    assert line.cause.startswith("the exact fraction has ")
    line = printer.computed(ex.Sum((Number(1.0, Fraction(1)), literal(1))), 2.5)
    assert line.cause == "in double precision, which rounds, this is not 2"


def test_digits_are_added_until_a_condition_holds_for_the_printed_numbers():
    z = Number(-0.499)
    line = Printer(2).computed(z, z.value, (Comparison(z, ">", literal(Fraction(-1, 2))),))
    assert [SPELLER.comparison(reason) for reason in line.reasons] == ["−0.499 > −1/2"]


def test_at_a_kink_itself_a_line_has_no_condition():
    z = Number(0.5)
    line = Printer().computed(z, z.value, (Comparison(z, ">", literal(Fraction(1, 2))),))
    assert (line.reasons, line.sign) == ((), "=")


@pytest.mark.parametrize("precision", [1, 4, 17, "full"])
def test_given_numbers(precision):
    whole = Printer(precision).given(Number(0.5))
    assert (whole.text, whole.rounded) == ("0.5", False)
    third = Printer(precision).given(Number(1 / 3))
    assert third.rounded == (precision in (1, 4))
    assert third.text == decimal_text(1 / 3, precision)


def test_a_number_of_a_formula_keeps_its_text():
    assert printed(literal(2), 1, fractions=False) == literal(2)
