"""The chain rule, node by node."""

from __future__ import annotations

import deepgraph
from deepgraph.explain.spelling import SPELLER
from deepgraph.explain.text import one_line
from tests.support.explained import judged
from tests.support.strategies import SPECS, network


def by_quantity(explanation, quantity):
    return {line.name: line for line in explanation.lines if line.quantity == quantity}


def two_paths(**options):
    """x feeds h1 and h2 by one shared weight; both feed y."""
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "h1"},
        {"id": "h2"},
        {"id": "y", "kind": "output"},
    ]
    edges = [
        {"source": "x", "target": "h1", "label": "w", "weight": 0.5},
        {"source": "x", "target": "h2", "label": "w"},
        {"source": "h1", "target": "y", "label": "u", "weight": 2},
        {"source": "h2", "target": "y", "label": "v", "weight": 3},
    ]
    return network({"deepgraph": 1, "nodes": nodes, "edges": edges}).explain(
        {"x": 1}, {"y": 0}, **options
    )


def test_a_shared_weight_is_the_sum_over_its_edges():
    explanation = two_paths()
    parts = [line for line in explanation.lines if line.quantity == "dweight"]
    assert [SPELLER.spell(line.left) for line in parts] == ["∂loss/∂w(x→h₂)", "∂loss/∂w(x→h₁)"]
    assert by_quantity(explanation, "dparameter")["w"].value == sum(line.value for line in parts)
    assert explanation.sections[-1].steps[-1].title == "shared weights"


def test_of_one_node_a_shared_weight_shows_its_own_edge_alone():
    explanation = two_paths(node="h1")
    titles = [step.title for section in explanation.sections for step in section.steps]
    assert "shared weights" not in titles
    [part] = [line for line in explanation.lines if line.quantity == "dweight"]
    assert SPELLER.spell(part.left) == "∂loss/∂w(x→h₁)"


def test_a_derivative_has_a_term_for_each_edge_out_of_a_node():
    by_a = by_quantity(two_paths(), "da")
    assert SPELLER.spell(by_a["x"].symbols) == "∂loss/∂h₁ · ∂h₁/∂x + ∂loss/∂h₂ · ∂h₂/∂x"
    assert by_a["x"].value == 0.5 * (by_a["h1"].value + by_a["h2"].value)


def test_softmax_and_cross_entropy_are_taken_together():
    net = deepgraph.load(SPECS / "iris.json")
    inputs = dict.fromkeys(net.input_names, 1.0)
    targets = {name: float(n == 0) for n, name in enumerate(net.output_names)}
    explanation = net.explain(inputs, targets, loss="cross_entropy")
    [step] = [s for section in explanation.sections if section.title == "Backward"
              for s in section.steps if s.title == "softmax"]  # fmt: skip
    values = net.trace(inputs)
    assert [line.quantity for line in step.lines] == ["dz"] * len(net.output_names)
    for name, line in zip(net.output_names, step.lines, strict=True):
        assert line.value == values[name][0] - targets[name]


def test_without_cross_entropy_a_softmax_subtracts_its_mean():
    net = deepgraph.load(SPECS / "iris.json")
    inputs = dict.fromkeys(net.input_names, 1.0)
    explanation = net.explain(inputs, dict.fromkeys(net.output_names, 0.5), loss="squared_error")
    [step] = [s for section in explanation.sections if section.title == "Backward"
              for s in section.steps if s.title == "softmax"]  # fmt: skip
    count = len(net.output_names)
    assert [line.quantity for line in step.lines] == ["da"] * count + ["total"] + ["dz"] * count
    assert judged(explanation, None)["rounded"] > 0


def test_a_bias_with_a_target_has_the_term_of_the_loss():
    nodes = [{"id": "x", "kind": "input"}, {"id": "b", "kind": "bias", "value": 0.5},
             {"id": "y", "kind": "output"}]  # fmt: skip
    edges = [{"source": "x", "target": "y", "weight": 2}, {"source": "b", "target": "y"}]
    net = network({"deepgraph": 1, "nodes": nodes, "edges": edges})
    explanation = net.explain({"x": 1}, {"y": 1, "b": 2})
    line = by_quantity(explanation, "dparameter")["b"]
    assert one_line(line) == ("∂loss/∂b = b − t(b) + ∂loss/∂y · ∂y/∂b = 0.5 − 2 + 1.5 = 0")


def test_of_a_weight_that_edges_into_one_node_share_each_derivative_names_its_edge():
    nodes = [{"id": "x", "kind": "input"}, {"id": "v", "kind": "input"},
             {"id": "y", "kind": "output", "aggregation": "max"}]  # fmt: skip
    edges = [{"source": "x", "target": "y", "label": "w", "weight": 2},
             {"source": "v", "target": "y", "label": "w"}]  # fmt: skip
    explanation = network({"deepgraph": 1, "nodes": nodes, "edges": edges}).explain(
        {"x": 1, "v": 3}, {"y": 1}
    )
    text = str(explanation)
    assert "∂y/∂w(x→y) = 0   (its term is not the largest)" in text
    assert "∂y/∂w(v→y) = v = 3   (its term is the largest)" in text


def test_a_softmax_beside_the_chosen_node_is_left_out():
    softmax = {"name": "softmax", "group": "s"}
    nodes = [{"id": "x", "kind": "input"}, {"id": "a", "activation": softmax},
             {"id": "b", "activation": softmax}, {"id": "c", "kind": "output"},
             {"id": "d", "kind": "output"}]  # fmt: skip
    ends = [("x", "a"), ("x", "b"), ("a", "c"), ("x", "d")]
    edges = [{"source": source, "target": target, "weight": 2} for source, target in ends]
    net = network({"deepgraph": 1, "nodes": nodes, "edges": edges})
    explanation = net.explain({"x": 1}, {"c": 1, "d": 0}, node="d")
    titles = [getattr(step.title, "name", step.title) for step in explanation.sections[-1].steps]
    assert titles == ["d"]
    everything = net.explain({"x": 1}, {"c": 1, "d": 0}, node="x").sections[-1].steps
    assert "softmax" in [step.title for step in everything]
