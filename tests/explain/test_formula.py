"""Formulas read from their text: grammar, pieces, and the reasons for the chosen piece."""

from __future__ import annotations

import math

import pytest

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Number, literal
from deepgraph.explain.formula import at, slope_forms, value_forms
from deepgraph.functions.node_function import NodeFunction


def read(text, **values):
    return at(text, {name: Number(float(value)) for name, value in values.items()})


def test_precedence():
    z = Number(2.0)
    assert at("-z²/2 + 1 - z", {"z": z})[0] == ex.Difference(
        ex.Sum((ex.Negative(ex.Quotient(ex.Power(z, 2), literal(2))), literal(1))), z
    )
    assert at("2·(z - 1)³", {"z": z})[0] == ex.Product(
        (literal(2), ex.Power(ex.Difference(z, literal(1)), 3))
    )


def test_calls_roots_and_constants():
    z = Number(3.0)
    assert at("max(0, z)", {"z": z})[0] == ex.Call("max", (literal(0), z))
    assert at("ReLU(z)", {"z": z})[0] == ex.Call("ReLU", (z,))
    assert at("√(2·π)", {})[0] == ex.Call("√", (ex.Product((literal(2), ex.Symbol("π", "word"))),))


PIECES = "0 - 1 if z < 0, at_zero if z = 0, 1 if z > 0"


@pytest.mark.parametrize(("z", "value", "reasons"), [(-2, -1, ["<"]), (0, 7, ["="]), (3, 1, [">"])])
def test_the_piece_that_holds(z, value, reasons):
    piece, why = read(PIECES, z=z, at_zero=7)
    numbers = [number.value for number in ex.numbers(piece)]
    assert numbers[-1] == abs(value)
    assert [reason.relation for reason in why] == reasons


@pytest.mark.parametrize(
    ("text", "z", "negated"),
    [
        ("1 if z > 0 else 2", -1, "≤"),
        ("1 if z ≥ 0 else 2", -1, "<"),
        ("1 if z < 0 else 2", 1, "≥"),
        ("1 if z ≤ 0 else 2", 1, ">"),
        ("1 if -1 < z < 1 else 2", 3, "≥"),
    ],
)
def test_a_condition_that_fails_is_negated(text, z, negated):
    piece, why = read(text, z=z)
    assert piece == literal(2)
    assert [reason.relation for reason in why] == [negated]


def test_a_chain_of_comparisons_is_told_whole():
    piece, why = read("1 if -1 < z < 1 else 2", z=0.5)
    assert piece == literal(1)
    assert [reason.relation for reason in why] == ["<", "<"]


def test_a_piece_within_a_product():
    piece, why = read("g·(z if z > 0 else a·z)", z=-3, g=5, a=2)
    assert [number.value for number in ex.numbers(piece)] == [5, 2, -3]
    assert [reason.relation for reason in why] == ["≤"]


def test_of_nan_no_condition_holds():
    assert read("0 if z < 0, 1 if z > 0, 2 if z = 0", z=math.nan)[0] == literal(2)


def test_forms_of_activations():
    z, a = Number(0.5), Number(0.6)
    relu = NodeFunction.of("relu")
    assert value_forms(relu, z) == [(ex.Call("ReLU", (z,)), ())]
    by_a, by_z = slope_forms(NodeFunction.of("sigmoid"), z, a)
    assert list(ex.numbers(by_a[0])) == [a, literal(1), a]
    assert z in ex.numbers(by_z[0])
    assert a not in ex.numbers(by_z[0])
    assert len(slope_forms(relu, z, a)) == 1
