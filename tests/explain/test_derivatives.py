"""The derivatives in lines, beside published numbers and central differences."""

from __future__ import annotations

import pytest

from deepgraph import load
from tests.support.strategies import SPECS

INPUTS, TARGETS = {"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99}


@pytest.fixture(scope="module")
def found():
    lines = load(SPECS / "mazur.json").explain(INPUTS, TARGETS, learning_rate=0.5).lines
    return {(line.quantity, line.name): line.value for line in lines}


@pytest.mark.parametrize(
    ("quantity", "name", "published"),
    [  # https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/
        ("loss", "", 0.298371109),
        ("da", "o1", 0.74136507),
        ("slope", "o1", 0.186815602),
        ("dz", "o1", 0.138498562),
        ("dparameter", "w5", 0.082167041),
        ("da", "h1", 0.036350306),
        ("slope", "h1", 0.241300709),
        ("dparameter", "w1", 0.000438568),
        ("updated", "w5", 0.35891648),
        ("updated", "w1", 0.149780716),
    ],
)
def test_published_numbers(found, quantity, name, published):
    assert found[quantity, name] == pytest.approx(published, abs=5e-9)


def test_every_parameter_beside_a_central_difference(found):
    net, step = load(SPECS / "mazur.json"), 1e-6
    for number in range(len(net.parameters)):
        losses = []
        for sign in (1, -1):
            values = net.parameters.values.copy()
            values[number] += sign * step
            losses.append(net.with_values(values).gradient(INPUTS, TARGETS).loss)
        slope = (losses[0] - losses[1]) / (2 * step)
        assert found["dparameter", net.parameters.name(number)] == pytest.approx(slope, abs=1e-9)


def test_cross_entropy_starts_at_z():
    net = load(SPECS / "iris.json")
    inputs = dict(zip(net.input_names, (5.1, 3.5, 1.4, 0.2), strict=True))
    first, *others = net.output_names
    targets = {first: 1, **dict.fromkeys(others, 0)}
    lines = net.explain(inputs, targets, loss="cross_entropy").lines
    slopes = {line.name: line.value for line in lines if line.quantity == "dz"}
    trace = net.trace(inputs)
    for name, target in targets.items():  # ∂loss/∂z = a − t
        assert slopes[name] == pytest.approx(float(trace[name][0]) - target, rel=1e-14)
    assert not {line.name for line in lines if line.quantity == "da"} & set(targets)
