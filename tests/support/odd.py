"""Networks with odd pictures: long names, shared biases, wide groups, irregular ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deepgraph.loading import loads
from tests.support.picture import (
    spec,
)

if TYPE_CHECKING:
    from deepgraph.network import Network


def long_ids() -> Network:
    return spec(
        [("sepal length in centimetres", "input"), ("h" * 60, "hidden"), ("y", "output")],
        [
            ("sepal length in centimetres", "h" * 60, {"label": "w", "weight": 1}),
            ("h" * 60, "y", {"label": "a weight with a long name", "weight": -1.25}),
        ],
    )


def many_inputs() -> Network:
    return spec(
        [
            *((f"x{i}", "input") for i in range(12)),
            ("b", "bias", {"value": 1.5}),
            ("y", "output", {"activation": "sigmoid"}),
        ],
        [*((f"x{i}", "y", {"label": f"w{i}", "weight": i - 5.5}) for i in range(12)), ("b", "y")],
    )


def shared_biases() -> Network:
    return spec(
        [
            ("x1", "input"),
            ("x2", "input"),
            ("b", "bias", {"value": 0.5}),
            ("one", "bias"),
            *((f"h{i}", "hidden", {"activation": "tanh"}) for i in (1, 2)),
            *((f"y{i}", "output") for i in (1, 2)),
        ],
        [
            ("x1", "h1", {"label": "w", "weight": -1.25}),
            ("x2", "h1", {"label": "w"}),
            ("x1", "h2", {"label": "v", "weight": 3}),
            ("x2", "h2", {"label": "v"}),
            ("b", "h1"),
            ("b", "h2"),
            ("h1", "y1", {"label": "a", "weight": 1}),
            ("h2", "y2", {"label": "b1", "weight": 2}),
            ("one", "y1", {"label": "c1", "weight": 4}),
            ("one", "y2", {"label": "c2", "weight": -4}),
        ],
    )


def wide_footnotes(*, skip: bool = False) -> Network:
    """Groups that feed several nodes, whose notes are wider than the picture."""
    return spec(
        [("x", "input"), ("h1", "hidden"), ("h2", "hidden"), ("y", "output")],
        [
            ("x", "h1", {"label": "the first of the weights", "weight": -1.25}),
            ("x", "h2", {"label": "the second of the weights", "weight": 1.25}),
            ("h1", "y", {"label": "the third of the weights", "weight": 3}),
            ("h2", "y"),
            *([("x", "y")] if skip else []),
        ],
        groups={
            f"a group with a very long name, number {number} {'and more ' * 12}": [
                "the first of the weights",
                "the second of the weights",
            ]
            for number in (1, 2)
        },
    )


def irregular_groups() -> Network:
    """Skip edges, and a group of the many weights into the last node."""
    return spec(
        [
            *((name, "input") for name in ("x1", "x2")),
            *((name, "hidden", {"activation": "tanh"}) for name in ("h1", "h2", "h3")),
            ("b", "bias", {"value": 1}),
            ("y", "output"),
        ],
        [
            ("x1", "h1", {"label": "w1", "weight": 1.234}),
            ("x2", "h1", {"label": "w2", "weight": -1.234}),
            ("x1", "h2", {"label": "w3", "weight": 0.12345}),
            ("h1", "h2", {"label": "w4", "weight": 7}),
            ("x2", "h3", {"label": "w5", "weight": 0.54321}),
            ("h1", "y", {"label": "w6", "weight": 1.2345}),
            ("h2", "y", {"label": "w7", "weight": -1.2345}),
            ("x1", "y", {"label": "w8", "weight": 3.33}),
            ("h3", "y", {"label": "w9", "weight": 3.33}),
            ("b", "y"),
        ],
        groups={"w12": ["w1", "w2"], "w6789": ["w6", "w7", "w8", "w9"]},
    )


def dense() -> Network:
    content = [
        {"id": "x", "size": 4},
        {"id": "h", "size": 6, "activation": "relu", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 3, "activation": "softmax", "weights": "W2", "bias": "b2"},
    ]
    return loads(json.dumps({"deepgraph": 1, "layers": content})).initialised(3)


MADE = {
    "one edge": spec([("x", "input"), ("y", "output")], [("x", "y", {"label": "w", "weight": 2})]),
    "a wire": spec([("x", "input"), ("y", "output")], [("x", "y")]),
    "uninitialised": spec(
        [("x", "input"), ("b1", "bias"), ("h", "hidden", {"activation": "relu"}), ("y", "output")],
        [("x", "h", {"label": "w1"}), ("b1", "h"), ("h", "y", {"weight": None})],
    ),
    "long ids": long_ids(),
    "twelve inputs": many_inputs(),
    "shared biases": shared_biases(),
    "dense": dense(),
    "wide footnotes": wide_footnotes(),
}


ODD = {
    **MADE,
    "irregular, wide footnotes": wide_footnotes(skip=True),
    "irregular, groups": irregular_groups(),
}


VALUES = [None, 0.5, -123456.0, 1e300]
