"""A single row in plain Python against the reference, bit for bit."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.engines.plan import plan
from deepgraph.engines.program import PlanValues
from deepgraph.engines.row import RowProgram, worth_a_row
from tests.support.engines import wide
from tests.support.strategies import examples, inputs, network, same, specs


def program(net, nodes=None):
    chosen = net.outputs if nodes is None else [net.index[name] for name in nodes]
    return RowProgram(PlanValues(net, plan(net, chosen), np.dtype(np.float64)))


@examples(120)
@given(st.data())
def test_one_row_in_plain_python_has_the_bits_of_the_reference(data):
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    everything = np.arange(len(net.ids))
    one = RowProgram(PlanValues(net, plan(net, everything), np.dtype(np.float64)))
    found = np.array([one.run(row) for row in X.tolist()])
    assert same(found.T, net.trace(X).a)


def test_a_bias_and_an_input_may_be_chosen():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "b", "kind": "bias", "value": 2},
                {"id": "y", "kind": "output", "activation": "relu"},
            ],
            "edges": [
                {"source": "x", "target": "y", "weight": 3},
                {"source": "b", "target": "y"},
            ],
        }
    )
    assert program(net, ["y", "b", "x", "y"]).run([-1.0]) == [0.0, 2.0, -1.0, 0.0]
    assert program(net, ["b"]).run([5.0]) == [2.0]


def test_two_threads_may_share_a_program():
    """It holds no values of a row: a second run in the middle of the first changes nothing."""
    net = wide([3, 4, 2], "tanh", "max")
    shared = program(net)
    first = shared.run([1.0, 2.0, 3.0])
    shared.run([np.nan, 0.0, 1e300])
    assert shared.run([1.0, 2.0, 3.0]) == first


def test_only_small_networks_are_worth_it():
    def worth(sizes):
        net = wide(sizes)
        return worth_a_row(PlanValues(net, plan(net, net.outputs), np.dtype(np.float64)))

    assert worth([2, 3, 1])
    assert not worth([300, 300, 10])
