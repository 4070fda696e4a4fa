"""Numbers and names as readers see them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.words.numbers import held_at, number_text, runs, visible


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


@given(st.floats(-1e308, 1e308), st.integers(1, 17))
def test_a_number_reads_back_as_far_as_its_digits_go(value, digits):
    found = float(number_text(value, digits).replace("−", "-"))
    if digits == 17:
        assert found == value
    else:
        assert abs(found - value) <= 0.5000001 * 10.0 ** (1 - digits) * abs(value) + 5e-324


@given(st.text())
def test_the_pieces_of_a_text_make_the_text(text):
    assert "".join(piece for piece, _ in runs(text)) == text
    assert all(piece for piece, _ in runs(text)) or not text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("x", [("x", "italic")]),
        ("h1", [("h", "italic"), ("1", "sub")]),
        ("dx12", [("dx", "italic"), ("12", "sub")]),
        ("dx", [("dx", "plain")]),
        ("w1234", [("w1234", "plain")]),
        ("a.b", [("a.b", "plain")]),
        ("α2 < β", [("α", "italic"), ("2", "sub"), (" < ", "plain"), ("β", "italic")]),
        ("", [("", "plain")]),
    ],
)
def test_names_in_a_text(text, pieces):
    assert runs(text) == pieces


def test_what_xml_cannot_hold_is_replaced():
    assert visible("a\tb\nc\r") == "a\tb\nc\r"
    assert visible("\0\x1f\x7f\ud800\uffff") == "\ufffd" * 5


def test_of_many_inputs_that_do_not_vary_five_are_named():
    assert held_at({f"x{n}": str(n) for n in range(5)}).endswith("x4 = 4")
    assert held_at({f"x{n}": str(n) for n in range(6)}).endswith("x4 = 4 …")
