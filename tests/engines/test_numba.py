"""The numba engine: which activations the kernel computes, and where it stops for numpy."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.engines.numba import NumbaBackend, in_kernel
from deepgraph.engines.plan import plan
from deepgraph.engines.program import PlanValues
from deepgraph.functions.node_function import NodeFunction
from tests.support.engines import as_edges, wide
from tests.support.strategies import network


@pytest.mark.parametrize(
    ("written", "inside"),
    [
        ("identity", True),
        ("relu", True),
        ({"name": "leaky_relu", "alpha": 0}, True),
        ({"name": "leaky_relu", "alpha": -0.5}, True),
        ("softmax", True),  # its group is a step of its own
        ("tanh", False),
        ("abs", False),
    ],
)
def test_activations_within_the_kernel(written, inside):
    assert in_kernel(NodeFunction.of(written)) is inside


def steps(net):
    backend = NumbaBackend(
        PlanValues(net, plan(net, net.outputs), np.dtype(np.float64)), exact=True
    )
    return [step[0].__name__ for step in backend.program(8).steps]


def test_the_kernel_stops_only_for_what_it_cannot_do():
    assert steps(network(as_edges([3, 4, 5, 2]))) == ["_run"]
    assert steps(wide([3, 4, 5, 2], "relu")) == ["_run", "_apply", "_run"]  # "lone" is a tanh
