"""Several rows together, and one step of descent."""

from __future__ import annotations

import deepgraph
from tests.support.explained import judged
from tests.support.strategies import SPECS, network


def test_rows_one_after_the_other():
    net = deepgraph.load(SPECS / "xor.json")
    inputs = {"x1": [0, 0, 1, 1], "x2": [0, 1, 0, 1]}
    targets = {"y": [1, 1, 1, 1]}
    for reduction in ("mean", "sum"):
        explanation = net.explain(inputs, targets, reduction=reduction, learning_rate=0.5)
        assert {section.row for section in explanation.sections} == {1, 2, 3, 4, None}
        gradient = net.gradient(inputs, targets, reduction=reduction)
        together = explanation.sections[-2]
        assert together.title == "All rows"
        for line in together.steps[1].lines:
            assert line.value == gradient[line.name]
        judged(explanation, None)


def test_what_is_not_trainable_is_named_and_kept():
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [
            {"source": "x", "target": "y", "label": "w", "weight": 2, "trainable": False},
        ],
    }
    explanation = network(spec).explain({"x": 1}, {"y": 0}, learning_rate=0.5)
    [update] = explanation.sections[-1].steps
    assert update.note == "not trainable, and left as they are: w"
    assert [line.name for line in update.lines] == [""]  # the learning rate


def test_the_update_is_one_step_of_descent():
    net = deepgraph.load(SPECS / "xor.json")
    inputs, targets = {"x1": [0, 1], "x2": [1, 1]}, {"y": [1, 0]}
    explanation = net.explain(inputs, targets, learning_rate=0.25)
    stepped = net.gradient(inputs, targets).step(0.25)
    updated = [line for line in explanation.sections[-1].steps[0].lines if line.name]
    names = list(net.gradient(inputs, targets).by_name)
    assert {line.name: line.value for line in updated} == dict(zip(names, stepped, strict=True))
