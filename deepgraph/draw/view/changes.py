"""The legend of a picture that compares two networks; `deepgraph.diff.picture` makes the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.draw.view.records import EdgeView, LegendItem, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.view.records import NodeView

WORDS: dict[Mark, str] = {
    "removed": "− removed",
    "added": "+ added",
    "changed": "changed, now above 0; wider: by more",
    "": "as before",
}
NOW_BELOW = "changed, now below 0; wider: by more"
MARKS_ALONE: tuple[Mark, ...] = ("added", "removed")
BELOW = "a weight below 0"
"""Of the hollow head of an edge that came or went."""


def change_legend(nodes: Sequence[NodeView], edges: Sequence[EdgeView]) -> tuple[LegendItem, ...]:
    """What the lines mean that occur in the picture, each as it is drawn."""
    lines = {(edge.mark, edge.sign) for edge in edges} | {(node.mark, 1) for node in nodes}
    lines |= {(bias.mark, bias.sign) for node in nodes for bias in node.biases}
    marks = {mark for mark, _ in lines}
    found = []
    for mark, words in WORDS.items():
        if mark == "changed":
            above = any(kind == "changed" and sign >= 0 for kind, sign in lines)
            found += [_item(words, mark, 1)] * above
            found += [_item(NOW_BELOW, mark, -1)] * ((mark, -1) in lines)
        elif mark in marks:
            found.append(_item(words, mark, int(bool(mark))))
    went = [mark for mark in MARKS_ALONE if (mark, -1) in {(e.mark, e.sign) for e in edges}]
    if went and ("changed", -1) not in lines:
        found.insert(-1 if "" in marks else len(found), _item(BELOW, went[0], -1))
    return tuple(found)


def _item(words: str, mark: Mark, sign: int) -> LegendItem:
    edge = EdgeView("", 0, 0, mark=mark, size=0.4, sign=sign, zero=not mark)
    return LegendItem(words, edges=(edge,))
