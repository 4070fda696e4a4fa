# ruff: noqa: E501 (a message has a line)
"""Each rule about nodes and edges, by the mistakes that it finds and the exact words of its message."""

from __future__ import annotations

import pytest

from tests.support.small_specs import LONG, XY, X, Y, chain, edge, layered, problems, spec

MISTAKES = [
    # ids_are_sound
    (
        spec([{"id": ""}], [edge("x", "")]),
        "$.nodes[2]: an id has 1 to 256 characters, this one has 0",
    ),
    (
        spec([{"id": LONG}], [edge("x", LONG)]),
        "$.nodes[2]: an id has 1 to 256 characters, this one has 257",
    ),
    (
        spec([{"id": "a\nb"}], [edge("x", "a\nb")]),
        "$.nodes[2]: the id 'a\\nb' has a control character (a line break, say); leave it out",
    ),
    (
        spec([{"id": "ü\x7f"}], [edge("x", "ü\x7f")]),
        "$.nodes[2]: the id '\\xfc\\x7f' has a control character (a line break, say); leave it out",
    ),
    (
        layered(layer={"names": ["a", ""]}),
        "$.layers[1].names[1]: an id has 1 to 256 characters, this one has 0",
    ),
    # ids_are_unique
    (
        spec([X | {"id": "h"}, X | {"id": "h"}]),
        '$.nodes[3]: the id "h" is already used at $.nodes[2]; give each node its own',
    ),
    (
        layered(nodes=[{"id": "y2", "kind": "input"}]),
        '$.nodes[0]: the id "y2" is already used at $.layers[1]; give each node its own',
    ),
    (
        layered(nodes=[{"id": "c[2]", "kind": "input"}]),
        '$.nodes[0]: the id "c[2]" is already used at $.layers[1].bias; give each node its own',
    ),
    # edges_meet_nodes
    (
        spec([{"id": "hidden1"}], [edge("x", "hidden1"), edge("hiden1", "y")]),
        '$.edges[2].source: there is no node "hiden1"; did you mean "hidden1"?',
    ),
    (spec(edges=[edge("x", "Q")]), '$.edges[1].target: there is no node "Q"; the nodes are x, y'),
    (
        spec(base=False, nodes=[X, Y], edges=[XY, edge("x", "")]),
        '$.edges[1].target: there is no node ""; the nodes are x, y',
    ),
    # edges_are_unique
    (
        spec(edges=[XY | {"label": "w"}]),
        '$.edges[1]: "x" → "y" is already an edge at $.edges[0]; write one edge per pair',
    ),
    (
        layered(edges=[edge("x1", "y2")]),
        '$.edges[0]: "x1" → "y2" is already an edge at $.layers[1]; write one edge per pair',
    ),
    # edges_enter_neurons
    (
        spec([X | {"id": "x2"}], [edge("x", "x2")]),
        '$.edges[1]: "x2" is an input node, which takes no edges; turn the edge round, or drop it',
    ),
    (
        spec([{"id": "b", "kind": "bias", "value": 1}], [edge("x", "b")]),
        '$.edges[1]: "b" is a bias node, which takes no edges; turn the edge round, or drop it',
    ),
    (
        spec(
            [X | {"id": "x2"}, Y | {"id": "z"}], [edge("x2", "z"), edge("x", "x2"), edge("y", "x2")]
        ),
        '$.nodes[2].kind: "x2" is an input node, which takes no edges; drop the 2 edges into it, or write another "kind"',
    ),
    # only_parameters_are_frozen
    (
        spec([{"id": "h"}], [edge("x", "h", trainable=False)]),
        '$.edges[1].trainable: this edge has no weight to freeze; give it a "weight", or drop "trainable"',
    ),
    # neurons_have_sources
    (
        spec([{"id": "h"}], [edge("h", "y")]),
        '$.nodes[2]: nothing feeds "h"; add an edge into it, or give it "kind": "input"',
    ),
    (
        spec([{"id": "x2"}], [edge("x2", "y")], examples=[{"inputs": {"x": 1, "x2": 1}}]),
        '$.nodes[2]: nothing feeds "x2"; if it is an input, write "kind": "input"',
    ),
    (
        spec([{"id": "b"}], [edge("b", "y")], parameters={"b": 1}),
        '$.nodes[2]: nothing feeds "b"; if it is a bias, write "kind": "bias"',
    ),
    # network_has_ends
    (
        spec(base=False, nodes=[{"id": "b", "kind": "bias"}, Y], edges=[edge("b", "y")]),
        '$.nodes: no input node; give one "kind": "input"',
    ),
    (
        spec(base=False, nodes=[X, {"id": "h"}], edges=[edge("x", "h")]),
        '$.nodes: no output node; give one "kind": "output"',
    ),
    (
        {"deepgraph": 1},
        '$.nodes: there are no nodes; write them under "nodes", or whole layers under "layers"',
    ),
    # nodes_are_connected
    (
        spec(base=False, nodes=[X, Y]),
        '$.edges: there are no edges; connect the nodes under "edges"',
    ),
    (
        {"deepgraph": 1, "layers": [{"id": "x", "size": 2}]},
        '$.layers: nothing follows the input; add a layer with "weights" and "bias"',
    ),
    # no_cycles
    (
        spec([{"id": "h"}], [edge("x", "h"), edge("h", "h")]),
        '$.edges[2]: "h" feeds itself; remove the edge',
    ),
    (
        spec([{"id": n} for n in "abc"], [edge("x", "a"), *chain("a", "b", "c", "a")]),
        '$.edges[4]: these nodes form a cycle: "a" → "b" → "c" → "a"; remove an edge',
    ),
    (
        spec(
            [{"id": "a", "activation": "softmax"}, {"id": "b", "activation": "softmax"}],
            [edge("x", "a"), edge("a", "b")],
        ),
        (
            '$.edges[2]: these nodes form a cycle: "b" → softmax with "a" → "b"; remove an edge, or give the softmax nodes another "group" each'
        ),
    ),
    (
        spec(
            [{"id": f"n{i}"} for i in range(20)],
            [edge("x", "n0"), *chain(*(f"n{i}" for i in range(20)), "n0")],
        ),
        (
            '$.edges[21]: these nodes form a cycle: "n0" → "n1" → "n2" → "n3" → "n4" → "n5" → … → "n16" → "n17" → "n18" → "n19" → "n0"; remove an edge'
        ),
    ),
    # biases_keep_one_style
    (
        spec(
            [{"id": "b", "kind": "bias", "value": 1}, Y | {"id": "z"}],
            [edge("b", "y"), edge("b", "z", weight=2)],
        ),
        (
            '$.nodes[2]: "b" feeds some nodes by a weight and some by a bare wire; give all of its '
            "edges weights, or none and the bias its value"
        ),
    ),
    # inputs_compute_nothing
    (
        spec([X | {"id": "x2", "activation": "relu"}]),
        "$.nodes[2].activation: an input node has no activation; drop it",
    ),
    (
        spec([{"id": "b", "kind": "bias", "aggregation": "max"}]),
        "$.nodes[2].aggregation: a bias node has no aggregation; drop it",
    ),
    (
        spec([X | {"id": "x2", "value": 3}]),
        '$.nodes[2].value: an input node has no value; drop it, or write "kind": "bias"',
    ),
    (
        spec([X | {"id": "x2", "trainable": False}]),
        '$.nodes[2].trainable: an input node is no parameter; drop "trainable"',
    ),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES, ids=[m[1][:60] for m in MISTAKES])
def test_a_mistake_and_its_message(content, message):
    assert problems(content) == [message]
