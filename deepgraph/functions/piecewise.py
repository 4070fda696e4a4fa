"""Piecewise-linear functions of one number, in exact arithmetic.

Those with a few pieces are `Pieces`; a staircase, with endlessly many, is `Stairs`. Lines between
neighbouring breaks are known by their number, their *region*, which grows from left to right.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Line = tuple[Fraction, Fraction]
"""Slope and intercept: z ↦ slope·z + intercept."""
Rational = Fraction | int


class Piecewise(ABC):
    """A piecewise-linear function of one number z."""

    __slots__ = ()

    @abstractmethod
    def __call__(self, z: Fraction) -> Fraction:
        """The value at z."""

    @abstractmethod
    def region(self, z: Fraction, direction: Rational) -> int:
        """The number of the line just above z (positive direction) or just below it (negative)."""

    @abstractmethod
    def line(self, region: int) -> Line:
        """The line of a region."""

    @abstractmethod
    def break_above(self, region: int) -> Fraction:
        """The z at which a region ends and the next begins."""

    @abstractmethod
    def breaks_at(self, z: Fraction) -> bool:
        """True if the function bends or jumps at z."""

    @abstractmethod
    def breaks_between(self, low: float, high: float, most: int) -> list[float]:
        """The z between low and high at which it bends or jumps; none if there are too many."""

    @abstractmethod
    def stretched(self, gain: Fraction) -> Piecewise:
        """The function z ↦ self(gain·z), for a gain that is not 0."""

    @abstractmethod
    def rescaled(self, scale: Fraction, mean: Fraction) -> Piecewise:
        """The function z ↦ self(z)·scale + mean, for a scale that is not 0."""

    @property
    def everywhere(self) -> Line | None:
        """The line that is the whole function; `None` if there are several."""
        return None


@dataclass(frozen=True, slots=True)
class Pieces(Piecewise):
    """A piecewise-linear function with finitely many pieces.

    Attributes:
        breaks: the z at which it bends or jumps, ascending.
        at: the value at each break.
        lines: the lines between the breaks from left to right, one more than there are breaks.
    """

    breaks: tuple[Fraction, ...]
    at: tuple[Fraction, ...]
    lines: tuple[Line, ...]

    def __call__(self, z: Fraction) -> Fraction:
        """See `Piecewise`."""
        region = bisect_left(self.breaks, z)
        if region < len(self.breaks) and self.breaks[region] == z:
            return self.at[region]
        slope, intercept = self.lines[region]
        return slope * z + intercept

    def region(self, z: Fraction, direction: Rational) -> int:
        """See `Piecewise`."""
        return bisect_right(self.breaks, z) if direction > 0 else bisect_left(self.breaks, z)

    def line(self, region: int) -> Line:
        """See `Piecewise`."""
        return self.lines[region]

    def break_above(self, region: int) -> Fraction:
        """See `Piecewise`."""
        return self.breaks[region]

    def breaks_at(self, z: Fraction) -> bool:
        """See `Piecewise`."""
        return z in self.breaks

    def breaks_between(self, low: float, high: float, most: int) -> list[float]:
        """See `Piecewise`."""
        found = [float(z) for z in self.breaks if low < z < high]
        return found if len(found) <= most else []

    def stretched(self, gain: Fraction) -> Pieces:
        """See `Piecewise`."""
        order = 1 if gain > 0 else -1
        return Pieces(
            tuple(z / gain for z in self.breaks)[::order],
            self.at[::order],
            tuple((gain * slope, intercept) for slope, intercept in self.lines)[::order],
        )

    def rescaled(self, scale: Fraction, mean: Fraction) -> Pieces:
        """See `Piecewise`."""
        return Pieces(
            self.breaks,
            tuple(value * scale + mean for value in self.at),
            tuple((slope * scale, intercept * scale + mean) for slope, intercept in self.lines),
        )

    @property
    def everywhere(self) -> Line | None:
        """See `Piecewise`."""
        return None if self.breaks else self.lines[0]


@dataclass(frozen=True, slots=True)
class Stairs(Piecewise):
    """A staircase: where gain·z + offset lies from n to n + 1, the value is n·scale + mean.

    With a negative gain regions count the other way, since they grow from left to right.

    Attributes:
        value: the value for any gain·z, on a break or not, before `scale` and `mean`.
        offset: how far each step begins below its value.
        gain: the factor of z, not 0.
        scale: the height of a step.
        mean: the value of step 0.

    >>> Stairs(math.floor, Fraction(0))(Fraction(-5, 2))
    Fraction(-3, 1)
    """

    value: Callable[[Fraction], int]
    offset: Fraction
    gain: Fraction = Fraction(1)
    scale: Fraction = Fraction(1)
    mean: Fraction = Fraction(0)

    def __call__(self, z: Fraction) -> Fraction:
        """See `Piecewise`."""
        return self.value(self.gain * z) * self.scale + self.mean

    def region(self, z: Fraction, direction: Rational) -> int:
        """See `Piecewise`."""
        place = self.gain * z + self.offset
        step = math.floor(place) if direction * self.gain > 0 else math.ceil(place) - 1
        return step if self.gain > 0 else -step

    def line(self, region: int) -> Line:
        """See `Piecewise`."""
        step = region if self.gain > 0 else -region
        return Fraction(0), step * self.scale + self.mean

    def break_above(self, region: int) -> Fraction:
        """See `Piecewise`."""
        return ((region + 1 if self.gain > 0 else -region) - self.offset) / self.gain

    def breaks_at(self, z: Fraction) -> bool:
        """See `Piecewise`."""
        return (self.gain * z + self.offset).denominator == 1

    def breaks_between(self, low: float, high: float, most: int) -> list[float]:
        """See `Piecewise`."""
        if not abs(self.gain) * (high - low) <= most:  # not for NaN or infinity, either
            return []
        regions = range(self.region(Fraction(low), 1), self.region(Fraction(high), -1))
        return [float(self.break_above(region)) for region in regions]

    def stretched(self, gain: Fraction) -> Stairs:
        """See `Piecewise`."""
        return replace(self, gain=gain * self.gain)

    def rescaled(self, scale: Fraction, mean: Fraction) -> Stairs:
        """See `Piecewise`."""
        return replace(self, scale=self.scale * scale, mean=self.mean * scale + mean)


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


def above(alpha: Rational) -> Pieces:
    """The identity above alpha, 0 up to it.

    >>> above(1)(Fraction(1)), above(1)(Fraction(5, 4))
    (Fraction(0, 1), Fraction(5, 4))
    """
    return _pieces([alpha], [0], [(0, 0), (1, 0)])


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
