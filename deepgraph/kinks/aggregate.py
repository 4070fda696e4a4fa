"""Aggregations of exact curves: weighted sums, maxima, products.

Nothing is sampled: a new point of a maximum is where two lines meet.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from deepgraph.kinks.exact_curve import NOBODY, ZERO, by_place, checked, tidied, value_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.functions.piecewise import Line
    from deepgraph.kinks.exact_curve import Axis, Curve, Nodes, Point


class CurvedError(Exception):
    """A product of two factors that both vary, which is no piecewise-linear function.

    Attributes:
        factors: the positions of two that vary.
        start, end: where.
    """

    def __init__(self, factors: tuple[int, int], start: Fraction, end: Fraction) -> None:
        super().__init__("two factors vary")
        self.factors, self.start, self.end = factors, start, end


def weighted_sum(
    axis: Axis, weights: Sequence[Fraction], curves: Sequence[Curve], most: int
) -> Curve:
    """Σ weight · curve: only the curves that bend at a point have a part in the bend there.

    Args:
        axis: of all curves.
        weights: one for each curve.
        curves: at least one.
        most: how many pieces it may have.

    Raises:
        TooManyError: it has more.
    """
    slope = intercept = ZERO
    events: dict[Point, tuple[Fraction, Fraction, Fraction, Nodes]] = {}
    nothing = (ZERO, ZERO, ZERO, NOBODY)
    for weight, curve in zip(weights, curves, strict=True):
        if not weight:
            continue
        first_slope, first_intercept = curve.lines[0]
        slope += weight * first_slope
        intercept += weight * first_intercept
        for point, turn, jump, lift, benders in curve.events:
            turned, jumped, lifted, bent = events.get(point, nothing)
            events[point] = (
                turned + weight * turn if turn else turned,
                jumped + weight * jump if jump else jumped,
                lifted + weight * lift if lift else lifted,
                bent | benders,
            )
    start = events.pop(axis.start, nothing)
    end = events.pop(axis.end, nothing)
    points = [axis.start, *sorted(events, key=by_place), axis.end]
    line = (slope, intercept)
    lines = [line]
    values, bent_by = [value_on(line, axis.start) + start[2]], [start[3]]
    for point in points[1:-1]:
        turn, jump, lift, benders = events[point]
        slope += turn
        intercept += jump - turn * point.t
        line = (slope, intercept)
        lines.append(line)
        values.append(value_on(line, point) + lift)
        bent_by.append(benders)
    values.append(value_on(line, axis.end) + end[2])
    return checked(tidied(points, lines, values, [*bent_by, end[3]]), most)


def highest(axis: Axis, curves: Sequence[Curve], node: int, most: int) -> Curve:
    """The largest of several curves; `node` bends it where another one becomes the largest.

    Args:
        axis: of all curves.
        curves: at least one; of equal ones the first counts.
        node: whose maximum it is.
        most: how many pieces it may have.

    Raises:
        TooManyError: it has more.
    """

    def higher(one: Curve, other: Curve) -> Curve:
        return _higher(axis, one, other, frozenset((node,)), most)

    return reduce(higher, curves)


def _higher(axis: Axis, one: Curve, other: Curve, mine: Nodes, most: int) -> Curve:
    points: list[Point] = [axis.start]
    lines: list[Line] = []
    winners: list[int] = []
    for left, right, pair in _together((one, other)):
        (m, c), (n, d) = pair
        cut = (d - c) / (m - n) if m != n else left.t
        ends = [axis.point(cut), right] if left.t < cut < right.t else [right]
        for end in ends:
            middle = (points[-1].t + end.t) / 2
            winner = int(n * middle + d > m * middle + c)
            winners.append(winner)
            lines.append(pair[winner])
            points.append(end)
    tables = [_at_points(curve, points) for curve in (one, other)]
    values, bent_by = [], []
    for position in range(len(points)):
        (value, benders), (other_value, other_benders) = (table[position] for table in tables)
        sides = {winners[side] for side in (position - 1, position) if 0 <= side < len(winners)}
        there = sides | {int(other_value > value)} if value != other_value else sides
        values.append(max(value, other_value))
        bent = (benders if 0 in there else NOBODY) | (other_benders if 1 in there else NOBODY)
        bent_by.append(bent | mine if len(there) > 1 else bent)
    return checked(tidied(points, lines, values, bent_by), most)


def product(axis: Axis, curves: Sequence[Curve], most: int) -> Curve:
    """The product of curves of which, on every piece, at most one varies.

    Args:
        axis: of all curves.
        curves: at least one.
        most: how many pieces it may have.

    Raises:
        CurvedError: two vary somewhere, and none is 0 there.
        TooManyError: it has more pieces.
    """
    points: list[Point] = [axis.start]
    lines: list[Line] = []
    for left, right, pieces in _together(curves):
        slope, intercept = ZERO, Fraction(1)
        varying = [number for number, piece in enumerate(pieces) if piece[0]]
        if any(not m and not c for m, c in pieces):
            intercept = ZERO
        elif len(varying) > 1:
            raise CurvedError((varying[0], varying[1]), left.t, right.t)
        else:
            for m, c in pieces:
                slope, intercept = slope * c + m * intercept, intercept * c
        lines.append((slope, intercept))
        points.append(right)
    tables = [_at_points(curve, points) for curve in curves]
    values = [ZERO + 1 for _ in points]
    bent_by = [NOBODY for _ in points]
    for table in tables:
        for position, (value, benders) in enumerate(table):
            values[position] *= value
            bent_by[position] |= benders
    return checked(tidied(points, lines, values, bent_by), most)


def _together(curves: Sequence[Curve]) -> Iterator[tuple[Point, Point, list[Line]]]:
    """Of each stretch between neighbouring points of any curve its ends, and every curve's line."""
    ends = sorted({point for curve in curves for point in curve.points}, key=by_place)
    position = [0] * len(curves)
    for left, right in pairwise(ends):
        for number, curve in enumerate(curves):
            if curve.points[position[number] + 1] is left:
                position[number] += 1
        yield (
            left,
            right,
            [curve.lines[place] for curve, place in zip(curves, position, strict=True)],
        )


def _at_points(curve: Curve, points: list[Point]) -> list[tuple[Fraction, Nodes]]:
    """The value of a curve at points that hold its own, and who bends it there."""
    known = {event.point: event.benders for event in curve.events}
    own = dict(zip(curve.points, curve.values, strict=True))
    found, place = [], 0
    for point in points:
        if point in own:
            found.append((own[point], known.get(point, NOBODY)))
            place += point is not points[0]
        else:
            found.append((value_on(curve.lines[place], point), NOBODY))
    return found
