"""What Python and notebooks show of results: a line that a person can read, and no dump."""

from __future__ import annotations

import pytest

import deepgraph
from deepgraph.spec import gallery


@pytest.fixture
def network() -> deepgraph.Network:
    return deepgraph.load(gallery.path("deep_state"))


def test_a_line_for_each_result(network: deepgraph.Network) -> None:
    point = {"x": 0.5}
    training = deepgraph.train.fit(network, {"x": [0, 1]}, {"y": [0, 1]}, epochs=3)
    assert [
        repr(found)
        for found in (
            network,
            network.trace(point),
            network.gradient(point, {"y": 1}),
            network.kinks({"x": (-1, 1)}),
            training,
        )
    ] == [
        "<Network deep_state: 6 nodes, 13 parameters>",
        "<Trace of deep_state: 11 nodes, 1 row>",
        "<Gradient of deep_state: loss 0.1315, 13 parameters, 1 row>",
        "<Kinks over x from -1 to 1: 4 kinks of y>",
        "<Training of deep_state: half_squared_error 0.2349 → 0.1493 in epoch 3 of 3>",
    ]


def test_kinks_are_counted_in_words(network: deepgraph.Network) -> None:
    assert repr(network.kinks({"x": (0.7, 1)})) == "<Kinks over x from 7/10 to 1: 0 kinks of y>"
    counts = repr(network.kinks({"x": (-1, 1)}, nodes=["h1", "g1"])).partition(": ")[2]
    assert counts == "1 kink of h1, 2 kinks of g1>"
