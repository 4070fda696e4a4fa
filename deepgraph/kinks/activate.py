"""The activation of an exact curve, which may bend it where z meets a break of the activation."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from deepgraph.kinks.exact_curve import NOBODY, ZERO, benders_of, checked, scaled, tidied, value_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from deepgraph.functions.piecewise import Line, Pieces
    from deepgraph.kinks.exact_curve import Axis, Curve, Point

ON_BREAK = -1
"""In place of the region of a stretch on which z stays on a break of the activation."""


def activated(axis: Axis, curve: Curve, pieces: Pieces, node: int, most: int) -> Curve:
    """The activation of a curve; `node` bends it where it meets a break of the activation.

    Args:
        axis: of the curve.
        curve: z.
        pieces: of the activation.
        node: whose activation it is.
        most: how many pieces it may have.

    Raises:
        TooManyError: it has more.
    """
    if not pieces.breaks:
        return scaled(curve, *pieces.lines[0])
    points, regions, z = [curve.points[0]], [], [curve.values[0]]
    lines: list[Line] = []
    inherited = benders_of(curve)
    bent_by = inherited[:1]
    for number, (line, (left, right)) in enumerate(
        zip(curve.lines, pairwise(curve.points), strict=True), 1
    ):
        for region, end in _crossed(axis, line, left, right, pieces):
            slope, intercept = pieces.lines[region] if region >= 0 else (ZERO, pieces(line[1]))
            lines.append((slope * line[0], slope * line[1] + intercept))
            regions.append(region)
            points.append(end)
            z.append(curve.values[number] if end is right else value_on(line, end))
            bent_by.append(inherited[number] if end is right else NOBODY)
    values = [pieces(value) for value in z]
    for position in range(len(points)):
        here = slice(max(position - 1, 0), position + 1)
        if _breaks(pieces, regions[here], lines[here], z[position], values[position]):
            bent_by[position] |= {node}
    return checked(tidied(points, lines, values, bent_by), most)


def _crossed(
    axis: Axis, line: Line, left: Point, right: Point, pieces: Pieces
) -> Iterator[tuple[int, Point]]:
    """Which regions of an activation a line of z passes, and up to where."""
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
    """Whether an activation does something of its own at a point.

    It does not where one of its lines says the value at the point and on both sides of it. A side
    on which z stays on a break is a single value of z, and many lines pass it.

    Args:
        pieces: of the activation.
        regions: to the left and to the right of the point, as far as there are these sides.
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
    stays = [number for number, region in enumerate(regions) if region == ON_BREAK]
    return any(lines[number][1] != slope * z + intercept for number in stays)
