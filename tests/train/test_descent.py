"""Gradient descent: steps against the reference, batches, tiles, threads, divergence."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

import deepgraph
from deepgraph.edit.templates import dense
from deepgraph.errors import DivergedError
from deepgraph.train import fit
from deepgraph.train.rows import Shuffle
from tests.support.gradients import sound_rows
from tests.support.plain import LINEAR, Dual, Plain, fraction
from tests.support.strategies import SPECS, examples, irregular, network
from tests.support.training import TARGETS, X, iris


def test_gradient_descent_is_that_of_the_reference(net):
    expected = net
    for _ in range(30):
        expected = expected.gradient(X, TARGETS).update(0.05)
    found = fit(net, X, TARGETS, epochs=30, learning_rate=0.05)
    np.testing.assert_allclose(
        found.network.parameters.values, expected.parameters.values, rtol=0, atol=1e-13
    )
    assert found.best.number == 30
    assert found.best.training.loss == pytest.approx(expected.loss(X, TARGETS), rel=1e-12)
    assert len(found.history) == 31
    assert found.history[0].training.loss == pytest.approx(net.loss(X, TARGETS), rel=1e-12)


def test_the_published_step_of_mazur():
    net = deepgraph.load(SPECS / "mazur.json")
    found = fit(net, [[0.05, 0.10]], {"o1": 0.01, "o2": 0.99}, epochs=1, learning_rate=0.5).network
    values = found.parameters.values
    for name, value in {"w5": 0.35891648, "w1": 0.149780716}.items():
        assert values[found.parameters.find(name)] == pytest.approx(value, abs=5e-9)


def test_batches_are_shuffled_and_each_row_is_learned_from_once(net):
    order = Shuffle(5, "batches")(150)
    assert sorted(order.tolist()) == list(range(150))
    expected = net
    for start in range(0, 150, 40):  # 40, 40, 40, 30
        part = order[start : start + 40]
        targets = {"y": TARGETS["y"][part]}
        expected = expected.gradient(X[part], targets).update(0.1)
    found = fit(net, X, TARGETS, epochs=1, batch=40, seed=5)
    np.testing.assert_allclose(
        found.network.parameters.values, expected.parameters.values, rtol=0, atol=1e-13
    )


def test_a_batch_too_large_for_the_memory_is_added_up(net, monkeypatch):
    whole = [fit(net, X, TARGETS, epochs=5, batch=batch) for batch in (None, 140)]
    monkeypatch.setattr("deepgraph.train.descent.TILE_VALUES", 500)
    cut = [fit(net, X, TARGETS, epochs=5, batch=batch) for batch in (None, 140)]
    for left, right in zip(whole, cut, strict=True):
        np.testing.assert_allclose(
            left.network.parameters.values, right.network.parameters.values, rtol=0, atol=1e-13
        )
        assert left.best.training.loss == pytest.approx(right.best.training.loss, rel=1e-12)


def test_threads_do_not_matter():
    spec = dense([200, 300, 10], output_activation="softmax", layers=True)
    net = deepgraph.Network(spec).initialised(0)
    rng = np.random.default_rng(0)
    rows, classes = rng.normal(size=(1000, 200)), rng.integers(0, 10, 1000)
    names = [net.output_names[number] for number in classes]
    written = set()
    for threads in (1, 2, 5):
        with threadpool_limits(threads, "blas"):
            found = fit(net, rows, names, epochs=3, learning_rate=0.01)
        written.add(found.network.parameters.values.tobytes())
    assert len(written) == 1


def test_divergence_names_epoch_and_node(net):
    flowers, species = iris()[1:]
    for options in ({}, {"batch": 50}):
        with pytest.raises(DivergedError) as caught:
            fit(iris()[0], flowers, species, learning_rate=1e200, **options)
        assert [epoch.number for epoch in caught.value.history] == [0]
        said = str(caught.value)
        row = 1 if not options else int(said.rpartition(" ")[2])
        assert 1 <= row <= 150
        assert said == (
            "training stopped in epoch 1: the first node that is not finite is "
            f'"setosa", where z is nan in row {row}'
        )
    with pytest.raises(DivergedError) as caught:
        fit(net, X, {"y": 1e200})
    assert str(caught.value) == (
        "training stopped before the first epoch: the loss is too large for a double, with "
        '"y" as far as 1e+200 from its target in row 1'
    )


def test_a_parameter_without_bounds_is_named_where_the_loss_is_finite():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "y", "kind": "output", "activation": "relu"},
            ],
            "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1e-200}],
        }
    )
    with pytest.raises(DivergedError) as caught:
        fit(net, [[1e200]], {"y": [0.0]}, epochs=3, learning_rate=1e200)
    assert (
        str(caught.value)
        == 'training stopped after epoch 1, which is kept: the parameter "w" is -inf'
    )
    assert [epoch.training.loss for epoch in caught.value.history] == [0.5, 0, 0, 0]


@examples(60)
@given(st.integers(0, 2**32))
def test_a_step_is_that_of_exact_derivatives(seed):
    """Fractions with derivatives in forward mode, from the text of the spec alone."""
    rng = random.Random(seed)
    sizes = rng.randint(1, 3), rng.randint(0, 3), rng.randint(1, 6)
    spec = irregular(rng, *sizes, LINEAR, ("sum", "mean", "max", "min"))
    plain, net = Plain(spec), network(spec)
    assume(len(net.parameters) and net.parameters.trainable.any())
    rows = [{name: round(rng.uniform(-2, 2), 2) for name in net.input_names} for _ in range(3)]
    target = net.output_names[0]
    wanted = [round(rng.uniform(-2, 2), 2) for _ in rows]
    zero = Dual(0)
    values = {name: Dual(value, {name: Fraction(1)}) for name, value in plain.values.items()}
    loss = zero
    for row, t in zip(rows, wanted, strict=True):
        inputs = {name: fraction(value) for name, value in row.items()}
        off = plain.forward(inputs, values, zero)[target] - fraction(t)
        loss = loss + off * off / (2 * len(rows))
    largest = max([abs(loss.value), *map(abs, loss.slopes.values())])
    assume(loss.slopes and largest < 1e6)
    X = np.array([[row[name] for name in net.input_names] for row in rows])
    # A z very near to a kink may be on its other side in double precision.
    assume(sound_rows(net.trace(X), 1e-9).all())
    by_reference = net.gradient(X, {target: wanted}, "half_squared_error").step(0.25)
    found = fit(net, X, {target: wanted}, epochs=1, learning_rate=0.25, loss="half_squared_error")
    after = by_reference if found.best.number == 0 else found.network.parameters.values
    for number, frozen in enumerate(~net.parameters.trainable):
        name = net.parameters.name(number)
        step = 0 if frozen else Fraction(1, 4) * loss.slopes.get(name, 0)
        exact = pytest.approx(
            float(plain.values[name] - step), rel=1e-11, abs=1e-11 * float(max(1, largest))
        )
        assert (by_reference[number], after[number]) == (exact, exact), name


def test_the_last_epoch_is_kept_where_that_is_asked_for(net):
    """A rate at which the loss goes up and down: best and last are two epochs."""
    settings = {"epochs": 7, "learning_rate": 1.9}
    best, last = (fit(net, X, TARGETS, keep=keep, **settings) for keep in ("best", "last"))
    assert best.kept == best.best == last.best
    assert best.best.number < last.kept.number == 7
    assert last.history == best.history
    loss = last.network.loss(X, TARGETS)
    assert loss == pytest.approx(last.history[-1].training.loss, rel=1e-12)
    assert "after epoch 7 of 7" in (last.network.spec.source or "")


def test_rows_in_the_order_of_the_table(net):
    """Batches of two, one after the other, by the reference."""
    expected, x = net, X[::20]
    t = TARGETS["y"][::20]
    for _ in range(3):
        for start in range(0, len(x), 2):
            part = slice(start, start + 2)
            expected = expected.gradient(x[part], {"y": t[part]}).update(0.05)
    given = {"epochs": 3, "batch": 2, "learning_rate": 0.05, "keep": "last"}
    found = fit(net, x, {"y": t}, order="file", **given).network.parameters.values
    np.testing.assert_allclose(found, expected.parameters.values, rtol=0, atol=1e-13)
    other = fit(net, x, {"y": t}, order="file", seed=5, **given).network.parameters.values
    assert (found == other).all()
    assert (found != fit(net, x, {"y": t}, **given).network.parameters.values).any()
