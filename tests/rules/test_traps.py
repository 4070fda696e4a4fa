"""Warnings: each trap, its relatives that are no traps, and that warnings stop nothing."""

from __future__ import annotations

import json

import pytest

import deepgraph
from deepgraph.rules.alike import MOST_READ
from deepgraph.rules.traps import warnings
from deepgraph.spec import gallery

X, U = {"id": "x", "kind": "input"}, {"id": "u", "kind": "input"}
Y = {"id": "y", "kind": "output"}


UNUSED = 'add an edge from it, or remove it; or name it under "unused" if it is meant to'


def edge(source, target, **more):
    return {"source": source, "target": target, **more}


def found(nodes, edges, **more):
    """The warnings as texts."""
    spec = {"deepgraph": 1, "nodes": nodes, "edges": edges, **more}
    return [str(problem) for problem in warnings(deepgraph.loads(json.dumps(spec)))]


def softmax(id, group=None, **more):
    function = "softmax" if group is None else {"name": "softmax", "group": group}
    return {"id": id, "kind": "output", "activation": function, **more}


@pytest.mark.parametrize("name", gallery.names(more=False))
def test_the_gallery_sets_no_trap(name):
    assert warnings(deepgraph.load(gallery.path(name))) == []


def test_a_node_that_reaches_no_output():
    edges = [edge("x", "h"), edge("h", "g"), edge("x", "y")]
    assert found([X, {"id": "h"}, {"id": "g"}, Y], edges) == [
        f'$.nodes[1]: warning: "h" reaches no output; {UNUSED}',
        f'$.nodes[2]: warning: "g" reaches no output; {UNUSED}',
    ]


# --- a bias whose value silently becomes a constant -----------------------------------------------

BIAS = {"id": "b", "kind": "bias", "value": -0.5}
W = edge("x", "y", label="w", weight=2)


def test_a_bias_whose_edge_has_a_one():
    (text,) = found([X, BIAS, Y], [W, edge("b", "y", weight=1)])
    assert text == (
        '$.nodes[1]: warning: the value −0.5 of the bias "b" is a constant, since its edge has a '
        "weight, and that 1 is the parameter; drop the weight, and the value is the parameter"
    )
    assert len(found([X, BIAS, Y], [W, edge("b", "y", weight=1.0)])) == 1


@pytest.mark.parametrize(
    ("bias", "into"),
    [
        (BIAS, {}),  # the value style
        ({"id": "b", "kind": "bias"}, {"weight": 1}),  # the weight style
        ({"id": "b", "kind": "bias", "value": 1}, {"weight": 1}),
        ({"id": "b", "kind": "bias", "value": -1}, {"weight": 0.7}),  # a threshold, as textbooks do
        (BIAS, {"label": "v", "weight": 1}),  # who gives it a name means it
    ],
)
def test_a_bias_that_is_no_trap(bias, into):
    assert found([X, bias, Y], [W, edge("b", "y", **into)]) == []


# --- a constant 1 that training changes -----------------------------------------------------------


def test_a_one_without_a_label_among_weights_with_labels():
    edges = [edge("x", "h", label="w", weight=2), edge("h", "y", weight=1)]
    (text,) = found([X, {"id": "h"}, Y], edges)
    assert text == (
        '$.edges[1].weight: warning: the weight 1 of "h" → "y" has no label, and training changes '
        'it; drop it for a wire, or add "trainable": false'
    )


@pytest.mark.parametrize(
    "edges",
    [
        [edge("x", "h", label="w", weight=2), edge("h", "y")],
        [edge("x", "h", label="w", weight=2), edge("h", "y", weight=1, trainable=False)],
        [edge("x", "h", weight=1), edge("h", "y", weight=1)],  # nothing has a label
        [edge("x", "h", weight=0.5), edge("h", "y", weight=1)],
        [edge("x", "h", label="w", weight=1), edge("h", "y", label="v", weight=1)],
    ],
)
def test_ones_that_are_no_traps(edges):
    assert found([X, {"id": "h"}, Y], edges) == []


def test_the_place_behind_layers():
    layers = [
        {"id": "x", "size": 2},
        {"id": "h", "size": 2, "weights": "W", "bias": None},
        {"id": "g", "size": 1, "weights": "V", "bias": None},
    ]
    nodes = [Y]
    edges = [edge("g", "y", weight=1)]
    values = {"W": [[1, 1], [1, 1]], "V": [[1, 1]]}
    (text,) = found(nodes, edges, layers=layers, parameters=values)
    assert text.startswith("$.edges[0].weight: warning: ")


# --- heads of softmax that join silently ----------------------------------------------------------

HEADS = [edge("x", "a1"), edge("x", "a2"), edge("u", "c1"), edge("u", "c2")]


def test_two_heads_in_one_group():
    nodes = [X, U, softmax("a1"), softmax("a2"), softmax("c1"), softmax("c2")]
    (text,) = found(nodes, HEADS)
    assert text == (
        '$.nodes[4].activation: warning: softmax nodes without a "group" are one group, with one '
        "sum: a1, a2 and c1, c2; if these are separate heads, give each its own, "
        '{"name": "softmax", "group": "…"}'
    )


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [
        ([softmax("a1"), softmax("a2"), softmax("c1", "c"), softmax("c2", "c")], HEADS),
        ([softmax("a1", "a"), softmax("a2", "a"), softmax("c1", "a"), softmax("c2", "a")], HEADS),
        # one head, pruned: a member connects the others, late or early
        ([softmax(n) for n in ("a1", "a2", "c1", "c2")], [*HEADS, edge("x", "c2")]),
        ([softmax(n) for n in ("a1", "a2", "c1", "c2")], [edge("u", "a1"), *HEADS]),
        # one member alone is no head
        ([softmax("a1"), softmax("a2"), softmax("c1")], HEADS[:3]),
        # a common source is a common head
        ([softmax("a1"), softmax("a2")], [edge("x", "a1"), edge("u", "a1"), edge("u", "a2")]),
    ],
)
def test_softmax_that_is_no_trap(nodes, edges):
    assert found([X, U, *nodes], edges) in ([], ['$.nodes[1]: warning: "u" reaches no output'])


def test_heads_of_two_captions_or_kinds():
    edges = [edge("x", n) for n in ("a1", "a2", "c1", "c2")]
    nodes = [softmax(n, layer=n[0]) for n in ("a1", "a2", "c1", "c2")]
    assert len(found([X, *nodes], edges)) == 1
    hidden = [{"id": n, "activation": "softmax"} for n in ("a1", "a2")]
    outputs = [softmax("c1"), softmax("c2"), Y]
    assert len(found([X, *hidden, *outputs], [*edges, edge("a1", "y"), edge("a2", "y")])) == 1


def test_a_bias_connects_no_heads():
    nodes = [X, U, BIAS, softmax("a1"), softmax("a2"), softmax("c1"), softmax("c2")]
    biases = [edge("b", n) for n in ("a1", "a2", "c1", "c2")]
    assert len(found(nodes, [*HEADS, *biases])) == 1


def test_of_very_many_the_first_are_told():
    nodes = [{"id": f"h{n}"} for n in range(1500)]
    edges = [edge("x", node["id"]) for node in nodes]
    spec = {"deepgraph": 1, "nodes": [X, Y, *nodes], "edges": [edge("x", "y"), *edges]}
    problems = warnings(deepgraph.loads(json.dumps(spec)))
    assert len(problems) == 1500
    assert {problem.severity for problem in problems} == {"warning"}


# --- names that are shown alike -------------------------------------------------------------------

H = {"id": "h1"}
WEIGHED = [edge("x", "h1", label="w1", weight=1.5), edge("h1", "y", label="w2", weight=2)]


def looks(nodes=(), edges=WEIGHED, **more):
    """The warnings about looks, of a chain with more nodes at its side, which all reach y."""
    more_edges = [one for node in nodes for one in (edge("x", node["id"]), edge(node["id"], "y"))]
    texts = found([X, H, *nodes, Y], [*edges, *more_edges], **more)
    return [text.replace("warning: ", "").replace("; rename one of them", "") for text in texts]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (
            {"groups": {"y": ["w1", "w2"]}},
            '$.groups.y: the group "y" looks like the node "y" at $.nodes[2]',
        ),
        (
            {"groups": {"h_1": ["w1", "w2"]}},
            '$.groups.h_1: the group "h_1" looks like the node "h1" at $.nodes[1]',
        ),
        (
            {"groups": {"w_{1}": ["w1", "w2"]}},
            '$.groups.w_{1}: the group "w_{1}" looks like the label "w1" at $.edges[0].label',
        ),
        (
            {"stages": {"h₁": ["z(h1)"]}},
            '$.stages.h₁: the stage "h₁" looks like the node "h1" at $.nodes[1]',
        ),
        (
            {"groups": {"u1": ["w1"]}, "stages": {"u_1": ["h1"]}},
            '$.stages.u_1: the stage "u_1" looks like the group "u1" at $.groups.u1',
        ),
        (
            {"nodes": [{"id": "g", "label": "out1"}], "stages": {"out1": ["h1"]}},
            (
                '$.stages.out1: the stage "out1" looks like the label of a node "out1" at '
                "$.nodes[2].label"
            ),
        ),
        (
            {"edges": [edge("x", "h1", label="y", weight=1.5), WEIGHED[1]]},
            '$.edges[0].label: the label "y" looks like the node "y" at $.nodes[2]',
        ),
        (
            {"edges": [WEIGHED[0], edge("h1", "y", label="w_1", weight=2)]},
            '$.edges[1].label: the label "w_1" looks like the label "w1" at $.edges[0].label',
        ),
        (
            {"nodes": [{"id": "h_1"}]},
            '$.nodes[2]: the node "h_1" looks like the node "h1" at $.nodes[1]',
        ),
        (
            {"nodes": [{"id": "g", "label": "h1"}]},
            '$.nodes[2].label: the label of a node "h1" looks like the node "h1" at $.nodes[1]',
        ),
        (
            {"nodes": [{"id": "θ"}], "groups": {"\\theta": ["w1"]}},
            '$.groups.\\theta: the group "\\theta" looks like the node "θ" at $.nodes[2]',
        ),
        (
            {"nodes": [{"id": "caf\u00e9"}], "stages": {"cafe\u0301": ["y"]}},
            (
                '$.stages.cafe\u0301: the stage "cafe\u0301" looks like the node "caf\u00e9" at '
                "$.nodes[2]"
            ),
        ),
    ],
)
def test_names_that_look_alike(more, text):
    assert looks(**more) == [text]


@pytest.mark.parametrize(
    "more",
    [
        {"groups": {"w12": ["w1", "w2"]}, "stages": {"out1": ["z(h1)"]}},
        {"groups": {"Y": ["w1", "w2"]}, "stages": {"H1": ["z(h1)"]}},
        {"nodes": [{"id": "g", "label": "1"}, {"id": "f", "label": "1"}]},  # on purpose
        {"nodes": [{"id": "g1", "label": "g_1"}]},  # one node
        {"stages": {"out1": ["h1"], "out_1": ["y"]}},  # words: out1, and out with an index
        {"nodes": [{"id": "h11"}], "groups": {"h_1 1": ["w1"]}},
        {"groups": {"\\mathbf{y}": ["w1", "w2"]}},  # bold
    ],
)
def test_names_that_look_different(more):
    assert looks(**more) == []


def test_a_bias_looks_like_its_own_parameter():
    bias = {"id": "b1", "kind": "bias", "value": 0.5}
    assert found([X, bias, Y], [edge("x", "y", label="w1", weight=2), edge("b1", "y")]) == []


def test_matrices_of_layers_look_like_nodes():
    layers = [{"id": "x", "size": 2}, {"id": "y", "size": 2, "weights": "y_1", "bias": "x_2"}]
    spec = {"deepgraph": 1, "layers": layers, "nodes": [], "edges": []}
    spec["parameters"] = {"y_1": [[1, 2], [3, 4]], "x_2": [5, 6]}
    texts = [str(problem) for problem in warnings(deepgraph.loads(json.dumps(spec)))]
    at, cure = "$.layers", "rename one of them"
    assert texts == [
        f'{at}[1].weights: warning: the matrix "y_1" looks like the node "y1" at {at}[1]; {cure}',
        f'{at}[1].bias: warning: the vector "x_2" looks like the node "x2" at {at}[0]; {cure}',
    ]


def test_among_very_many_names_equal_texts_are_found():
    nodes = [{"id": f"h{n}"} for n in range(MOST_READ)]
    edges = [one for node in nodes for one in (edge("x", node["id"]), edge(node["id"], "y"))]
    stages = {"h_7": ["y"], "s": ["y"]}
    assert found([X, *nodes, Y], edges, stages=stages) == []
    first = {**edge("x", "h0"), "label": "h7", "weight": 2}
    (text,) = found([X, *nodes, Y], [first, *edges[1:]], stages=stages)
    assert 'the label "h7" looks like the node "h7" at $.nodes[8]' in text
