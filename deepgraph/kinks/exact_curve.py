"""An exact piecewise-linear function of one parameter t: points on its axis, lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from deepgraph.functions.piecewise import Line

    Nodes = frozenset[int]

ZERO = Fraction(0)
NOBODY: frozenset[int] = frozenset()


class TooManyError(Exception):
    """A curve of more pieces than it may have."""

    def __init__(self, pieces: int) -> None:
        super().__init__(f"{pieces:,} pieces")
        self.pieces = pieces


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
        return tidied(ends, [line], [value_on(line, end) for end in ends], [NOBODY, NOBODY])


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


def scaled(curve: Curve, slope: Fraction, intercept: Fraction = ZERO) -> Curve:
    """slope · curve + intercept."""
    return tidied(
        curve.points,
        [(slope * m, slope * c + intercept) for m, c in curve.lines],
        [slope * value + intercept for value in curve.values],
        benders_of(curve),
    )


def tidied(
    points: list[Point], lines: list[Line], values: list[Fraction], bent_by: list[Nodes]
) -> Curve:
    """A curve without the points within at which nothing happens: no bend, no jump, no lift."""
    last = len(lines)
    kept, events = [0], []
    for position, point in enumerate(points):
        behind = lines[min(position, last - 1)]
        lift = values[position] - value_on(behind, point)
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


def benders_of(curve: Curve) -> list[Nodes]:
    """Of each point of a curve who bends it there."""
    known = {event.point: event.benders for event in curve.events}
    return [known.get(point, NOBODY) for point in curve.points]


def value_on(line: Line, point: Point) -> Fraction:
    """The value of a line at a point."""
    slope, intercept = line
    return slope * point.t + intercept if slope else intercept


def by_place(point: Point) -> tuple[float, Fraction]:
    """What to sort points by."""
    return point.order


def checked(curve: Curve, most: int) -> Curve:
    """The curve, if it has no more pieces than it may have.

    Raises:
        TooManyError: it has.
    """
    if len(curve.lines) > most:
        raise TooManyError(len(curve.lines))
    return curve
