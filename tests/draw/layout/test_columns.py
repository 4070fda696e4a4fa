"""Columns and their distances: grids, lanes between their rows, proportions."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from deepgraph import draw
from deepgraph.draw.layout.columns import Columns
from deepgraph.draw.layout.distances import CROSSED, SHARE, measured
from deepgraph.draw.layout.geometry import polyline
from deepgraph.draw.layout.routes import blocked
from deepgraph.edit.templates import dense
from deepgraph.loading import loads
from deepgraph.network import Network
from tests.support.convolution import convolution

if TYPE_CHECKING:
    from deepgraph.draw.layout.records import Layout
    from deepgraph.draw.view.records import View


def picture(network: Network, **options: Any) -> tuple[View, Layout]:
    drawing = draw.prepare(network, **options)
    return drawing.view, drawing.layout


@pytest.mark.parametrize("direction", ["right", "down"])
def test_a_layer_is_drawn_as_the_grid_that_its_spec_says(direction: str) -> None:
    _, layout = picture(convolution(3, 3, 2), direction=direction)
    places = np.array([(box.x, box.y) for box in layout.boxes[:9]]).reshape(3, 3, 2)
    assert np.ptp(places[..., 0], axis=0) == pytest.approx(0)
    assert np.ptp(places[..., 1], axis=1) == pytest.approx(0)
    assert (np.diff(places[0, :, 0]) > layout.boxes[0].width).all()
    assert (np.diff(places[:, 0, 1]) > layout.boxes[0].height).all()


@pytest.mark.parametrize("direction", ["right", "down"])
def test_edges_of_a_grid_pass_between_its_nodes(direction: str) -> None:
    view, layout = picture(convolution(3, 3, 2), direction=direction)
    assert blocked(view, list(layout.boxes), [list(c) for c in layout.curves], []) == []


@pytest.mark.parametrize("direction", ["right", "down"])
def test_each_edge_of_a_node_in_a_grid_has_a_track_of_its_own(direction: str) -> None:
    view, layout = picture(convolution(4, 4, 3), direction=direction)
    lines = [polyline(list(curve)) for curve in layout.curves]
    ends: dict[int, list[int]] = {}
    for number, edge in enumerate(view.edges):
        if len(layout.curves[number]) > 2:
            ends.setdefault(edge.source, []).append(number)
    pairs = [pair for edges in ends.values() for pair in combinations(edges, 2)]
    assert len(pairs) == 30
    for one, other in pairs:
        first, second = (resampled(lines[number]) for number in (one, other))
        assert np.hypot(*(first[:, None] - second[None]).transpose(2, 0, 1)).min() > 2


def resampled(line: Any) -> Any:
    """(points, 2) at every px of a line."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, arc[-1], 1.0)
    return np.stack([np.interp(at, arc, line[:, axis]) for axis in (0, 1)], axis=1)


def test_a_grid_that_is_not_shown_whole_is_a_column() -> None:
    _, layout = picture(convolution(3, 3, 2), focus="h0")
    inputs = [box.x for box in layout.boxes[:4]]
    assert np.ptp(inputs) == 0


def test_a_grid_is_as_wide_as_its_rows_and_columns() -> None:
    large: dict[str, Any] = {"deepgraph": 1, "layers": [{"id": "x", "size": 64, "grid": [8, 8]}]}
    large["nodes"] = [{"id": "y", "kind": "output"}]
    large["edges"] = [{"source": f"x{n}", "target": "y"} for n in range(1, 65)]
    view, layout = picture(loads(json.dumps(large)))
    assert sum(node.kind == "input" for node in view.nodes) == 64
    assert 0.5 < layout.width / layout.height < 2
    view, _ = picture(loads(json.dumps(large)), max_width=7)
    assert sum(node.kind == "input" for node in view.nodes) < 7


def columns_of(*sizes: int, **options: Any) -> Columns:
    network = Network(dense(list(sizes), "tanh")).initialised(1)
    return Columns(draw.prepare(network, **options).view, options.get("direction", "right"))


@pytest.mark.parametrize("sizes", [(2, 2, 2), (1, 2, 2, 1), (2, 2, 1)])
def test_small_networks_have_the_usual_distances(sizes: tuple[int, ...]) -> None:
    columns = columns_of(*sizes, weights="both", precision=2)
    found = measured(columns)
    for column in range(1, len(sizes)):
        crossed = min(sizes[column - 1 : column + 1]) > 1
        start, end = found.middles[column - 1 : column + 1]
        assert end - start == pytest.approx(354 if crossed else 306, abs=16)
        at = start + (CROSSED if crossed else SHARE) * (end - start)
        assert found.lines[column] == pytest.approx(at)


@pytest.mark.parametrize("sizes", [(4, 8, 3), (8, 8), (3, 6, 6, 2), (12, 4)])
def test_columns_are_equally_tall_and_pictures_no_ribbons(sizes: tuple[int, ...]) -> None:
    columns = columns_of(*sizes, weights="value")
    found = measured(columns)
    heights = [pitch * count for pitch, count in zip(found.pitches, sizes, strict=True)]
    assert np.ptp(heights) < 1
    drawing = draw.prepare(Network(dense(list(sizes), "tanh")).initialised(1), weights="value")
    assert 0.55 < drawing.layout.width / drawing.layout.height < 2.4


def test_a_long_label_widens_its_gap_alone() -> None:
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "h"}, {"id": "y", "kind": "output"}],
        "edges": [
            {"source": "x", "target": "h", "label": "a_label_of_24_characters", "weight": 0.5},
            {"source": "h", "target": "y", "label": "w", "weight": 0.5},
        ],
    }
    _, layout = picture(loads(json.dumps(spec)))
    first, second = np.diff([box.x for box in layout.boxes])
    assert first > second + 50
    assert second == pytest.approx(306, abs=1)
