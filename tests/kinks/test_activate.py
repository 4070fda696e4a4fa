"""Activations of exact curves: breaks, jumps, and values of their own."""

from __future__ import annotations

import random

import numpy as np
import pytest

from deepgraph.errors import InputError
from deepgraph.functions.activations import ACTIVATIONS
from tests.support.neurons import LINEAR, F, small


def test_a_step_has_its_value_between_two_limits():
    for at_zero in (0, 0.5, 1):
        net = small(
            ("y", {"name": "step", "at_zero": at_zero}), edges=[("x", "y", 2), ("b", "y", -1)]
        )
        [kink] = net.kinks({"x": (0, 1)})["y"].kinks
        assert (kink.position, kink.left, kink.at, kink.right) == (F(1, 2), 0, F(at_zero), 1)
        assert (kink.slope_left, kink.slope_right, kink.nodes) == (0, 0, ("y",))
        assert kink.jumps


def test_a_jump_at_an_end_has_one_side():
    net = small(("y", "step"), edges=[("x", "y", -1)])
    [kink] = net.kinks({"x": (0, 1)})["y"].kinks
    assert (kink.position, kink.left, kink.at, kink.right) == (0, None, 1, 0)
    assert (kink.slope_left, kink.slope_right) == (None, 0)


def test_a_value_apart_from_both_limits_is_a_kink():
    # sign(x)² as |sign(x)|: 1 everywhere but at 0.
    net = small(("s", "sign"), ("y", "abs"), edges=[("x", "s", 1), ("s", "y", 1)])
    found = net.kinks({"x": (-1, 1)})["y"]
    [kink] = found.kinks
    assert (kink.left, kink.at, kink.right) == (1, 0, 1)
    assert [piece.slope for piece in found.pieces] == [0, 0]


def test_a_staircase_jumps_at_every_step():
    net = small(("y", "floor"), edges=[("x", "y", 2)])
    found = net.kinks({"x": (-1, 1)})["y"].kinks
    assert [kink.position for kink in found] == [F(-1, 2), 0, F(1, 2), 1]
    assert [(kink.left, kink.at, kink.right) for kink in found] == [
        (-2, -1, -1), (-1, 0, 0), (0, 1, 1), (1, 2, None),
    ]  # fmt: skip
    net = small(("y", "round"), edges=[("x", "y", -1)])
    found = net.kinks({"x": (0, 3)})["y"].kinks
    assert [(kink.position, kink.left, kink.at, kink.right) for kink in found] == [
        (F(1, 2), 0, 0, -1), (F(3, 2), -1, -2, -2), (F(5, 2), -2, -2, -3),
    ]  # fmt: skip


def test_a_staircase_of_too_many_steps_is_refused_at_once():
    net = small(("y", "floor"), edges=[("x", "y", 1e300)])
    with pytest.raises(InputError, match=r"y has countless pieces, more than the limit of 10,000"):
        net.kinks({"x": (-1, 1)})
    net = small(("y", "floor"), edges=[("x", "y", 1)])
    with pytest.raises(InputError, match=r"y has 10,001 pieces, more than the limit of 10,000"):
        net.kinks({"x": (0.5, 10_000.5)})
    assert len(net.kinks({"x": (0.5, 9_999.5)})["y"].pieces) == 10_000


def test_a_relu_behind_a_relu_adds_nothing():
    net = small(("h", "relu"), ("y", "relu"), edges=[("x", "h", 1), ("h", "y", 1)])
    [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
    assert kink.nodes == ("h",)


def test_default_and_typed_parameters_of_activations():
    net = small(("y", "hard_sigmoid"), edges=[("x", "y", 1)])
    assert [kink.position for kink in net.kinks({"x": (-5, 5)})["y"].kinks] == [-3, 3]
    assert net.kinks({"x": (-5, 5)})["y"].pieces[1].slope == F(1, 6)
    net = small(("y", {"name": "leaky_relu", "alpha": 0.1}), edges=[("x", "y", 1)])
    assert net.kinks({"x": (-5, 5)})["y"].pieces[0].slope == F(1, 10)


@pytest.mark.parametrize("name", LINEAR)
def test_pieces_say_what_the_function_does(name):
    row = ACTIVATIONS[name]
    rng = random.Random(name)
    for _ in range(20):
        given = {
            p.name: rng.choice(p.choices or [-1.5, -0.25, 0.0, 0.125, 0.75]) for p in row.parameters
        }
        if row.problems(given):
            continue
        pieces = row.pieces(**{key: F(value) for key, value in given.items()})
        grid = [F(n, 16) for n in range(-320, 321)]
        grid += map(F, pieces.breaks_between(-20, 20, 99))
        wanted = row.f(np.array([float(z) for z in grid]), **given)
        assert np.allclose([float(pieces(z)) for z in grid], wanted, rtol=1e-15, atol=1e-15)
