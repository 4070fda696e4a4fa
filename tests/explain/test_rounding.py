"""The sign before a result, and how many digits its numbers have."""

from __future__ import annotations

import json
import math
import re
from decimal import Context, Decimal
from fractions import Fraction

import pytest

import deepgraph
from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Comparison, Number, Symbol, literal
from deepgraph.explain.number_texts import decimal_text, printed
from deepgraph.explain.real_values import LONGEST_EXACT, TINY, known
from deepgraph.explain.rounding import Printer, put_in
from deepgraph.explain.spelling import SPELLER


def exactly(text):
    return Number(float(Fraction(text)), Fraction(text))


def shown(line):
    return f"{SPELLER.spell(line.numbers)} {line.sign} {SPELLER.spell(line.result)}"


def total(*values):
    return ex.Sum(tuple(Number(value) for value in values))


def test_a_line_is_exact_only_if_its_printed_numbers_give_its_result():
    numbers = ex.Sum((exactly("0.1"), exactly("0.2")))
    assert shown(Printer().computed(numbers, 0.1 + 0.2)) == "0.1 + 0.2 = 0.3"
    third = 1 / 3
    line = Printer().computed(total(third, third), third + third)
    assert shown(line) == "0.33333 + 0.33333 ≈ 0.6667"


def test_digits_are_added_where_they_cancel():
    a, b = 1.23456789, -1.23451234
    line = Printer().computed(total(a, b), a + b)
    text = shown(line)
    assert line.clear
    assert "1.235 +" not in text  # 1.235 − 1.235 would be 0
    assert abs(float(text.split(" ")[0]) - 1.2345) < 1e-3


def test_an_infinite_line_claims_nothing():
    line = Printer().computed(total(math.inf, 1.0), math.inf)
    assert (shown(line), line.cause) == ("∞ + 1 → ∞", "")
    assert shown(Printer().computed(total(math.inf, 1 / 3), math.inf)) == "∞ + 0.3333 → ∞"


def test_a_line_that_is_wrong_claims_nothing():
    line = Printer().computed(total(1.0, 1.0), 3.0)
    assert (shown(line), line.clear, line.reasons) == ("1 + 1 → 3", False, ())
    line = Printer().computed(total(1 / 3, 1 / 3), 10 / 3)
    assert shown(line) == "0.3333333333333333 + 0.3333333333333333 → 3.3333333333333335"
    assert not line.agrees
    assert shown(Printer().computed(total(0.1, 0.2), 0.0)) == "0.1 + 0.2 → 0"


def test_fractions_where_the_numbers_are_known():
    third = Number(1 / 3, Fraction(1, 3))
    line = Printer(fractions=True).computed(ex.Sum((third, third)), 2 / 3)
    assert (shown(line), line.cause) == ("1/3 + 1/3 = 2/3", "")
    assert line.result.exact == Fraction(2, 3)


def test_why_a_line_is_not_in_fractions():
    printer = Printer(fractions=True)
    line = printer.computed(ex.Call("exp", (Number(1.0, Fraction(1)),)), math.e)
    assert line.cause == "exp has no exact fraction"
    long = Number(1 / 3, Fraction(1, 3) + Fraction(1, 10**15))
    line = printer.computed(ex.Product((long, long)), 1 / 9)
    # (10¹⁵ + 3)² over (3·10¹⁵)²: 31 digits each, and the line between them
    assert line.cause == "the exact fraction has 63 characters"
    line = printer.computed(ex.Sum((Number(1.0, Fraction(1)), literal(1))), 2.5)
    assert line.cause == "in double precision, which rounds, this is not 2"
    line = printer.computed(ex.Call("exp", (exactly("1000"),)), math.inf)
    assert (line.sign, line.cause) == ("→", "exp has no exact fraction")


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
    whole = Printer(precision).given(Number(0.5, Fraction(1, 2)))
    assert (whole.text, whole.rounded) == ("0.5", False)
    unknown = Printer(precision).given(Number(0.5))
    assert (unknown.text, unknown.rounded) == ("0.5", True)
    third = Printer(precision).given(Number(1 / 3, Fraction(1, 3)))
    assert third.rounded
    assert third.text == decimal_text(1 / 3, precision)
    double = Printer(precision).given(exactly(repr(1 / 3)))
    assert double.rounded == (precision in (1, 4))


def test_a_number_of_a_formula_keeps_its_text():
    assert printed(literal(2), 1, fractions=False) == literal(2)


@pytest.mark.parametrize(
    ("numbers", "value", "precision", "text"),
    [
        # 0.6667² is 0.4445, and 0.4444 is the result
        ((Fraction(2, 3), Fraction(2, 3)), 4 / 9, None, "0.66667·0.66667 ≈ 0.4444"),
        ((Fraction(10), Fraction("0.574442516")), 5.74442516, 4, "10·0.5744 = 5.744"),
        ((Fraction(10), Fraction("0.574442516")), 5.74442516, 1, "10·0.6 = 6"),
        ((Fraction(0), Fraction(1, 3)), 0.0, 2, "0·0.33 = 0"),
    ],
)
def test_guard_digits_where_the_printed_numbers_give_another_last_digit(
    numbers, value, precision, text
):
    product = ex.Product(tuple(Number(float(number), number) for number in numbers))
    line = Printer(precision).computed(product, value)
    assert shown(line) == text


@pytest.mark.parametrize("weight", ["0.125", "0.375", "0.0625", "-2.5"])
def test_half_a_unit_of_the_last_digit_is_rounded_and_not_lost(weight):
    """Both neighbours are as near, so that double precision has done nothing to the number."""
    digits = len(weight.strip("-0.").replace(".", "")) - 1
    line = Printer(digits).computed(ex.Product((exactly(weight), exactly("1"))), float(weight))
    rounded = Context(prec=digits).plus(Decimal(weight))
    assert shown(line).replace("−", "-").replace("(", "").replace(")", "") == (
        f"{rounded}·1 = {rounded}"
    )
    assert line.note == ""


def test_what_double_precision_has_lost_is_said():
    numbers = ex.Sum((exactly("0.1"), exactly("0.2"), exactly("-0.3")))
    line = Printer().computed(numbers, 0.1 + 0.2 - 0.3)
    assert shown(line) == "0.1 + 0.2 + (−0.3) ≈ 5.551e−17"
    assert line.note == "double precision rounds; exactly 0"
    assert (line.clear, line.agrees) == (False, False)


def test_what_double_precision_has_lost_of_unknown_numbers_is_said():
    line = Printer().computed(total(0.1, 0.2, -0.3), 0.1 + 0.2 - 0.3)
    assert shown(line) == "0.1 + 0.2 + (−0.3) ≈ 5.551e−17"
    assert line.note == "double precision rounds"


@pytest.mark.parametrize(("precision", "note"), [(12, "double precision rounds"), (13, "")])
def test_what_was_lost_before_is_said_unless_there_are_more_digits_than_reliable(precision, note):
    """A 1 that has become 0 before, and counts a billionth of a thousandth here."""
    lost = Number(0.0, Fraction(1))
    numbers = ex.Sum((ex.Product((lost, exactly("1e-12"))), exactly("1")))
    assert Printer(precision).computed(numbers, 1.0).note == note


def test_irrational_terms_that_cancel_give_0():
    e = ex.Call("exp", (exactly("1"),))
    line = Printer().computed(ex.Sum((e, ex.Product((exactly("-1"), e)))), 0.0)
    assert (line.sign, line.result.text, line.agrees) == ("≈", "0", True)


def test_the_sign_before_what_is_put_in():
    name, third = Symbol("h"), printed(Number(1 / 3, Fraction(1, 3)), 2, fractions=False)
    assert put_in(third, name) == "≈"
    assert put_in(printed(exactly("0.5"), 2, fractions=False), name) == "="
    assert put_in(ex.Product((third, name)), third) == "="  # it has been there before
    alike = printed(exactly("0.33"), 2, fractions=False)
    assert (alike.text, put_in(third, alike)) == (third.text, "≈")  # another number
    assert put_in(third, literal(Fraction(1, 3))) == "≈"


@pytest.mark.parametrize(
    ("numbers", "off", "kept"),
    [
        # rounding of doubles: one part in 1e9 of the largest number, or 1e-12 if all are small
        (("1e9", "1e9"), 1.9, True),
        (("1e9", "1e9"), 2.1, False),
        (("1e9", "-1e9"), 0.9, True),  # what cancels is measured by what it was
        (("1e9", "-1e9"), 1.1, False),
        (("1e-6", "1e-6"), 0.9 * TINY, True),
        (("1e-6", "1e-6"), 1.1 * TINY, False),
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_a_real_value_is_kept_unless_double_precision_has_lost_it(numbers, off, kept, side):
    exact = sum(map(Fraction, numbers))
    found = known(ex.Sum(tuple(map(exactly, numbers))), float(exact) + side * off)
    if kept:
        assert found == exact
    else:
        assert found.startswith("in double precision, which rounds, this is not ")


def test_a_value_lost_in_double_precision_is_named_if_it_is_short():
    long = Fraction(1, 3) + Fraction(1, 10**50)
    assert known(Number(0.5, long), 0.5) == (
        "in double precision, which rounds, this is not its exact value"
    )
    assert known(exactly("1/3"), 0.5) == "in double precision, which rounds, this is not 1/3"
    assert known(ex.Call("tanh", (Number(0.5),)), 0.4621) == "tanh has no exact fraction"


def test_a_real_value_is_not_carried_on_if_it_is_very_long():
    inside = Fraction(2) ** -(LONGEST_EXACT - 1)
    assert known(Number(0.0, inside), 0.0) == inside
    outside = Fraction(2) ** -LONGEST_EXACT
    assert known(Number(0.0, outside), 0.0) == "the exact fraction has 3,012 characters"


@pytest.mark.parametrize(
    ("left", "right", "holds"),
    [
        # without real values, doubles tell two sides apart if they differ by more than rounding
        (1.0, 1.0 - 3e-9, True),
        (1.0, 1.0 - 0.9e-9, None),
        (1e-6, 1e-6 - 2e-12, True),
        (1e-6, 1e-6 - 0.9e-12, None),
        (-5.0, -5.0 - 6e-9, True),
        (-5.0, -5.0 - 4e-9, None),
        (1.0, 2.0, False),
    ],
)
def test_a_condition_of_rounded_numbers_needs_a_distance(left, right, holds):
    reason = Comparison(Number(left), ">", Number(right))
    found = known(exactly("2"), 2.0, (reason,))
    assert (
        found
        == {
            True: 2,
            None: "double precision rounds, and that may have decided",
            False: "double precision rounds, and without that the condition does not hold",
        }[holds]
    )


def test_a_lost_result_whose_fraction_is_long_is_told_in_decimals():
    long = Fraction(1, 10**20) + Fraction(1, 10**45)
    numbers = ex.Sum((exactly("0.1"), exactly("0.2"), Number(-0.3, Fraction("-0.3") + long)))
    line = Printer().computed(numbers, 0.1 + 0.2 - 0.3)
    assert line.note == "double precision rounds; really 1e−20"


def test_a_result_in_full_is_held_to_all_of_its_digits():
    third = Number(1 / 3)
    line = Printer("full").computed(ex.Product((third, third)), (1 / 3) * (1 / 3))
    assert (line.sign, line.clear) == ("≈", True)
    off = Printer("full").computed(ex.Product((third, third)), (1 / 3) * (1 / 3) * (1 + 1e-14))
    assert (off.sign, off.clear) == ("→", False)


def said_of_the_class(x, threshold, precision, *, fractions=False):
    """The condition with which `explain` names the class of x itself, as two numbers."""
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "y", "kind": "output", "classes": ["no", "yes"], "threshold": float(threshold)},
        ],
        "edges": [{"source": "x", "target": "y", "weight": 1}],
    }
    net = deepgraph.loads(json.dumps(spec))
    text = str(net.explain({"x": x}, precision=precision, fractions=fractions))
    found = re.search(r"class = (no|yes), as (\S+) ([≥<]) (\S+)\n", text)
    assert found, text
    name, left, relation, right = found.groups()
    assert (name == "yes") == (relation == "≥") == (Fraction(x) >= Fraction(threshold))
    return left, relation, right


@pytest.mark.parametrize("x", [1e-60, 1e-300, -3e-16, 9e-16])
def test_tanh_of_a_tiny_number_is_that_number(x):
    """Oracle: tanh z = z − z³/3 + …, whose second term is far below the last digit."""
    builder = deepgraph.Builder()
    builder.input("x")
    builder.output("y", activation="tanh")
    builder.edge("x", "y", "w", 1.0)
    text = str(builder.build().explain({"x": x}))
    number = decimal_text(x, None)
    assert f"y = tanh(z(y)) = tanh({number}) ≈ {number}\n" in text


@pytest.mark.parametrize("precision", [2, 3, 6])
@pytest.mark.parametrize("threshold", ["0.5", "0.3", "0.7281"])
def test_the_condition_of_a_class_holds_as_printed_with_no_digit_too_many(threshold, precision):
    """Oracle: the decimal module rounds the value to ever more digits until the condition holds."""
    border = Decimal(threshold)
    for power in range(1, 13):
        for sign in (-1, 1):
            x = border + sign * Decimal(37).scaleb(-power - 1)
            left, relation, right = said_of_the_class(float(x), threshold, precision)
            assert right == threshold
            tried = (Context(prec=digits).plus(x) for digits in range(precision, 18))
            shortest = next(t for t in tried if (t >= border if sign > 0 else t < border))
            assert Decimal(left.replace("−", "-")) == shortest
            assert relation == ("≥" if sign > 0 else "<")


@pytest.mark.parametrize("x", ["1/3", "2/3", "1/2"])
def test_the_condition_of_a_class_has_fractions_where_they_are_asked_for(x):
    assert said_of_the_class(x, "0.5", None, fractions=True)[0] == x
    assert said_of_the_class(x, "0.5", None)[0] == {"1/3": "0.3333", "2/3": "0.6667"}.get(x, "0.5")


def test_a_given_number_is_a_fraction_where_fractions_are_asked_for():
    """Oracle: the double 1/3 is written with sixteen digits, so it is that decimal fraction."""
    builder = deepgraph.Builder()
    builder.input("x")
    builder.output("y", activation="identity")
    builder.edge("x", "y", "w", 1.0)
    exact = Fraction(repr(1 / 3))
    said = str(builder.build().explain({"x": 1 / 3}, fractions=True))
    assert f"\n  x = {exact.numerator}/{exact.denominator}\n" in said


def test_a_wave_far_from_0_has_the_rounding_of_its_argument():
    """An argument of 1e6 is known to 1e-10, far coarser than the last digit of its sine."""
    line = Printer("full").computed(ex.Call("sin", (Number(1e6 + 1 / 3),)), math.sin(1e6 + 1 / 3))
    assert line.agrees


@pytest.mark.parametrize("term", [99.0, 101.0])
def test_a_result_that_is_off_by_a_hundredth_is_still_clear(term):
    """The printed numbers give the term: exactly 1 % of 100 away from it."""
    assert Printer().computed(total(1e16, term, -1e16), 100.0).clear
    beyond = math.copysign(1e-9, term - 100) + term
    assert not Printer().computed(total(1e16, beyond, -1e16), 100.0).clear


@pytest.mark.parametrize(
    ("value", "sign"), [(0.3331, "→"), (0.3332, "≈"), (0.3334, "≈"), (0.3335, "→")]
)
def test_a_result_may_stand_on_the_border_of_what_the_numbers_can_be(value, sign):
    """0.3333 is anything up to half a unit away, and so is the result: a unit apart just fits."""
    assert Printer().computed(Number(1 / 3), value).sign == sign
