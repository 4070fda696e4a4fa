"""Arithmetic on printed numbers: exact, and in intervals of what they can stand for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from deepgraph.explain.expressions import Expression, Number, evaluate
from deepgraph.explain.wording import say
from deepgraph.words.numbers import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable

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


_AT: dict[tuple[str, Fraction | int], int] = {
    ("exp", 0): 1,
    ("tanh", 0): 0,
    ("sin", 0): 0,
    ("cos", 0): 1,
    ("erf", 0): 0,
    ("ln", 1): 0,
}
"""The arguments at which functions that are not rational do have a rational value."""

_PIECEWISE: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "max": max,
    "min": min,
    "ReLU": lambda values: max(values[0], Fraction(0)),
    "abs": lambda values: abs(values[0]),
    "floor": lambda values: Fraction(math.floor(values[0])),
    "round": lambda values: Fraction(round(values[0])),
}


def rational(tree: Expression) -> Fraction:
    """The exact value of a tree of printed numbers.

    Raises:
        IrrationalError: a step has no rational result, a number is infinite or NaN, or a division
            is by zero.
    """
    return exact_value(tree, lambda number: exactly(number.text))


def exact_value(tree: Expression, number: Callable[[Number], Fraction | None]) -> Fraction:
    """The exact value of a tree.

    Args:
        tree: of numbers.
        number: gives the exact value of a finite number; `None` where it is not known.

    Raises:
        IrrationalError: the value is not rational or not known, or a division is by zero.
    """

    def of_number(leaf: Number) -> Known:
        exact = number(leaf) if math.isfinite(leaf.value) else None
        return Known(exact, "" if exact is not None else leaf.text)

    try:
        found = evaluate(tree, of_number, _exact_call)
    except ZeroDivisionError:
        raise IrrationalError(say("zero")) from None
    if found.value is None:
        raise IrrationalError(found.why)
    return found.value


@dataclass(frozen=True)
class Known:
    """A rational number, or one that is not known, and why; 0 times anything finite is 0.

    Attributes:
        value: the number; `None` if it is not rational, or not known.
        why: the function or the text that is not rational.
    """

    value: Fraction | None
    why: str = ""

    def __add__(self, other: Known) -> Known:
        if self.value is None or other.value is None:
            return Known(None, self.why or other.why)
        return Known(self.value + other.value)

    def __neg__(self) -> Known:
        return self if self.value is None else Known(-self.value)

    def __mul__(self, other: Known) -> Known:
        if 0 in (self.value, other.value):
            return Known(Fraction(0))
        if self.value is None or other.value is None:
            return Known(None, self.why or other.why)
        return Known(self.value * other.value)

    def __truediv__(self, other: Known) -> Known:
        if other.value is None:
            return self * other
        return self if self.value is None else Known(self.value / other.value)

    def __pow__(self, exponent: int) -> Known:
        return self if self.value is None else Known(self.value**exponent)


def _rational_root(number: Fraction) -> Fraction | None:
    """The square root of a number, if it is rational.

    >>> _rational_root(Fraction(9, 4)), _rational_root(Fraction(2))
    (Fraction(3, 2), None)
    """
    if number < 0:
        return None
    root = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
    return root if root * root == number else None


def _exact_call(function: str, arguments: list[Known]) -> Known:
    values = [argument.value for argument in arguments if argument.value is not None]
    if len(values) < len(arguments):
        return Known(None, next(filter(None, (argument.why for argument in arguments)), function))
    if function in _PIECEWISE:
        return Known(_PIECEWISE[function](values))
    if function == "√" and (root := _rational_root(values[0])) is not None:
        return Known(root)
    if len(values) == 1 and (function, values[0]) in _AT:
        return Known(Fraction(_AT[function, values[0]]))
    return Known(None, function)


@dataclass(frozen=True)
class Interval:
    """Everything between two numbers, with room for the rounding of each operation."""

    low: Decimal
    high: Decimal

    def wider(self, share: Decimal = OPERATION) -> Interval:
        """The interval enlarged by a share of its size."""
        margin = share * max(abs(self.low), abs(self.high)) + SMALLEST
        return Interval(self.low - margin, self.high + margin)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high).wider()

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        if any(end.is_nan() for end in ends):
            return EVERYTHING
        return Interval(min(ends), max(ends)).wider()

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            return EVERYTHING
        return self * Interval(1 / other.high, 1 / other.low)

    def __pow__(self, exponent: int) -> Interval:
        ends = [self.low**exponent, self.high**exponent]
        if exponent % 2 == 0 and self.low < 0 < self.high:
            ends.append(Decimal(0))
        # A high power is a product that is rounded again and again.
        return Interval(min(ends), max(ends)).wider(OPERATION * max(1, exponent - 2))


EVERYTHING = Interval(Decimal("-Infinity"), Decimal("Infinity"))


def interval(tree: Expression, precision: Precision, *, radii: bool = True) -> Interval:
    """The interval in which the value of a tree of printed numbers lies.

    Args:
        tree: of finite numbers.
        precision: of the printing.
        radii: `False` takes each printed number as it is, instead of all that it may stand for.
    """

    def around(number: Number) -> Interval:
        fraction = exactly(number.text)
        value = Decimal(fraction.numerator) / Decimal(fraction.denominator)
        if not radii or "/" in number.text:
            return Interval(value, value)
        if number.literal:  # the evaluator has the double nearest to it
            double = Decimal(number.value)
            return Interval(min(value, double), max(value, double))
        short = OPERATION if precision == "full" else Decimal(EXACT)
        cut = abs(float(value) - number.value) > EXACT * abs(number.value)
        radius = half_unit(number.text) if cut else short * abs(value)
        return Interval(value - radius, value + radius)

    return evaluate(tree, around, _interval_call)


def _interval_call(function: str, arguments: list[Interval]) -> Interval:
    if function == "π":
        return Interval(Decimal(math.pi), Decimal(math.pi)).wider()
    first = arguments[0]
    if function in ("max", "min"):
        outer = max if function == "max" else min
        return Interval(outer(a.low for a in arguments), outer(a.high for a in arguments))
    if function in _RISING_EXACTLY:
        exactly = _RISING_EXACTLY[function]
        return Interval(exactly(first.low), exactly(first.high))
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


_RISING_EXACTLY: dict[str, Callable[[Decimal], Decimal]] = {
    "ReLU": lambda z: max(z, Decimal(0)),
    "floor": lambda z: z.to_integral_value(ROUND_FLOOR),
    "round": lambda z: z.to_integral_value(ROUND_HALF_EVEN),
}
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
