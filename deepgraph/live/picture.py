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
from deepgraph.draw.view.node_lines import bends, z_symbol
from deepgraph.draw.view.records import Line
from deepgraph.live.hooks import hooks, roomy, with_notes
from deepgraph.words.numbers import number_text, tight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.draw.layout.records import Layout
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.view.records import View
    from deepgraph.evaluate.reference import Trace
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

_COLOR = re.compile(r' (?:fill|stroke)="#[0-9a-f]{6}"')
_TIP = re.compile(r"<title>[^<]*</title>")
_ENDS = re.compile(r' data-ends="[^"]*"')


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
    **options: Any,
) -> Picture:
    """Draw a picture for the page.

    Args:
        network: all its parameters have values.
        inputs: one value for each.
        places: the layout of an earlier picture of this network with the same options.
        captions: False to leave out the captions of columns, for a narrow place.
        options: of `deepgraph.draw`; those of `FIXED` are the page's.

    Raises:
        DrawingError: see `deepgraph.draw.render`.
    """
    trace = network.trace(inputs)
    drawing = draw.prepare(network, trace, **{**options, **FIXED})
    view = _with_z(network, drawing, trace)
    if not captions:
        view = replace(view, captions=tuple("" for _ in view.captions))
    drawing = replace(drawing, view=view)
    places = places or replace(drawing, view=roomy(view)).layout
    labels = (
        None if place is None else replace(place, text=edge.label)
        for edge, place in zip(view.edges, places.labels, strict=True)
    )
    places = replace(places, labels=tuple(labels), texts=with_notes(view, places))
    drawing = replace(drawing, places=places)
    body = _ENDS.sub("", _TIP.sub("", _COLOR.sub("", svg.elements(drawing))))
    return Picture(body, hooks(network, drawing), drawing)


def _with_z(network: Network, drawing: Drawing, trace: Trace) -> View:
    """The view with z in every node whose value is not its z: values change, lines stay."""
    view = drawing.view
    if view.dense:
        return view
    symbol, digits = z_symbol(network), drawing.options["precision"]
    nodes = []
    for node in view.nodes:
        number = network.index.get(node.id)
        lines = node.lines
        if number is None or node.role in ("bias", "more"):
            nodes.append(node)
            continue
        if bends(network, number) and not any(map(_is_z, lines)):
            z = tight(number_text(float(trace.z[number, 0]), digits))
            lines += (Line(f"{symbol} = {z}", "small", f"{symbol} = −0.0{'8' * digits}"),)
        nodes.append(replace(node, lines=lines))
    return replace(view, nodes=tuple(nodes))


def _is_z(line: Line) -> bool:
    return line.live and line.role == "small"
