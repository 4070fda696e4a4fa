from __future__ import annotations

import json

import pytest

from deepgraph import spec as specs
from deepgraph.graph.layers import LARGEST_LAYER, LARGEST_MATRIX, Layers


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (
            [{"id": "x", "size": 0}],
            ["$.layers[0].size: a layer has 1 to 1,000,000 nodes, not 0"],
        ),
        (
            [{"id": "x", "size": 1_000_001}],
            ["$.layers[0].size: a layer has 1 to 1,000,000 nodes, not 1,000,001"],
        ),
        (
            [{"id": "x", "size": 2, "names": ["a"]}],
            ['$.layers[0].names: 1 name for 2 nodes; "size" and "names" have to agree'],
        ),
        (
            [{"id": "x", "size": 12, "grid": [3, 3]}],
            [
                (
                    "$.layers[0].grid: a grid of 3 rows and 3 columns for 12 nodes; "
                    'such as "grid": [3, 4]'
                )
            ],
        ),
        (
            [{"id": "x", "size": 7, "grid": [-7, -1]}],
            [
                (
                    "$.layers[0].grid: a grid of -7 rows and -1 columns for 7 nodes; "
                    'such as "grid": [1, 7]'
                )
            ],
        ),
        (
            [{"id": "x", "size": 1}, {"id": "y", "size": 1}],
            [
                (
                    '$.layers[1]: "weights" is missing, the name of the matrix; '
                    'write "weights": "W1"'
                ),
                '$.layers[1]: "bias" is missing; write "bias": "b1", or "bias": null for none',
            ],
        ),
        (
            [{"id": "x", "size": 1, "weights": "W"}],
            [
                (
                    "$.layers[0].weights: the first layer is the input, which computes nothing; "
                    'drop "weights"'
                )
            ],
        ),
        (
            [
                {"id": "x", "size": 1},
                {"id": "y", "size": 1, "weights": "W", "bias": None, "from": ["x", "h", "y"]},
            ],
            [
                '$.layers[1].from[1]: no layer "h" before this one; known: x',
                '$.layers[1].from[2]: no layer "y" before this one; known: x',
            ],
        ),
        (
            [
                {"id": "x", "size": 1},
                {"id": "y", "size": 1, "weights": "W", "bias": None, "from": ["x", "x"]},
            ],
            ['$.layers[1].from[1]: "x" is named twice; name each layer once'],
        ),
        (
            [{"id": "x", "size": 1}, {"id": "x", "size": 1, "weights": "W", "bias": None}],
            ['$.layers[1].id: the id "x" is already that of a layer; give each its own'],
        ),
        (
            [
                {"id": "x", "size": 100_001},
                {"id": "y", "size": 1_000, "weights": "W", "bias": None},
            ],
            ["$.layers[1]: 100,001,000 weights in one layer; at most 100,000,000"],
        ),
    ],
)
def test_layers_that_do_not_resolve(layers, expected):
    spec = specs.read(json.dumps({"deepgraph": 1, "layers": layers}).encode())
    assert [str(problem) for problem in Layers(spec.layers).problems] == expected


def test_limits_are_what_the_messages_say():
    assert f"{LARGEST_LAYER:,}" == "1,000,000"
    assert f"{LARGEST_MATRIX:,}" == "100,000,000"
