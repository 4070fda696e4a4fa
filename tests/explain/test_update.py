"""A step without a walk: the first one of each optimiser, against formulas in plain numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import deepgraph
from deepgraph.evaluate.optimisers import StepSettings
from deepgraph.graph.reach import trained_parameters
from tests.support.strategies import SPECS

X, T = {"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99}


@pytest.fixture(scope="module")
def net():
    return deepgraph.load(SPECS / "mazur.json")


def updated(explanation):
    return {n.name: n.value for n in explanation.lines if n.quantity == "updated" and n.name}


def test_a_plain_step_has_the_bits_of_the_gradient(net):
    stepped = net.gradient(X, T).step(0.5).tolist()
    assert list(updated(net.explain(X, T, learning_rate=0.5)).values()) == stepped


def test_the_first_step_of_each_optimiser(net):
    g = net.gradient(X, T).by_name
    w = dict(zip(g, net.parameters.values.tolist(), strict=True))
    momentum = updated(net.explain(X, T, momentum=0.9))
    assert momentum == pytest.approx({n: w[n] - 0.1 * g[n] for n in g}, rel=1e-15)
    adam = updated(net.explain(X, T, optimiser="adam"))
    by_hand = {n: w[n] - 0.01 * g[n] / (math.sqrt(g[n] ** 2) + 1e-8) for n in g}
    assert adam == pytest.approx(by_hand, rel=1e-12)
    decayed = updated(net.explain(X, T, weight_decay=0.2, learning_rate=0.5))
    share = {n: 0.2 if n.startswith("w") else 0.0 for n in g}
    by_hand = {n: w[n] - 0.5 * (g[n] + share[n] * w[n]) for n in g}
    assert decayed == pytest.approx(by_hand, rel=1e-15)


def test_the_penalty_is_that_of_the_trained_weights_alone(net):
    found = net.frozen(["w1", "w2"]).explain(X, T, weight_decay=0.1)
    values = {line.quantity: line.value for line in found.lines}
    squares = 0.25**2 + 0.3**2 + 0.4**2 + 0.45**2 + 0.5**2 + 0.55**2
    assert values["penalty"] == pytest.approx(0.05 * squares, rel=1e-14)
    assert values["objective"] == pytest.approx(net.loss(X, T) + 0.05 * squares, rel=1e-14)
    named = [line.name for line in found.lines if line.quantity == "dobjective"]
    assert named == ["w3", "w4", "w5", "w6", "w7", "w8"]


def test_what_the_targets_do_not_depend_on_is_not_trained(net):
    found = trained_parameters(net, [net.index["o1"]])
    names = [net.parameters.name(n) for n in np.flatnonzero(found).tolist()]
    assert names == ["b1", "b2", "w1", "w2", "w3", "w4", "w5", "w6"]
    penalty = net.explain(X, {"o1": 0.01}, weight_decay=0.1)
    assert "w₇²" not in str(penalty)


def test_an_output_itself_may_be_descended(net):
    small = deepgraph.load(SPECS / "deep_state.json")
    found = small.explain({"x": 0.5}, loss="output", learning_rate=0.1, momentum=0.5)
    assert "  new v(w₇) = μ·v(w₇) + ∂loss/∂w₇ = 0.5·0 + 1.444 = 1.444\n" in str(found)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"momentum": 1.0}, "momentum is at least 0 and less than 1, got 1"),
        ({"optimiser": "adam", "momentum": 0.5}, "momentum belongs to sgd; adam has its own"),
        ({"optimiser": "rmsprop"}, 'no optimiser "rmsprop"'),
        ({"weight_decay": -1.0}, "weight decay is a number from 0 on, got -1"),
        ({"learning_rate": math.nan}, "the learning rate is a finite number, got nan"),
    ],
)
def test_settings_that_are_none(options, message):
    with pytest.raises(deepgraph.DeepgraphError) as caught:
        StepSettings(**options)
    assert str(caught.value).startswith(message)
