from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.spec import literals

FINITE = st.floats(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers(-(10**30), 10**30)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"1.30", 1.3),
        (b"-4", -4.0),
        (b"1e-3", 0.001),
        (b"-0.0", -0.0),
        (b"1.5E+2", 150.0),
        (b"5e-324", 5e-324),
        (b"9007199254740992", 2.0**53),
        (b"-9007199254740992", -(2.0**53)),
        (b"9007199254740993.0", 2.0**53),
        (b'"1/3"', 1 / 3),
        (b'"-4/2"', -2.0),
        (b'" +1 / -4 "', -0.25),
        (b'"0/5"', 0.0),
        (b'"%d/%d"' % (10**350, 10**349), 10.0),
    ],
)
def test_value(text, expected):
    number = literals.value(text)
    assert number == expected
    assert math.copysign(1, number) == math.copysign(1, expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"1e400", "1e400 is too large for a double"),
        (b"-1e400", "-1e400 is too large for a double"),
        (
            b"9007199254740993",
            (
                "the integer 9007199254740993 is beyond 2**53, where doubles cannot tell "
                "neighbours apart; write it with a decimal point if the nearest double will do"
            ),
        ),
        (b"true", 'expected a number or a fraction "p/q", got true'),
        (b"[1]", 'expected a number or a fraction "p/q", got [1]'),
        (b"{}", 'expected a number or a fraction "p/q", got {}'),
        (b"null", 'expected a number or a fraction "p/q", got null'),
        (
            b'"0.5"',
            '"0.5" is no fraction "p/q" of two integers; a plain number stands without quotes',
        ),
        (b'"1/0"', '"1/0" divides by zero'),
        (
            b'"1/2/3"',
            '"1/2/3" is no fraction "p/q" of two integers; a plain number stands without quotes',
        ),
        (b'"%d/1"' % 10**309, '"' + "1" + "0" * 38 + "… is too large for a double"),
        (b'"1/%d"' % 10**390, '"1/1' + "0" * 36 + "… is too small for a double"),
    ],
)
def test_value_refuses(text, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared whole)
        literals.value(text)
    assert str(caught.value) == message


@given(FINITE | st.integers(-(2**53), 2**53))
def test_encode_and_value_are_inverse(number):
    text = literals.encode(number)
    back = literals.value(text)
    assert back == number
    assert math.copysign(1, back) == math.copysign(1, number)
    assert literals.exact(text) == Fraction(repr(number))
    json.loads(text)


@given(INTEGERS, INTEGERS.filter(bool))
def test_a_fraction_is_the_nearest_double_and_exact(numerator, denominator):
    ratio = Fraction(numerator, denominator)
    for text in (b'"%d/%d"' % (numerator, denominator), literals.encode(ratio)):
        assert literals.exact(text) == ratio
        assert literals.value(text) == float(ratio)


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=5))
def test_exact_is_the_decimal_as_written(number):
    assert literals.exact(str(number).encode()) == Fraction(number)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 2**53 + 1, "x", "1/0"])
def test_encode_refuses(number):
    with pytest.raises(ValueError, match=r"finite|2\*\*53|fraction|zero"):
        literals.encode(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"0.0822", 5e-5),
        (b"3", 0),
        (b"3.", 0.5),
        (b"1.5e-3", 5e-5),
        (b"1.50e3", 5.0),
        (b'"1/3"', 0),
        (b"1e-3", 0),
    ],
)
def test_half_unit(text, expected):
    assert literals.half_unit(text) == expected


@given(st.decimals(-1000, 1000, allow_nan=False, places=4))
def test_half_unit_holds_every_number_that_rounds_so(number):
    half = literals.half_unit(str(number).encode())
    assert half == 5e-5
    assert round(number + Decimal("0.00004"), 4) == number


def test_values_match_value_one_by_one():
    texts = [b"1", b"", b"null", b'"1/3"', b"1e400", b"-2.5", b'"x"', b"9007199254740993", b"true"]
    numbers, problems = literals.values(texts)
    assert np.allclose(
        numbers, [1, *[np.nan] * 2, 1 / 3, np.nan, -2.5, *[np.nan] * 3], equal_nan=True
    )
    assert [position for position, _ in problems] == [4, 6, 7, 8]
    for position, message in problems:
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            literals.value(texts[position])
        assert str(caught.value) == message


@given(st.lists(st.sampled_from([b"1", b"", b"1e400", b"9007199254740993", b"-9007199254740992"])))
def test_plain_numbers_are_checked_as_well(texts):
    numbers, problems = literals.values(texts)
    wrong = {b"1e400", b"9007199254740993"}
    assert [position for position, _ in problems] == [i for i, t in enumerate(texts) if t in wrong]
    assert np.isnan(numbers).tolist() == [text in wrong or not text for text in texts]


def test_shown_is_short():
    assert literals.shown(b"1" * 100) == "1" * 40 + "…"
    assert literals.shown(b"\xff") == "\ufffd"


TERM = st.integers(0, 10**17).map(str) | st.sampled_from(["0", "00", "007", "1" * 15, "9" * 16])


@given(st.sampled_from(["", "-", "+"]), TERM, st.sampled_from(["", "-", "+", " "]), TERM)
def test_a_ratio_is_rounded_once_whichever_way_it_is_read(sign, above, before, below):
    text = f'"{sign}{above}/{before}{below}"'.encode()
    if not int(below):
        with pytest.raises(ValueError, match="divides by zero"):
            literals.value(text)
        return
    exact = Fraction(int(sign + above), int(before + below))
    assert literals.exact(text) == exact
    number = literals.value(text)
    assert (number, math.copysign(1, number)) == (float(exact), math.copysign(1, float(exact)))


@given(
    st.sampled_from(["", "-"]),
    st.integers(0, 10**25).map(str),
    st.none() | st.text("0123456789", min_size=1, max_size=25),
    st.none() | st.integers(-40, 40),
)
def test_a_decimal_is_the_fraction_that_it_spells(sign, whole, behind, power):
    text = sign + whole + ("" if behind is None else f".{behind}")
    text += "" if power is None else f"e{power}"
    assert literals.decimal(text) == Fraction(text)
