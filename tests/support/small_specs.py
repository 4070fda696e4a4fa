"""Small specs to break, and the messages that a broken spec gets."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

import deepgraph
from deepgraph import SpecError

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
    "identity, relu, relu6, thresholded_relu, leaky_relu, elu, selu, celu, gelu, gelu_tanh, silu, "
    "mish, softplus, softsign, sigmoid, tanh, hard_sigmoid, hard_swish, hard_tanh, bent_identity, "
    "step, sign, floor, round, abs, square, cube, sqrt, exp, log, inverse, sin, cos, gaussian, "
    "softmax"
)


def problems(content):
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(json.dumps(content))
    assert all(problem.line == 1 and problem.column for problem in caught.value.problems)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]
