# ruff: noqa: E501 (a message has a line)
"""Each rule about the numbers of examples, by the mistakes that it finds and the exact words."""

from __future__ import annotations

import json

import pytest

import deepgraph
from tests.support.small_specs import XY, example, problems, spec

WEIGHT = {"edges": [XY | {"label": "w", "weight": 1}]}
TASK = {"loss": {"name": "squared_error"}, "targets": {"y": 1}}
STEP = TASK | {"learning_rate": 0.1, "updated": {"w": 1}}


def step(**content):
    return example(**{**STEP, **content}) | WEIGHT


MISTAKES = [
    # figures_are_numbers
    (
        step(momentum=1),
        "$.examples[0].momentum: momentum is less than 1, as 0.9, got 1",
    ),
    (
        step(weight_decay=-1),
        "$.examples[0].weight_decay: weight_decay must not be negative, got -1",
    ),
    (
        step(steps=0),
        "$.examples[0].steps: steps are a whole number from 1 on, got 0",
    ),
    (
        example(**TASK, momentum=0.9) | WEIGHT,
        '$.examples[0].momentum: "momentum" is that of steps, which need "learning_rate": and a number',
    ),
    (
        example(**TASK, steps=2) | WEIGHT,
        '$.examples[0].steps: "steps" is that of steps, which need "learning_rate": and a number',
    ),
    (
        example(**TASK, deltas={"x": 1}),
        '$.examples[0].deltas.x: "x" is an input node and has no z, so no delta; its derivative belongs under "node_gradients"',
    ),
    (
        example(deltas={"y": 1}),
        '$.examples[0].deltas: "deltas" needs a loss; write "loss": {"name": "output"}',
    ),
    (
        step(gradients={"g": 1}) | {"groups": {"g": ["w"]}},
        "$.examples[0].gradients.g: g is a group of 1 label; write [a number for w]",
    ),
    (
        step(gradients={"g": [1, 2]}) | {"groups": {"g": ["w"]}},
        "$.examples[0].gradients.g: g is a group of 1 label; write [a number for w]",
    ),
    # tolerances_name_figures
    (
        step(tolerance={"gradients": 1}),
        '$.examples[0].tolerance.gradients: this example has no figures under "gradients"; there are figures under updated, loss',
    ),
    (
        step(tolerance={"updated": {"v": 1}}),
        '$.examples[0].tolerance.updated.v: there is no figure "v" under "updated"; there are w',
    ),
    (
        step(tolerance={"updated": -1}),
        "$.examples[0].tolerance.updated: tolerance must not be negative, got -1",
    ),
    # losses_fit, about the node of the loss
    (
        example(loss={"name": "output", "node": "Y"}),
        '$.examples[0].loss.node: there is no node "Y"; did you mean "y"?',
    ),
    (
        example(targets={"y": 1}, loss={"name": "squared_error", "node": "y"}),
        '$.examples[0].loss.node: the loss "squared_error" is that of its targets; "node" belongs to the loss "output"',
    ),
    # unused_are_nodes
    (
        spec(unused=["x9"]),
        '$.unused[0]: there is no node "x9"; did you mean "x"?',
    ),
    (spec(unused=["x", "x"]), '$.unused[1]: "x" stands here twice'),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES)
def test_a_mistake_is_told_at_its_place(content, message):
    assert message in problems(content)


SOUND = [
    step(momentum="1/2", weight_decay=0, steps=3),
    step(tolerance={"updated": {"w": "1/100"}, "loss": 0.1}),
    step(gradients={"g": [None]}) | {"groups": {"g": ["w"]}},
    example(loss={"name": "output", "node": "x"}, node_gradients={"x": 1}),
    example(**TASK, deltas={"y": 1}),
    spec(unused=[]),
]


@pytest.mark.parametrize("content", SOUND)
def test_what_is_right_is_passed(content):
    assert deepgraph.loads(json.dumps(content)).spec.deepgraph == 1
