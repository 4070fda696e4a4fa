"""The table of losses: its rows, and that a new row is all that a new loss needs."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from deepgraph.errors import InputError
from deepgraph.explain import expressions as ex
from deepgraph.explain.formula import at
from deepgraph.functions import losses
from deepgraph.functions.losses import LOSSES, Loss
from deepgraph.train import fit
from deepgraph.words.elsewhere import bare
from tests.support.strategies import network

BY_NODE = [pytest.param(row, id=row.name) for row in LOSSES.values() if row.f]


def test_the_names_in_their_order():
    assert tuple(LOSSES) == (
        "squared_error",
        "half_squared_error",
        "mean_squared_error",
        "absolute_error",
        "mean_absolute_error",
        "huber",
        "hinge",
        "cross_entropy",
        "output",
    )
    assert {losses.DEFAULT_LOSS, losses.CLASSES_LOSS, losses.OUTPUT_LOSS} <= set(LOSSES)


def test_aliases_are_no_names():
    assert not losses.ELSEWHERE.keys() & LOSSES.keys()
    for row in LOSSES.values():
        assert {losses.ELSEWHERE[bare(alias)] for alias in row.aliases} <= {row.name}


def test_every_row_is_of_one_of_three_kinds():
    for row in LOSSES.values():
        assert row.note, row.name
        assert [bool(row.f), bool(row.activations), not row.needs_targets].count(True) == 1
        assert bool(row.f) == bool(row.derivative) == bool(row.formula), row.name


@pytest.mark.parametrize("row", BY_NODE)
def test_the_derivative_is_the_central_difference(row):
    rng = np.random.default_rng(0)
    a, t, h = rng.standard_normal(50), rng.standard_normal(50), 1e-6
    difference = (row.f(a + h, t) - row.f(a - h, t)) / (2 * h)
    assert row.derivative(a, t) == pytest.approx(difference, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("row", BY_NODE)
@pytest.mark.parametrize("nodes", [1, 4])
@pytest.mark.parametrize(("a", "t"), [(0.75, -0.5), (-3.0, 1.0), (2.0, 1.0), (0.5, 0.5), (5.0, -1)])
def test_the_formulas_are_the_functions(row, nodes, a, t):
    a, t = ex.Number(a), ex.Number(t)

    def value(formula):
        def call(function, arguments):
            return {"abs": abs, "max": max}[function](*arguments)

        return ex.evaluate(at(formula, {"a": a, "t": t})[0], lambda number: number.value, call)

    numbers = np.array(a.value), np.array(t.value)
    assert value(row.formula) == row.f(*numbers)
    by_a = row.derivative(*numbers) / row.divisor_for(nodes)
    assert value(row.derivative_formula) / (nodes if row.mean else 1) == pytest.approx(by_a)


def test_kinks_and_values_that_are_not_finite():
    """The derivatives at the kinks are those that PyTorch has; NaN is never lost."""
    a = np.array([-np.inf, -2.0, -1.0, 0.0, 1.0, 2.0, np.inf, np.nan])
    zero, one = np.zeros(8), np.ones(8)
    found = LOSSES["absolute_error"].derivative(a, zero)
    np.testing.assert_array_equal(found, [-1, -1, -1, 0, 1, 1, 1, np.nan])
    found = LOSSES["huber"].f(a, zero)
    np.testing.assert_array_equal(found, [np.inf, 1.5, 0.5, 0, 0.5, 1.5, np.inf, np.nan])
    found = LOSSES["huber"].derivative(a, zero)
    np.testing.assert_array_equal(found, [-1, -1, -1, 0, 1, 1, 1, np.nan])
    found = LOSSES["hinge"].f(a, one)
    np.testing.assert_array_equal(found, [np.inf, 3, 2, 1, 0, 0, 0, np.nan])
    found = LOSSES["hinge"].derivative(a, one)
    np.testing.assert_array_equal(found, [-1, -1, -1, -1, 0, 0, 0, np.nan])


def test_the_hinge_has_two_targets(two):
    for t in (0, 0.5, [1, 0]):
        with pytest.raises(InputError, match=r'the target of "y" for hinge is −1 or 1, got 0'):
            two.gradient([[1.0], [2.0]], {"y": t}, "hinge")
        with pytest.raises(InputError, match=r'the target of "y" for hinge is −1 or 1, got 0'):
            fit(two, [[1.0], [2.0]], {"y": t}, loss="hinge")


def test_the_names_need_no_numpy():
    program = "import sys, deepgraph.functions.losses; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


# --- a new loss ---------------------------------------------------------------------------


@pytest.fixture
def smooth(monkeypatch):
    """A loss that no table has: Σ(a − t)⁴, as the mean over the nodes, on every node."""
    row = Loss(
        "fourth_power",
        "Σ(a − t)⁴, divided by the number of nodes",
        formula="(a - t)²·(a - t)²",
        derivative_formula="4·(a - t)³",
        f=lambda a, t: (a - t) * (a - t) * (a - t) * (a - t),
        derivative=lambda a, t: 4.0 * (a - t) * (a - t) * (a - t),
        mean=True,
    )
    monkeypatch.setitem(LOSSES, row.name, row)
    return row


@pytest.fixture
def two():
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "y", "kind": "output", "activation": "tanh"},
                {"id": "z", "kind": "output"},
            ],
            "edges": [
                {"source": "x", "target": "y", "label": "v", "weight": 0.5},
                {"source": "x", "target": "z", "label": "w", "weight": -1.5},
            ],
        }
    )


def test_a_new_row_is_evaluated(smooth, two):
    X, targets = [[1.0], [2.0]], {"y": 0.25, "z": [0, 1]}
    a = two(X)
    rows = ((a - [[0.25, 0], [0.25, 1]]) ** 4).sum(axis=1) / 2
    found = two.gradient(X, targets, smooth.name)
    assert found.row_losses == pytest.approx(rows, rel=1e-14)
    assert found.loss == pytest.approx(rows.mean(), rel=1e-14)
    h = 1e-6
    for name, slope in found.by_name.items():
        number = two.parameters.find(name)
        step = np.zeros(2)
        step[number] = h
        moved = [
            two.with_values(two.parameters.values + sign * step).loss(X, targets, smooth.name)
            for sign in (1, -1)
        ]
        assert slope == pytest.approx((moved[0] - moved[1]) / (2 * h), rel=1e-6)


def test_a_new_row_is_explained(smooth, two):
    text = str(two.explain({"x": 1}, {"z": 0, "y": 1}, loss=smooth.name))
    assert "loss = ((y − t(y))²·(y − t(y))² + (z − t(z))²·(z − t(z))²)/2" in text
    assert "∂loss/∂z = 4·(z − t(z))³/2 = 4·(−1.5 − 0)³/2 = −6.75" in text


def test_a_new_row_is_trained(smooth, two):
    X, targets = np.array([[1.0], [2.0], [-1.0]]), {"z": [0.5, 1.0, -0.5], "y": 0}
    done = fit(two, X, targets, loss=smooth.name, epochs=1, learning_rate=0.01)
    by_hand = two.gradient(X, targets, smooth.name).step(0.01)
    assert done.network.parameters.values == pytest.approx(by_hand, rel=1e-13)
    assert done.history[0].training.loss == pytest.approx(two.loss(X, targets, smooth.name))


def test_a_new_row_is_legal_and_listed(smooth, two):
    with pytest.raises(InputError, match='the loss "fourth_power" needs targets by node id'):
        two.loss([[1.0]], {}, smooth.name)
    with pytest.raises(InputError, match='did you mean "fourth_power"'):
        two.loss([[1.0]], {"y": 1}, "forth_power")
