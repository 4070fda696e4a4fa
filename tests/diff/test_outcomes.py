"""What two networks compute on the same rows, and where they bend: against numbers by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph.diff.outcomes import kink_changes, value_changes
from deepgraph.diff.parameters import Tolerance
from deepgraph.spec import gallery


def classifier(weight, bias=0.0):
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "b", "kind": "bias", "value": bias},
        {"id": "p", "kind": "output"},
        {"id": "q", "kind": "output"},
    ]
    edges = [
        {"source": "x", "target": "p", "label": "w", "weight": weight},
        {"source": "x", "target": "q", "label": "v", "weight": 1},
        {"source": "b", "target": "q"},
    ]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))


EXACT = Tolerance()


def changed(a, b, x, tolerance=EXACT, right=None):
    both = [(0, 0), (1, 1)]
    return value_changes((a, b), ({"x": x}, {"x": x}), both, tolerance, right)


def test_the_largest_the_first_and_the_share():
    """p = w·x, q = x: with w from 2 to 0.5 the class turns wherever x is not 0."""
    found = changed(classifier(2), classifier(0.5), [0, 1, -3, 2], right=["p", "p", "p", "q"])
    assert (found.rows, found.differ) == (4, 3)
    assert (found.first.output, found.first.row, found.first.before, found.first.after) == (
        "p", 2, 2.0, 0.5,
    )  # fmt: skip
    assert (found.largest.row, found.largest.before, found.largest.after) == (3, -6.0, -1.5)
    assert (found.predictions, found.first_prediction) == (3, (2, "p", "q"))
    assert found.accuracy == (0.5, 0.75)
    assert found.lines() == [
        "values on 4 rows",
        "largest difference 4.5: output p in row 3: −6 → −1.5",
        "first: output p in row 2: 2 → 0.5",
        "3 of 4 rows differ",
        "other predictions: 3 of 4 (75.0%); first: row 2, p → q",
        "accuracy: 0.5 → 0.75",
    ]


def test_within_a_tolerance_values_are_the_same():
    close = classifier(2), classifier(2.0001)
    assert changed(*close, [1.0])
    same = changed(*close, [1.0], Tolerance(rtol=1e-3))
    assert not same
    assert same.lines() == ["values on 1 row", "the same"]


def test_outputs_that_are_no_classes_have_no_predictions():
    """The larger of two linear outputs means something only where a column says the classes."""
    assert changed(classifier(2), classifier(0.5), [0, 1.0]).predictions is None
    told = changed(classifier(2), classifier(0.5), [0, 1.0]).lines()
    assert not any("prediction" in line for line in told)
    one = changed(classifier(2), classifier(0.5), [1.0], right=["p"])
    assert one.lines() == [
        "values on 1 row", "largest difference 1.5: output p: 2 → 0.5", "prediction: p → q",
        "accuracy: 1 → 0",
    ]  # fmt: skip
    soft = softmax(2), softmax(-2)
    found = value_changes(soft, ({"x": [1.0]}, {"x": [1.0]}), [(0, 0), (1, 1)], EXACT)
    assert found.first_prediction == (1, "p", "q")


def softmax(weight):
    spec = json.loads(SOFTMAX)
    spec["edges"][0]["weight"] = weight
    return deepgraph.loads(json.dumps(spec))


SOFTMAX = json.dumps({
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "p", "kind": "output", "activation": "softmax"},
        {"id": "q", "kind": "output", "activation": "softmax"},
    ],
    "edges": [
        {"source": "x", "target": "p", "label": "w", "weight": 2},
        {"source": "x", "target": "q", "label": "v", "weight": 1},
    ],
})  # fmt: skip


def sigmoid(weight, threshold):
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "y", "kind": "output", "activation": "sigmoid", "classes": ["no", "yes"]}
        | {"threshold": threshold},
    ]
    edges = [{"source": "x", "target": "y", "label": "w", "weight": weight}]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))


@pytest.mark.parametrize(
    ("other", "tolerance"), [((1, 0.5), EXACT), ((1.01, 0.5), Tolerance(atol=0.1))]
)
def test_other_predictions_are_told_though_the_values_are_the_same(other, tolerance):
    """sigmoid(0.2) = 0.5498: with the threshold 0.5 instead of 0.6 the class turns."""
    found = value_changes(
        (sigmoid(1, 0.6), sigmoid(*other)), ({"x": [0.2, 3]}, {"x": [0.2, 3]}), [(0, 0)],
        tolerance, ["yes", "yes"],
    )  # fmt: skip
    assert found
    assert found.lines() == [
        "values on 2 rows", "the same",
        "other predictions: 1 of 2 (50.0%); first: row 1, no → yes", "accuracy: 0.5 → 1",
    ]  # fmt: skip
    assert (found.differ, found.json()["predictions"]) == (0, 1)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_what_is_no_finite_number_equals_itself(strange):
    a = classifier(2)
    assert not changed(a, a, [strange, 1.0])
    found = changed(a, classifier(-2), [strange, 1.0])
    assert found.differ == 2 - bool(np.isnan(strange))
    assert json.loads(json.dumps(found.json()))["rows"] == 2


def test_kinks_that_moved_came_or_went():
    deep = deepgraph.load(gallery.path("deep_state"))
    moved = deep.rewritten(deep.with_values(w1=1.8).parameters.values)
    over = {"x": (-1, 1)}
    pair = deep.kinks(over), moved.kinks(over)
    found = kink_changes(pair, [("y", "y")], "x from −1 to 1")
    assert found
    assert found.lines() == [
        "kinks over x from −1 to 1",
        "y: 4 kinks, 0.3699 → 0.3556, 0.6367 → 0.612",
    ]
    assert found.json()["y"]["before"][2] == 64 / 173
    same = kink_changes((pair[0], pair[0]), [("y", "y")], "x")
    assert not same
    assert same.lines()[1] == "y: 4 kinks, the same"
    flat = deep.rewritten(deep.with_values(w7=0, w8=0).parameters.values)
    gone = kink_changes((pair[0], flat.kinks(over)), [("y", "y")], "x")
    assert gone.lines()[1] == "y: 4 kinks (−0.4183, −0.1892, 0.3699, 0.6367) → no kinks"
