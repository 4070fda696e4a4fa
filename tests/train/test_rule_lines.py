"""The perceptron and its relatives step by step, against loops in plain numbers."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

import deepgraph
from deepgraph.errors import OptionError
from deepgraph.train import learn
from tests.support.worked import judge, lines

BITS = [(0, 0), (0, 1), (1, 0), (1, 1)]
GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0]}
POINTS = [(2, 1), (3, 4), (-1, -2), (-3, 1), (1, 3), (-2, -1), (4, -1), (-1, 0)]
SIDES = [1, 1, 0, 0, 1, 0, 1, 0]
"""A set of points in the plane that a line parts."""


def unit(activation="step"):
    builder = deepgraph.Builder()
    for name in ("x1", "x2"):
        builder.input(name)
    builder.output("y", activation=activation)
    builder.edge("x1", "y", "w1", 0)
    builder.edge("x2", "y", "w2", 0)
    builder.bias("b", 0, "y")
    return builder.build()


def inputs(rows):
    return {"x1": [row[0] for row in rows], "x2": [row[1] for row in rows]}


def table_of(explanation):
    [table] = [s["table"] for s in json.loads(explanation.json())["sections"] if "table" in s]
    return table


def perceptron(rows, targets, most=100):
    """A textbook's loop: every step as (epoch, row, z, a, error, w1, w2, b)."""
    w1 = w2 = b = 0
    steps = []
    for epoch in range(1, most + 1):
        wrong = 0
        for number, ((x1, x2), t) in enumerate(zip(rows, targets, strict=True), 1):
            z = w1 * x1 + w2 * x2 + b
            a = 1 if z >= 0 else 0
            error = t - a
            wrong += error != 0
            w1, w2, b = w1 + error * x1, w2 + error * x2, b + error
            steps.append((epoch, number, z, a, error, w1, w2, b))
        if not wrong:
            break
    return steps


@pytest.mark.parametrize("name", [*GATES, "plane"])
def test_the_perceptron_as_a_textbook_prints_it(name):
    rows, targets = (POINTS, SIDES) if name == "plane" else (BITS, GATES[name])
    found = unit().explain(inputs(rows), {"y": targets}, rule="perceptron")
    table = table_of(found)
    assert table["columns"] == [
        "step", "epoch", "row", "x₁", "x₂", "t(y)", "z(y)", "y", "error(y)", "b", "w1", "w2"
    ]  # fmt: skip
    expected = [
        [n, epoch, row, *rows[row - 1], targets[row - 1], z, a, error, b, w1, w2]
        for n, (epoch, row, z, a, error, w1, w2, b) in enumerate(perceptron(rows, targets), 1)
    ]
    assert table["rows"][1:] == expected
    assert table["rows"][0] == [0, *[None] * 8, 0, 0, 0]
    assert table["note"] == "All rows are right"
    read = lines(str(found))
    assert len(read) == len(found.lines)
    assert {judge(line, 4) for line in read} <= {"exact", "stated"}


def test_the_values_are_those_of_learn():
    net, X = unit(), inputs(POINTS)
    learned = learn(net, X, {"y": SIDES})
    table = table_of(net.explain(X, {"y": SIDES}, rule="perceptron", short=True))
    assert table["rows"][-1][-3:] == learned.network.parameters.values.tolist()


def test_the_first_step_in_lines():
    text = str(unit().explain(inputs(BITS), {"y": GATES["AND"]}, rule="perceptron", steps=2))
    assert (
        "Step 1 · Row 1 · Error\n  error(y) = t(y) − y = 0 − 1 = −1\n\n"
        "Step 1 · Row 1 · Update\n"
        "  η = 1\n"
        "  new b = b + η·error(y) = 0 + 1·(−1) = −1\n"
        "  new w₁ = w₁ + η·error(y)·x₁ = 0 + 1·(−1)·0 = 0\n"
        "  new w₂ = w₂ + η·error(y)·x₂ = 0 + 1·(−1)·0 = 0\n"
    ) in text
    assert "Step 2 · Row 2 · Update\n  (there is no error, so nothing changes)\n" in text
    assert text.endswith("  (Not all rows are right so far)\n")


def test_xor_says_that_it_cannot():
    found = unit().explain(inputs(BITS), {"y": [0, 1, 1, 0]}, rule="perceptron", short=True)
    note = table_of(found)["note"]
    assert "so the rule goes round for ever" in note
    assert note.endswith("there are none, for no straight line (or plane) parts the rows")


def test_the_delta_rule_in_fractions():
    net, rate = unit("identity"), Fraction(1, 4)
    found = net.explain(
        inputs(BITS), {"y": GATES["OR"]}, rule="delta", learning_rate=0.25, steps=6, fractions=True
    )
    w = [Fraction(0)] * 3
    for (x1, x2), t in (list(zip(BITS, GATES["OR"], strict=True)) * 2)[:6]:
        error = t - (w[0] * x1 + w[1] * x2 + w[2])
        w = [w[0] + rate * error * x1, w[1] + rate * error * x2, w[2] + rate * error]
    last = {line.name: line.exact for line in found.lines if line.quantity == "updated"}
    assert [last["w1"], last["w2"], last["b"]] == w


def test_the_delta_rule_of_a_sigmoid_has_its_slope():
    text = str(unit("sigmoid").explain({"x1": 1, "x2": 0}, {"y": 1}, rule="delta", epochs=1))
    assert "  ∂y/∂z(y) = y·(1 − y) = 0.5·(1 − 0.5) = 0.25\n" in text
    assert "  error(y) = (t(y) − y) · ∂y/∂z(y) = (1 − 0.5)·0.25 = 0.125\n" in text


def test_hebb_multiplies_by_the_target():
    found = unit("sign").explain({"x1": [1, -1], "x2": [-1, -1]}, {"y": [1, -1]}, rule="hebb")
    text = str(found)
    assert "  new w₁ = w₁ + η·t(y)·x₁ = 0 + 1·1·1 = 1\n" in text
    assert "Error" not in text
    assert table_of(found)["rows"][-1][-3:] == [0, 2, 0]


def test_several_outputs_and_a_shared_weight():
    builder = deepgraph.Builder()
    builder.input("x")
    for name in ("y1", "y2"):
        builder.output(name, activation="step")
        builder.edge("x", name, "w", -1)
    found = builder.build().explain(
        {"x": [2.0]}, {"y1": [1], "y2": [1]}, rule="perceptron", steps=1
    )
    assert "new w = w + η·error(y₁)·x + η·error(y₂)·x = −1 + 1·1·2 + 1·1·2 = 3" in str(found)


@pytest.mark.parametrize(
    "option", [{"loss": "huber"}, {"optimiser": "adam"}, {"momentum": 0.5}, {"batch": 2}]
)
def test_options_of_gradient_descent_are_refused(option):
    [name] = option
    with pytest.raises(OptionError, match=f'^{name} is for gradient descent; rule="hebb" takes'):
        unit().explain({"x1": 1, "x2": 1}, {"y": 1}, rule="hebb", **option)


def test_a_rate_of_a_tenth_is_written_as_by_hand():
    """0.2 + 0.1 − 0.3 is 0 on the page, and double precision has no say in it."""
    found = unit().explain(
        inputs(BITS), {"y": GATES["AND"]}, rule="perceptron", learning_rate="0.1"
    )
    steps = perceptron(BITS, GATES["AND"])
    assert len(table_of(found)["rows"]) == 1 + len(steps) == 25
    rows = [row[-3:] for row in table_of(found)["rows"][1:]]
    assert rows == [[float(Fraction(n, 10)) for n in (b, w1, w2)] for *_, w1, w2, b in steps]
    text = str(found)
    assert "  z(y) = w₁·x₁ + w₂·x₂ + b = 0.2·1 + 0.1·1 + (−0.3) = 0\n" in text
    assert text.count("y = step(z(y)) = 1, as z(y) = 0\n") == sum(step[2] == 0 for step in steps)
    assert {judge(line, 4) for line in lines(text)} <= {"exact", "stated"}


def test_the_table_has_thirds_where_fractions_are_asked_for():
    found = unit().explain(
        inputs(BITS), {"y": GATES["AND"]}, rule="perceptron", learning_rate="1/3", fractions=True
    )
    rows = [line.split() for line in str(found).partition("Weights")[2].splitlines()[3:-1]]
    expected = [
        [str(Fraction(n, 3)).replace("-", "−") for n in (z, b, w1, w2)]
        for _, _, z, _, _, w1, w2, b in perceptron(BITS, GATES["AND"])
    ]
    assert [[row[6], *row[-3:]] for row in rows] == expected
