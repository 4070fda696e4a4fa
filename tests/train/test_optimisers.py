"""Optimisers: momentum by hand, Adam against autograd."""

from __future__ import annotations

import numpy as np
from autograd.misc.optimizers import adam

import deepgraph
from deepgraph.train import fit
from tests.support.strategies import SPECS
from tests.support.training import TARGETS, X


def test_momentum():
    net = deepgraph.load(SPECS / "deep_state.json")
    values, v = net.parameters.values, np.zeros(len(net.parameters))
    for _ in range(20):
        v = 0.9 * v + net.with_values(values).gradient(X, TARGETS).parameters
        values = values - 0.01 * v
    found = fit(net, X, TARGETS, epochs=20, learning_rate=0.01, momentum=0.9)
    np.testing.assert_allclose(found.network.parameters.values, values, rtol=0, atol=1e-13)


def test_adam_is_that_of_autograd(net):
    def slope(values, _):
        return net.with_values(values).gradient(X, TARGETS).parameters

    expected = adam(slope, net.parameters.values, num_iters=25, step_size=0.01)
    found = fit(net, X, TARGETS, epochs=25, optimiser="adam")
    np.testing.assert_allclose(found.network.parameters.values, expected, rtol=0, atol=1e-12)
