"""A layout in its frame: margins on all sides, footnotes centred below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from deepgraph.draw.layout import framing
from deepgraph.draw.layout.framing import MARGIN
from deepgraph.draw.layout.records import Box, Layout, Part, Text
from deepgraph.draw.layout.typography import USUAL
from deepgraph.draw.view.records import EdgeView, LegendItem, NodeView, View

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point

SIZES = USUAL._replace(note=13.0)
BOX = Box(-100.0, 50.0, 40.0, 20.0, "box")


def framed(
    *footnotes: str,
    notes: tuple[str, ...] = (),
    boxes: list[Box] | None = None,
    curves: list[list[Point]] | None = None,
    labels: list[Text | None] | None = None,
    **more: Any,
) -> Layout:
    view = View("", "", True, (), (), (), notes=notes, footnotes=footnotes, **more)
    return framing.framed(boxes or [BOX], curves or [], labels or [], [], view, SIZES)


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


def test_the_marks_of_one_item_stand_side_by_side() -> None:
    edges = (EdgeView("", 0, 0, sign=1, size=0.0), EdgeView("", 0, 0, sign=1, size=1.0))
    both = LegendItem("off: passes on 0", NodeView("", "hidden", 0, ()), edges[:1])
    found = framed(legend=(both, LegendItem("wider: larger |weight|", edges=edges)))
    circle, arrow, thin, wide = found.legend
    assert circle.box is not None
    assert circle.box.x + circle.box.width / 2 < arrow.line[0][0]
    assert thin.line[1][0] < wide.line[0][0]
    off, wider = (text for text in found.texts if text.role == "legend")
    for mark, word in ((arrow, off), (wide, wider)):
        assert mark.line[1][0] < word.x - (word.room[2] - 5) / 2


def test_a_title_stands_above_everything() -> None:
    plain, titled = framed(), framed(heading="A title")
    [title] = titled.texts
    assert title.role == "title"
    assert title.y + title.size / 2 < titled.boxes[0].y - titled.boxes[0].height / 2
    assert title.y - title.size * 0.7 == pytest.approx(MARGIN)
    assert titled.height > plain.height + title.size


def test_the_marks_of_a_legend_stand_before_their_words() -> None:
    items = (
        LegendItem("input", NodeView("", "input", 0, ())),
        LegendItem("bias", NodeView("", "bias", 0, ())),
        LegendItem("positive weight", edges=(EdgeView("", 0, 0, sign=1),)),
        LegendItem("∂: derivative of the loss"),
    )
    found = framed("a remark", legend=items)
    words = [text for text in found.texts if text.role == "legend"]
    assert [text.text for text in words] == [item.text for item in items]
    assert [mark.node for mark in found.legend[:2]] == [item.node for item in items[:2]]
    assert [mark.edge for mark in found.legend[2:]] == [*items[2].edges]
    assert len({text.y for text in words}) > 1  # it keeps to the width of the picture
    for mark, word in zip(found.legend, words, strict=False):
        end = mark.box.x + mark.box.width / 2 if mark.box else mark.line[1][0]
        assert MARGIN <= end < word.x - (word.room[2] - 5) / 2
        assert (mark.box.y if mark.box else mark.line[0][1]) == word.y
    assert max(text.y for text in words) < found.height - MARGIN
    assert min(text.y for text in words) > next(t.y for t in found.texts if t.role == "remark")
