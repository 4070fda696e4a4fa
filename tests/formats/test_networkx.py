from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph import InputError, Network, SpecError
from deepgraph.spec import Spec, write
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


FORMATS = {
    "graphml": (nx.write_graphml, nx.read_graphml),
    "graphml_xml": (nx.write_graphml_xml, nx.read_graphml),
    "gexf": (nx.write_gexf, nx.read_gexf),
    "pickle": (
        lambda graph, file: file.write_bytes(pickle.dumps(graph)),
        lambda file: pickle.loads(file.read_bytes()),
    ),
    "node_link": (
        lambda graph, file: file.write_text(json.dumps(nx.node_link_data(graph, edges="edges"))),
        lambda file: nx.node_link_graph(json.loads(file.read_text()), edges="edges"),
    ),
}


def stored(net, form, folder):
    """The network that comes back from a file of a format of networkx."""
    write_graph, read_graph = FORMATS[form]
    write_graph(net.graph, folder / "graph")
    return Network.from_networkx(read_graph(folder / "graph"))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_is_stored(path, form, tmp_path):
    net = deepgraph.load(path)
    assert_same_network(stored(net, form, tmp_path), net, form)


@pytest.mark.parametrize("form", FORMATS)
@given(st.data())
def test_a_graph_is_stored(tmp_path_factory, form, data):
    net = network(data.draw(specs()))
    assert_same_network(stored(net, form, tmp_path_factory.mktemp(form)), net, form)


def test_what_is_uninitialised_frozen_or_noted_is_stored(tmp_path):
    for form in FORMATS:
        assert_same_network(stored(network(SPEC), form, tmp_path), network(SPEC), form)


def assert_same_network(back, net, form):
    """The same spec (GEXF keeps only the name of the keys of the whole), the same bits."""
    expected = Network.from_networkx(net.graph).spec
    if form == "gexf":
        kept = {key: getattr(expected, key) for key in ("name", "nodes", "edges")}
        expected = Spec(deepgraph=1, **kept)
    assert write(back.spec) == write(expected)
    assert frozen_edges(back) == frozen_edges(net)
    if len(net.parameters.missing):
        return
    X = np.random.default_rng(0).standard_normal((5, len(net.inputs)))
    assert same(net.trace(X).z, back.trace(X).z)
    with np.errstate(all="ignore"):
        output = dict.fromkeys(net.output_names, 0.25)
        assert same(net.gradient(X, output).edges, back.gradient(X, output).edges)


def frozen_edges(net):
    return [
        number >= 0 and not net.parameters.trainable[number]
        for number in net.edge_parameter.tolist()
    ]


def test_attributes_of_other_tools_are_left_out():
    graph = network(SPEC).graph.copy()
    graph.graph["colour"] = "red"
    nx.set_node_attributes(graph, nx.spring_layout(graph, seed=1), "pos")
    nx.set_node_attributes(graph, {"x": {"viz": {"size": 2.0}, "subset": 0, "rank": 1}})
    nx.set_edge_attributes(graph, 7, "innovation")
    assert write(Network.from_networkx(graph).spec) == write(
        Network.from_networkx(network(SPEC).graph).spec
    )


CHANGES = [
    lambda graph: graph.edges["x", "h"].__setitem__("weight", 1),
    lambda graph: graph["x"]["h"].update(weight=1),
    lambda graph: nx.set_edge_attributes(graph, 1, "weight"),
    lambda graph: nx.set_node_attributes(graph, {"h": "relu"}, "activation"),
    lambda graph: graph.nodes["h"].pop("activation"),
    lambda graph: graph.nodes["h"].setdefault("pos", (0, 0)),
    lambda graph: graph.graph.__setitem__("name", "m"),
    lambda graph: graph.graph.clear(),
    lambda graph: graph.add_edge("x", "y", weight=1),
    lambda graph: graph.add_edges_from([("x", "y")]),
    lambda graph: graph.add_node("z"),
    lambda graph: graph.remove_node("b"),
    lambda graph: graph.remove_edge("b", "h"),
    lambda graph: graph.clear(),
    lambda graph: graph.update(edges=[("x", "y")]),
    lambda graph: nx.relabel_nodes(graph, {"x": "u"}, copy=False),
    lambda graph: graph.subgraph(["x", "h"]).edges["x", "h"].__setitem__("weight", 1),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "copied", [lambda g: g, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))]
)
def test_the_graph_of_a_network_refuses_to_be_changed(change, copied):
    net = network(SPEC)
    graph = copied(net.graph)
    before = nx.node_link_data(graph, edges="edges")
    with pytest.raises(InputError, match=r"change a copy, graph = network\.graph\.copy\(\)"):
        change(graph)
    assert nx.node_link_data(graph, edges="edges") == before
    assert nx.is_frozen(graph)


@pytest.mark.parametrize(
    "copied",
    [
        lambda graph: graph.copy(),
        nx.DiGraph,
        lambda graph: graph.subgraph(["x", "b", "h", "y"]).copy(),
        lambda graph: graph.reverse().reverse(),
        lambda graph: nx.relabel_nodes(graph, {}),
    ],
)
def test_a_copy_can_be_changed(copied):
    net = network(SPEC)
    graph = copied(net.graph)
    graph.edges["h", "y"]["weight"] = 2
    graph.nodes["b"]["value"] = 3
    graph.graph["name"] = "m"
    graph.add_edge("b", "y")
    changed = Network.from_networkx(graph)
    assert (changed.spec.name, changed([[8.0]]).tolist()) == ("m", [[9.0]])
    assert net.graph.edges["h", "y"] == {"uninitialised": True, "order": 2}


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
            "activation": '{"name": "elu", "alpha": 2}',
            "aggregation": "max",
            "layer": "c",
        },
        "y": {"kind": "output", "activation": "identity", "aggregation": "sum"},
    }
    assert list(graph.edges(data=True)) == [
        ("x", "h", {"label": "w", "weight": 0.25, "trainable": False, "order": 0}),
        ("b", "h", {"note": "a wire", "order": 1}),
        ("h", "y", {"uninitialised": True, "order": 2}),
    ]
    texts = {"groups": '{"g": ["w"]}', "style": '{"theme": "dark"}'}
    assert graph.graph == {"name": "n", **texts}
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
        ("x1", "y", {"label": "W[1,1]", "weight": 1.0, "order": 0}),
        ("x2", "y", {"label": "W[1,2]", "weight": 2.0, "order": 1}),
        ("b[1]", "y", {"order": 2}),
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


TOO_DEEP = '{"name":' * 100_000 + "1" + "}" * 100_000


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
            "graph:node 'y': unknown attribute \"bias\"; a bias is a node of its own, graph.add",
        ),
        (
            digraph(edges=[("x", "y", {"w": 1})]),
            "graph:edge 'x' → 'y': unknown attribute \"w\"; write \"weight\"",
        ),
        (
            digraph(edges=[("x", "y", {"weigth": 1})]),
            "graph:edge 'x' → 'y': unknown attribute \"weigth\"; did you mean \"weight\"?",
        ),
        (
            digraph(edges=[("x", "y", {"Weight": 1})]),
            "graph:edge 'x' → 'y': unknown attribute \"Weight\"; did you mean \"weight\"?",
        ),
        (
            digraph(edges=[("x", "y", {"order": "first"})]),
            "graph:edge 'x' → 'y': order: expected a number, got 'first'",
        ),
        (digraph([("y", {"activation": '{"name": "elu"'})]), "graph:node 'y': activation:"),
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
        ({"a": 1}, "directed and with one edge a pair, got dict"),
        (None, "directed and with one edge a pair, got NoneType"),
        (
            digraph(edges=[("x", "y", {"order": float("nan")})]),
            "graph:edge 'x' → 'y': order: expected a number, got nan",
        ),
        (
            digraph([("y", {"activation": TOO_DEEP})]),
            "graph:node 'y': activation: lists or objects",
        ),
        (digraph([("y", {"normalise": TOO_DEEP})]), "graph:node 'y': normalise:"),
        (digraph([("y", {"kind": "\ud800"})]), "graph:node 'y'"),
        (digraph([("y", {"label": np.zeros(3)})]), "graph:node 'y'"),
        (digraph([("y", {"activation": np.zeros(3)})]), "graph:node 'y'"),
        (digraph([(10**5000, {})]), "graph:node an int: id: "),
    ],
)
def test_mistakes(graph, message):
    with pytest.raises(SpecError) as caught:
        Network.from_networkx(graph)
    assert message.lower() in str(caught.value).lower()


def nested():
    found = []
    for _ in range(100_000):
        found = [found]
    return found


STRANGE = {
    "a long integer": 10**400, "a longer one": 10**5000, "nested lists": nested(),
    "nested texts": TOO_DEEP, "rather nested": '{"name":' * 900 + "1" + "}" * 900,
    "half a character": "\ud800", "bytes": b"x", "NaN": float("nan"), "infinity": float("inf"),
    "an object": object(), "a set": {1}, "an array": np.zeros(3), "float32": np.float32(1),
    "a signalling NaN": Decimal("sNaN"), "complex": 1j, "None": None, "a dictionary": {1: 2},
    "half an object": "{", "a type": nx.DiGraph,
}  # fmt: skip
KEYS = {
    "graph": ("name", "title", "description", "source", "note", "groups", "stages", "examples",
              "style"),
    "node": (
        "kind", "activation", "aggregation", "normalise", "rescale", "classes", "threshold",
        "label", "layer", "value", "trainable", "note", "uninitialised", 10**5000,
    ),
    "edge": ("label", "weight", "trainable", "note", "order", "uninitialised"),
}  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize(
    ("where", "key"), [(where, key) for where in KEYS for key in KEYS[where]],
    ids=lambda part: part if isinstance(part, str) else "a number",
)  # fmt: skip
def test_any_attribute_is_taken_or_refused_in_words(where, key, strange):
    graph = digraph()
    places = {"graph": graph.graph, "node": graph.nodes["y"], "edge": graph.edges["x", "y"]}
    places[where][key] = STRANGE[strange]
    try:
        Network.from_networkx(graph)
    except SpecError as error:
        problems = error.problems
    else:
        return
    assert problems
    assert all(problem.line is None and problem.message for problem in problems)


def test_orders_may_be_of_any_size():
    graph = digraph(edges=[("x", "y", {"order": 10**400})], nodes=[("u", {})])
    graph.add_edge("u", "y", order=10**400 - 1)
    net = Network.from_networkx(graph)
    assert [net.ids[source] for source in net.source] == ["u", "x"]
