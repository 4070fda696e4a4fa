"""Activations of exact curves; an activation bends the curve where z meets one of its breaks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from deepgraph.kinks.exact_curve import (
    NO_NODES,
    ZERO,
    TooManyError,
    causes_of,
    scaled,
    simplified,
    value_on,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from deepgraph.functions.piecewise import Line, Piecewise
    from deepgraph.kinks.exact_curve import Axis, ExactCurve, Point

ON_BREAK = None
"""Stands for the region of a stretch on which z stays on a break of the activation."""

FEW = 2
"""No activation but a staircase has more breaks."""


def activated(
    axis: Axis, curve: ExactCurve, pieces: Piecewise, node: int, limit: int
) -> ExactCurve:
    """The activation of a curve of z; `node` causes the bends at the breaks of the activation.

    Raises:
        TooManyError: the result has more pieces than the limit.
    """
    if pieces.everywhere is not None:
        return scaled(curve, *pieces.everywhere)
    points, regions, z = [curve.points[0]], [], [curve.values[0]]
    lines: list[Line] = []
    inherited = causes_of(curve)
    causes = inherited[:1]
    for number, (line, (left, right)) in enumerate(
        zip(curve.lines, pairwise(curve.points), strict=True), 1
    ):
        for region, end in _crossed(axis, line, left, right, pieces, limit):
            slope, intercept = (
                pieces.line(region) if region is not None else (ZERO, pieces(line[1]))
            )
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
    axis: Axis, line: Line, left: Point, right: Point, pieces: Piecewise, limit: int
) -> Iterator[tuple[int | None, Point]]:
    """The regions of an activation that a line of z passes, each with the point where it ends.

    Raises:
        TooManyError: so many breaks of a staircase alone are more than the limit.
    """
    slope, intercept = line
    first = value_on(line, left)
    if not slope:
        yield ON_BREAK if pieces.breaks_at(first) else pieces.region(first, 1), right
        return
    region, final = pieces.region(first, slope), pieces.region(value_on(line, right), -slope)
    crossed = abs(final - region)
    if crossed > max(limit, FEW):
        raise TooManyError(crossed + 1)
    while region != final:
        met = pieces.break_above(region if slope > 0 else region - 1)
        yield region, axis.point((met - intercept) / slope)
        region += 1 if slope > 0 else -1
    yield region, right


def _breaks(
    pieces: Piecewise, regions: list[int | None], lines: list[Line], z: Fraction, value: Fraction
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
    rules = [pieces.line(region) for region in regions if region is not None]
    if not rules:
        return lines[0] != lines[-1] or value != lines[0][1]
    slope, intercept = rules[0]
    if rules[-1] != rules[0] or slope * z + intercept != value:
        return True
    return any(
        line[1] != slope * z + intercept
        for region, line in zip(regions, lines, strict=True)
        if region is ON_BREAK
    )
