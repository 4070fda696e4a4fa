"""Piecewise-linear functions of one parameter t, exactly: sums, products, maxima, activations.

A curve is a list of points on the axis of t and of the lines between them. Nothing is sampled: a
new point is where a line meets a break of an activation, or another line.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.piecewise import Line, Pieces

    Nodes = frozenset[int]

ZERO = Fraction(0)
NOBODY: frozenset[int] = frozenset()


class TooManyError(Exception):
    """A curve of more pieces than it may have."""

    def __init__(self, pieces: int) -> None:
        super().__init__(f"{pieces:,} pieces")
        self.pieces = pieces


class CurvedError(Exception):
    """A product of two factors that both vary, which is no piecewise-linear function.

    Attributes:
        factors: the positions of two that vary.
        start, end: where.
    """

    def __init__(self, factors: tuple[int, int], start: Fraction, end: Fraction) -> None:
        super().__init__("two factors vary")
        self.factors, self.start, self.end = factors, start, end


class Point:
    """A place on the axis of t; compared by identity, since an `Axis` makes each place once.

    Attributes:
        t: where it is.
        order: what to sort by; the double decides in nearly all cases, and rounding keeps order.
    """

    __slots__ = ("order", "t")

    def __init__(self, t: Fraction) -> None:
        self.t = t
        self.order = (float(t), t)


class Axis:
    """The range of t, and every point that was met on it."""

    def __init__(self, start: Fraction, end: Fraction) -> None:
        self._points: dict[Fraction, Point] = {}
        self.start, self.end = self.point(start), self.point(end)

    def point(self, t: Fraction) -> Point:
        """The point at t."""
        found = self._points.get(t)
        if found is None:
            found = self._points[t] = Point(t)
        return found

    def straight(self, line: Line) -> Curve:
        """The curve of one line."""
        ends = [self.start, self.end]
        return _tidied(ends, [line], [_on(line, end) for end in ends], [NOBODY, NOBODY])


class Event(NamedTuple):
    """What happens at a point of a curve: the slope turns, the value jumps or is lifted.

    Attributes:
        point: where.
        turn: the slope to its right less that to its left; 0 at an end of the axis.
        jump: the limit from the right less that from the left; 0 at an end of the axis.
        lift: the value less the limit from the right, or from the left where nothing is right.
        benders: the nodes that make it happen.
    """

    point: Point
    turn: Fraction
    jump: Fraction
    lift: Fraction
    benders: Nodes


@dataclass(frozen=True, slots=True)
class Curve:
    """A piecewise-linear function on an axis.

    Attributes:
        points: n + 1 of them, ascending, the ends of the axis first and last.
        lines: n, between the points.
        values: n + 1, at the points.
        events: at all points within, and at an end where the value is lifted.
    """

    points: list[Point]
    lines: list[Line]
    values: list[Fraction]
    events: list[Event]

    @property
    def constant(self) -> bool:
        """Whether it has the same value everywhere."""
        return not self.events and not self.lines[0][0]


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
    points = [axis.start, *sorted(events, key=_order), axis.end]
    line = (slope, intercept)
    lines = [line]
    values, bent_by = [_on(line, axis.start) + start[2]], [start[3]]
    for point in points[1:-1]:
        turn, jump, lift, benders = events[point]
        slope += turn
        intercept += jump - turn * point.t
        line = (slope, intercept)
        lines.append(line)
        values.append(_on(line, point) + lift)
        bent_by.append(benders)
    values.append(_on(line, axis.end) + end[2])
    return _checked(_tidied(points, lines, values, [*bent_by, end[3]]), most)


def scaled(curve: Curve, slope: Fraction, intercept: Fraction = ZERO) -> Curve:
    """slope · curve + intercept."""
    return _tidied(
        curve.points,
        [(slope * m, slope * c + intercept) for m, c in curve.lines],
        [slope * value + intercept for value in curve.values],
        _benders(curve),
    )


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
    inherited = _benders(curve)
    bent_by = inherited[:1]
    for number, (line, (left, right)) in enumerate(
        zip(curve.lines, pairwise(curve.points), strict=True), 1
    ):
        for region, end in _crossed(axis, line, left, right, pieces):
            slope, intercept = pieces.lines[region] if region >= 0 else (ZERO, pieces(line[1]))
            lines.append((slope * line[0], slope * line[1] + intercept))
            regions.append(region)
            points.append(end)
            z.append(curve.values[number] if end is right else _on(line, end))
            bent_by.append(inherited[number] if end is right else NOBODY)
    values = [pieces(value) for value in z]
    for position in range(len(points)):
        here = slice(max(position - 1, 0), position + 1)
        if _breaks(pieces, regions[here], lines[here], z[position], values[position]):
            bent_by[position] |= {node}
    return _checked(_tidied(points, lines, values, bent_by), most)


ON_BREAK = -1
"""In place of the region of a stretch on which z stays on a break of the activation."""


def _crossed(
    axis: Axis, line: Line, left: Point, right: Point, pieces: Pieces
) -> Iterator[tuple[int, Point]]:
    """Which regions of an activation a line of z passes, and up to where."""
    slope, intercept = line
    first = _on(line, left)
    if not slope:
        yield ON_BREAK if first in pieces.breaks else pieces.region(first, 1), right
        return
    region, final = pieces.region(first, slope), pieces.region(_on(line, right), -slope)
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
    return _checked(_tidied(points, lines, values, bent_by), most)


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
    return _checked(_tidied(points, lines, values, bent_by), most)


# --- what they share ------------------------------------------------------------------------


def _tidied(
    points: list[Point], lines: list[Line], values: list[Fraction], bent_by: list[Nodes]
) -> Curve:
    """A curve without the points within at which nothing happens: no bend, no jump, no lift."""
    last = len(lines)
    kept, events = [0], []
    for position, point in enumerate(points):
        behind = lines[min(position, last - 1)]
        lift = values[position] - _on(behind, point)
        turn = jump = ZERO
        if 0 < position < last:
            before = lines[position - 1]
            if before != behind:
                turn = behind[0] - before[0]
                jump = turn * point.t + behind[1] - before[1]
            elif not lift:
                continue
            kept.append(position)
        elif not lift:
            continue
        events.append(Event(point, turn, jump, lift, bent_by[position]))
    kept.append(last)
    if len(kept) < len(points):
        points = [points[position] for position in kept]
        values = [values[position] for position in kept]
        lines = [lines[position] for position in kept[:-1]]
    return Curve(points, lines, values, events)


def _benders(curve: Curve) -> list[Nodes]:
    """Of each point of a curve who bends it there."""
    known = {event.point: event.benders for event in curve.events}
    return [known.get(point, NOBODY) for point in curve.points]


def _together(curves: Sequence[Curve]) -> Iterator[tuple[Point, Point, list[Line]]]:
    """Of each stretch between neighbouring points of any curve its ends, and every curve's line."""
    ends = sorted({point for curve in curves for point in curve.points}, key=_order)
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
            found.append((_on(curve.lines[place], point), NOBODY))
    return found


def _on(line: Line, point: Point) -> Fraction:
    """The value of a line at a point."""
    slope, intercept = line
    return slope * point.t + intercept if slope else intercept


def _order(point: Point) -> tuple[float, Fraction]:
    return point.order


def _checked(curve: Curve, most: int) -> Curve:
    if len(curve.lines) > most:
        raise TooManyError(len(curve.lines))
    return curve
