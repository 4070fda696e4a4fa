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

    Region = int | Fraction
    """The number of a line of an activation; or the break on which z stays."""

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
        for region, met in _crossed(line, left, right, pieces, limit):
            slope, intercept = (
                pieces.line(region) if isinstance(region, int) else (ZERO, pieces(region))
            )
            lines.append((slope * line[0], slope * line[1] + intercept))
            regions.append(region)
            if met is None:
                points.append(right)
                z.append(curve.values[number])
                causes.append(inherited[number])
            else:
                points.append(axis.point((met - line[1]) / line[0]))
                z.append(met)
                causes.append(NO_NODES)
    values = [pieces(value) for value in z]
    for position in range(len(points)):
        here = slice(max(position - 1, 0), position + 1)
        if _breaks(pieces, regions[here], z[position], values[position]):
            causes[position] |= {node}
    return simplified(points, lines, values, causes, limit)


def _crossed(
    line: Line, left: Point, right: Point, pieces: Piecewise, limit: int
) -> Iterator[tuple[Region, Fraction | None]]:
    """The regions of an activation that a line of z passes, each with the break where it ends.

    The last one ends with the line, not at a break; `None` stands there. Where z stays on
    a break, the break stands for the region.

    Raises:
        TooManyError: so many breaks of a staircase alone are more than the limit.
    """
    slope, first = line[0], value_on(line, left)
    if not slope:
        yield first if pieces.breaks_at(first) else pieces.region(first, 1), None
        return
    region, final = pieces.region(first, slope), pieces.region(value_on(line, right), -slope)
    crossed = abs(final - region)
    if crossed > max(limit, FEW):
        raise TooManyError(crossed + 1)
    while region != final:
        met = pieces.break_above(region if slope > 0 else region - 1)
        yield region, met
        region += 1 if slope > 0 else -1
    yield region, None


def _breaks(pieces: Piecewise, regions: list[Region], z: Fraction, value: Fraction) -> bool:
    """True if the activation itself bends or jumps at a point.

    It does not if one of its lines gives the value at the point and on both sides of it. A side on
    which z stays on a break is a single value of z, which the lines beside it may pass through.

    Args:
        pieces: of the activation.
        regions: to the left and to the right of the point, as `_crossed` has them; one of them at
            an end of the axis.
        z: its value at the point.
        value: of the activation at the point.
    """
    lines = {pieces.line(region) for region in regions if isinstance(region, int)}
    if len(lines) > 1:
        return True
    met = [region for region in regions if not isinstance(region, int)]
    if not lines:
        lines = {pieces.line(pieces.region(met[0], side)) for side in (-1, 1)}
    points = [*((at, pieces(at)) for at in met), (z, value)]
    return not any(
        all(slope * at + intercept == there for at, there in points) for slope, intercept in lines
    )
