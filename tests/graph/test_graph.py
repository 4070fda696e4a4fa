"""The graph of arrays: copies with other values."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import deepgraph
from tests.support.strategies import SPECS


def test_other_values_have_other_weights_and_the_same_structure():
    net = deepgraph.load(SPECS / "deep_state.json")
    before = net.weights
    other = net.with_values(2 * net.parameters.values)
    assert other.weights.tolist() == [
        1 if e < 0 else 2 * w for e, w in zip(net.edge_parameter, before, strict=True)
    ]
    assert net.weights is before
    assert other.source is net.source
    assert other.spec is net.spec
    assert other.as_written().parameters.values.tolist() == net.parameters.values.tolist()


def test_a_frozen_copy_has_a_graph_of_its_own():
    net = deepgraph.load(SPECS / "deep_state.json")
    assert "trainable" not in net.graph.edges["h1", "g1"]
    frozen = net.frozen(["w3"])
    assert frozen.graph.edges["h1", "g1"]["trainable"] is False
    assert "trainable" not in net.graph.edges["h1", "g1"]
    back = deepgraph.Network.from_networkx(frozen.graph)
    assert np.array_equal(back.parameters.trainable, frozen.parameters.trainable)
    assert frozen.as_written().graph.edges["h1", "g1"]["trainable"] is False


@pytest.mark.slow
def test_values_are_changed_while_another_thread_computes():
    """A copy must not be taken of caches that are being filled."""
    net, failures = deepgraph.load(SPECS / "deep_state.json"), []
    X = np.array([[0.5]])

    def compute():
        for _ in range(300):
            fresh = net.with_values(net.parameters.values)
            stop = threading.Event()

            def call(fresh=fresh, stop=stop):
                fresh(X)
                stop.set()

            threading.Thread(target=call).start()
            try:
                while not stop.is_set():
                    fresh.with_values(fresh.parameters.values)
            except RuntimeError as error:
                failures.append(error)
            stop.wait(10)

    compute()
    assert failures == []
