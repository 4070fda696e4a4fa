"""Optimisers: momentum by hand, Adam against autograd."""

from __future__ import annotations

import math
from fractions import Fraction

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from autograd.misc.optimizers import adam

import deepgraph
from deepgraph.errors import InputError
from deepgraph.evaluate.optimisers import StepSettings, stepper
from deepgraph.train import fit
from tests.support.strategies import SPECS, network
from tests.support.training import TARGETS, X


@pytest.fixture(scope="module")
def net():
    return deepgraph.load(SPECS / "deep_state.json")


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


def of_a_hidden_node(style):
    """tanh(x·w + b)·v + c, its biases as values of nodes or as labels of edges of a constant 1."""
    values = style == "values"
    bias = {"id": "1", "kind": "bias", "value": 1}
    edges = [
        {"source": "x", "target": "h", "label": "w", "weight": 0.8},
        {"source": "h", "target": "y", "label": "v", "weight": -1.5},
    ]
    for name, value, target in (("b", 0.5, "h"), ("c", 2.0, "y")):
        given = {"source": name} if values else {"source": "1", "label": name, "weight": value}
        edges.append({"target": target, **given})
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "h", "activation": "tanh"},
        {"id": "y", "kind": "output"},
        *([{"id": "b", "kind": "bias", "value": 0.5}] if values else [bias]),
        *([{"id": "c", "kind": "bias", "value": 2.0}] if values else []),
    ]
    return network({"deepgraph": 1, "nodes": nodes, "edges": edges})


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
@pytest.mark.parametrize("style", ["values", "labels"])
def test_weight_decay_is_a_penalty_of_the_weights_and_of_no_bias(optimiser, style):
    """The objective in one line of autograd, tanh(x·w + b)·v + c, λ/2 of w², v² and no bias."""
    net, share = of_a_hidden_node(style), 0.25

    def objective(p):
        a = anp.tanh(p[0] * X[:, 0] + p[2]) * p[1] + p[3]
        loss = anp.mean((a - TARGETS["y"]) ** 2) / 2
        return loss + share / 2 * (p[0] ** 2 + p[1] ** 2)

    slope, p = grad(objective), np.array([0.8, -1.5, 0.5, 2.0])
    if optimiser == "adam":
        expected = adam(lambda values, _: slope(values), p, num_iters=30, step_size=0.01)
    else:
        expected = p
        for _ in range(30):
            expected = expected - 0.1 * slope(expected)
    found = fit(net, X, TARGETS, epochs=30, optimiser=optimiser, weight_decay=share)
    values = [found.network.parameters[name] for name in ("w", "v", "b", "c")]
    np.testing.assert_allclose(values, expected, rtol=0, atol=1e-12)
    first = found.history[0]
    assert first.penalty == pytest.approx(share / 2 * (0.8**2 + 1.5**2), rel=1e-15)
    assert first.training.loss + first.penalty == pytest.approx(objective(p), rel=1e-14)
    assert found.best.decisive == min(epoch.decisive for epoch in found.history)


def test_a_shared_weight_has_one_penalty_and_a_frozen_one_none():
    builder = deepgraph.Builder()
    builder.input("x1")
    builder.input("x2")
    builder.output("y")
    builder.edge("x1", "y", "w", 3.0)
    builder.edge("x2", "y", "w", 3.0)
    builder.bias("b", 1.0, "y")
    net = builder.build()
    given = ([[0.0, 0.0]], {"y": 1.0})
    found = fit(net, *given, epochs=1, weight_decay=0.5, learning_rate=1.0)
    assert found.history[0].penalty == 0.25 * 9
    assert found.network.parameters["w"] == 3.0 - 0.5 * 3.0
    assert found.network.parameters["b"] == 1.0
    still = fit(net, *given, epochs=1, weight_decay=0.5, freeze=["w"])
    assert still.history[0].penalty == 0.0
    assert still.network.parameters["w"] == 3.0


@pytest.mark.parametrize(("optimiser", "rate"), [("sgd", "1/10"), ("adam", "1/100")])
def test_the_default_rate_is_exact_and_fractions_are_as_typed(optimiser, rate):
    settings = StepSettings.of(optimiser=optimiser, weight_decay="1/3")
    assert settings.exactly("learning_rate") == Fraction(rate)
    assert settings.exactly("weight_decay") == Fraction(1, 3)
    assert settings.exactly("momentum") == 0


def test_a_setting_that_is_no_number_is_named():
    with pytest.raises(InputError, match=r'^momentum is a number or a fraction, .* got "much"$'):
        StepSettings.of(momentum="much")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("adm", 'no optimiser "adm"; did you mean "adam"?'),
        ("SGD", 'no optimiser "SGD"; did you mean "sgd"?'),
        ("zzz", 'no optimiser "zzz"; known: sgd, adam'),
        ("momentum", 'no optimiser "momentum"; write "sgd"'),
        ("rmsprop", 'no optimiser "rmsprop"; known: sgd, adam'),
    ],
)
def test_an_unknown_optimiser_is_named_with_a_cure(name, said):
    with pytest.raises(InputError) as caught:
        StepSettings(optimiser=name)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"momentum": 1}, "momentum is at least 0 and less than 1, got 1"),
        ({"momentum": -0.1}, "momentum is at least 0 and less than 1, got -0.1"),
        ({"momentum": 0.5, "optimiser": "adam"}, "momentum belongs to sgd; adam has its own"),
        ({"weight_decay": -1}, "weight decay is a number from 0 on, got -1"),
        ({"weight_decay": math.inf}, "weight decay is a number from 0 on, got inf"),
        ({"learning_rate": math.nan}, "the learning rate is a finite number, got nan"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(settings, said):
    with pytest.raises(InputError) as caught:
        StepSettings(**settings)
    assert str(caught.value) == said


def test_the_least_settings_are_taken():
    assert StepSettings(momentum=0, weight_decay=0, optimiser="adam").rate == 0.01
    assert StepSettings(momentum=0.999).rate == 0.1


def test_what_an_optimiser_carries_along_has_the_letter_of_its_paper():
    theta, g = np.array([1.0, 2.0]), np.array([0.5, -0.25])
    assert stepper(StepSettings(), theta, g).state == {}
    plain = stepper(StepSettings(momentum=0.5), theta.copy(), g)
    adam = stepper(StepSettings(optimiser="adam"), theta.copy(), g)
    for one in (plain, adam):
        one.step()
        one.step()
    assert {name: v.tolist() for name, v in plain.state.items()} == {"v": (1.5 * g).tolist()}
    assert sorted(adam.state) == ["m", "v"]
    np.testing.assert_allclose(adam.state["m"], (1 - 0.9**2) * g, rtol=1e-14)
    np.testing.assert_allclose(adam.state["v"], (1 - 0.999**2) * g**2, rtol=1e-12)
