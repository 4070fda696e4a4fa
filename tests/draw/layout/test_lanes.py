"""The lines of edges, and the one that each edge takes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deepgraph.draw.layout.geometry import polyline
from deepgraph.draw.layout.lanes import End, Way, flattened, rim, rounded
from deepgraph.draw.layout.routing import routed

CIRCLE = End(0.0, 0.0, 50.0, 50.0, round=True)
BOX = End(0.0, 0.0, 60.0, 20.0, round=False)


@pytest.mark.parametrize("turn", np.linspace(0, 2 * math.pi, 17))
def test_edges_end_at_the_rim_on_the_way_to_the_middle(turn: float) -> None:
    towards = 300 * math.cos(turn), 300 * math.sin(turn)
    x, y = rim(CIRCLE, towards)
    assert math.hypot(x, y) == pytest.approx(50)
    assert x * towards[1] == pytest.approx(y * towards[0], abs=1e-6)
    x, y = rim(BOX, towards)
    assert max(abs(x) / 60, abs(y) / 20) == pytest.approx(1)


def test_round_corners_stay_near_the_corners() -> None:
    points = [(0.0, 0.0), (100.0, 0.0), (100.0, 90.0), (300.0, 90.0)]
    curve = rounded(points)
    assert (curve[0], curve[-1]) == (points[0], points[-1])
    assert (len(curve) - 1) % 3 == 0
    for line in (flattened(curve), polyline(curve)):
        assert line[:, 0].max() <= 300
        assert line[:, 1].max() <= 90.001
        for corner in points[1:-1]:
            gap = np.hypot(*(line - corner).T).min()
            assert 1 < gap < 25


def test_an_edge_passes_beside_a_node_in_its_way() -> None:
    target = End(400.0, 600.0, 50.0, 50.0, round=True)
    neighbour = (2, 0.0, 120.0, 100.0, 100.0, True)
    rooms = [(0, 0.0, 0.0, 100.0, 100.0, True), (1, 400.0, 600.0, 100.0, 100.0, True)]
    way = Way(CIRCLE, target, [], 50.0, 350.0)
    for others, straight in (([], True), ([neighbour], True)):
        [line] = routed([way], [(0, 1)], [*rooms, *others])
        assert (len(line) == 2) is straight
    steep = Way(CIRCLE, End(160.0, 900.0, 50.0, 50.0, round=True), [], 50.0, 110.0)
    rooms[1] = (1, 160.0, 900.0, 100.0, 100.0, True)
    [line] = routed([steep], [(0, 1)], [*rooms, neighbour])
    assert len(line) > 2
    assert min(np.hypot(*(polyline(line) - (0.0, 120.0)).T)) > 50


def test_a_steep_lane_enters_from_above() -> None:
    target = End(500.0, 0.0, 50.0, 50.0, round=True)
    way = Way(CIRCLE, target, [(150.0, 350.0, -300.0)], 50.0, 450.0)
    rooms = [(0, 0.0, 0.0, 100.0, 100.0, True), (1, 500.0, 0.0, 100.0, 100.0, True)]
    [line] = routed([way], [(0, 1)], rooms)
    assert line[-1] == pytest.approx((500.0, -50.0))
    # A bias above the node is in the way.
    [line] = routed([way], [(0, 1)], [*rooms, (1, 500.0, -78.0, 90.0, 26.0, False)])
    assert line[-1] != pytest.approx((500.0, -50.0))


LANE = End(800.0, 0.0, 50.0, 50.0, round=True)
ENDS = [(0, 0.0, 0.0, 100.0, 100.0, True), (1, 800.0, 0.0, 100.0, 100.0, True)]


@pytest.mark.parametrize("aside", [-30.0, 12.0, 34.0])
def test_a_lane_beside_the_middle_of_its_source_is_left_level(aside: float) -> None:
    way = Way(CIRCLE, LANE, [(150.0, 650.0, aside)], 50.0, 750.0)
    [line] = routed([way], [(0, 1)], ENDS)
    assert math.hypot(*line[0]) == pytest.approx(50)
    assert {round(y, 9) for x, y in flattened(line) if x <= 600} == {aside}


def test_a_lane_farther_from_the_middle_is_left_from_the_middle() -> None:
    way = Way(CIRCLE, LANE, [(150.0, 650.0, 45.0)], 50.0, 750.0)
    [line] = routed([way], [(0, 1)], ENDS)
    assert line[0] == pytest.approx(rim(CIRCLE, (150.0, 45.0)))


def test_no_line_is_left_level_at_the_price_of_a_crossing() -> None:
    way = Way(CIRCLE, LANE, [(150.0, 650.0, -20.0)], 50.0, 750.0)
    for across, level in ((-120.0, False), (120.0, True)):
        other = Way(CIRCLE, End(300.0, across, 50.0, 50.0, round=True), [], 50.0, 250.0)
        rooms = [*ENDS, (2, 300.0, across, 100.0, 100.0, True)]
        line, _ = routed([way, other], [(0, 1), (0, 2)], rooms)
        assert (line[0][1] == -20.0) is level
