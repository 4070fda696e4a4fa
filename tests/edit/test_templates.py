from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from deepgraph import spec
from deepgraph.edit.templates import dense, read_shape
from deepgraph.errors import InputError
from deepgraph.functions.activations import ACTIVATIONS, names
from deepgraph.graph.shape import is_layered, layer_sizes

SEED_NETWORK = """{
  "deepgraph": 1,
  "name": "1-2-2-1",
  "nodes": [
    {"id": "x", "kind": "input"},
    {"id": "b1", "kind": "bias"},
    {"id": "b2", "kind": "bias"},
    {"id": "b3", "kind": "bias"},
    {"id": "b4", "kind": "bias"},
    {"id": "b5", "kind": "bias"},
    {"id": "h1", "activation": "relu"},
    {"id": "h2", "activation": "relu"},
    {"id": "g1", "activation": "relu"},
    {"id": "g2", "activation": "relu"},
    {"id": "y", "kind": "output"}
  ],
  "edges": [
    {"source": "x", "target": "h1", "label": "w1"},
    {"source": "x", "target": "h2", "label": "w2"},
    {"source": "h1", "target": "g1", "label": "w3"},
    {"source": "h1", "target": "g2", "label": "w4"},
    {"source": "h2", "target": "g1", "label": "w5"},
    {"source": "h2", "target": "g2", "label": "w6"},
    {"source": "g1", "target": "y", "label": "w7"},
    {"source": "g2", "target": "y", "label": "w8"},
    {"source": "b1", "target": "h1"},
    {"source": "b2", "target": "h2"},
    {"source": "b3", "target": "g1"},
    {"source": "b4", "target": "g2"},
    {"source": "b5", "target": "y"}
  ],
  "groups": {"w35": ["w3", "w5"], "w46": ["w4", "w6"], "w78": ["w7", "w8"]}
}
"""


def test_the_seed_network() -> None:
    assert spec.write(dense([1, 2, 2, 1])) == SEED_NETWORK


def test_names_of_nodes() -> None:
    ids = [node.id for node in dense([2, 1, 1, 3]).nodes if node.kind != "bias"]
    assert ids == ["x1", "x2", "h1", "g1", "y1", "y2", "y3"]
    many = dense([1, 2, 1, 1, 1])
    ids = [node.id for node in many.nodes if node.kind == "hidden"]
    assert ids == ["h1_1", "h1_2", "h2_1", "h3_1"]


def test_groups() -> None:
    assert list(dense([3, 3]).groups) == ["w147", "w258", "w369"]  # nine weights
    assert list(dense([5, 2]).groups) == ["w1,3,5,7,9", "w2,4,6,8,10"]
    assert dense([1, 4]).groups == {}


@pytest.mark.parametrize("sizes", [[1, 1], [1, 2, 2, 1], [3, 1, 2], [4, 8, 3], [2] * 14])
@pytest.mark.parametrize("activation", ["tanh", "softmax"])
def test_layers_are_the_same_network(sizes: list[int], activation: str) -> None:
    rng = np.random.default_rng(1)
    graph = deepgraph.Network(dense(sizes, activation, "softmax"))
    layers = deepgraph.Network(dense(sizes, activation, "softmax", layers=True))
    assert is_layered(graph)
    assert layer_sizes(graph) == layer_sizes(layers) == sizes
    graph = graph.initialised(1)
    weights = {
        pair: graph.weights[edge]
        for edge, pair in enumerate(_pairs(graph))
        if graph.edge_parameter[edge] >= 0
    }
    values = layers.parameters.values.copy()
    for edge, pair in enumerate(_pairs(layers)):
        number = layers.edge_parameter[edge]
        if number >= 0:
            values[number] = weights[pair]
    biases = iter(node for node in range(len(graph.ids)) if graph.kind_name(node) == "bias")
    for node in range(len(layers.ids)):
        if layers.kind_name(node) == "bias":
            values[layers.node_parameter[node]] = graph.bias_value(next(biases))
    X = rng.normal(size=(20, sizes[0]))
    np.testing.assert_array_equal(graph(X), layers.with_values(values)(X))


def _pairs(network: deepgraph.Network) -> list[tuple[str, str]]:
    ends = zip(network.source, network.target, strict=True)
    return [(network.ids[source], network.ids[target]) for source, target in ends]


@pytest.mark.parametrize("name", [*names(), *(a for r in ACTIVATIONS.values() for a in r.aliases)])
def test_any_activation(name: str) -> None:
    for layers in (False, True):
        deepgraph.Network(dense([2, 2, 2, 2], name, name, layers=layers))


@pytest.mark.parametrize(
    "text", ["", "1", "1-", "-1-2", "a-b", "1--2", "1 - 2", "1-2.5", "١-٢", "²-1"]
)
def test_no_shape(text: str) -> None:
    with pytest.raises(InputError, match="is no shape; write the sizes of two layers or more"):
        read_shape(text)


@pytest.mark.parametrize(
    ("sizes", "layers", "message"),
    [
        ([3], False, "two layers or more"),
        ([1, 0, 1], False, "a layer has 1 to 1,000,000 nodes"),
        ([100, 100, 1], False, "10,100 weights are too many .* layers=True"),
        ([1_000_001, 1], True, "a layer has 1 to 1,000,000 nodes"),
        ([20_000, 20_000], True, "one layer has at most 100,000,000 weights"),
    ],
)
def test_sizes_that_are_refused(sizes: list[int], layers: bool, message: str) -> None:
    with pytest.raises(InputError, match=message):
        dense(sizes, layers=layers)


def test_unknown_activation() -> None:
    with pytest.raises(InputError, match='unknown activation "rleu"; did you mean "relu"'):
        dense([1, 1, 1], "rleu")
    with pytest.raises(InputError, match='unknown activation "sofmax"; did you mean "softmax"'):
        dense([1, 1, 1], output_activation="sofmax")
    with pytest.raises(InputError, match="at most 1,000,000 nodes"):
        read_shape("1-" + "9" * 5000)
