from __future__ import annotations

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph import Network, SpecError
from tests.support.strategies import GALLERY, inputs, network, same, specs


@given(st.data())
def test_there_and_back_gives_the_same_bits(data):
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    back = Network.from_networkx(net.graph)
    assert back.ids == net.ids
    for dtype in (np.float64, np.float32):
        left, right = net.trace(X, dtype=dtype), back.trace(X, dtype=dtype)
        assert same(left.z, right.z)
        assert same(left.a, right.a)
    assert nx.utils.graphs_equal(back.graph, net.graph)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_there_and_back(path, tmp_path):
    net = deepgraph.load(path)
    X = np.random.default_rng(0).standard_normal((5, len(net.inputs)))
    back = Network.from_networkx(net.graph)
    assert same(net.trace(X).a, back.trace(X).a)
    assert back.spec.groups == net.spec.groups
    assert back.spec.examples == net.spec.examples
    back.save(tmp_path / "back.json")
    assert same(deepgraph.load(tmp_path / "back.json").trace(X).a, back.trace(X).a)


SPEC = {
    "deepgraph": 1,
    "name": "n",
    "nodes": [
        {"id": "x", "kind": "input", "label": "X", "note": "first"},
        {"id": "b", "kind": "bias", "value": 2, "trainable": False},
        {"id": "h", "activation": {"name": "elu", "alpha": 2}, "aggregation": "max", "layer": "c"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w", "weight": "1/4", "trainable": False},
        {"source": "b", "target": "h", "note": "a wire"},
        {"source": "h", "target": "y", "weight": None},
    ],
    "groups": {"g": ["w"]},
    "style": {"theme": "dark"},
}


def test_the_attributes_are_those_of_the_spec():
    graph = network(SPEC).graph
    assert dict(graph.nodes(data=True)) == {
        "x": {"kind": "input", "label": "X", "note": "first"},
        "b": {"kind": "bias", "value": 2.0, "trainable": False},
        "h": {
            "kind": "hidden",
            "activation": {"name": "elu", "alpha": 2},
            "aggregation": "max",
            "layer": "c",
        },
        "y": {"kind": "output", "activation": "identity", "aggregation": "sum"},
    }
    assert list(graph.edges(data=True)) == [
        ("x", "h", {"label": "w", "weight": 0.25, "trainable": False}),
        ("b", "h", {"note": "a wire"}),
        ("h", "y", {"weight": None}),
    ]
    assert graph.graph == {"name": "n", "groups": {"g": ["w"]}, "style": {"theme": "dark"}}
    back = Network.from_networkx(graph)
    assert not back.parameters.trainable[back.parameters.find("w")]
    assert not back.parameters.trainable[back.parameters.find("b")]
    assert back.parameters.trainable[back.parameters.numbers["h", "y"]]


def test_layers_are_spelled_out():
    net = network(
        {
            "deepgraph": 1,
            "layers": [
                {"id": "x", "size": 2},
                {"id": "y", "size": 1, "weights": "W", "bias": "b", "activation": "softmax"},
            ],
            "parameters": {"W": [[1, 2]], "b": [3]},
        }
    )
    assert list(net.graph.edges(data=True)) == [
        ("x1", "y", {"label": "W[1,1]", "weight": 1.0}),
        ("x2", "y", {"label": "W[1,2]", "weight": 2.0}),
        ("b[1]", "y", {}),
    ]
    assert net.graph.nodes["b[1]"] == {"kind": "bias", "value": 3.0}
    assert net.graph.nodes["y"]["layer"] == "y"


def test_a_plain_graph_becomes_a_network():
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(
        [("x", "h", 2), (1, "h", Fraction(1, 2)), ("h", "y", np.float64(3))]
    )
    graph.nodes["h"]["activation"] = "relu"
    net = Network.from_networkx(graph)
    assert [net.kind_name(node) for node in range(4)] == ["input", "hidden", "input", "output"]
    assert net({"x": 1.0, "1": 2.0}).tolist() == [[9.0]]


def test_the_order_of_the_sum_is_that_in_which_edges_were_added():
    graph = nx.DiGraph()
    graph.add_nodes_from(["a", "b", "c", "y"])
    for name in ("b", "c", "a"):
        graph.add_edge(name, "y")
    net = Network.from_networkx(graph)
    values = {"a": 1.0, "b": 1e16, "c": -1e16}
    assert net(values)[0, 0] == (values["b"] + values["c"]) + values["a"]
    assert net(values)[0, 0] != (values["a"] + values["b"]) + values["c"]


def test_a_changed_copy_makes_another_network():
    net = network(SPEC)
    graph = net.graph.copy()
    graph.edges["h", "y"]["weight"] = 2
    graph.remove_edge("b", "h")
    graph.remove_node("b")
    assert Network.from_networkx(graph)([[8.0]]).tolist() == [[4.0]]


def digraph(nodes=(), edges=()):
    graph = nx.DiGraph()
    graph.add_nodes_from([("x", {}), ("y", {})])
    graph.add_edge("x", "y")
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return graph


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (nx.Graph([("x", "y")]), "directed and with one edge a pair, got Graph"),
        (nx.MultiDiGraph([("x", "y")]), "directed and with one edge a pair, got MultiDiGraph"),
        (
            digraph([("y", {"bias": 1})]),
            (
                "graph:node 'y': unknown attribute \"bias\"; a spec has kind, activation, "
                "aggregation, label, layer, value, trainable, note"
            ),
        ),
        (
            digraph(edges=[("x", "y", {"w": 1})]),
            "graph:edge 'x' → 'y': unknown attribute \"w\"; a spec has label, weight, trainable,",
        ),
        (
            digraph(edges=[("x", "y", {"weight": float("nan")})]),
            "graph:edge 'x' → 'y': weight: nan cannot stand in a spec; its numbers are finite",
        ),
        (digraph(edges=[("x", "y", {"weight": "heavy"})]), "graph:edge 'x' → 'y': weight:"),
        (digraph(edges=[("x", "y", {"weight": [1]})]), "graph:edge 'x' → 'y': weight:"),
        (
            digraph(edges=[("x", "y", {"label": 3})]),
            'expected a text, got 3; write it in quotes, "3"',
        ),
        (
            digraph([("y", {"kind": "target"})]),
            'node \'y\'.kind: expected "input", "bias", "hidden" or "output"',
        ),
        (digraph([("y", {"activation": "rleu"})]), 'did you mean "relu"?'),
        (digraph(edges=[("y", "x")]), 'these nodes form a cycle: "y" → "x" → "y"'),
        (digraph([(1, {}), ("1", {})]), 'the id "1" is already used'),
        (nx.DiGraph(), "there are no nodes"),
    ],
)
def test_mistakes(graph, message):
    with pytest.raises(SpecError) as caught:
        Network.from_networkx(graph)
    assert message.lower() in str(caught.value).lower()
