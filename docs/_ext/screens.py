"""Draws every diagram of this documentation twice: for a screen and for a phone.

A page shows one of the two, by the rules of `.on-wide` and `.on-narrow` in its style sheet. The
picture for a phone flows down, and fits a narrow column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from deepgraph.embed.sphinx import DiagramDirective, DiffDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PHONE = "360"
"""The width in px of a column on a phone."""
CHOSEN = {"fit", "live", "name"}
"""Options of a diagram that is there once: its width is chosen, it is a page, or it has an id."""


class OnEachScreen(DiagramDirective):
    """`{deepgraph}`, with a picture for each width of the window."""

    def run(self) -> list[nodes.Node]:
        given = dict(self.options)
        if CHOSEN & given.keys():
            return super().run()
        wide = super().run()
        upright = {} if {"direction", "wrap"} & given.keys() else {"direction": "down"}
        self.options = {**given, **upright, "fit": PHONE}
        narrow = super().run()
        return [*_part("on-wide", wide), *_part("on-narrow", narrow)]


class DiffOnEachScreen(OnEachScreen, DiffDirective):
    """`{deepgraph-diff}`, likewise."""


def _part(kind: str, inside: list[nodes.Node]) -> list[nodes.Node]:
    begin = nodes.raw("", f'<div class="{kind}">', format="html")
    return [begin, *inside, nodes.raw("", "</div>", format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("deepgraph", OnEachScreen, override=True)
    app.add_directive("deepgraph-diff", DiffOnEachScreen, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
