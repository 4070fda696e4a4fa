from __future__ import annotations

import json

import deepgraph
from deepgraph.graph.info import describe

NODES = [
    {"id": "x", "kind": "input"},
    {"id": "b", "kind": "bias"},
    {"id": "h", "activation": "relu"},
    {"id": "p", "aggregation": "product"},
    {"id": "y", "kind": "output", "activation": "relu"},
]
EDGES = [
    {"source": "x", "target": "h", "label": "w", "weight": 1},
    {"source": "b", "target": "h"},
    {"source": "x", "target": "p", "label": "w"},
    {"source": "h", "target": "p", "weight": 2, "trainable": False},
    {"source": "b", "target": "p"},
    {"source": "p", "target": "y"},
]


def test_facts_of_an_irregular_network():
    text = json.dumps({"deepgraph": 1, "title": "T", "nodes": NODES, "edges": EDGES})
    found = describe(deepgraph.loads(text, "folder/small.json"))
    assert (found.name, found.title, found.source) == ("small", "T", None)
    assert (found.inputs, found.hidden, found.outputs, found.biases) == (["x"], 2, ["y"], 1)
    assert (found.edges, found.wires) == (6, 3)
    assert (found.parameters, found.frozen, found.trainable, found.uninitialised) == (3, 1, 2, 1)
    assert (found.depth, found.layers) == (3, None)
    assert found.activations == {"relu": 2, "identity": 1}
    assert found.aggregations == {"product": 1}
    assert found.shared == {"b": 2, "w": 2}


def test_layers_and_groups_of_a_layered_network():
    layers = [{"id": "x", "size": 2}, {"id": "y", "size": 3, "weights": "W", "bias": "c"}]
    content = {"deepgraph": 1, "layers": layers, "groups": {"g": ["c[1]"]}}
    found = describe(deepgraph.loads(json.dumps(content)))
    assert (found.layers, found.uninitialised, found.shared) == ([2, 3], 9, {})
    assert found.groups == {"g": ["c[1]"]}
