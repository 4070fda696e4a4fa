"""The records of a view: columns without nodes, groups as footnotes, gradients of a row."""

from __future__ import annotations

from dataclasses import replace

from deepgraph import draw
from deepgraph.draw.view.records import Gradients
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
    network, _ = gallery("iris")
    view = draw.prepare(network, focus="h3").view
    compact = view.without_empty_columns()
    assert [node.column for node in compact.nodes if node.kind == "bias"] == [-1]


def test_groups_become_footnotes_before_the_others() -> None:
    network, _ = gallery("deep_state")
    view = replace(draw.prepare(network).view, footnotes=("last",))
    notes = [node.note for node in view.nodes if node.note]
    assert notes
    below = view.with_notes_below()
    assert below.footnotes == (*notes, "last")
    assert not any(node.note for node in below.nodes)


def test_gradients_are_those_of_the_first_row() -> None:
    network, _ = gallery("deep_state")
    gradient = network.gradient([[0.5], [-1.0]], {"y": [1.0, 0.0]})
    shown = Gradients.of(gradient)
    assert list(shown.nodes) == list(network.ids)
    assert shown.nodes["y"] == gradient.nodes_a[network.index["y"], 0]
    assert shown.nodes["y"] != gradient.nodes_a[network.index["y"], 1]
    assert shown.parameters == gradient.by_name
