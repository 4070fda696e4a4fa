"""A piecewise-linear function of one parameter t in fractions: points, and lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.errors import InputError
from deepgraph.graph.exact import bits

if TYPE_CHECKING:
    from deepgraph.functions.piecewise import Line

    Nodes = frozenset[int]

ZERO = Fraction(0)
NO_NODES: frozenset[int] = frozenset()


class TooManyError(Exception):
    """A curve has this many pieces, more than its limit."""

    def __init__(self, pieces: int) -> None:
        super().__init__(f"{pieces:,} pieces")
        self.pieces = pieces


LONGEST = 4000
"""The most digits of numerator or denominator of a number of a curve; Python prints 4,300."""
_LONGEST_BITS = LONGEST * 100_000 // 30_103


class TooLongError(Exception):
    """A number of a curve has more than `LONGEST` digits."""


def require_short(*numbers: Fraction) -> None:
    """Check that numbers of a curve can be printed, and that arithmetic with them is quick.

    Raises:
        TooLongError: one has more than `LONGEST` digits.
    """
    if any(bits(number) > _LONGEST_BITS for number in numbers):
        raise TooLongError


def too_long(node: str) -> InputError:
    """The error about a node whose curve has numbers of too many digits."""
    return InputError(
        f"the exact curve of {node} has numbers of more than {LONGEST:,} digits; take nodes nearer "
        "to the inputs or weights of fewer digits, or see the curve with `deepgraph plot`"
    )


class Point:
    """A position on an axis. Points are compared by identity: an `Axis` makes each of them once.

    Attributes:
        t: the position.
        order: the sort key. Its double decides nearly always, without arithmetic in fractions.
    """

    __slots__ = ("order", "t")

    def __init__(self, t: Fraction) -> None:
        self.t = t
        self.order = (float(t), t)


in_order = attrgetter("order")
"""The sort key of points."""


class Axis:
    """The range of t, and every point on it that a curve needs."""

    def __init__(self, start: Fraction, end: Fraction) -> None:
        self._points: dict[Fraction, Point] = {}
        self.start, self.end = self.point(start), self.point(end)

    def point(self, t: Fraction) -> Point:
        """The point at t.

        Raises:
            TooLongError: t has too many digits.
        """
        found = self._points.get(t)
        if found is None:
            require_short(t)
            found = self._points[t] = Point(t)
        return found

    def straight(self, line: Line) -> ExactCurve:
        """The curve that is one line."""
        ends = [self.start, self.end]
        return simplified(ends, [line], [value_on(line, end) for end in ends], [NO_NODES] * 2)


class Event(NamedTuple):
    """A change at a point of a curve: of its slope, its limit or its value.

    Attributes:
        point: of the axis.
        turn: the slope to the right minus that to the left; 0 at an end of the axis.
        shift: the intercept to the right minus that to the left; 0 at an end of the axis.
        lift: the value minus the limit from the right (at the end of the axis: from the left).
        causes: the nodes that bend or jump there.
    """

    point: Point
    turn: Fraction
    shift: Fraction
    lift: Fraction
    causes: Nodes


@dataclass(frozen=True, slots=True)
class ExactCurve:
    """A piecewise-linear function on an axis.

    Attributes:
        points: (n + 1,) in ascending order, from the start of the axis to its end.
        lines: (n,) slope and intercept between neighbouring points.
        values: (n + 1,) at the points.
        events: at all inner points, and at an end where the value is not the limit; ascending.
    """

    points: list[Point]
    lines: list[Line]
    values: list[Fraction]
    events: list[Event]

    def bits(self) -> int:
        """The binary digits of all numbers of its lines and of its values.

        Raises:
            TooLongError: one of them has too many digits.
        """
        numbers = [*chain.from_iterable(self.lines), *self.values]
        require_short(*numbers)
        return sum(map(bits, numbers))


def scaled(curve: ExactCurve, slope: Fraction, intercept: Fraction = ZERO) -> ExactCurve:
    """slope · curve + intercept."""
    return simplified(
        curve.points,
        [(slope * m, slope * c + intercept) for m, c in curve.lines],
        [slope * value + intercept for value in curve.values],
        causes_of(curve),
    )


def simplified(
    points: list[Point],
    lines: list[Line],
    values: list[Fraction],
    causes: list[Nodes],
    limit: int | None = None,
) -> ExactCurve:
    """The curve of these points and lines, without inner points at which nothing changes.

    Args:
        points: (n + 1,) see `ExactCurve`.
        lines: (n,)
        values: (n + 1,)
        causes: (n + 1,) the nodes that bend or jump at each point.
        limit: the most pieces that the curve may have; `None` for any number.

    Raises:
        TooManyError: it has more.
    """
    last = len(lines)
    kept, events = [0], []
    for position, point in enumerate(points):
        behind = lines[min(position, last - 1)]
        lift = values[position] - value_on(behind, point)
        turn = shift = ZERO
        if 0 < position < last:
            before = lines[position - 1]
            if before != behind:
                turn, shift = behind[0] - before[0], behind[1] - before[1]
            elif not lift:
                continue
            kept.append(position)
        elif not lift:
            continue
        events.append(Event(point, turn, shift, lift, causes[position]))
    kept.append(last)
    if len(kept) < len(points):
        points = [points[position] for position in kept]
        values = [values[position] for position in kept]
        lines = [lines[position] for position in kept[:-1]]
    if limit is not None and len(lines) > limit:
        raise TooManyError(len(lines))
    return ExactCurve(points, lines, values, events)


def causes_of(curve: ExactCurve) -> list[Nodes]:
    """(points,) the nodes that bend or jump at each point of a curve."""
    known = {event.point: event.causes for event in curve.events}
    return [known.get(point, NO_NODES) for point in curve.points]


def value_on(line: Line, point: Point) -> Fraction:
    """The value of a line at a point."""
    slope, intercept = line
    return slope * point.t + intercept if slope else intercept
