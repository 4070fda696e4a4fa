"""The records of a view: columns without nodes, groups as footnotes, gradients of a row."""

from __future__ import annotations

from dataclasses import replace

from deepgraph import draw
from deepgraph.draw.view.records import BiasView, EdgeView, Gradients
from tests.support.picture import gallery


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
    assert EdgeView("e0", 0, 1).label == ""
    assert BiasView("e0", "b1", "").label == "b1"


def test_gradients_are_those_of_the_first_row() -> None:
    network, _ = gallery("deep_state")
    gradient = network.gradient([[0.5], [-1.0]], {"y": [1.0, 0.0]})
    shown = Gradients.of(gradient)
    assert list(shown.nodes) == list(network.ids)
    assert shown.nodes["y"] == gradient.nodes_a[network.index["y"], 0]
    assert shown.nodes["y"] != gradient.nodes_a[network.index["y"], 1]
    assert shown.parameters == gradient.by_name
