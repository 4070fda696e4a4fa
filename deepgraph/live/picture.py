"""The picture of the live page: the elements of our SVG, and what a script needs to follow values.

A picture of the page keeps its layout while numbers change. So the layout has room for the usual
numbers, and a longer one is set smaller. All that does not depend on numbers is decided here; the
script `picture.js` repeats the rest of `draw/view` and `draw/output`: texts, widths, colours.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from deepgraph import draw
from deepgraph.draw.output import svg
from deepgraph.live.hooks import hooks, roomy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.draw.layout.records import Layout
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.network import Network

FIXED: dict[str, Any] = {
    "collapse": False,
    "animate": False,
    "inline": True,
    "theme": "auto",
    "renderer": "deepgraph",
    "title": False,
    "legend": False,
}
"""Drawing options that the page decides itself."""

_SET_BY_PAGE = re.compile(r' (?:(?:fill|stroke)="#[0-9a-f]{6}"|data-ends="[^"]*")')
_TIP = re.compile(r"<title>[^<]*</title>")
_OF_WEIGHTS = re.compile("^weights →")
_TAG = re.compile("<[^>]*>")


class Picture(NamedTuple):
    """A picture of the page.

    Attributes:
        svg: its elements, without the root.
        hooks: for JSON: what the script needs to follow values; see `deepgraph.live.hooks`.
        drawing: its view, layout and options.
    """

    svg: str
    hooks: dict[str, Any]
    drawing: Drawing


def picture(
    network: Network,
    inputs: Mapping[str, float],
    places: Layout | None = None,
    *,
    captions: bool = True,
    called: str = "weights",
    **options: Any,
) -> Picture:
    """Draw a picture for the page.

    Args:
        network: all its parameters have values.
        inputs: one value for each.
        places: the layout of an earlier picture of this network with the same options.
        captions: False to leave out the captions of columns, for a narrow place.
        called: what the lines of groups call weights, in the language of the page.
        options: of `deepgraph.draw`; those of `FIXED` are the page's.

    Raises:
        DrawingError: see `deepgraph.draw.render`.
    """
    trace = network.trace(inputs)
    drawing = draw.prepare(network, trace, **{**options, **FIXED})
    view = drawing.view
    if not captions:
        view = replace(view, captions=tuple("" for _ in view.captions))
    notes = tuple(_OF_WEIGHTS.sub(lambda _: f"{called} →", note) for note in view.notes)
    view = replace(view, notes=notes)
    drawing = replace(drawing, view=view)
    places = places or replace(drawing, view=roomy(view)).layout
    labels = (
        None if place is None else replace(place, text=edge.label)
        for edge, place in zip(view.edges, places.labels, strict=True)
    )
    places = replace(places, labels=tuple(labels))
    drawing = replace(drawing, places=places)
    body = _TIP.sub("", without_attributes(svg.elements(drawing), _SET_BY_PAGE))
    return Picture(body, hooks(network, drawing), drawing)


def without_attributes(markup: str, attributes: re.Pattern[str]) -> str:
    """Markup without some attributes of its tags; a text that looks like one of them stays."""
    return _TAG.sub(lambda tag: attributes.sub("", tag[0]), markup)
