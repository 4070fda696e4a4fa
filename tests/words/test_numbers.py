"""Numbers as readers see them: rounded as decimal arithmetic rounds, and read back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deepgraph.words.numbers import number_text, short
from tests.support.rounded import read, rounded


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
