"""Mistakes in `normalise` and `rescale`, one by one."""

from __future__ import annotations

import pytest

from tests.support.small_specs import problems


def nodes(x=None, y=None, h=None, activation="identity"):
    made = [
        {"id": "x", "kind": "input"} | (x or {}),
        {"id": "h", "activation": "relu"} | (h or {}),
        {"id": "y", "kind": "output", "activation": activation} | (y or {}),
    ]
    edges = [{"source": "x", "target": "h"}, {"source": "h", "target": "y", "weight": 1}]
    return {"deepgraph": 1, "nodes": made, "edges": edges}


def layers(first=None, last=None):
    return {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": 2} | (first or {}),
            {"id": "y", "size": 2, "weights": "W", "bias": None} | (last or {}),
        ],
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        # scaling_stands_at_the_ends
        (
            nodes(h={"normalise": {"mean": 1}}),
            '$.nodes[1].normalise: "normalise" is for inputs, and this is a hidden node; drop it',
        ),
        (
            nodes(x={"rescale": {"mean": 1}}),
            '$.nodes[0].rescale: "rescale" is for outputs, and this is an input node; drop it',
        ),
        (
            layers(last={"normalise": {"mean": 1}}),
            (
                '$.layers[1].normalise: "normalise" is for inputs, and this layer is not the first '
                "one; drop it"
            ),
        ),
        (
            layers(first={"rescale": {"mean": 1}}),
            (
                '$.layers[0].rescale: "rescale" is for outputs, and this layer is not the last '
                "one; drop it"
            ),
        ),
        (
            nodes(y={"rescale": {"scale": 2}}, activation="softmax"),
            (
                "$.nodes[2].rescale: the values of a softmax are shares of 1, which are not "
                "rescaled; drop it"
            ),
        ),
        # scaling_has_sound_numbers
        (
            nodes(x={"normalise": {"scale": 0}}),
            (
                "$.nodes[0].normalise.scale: scale must not be 0: values are divided by it, or "
                "lost in it"
            ),
        ),
        (
            nodes(x={"normalise": {"min": 3, "max": 3}}),
            "$.nodes[0].normalise.min: min must be smaller than max, got 3 and 3",
        ),
        (
            nodes(x={"normalise": {"mean": "x"}}),
            (
                '$.nodes[0].normalise.mean: "x" is no fraction "p/q" of two integers; a plain '
                "number stands without quotes"
            ),
        ),
        (
            nodes(x={"normalise": {"mean": None}}),
            '$.nodes[0].normalise.mean: expected a number or a fraction "p/q", got null',
        ),
        (
            nodes(x={"normalise": {"mean": [1]}}),
            "$.nodes[0].normalise.mean: expected one number for this node, got [1]",
        ),
        (
            layers(first={"normalise": {"mean": [1, 2, 3]}}),
            (
                "$.layers[0].normalise.mean: 3 numbers for a layer of 2 nodes; write one for "
                "each of its nodes, or one number for all"
            ),
        ),
        (
            layers(first={"normalise": {"min": [0, 5], "max": [1, 4]}}),
            "$.layers[0].normalise.min[1]: min must be smaller than max, got 5 and 4",
        ),
        (
            layers(last={"rescale": {"scale": [1, 0]}}),
            (
                "$.layers[1].rescale.scale[1]: scale must not be 0: values are divided by it, "
                "or lost in it"
            ),
        ),
        (
            nodes(x={"normalise": {"std": 2}}),
            '$.nodes[0].normalise.std: unknown key "std"; write "scale"',
        ),
        (
            nodes(x={"normalize": {"mean": 2}}),
            '$.nodes[0].normalize: unknown key "normalize"; write "normalise"',
        ),
        (
            nodes(x={"normalise": 3}),
            '$.nodes[0].normalise: expected an object, got 3; write {"mean": 3, "scale": 2}',
        ),
    ],
)
def test_mistakes(content, message):
    assert problems(content) == [message]
