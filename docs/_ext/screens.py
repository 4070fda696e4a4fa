"""Draws every diagram of this documentation twice: for a screen and for a phone.

A page shows one of the two, by the rules of `.on-wide` and `.on-narrow` in its style sheet. The
picture for a phone is the first of several that fits there, or the narrowest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from deepgraph.embed import sphinx_pictures as pictures
from deepgraph.embed.sphinx import DiagramDirective, DiffDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PHONE, ROOM = "360", 400
"""The width in px that a picture for a phone is laid out for, and the one that it may have."""
NARROWER = ({"direction": "down"}, {"weights": "value"})
"""What is tried in turn: flowing down, then numbers without their names, in either direction. Each
try takes some layouts, and the build of all pages is not to take minutes more."""
ONCE = {"fit", "live", "name"}
"""Options of a diagram that is there once: its width is chosen, it is a page, or it has an id."""
LEAST = re.compile(r"min-width:(\d+)px")


class OnEachScreen(DiagramDirective):
    """`{deepgraph}`, with a picture for each width of the window."""

    def run(self) -> list[nodes.Node]:
        given = dict(self.options)
        if ONCE & given.keys():
            return super().run()
        wide = super().run()
        narrow: list[tuple[float, list[nodes.Node]]] = []
        if given.get("direction") == "right":  # the way of a screen
            del given["direction"]
        fixed = {*given, "direction"} if "wrap" in given else {*given}
        for more in NARROWER:
            chosen = {key: text for key, text in more.items() if key not in fixed}
            self.options = {**given, **chosen, "fit": PHONE}
            drawn = super().run()
            narrow.append((self.least(drawn), drawn))
            if narrow[-1][0] <= ROOM:
                break
        _, best = min(narrow, key=lambda each: each[0])
        return [*_part("on-wide", wide), *_part("on-narrow", best)]

    def least(self, drawn: list[nodes.Node]) -> float:
        """The width in px that a diagram needs; 0 of a mistake, which is reported once."""
        for diagram in (found for node in drawn for found in node.findall(pictures.Diagram)):
            text = pictures.drawn(self.env.app, diagram["ask"]())["html"]
            return max(map(float, LEAST.findall(text)), default=0.0)
        return 0.0


class DiffOnEachScreen(OnEachScreen, DiffDirective):
    """`{deepgraph-diff}`, likewise."""


def _part(kind: str, inside: list[nodes.Node]) -> list[nodes.Node]:
    begin = nodes.raw("", f'<div class="{kind}">', format="html")
    return [begin, *inside, nodes.raw("", "</div>", format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("deepgraph", OnEachScreen, override=True)
    app.add_directive("deepgraph-diff", DiffOnEachScreen, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
