"""Grids: the place of each plot, the edges between them, the lines where activations bend."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

import deepgraph
from deepgraph.kinks.curves import neurons, node_curves
from deepgraph.kinks.sweep import along_input
from deepgraph.plot import canvas, grids
from deepgraph.plot.maps import Plane
from tests.support.strategies import SPECS, network


def test_lines_in_a_grid_of_maps_are_where_activations_bend():
    names = ["relu", "hard_tanh", "tanh", "identity", "softmax"]
    spec = {
        "deepgraph": 1,
        "nodes": [
            *({"id": name, "kind": "input"} for name in ("u", "v")),
            *({"id": name, "kind": "output", "activation": name} for name in names),
        ],
        "edges": [
            {"source": source, "target": name, "weight": 2} for name in names for source in "uv"
        ],
    }
    net = network(spec)
    with canvas.Canvas("light") as paper:
        plane = Plane.over(net, {"u": (-1, 1), "v": (-1, 1)}, None)
        grids.draw_maps(paper, net, plane, names, pre_activations=False)
        found = {}
        for name, axes in zip(names, paper.figure.axes, strict=True):
            places = [p.vertices for lines in axes.collections for p in lines.get_paths()]
            found[name] = {round(2 * float(place.sum()), 6) for path in places for place in path}
    assert found == {
        "relu": {0.0}, "hard_tanh": {-1.0, 1.0}, "tanh": {0.0}, "identity": set(), "softmax": set(),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["deep_state", "irregular", "full_adder"])
def test_the_plots_of_a_grid_stand_apart(name):
    net = deepgraph.load(SPECS / f"{name}.json")
    first, *others = net.input_names
    way = along_input(net, {first: (-1, 1)}, dict.fromkeys(others, 1))
    with canvas.Canvas("light") as paper:
        grids.draw_curves(paper, net, node_curves(net, way))
        paper.figure.draw_without_rendering()
        rooms = [axes.get_tightbbox() for axes in paper.figure.axes]
        size = paper.figure.bbox
    assert len(rooms) == len(neurons(net))
    assert all(size.contains(*corner) for room in rooms for corner in room.corners())
    assert not any(one.overlaps(other) for one, other in combinations(rooms, 2))


@pytest.mark.parametrize("name", ["deep_state", "iris", "half_adder"])
def test_the_lines_of_a_grid_end_at_its_boxes(name):
    net = deepgraph.load(SPECS / f"{name}.json")
    first, *others = net.input_names
    with canvas.Canvas("light") as paper:
        grids.draw_curves(
            paper,
            net,
            node_curves(net, along_input(net, {first: (0, 1)}, dict.fromkeys(others, 1))),
        )
        size = np.array([paper.figure.bbox.width, paper.figure.bbox.height])
        drawn = paper.figure.artists + paper.figure.patches
        boxes = [patch.get_bbox() for patch in drawn if type(patch).__name__ == "FancyBboxPatch"]
        ends = [
            patch.get_path().vertices[[0, -1]]
            for patch in drawn
            if type(patch).__name__ == "PathPatch"
        ]
    assert ends
    for path in ends:
        for end in path:
            gaps = [
                np.hypot(*(np.maximum(np.maximum(box.min - end, end - box.max), 0) * size))
                for box in boxes
            ]
            assert min(gaps) < 6  # corners are round
