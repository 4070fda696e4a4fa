"""The line of a loss, and its own derivatives, for each kind of loss."""

from __future__ import annotations

from collections import Counter

import pytest

from deepgraph.explain import loss
from tests.support.strategies import network


def net(*activations):
    """Inputs x1, x2, … each into an output y1, y2, … of its own, weight 1."""
    numbers = range(1, len(activations) + 1)
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                *({"id": f"x{i}", "kind": "input"} for i in numbers),
                *(
                    {"id": f"y{i}", "kind": "output", "activation": activations[i - 1]}
                    for i in numbers
                ),
            ],
            "edges": [{"source": f"x{i}", "target": f"y{i}", "label": f"w{i}", "weight": 1}
                for i in numbers],
        }
    )  # fmt: skip


def lines(activations, inputs, targets, loss):
    values = {f"x{i}": value for i, value in enumerate(inputs, 1)}
    text = str(net(*activations).explain(values, targets or None, loss=loss, backward=True))
    return [line.strip() for line in text.splitlines() if "loss" in line]


@pytest.mark.parametrize(
    ("loss", "whole", "slope"),
    [
        (
            "squared_error",
            "loss = (y₁ − t(y₁))² + (y₂ − t(y₂))² = (3 − 1)² + (0.5 − 0)² = 4.25",
            "∂loss/∂y₁ = 2·(y₁ − t(y₁)) = 2·(3 − 1) = 4",
        ),
        (
            "half_squared_error",
            "loss = ((y₁ − t(y₁))² + (y₂ − t(y₂))²)/2 = ((3 − 1)² + (0.5 − 0)²)/2 = 2.125",
            "∂loss/∂y₁ = y₁ − t(y₁) = 3 − 1 = 2",
        ),
        (
            "mean_squared_error",
            "loss = ((y₁ − t(y₁))² + (y₂ − t(y₂))²)/2 = ((3 − 1)² + (0.5 − 0)²)/2 = 2.125",
            "∂loss/∂y₁ = 2·(y₁ − t(y₁))/2 = 2·(3 − 1)/2 = 2",
        ),
    ],
)
def test_squares(loss, whole, slope):
    found = lines(["identity"] * 2, [3, 0.5], {"y1": 1, "y2": 0}, loss)
    assert whole in found
    assert slope in found


def test_the_mean_over_one_node_divides_by_nothing():
    found = lines(["identity"], [3], {"y1": 1}, "mean_squared_error")
    assert "loss = (y₁ − t(y₁))² = (3 − 1)² = 4" in found
    assert "∂loss/∂y₁ = 2·(y₁ − t(y₁)) = 2·(3 − 1) = 4" in found


def test_the_output_itself():
    found = lines(["square"], [3], {}, "output")
    assert found[0] == "loss = y₁ = 9"
    assert "∂loss/∂y₁ = 1" in found


def test_cross_entropy_leaves_out_what_is_multiplied_by_0():
    found = lines(["sigmoid"], [0], {"y1": 1}, "cross_entropy")
    assert found[0] == "loss = −t(y₁)·ln(y₁) = −1·ln(0.5) ≈ 0.6931"
    assert "∂loss/∂z(y₁) = y₁ − t(y₁) = 0.5 − 1 = −0.5" in found


def test_weights_that_add_up_to_another_number_than_1():
    found = lines(["softmax"] * 2, [0, 0], {"y1": 2, "y2": 1}, "cross_entropy")
    assert "∂loss/∂z(y₁) = y₁·Σt − t(y₁) = 0.5·3 − 2 = −0.5" in found


def test_a_group_is_looked_at_as_often_for_many_targets_as_for_two(monkeypatch):
    """Each of 3,000 members of a softmax once added up the targets and the exponentials of all."""
    calls = Counter()

    def counted(name, function):
        def call(*arguments):
            calls[name] += 1
            return function(*arguments)

        return call

    monkeypatch.setattr(loss, "exponentials", counted("exponentials", loss.exponentials))
    monkeypatch.setattr(loss.LossOf, "target", counted("target", loss.LossOf.target))
    seen = {}
    for count in (2, 20):
        calls.clear()
        targets = {f"y{i}": i / 4 for i in range(1, count + 1)}
        found = lines(["softmax"] * count, [0.5] * count, targets, "cross_entropy")
        assert f"∂loss/∂z({f'y{count}'.translate(SUBSCRIPTS)}) = " in "\n".join(found)
        seen[count] = dict(calls)
    assert seen[20]["exponentials"] == seen[2]["exponentials"]
    assert seen[20]["target"] <= 10 * seen[2]["target"]


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
