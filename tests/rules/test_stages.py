# ruff: noqa: E501 (a message has a line)
"""Each rule about stages, by the mistakes that it finds and the exact words of its message."""

from __future__ import annotations

import json

import pytest

import deepgraph
from deepgraph.check import recompute
from tests.support.small_specs import XY, edge, example, layered, problems, spec

LABELLED = {"edges": [XY | {"label": "w"}]}
BIASED = spec([{"id": "b", "kind": "bias"}], [edge("b", "y")])

MISTAKES = [
    # names_do_not_collide
    (
        spec(groups={"s": ["w"]}, stages={"s": ["y"]}) | LABELLED,
        '$.stages.s: the name "s" is already taken at $.groups.s; rename one of them',
    ),
    (
        spec(stages={"w": ["y"]}) | LABELLED,
        '$.edges[0].label: the label "w" is already a name at $.stages.w; rename one of them',
    ),
    (
        layered(stages={"W": ["y1"]}),
        '$.stages.W: the name "W" is already taken at $.layers[1].weights; rename one of them',
    ),
    (
        layered(stages={"W[1,1]": ["y2"]}),
        '$.stages.W[1,1]: "W[1,1]" is an entry of "W"; take another name',
    ),
    (
        BIASED | {"stages": {"b": ["y"]}},
        '$.stages.b: the name "b" is already taken at $.nodes[2]; rename one of them',
    ),
    (spec(stages={"": ["y"]}), "$.stages.: this name is empty; write one"),
    # stages_have_names
    (
        spec(stages={"y": ["z(y)"]}),
        '$.stages.y: the name "y" is already a node at $.nodes[1]; rename one of them',
    ),
    (
        layered(stages={"x2": ["z(y2)"]}),
        '$.stages.x2: the name "x2" is already a node at $.layers[0]; rename one of them',
    ),
    (
        spec(stages={"z(y)": ["y"]}),
        '$.stages.z(y): "z(y)" is z of the node at $.nodes[1]; give the stage another name',
    ),
    (
        spec(stages={"a\nb": ["y"]}),
        "$.stages.a\nb: the name 'a\\nb' has a control character (a line break, say); leave it out",
    ),
    (
        spec(stages={"s" * 257: ["y"]}),
        f"$.stages.{'s' * 257}: the name of a stage has 1 to 256 characters, this one has 257",
    ),
    # stages_name_values
    (
        spec(stages={"s": []}),
        '$.stages.s: the stage is empty; name its values in their order, as ["z(h1)", "z(h2)"]',
    ),
    (spec(stages={"s": ["y", "yy"]}), '$.stages.s[1]: there is no node "yy"; did you mean "y"?'),
    (spec(stages={"s": ["z(yy)"]}), '$.stages.s[0]: there is no node "yy"; did you mean "z(y)"?'),
    (spec(stages={"s": ["Z(y)"]}), '$.stages.s[0]: there is no node "Z(y)"; write "z(y)"'),
    (spec(stages={"s": ["k"]}), '$.stages.s[0]: there is no node "k"; the nodes are x, y'),
    (spec(stages={"s": ["z(x)"]}), '$.stages.s[0]: "x" is an input node and has no z; write "x"'),
    (
        BIASED | {"stages": {"s": ["z(b)"]}},
        '$.stages.s[0]: "b" is a bias node and has no z; write "b"',
    ),
    (
        spec(stages={"s": ["y"], "t": ["s"]}),
        '$.stages.t[0]: "s" is a stage; name its members instead, nodes or z of nodes',
    ),
    (
        spec(stages={"s": ["w"]}) | LABELLED,
        '$.stages.s[0]: "w" is a weight; a stage holds values of nodes, id or z(id)',
    ),
    (
        spec(groups={"g": ["w"]}, stages={"s": ["g"]}) | LABELLED,
        '$.stages.s[0]: "g" is a group of weights; a stage holds values of nodes, id or z(id)',
    ),
    (
        spec(stages={"s": ["y", "x", "y"]}),
        '$.stages.s: "y" stands 2 times in the stage; name it once',
    ),
    # stage_figures_fit
    (
        example(expect={"s": 1}) | {"stages": {"s": ["z(y)", "y"]}},
        "$.examples[0].expect.s: a stage is a list of 2 values; write [a number for z(y), a number for y]",
    ),
    (
        example(expect={"s": [1]}) | {"stages": {"s": ["z(y)", "y"]}},
        "$.examples[0].expect.s: 1 value for a stage of 2 members; write [a number for z(y), a number for y]",
    ),
    (
        example(expect={"s": [1, [1, 2]]}) | {"stages": {"s": ["z(y)", "y"]}},
        "$.examples[0].expect.s[1]: 2 values for 1 row; write a number for each row, or one number for all",
    ),
    (
        example(expect={"s": [1, "one"]}) | {"stages": {"s": ["z(y)", "y"]}},
        '$.examples[0].expect.s[1]: "one" is no fraction "p/q" of two integers; a plain number stands without quotes',
    ),
    # examples_name_nodes
    (
        example(pre_activations={"s": [1]}) | {"stages": {"s": ["y"]}},
        '$.examples[0].pre_activations.s: there is no node "s"; it is a stage: figures for a stage belong under "expect"',
    ),
    (
        example(expect={"s1": [1, 2], "s2": [1, 2]}),
        '$.examples[0].expect.s1: there is no node or stage "s1" (nor s2); say what is in them: "stages": {"out1": ["z(h1)", "z(h2)"]}',
    ),
    (
        example(expect={"sss": [1, 2]}) | {"stages": {"ssss": ["y", "z(y)"]}},
        '$.examples[0].expect.sss: there is no node "sss"; did you mean "ssss"?',
    ),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES)
def test_mistakes(content, message):
    assert problems(content) == [message]


def test_what_is_not_a_mistake():
    """The same value in several stages, z beside a, an id that looks like z(id), any order."""
    content = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "z(x)", "activation": "relu"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [{"source": "x", "target": "z(x)"}, {"source": "z(x)", "target": "y"}],
        "stages": {"s": ["z(x)", "z(z(x))", "x"], "t": ["y", "z(y)"], "u": ["z(y)", "y"]},
        "examples": [
            {
                "inputs": {"x": [-1, 2]},
                "expect": {"s": [[0, 2], [-1, 2], [-1, 2]], "t": [[0, 2], [0, 2]]},
            }
        ],
    }
    net = deepgraph.loads(json.dumps(content))
    trace = net.trace({"x": [-1.0, 2.0]})
    assert trace.stages["s"].tolist() == [[0, 2], [-1, 2], [-1, 2]]
    assert net.stages["u"] == tuple(reversed(net.stages["t"]))
    assert recompute(net).count("ok") == 10
