"""Activations of exact curves; an activation bends the curve where z meets one of its breaks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from deepgraph.kinks.exact_curve import NO_NODES, ZERO, causes_of, scaled, simplified, value_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from deepgraph.functions.piecewise import Line, Pieces
    from deepgraph.kinks.exact_curve import Axis, ExactCurve, Point


def activated(axis: Axis, curve: ExactCurve, pieces: Pieces, node: int, limit: int) -> ExactCurve:
    """The activation of a curve of z; `node` causes the bends at the breaks of the activation.

    Raises:
        TooManyError: the result has more pieces than the limit.
    """
    if not pieces.breaks:
        return scaled(curve, *pieces.lines[0])
    points, regions, z = [curve.points[0]], [], [curve.values[0]]
    lines: list[Line] = []
    inherited = causes_of(curve)
    causes = inherited[:1]
    for number, (line, (left, right)) in enumerate(
        zip(curve.lines, pairwise(curve.points), strict=True), 1
    ):
        for region, end in _crossed(axis, line, left, right, pieces):
            slope, intercept = pieces.lines[region] if region >= 0 else (ZERO, pieces.at[~region])
            lines.append((slope * line[0], slope * line[1] + intercept))
            regions.append(region)
            points.append(end)
            z.append(curve.values[number] if end is right else value_on(line, end))
            causes.append(inherited[number] if end is right else NO_NODES)
    values = [pieces(value) for value in z]
    for position in range(len(points)):
        here = slice(max(position - 1, 0), position + 1)
        if _breaks(pieces, regions[here], z[position], values[position]):
            causes[position] |= {node}
    return simplified(points, lines, values, causes, limit)


def _crossed(
    axis: Axis, line: Line, left: Point, right: Point, pieces: Pieces
) -> Iterator[tuple[int, Point]]:
    """The regions of an activation that a line of z passes, each with the point where it ends.

    Where z stays on a break, the region is ~(number of the break), which is negative.
    """
    slope, intercept = line
    first = value_on(line, left)
    if not slope:
        on_break = first in pieces.breaks
        yield ~pieces.breaks.index(first) if on_break else pieces.region(first, 1), right
        return
    region, final = pieces.region(first, slope), pieces.region(value_on(line, right), -slope)
    while region != final:
        met = pieces.breaks[region if slope > 0 else region - 1]
        yield region, axis.point((met - intercept) / slope)
        region += 1 if slope > 0 else -1
    yield region, right


def _breaks(pieces: Pieces, regions: list[int], z: Fraction, value: Fraction) -> bool:
    """True if the activation itself bends or jumps at a point.

    It does not if one of its lines gives the value at the point and on both sides of it. A side on
    which z stays on a break is a single value of z, which many lines pass through.

    Args:
        pieces: of the activation.
        regions: to the left and to the right of the point, as `_crossed` has them; one of them at
            an end of the axis.
        z: its value at the point.
        value: of the activation at the point.
    """
    lines = {pieces.lines[region] for region in regions if region >= 0}
    if len(lines) > 1:
        return True
    points = [(pieces.breaks[~region], pieces.at[~region]) for region in regions if region < 0]
    points.append((z, value))
    return not any(
        all(slope * at + intercept == there for at, there in points)
        for slope, intercept in lines or pieces.lines
    )
