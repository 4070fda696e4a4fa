"""Piecewise-linear functions of one number, in exact arithmetic."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction

Line = tuple[Fraction, Fraction]
"""Slope and intercept: z ↦ slope·z + intercept."""
Rational = Fraction | int


@dataclass(frozen=True, slots=True)
class Pieces:
    """A piecewise-linear function of one number z.

    Attributes:
        breaks: the z at which it bends or jumps, ascending.
        at: the value at each break.
        lines: the lines between the breaks from left to right, one more than there are breaks.
    """

    breaks: tuple[Fraction, ...]
    at: tuple[Fraction, ...]
    lines: tuple[Line, ...]

    def __call__(self, z: Fraction) -> Fraction:
        """The value at z."""
        region = bisect_left(self.breaks, z)
        if region < len(self.breaks) and self.breaks[region] == z:
            return self.at[region]
        slope, intercept = self.lines[region]
        return slope * z + intercept

    def region(self, z: Fraction, direction: Rational) -> int:
        """The number of the line just above z (positive direction) or just below it (negative)."""
        return bisect_right(self.breaks, z) if direction > 0 else bisect_left(self.breaks, z)


def _pieces(
    breaks: list[Rational], at: list[Rational], lines: list[tuple[Rational, Rational]]
) -> Pieces:
    return Pieces(
        tuple(map(Fraction, breaks)),
        tuple(map(Fraction, at)),
        tuple((Fraction(slope), Fraction(intercept)) for slope, intercept in lines),
    )


def hinge(left: Rational, right: Rational) -> Pieces:
    """Slope `left` below 0 and `right` above it, through 0.

    >>> hinge(0, 1)(Fraction(1, 3)), hinge(0, 1)(Fraction(-2))
    (Fraction(1, 3), Fraction(0, 1))
    """
    if left == right:
        return _pieces([], [], [(left, 0)])
    return _pieces([0], [0], [(left, 0), (right, 0)])


def levels(below: Rational, at_zero: Rational, above: Rational) -> Pieces:
    """One value below 0, one at 0, one above it.

    >>> levels(-1, 0, 1)(Fraction(-3))
    Fraction(-1, 1)
    """
    return _pieces([0], [at_zero], [(0, below), (0, above)])


def clamp(slope: Rational, intercept: Rational, low: Rational, high: Rational) -> Pieces:
    """slope·z + intercept, held between `low` and `high`, `low` < `high`.

    >>> clamp(1, 0, -1, 1).breaks
    (Fraction(-1, 1), Fraction(1, 1))
    """
    if not slope:
        return _pieces([], [], [(0, min(max(intercept, low), high))])
    first, last = (low, high) if slope > 0 else (high, low)
    breaks: list[Rational] = [
        Fraction(first - intercept) / slope,
        Fraction(last - intercept) / slope,
    ]
    return _pieces(breaks, [first, last], [(0, first), (slope, intercept), (0, last)])
