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


@pytest.mark.parametrize("weight", [1, -1])
@pytest.mark.parametrize(
    ("low", "high"), [(-5_000, 5_001), (-10_001, 0), (10_000_000, 10_010_001), (-7_000, 3_001)]
)
def test_the_steps_of_a_staircase_count_wherever_it_is(weight, low, high):
    """Steps on both sides of 0 and far from it: 10,001 are whole numbers from low + 1 to high."""
    net = small(("y", "floor"), edges=[("x", "y", weight)])
    half = F(1, 2)
    with pytest.raises(InputError, match=r"y has 10,002 pieces, more than the limit of 10,000"):
        net.kinks({"x": (low + half, high + half)})
    last = low + 20
    found = net.kinks({"x": (low + half, last + half)})["y"]
    assert [kink.position for kink in found.kinks] == list(range(low + 1, last + 1))
    assert net.kinks({"x": (-3 + half, 3 + half)}, limit=7)["y"].kinks[0].position == -2


def test_a_relu_behind_a_relu_adds_nothing():
    net = small(("h", "relu"), ("y", "relu"), edges=[("x", "h", 1), ("h", "y", 1)])
    [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
    assert kink.nodes == ("h",)


@pytest.mark.parametrize(
    ("steps", "activation", "causes"),
    [
        # z jumps between 0 and 2, where relu is z, whatever z is at the jump itself
        ({"name": "step", "at_zero": 1}, "relu", ("s",)),
        ({"name": "step", "at_zero": 0.5}, "relu", ("s",)),
        ({"name": "step", "at_zero": 1}, "abs", ("s",)),
        # z jumps from -2 to 2 by way of 0: hard_tanh with these bounds is z at all three
        ("sign", {"name": "hard_tanh", "min": -2, "max": 2}, ("s",)),
        # no line of hard_tanh is 0 at z = 0 as well as at z = 2
        ("sign", {"name": "hard_tanh", "min": -2, "max": 0}, ("s", "y")),
        ("sign", "abs", ("s", "y")),
        ({"name": "step", "at_zero": 1}, "sign", ("s", "y")),
        ({"name": "step", "at_zero": 1}, {"name": "leaky_relu", "alpha": 2}, ("s",)),
    ],
)
@pytest.mark.parametrize("direction", [1, -1])
def test_an_activation_that_is_one_line_over_a_jump_of_z_causes_nothing(
    steps, activation, causes, direction
):
    net = small(("s", steps), ("y", activation), edges=[("x", "s", direction), ("s", "y", 2)])
    [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
    assert kink.nodes == causes


def test_an_activation_bends_at_a_single_value_of_z_that_its_line_misses():
    # z is -1 for all x but 0, where it is 1: hard_tanh is z there; abs and sign are not.
    for activation, causes in (
        ("hard_tanh", [("s", "q")]),
        ("abs", []),
        ({"name": "hard_tanh", "min": -1, "max": 0}, [("s", "q", "y")]),
    ):
        net = small(
            ("s", "sign"), ("q", "abs"), ("y", activation),
            edges=[("x", "s", 1), ("s", "q", 1), ("q", "y", -2), ("b", "y", 1)],
        )  # fmt: skip
        found = net.kinks({"x": (-1, 1)})["y"]
        assert [kink.nodes for kink in found.kinks] == causes


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


def test_each_kink_has_the_causes_of_its_own_position():
    """leaky_relu(|x| − 1) bends at ±1 by itself, and at 0 by |x|."""
    net = small(
        ("h", "abs"), ("y", "leaky_relu"), edges=[("x", "h", 1), ("b", "y", -1), ("h", "y", 1)]
    )
    found = net.kinks({"x": (-3, 3)})["y"]
    assert [(k.position, k.nodes) for k in found.kinks] == [(-1, ("y",)), (0, ("h",)), (1, ("y",))]


def test_a_staircase_that_is_crossed_as_often_as_the_limit_allows_has_all_its_pieces_counted():
    """⌊|x|⌋ from −3.5 to 3.5 is 3, 2, 1, 0, 1, 2, 3; each half crosses three steps."""
    net = small(("h", "abs"), ("y", "floor"), edges=[("x", "h", 1), ("h", "y", 1)])
    with pytest.raises(InputError, match=r"^y has 7 pieces, more than the limit of 3;"):
        net.kinks({"x": (-3.5, 3.5)}, limit=3)
