"""Expressions as texts: parentheses where they are needed, parts that occur twice."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import deepgraph
from deepgraph.formats.writers.spelling import Spelling, simplified, single_number
from deepgraph.functions.recorded import constant, named

PYTHON = Spelling({"exp": "np.exp"}, "({1} if {0} else {2})", choice_call=True)
x, y, z = map(named, "xyz")
VALUES = {"x": 3.0, "y": 0.7, "z": -1.9, "np": np}

PAIRS = list(itertools.product([np.add, np.subtract, np.multiply, np.divide], repeat=2))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_operators_keep_their_order(one, other):
    """The rounding shows which operation came first."""
    for expression in (
        one(other(x, y), z),
        one(x, other(y, z)),
        one(-x, other(y, -z)),
        -one(x, other(y, z)),
        one(other(x, constant(-0.1)), constant(-3.0)),
    ):
        text = PYTHON.text(expression)
        expected = _computed(expression)
        assert eval(text, VALUES) == expected, text


def _computed(expression):
    if expression.operation == "name":
        return np.float64(VALUES[expression.value])
    if expression.operation == "constant":
        return np.float64(expression.value)
    return getattr(np, expression.operation)(*map(_computed, expression.operands))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (x + y + z, "x + y + z"),
        (x + (y + z), "x + (y + z)"),
        (x - (y - z), "x - (y - z)"),
        (x * (y + z), "x * (y + z)"),
        (x / (y * z), "x / (y * z)"),
        (-x * y, "-x * y"),
        (-(x * y), "-(x * y)"),
        (x - constant(-0.5), "x - -0.5"),
        (np.where(x < y, x, y), "(x if x < y else y)"),
        (np.exp(-x), "np.exp(-x)"),
        (x * 1e-5, "x * 1e-05"),
    ],
)
def test_texts(expression, text):
    assert PYTHON.text(expression) == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (1.0 * x, "x"),
        (x * 1.0, "x"),
        (x / 1.0, "x"),
        (x + 0.0, "x + 0.0"),
        (1.0 * (1.0 * x) + y, "x + y"),
    ],
)
def test_what_changes_nothing_is_left_out(expression, text):
    assert PYTHON.text(simplified(expression)) == text


def test_terms_of_zero_where_signs_of_zeros_are_lost():
    assert PYTHON.text(simplified(x + 0.0, signed_zeros=False)) == "x"


def test_a_part_that_occurs_twice_is_named_once():
    e = np.exp(x)
    parts, result = PYTHON.statements(e / (1.0 + e))
    assert parts == [("t1", "np.exp(x)")]
    assert result == "t1 / (1.0 + t1)"


def test_a_form_that_repeats_its_operand_names_it():
    calls = {"exp": "exp"}
    sql = Spelling(calls, "", forms={"square": "({0} * {0})"})
    parts, result = sql.statements(np.square(np.exp(x)))
    assert (parts, result) == ([("t1", "exp(x)")], "(t1 * t1)")


def test_single_numbers():
    assert [single_number(value) for value in (0.1, 1e-5, 16777216.0)] == [
        *("0.1", "1e-05", "1.6777216e+07")
    ]
    with pytest.raises(deepgraph.InputError, match="too large for float32"):
        single_number(-1e39)
