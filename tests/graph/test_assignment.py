from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph import SpecError

NODES = [
    {"id": "x1", "kind": "input"},
    {"id": "x2", "kind": "input"},
    {"id": "b", "kind": "bias"},
    {"id": "y", "kind": "output"},
]


def edge(source, target="y", **rest):
    return {"source": source, "target": target, **rest}


EDGES = [edge("x1", label="w1"), edge("x2", label="w2"), edge("b")]


def load(**content):
    content = {"deepgraph": 1, "nodes": NODES, "edges": EDGES, **content}
    return deepgraph.loads(json.dumps(content))


def dense(parameters, bias="c", **rest):
    layers = [{"id": "x", "size": 3}, {"id": "y", "size": 2, "weights": "W", "bias": bias}]
    return load(nodes=[], edges=[], layers=layers, parameters=parameters, **rest)


def values(net):
    return {net.parameters.name(i): value for i, value in enumerate(net.parameters.values.tolist())}


def refused(call, *arguments, **content):
    with pytest.raises(SpecError) as caught:
        call(*arguments, **content)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


NAN = pytest.approx(np.nan, nan_ok=True)


def test_a_value_may_stand_in_any_of_three_places():
    expected = {"b": 3.0, "w1": 1.0, "w2": 2.0}
    assert values(load(parameters=expected)) == expected
    edges = [edge("x1", label="w1", weight=1), edge("x2", label="w2", weight="4/2"), edge("b")]
    nodes = [*NODES[:2], {"id": "b", "kind": "bias", "value": 3}, NODES[3]]
    assert values(load(nodes=nodes, edges=edges)) == expected
    assert values(load(nodes=nodes, edges=edges, parameters=expected)) == expected


def test_a_value_left_out_is_missing_and_null_is_none():
    assert values(load()) == {"b": NAN, "w1": NAN, "w2": NAN}
    edges = [edge("x1", label="w1", weight=None), edge("x2", weight=None), edge("b")]
    net = load(edges=edges, parameters={"w1": None, "b": None})
    assert values(net) == {"b": NAN, "w1": NAN, "x2→y": NAN}
    edges[0]["weight"] = 1
    assert values(load(edges=edges, parameters={"w1": None})) == {"b": NAN, "w1": 1.0, "x2→y": NAN}


def test_wires_are_no_parameters():
    net = load(edges=[edge("x1"), edge("x2", label="w")])
    assert net.edge_parameter.tolist() == [-1, 1]
    assert net.weights[0] == 1


def test_one_value_written_in_different_ways_is_one_value():
    for text in (0.5, "1/2", "2/4", 5e-1, 0.50):
        net = load(edges=[edge("x1", label="w", weight=0.5), edge("x2", label="w", weight=text)])
        assert values(net) == {"b": NAN, "w": 0.5}
        assert net.edge_parameter.tolist() == [1, 1]


def test_the_value_may_stand_on_a_later_edge_of_a_shared_label():
    net = load(edges=[edge("x1", label="w"), edge("x2", label="w", weight=2)])
    assert net.weights.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"edges": [edge("x1", label="w", weight=1), edge("x2", label="w", weight=2)]},
            (
                '$.edges[1].weight: "w" is 2 here and 1 at $.edges[0].weight; '
                "one parameter has one value"
            ),
        ),
        (
            {"edges": [edge("x1", label="w", weight=1), EDGES[2]], "parameters": {"w": "3/2"}},
            (
                '$.parameters.w: "w" is "3/2" here and 1 at $.edges[0].weight; '
                "one parameter has one value"
            ),
        ),
        (
            {"groups": {"g": ["w1", "w2"]}, "parameters": {"w1": 1, "g": [2, 3]}},
            (
                '$.parameters.g[0]: "w1" is 2 here and 1 at $.parameters.w1; '
                "one parameter has one value"
            ),
        ),
        (
            {"groups": {"g": ["w1", "w2"], "h": ["w2"]}, "parameters": {"g": [2, 3], "h": [4]}},
            (
                '$.parameters.h[0]: "w2" is 4 here and 3 at $.parameters.g[1]; '
                "one parameter has one value"
            ),
        ),
        (
            {
                "nodes": [*NODES[:2], {"id": "b", "kind": "bias", "value": 1}, NODES[3]],
                "parameters": {"b": 2},
            },
            '$.parameters.b: "b" is 2 here and 1 at $.nodes[2].value; one parameter has one value',
        ),
        (
            {
                "edges": [edge("x1", label="w1", weight=1), *EDGES[1:]],
                "groups": {"w12": ["w1", "w2"]},
                "parameters": {"w12": [3, 4]},
            },
            (
                '$.parameters.w12[0]: "w1" is 3 here and 1 at $.edges[0].weight; '
                "one parameter has one value"
            ),
        ),
    ],
)
def test_two_values_are_an_error_that_names_both_places(content, message):
    assert refused(load, **content) == [message]


def test_groups_take_vectors_in_their_order():
    net = load(groups={"w21": ["w2", "w1"]}, parameters={"w21": ["1/2", 3], "b": 0})
    assert values(net) == {"b": 0.0, "w1": 3.0, "w2": 0.5}
    net = load(groups={"w12": ["w1", "w2"]}, parameters={"w12": [None, 3]})
    assert values(net) == {"b": NAN, "w1": NAN, "w2": 3.0}


def test_groups_of_entries_of_a_matrix_take_vectors_too():
    net = dense({"g": [7, 8]}, groups={"g": ["W[1,2]", "c[2]"]})
    assert values(net)["W[1,2]"] == 7
    assert values(net)["c[2]"] == 8
    matrix = [[1, 2, 3], [4, 5, 6]]
    assert refused(dense, {"W": matrix, "g": [7]}, groups={"g": ["W[1,2]"]}) == [
        (
            '$.parameters.g[0]: "W[1,2]" is 7 here and 2.0 elsewhere in $.parameters; '
            "one parameter has one value"
        )
    ]
    assert values(dense({"W": matrix, "g": [2]}, groups={"g": ["W[1,2]"]}))["W[1,2]"] == 2


def test_matrices_are_numbered_row_by_row():
    net = dense({"W": [[1, 2, 3], [4, "1/2", None]], "c": [7, 8]})
    assert values(net) == {
        "W[1,1]": 1.0, "W[1,2]": 2.0, "W[1,3]": 3.0,
        "W[2,1]": 4.0, "W[2,2]": 0.5, "W[2,3]": NAN,
        "c[1]": 7.0, "c[2]": 8.0,
    }  # fmt: skip
    assert net.parameters.find("W[2,1]") == 3
    assert net.parameters.find("c[2]") == 7
    assert [net.parameters.find(n) for n in ("W[3,1]", "W[0,1]", "W[1]", "c[1,1]", "V[1,1]")] == [
        None
    ] * 5
    assert net.bias_value(net.index["c[2]"]) == 8


def test_unit_style_biases_are_constants():
    nodes = [*NODES[:2], {"id": "b", "kind": "bias", "value": "1/2"}, NODES[3]]
    edges = [edge("x1"), edge("b", label="w", weight=3)]
    net = load(nodes=nodes, edges=edges)
    assert values(net) == {"w": 3.0}
    assert net.bias_value(2) == 0.5
    assert load(edges=edges).bias_value(2) == 1  # the default
    assert refused(load, edges=edges, parameters={"b": 3}) == [
        (
            '$.parameters.b: "b" is a constant, since the edges of this bias have weights; '
            'write it as "value" on the node'
        )
    ]


def test_frozen_parameters():
    nodes = [*NODES[:2], {"id": "b", "kind": "bias", "trainable": False}, NODES[3]]
    edges = [
        edge("x1", label="w"),
        edge("x2", label="w", trainable=False),  # one edge freezes the shared one
        edge("b"),
    ]
    assert load(nodes=nodes, edges=edges).parameters.trainable.tolist() == [False, False]
    assert load().parameters.trainable.tolist() == [True] * 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"groups": {"g": ["w1", "w2"]}, "parameters": {"g": [1]}},
            "$.parameters.g: 1 value for a group of 2 labels",
        ),
        (
            {"groups": {"g": ["w1", "w2"]}, "parameters": {"g": 1}},
            "$.parameters.g: expected a list of 2 numbers, one for each label of the group",
        ),
        (
            {"groups": {"g": ["w1", "w2"]}, "parameters": {"g": [1, "x"]}},
            (
                '$.parameters.g[1]: "x" is no fraction "p/q" of two integers; '
                "a plain number stands without quotes"
            ),
        ),
        (
            {"parameters": {"w11": 1}},
            '$.parameters.w11: nothing is named "w11"; did you mean "w1"?',
        ),
        (
            {"parameters": {"y": 1}},
            (
                '$.parameters.y: "y" is an output node and no parameter; if it is a bias, write '
                '"kind": "bias"'
            ),
        ),
        (
            {"parameters": {"w1": [1]}},
            '$.parameters.w1: expected a number or a fraction "p/q", got [1]',
        ),
        (
            {"parameters": "weights.npz"},
            (
                "$.parameters: weights.npz cannot be found: this spec was not read from a file, "
                "so that nothing lies beside it; write the numbers here, or read the spec by its "
                "file name"
            ),
        ),
        (
            {"edges": [edge("x1", label="w", weight=True), EDGES[2]]},
            '$.edges[0].weight: expected a number or a fraction "p/q", got true',
        ),
        (
            {"nodes": [*NODES[:2], {"id": "b", "kind": "bias", "value": "one"}, NODES[3]]},
            (
                '$.nodes[2].value: "one" is no fraction "p/q" of two integers; '
                "a plain number stands without quotes"
            ),
        ),
    ],
)
def test_values_that_are_none(content, message):
    assert refused(load, **content) == [message]
