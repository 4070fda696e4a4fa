"""Gaps of labels in slanted lines have square ends, and foreign lines keep all of theirs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deepgraph import draw
from deepgraph.draw.output.gaps import square_gap
from tests.support.picture import spec

GROUND = (170.0, 90.0, 60.0, 20.0)
"""Of a label whose middle is at (200, 100)."""


@pytest.mark.parametrize("degrees", [12, 30, 60, 75, 120, 200, 300])
def test_both_borders_of_the_line_are_free(degrees: int) -> None:
    angle, width = math.radians(degrees), 4.0
    way = np.array([math.cos(angle), math.sin(angle)])
    middle = np.array([200.0, 100.0])
    found = square_gap([tuple(middle - 150 * way), tuple(middle + 150 * way)], GROUND, width)
    assert found is not None
    aside = np.array([-way[1], way[0]]) * width / 2
    for end, towards in zip(found, (-1, 1), strict=True):
        assert np.dot(np.array(end) - middle, way) * towards > 0
        out = [_outside(np.array(end) + sign * aside) for sign in (-1, 1)]
        assert max(out) >= min(out) >= -1e-9
        assert min(out) < 1e-9  # and no farther than it must


def _outside(point: np.ndarray) -> float:
    """Px from the rectangle to a point, negative inside."""
    left, top, wide, high = GROUND
    x, y = point
    return float(max(left - x, x - left - wide, top - y, y - top - high))


def test_what_is_cut_square_stays() -> None:
    assert square_gap([(0.0, 100.0), (400.0, 100.0)], GROUND, 4.0) is None
    assert square_gap([(200.0, 0.0), (200.0, 200.0)], GROUND, 4.0) is None
    assert square_gap([(200.0, 100.0), (200.0, 100.0)], GROUND, 4.0) is None


def test_a_curve_keeps_what_is_not_straight() -> None:
    bent = [(0.0, 160.0), (120.0, 160.0), (190.0, 130.0), (200.0, 100.0)]
    bent += [(210.0, 70.0), (240.0, 40.0), (400.0, 40.0)]
    assert square_gap(bent, GROUND, 4.0) is None
    assert square_gap([(190.0, 95.0), (210.0, 105.0)], GROUND, 4.0) is None  # too short for it


def test_a_picture_has_them_for_slanted_lines_alone() -> None:
    network = spec(
        [("x", "input"), ("y", "output"), ("z", "output")],
        [("x", "y", {"label": "w12", "weight": 1}), ("x", "z", {"label": "w13", "weight": -1})],
    )
    assert draw.render(network).decode().count("<path d=") == 6  # lines, heads, gaps
    without = draw.render(network, weights="none", legend=False)
    assert without.decode().count("<path d=") == 4
    level = spec([("x", "input"), ("y", "output")], [("x", "y", {"label": "w", "weight": 1})])
    assert draw.render(level).decode().count("<path d=") == 2
