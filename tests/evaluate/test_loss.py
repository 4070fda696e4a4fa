"""The losses against the textbook's formulas in many digits, at the ends, and what they refuse."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.evaluate.loss import evaluate_loss
from deepgraph.functions.losses import LOSSES, REDUCTIONS
from deepgraph.options.shared import LOSS
from tests.support.strategies import SPECS, same


def outputs(*activations):
    """Inputs x1, x2, … each into an output y1, y2, … of its own, weight 1."""
    builder = deepgraph.Builder()
    for i, activation in enumerate(activations, 1):
        builder.input(f"x{i}")
        builder.output(f"y{i}", activation)
        builder.wire(f"x{i}", f"y{i}")
    return builder.build()


def found(net, z, targets, loss="cross_entropy", reduction="sum"):
    return net.gradient(np.atleast_2d(z), targets, loss, reduction)


# --- squares ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "rows", "slopes"),
    [
        ("squared_error", [5.0, 1.0], [[2.0, -4.0], [0.0, -2.0]]),
        ("half_squared_error", [2.5, 0.5], [[1.0, -2.0], [0.0, -1.0]]),
        ("mean_squared_error", [2.5, 0.5], [[1.0, -2.0], [0.0, -1.0]]),
        ("absolute_error", [3.0, 1.0], [[1.0, -1.0], [0.0, -1.0]]),
        ("mean_absolute_error", [1.5, 0.5], [[0.5, -0.5], [0.0, -0.5]]),
        ("huber", [2.0, 0.5], [[1.0, -1.0], [0.0, -1.0]]),
    ],
)
def test_losses_by_node(loss, rows, slopes):
    net = outputs("identity", "identity", "identity")
    X, targets = [[2, 0, 9], [1, 1, 9]], {"y1": 1, "y2": [2, 2]}
    sums = net.gradient(X, targets, loss, "sum")
    assert sums.row_losses.tolist() == rows
    assert sums.loss == sum(rows) == net.loss(X, targets, loss, "sum")
    assert sums.inputs.tolist() == [[*row, 0.0] for row in slopes]
    means = net.gradient(X, targets, loss)
    assert means.loss == sum(rows) / 2
    assert means.row_losses.tolist() == rows
    assert means.inputs.tolist() == [[*(slope / 2 for slope in row), 0.0] for row in slopes]


def test_the_mean_is_over_the_target_nodes():
    net = outputs("identity", "identity", "identity")
    assert net.loss([[3, 0, 0]], {"y1": 0}, "mean_squared_error") == 9.0
    assert net.loss([[3, 0, 0]], {"y1": 0, "y2": 0, "y3": 0}, "mean_squared_error") == 3.0


def test_the_output_itself():
    net = outputs("square")
    both = net.gradient([[3.0], [4.0]], loss="output")
    assert both.loss == 12.5
    assert both.inputs.tolist() == [[3.0], [4.0]]
    assert net.loss([[3.0], [4.0]], loss="output", reduction="sum") == 25.0


@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "output"])
def test_the_order_of_the_targets_does_not_matter(loss):
    net = outputs(*["sigmoid"] * 5, *["softmax"] * 5)
    X = np.random.default_rng(1).standard_normal((7, 10)) * 4
    targets = {f"y{i}": np.linspace(0, 1 / i, 7) for i in range(1, 11)}
    if LOSSES[loss].targets:
        targets = {name: np.where(t > 0.05, 1.0, -1.0) for name, t in targets.items()}
    backwards = dict(reversed(targets.items()))
    for reduction in REDUCTIONS:
        one, other = (net.gradient(X, t, loss, reduction) for t in (targets, backwards))
        assert one.loss == other.loss
        assert same(one.nodes_a, other.nodes_a)
        assert same(one.nodes_z, other.nodes_z)


def test_any_node_may_have_a_target():
    net = deepgraph.Builder()
    net.input("x")
    net.node("h")
    net.output("y")
    net.edge("x", "h", "v", 3)
    net.edge("h", "y", "w", 1)
    by = net.build().gradient({"x": 2}, {"h": 5, "x": 1})
    assert by.loss == 0.5 * (1 + 1)
    assert by.by_name == {"v": 2.0, "w": 0.0}
    assert by.inputs.tolist() == [[1 + 3.0]]


# --- cross-entropy ------------------------------------------------------------------------

POINTS = [-800, -745.2, -710, -88.8, -40, -17.3, -2.5, -1e-9, 0, 0.3, 6.1, 36.9, 41, 709.8, 800]


@pytest.mark.parametrize("z", POINTS)
@pytest.mark.parametrize("t", [0, 1, 0.5, 0.125])
def test_the_binary_form_has_its_digits_everywhere(z, t):
    result = found(outputs("sigmoid"), z, {"y1": t})
    with mp.workdps(800):
        a = 1 / (1 + mp.exp(-mp.mpf(z)))
        loss = -(t * mp.log(a) if t else 0) - ((1 - t) * mp.log(1 - a) if t < 1 else 0)
        slope = a - t
        assert result.loss == pytest.approx(float(loss), rel=1e-15, abs=0)
        assert result.nodes_z[1, 0] == pytest.approx(
            float(slope), rel=1e-15, abs=1e-17 * (0 < t < 1)
        )
        by_a = (1 - t) / (1 - a) - t / a
        if abs(by_a) < 1e308:
            assert result.nodes_a[1, 0] == pytest.approx(float(by_a), rel=1e-15, abs=1e-15)
    assert result.inputs[0, 0] == result.nodes_z[1, 0]


@pytest.mark.parametrize(
    "z",
    [[800, -800, 0], [-800, 800, 799], [0, 0, 0], [1e307, -1e307, 1], [40, 0, -3], [-2, 1, 0.5]],
)
@pytest.mark.parametrize(
    "t", [[1, 0, 0], [0, 1, 0], [0.2, 0.3, 0.5], [2, 0, 1.5], [0, 0, 0], [-1, 0, 3]]
)
def test_softmax_with_any_targets(z, t):
    result = found(
        outputs("softmax", "softmax", "softmax"), z, {f"y{i + 1}": t[i] for i in range(3)}
    )
    with mp.workdps(2000):
        e = [mp.exp(max(mp.mpf(v) - max(z), -4000)) for v in z]
        a = [part / sum(e) for part in e]
        log_a = [mp.mpf(v) - max(z) - mp.log(sum(e)) for v in z]
        slopes = [float(sum(t) * a[j] - t[j]) for j in range(3)]
        loss = float(-sum(w * part for w, part in zip(t, log_a, strict=True)))
    scale = max(map(abs, t))
    assert result.loss == pytest.approx(loss, rel=1e-14, abs=1e-15 * scale)
    assert result.nodes_z[1::2, 0] == pytest.approx(
        slopes, rel=1e-14, abs=1e-300 + 1e-16 * scale * 0
    )
    assert result.inputs[0].tolist() == result.nodes_z[1::2, 0].tolist()


def test_a_softmax_node_without_a_target_has_the_target_0():
    net = outputs("softmax", "softmax", "softmax")
    some = found(net, [1, 2, 3], {"y2": 0.5})
    every = found(net, [1, 2, 3], {"y1": 0, "y2": 0.5, "y3": 0})
    assert some.loss == every.loss
    assert same(some.nodes_z, every.nodes_z)
    assert same(some.nodes_a, every.nodes_a)


def test_saturation_is_infinite_by_a_and_finite_by_z():
    net = outputs("sigmoid", "softmax", "softmax")
    result = found(net, [800, -800, 800], {"y1": 0, "y2": 1})
    assert result.loss == 800 + 1600
    index = net.index
    assert result.nodes_a[index["y1"], 0] == np.inf
    assert result.nodes_a[index["y2"], 0] == -np.inf
    assert result.inputs.tolist() == [[1.0, -1.0, 1.0]]


def test_zero_times_ln_zero_is_zero():
    result = found(
        outputs("sigmoid", "softmax", "softmax"), [-np.inf, -np.inf, 0], {"y1": 0, "y2": 0}
    )
    assert result.loss == 0.0
    assert result.nodes_a[[1, 3, 5]].ravel().tolist() == [1.0, 0.0, 0.0]
    assert result.nodes_z[[1, 3, 5]].ravel().tolist() == [0.0, 0.0, 0.0]


def test_nan_stays_nan():
    for z in ([np.nan, 0], [np.inf, 0]):
        result = found(outputs("softmax", "softmax"), z, {"y1": 1, "y2": 0})
        assert np.isnan(result.loss)
        assert np.isnan(result.inputs).all()
    assert np.isnan(found(outputs("sigmoid"), np.nan, {"y1": 0}).loss)


# --- what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("targets", "loss", "reduction", "message"),
    [
        (
            {"y1": 1},
            "triplet",
            "mean",
            'unknown loss "triplet"; known: squared_error, half_squared',
        ),
        ({"y1": 1}, "squared_error", "max", 'the reduction is "mean" or "sum", got "max"'),
        (None, "squared_error", "mean", 'the loss "squared_error" needs targets by node id; the '),
        ({}, "cross_entropy", "mean", "needs targets by node id; the outputs are y1, y2, y3"),
        ([1, 2], "squared_error", "mean", 'targets are given by node id, {"y": 1}, got list'),
        ({"y": 1}, "squared_error", "mean", 'a target for "y", and there is no such node; did'),
        ({"qq": 1}, "squared_error", "mean", "there is no such node; the outputs are y1, y2, y3"),
        ({"y1": [1, 2, 3]}, "squared_error", "mean", r"shape \(3,\); expected one number, or 2 of"),
        ({"y1": [[1, 2]]}, "squared_error", "mean", r'"y1" has the shape \(1, 2\); expected one'),
        ({"y1": "a"}, "squared_error", "mean", 'the target of "y1": expected numbers, got texts'),
        ({"y1": [0, np.nan]}, "squared_error", "mean", '"y1" is not finite in row 2'),
        ({"y1": np.inf}, "squared_error", "mean", '"y1" is not finite in row 1'),
        ({"y1": 1}, "output", "mean", "is the output itself and takes no targets"),
        (None, "output", "mean", 'is one output, and there are 3, y1, y2, y3; say which: of="y1"'),
        (
            {"y1": 1},
            "cross_entropy",
            "mean",
            'softmax and sigmoid nodes, and "y1" is a node with r',
        ),
        ({"y2": [0, 1.5]}, "cross_entropy", "mean", "targets from 0 to 1, got 1.5 in row 2"),
        ({"y2": -1}, "cross_entropy", "mean", "targets from 0 to 1, got -1 in row 1"),
        ({"y1": [1, 0.5]}, "hinge", "mean", "got 0.5 in row 2"),
        ({"y1": [[1], [1, 2]]}, "hinge", "mean", 'the target of "y1" is not a number for each row'),
    ],
)
def test_misuse_is_refused(targets, loss, reduction, message):
    net = outputs("relu", "sigmoid", "softmax")
    with pytest.raises(InputError, match=message):
        evaluate_loss(net.trace(np.ones((2, 3))), targets, loss, reduction)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        *(
            ("mse", "mean_squared_error"),
            ("MSE", "mean_squared_error"),
            ("mae", "mean_absolute_error"),
        ),
        *(("smooth_l1", "huber"), ("sse", "squared_error")),
    ],
)
def test_an_alias_is_the_loss_that_it_stands_for(alias, name):
    network = deepgraph.load(SPECS / "mazur.json")
    given = {"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99}
    assert network.loss(*given, loss=alias) == network.loss(*given, loss=name)
    assert network.gradient(*given, loss=alias).loss == network.gradient(*given, loss=name).loss
    texts = [
        network.explain(given[0], targets=given[1], loss=loss).text() for loss in (alias, name)
    ]
    assert texts[0] == texts[1]
    assert LOSS.check(alias) == name


def test_a_loss_is_the_mean_of_its_rows_unless_it_is_asked_otherwise():
    trace = outputs("identity").trace([[1.0], [3.0]])
    by_default = evaluate_loss(trace, {"y1": 0.0})
    assert by_default.value == evaluate_loss(trace, {"y1": 0.0}, reduction="mean").value == 2.5
    assert evaluate_loss(trace, {"y1": 0.0}, reduction="sum").value == 5.0
    with pytest.raises(InputError, match=r'^the reduction is "mean" or "sum", got "MEAN"$'):
        evaluate_loss(trace, {"y1": 0.0}, reduction="MEAN")


def test_no_rows_have_no_loss():
    none = outputs("identity").trace(np.empty((0, 1)))
    with pytest.raises(InputError, match=r"^the loss of no rows is undefined; give at least one"):
        evaluate_loss(none, {"y1": 0.0})
