"""A layout in its frame: margins on all sides, footnotes centred below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepgraph.draw.layout.records import MARGIN, Box, Layout, Part, Text
from deepgraph.draw.view.records import View

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point

BOX = Box(-100.0, 50.0, 40.0, 20.0, "box")


def framed(
    *footnotes: str,
    notes: tuple[str, ...] = (),
    boxes: list[Box] | None = None,
    curves: list[list[Point]] | None = None,
    labels: list[Text | None] | None = None,
) -> Layout:
    view = View("", "", True, (), (), (), notes=notes, footnotes=footnotes)
    return Layout.framed(boxes or [BOX], curves or [], labels or [], [], view, 13.0)


def test_everything_begins_at_the_margin() -> None:
    found = framed()
    assert (found.width, found.height) == (40 + 2 * MARGIN, 20 + 2 * MARGIN)
    assert (found.boxes[0].x, found.boxes[0].y) == (MARGIN + 20, MARGIN + 10)


def test_curves_reach_as_far_as_they_are_drawn() -> None:
    """Their control points lie farther out."""
    arc = [(-100.0, 50.0), (-100.0, -50.0), (0.0, -50.0), (0.0, 50.0)]
    found = framed(curves=[arc])
    assert found.height == pytest.approx(2 * MARGIN + 60 + 75 - 50, abs=1)
    assert found.curves[0][1][1] < MARGIN


def test_labels_and_texts_keep_their_room() -> None:
    label = Text("w1 0.5", 300.0, 50.0, 13.0)
    found = framed(labels=[label, None])
    assert found.labels[1] is None
    assert found.labels[0].x + label.room[2] / 2 == pytest.approx(found.width - MARGIN)


def test_groups_share_a_line_and_remarks_do_not() -> None:
    found = framed("the 5 strongest of 9 weights", "more", notes=("a = [1 2]", "b = [3 4]"))
    lines = sorted({text.y for text in found.texts})
    assert len(lines) == 3
    assert [text.role for text in found.texts] == ["note", "note", "remark", "remark"]
    first, second = found.texts[:2]
    middle = found.width / 2
    assert first.x < middle < second.x
    assert found.texts[2].x == pytest.approx(middle)


def test_a_wide_footnote_widens_the_picture() -> None:
    found = framed("word " * 60)
    [note] = found.texts
    assert found.width > 1000
    assert note.x == pytest.approx(found.width / 2, abs=1)
    assert note.y + 5 < found.height - MARGIN


def test_biases_and_names_beside_a_node_keep_their_room() -> None:
    pill = Part(0.0, -40.0, 60.0, 20.0, "above")
    name = Part(-50.0, 0.0, 50.0, 20.0, "left")
    box = Box(0.0, 0.0, 40.0, 40.0, "circle", (pill,), name)
    assert box.reach == (75.0, 50.0, 30.0, 20.0)
    assert box.rooms == [(0, 0, 40, 40), (0, -40, 60, 20), (-50, 0, 50, 20)]
    found = framed(boxes=[box])
    assert (found.width, found.height) == (105 + 2 * MARGIN, 70 + 2 * MARGIN)
    assert found.boxes[0].pills == (pill,)
