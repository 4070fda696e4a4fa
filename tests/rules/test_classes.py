"""Mistakes in `classes` and `threshold`, one by one."""

from __future__ import annotations

import pytest

from tests.support.small_specs import layered, problems, spec
from tests.support.strategies import network


def one(**keys):
    return {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"} | keys],
        "edges": [{"source": "x", "target": "y"}],
    }


TWO = ["no", "yes"]
HIDDEN = {"id": "h", "classes": TWO}
SEVERAL = "there the largest output says the class, by its label; drop it"
OTHER = {"id": "o", "kind": "output", "threshold": 1}
TO_H = [{"source": "x", "target": "h"}, {"source": "h", "target": "y"}]
TO_O = [{"source": "x", "target": "o"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        # classes_are_of_the_one_output
        (
            spec([HIDDEN], TO_H),
            (
                '$.nodes[2].classes: "classes" is for the one output, and this is a hidden node; '
                "drop it"
            ),
        ),
        (
            layered(layer={"classes": TWO}),
            (
                '$.layers[1].classes: "classes" is for a network with one output, and this '
                "one has 2: there the largest output says the class, by its label; drop it"
            ),
        ),
        (
            spec([OTHER], TO_O),
            (
                '$.nodes[2].threshold: "threshold" is for a network with one output, and '
                "this one has 2: there the largest output says the class, by its label; drop it"
            ),
        ),
        # classes_are_two
        (
            one(classes=["a", "b", "c"]),
            '$.nodes[1].classes: an output has two classes, as ["no", "yes"], got 3 texts',
        ),
        (
            one(classes=["a", "a"]),
            (
                "$.nodes[1].classes: the two classes have one name; give each its own, as "
                '["no", "yes"]'
            ),
        ),
        (
            one(classes=["", "a"]),
            '$.nodes[1].classes: the name of a class is not empty; write ["no", "yes"]',
        ),
        (
            one(threshold="high"),
            (
                '$.nodes[1].threshold: "high" is no fraction "p/q" of two integers; a plain number '
                "stands without quotes"
            ),
        ),
        (
            one(classes="yes"),
            '$.nodes[1].classes: expected a list, got "yes"; write ["no", "yes"]',
        ),
        (
            one(cutoff=1),
            '$.nodes[1].cutoff: unknown key "cutoff"; write "threshold"',
        ),
    ],
)
def test_mistakes(content, message):
    assert problems(content) == [message]


def test_a_threshold_alone_and_a_fraction():
    assert network(one(threshold="1/4")).classes.threshold == 0.25
