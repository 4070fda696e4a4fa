"""Exported GraphML: the same network comes back."""

from __future__ import annotations

import io
import json

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.formats import writers
from tests.support.strategies import GALLERY, examples, inputs, network, same, specs


def back(net):
    graph = nx.read_graphml(io.BytesIO(writers.write(net, "graphml")))
    return deepgraph.Network.from_networkx(graph)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery(path):
    net = deepgraph.load(path)
    X = np.random.default_rng(0).standard_normal((50, len(net.inputs)))
    assert same(back(net)(X, exact=True), net(X, exact=True))


@examples(40)
@given(st.data())
def test_random_networks(data):
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    assert same(back(net)(X, exact=True), net(X, exact=True))


def test_missing_values_stay_missing():
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "label": "w1"}],
    }
    assert np.isnan(back(network(spec)).parameters["w1"])


def test_what_xml_cannot_write_is_refused():
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input", "note": "a\u0001b"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y"}],
    }
    net = deepgraph.loads(json.dumps(spec))
    with pytest.raises(deepgraph.InputError, match=r'node "x": note holds U\+0001, which GraphML'):
        writers.write(net, "graphml")
