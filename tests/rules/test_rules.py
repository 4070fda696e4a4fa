# ruff: noqa: E501 (a message has a line)
"""Every rule by the mistakes that it finds, with the exact words a user reads."""

from __future__ import annotations

import copy
import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deepgraph
from deepgraph import DeepgraphError, SpecError
from deepgraph.rules.nodes import unused_nodes
from deepgraph.rules.run import RULES
from tests.support.strategies import GALLERY, specs

X = {"id": "x", "kind": "input"}
Y = {"id": "y", "kind": "output"}
XY = {"source": "x", "target": "y"}


def spec(nodes=(), edges=(), base=True, **rest):
    return {
        "deepgraph": 1,
        "nodes": [*([X, Y] if base else []), *nodes],
        "edges": [*([XY] if base else []), *edges],
        **rest,
    }


def edge(source, target, **rest):
    return {"source": source, "target": target, **rest}


def chain(*names):
    return [edge(source, target) for source, target in pairwise(names)]


def layered(**rest):
    return {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": 2},
            {"id": "y", "size": 2, "weights": "W", "bias": "c"} | rest.pop("layer", {}),
        ],
        **rest,
    }


def function(written):
    return spec([Y | {"id": "z", "activation": written}], [edge("x", "z")])


def example(**content):
    return spec(examples=[{"inputs": {"x": 1}, **content}])


LONG = "a" * 257
ALL = (
    "identity, relu, leaky_relu, elu, selu, celu, gelu, gelu_tanh, silu, mish, softplus, softsign, "
    "sigmoid, tanh, hard_sigmoid, hard_swish, hard_tanh, step, sign, abs, square, cube, exp, log, "
    "inverse, sin, cos, gaussian, softmax"
)

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
    # functions_are_known
    (
        function("rleu"),
        '$.nodes[2].activation: unknown activation "rleu"; did you mean "relu"?',
    ),
    (function("?"), f'$.nodes[2].activation: unknown activation "?"; known: {ALL}'),
    (
        function({"alpha": 1}),
        '$.nodes[2].activation: an activation object needs the name of its function; write "name": "relu"',
    ),
    (
        function({"name": 3}),
        '$.nodes[2].activation: an activation object needs the name of its function; write "name": "relu"',
    ),
    (
        function({"name": "relu", "alpha": 1}),
        '$.nodes[2].activation: relu has no parameter "alpha"; it takes none',
    ),
    (
        function({"name": "elu", "beta": 1}),
        '$.nodes[2].activation: elu has no parameter "beta"; it takes alpha',
    ),
    (
        function({"name": "elu", "alpha": "1"}),
        '$.nodes[2].activation: alpha of elu is a number without quotes, got "1"',
    ),
    (
        function({"name": "elu", "alpha": 10**400}),
        (
            "$.nodes[2].activation: alpha of elu is an integer beyond 2**53; write it with a "
            "decimal point"
        ),
    ),
    (
        function({"name": "celu", "alpha": 0}),
        "$.nodes[2].activation: alpha must not be 0",
    ),
    (
        function({"name": "step", "at_zero": 2}),
        "$.nodes[2].activation: at_zero must be one of 0, 0.5, 1",
    ),
    (
        function({"name": "hard_tanh", "min": 2}),
        "$.nodes[2].activation: min must be smaller than max",
    ),
    (
        function({"name": "softmax", "group": 1}),
        '$.nodes[2].activation: the "group" of a softmax is a text',
    ),
    (
        function({"name": "softmax", "temperature": 1}),
        '$.nodes[2].activation: softmax has no parameter "temperature"; it knows "group"',
    ),
    (
        spec([Y | {"id": "z", "aggregation": "median"}], [edge("x", "z")]),
        '$.nodes[2].aggregation: unknown aggregation "median"; known: sum, product, mean, max, min',
    ),
    # names_do_not_collide
    (
        spec([{"id": "b", "kind": "bias"}], [edge("b", "y")], groups={"b": ["w"]})
        | {"edges": [XY | {"label": "w"}, edge("b", "y")]},
        '$.groups.b: the name "b" is already taken at $.nodes[2]; rename one of them',
    ),
    (
        spec([{"id": "b", "kind": "bias"}], base=True)
        | {"edges": [XY | {"label": "b"}, edge("b", "y")]},
        '$.edges[0].label: the label "b" is already a name at $.nodes[2]; rename one of them',
    ),
    (
        layered(layer={"bias": "W"}),
        '$.layers[1].bias: the name "W" is already taken at $.layers[1].weights; rename one of them',
    ),
    (
        layered(nodes=[Y | {"id": "z"}], edges=[edge("x1", "z", label="W[2,1]")]),
        '$.edges[0].label: "W[2,1]" is an entry of "W"; take another name',
    ),
    (
        layered(groups={"c[1]": ["W[1,1]"]}),
        '$.groups.c[1]: "c[1]" is an entry of "c"; take another name',
    ),
    (spec() | {"edges": [XY | {"label": ""}]}, "$.edges[0].label: this name is empty; write one"),
    # groups_name_labels
    (
        spec(groups={"g": ["w11"]}) | {"edges": [XY | {"label": "w1"}]},
        '$.groups.g[0]: no edge has the label "w11"; did you mean "w1"?',
    ),
    (spec(groups={"g": ["w"]}), '$.groups.g[0]: no edge has the label "w"'),
    (layered(groups={"g": ["W[3,1]"]}), '$.groups.g[0]: no edge has the label "W[3,1]"'),
    (spec(groups={"g": []}), "$.groups.g: the group is empty; name its labels in their order"),
    (
        spec(groups={"g": ["w", "w"]}) | {"edges": [XY | {"label": "w"}]},
        '$.groups.g: "w" stands 2 times in the group; name it once',
    ),
    # examples_name_nodes
    (
        example(expect={"Y": 1}),
        '$.examples[0].expect.Y: there is no node "Y"; did you mean "y"?',
    ),
    (
        spec(examples=[{"inputs": {"x": 1, "y": 1}}]),
        '$.examples[0].inputs.y: "y" is no input, it is an output node; figures for it belong under "expect"',
    ),
    (spec(examples=[{}]), '$.examples[0].inputs: no value for the input "x"; give every input one'),
    # examples_name_parameters
    (
        example(loss={"name": "output"}, gradients={"w": 1}),
        '$.examples[0].gradients.w: there is no parameter "w"',
    ),
    (
        example(loss={"name": "output"}, gradients={"w11": 1}) | {"edges": [XY | {"label": "w1"}]},
        '$.examples[0].gradients.w11: there is no parameter "w11"; did you mean "w1"?',
    ),
    # losses_fit
    (
        example(targets={"y": 1}, loss={"name": "mse"}),
        '$.examples[0].loss.name: unknown loss "mse"; write "mean_squared_error"',
    ),
    (
        example(targets={"y": 1}, loss={"name": "hinge"}),
        '$.examples[0].loss.name: unknown loss "hinge"; known: squared_error, half_squared_error, mean_squared_error, cross_entropy, output',
    ),
    (
        example(targets={"y": 1}, loss={"name": "crossentropy"}),
        '$.examples[0].loss.name: unknown loss "crossentropy"; did you mean "cross_entropy"?',
    ),
    (
        example(targets={"y": 1}, loss={"name": "output"}),
        '$.examples[0].targets: the loss "output" is the output itself and takes no targets; drop them',
    ),
    (
        spec(
            [Y | {"id": "z"}],
            [edge("x", "z")],
            examples=[{"inputs": {"x": 1}, "loss": {"name": "output"}}],
        ),
        '$.examples[0].loss.name: the loss "output" needs a network with one output; the outputs are y, z',
    ),
    (
        example(loss={"name": "squared_error"}),
        '$.examples[0].loss: the loss "squared_error" needs targets by node id; the outputs are y',
    ),
    (
        example(loss={"name": "cross_entropy"}, targets={"y": 1, "x": 0}),
        '$.examples[0].targets.y: cross_entropy is defined on softmax and sigmoid nodes, and "y" is a node with identity, as 1 more of them; change the activation, or take half_squared_error',
    ),
    (
        spec(base=False, nodes=[X, Y | {"activation": "sigmoid"}], edges=[XY])
        | {
            "examples": [
                {
                    "inputs": {"x": [1, 2]},
                    "loss": {"name": "cross_entropy"},
                    "targets": {"y": [1, "3/2"]},
                }
            ]
        },
        '$.examples[0].targets.y: cross_entropy on the sigmoid node "y" needs targets from 0 to 1, got "3/2" in row 2',
    ),
    # derivatives_have_a_loss
    (
        example(node_gradients={"x": 1}),
        '$.examples[0].node_gradients: "node_gradients" needs a loss; write "loss": {"name": "output"}',
    ),
    (
        example(gradients={"w": 1}, targets={"y": 1})
        | {"edges": [XY | {"label": "w", "weight": 1}]},
        '$.examples[0].gradients: "gradients" needs a loss; write "loss": {"name": "half_squared_error"}',
    ),
    (
        example(loss={"name": "output"}, updated={"w": 1})
        | {"edges": [XY | {"label": "w", "weight": 1}]},
        '$.examples[0].updated: "updated" needs a learning rate; write "learning_rate": and a number',
    ),
    # figures_agree_in_rows
    (
        spec(
            [X | {"id": "x2"}],
            [edge("x2", "y")],
            examples=[{"inputs": {"x": [1, 2], "x2": [1, 2, 3]}}],
        ),
        "$.examples[0].inputs.x2: 3 values for 2 rows; write a number for each row, or one number for all",
    ),
    (
        example(expect={"y": [1, 2]}),
        "$.examples[0].expect.y: 2 values for 1 row; write a number for each row, or one number for all",
    ),
    (
        example(expect={"y": [1, 2], "x": [1, 2]}),
        "$.examples[0].expect.y: 2 values for 1 row (here and at 1 more place); write a number for each row, or one number for all",
    ),
    (
        spec(examples=[{"inputs": {"x": [1, 2, 3]}, "expect": {"x": [1, 2], "y": [1, 2]}}]),
        "$.examples[0].inputs.x: 3 values for 2 rows; write a number for each row, or one number for all",
    ),
    # tables_stand_alone
    (
        example(accuracy=1),
        '$.examples[0].accuracy: "accuracy" belongs to a table; write "table" and the name of its file',
    ),
    (
        spec(examples=[{"table": "a.csv", "class": "c", "accuracy": 1}]),
        "$.examples[0].table: the class is the output that is largest, and this network has one output",
    ),
    (
        spec([Y | {"id": "z"}], [edge("x", "z")])
        | {"examples": [{"inputs": {"x": 1}, "table": "a.csv", "class": "c", "accuracy": 1}]},
        '$.examples[0].inputs: an example with a table has no "inputs"; put them into another example',
    ),
    (
        spec(examples=[{"table": "a.csv"}]),
        '$.examples[0]: a table example needs "class", a column, and "accuracy", a share',
    ),
    # figures_are_numbers
    (
        example(tolerance=-1),
        "$.examples[0].tolerance: tolerance must not be negative, got -1",
    ),
    (
        spec(
            [Y | {"id": "z"}],
            [edge("x", "z")],
            examples=[{"table": "a.csv", "class": "c", "accuracy": 98}],
        ),
        "$.examples[0].accuracy: accuracy is a share from 0 to 1, as 0.98, got 98",
    ),
    (
        example(expect={"y": None}),
        '$.examples[0].expect.y: expected a number or a fraction "p/q", got null',
    ),
    (
        example(expect={"y": {"a": 1}}),
        '$.examples[0].expect.y: expected a number or a fraction "p/q", got {"a": 1}',
    ),
    (
        example(targets={"y": "two"}),
        (
            '$.examples[0].targets.y: "two" is no fraction "p/q" of two integers; a plain number '
            "stands without quotes"
        ),
    ),
    (
        example(pre_activations={"y": "1/0"}),
        '$.examples[0].pre_activations.y: "1/0" divides by zero',
    ),
    (
        spec(examples=[{"inputs": {"x": [1, [2]]}}]),
        '$.examples[0].inputs.x[1]: expected a number or a fraction "p/q", got [2]',
    ),
    (
        spec(examples=[{"inputs": {"x": []}}]),
        "$.examples[0].inputs.x: the list is empty; write a number for each row",
    ),
    (
        example(loss={"name": "output", "expect": 2**53 + 1}),
        (
            "$.examples[0].loss.expect: the integer 9007199254740993 is beyond 2**53, where "
            "doubles cannot tell neighbours apart; write it with a decimal point if the nearest "
            "double will do"
        ),
    ),
    # styles_are_options
    (
        spec(style={"thema": "dark"}),
        '$.style.thema: render has no option "thema"; did you mean "theme"?',
    ),
    (
        spec(style={"theme": "blak"}),
        '$.style.theme: theme is one of light, dark, auto, paper, got "blak"',
    ),
    (
        spec(style={"precision": 2**53 + 1}),
        "$.style.precision: precision is 1 to 17 significant digits, got 9007199254740993",
    ),
    (
        example(tolerance="small"),
        (
            '$.examples[0].tolerance: "small" is no fraction "p/q" of two integers; a plain number '
            "stands without quotes"
        ),
    ),
]


def problems(content):
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(json.dumps(content))
    assert all(problem.line == 1 and problem.column for problem in caught.value.problems)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


@pytest.mark.parametrize(("content", "message"), MISTAKES, ids=[m[1][:60] for m in MISTAKES])
def test_a_mistake_and_its_message(content, message):
    assert problems(content) == [message]


def test_every_rule_has_a_mistake_above():
    told = [line.removeprefix("    # ") for line in Path(__file__).read_text().splitlines()]
    assert [rule.__name__ for rule in RULES if rule.__name__ not in told] == []


def test_the_fixtures_are_sound():
    for content in (spec(), layered(), function("relu"), example(expect={"y": 1})):
        deepgraph.loads(json.dumps(content))


def test_all_problems_are_told_at_once():
    content = spec(
        [{"id": "h", "activation": "rleu"}, {"id": "h"}],
        [edge("x", "k"), edge("y", "x")],
        groups={"g": ["w"]},
        parameters={"v": 1},
    )
    found = problems(content)
    assert [line.split(": ")[0] for line in found] == [
        "$.nodes[2].activation",
        "$.nodes[3]",
        "$.edges[1].target",
        "$.edges[2]",
        "$.groups.g[0]",
        "$.parameters.v",
    ]


def test_rules_go_on_where_the_form_is_wrong():
    content = spec(
        [{"id": "h", "activaton": "relu", "label": 3}, {"id": "g", "note": []}],
        [edge("x", "k", wieght=1), edge("x", "h"), edge("x", "h"), edge("x", "g")],
        groups={"g": ["w", 3]},
        layers=[{"id": "a"}] * 0,
    )
    assert problems(content) == [
        '$.nodes[2].activaton: unknown key "activaton"; did you mean "activation"?',
        '$.nodes[2].label: expected a text, got 3; write it in quotes, "3"',
        "$.nodes[3].note: expected a text, got a list",
        '$.edges[1].target: there is no node "k"; the nodes are x, y, h, g',
        '$.edges[1].wieght: unknown key "wieght"; did you mean "weight"?',
        '$.edges[3]: "x" → "h" is already an edge at $.edges[2]; write one edge per pair',
        '$.groups.g[1]: expected a text, got 3; write it in quotes, "3"',
    ]


def test_what_follows_from_a_mistake_of_form_is_not_told():
    """A node without an id is no reason to say that its edges lead nowhere."""
    content = spec([{"kind": "hidden"}], [edge("x", "h"), edge("h", "y")])
    assert problems(content) == ['$.nodes[2]: "id" is missing; write "id": and a name for the node']
    content = spec([{"id": "z", "kind": "ouput"}], base=True)
    assert problems(content) == [
        (
            '$.nodes[2].kind: expected "input", "bias", "hidden" or "output", got "ouput"; '
            'did you mean "output"?'
        )
    ]


def test_a_node_that_reaches_no_output_is_a_warning():
    content = spec([{"id": "h"}, {"id": "g"}], [edge("x", "h"), edge("h", "g")])
    net = deepgraph.loads(json.dumps(content))
    assert [str(problem) for problem in unused_nodes(net)] == [
        '$.nodes[2]: warning: "h" reaches no output; add an edge from it, or remove it',
        '$.nodes[3]: warning: "g" reaches no output; add an edge from it, or remove it',
    ]


def test_one_wrong_function_on_many_nodes_is_told_once():
    nodes = [Y | {"id": f"h{i}", "activation": "rleu"} for i in range(50)]
    edges = [edge("x", f"h{i}") for i in range(50)]
    assert problems(spec(nodes, edges)) == [
        '$.nodes[2].activation: unknown activation "rleu"; did you mean "relu"?'
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"edges": [edge("a", "b")]},
        {"nodes": [X], "edges": [edge("a", "b")]},
        {
            "layers": [
                {"id": "x", "size": 1},
                {"id": "y", "size": 1, "weights": "W", "bias": None, "from": []},
            ]
        },
        {"layers": []},
        {"layers": [{"id": "x", "size": 0}, {"id": "y", "size": 0}]},
        {"groups": {"": []}},
        {"parameters": {"": 1}},
        {"examples": [{"inputs": {"": 1}}]},
    ],
)
def test_little_specs_are_problems_and_no_crash(content):
    assert problems({"deepgraph": 1, **content})


JUNK = [
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    "",
    "x",
    "W[1,1]",
    "1/0",
    "\0",
    [],
    [[]],
    {},
    {"name": "relu"},
]


def _places(content, path=()):
    yield path
    items = content.items() if isinstance(content, dict) else ()
    items = enumerate(content) if isinstance(content, list) else items
    for key, inner in items:
        yield from _places(inner, (*path, key))


def _damaged(content, rng):
    """The content with one place replaced, removed, doubled or swapped with another."""
    content = copy.deepcopy(content)
    paths = [path for path in _places(content) if path and path != ("deepgraph",)]
    if not paths:
        return content
    path = rng.choice(paths)
    other = rng.choice([path for path in _places(content) if path])

    def at(place):
        found = content
        for key in place:
            found = found[key]
        return found

    parent, key = at(path[:-1]), path[-1]
    action = rng.randrange(4)
    if action == 0:
        parent[key] = rng.choice(JUNK)
    elif action == 1:
        del parent[key]
    elif action == 2 and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    else:
        parent[key] = copy.deepcopy(at(other))
    return content


SMALL_GALLERY = [json.loads(p.read_text()) for p in GALLERY if p.stat().st_size < 20_000]


@settings(max_examples=400)
@given(st.data())
def test_a_damaged_spec_is_a_problem_or_a_network_and_never_a_crash(data):
    content = data.draw(st.one_of(specs(), st.sampled_from(SMALL_GALLERY)))
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(rng.randint(1, 3)):
        content = _damaged(content, rng)
    try:
        net = deepgraph.loads(json.dumps(content)).initialised(1)
        net([[1.0] * len(net.inputs)])
        assert net.graph.number_of_nodes() == len(net.ids)
        assert deepgraph.Network.from_networkx(net.graph).ids == net.ids
    except DeepgraphError as error:
        assert str(error)  # noqa: PT017


def test_a_key_of_any_length_is_told_in_few_words():
    text = json.dumps({"deepgraph": 1, "k" * 100_000: 1})
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(text)
    assert 'unknown key "kkk' in str(caught.value)
    assert len(str(caught.value)) < 2_000
