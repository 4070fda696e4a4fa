"""Aggregations of exact curves: weighted sums, maxima and products.

Nothing is sampled: each new point of a maximum is the point where two lines meet. In every function
`axis` is that of all curves, `limit` the largest number of pieces, and `node` the node that causes
new bends. Each raises `TooLongError` for a number of too many digits as soon as it meets one, since
arithmetic with such numbers is slow.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from deepgraph.kinks.exact_curve import (
    NO_NODES,
    ZERO,
    in_order,
    require_short,
    simplified,
    value_on,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.functions.piecewise import Line
    from deepgraph.kinks.exact_curve import Axis, ExactCurve, Nodes, Point


class CurvedError(Exception):
    """A product is not piecewise linear: two factors both vary between start and end."""

    def __init__(self, factors: tuple[int, int], start: Fraction, end: Fraction) -> None:
        super().__init__("two factors vary")
        self.factors, self.start, self.end = factors, start, end


def weighted_sum(
    axis: Axis, weights: Sequence[Fraction], curves: Sequence[ExactCurve], limit: int
) -> ExactCurve:
    """Σ weight · curve over at least one curve.

    The events of the curves are added up point by point, so that a curve costs nothing at a point
    where it does not bend.

    Raises:
        TooManyError: the sum has more pieces than the limit.
    """
    slope = intercept = ZERO
    events: dict[Point, tuple[Fraction, Fraction, Fraction, Nodes]] = {}
    nothing = (ZERO, ZERO, ZERO, NO_NODES)
    for weight, curve in zip(weights, curves, strict=True):
        if not weight:
            continue
        first_slope, first_intercept = curve.lines[0]
        slope += weight * first_slope
        intercept += weight * first_intercept
        require_short(slope, intercept)
        for point, turn, shift, lift, causes in curve.events:
            turned, shifted, lifted, caused = events.get(point, nothing)
            events[point] = (
                turned + weight * turn if turn else turned,
                shifted + weight * shift if shift else shifted,
                lifted + weight * lift if lift else lifted,
                caused | causes,
            )
            require_short(*events[point][:3])
    start = events.pop(axis.start, nothing)
    end = events.pop(axis.end, nothing)
    points = [axis.start, *sorted(events, key=in_order), axis.end]
    lines = [(slope, intercept)]
    values, caused_by = [value_on(lines[0], axis.start) + start[2]], [start[3]]
    for point in points[1:-1]:
        turn, shift, lift, causes = events[point]
        slope += turn
        intercept += shift
        require_short(slope, intercept)
        lines.append((slope, intercept))
        values.append(value_on(lines[-1], point) + lift)
        caused_by.append(causes)
    values.append(value_on(lines[-1], axis.end) + end[2])
    return simplified(points, lines, values, [*caused_by, end[3]], limit)


def maximum(axis: Axis, curves: Sequence[ExactCurve], node: int, limit: int) -> ExactCurve:
    """The maximum of several curves; `node` causes a bend where the largest changes.

    There is at least one curve; the first of equal ones counts.

    Raises:
        TooManyError: the maximum of the first n curves has more pieces than the limit, for some n.
    """
    own = frozenset((node,))
    return reduce(lambda one, other: _larger(axis, one, other, own, limit), curves)


def _larger(axis: Axis, one: ExactCurve, other: ExactCurve, own: Nodes, limit: int) -> ExactCurve:
    points: list[Point] = [axis.start]
    lines: list[Line] = []
    winners: list[int] = []
    for left, right, pair in _stretches((one, other)):
        (m, c), (n, d) = pair
        cut = (d - c) / (m - n) if m != n else left.t
        ends = [axis.point(cut), right] if left.t < cut < right.t else [right]
        for end in ends:
            middle = (points[-1].t + end.t) / 2
            winner = int(n * middle + d > m * middle + c)
            winners.append(winner)
            lines.append(pair[winner])
            points.append(end)
    values, caused_by = [], []
    for position, ((value, causes), (other_value, other_causes)) in enumerate(
        zip(_at_points(one, points), _at_points(other, points), strict=True)
    ):
        sides = set(winners[max(position - 1, 0) : position + 1])
        there = sides | {int(other_value > value)} if value != other_value else sides
        values.append(max(value, other_value))
        caused = (causes if 0 in there else NO_NODES) | (other_causes if 1 in there else NO_NODES)
        caused_by.append(caused | own if len(there) > 1 else caused)
    return simplified(points, lines, values, caused_by, limit)


def product(axis: Axis, curves: Sequence[ExactCurve], limit: int) -> ExactCurve:
    """The product of curves of which at most one varies on each piece.

    Raises:
        CurvedError: two vary on a piece, and none is 0 there.
        TooManyError: the product has more pieces than the limit.
    """
    points: list[Point] = [axis.start]
    lines: list[Line] = []
    for left, right, pieces in _stretches(curves):
        slope, intercept = ZERO, Fraction(1)
        varying = [number for number, piece in enumerate(pieces) if piece[0]]
        if any(not m and not c for m, c in pieces):
            intercept = ZERO
        elif len(varying) > 1:
            raise CurvedError((varying[0], varying[1]), left.t, right.t)
        else:
            for m, c in pieces:
                slope, intercept = slope * c + m * intercept, intercept * c
                require_short(slope, intercept)
        lines.append((slope, intercept))
        points.append(right)
    values = [Fraction(1)] * len(points)
    caused_by = [NO_NODES] * len(points)
    for curve in curves:
        for position, (value, causes) in enumerate(_at_points(curve, points)):
            values[position] *= value
            require_short(values[position])
            caused_by[position] |= causes
    return simplified(points, lines, values, caused_by, limit)


def _stretches(curves: Sequence[ExactCurve]) -> Iterator[tuple[Point, Point, list[Line]]]:
    """Each stretch between neighbouring points of any curve: its ends, and every curve's line."""
    ends = sorted({point for curve in curves for point in curve.points}, key=in_order)
    position = [0] * len(curves)
    for left, right in pairwise(ends):
        for number, curve in enumerate(curves):
            if curve.points[position[number] + 1] is left:
                position[number] += 1
        lines = [curve.lines[place] for curve, place in zip(curves, position, strict=True)]
        yield left, right, lines


def _at_points(curve: ExactCurve, points: list[Point]) -> Iterator[tuple[Fraction, Nodes]]:
    """The value of a curve, and the causes of its event, at points that include its own."""
    causes = {event.point: event.causes for event in curve.events}
    own = dict(zip(curve.points, curve.values, strict=True))
    place = 0
    for point in points:
        if point in own:
            yield own[point], causes.get(point, NO_NODES)
            place += point is not points[0]
        else:
            yield value_on(curve.lines[place], point), NO_NODES
