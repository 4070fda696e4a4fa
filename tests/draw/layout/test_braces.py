"""Braces of groups reach over the ends of their edges, and into nothing that belongs to a node."""

from __future__ import annotations

import pytest

from deepgraph import draw
from tests.support.picture import gallery, spec


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("fit", [None, 600])
def test_a_brace_touches_no_node_and_no_bias(direction: str, fit: float | None) -> None:
    network, trace = gallery("deep_state")
    layout = draw.prepare(network, trace, groups=True, direction=direction, fit=fit).layout
    assert len(layout.braces) == 3
    for brace in layout.braces:
        for box in layout.boxes:
            for x, y, wide, high in box.rooms:
                inside = [
                    abs(px - x) < wide / 2 and abs(py - y) < high / 2 for px, py in brace.points
                ]
                corners = box.form == "circle" and (x, y) == (box.x, box.y)
                assert corners or not any(inside)


def test_two_groups_of_one_node_have_a_brace_each() -> None:
    nodes = [*((f"x{n}", "input") for n in range(4)), ("y", "output")]
    edges = [(f"x{n}", "y", {"label": f"w{n}", "weight": n + 1}) for n in range(4)]
    network = spec(nodes, edges, groups={"u": ["w0", "w1"], "v": ["w2", "w3"]})
    drawing = draw.prepare(network, groups=True)
    assert [(group.name, group.edges) for group in drawing.view.groups] == [
        ("u", (0, 1)),
        ("v", (2, 3)),
    ]
    one, other = drawing.layout.braces
    assert one.points != other.points
    assert {"weights → y: u = [w0 w1]", "weights → y: v = [w2 w3]"} <= set(drawing.view.notes)


def test_a_group_with_biases_is_not_called_weights() -> None:
    nodes = [("x", "input"), ("one", "bias"), ("y", "output")]
    edges = [(n, "y", {"label": label, "weight": 2}) for n, label in (("x", "w"), ("one", "c"))]
    network = spec(nodes, edges, groups={"u": ["w"], "v": ["w", "c"]})
    notes = draw.prepare(network, groups=True).view.notes
    assert {"weights → y: u = [w]", "→ y: v = [w c]"} <= set(notes)


def test_a_brace_reaches_beyond_its_edges() -> None:
    network, _ = gallery("deep_state")
    drawing = draw.prepare(network, groups=True)
    for group, brace in zip(drawing.view.groups, drawing.layout.braces, strict=True):
        ends = [drawing.layout.curves[edge][-1][1] for edge in group.edges]
        heights = [y for _, y in brace.points]
        assert min(heights) < min(ends) < max(ends) < max(heights)
