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
    "changed": "changed; wider: by more",
    "": "as before",
}


def change_legend(nodes: Sequence[NodeView], edges: Sequence[EdgeView]) -> tuple[LegendItem, ...]:
    """What the lines mean that occur in the picture."""
    there = {edge.mark for edge in edges} | {node.mark for node in nodes}
    there |= {bias.mark for node in nodes for bias in node.biases}
    return tuple(
        LegendItem(
            words, edge=EdgeView("", 0, 0, mark=mark, size=0.4, sign=bool(mark), zero=not mark)
        )
        for mark, words in WORDS.items()
        if mark in there
    )
