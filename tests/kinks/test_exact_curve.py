"""Exact curves: points at which nothing changes go, events say what changes at the others."""

from __future__ import annotations

from itertools import pairwise

import pytest

from deepgraph.errors import InputError
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.exact_curve import Axis, TooManyError, scaled, simplified, too_long
from deepgraph.kinks.sweep import along_input
from tests.support.neurons import F, small

NOBODY, SOME, OTHER = frozenset(), frozenset({3}), frozenset({5})
FLAT, UP, STEP = (F(0), F(1)), (F(2), F(1)), (F(2), F(7))


def curve(lines, values, causes, limit=None):
    """A curve on [0, n] with a point at each whole number."""
    axis = Axis(F(0), F(len(lines)))
    points = [axis.point(F(t)) for t in range(len(lines) + 1)]
    return simplified(points, lines, list(map(F, values)), causes, limit)


def test_an_axis_makes_each_point_once():
    axis = Axis(F(0), F(1))
    assert axis.point(F(2, 4)) is axis.point(F(1, 2))
    assert axis.point(F(0)) is axis.start
    line = axis.straight((F(2), F(1)))
    assert (line.points, line.values, line.events) == ([axis.start, axis.end], [1, 3], [])


def test_a_point_at_which_nothing_changes_goes_even_if_it_had_a_cause():
    found = curve([FLAT, FLAT, UP], [1, 1, 5, 7], [NOBODY, SOME, OTHER, NOBODY])
    assert [point.t for point in found.points] == [0, 2, 3]
    assert (found.lines, found.values) == ([FLAT, UP], [1, 5, 7])
    [event] = found.events
    # The line 1 becomes 2t + 1, whose value is that at the point: it turns by 2 and jumps by 4.
    assert event == (found.points[1], 2, 0, 0, OTHER)


def test_a_value_off_the_line_is_an_event_within_and_at_both_ends():
    found = curve([FLAT, FLAT], [0, 3, 4], [SOME, OTHER, SOME])
    assert [(event.point.t, *event[1:]) for event in found.events] == [
        (0, 0, 0, -1, SOME),
        (1, 0, 0, 2, OTHER),
        (2, 0, 0, 3, SOME),
    ]
    assert len(found.lines) == 2


def test_the_limit_counts_the_pieces_that_are_left():
    causes = [NOBODY] * 4
    assert len(curve([FLAT, FLAT, UP], [1, 1, 5, 7], causes, limit=2).lines) == 2
    with pytest.raises(TooManyError, match=r"^3 pieces$"):
        curve([FLAT, UP, STEP], [1, 1, 9, 13], causes, limit=2)


def test_scaled_by_0_is_flat_and_negated_keeps_the_causes():
    found = curve([FLAT, UP], [1, 4, 5], [NOBODY, SOME, NOBODY])
    flat = scaled(found, F(0), F(7))
    assert (flat.lines, flat.values, flat.events) == ([(0, 7)], [7, 7], [])
    [event] = scaled(found, F(-1)).events
    assert event[1:] == (-2, 0, -1, SOME)


def test_a_curve_of_too_many_digits_says_what_to_do():
    assert str(too_long("h3")) == (
        "the exact curve of h3 has numbers of more than 4,000 digits; take nodes nearer to the "
        "inputs or weights of fewer digits, or see the curve with `deepgraph plot`"
    )


def test_a_limit_of_too_many_digits_is_that_of_its_node():
    """y = step(5ⁿ/7ᵐ·x − 1/11)·(2/3)ᵏ·x jumps at a t of 790 digits to one of 4,300."""
    chain = [f"h{number}" for number in range(9)]
    edges = [(before, name, f"{2**1315}/{3**830}") for before, name in pairwise(["x", *chain])]
    edges += [("x", "g", f"{5**560}/{7**465}"), ("c", "g", f"-{10**380}/{11**380}")]
    net = small(
        ("g", {"name": "step", "at_zero": 0}),
        *((name, "identity") for name in chain),
        ("y", "identity", "product"),
        edges=[*edges, ("g", "y", 1), (chain[-1], "y", 1)],
    )
    with pytest.raises(InputError) as caught:
        net.kinks({"x": (-100, 100)})
    assert str(caught.value) == str(too_long("y"))
    assert not node_curves(net, along_input(net, {"x": (-100, 100)}, {})).nodes["y"].exact
