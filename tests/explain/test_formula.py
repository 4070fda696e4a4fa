"""The formulas of activations, read from their text."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deepgraph.explain.expressions import Number
from deepgraph.explain.formula import at, slope_forms, value_forms
from deepgraph.explain.rounding import Printer
from deepgraph.explain.text import SPELLER
from deepgraph.functions.activations import ACTIVATIONS, NodeFunction


@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
def test_every_formula_is_its_function(row):
    """The formulas of the table, read as a reader reads them, give f and its derivative."""
    function = NodeFunction.of(row.name)
    for z in [-7.5, -3.0, -1.0, -0.6, -1e-3, 0.0, 0.25, 1.0, 2.5, 3.0, 6.5]:
        if (z <= 0 and row.name == "log") or (z == 0 and row.name == "inverse"):
            continue
        array = np.array([z])
        a = float(row.f(array)[0])
        printed = [
            Printer("full").computed(form, a, why) for form, why in value_forms(function, Number(z))
        ]
        slope = float(row.derivative(array)[0])
        forms = slope_forms(function, Number(z), Number(a))
        printed += [Printer("full").computed(form, slope, why) for form, why in forms]
        assert all(one.sign in "=≈" for one in printed), (z, printed)


PIECES = "-1 if z < -1, z² if -1 ≤ z ≤ 1, √z if z > 1"


@pytest.mark.parametrize(
    ("z", "piece", "reasons"),
    [
        (-2.0, "−1", ["z < −1"]),
        (-1.0, "z²", ["−1 ≤ z", "z ≤ 1"]),
        (0.5, "z²", ["−1 ≤ z", "z ≤ 1"]),
        (4.0, "√z", ["z > 1"]),
    ],
)
def test_the_piece_that_holds_and_why(z, piece, reasons):
    form, why = at(PIECES, {"z": Number(z, text="z")})
    assert SPELLER.spell(form) == piece
    assert [SPELLER.comparison(reason) for reason in why] == reasons


def test_no_piece_holds_for_nan():
    form, why = at(PIECES, {"z": Number(math.nan, text="z")})
    assert SPELLER.spell(form) == "√z"
    assert why == ()


def test_else_is_taken_with_the_reason_against_the_first_piece():
    form, why = at("z if z > 0 else alpha·(exp(z) - 1)", {
        "z": Number(-1.0, text="z"), "alpha": Number(2.0, text="α"),
    })  # fmt: skip
    assert SPELLER.spell(form) == "α·(exp(z) − 1)"
    assert [SPELLER.comparison(reason) for reason in why] == ["z ≤ 0"]
