"""Arithmetic on printed numbers: exact, and in intervals of what they can stand for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from deepgraph.words.numbers import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.explain.expressions import Number

Precision = int | Literal["full"] | None

OPERATION = Decimal(2) ** -52
"""Relative error allowed for one operation of the evaluator: one unit in the last place."""
FUNCTION = Decimal(2) ** -48
"""The same for exp, tanh and the like; the normal distribution function is the worst of them."""
SMALLEST = Decimal("1e-320")
"""Absolute error allowed besides, for subnormal doubles, which have fewer digits."""

CONTEXT = Context(prec=45, Emax=999_999_999, Emin=-999_999_999, traps=[])


class IrrationalError(ValueError):
    """A step has no rational result."""


def exactly(text: str) -> Fraction:
    """The number that a printed text stands for.

    >>> exactly("−0.64"), exactly("1/3"), exactly("1.500e-3")
    (Fraction(-16, 25), Fraction(1, 3), Fraction(3, 2000))
    """
    return Fraction(text.replace("−", "-"))


def half_unit(text: str) -> Decimal:
    """Half a unit of the last digit of a decimal text."""
    exponent = Decimal(text.replace("−", "-")).as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1)


_AT: dict[tuple[str, int], int] = {
    ("exp", 0): 1,
    ("tanh", 0): 0,
    ("sin", 0): 0,
    ("cos", 0): 1,
    ("erf", 0): 0,
    ("ln", 1): 0,
    ("√", 0): 0,
    ("√", 1): 1,
}
"""The arguments at which functions that are not rational do have a rational value."""


class Rational:
    """Exact arithmetic on the printed texts.

    It raises `IrrationalError` for a result that is not rational, an infinite number, NaN, and a
    division by zero.
    """

    def number(self, number: Number) -> Fraction:  # noqa: D102
        if not math.isfinite(number.value):
            raise IrrationalError(number.text)
        return exactly(number.text)

    def constant(self, name: str) -> Fraction:  # noqa: D102
        raise IrrationalError(name)

    def add(self, left: Fraction, right: Fraction) -> Fraction:  # noqa: D102
        return left + right

    def multiply(self, left: Fraction, right: Fraction) -> Fraction:  # noqa: D102
        return left * right

    def divide(self, left: Fraction, right: Fraction) -> Fraction:  # noqa: D102
        if not right:
            raise IrrationalError("division by zero")
        return left / right

    def negate(self, inner: Fraction) -> Fraction:  # noqa: D102
        return -inner

    def power(self, base: Fraction, exponent: int) -> Fraction:  # noqa: D102
        return Fraction(base**exponent)

    def call(self, function: str, arguments: list[Fraction]) -> Fraction:  # noqa: D102
        if function == "max":
            return max(arguments)
        if function == "min":
            return min(arguments)
        if function == "ReLU":
            return max(arguments[0], Fraction(0))
        if function == "abs":
            return abs(arguments[0])
        for (name, at), value in _AT.items():
            if name == function and arguments[0] == at:
                return Fraction(value)
        raise IrrationalError(function)


@dataclass(frozen=True)
class Interval:
    """Everything between two numbers."""

    low: Decimal
    high: Decimal

    def wider(self, share: Decimal = OPERATION) -> Interval:
        """The interval enlarged by a share of its size."""
        margin = share * max(abs(self.low), abs(self.high)) + SMALLEST
        return Interval(self.low - margin, self.high + margin)


EVERYTHING = Interval(Decimal("-Infinity"), Decimal("Infinity"))


class Intervals:
    """Arithmetic in intervals around the printed numbers.

    Args:
        precision: of the printing.
        radii: `False` takes each printed number as it is, instead of all that it may stand for.
    """

    def __init__(self, precision: Precision, *, radii: bool = True) -> None:
        self.radii = radii
        self.short = OPERATION if precision == "full" else Decimal(EXACT)

    def number(self, number: Number) -> Interval:  # noqa: D102
        fraction = exactly(number.text)
        value = Decimal(fraction.numerator) / Decimal(fraction.denominator)
        if not self.radii or number.literal or "/" in number.text:
            return Interval(value, value)
        radius = half_unit(number.text) if number.rounded else self.short * abs(value)
        return Interval(value - radius, value + radius)

    def constant(self, name: str) -> Interval:  # noqa: D102
        assert name == "π", name
        return Interval(Decimal(math.pi), Decimal(math.pi)).wider()

    def add(self, left: Interval, right: Interval) -> Interval:  # noqa: D102
        return Interval(left.low + right.low, left.high + right.high).wider()

    def negate(self, inner: Interval) -> Interval:  # noqa: D102
        return Interval(-inner.high, -inner.low)

    def multiply(self, left: Interval, right: Interval) -> Interval:  # noqa: D102
        ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
        if any(end.is_nan() for end in ends):
            return EVERYTHING
        return Interval(min(ends), max(ends)).wider()

    def divide(self, left: Interval, right: Interval) -> Interval:  # noqa: D102
        if right.low <= 0 <= right.high:
            return EVERYTHING
        return self.multiply(left, Interval(1 / right.high, 1 / right.low))

    def power(self, base: Interval, exponent: int) -> Interval:  # noqa: D102
        ends = [base.low**exponent, base.high**exponent]
        if exponent % 2 == 0 and base.low < 0 < base.high:
            ends.append(Decimal(0))
        return Interval(min(ends), max(ends)).wider()

    def call(self, function: str, arguments: list[Interval]) -> Interval:  # noqa: D102
        first = arguments[0]
        if function == "max":
            return Interval(max(a.low for a in arguments), max(a.high for a in arguments))
        if function == "min":
            return Interval(min(a.low for a in arguments), min(a.high for a in arguments))
        if function == "ReLU":
            return Interval(max(first.low, Decimal(0)), max(first.high, Decimal(0)))
        if function == "abs":
            ends = [abs(first.low), abs(first.high)]
            inside = first.low < 0 < first.high
            return Interval(Decimal(0) if inside else min(ends), max(ends))
        if function in ("sin", "cos"):
            return _wave(math.sin if function == "sin" else math.cos, first)
        rising = RISING[function]
        return Interval(rising(first.low), rising(first.high)).wider(FUNCTION)


def _exp(z: Decimal) -> Decimal:
    return Decimal(0) if z < -100_000 else z.exp()


def _tanh(z: Decimal) -> Decimal:
    if abs(z) < Decimal("1e-15"):
        return z
    e = _exp(-2 * abs(z))
    return ((1 - e) / (1 + e)).copy_sign(z)


def _erf(z: Decimal) -> Decimal:
    return Decimal(math.erf(float(z)))


def _ln(z: Decimal) -> Decimal:
    return z.ln() if z > 0 else Decimal("-Infinity")


def _root(z: Decimal) -> Decimal:
    return max(z, Decimal(0)).sqrt()


RISING: dict[str, Callable[[Decimal], Decimal]] = {
    "exp": _exp,
    "ln": _ln,
    "tanh": _tanh,
    "erf": _erf,
    "√": _root,
}
"""Functions that grow with their argument: they map the ends of an interval to its ends."""


def _wave(function: Callable[[float], float], inside: Interval) -> Interval:
    """Sine or cosine of an interval; their slope is at most 1."""
    if not (inside.low.is_finite() and inside.high.is_finite()):
        return Interval(Decimal(-1), Decimal(1))
    middle = float((inside.low + inside.high) / 2)
    reach = (inside.high - inside.low) / 2 + Decimal(math.ulp(middle)) + FUNCTION
    value = Decimal(function(middle))
    return Interval(max(value - reach, Decimal(-1)), min(value + reach, Decimal(1)))
