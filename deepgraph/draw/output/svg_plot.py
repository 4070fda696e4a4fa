"""The plot in a node: its curve, with a dot at each kink, over hints of its axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.draw.layout.node_sizes import PLOT_HEIGHT, PLOT_WIDTH
from deepgraph.draw.output.svg_pieces import escape, line_data
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.output.svg_paint import Paint
    from deepgraph.draw.view.records import Plot


def plotted(
    plot: Plot, corner: Point, paint: Paint, classes: tuple[str, ...], *, live: bool
) -> str:
    """The elements of a plot.

    Args:
        plot: in shares of its width and height.
        corner: its left top corner, in px.
        paint: of the picture.
        classes: of the point where the network is.
        live: False if that point is not to be seen yet.
    """
    left, top = corner

    def place(point: tuple[float, float]) -> Point:
        return left + point[0] * PLOT_WIDTH, top + (1 - point[1]) * PLOT_HEIGHT

    parts = [f'<g class="plot"><title>{escape(plot.tip)}</title>']
    hint = f'fill="none"{paint(stroke="off_line")} stroke-width="1"'
    axes = [] if plot.zero is None else [((0.0, plot.zero), (1.0, plot.zero))]
    axes += [] if plot.origin is None else [((plot.origin, 0.0), (plot.origin, 1.0))]
    parts += [f'<path d="{line_data(map(place, axis))}" {hint}/>' for axis in axes]
    line = f'fill="none"{paint(stroke="line")} stroke-width="1.7"'
    for stroke in plot.strokes:
        data = line_data(map(place, stroke))
        parts.append(f'<path d="{data}" {line} stroke-linejoin="round"/>')
    for points, fill in ((plot.kinks, "page"), (plot.dots, "line")):
        dot = f'{paint(fill, "line")} stroke-width="1.3"'
        for x, y in map(place, points):
            parts.append(f'<circle cx="{short(x)}" cy="{short(y)}" r="2.2"{dot}/>')
    if plot.here and live:
        x, y = place(plot.here)
        dot = paint("positive", "page", classes)
        parts.append(f'<circle cx="{short(x)}" cy="{short(y)}" r="4"{dot} stroke-width="1.2"/>')
    return "".join([*parts, "</g>"])
