"""Chooses the layout of a view: our own columns, or Graphviz for an irregular network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.draw.layout import layered

if TYPE_CHECKING:
    from deepgraph.draw.graphviz.execute import Backend
    from deepgraph.draw.layout.records import Layout
    from deepgraph.draw.view.records import View
    from deepgraph.options.drawing import Direction


def place(view: View, direction: Direction = "right", graphviz: Backend = "auto") -> Layout:
    """Find a place for everything that a view shows.

    Raises:
        DrawingError: an irregular network is too large for Graphviz, or there is none.
    """
    placed = layered.place(view, direction) if view.layered else None
    if placed is not None:
        return placed
    from deepgraph.draw.layout import irregular  # only such networks need Graphviz

    return irregular.place(view, direction, graphviz)
