"""Perceptron, delta rule, Hebb's rule: against a textbook's table, plain code and scikit-learn."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron

from deepgraph.edit.templates import dense
from deepgraph.errors import DivergedError, InputError
from deepgraph.spec.writing import write
from deepgraph.train import learn
from tests.support.strategies import network

ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "NOR": [1, 0, 0, 0]}


def unit(activation="step", inputs=2):
    made = network(json.loads(write(dense([inputs, 1], "relu", activation))))
    return made.with_values(np.zeros(len(made.parameters)))


def by_hand(X, t, rate=1.0, epochs=100, step=lambda z: int(z >= 0)):
    """The rule in a few lines, with decimals as a textbook has them: values after each step."""
    rate, rows = Fraction(str(rate)), [[Fraction(str(x)) for x in row] for row in X.tolist()]
    w, b, found = [Fraction(0)] * X.shape[1], Fraction(0), []
    for _ in range(epochs):
        wrong = 0
        for x, target in zip(rows, map(int, t), strict=True):
            a = step(sum(wi * xi for wi, xi in zip(w, x, strict=True)) + b)
            w = [wi + rate * (target - a) * xi for wi, xi in zip(w, x, strict=True)]
            b += rate * (target - a)
            wrong += a != target
            found.append([*map(float, w), float(b)])
        if not wrong:
            return found, True
    return found, False


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("rate", [1.0, 0.1, 0.05])
def test_the_perceptron_learns_the_gates_step_by_step(gate, rate):
    found = learn(unit(), ROWS, {"y": GATES[gate]}, "perceptron", learning_rate=rate)
    expected, ended = by_hand(ROWS, GATES[gate], rate)
    assert found.right is ended is True
    assert found.why == ""
    names = ["w1", "w2", "b1"]
    assert [[step.values[n] for n in names] for step in found.steps] == expected
    assert found.wrong[-1] == 0 < found.wrong[0]
    assert found.network(ROWS)[:, 0].tolist() == GATES[gate]


@pytest.mark.parametrize("rate", [0.1, 0.7, "1/3", 1e-3])
def test_the_rate_scales_the_numbers_and_decides_nothing(rate):
    """From zero weights all steps are those of the rate 1, times η: z is exactly 0 where it was."""
    usual = learn(unit(), ROWS, {"y": GATES["AND"]})
    found = learn(unit(), ROWS, {"y": GATES["AND"]}, learning_rate=Fraction(rate))
    exact = Fraction(rate) if isinstance(rate, str) else Fraction(str(rate))
    if not isinstance(rate, str):  # a double means the decimal that it is printed as
        found = learn(unit(), ROWS, {"y": GATES["AND"]}, learning_rate=rate)
    assert found.wrong == usual.wrong == [2, 3, 3, 2, 1, 0]
    for one, other in zip(found.steps, usual.steps, strict=True):
        assert one.a == other.a
        for name in ("w1", "w2", "b1"):
            assert one.values[name] == float(exact * int(other.values[name]))
        assert one.z["y"] == float(exact * int(other.z["y"]))


def test_rows_that_double_precision_decides_otherwise_are_told():
    found = learn(unit(), ROWS, {"y": GATES["AND"]}, learning_rate=0.3)
    assert found.right
    assert found.network.trace(ROWS[3:])["z(y)"][0] == pytest.approx(-1.1e-16, rel=0.01)
    assert found.network(ROWS)[:, 0].tolist() == [0, 0, 0, 0]
    assert found.rounded == (
        "the rule is computed exactly, and the network in double precision decides the row 4 "
        "otherwise, where z(y) is −1.11e−16 instead of 0; with whole numbers, learning_rate=1, "
        "nothing is rounded"
    )
    assert learn(unit(), ROWS, {"y": GATES["AND"]}).rounded == ""


decimals = st.integers(-20, 20).map(lambda n: n / 10)


@given(
    st.lists(st.tuples(decimals, decimals, st.booleans()), min_size=1, max_size=5),
    st.sampled_from([1.0, 0.5, 0.1, 0.3, 0.01]),
)
def test_decimals_are_learned_from_as_by_hand(rows, rate):
    X, t = np.array([row[:2] for row in rows]), [float(row[2]) for row in rows]
    found = learn(unit(), X, {"y": t}, learning_rate=rate, epochs=12)
    expected, ended = by_hand(X, t, rate, epochs=12)
    values = [[step.values[n] for n in ("w1", "w2", "b1")] for step in found.steps]
    assert values == expected[: len(values)]
    assert ended is (found.wrong[-1] == 0)


def test_the_table_of_and_as_textbooks_print_it():
    """The Hebb net for AND with bipolar inputs and targets: (1, 1, 1), (0, 2, 0), (1, 1, −1) and
    (2, 2, −2) are the weights after each row (Fausett, Fundamentals of neural networks, 1994,
    example 2.7)."""
    X = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], float)
    found = learn(unit("sign"), X, {"y": [1, -1, -1, -1]}, "hebb")
    table = [[step.values[n] for n in ("w1", "w2", "b1")] for step in found.steps]
    assert table == [[1, 1, 1], [0, 2, 0], [1, 1, -1], [2, 2, -2]]
    assert found.right


@pytest.mark.parametrize("seed", range(5))
def test_separable_rows_are_separated_as_scikit_learn_does(seed):
    """scikit-learn counts z = 0 as a mistake, so the first row is one of the class 0 for both."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((60, 2)) + rng.choice([-1.5, 1.5], 60)[:, np.newaxis]
    t = (X.sum(axis=1) > 0).astype(float)
    order = np.argsort(t, kind="stable")[[0, *rng.permutation(np.arange(1, 60))]]
    X, t = X[order], t[order]
    model = Perceptron(shuffle=False, tol=None, max_iter=1000, eta0=1.0).fit(X, t)
    found = learn(unit(), X, {"y": t}, "perceptron", epochs=1000)
    assert found.right
    assert (found.network(X)[:, 0] == t).all()
    ours = [found.network.parameters[n] for n in ("w1", "w2", "b1")]
    assert ours == pytest.approx([*model.coef_[0], *model.intercept_], rel=1e-12)
    expected, ended = by_hand(X, t.tolist(), epochs=1000)
    assert ended
    assert ours == pytest.approx(expected[-1], rel=1e-12)


def test_xor_says_that_it_cannot():
    found = learn(unit(), ROWS, {"y": [0, 1, 1, 0]}, "perceptron")
    assert not found.right
    assert found.circle is not None
    first, last = found.circle
    assert found.why.startswith(f"epoch {last} ends with the numbers of ")
    assert "no straight line (or plane) parts the rows" in found.why
    inside = [step for step in found.steps if step.epoch > first]
    for name in ("w1", "w2", "b1"):  # the certificate: the corrections cancel
        assert sum(step.changes[name] for step in inside) == 0
    assert any(step.corrects for step in inside)


def test_the_delta_rule_is_that_of_widrow_and_hoff():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((20, 3))
    t = np.where(X @ [1, -1, 0.5] > 0, 1.0, -1.0)
    found = learn(unit("sign", 3), X, {"y": t}, "delta", learning_rate=0.05, epochs=3)
    w = np.zeros(4)
    for step in found.steps:
        x = np.append(X[step.row - 1], 1.0)
        w = w + 0.05 * (t[step.row - 1] - w @ x) * x
        values = [step.values[name] for name in ("w1", "w2", "w3", "b1")]
        assert values == pytest.approx(w.tolist(), rel=1e-12, abs=1e-15)


def test_the_delta_rule_of_a_sigmoid_is_a_step_of_gradient_descent():
    made, t = unit("sigmoid"), [0.0, 1.0, 1.0, 1.0]
    found = learn(made, ROWS, {"y": t}, "delta", learning_rate=0.5, epochs=2)
    expected = made
    for step in found.steps:
        row = step.row - 1
        expected = expected.gradient(ROWS[row : row + 1], {"y": t[row]}).update(0.5)
        assert [*step.values.values()] == pytest.approx(expected.parameters.values.tolist())


def test_the_result_says_how_it_was_made_and_frozen_numbers_stay():
    found = learn(unit(), ROWS, {"y": GATES["OR"]}, freeze=["b1"], epochs=2)
    assert found.network.parameters["b1"] == 0.0
    assert "rule perceptron, learning rate 1, rows in order, frozen: b1" in str(
        found.network.spec.source
    )


@pytest.mark.parametrize(
    ("made", "targets", "options", "message"),
    [
        (unit("sigmoid"), {"y": [0, 1, 1, 1]}, {}, 'is for threshold units, and "y" has sigmoid'),
        (unit(), {"y": [-1, 1, 1, 1]}, {}, '"y" gives 0 and 1, and its target in row 1 is -1'),
        (unit("sign"), {"y": [0, 1, 1, 1]}, {}, '"y" gives -1 and 1, and its target in row 1 is 0'),
        (unit("identity"), {"y": [0, np.nan, 1, 1]}, {"rule": "hebb"}, "that are finite numbers"),
        (unit(), {"x1": 1}, {}, "a rule needs a target for each output, and no other: y"),
        (unit(), {"y": 1}, {"rule": "kohonen"}, 'is perceptron, delta or hebb, got "kohonen"'),
        (unit(), {"y": 1}, {"learning_rate": -1}, "a learning rate is a positive number, got -1"),
    ],
)
def test_what_does_not_fit_is_refused(made, targets, options, message):
    with pytest.raises(InputError) as caught:
        learn(made, ROWS, targets, **options)
    assert message in str(caught.value)


def test_hidden_nodes_are_refused():
    made = network(json.loads(write(dense([2, 2, 1], "step", "step")))).initialised(1)
    with pytest.raises(InputError, match='"y" is fed by "h1"; hidden nodes learn by gradient'):
        learn(made, ROWS, {"y": [0, 1, 1, 0]})


def test_a_delta_rule_that_runs_away_is_stopped():
    with pytest.raises(DivergedError, match=r"in epoch \d+, row \d: a parameter is no longer"):
        learn(unit("identity"), 1e3 * ROWS, {"y": [0, 1, 1, 0]}, "delta", epochs=500)


def test_the_delta_rule_of_a_step_says_why_its_targets_do_not_suit_it():
    found = learn(unit(), ROWS, {"y": GATES["AND"]}, "delta", epochs=400)
    assert not found.right
    assert found.why == (
        "2 of 4 rows are wrong: the delta rule brings z(y) itself near to its targets, 0 and 1, "
        "and the threshold of y lies at 0 and not between them. Take the activation sign with "
        'targets of −1 and 1, or rule="perceptron"'
    )
    signs = [2 * t - 1 for t in GATES["AND"]]
    assert learn(unit("sign"), ROWS, {"y": signs}, "delta", epochs=400).right


def test_columns_of_other_libraries_and_fractions_are_read():
    X = {"x1": pa.array([0.0, 0, 1, 1]), "x2": np.array([0, 1, 0, 1], np.float32)}
    found = learn(unit(), X, {"y": pa.array(GATES["AND"])}, learning_rate=0.1)
    usual = learn(unit(), ROWS, {"y": GATES["AND"]}, learning_rate=0.1)
    assert found.steps == usual.steps
    thirds = {"x1": ["0", "0", "1/3", "1/3"], "x2": [0, "1/3", 0, "1/3"]}
    exact = learn(unit(), thirds, {"y": GATES["AND"]}, learning_rate=Fraction(3, 7))
    rows = np.array([[Fraction(x) for x in pair] for pair in zip(*thirds.values(), strict=True)])
    expected, ended = by_hand(rows, GATES["AND"], Fraction(3, 7))
    assert ended is exact.right is True
    values = [[step.values[n] for n in ("w1", "w2", "b1")] for step in exact.steps]
    assert values == expected


def test_hidden_constants_normalised_inputs_and_means_are_exact():
    """A mean of 0.1·x with x normalised, and a bias of 0.3 that a weight takes up."""
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x1", "kind": "input", "normalise": {"mean": 0.1, "scale": 0.3}},
            {"id": "x2", "kind": "input"},
            {"id": "one", "kind": "bias"},
            {"id": "y", "kind": "output", "activation": "step", "aggregation": "mean"},
        ],
        "edges": [
            {"source": "x1", "target": "y", "label": "w1", "weight": 0.1},
            {"source": "x2", "target": "y", "label": "w2", "weight": "1/3"},
            {"source": "one", "target": "y", "label": "b", "weight": 0},
        ],
    }
    X = [[0.4, 0.7], [0.1, 0.3], [-0.2, 0.9], [0.7, -0.5]]
    t = [1, 0, 0, 1]
    found = learn(network(spec), np.array(X), {"y": t}, learning_rate=0.1, epochs=6)
    w = [Fraction(1, 10), Fraction(1, 3), Fraction(0)]
    steps = iter(found.steps)
    for _ in found.wrong:
        for (x1, x2), target in zip(X, t, strict=True):
            x = [(Fraction(str(x1)) - Fraction("0.1")) / Fraction("0.3"), Fraction(str(x2)), 1]
            z = sum(wi * xi for wi, xi in zip(w, x, strict=True)) / 3
            error = target - int(z >= 0)
            w = [wi + Fraction(1, 10) * error * xi for wi, xi in zip(w, x, strict=True)]
            step = next(steps)
            assert step.z["y"] == float(z)
            assert [step.values[name] for name in ("w1", "w2", "b")] == [*map(float, w)]


@pytest.mark.parametrize("rule", ["delta", "hebb"])
@pytest.mark.parametrize(
    ("function", "low"),
    [("step", 0), ("sign", -1), ("sigmoid", 0)],
    ids=["step", "sign", "sigmoid"],
)
def test_every_rule_says_that_nothing_parts_xor(rule, function, low):
    targets = [low + (1 - low) * t for t in (0, 1, 1, 0)]
    found = learn(unit(function), ROWS, {"y": targets}, rule, epochs=30)
    assert "no weights get all of them right, for no straight line" in found.why
    gate = [low + (1 - low) * t for t in GATES["AND"]]
    assert "straight line" not in learn(unit(function), ROWS, {"y": gate}, rule, epochs=3).why


def test_which_of_several_outputs_cannot_be_right_is_said():
    text = dense([2, 2], "step", "step")
    made = network(json.loads(write(text))).initialised(1)
    t = {"y1": [0, 1, 1, 0], "y2": GATES["AND"]}
    found = learn(made, ROWS, t, "perceptron", epochs=60)
    assert "no straight line (or plane) parts the rows of y1. " in found.why


@pytest.mark.slow
def test_that_nothing_parts_the_rows_is_what_a_linear_programme_finds():
    """Small whole numbers, so that many sets lie at the very border; scipy decides them exactly."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(3)
    seen = set()
    for _ in range(300):
        X = rng.integers(-2, 3, (int(rng.integers(3, 8)), 2)) / 10.0
        t = rng.integers(0, 2, len(X)).astype(float)
        t[:2] = 0, 1
        why = learn(unit(), X, {"y": t}, "hebb").why
        signed = np.where(t > 0, 1, -1)[:, np.newaxis] * np.column_stack([10 * X, np.ones(len(X))])
        parted = linprog([0, 0, 0], -signed, -np.ones(len(X)), bounds=(None, None)).status == 0
        seen.add(parted)
        if why:
            assert ("straight line" in why) is not parted, (X, t)
        else:
            assert parted
    assert seen == {True, False}


def test_one_wrong_row_is_said_to_be_one():
    found = learn(unit(), ROWS, {"y": GATES["OR"]}, "hebb")
    assert found.why.startswith("1 of 4 rows is wrong: ")
