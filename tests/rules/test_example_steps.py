"""What an example may say of its steps, by the mistakes that are told and their exact words."""

from __future__ import annotations

import json

import pytest

import deepgraph
from tests.support.small_specs import XY, example, problems

WEIGHT = {"edges": [XY | {"label": "w", "weight": 1}]}
STEP = {
    "loss": {"name": "squared_error"},
    "targets": {"y": 1},
    "learning_rate": 0.1,
    "updated": {"w": 1},
}


def step(**content):
    return example(**{**STEP, **content}) | WEIGHT


MISTAKES = [
    # steps_can_be_taken
    (
        step(optimiser="gd"),
        '$.examples[0].optimiser: no optimiser "gd"; write "sgd"',
    ),
    (
        step(optimiser="rmsprop"),
        '$.examples[0].optimiser: no optimiser "rmsprop"; known: sgd, adam',
    ),
    (
        step(optimiser="adam", momentum=0.9),
        "$.examples[0].momentum: momentum belongs to sgd; adam has its own: drop one of the two",
    ),
    (
        step(batch=0),
        "$.examples[0].batch: a batch is a whole number from 1 on, got 0",
    ),
    (
        step(freeze=["v"]),
        '$.examples[0].freeze[0]: there is no parameter "v"; the parameters are w',
    ),
    (
        step(learning_rate=None, updated={}, freeze=["w"]),
        '$.examples[0].freeze: "freeze" is that of steps, which need "learning_rate": and a number',
    ),
    (
        step(optimizer="adam"),
        '$.examples[0].optimizer: unknown key "optimizer"; write "optimiser"',
    ),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES)
def test_a_mistake_is_told_at_its_place(content, message):
    assert message in problems(content)


SOUND = [
    step(optimiser="adam", momentum=0, batch=1, steps=3),
    step(freeze=["w"]),
    step(updated={}, momentum="1/2", steps=2),
    step(optimiser=None, batch=None),
]


@pytest.mark.parametrize("content", SOUND)
def test_what_is_right_is_passed(content):
    assert deepgraph.loads(json.dumps(content)).spec.deepgraph == 1
