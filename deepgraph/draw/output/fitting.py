"""Chooses distances and direction by the width of the column that a picture is for.

A page scales a picture down to its column, and below the width at which its smallest text has 9 px
it scrolls. So a picture for a narrow column wants to be narrow itself: its columns come closer, and
if that is not enough, the signal flows down.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deepgraph.draw.output.svg import least_width

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.draw.output.drawing import Drawing

SPACINGS = (1.0, 0.9, 0.8, 0.7)
"""Factors that are tried in turn; closer nodes make no picture narrower, since labels need room."""
TALLEST = 2.0
"""A picture that flows down is no taller than this on the page, in widths of the column."""
MOST_EDGES = 150
"""A picture with more takes long to lay out, and does not fit a column of text anyway."""


def fitted(drawing: Drawing, width: float, fixed: Collection[str] = ()) -> Drawing:
    """The same drawing, laid out for a column; the narrowest one to the right if none fits.

    Args:
        drawing: laid out or not.
        width: of the column, in px.
        fixed: options that someone has chosen: "spacing", "direction", "wrap".
    """
    if len(drawing.view.edges) > MOST_EDGES:
        return drawing
    narrowest, least = drawing, float("inf")
    for tried in _candidates(drawing, fixed):
        needed = least_width(tried)
        turned = tried.options["direction"] != drawing.options["direction"]
        height = tried.layout.height / tried.layout.width * width
        if needed <= width and not (turned and height > TALLEST * width):
            return tried
        if needed < least and not turned:
            narrowest, least = tried, needed
    return narrowest


def _candidates(drawing: Drawing, fixed: Collection[str]) -> Iterator[Drawing]:
    directions = [drawing.options["direction"]]
    if not {"direction", "wrap"} & {*fixed} and directions == ["right"]:
        directions.append("down")
    spacing = drawing.options["spacing"]
    for direction in directions:
        for factor in (spacing,) if "spacing" in fixed else SPACINGS:
            options: dict[str, Any] = {**drawing.options, "direction": direction, "spacing": factor}
            view = replace(drawing.view, scale=drawing.view.scale._replace(spacing=factor))
            yield replace(drawing, view=view, options=options)
