"""Curves and maps in JavaScript against the network itself."""

from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from tests.support.live import run_networks
from tests.support.strategies import SPECS, bits

CURVES = """
const main = ({ inputs, input, range, points }) =>
  curvesOver(programs[0], programs[0].values, inputs, input, range, points);
"""
MAPS = """
const main = ({ inputs, across, up, nodes, n }) => ({
  maps: mapOver(programs[0], programs[0].values, inputs, across, up, nodes, n),
  classes: classMap(programs[0], programs[0].values, inputs, across, up, n),
});
"""


@pytest.mark.parametrize("points", [2, 101, 700])
def test_curves_are_the_values_along_the_input(points):
    net = deepgraph.load(SPECS / "xor.json")
    given = {"inputs": [0.25, 0.75], "input": 1, "range": [-1, 0.3], "points": points}
    found = run_networks(CURVES, [net], given)
    x = np.array(found["x"])
    assert (x[0], x[-1]) == (-1, 0.3)
    assert np.allclose(np.diff(x), 1.3 / (points - 1))
    trace = net.trace(np.stack([np.full(points, 0.25), x], 1))
    for name in ("z", "a"):
        assert (bits(np.array(found[name], float)) == bits(getattr(trace, name).ravel())).all()


def test_maps_are_the_values_in_the_middles_of_the_cells():
    net = deepgraph.load(SPECS / "xor.json")
    n, nodes = 30, [net.index["h1"], net.index["y"]]
    given = {
        "inputs": [9, 9],
        "across": {"input": 0, "range": [0, 3]},
        "up": {"input": 1, "range": [-1, 2]},
        "nodes": nodes,
        "n": n,
    }
    found = run_networks(MAPS, [net], given)
    cells = (np.arange(n) + 0.5) * 3 / n
    up, across = np.meshgrid(cells - 1, cells, indexing="ij")
    trace = net.trace(np.stack([across.ravel(), up.ravel()], 1))
    for node, values in zip(nodes, found["maps"], strict=True):
        assert np.allclose(values, trace.a[node], rtol=0, atol=1e-14)
    assert found["classes"] is None


def test_class_maps():
    net = deepgraph.load(SPECS / "iris.json")
    n, held = 20, [5.8, 3.0, 3.7, 1.2]
    given = {
        "inputs": held,
        "across": {"input": 2, "range": [1, 7]},
        "up": {"input": 3, "range": [0, 2.5]},
        "nodes": [],
        "n": n,
    }
    found = run_networks(MAPS, [net], given)["classes"]
    middles = (np.arange(n) + 0.5) / n
    X = np.tile(held, (n * n, 1))
    X[:, 2], X[:, 3] = np.tile(1 + 6 * middles, n), np.repeat(2.5 * middles, n)
    expected = net.classes.predicted(net.trace(X).a[net.outputs])
    assert found == expected.tolist()
    assert len(set(found)) == 3
