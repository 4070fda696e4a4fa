"""Steps of gradient descent on the reference, held to lists and loops without numpy."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

import deepgraph
from deepgraph.evaluate.optimisers import StepSettings
from deepgraph.evaluate.steps import Descended, steps
from tests.support.by_hand import Dense

ROWS = [(0.5, -1.0), (1.5, 0.25), (-0.75, 2.0), (0.1, 0.3), (-1.25, -0.5)]
TARGETS = [0.3, -0.2, 0.9, 0.0, 0.6]
WEIGHTS = {"w1": 0.8, "w2": -1.5, "v": 0.7}
BIASES = {"b": 0.25, "c": -0.4}


def net_and_dense():
    """y = identity(v·tanh(w1·x1 + w2·x2 + b) + c), twice."""
    builder = deepgraph.Builder()
    builder.input("x1")
    builder.input("x2")
    builder.node("h", activation="tanh")
    builder.output("y")
    for source, target, label in (("x1", "h", "w1"), ("x2", "h", "w2"), ("h", "y", "v")):
        builder.edge(source, target, label, WEIGHTS[label])
    builder.bias("b", BIASES["b"], "h")
    builder.bias("c", BIASES["c"], "y")
    dense = Dense([[[0.8, -1.5]], [[0.7]]], [[0.25], [-0.4]], ["tanh", "identity"])
    return builder.build(), dense


def values_of(dense):
    (w1, w2), [v] = dense.weights[0][0], dense.weights[1][0]
    return {"w1": w1, "w2": w2, "v": v, "b": dense.biases[0][0], "c": dense.biases[1][0]}


def taken(net, count, batch=None, targets=True, **settings):
    task = Descended({"y": np.array(TARGETS)} if targets else {}, *LOSS[targets], "mean", None)
    found = steps(net, np.array(ROWS).T, task, StepSettings(**settings), batch)
    return list(islice(found, count))


LOSS = {True: ("half_squared_error",), False: ("output",)}


def named(net, numbers):
    """By name the numbers of an array over all parameters."""
    return {name: float(net.parameters.of(name, numbers)) for name in (*WEIGHTS, *BIASES)}


@pytest.mark.parametrize(
    ("batch", "parts"),
    [
        (None, [range(5)] * 4),
        (9, [range(5)] * 4),
        (5, [range(5)] * 4),
        (2, [range(2), range(2, 4), range(4, 5), range(2), range(2, 4), range(4, 5), range(2)]),
        (1, [range(n, n + 1) for n in (0, 1, 2, 3, 4, 0)]),
    ],
)
def test_batches_follow_one_another_and_begin_anew_with_each_epoch(batch, parts):
    net, dense = net_and_dense()
    found = taken(net, len(parts), batch, learning_rate=0.1)
    assert [step.number for step in found] == list(range(1, len(parts) + 1))
    assert [step.rows for step in found] == [tuple(part) for part in parts]
    epochs = np.cumsum([part.start == 0 for part in parts]).tolist()
    assert [step.epoch for step in found] == epochs
    for step, part in zip(found, parts, strict=True):
        before = values_of(dense)
        assert named(net, step.before) == pytest.approx(before, rel=1e-13)
        dense.step([(ROWS[row], [TARGETS[row]]) for row in part], 0.1)
        after = values_of(dense)
        assert named(net, step.after) == pytest.approx(after, rel=1e-13)
        slopes = {name: (before[name] - after[name]) / 0.1 for name in after}
        assert named(net, step.gradient) == pytest.approx(slopes, rel=1e-9, abs=1e-12)
        assert (step.state_before, step.state_after) == ({}, {})


def test_momentum_is_carried_from_step_to_step():
    net, _ = net_and_dense()
    found = taken(net, 4, 2, learning_rate=0.1, momentum=0.5)
    v = np.zeros(len(net.parameters))
    for step in found:
        assert step.state_before["v"].tolist() == v.tolist()
        v = 0.5 * v + step.gradient
        np.testing.assert_allclose(step.state_after["v"], v, rtol=1e-14)
        v = step.state_after["v"]
        np.testing.assert_allclose(step.after, step.before - 0.1 * v, rtol=1e-14)


def test_weight_decay_adds_the_slope_of_its_penalty_to_weights_alone():
    net, _ = net_and_dense()
    for plain, decayed in zip(taken(net, 1), taken(net, 1, weight_decay=0.25), strict=True):
        more = named(net, decayed.gradient - plain.gradient)
        wanted = {name: 0.25 * value for name, value in WEIGHTS.items()} | {"b": 0, "c": 0}
        assert more == pytest.approx(wanted, rel=1e-12, abs=1e-15)


def test_a_loss_without_targets_goes_down_the_output():
    net, _ = net_and_dense()
    [first] = taken(net, 1, targets=False, learning_rate=0.5)
    assert named(net, first.gradient)["c"] == 1.0
    assert named(net, first.after)["c"] == BIASES["c"] - 0.5


def test_steps_end_where_a_value_is_not_a_number_any_more():
    net, _ = net_and_dense()
    found = taken(net, 1000, learning_rate=1e200)
    assert 0 < len(found) < 1000
    assert np.isnan(found[-1].after).any()
    assert not any(np.isnan(step.before).any() for step in found)
