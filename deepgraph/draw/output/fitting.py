"""Chooses distances and direction by the width of the column that a picture is for.

A page scales a picture down to its column, and below the width at which its smallest text has 9 px
it scrolls. So a picture for a narrow column wants to be narrow itself: its columns come closer, its
large texts and circles shrink, and if that is not enough, the signal flows down.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deepgraph.draw.output.svg import least_width

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.draw.output.drawing import Drawing

SPACINGS, COMPACT_SPACINGS = (1.0, 0.9, 0.8, 0.7), (1.0, 0.85, 0.7, 0.55)
"""Factors that are tried in turn, of the usual sizes and of compact ones; closer nodes than these
make no picture narrower, since labels need room."""
TALL, TALLEST = 2.0, 4.0
"""A picture that flows down is rather no taller than this on the page, in widths of the column; and
never taller than this."""
MOST_EDGES = 150
"""A picture with more takes long to lay out, and does not fit a column of text anyway."""


def fitted(drawing: Drawing, width: float, fixed: Collection[str] = ()) -> Drawing:
    """The same drawing, laid out for a column; the narrowest one if none fits.

    None is taken in which more touches, or more labels stand on crossings, than in the drawing as
    it is.

    Args:
        drawing: laid out or not.
        width: of the column, in px.
        fixed: options that someone has chosen: "spacing", "direction", "wrap".
    """
    if len(drawing.view.edges) > MOST_EDGES:
        return drawing
    usual = drawing.layout
    narrowest, least, tall = drawing, float("inf"), None
    for tried in _candidates(drawing, fixed):
        if tried.layout.unfit > usual.unfit or tried.layout.crossed > usual.crossed:
            continue
        needed = least_width(tried)
        turned = tried.options["direction"] != drawing.options["direction"]
        shape = tried.layout.height / tried.layout.width if turned else 0.0
        if shape > TALLEST:
            continue
        if needed <= width and shape <= TALL:
            return tried
        if needed <= width:
            tall = tall or tried
        if needed < least:
            narrowest, least = tried, needed
    return tall or narrowest


def _candidates(drawing: Drawing, fixed: Collection[str]) -> Iterator[Drawing]:
    directions = [drawing.options["direction"]]
    if not {"direction", "wrap"} & {*fixed} and directions == ["right"]:
        directions.append("down")
    chosen = (drawing.options["spacing"],) if "spacing" in fixed else ()
    tried = [(False, factor) for factor in chosen or SPACINGS]
    tried += [(True, factor) for factor in chosen or COMPACT_SPACINGS]
    for direction, (compact, factor) in itertools.product(directions, tried):
        options: dict[str, Any] = {**drawing.options, "direction": direction, "spacing": factor}
        scale = drawing.view.scale._replace(spacing=factor, compact=compact)
        if options == drawing.options and scale == drawing.view.scale:
            yield drawing  # which is laid out already
            continue
        yield replace(drawing, view=replace(drawing.view, scale=scale), options=options)
