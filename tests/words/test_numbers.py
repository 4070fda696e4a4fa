"""Numbers and names as readers see them."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deepgraph.words.numbers import held_at, number_text, short, visible
from tests.support.rounded import read, rounded


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (0.1 + 0.2, 4, "0.3"),
        (1 / 3, 4, "0.3333"),
        (2.0000001, 4, "2.000"),
        (9999.7, 4, "10000"),
        (99999.5, 4, "100000"),
        (1e7, 4, "1e7"),
        (12345678.9, 4, "1.235e7"),
        (0.00012, 4, "1.2e−4"),
        (-0.000123456, 4, "−1.235e−4"),
        (0.001, 4, "0.001"),
        (1 / 3, 1, "0.3"),
        (0.1 + 0.2, 17, "0.30000000000000004"),
        (3.0, 17, "3"),
        (1e22, 17, "1e22"),
        (math.inf, 4, "∞"),
        (-math.inf, 4, "−∞"),
        (math.nan, 4, "NaN"),
    ],
)
def test_numbers(value, digits, text):
    assert number_text(value, digits) == text


def test_what_xml_cannot_hold_is_replaced():
    assert visible("a\tb\nc\r") == "a\tb\nc\r"
    assert visible("\0\x1f\x7f\ud800\uffff") == "\ufffd" * 5


def test_of_many_inputs_that_do_not_vary_five_are_named():
    assert held_at({f"x{n}": str(n) for n in range(5)}).endswith("x4 = 4")
    assert held_at({f"x{n}": str(n) for n in range(6)}).endswith("x4 = 4 …")


@given(st.floats(), st.integers(1, 16))
@example(1.0000000000000002, 4)
@example(0.99998, 4)
@example(0.30000000000000004, 4)
@example(9999.7, 4)
@example(9999.5, 4)
@example(9999.4, 4)
@example(99999.7, 4)
@example(-9.9999, 4)
@example(0.000099999, 4)
@example(0.00001, 4)
@example(-0.0, 4)
@example(-1e-300, 4)
@example(12345.678, 4)
@example(1e7, 4)
@example(0.225, 2)
@example(-1.275, 3)
def test_numbers_are_rounded_as_decimal_arithmetic_rounds_them(value: float, digits: int) -> None:
    assert number_text(value, digits) == rounded(value, digits)


@given(st.floats(allow_nan=False))
@example(0.1)
@example(1e16)
@example(5e-324)
@example(-1.7976931348623157e308)
def test_seventeen_digits_read_back_the_same(value: float) -> None:
    text = number_text(value, 17)
    assert read(text) == value
    assert "-" not in text
    assert len(text) <= len("−2.2250738585072014e−308")


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (0.005, 2, "0.01"),
        (100.0, 2, "100"),
        (-0.004, 2, "0"),
        (-10.10, 2, "-10.1"),
        (1e20, 2, "100000000000000000000"),
        (1.23456, 3, "1.235"),
    ],
)
def test_coordinates_are_short(number, decimals, text):
    assert short(number, decimals) == text
