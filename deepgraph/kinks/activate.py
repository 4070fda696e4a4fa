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

ON_BREAK = -1
"""Stands for the region of a stretch on which z stays on a break of the activation."""


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
            slope, intercept = pieces.lines[region] if region >= 0 else (ZERO, pieces(line[1]))
            lines.append((slope * line[0], slope * line[1] + intercept))
            regions.append(region)
            points.append(end)
            z.append(curve.values[number] if end is right else value_on(line, end))
            causes.append(inherited[number] if end is right else NO_NODES)
    values = [pieces(value) for value in z]
    for position in range(len(points)):
        here = slice(max(position - 1, 0), position + 1)
        if _breaks(pieces, regions[here], lines[here], z[position], values[position]):
            causes[position] |= {node}
    return simplified(points, lines, values, causes, limit)


def _crossed(
    axis: Axis, line: Line, left: Point, right: Point, pieces: Pieces
) -> Iterator[tuple[int, Point]]:
    """The regions of an activation that a line of z passes, each with the point where it ends."""
    slope, intercept = line
    first = value_on(line, left)
    if not slope:
        yield ON_BREAK if first in pieces.breaks else pieces.region(first, 1), right
        return
    region, final = pieces.region(first, slope), pieces.region(value_on(line, right), -slope)
    while region != final:
        met = pieces.breaks[region if slope > 0 else region - 1]
        yield region, axis.point((met - intercept) / slope)
        region += 1 if slope > 0 else -1
    yield region, right


def _breaks(
    pieces: Pieces, regions: list[int], lines: list[Line], z: Fraction, value: Fraction
) -> bool:
    """True if the activation itself bends or jumps at a point.

    It does not if one of its lines gives the value at the point and on both sides of it. A side on
    which z stays on a break is a single value of z, which many lines pass through.

    Args:
        pieces: of the activation.
        regions: to the left and to the right of the point; one of them at an end of the axis.
        lines: of the values there.
        z: its value at the point.
        value: of the activation at the point.
    """
    rules = [pieces.lines[region] for region in regions if region >= 0]
    if not rules:
        return lines[0] != lines[-1] or value != lines[0][1]
    slope, intercept = rules[0]
    if rules[-1] != rules[0] or slope * z + intercept != value:
        return True
    return any(
        line[1] != slope * z + intercept
        for region, line in zip(regions, lines, strict=True)
        if region == ON_BREAK
    )
