"""The records of a view: columns without nodes, groups as footnotes, gradients of a row."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph import draw
from deepgraph.draw.view.records import BiasView, EdgeView, Gradients
from deepgraph.words.numbers import number_text, tight
from tests.support.picture import gallery
from tests.support.strategies import examples, irregular, network


def test_columns_without_nodes_are_left_out() -> None:
    network, _ = gallery("deep_state")
    view = draw.prepare(network).view
    assert view.without_empty_columns() is view
    spread = replace(
        view,
        nodes=tuple(replace(n, column=2 * n.column) for n in view.nodes if n.kind != "bias"),
        captions=("input", "none", "h", "none", "g", "none", "output"),
    )
    compact = spread.without_empty_columns()
    assert sorted({node.column for node in compact.nodes}) == [0, 1, 2, 3]
    assert compact.captions == ("input", "h", "g", "output")


def test_a_bias_keeps_its_column() -> None:
    network, _ = gallery("mazur")
    view = draw.prepare(network, biases="shared").view
    spread = replace(
        view,
        captions=(),
        nodes=tuple(n if n.role == "bias" else replace(n, column=2 * n.column) for n in view.nodes),
    )
    compact = spread.without_empty_columns()
    assert [node.column for node in compact.nodes if node.role == "bias"] == [-1, -1]


def test_a_label_is_a_name_and_its_value() -> None:
    assert EdgeView("e0", 0, 1, "w1", "0.5").label == "w1 = 0.5"
    assert EdgeView("e0", 0, 1, "", "0.5", "∂ 2").label == "0.5  ∂ 2"
    assert EdgeView("e0", 0, 1, "w1", "0.5", "∂ 2", below=True).lines == ("w1 = 0.5", "∂ 2")
    assert EdgeView("e0", 0, 1, gradient="∂ 2", below=True).lines == ("∂ 2",)
    assert EdgeView("e0", 0, 1, "w1", "0.5", below=True).lines == ("w1 = 0.5",)
    assert EdgeView("e0", 0, 1, "w1", "0.5", "∂ 2").lines == ("w1 = 0.5  ∂ 2",)
    assert EdgeView("e0", 0, 1, "w\n1").lines == ("w\n1",)  # a name is one line
    assert EdgeView("e0", 0, 1).label == ""
    assert EdgeView("e0", 0, 1).lines == ()
    assert BiasView("e0", "b1", "").label == "b1"


def test_gradients_are_those_of_the_first_row() -> None:
    network, _ = gallery("deep_state")
    gradient = network.gradient([[0.5], [-1.0]], {"y": [1.0, 0.0]})
    shown = Gradients.of(gradient)
    assert list(shown.nodes) == list(network.ids)
    assert shown.nodes["y"] == gradient.nodes_a[network.index["y"], 0]
    assert shown.nodes["y"] != gradient.nodes_a[network.index["y"], 1]
    assert shown.parameters == gradient.by_name


def test_the_derivative_by_a_shared_bias_has_a_part_at_each_node() -> None:
    """Mazur's biases: ∂loss/∂b is the sum of ∂loss/∂z of the nodes that it feeds."""
    network, _ = gallery("mazur")
    gradient = network.gradient({"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99})
    view = draw.prepare(network, gradient.trace, gradients=Gradients.of(gradient)).view
    shown = {node.name: bias.gradient for node in view.nodes for bias in node.biases}
    by_z = dict(zip(network.ids, gradient.nodes_z[:, 0].tolist(), strict=True))
    assert shown == {
        name: f"∂ {tight(number_text(by_z[name]))}" for name in ("h1", "h2", "o1", "o2")
    }


@examples(100)
@given(st.integers(0, 2**32))
def test_the_parts_of_a_bias_add_up(seed: int) -> None:
    rng = random.Random(seed)
    sizes = rng.randint(1, 3), rng.randint(1, 3), rng.randint(1, 8)
    net = network(irregular(rng, *sizes, None, ["sum", "mean", "product", "max"]))
    inputs, targets = ({name: rng.uniform(-2, 2) for name in names}
                       for names in (net.input_names, net.output_names))  # fmt: skip
    with np.errstate(all="ignore"):
        found = Gradients.of(net.gradient(inputs, targets))
    for node in np.flatnonzero(net.node_parameter >= 0).tolist():
        edges = np.flatnonzero(net.source == node).tolist()
        parts = [found.biases[edge] for edge in edges]
        if np.isfinite(parts).all():
            assert sum(parts) == pytest.approx(found.parameters[net.ids[node]], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("aggregation", "parts"),
    [("sum", [1.0, 3.0]), ("mean", [0.5, 1.5]), ("product", [2.0, 15.0]), ("max", [0.0, 0.0])],
)
def test_a_shared_bias_of_zero_has_its_parts_as_any_other(aggregation, parts) -> None:
    """It has them also where ∂loss/∂weight is 0, since the value of the bias is."""
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "b", "kind": "bias", "value": 0},
            {"id": "h", "aggregation": aggregation},
            {"id": "g", "aggregation": aggregation},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "h", "weight": 2},
            {"source": "b", "target": "h"},
            {"source": "x", "target": "g", "weight": 5},
            {"source": "b", "target": "g"},
            {"source": "h", "target": "y", "weight": 1},
            {"source": "g", "target": "y", "weight": 3},
        ],
    }
    net = network(spec)
    found = Gradients.of(net.gradient({"x": 1.0}, loss="output"))
    assert [found.biases[edge] for edge in (1, 3)] == parts
    assert sum(parts) == found.parameters["b"]
