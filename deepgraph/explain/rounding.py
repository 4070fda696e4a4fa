"""Honest rounding: numbers become text, and a line says `=` or `≈` by what its texts give.

`=` stands where the printed numbers give the printed result exactly, in rational arithmetic.
`≈` stands where it lies within what the printed numbers can stand for: each rounded number for
anything within half a unit of its last digit, each other one for itself (to 1e-12 of its size, as
0.1 + 0.2 is printed 0.3), each operation for a result in double precision. This is computed, in
decimal interval arithmetic, for every line; a line for which it fails gets more digits, and so
does one whose digits have cancelled. `→` stands where a number is infinite or NaN: the line then
says what floating point makes of it, and claims nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Literal

from deepgraph.draw.words import EXACT, number_text
from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Comparison, Expression, Number

Sign = Literal["=", "≈", "→"]
Precision = int | Literal["full"] | None

DEFAULT_DIGITS = 4
SHORT = 8
"""Without a wish, a number of so many significant digits is printed whole."""
FULL = 17
"""From so many significant digits on, a number is printed so that it reads back the same."""
CANCELLED = Decimal("0.01")
"""How far, relatively, the printed numbers may lead away from the result before digits are added."""
OPERATION = Decimal(2) ** -52
"""What one operation of the evaluator may be off, relatively."""
FUNCTION = Decimal(2) ** -48
"""What exp, tanh and the like may be off; the normal distribution function is the worst."""
SMALLEST = Decimal("1e-320")
LONGEST_FRACTION = 40
"""A fraction of more digits than this is no help to a reader."""

CONTEXT = Context(prec=45, Emax=999_999_999, Emin=-999_999_999, traps=[])


class IrrationalError(ValueError):
    """A step that leaves the rational numbers."""


# --- texts ---------------------------------------------------------------------------------------


def decimal_text(value: float, precision: Precision) -> str:
    """A number with so many significant digits; see `deepgraph.draw.words.number_text`.

    >>> [decimal_text(0.4872175, precision) for precision in (None, 3, "full")]
    ['0.4872175', '0.487', '0.4872175']
    """
    if precision == "full":
        return number_text(value, FULL)
    if precision is not None:
        return number_text(value, precision)
    if math.isfinite(value) and abs(float(f"{value:.{SHORT}g}") - value) <= EXACT * abs(value):
        return number_text(value, SHORT)
    return number_text(value, DEFAULT_DIGITS)


def fraction_text(number: Fraction) -> str:
    """`−9/40`.

    >>> fraction_text(Fraction(-9, 40)), fraction_text(Fraction(3))
    ('−9/40', '3')
    """
    return str(number).replace("-", "−")


def exactly(text: str) -> Fraction:
    """The number that a printed text says.

    >>> exactly("−0.64"), exactly("1/3"), exactly("1.500e-3")
    (Fraction(-16, 25), Fraction(1, 3), Fraction(3, 2000))
    """
    return Fraction(text.replace("−", "-"))


def half_unit(text: str) -> Decimal:
    """Half a unit of the last digit of a decimal text."""
    exponent = Decimal(text.replace("−", "-")).as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1)


def printed(number: Number, precision: Precision, fractions: bool) -> Number:
    """The number with its text."""
    if number.literal:
        return number
    if fractions and number.exact is not None:
        return replace(number, text=fraction_text(number.exact), rounded=False)
    text = decimal_text(number.value, precision)
    rounded = math.isfinite(number.value) and not _close(text, number.value)
    return replace(number, text=text, rounded=rounded)


def _close(text: str, value: float) -> bool:
    return abs(float(text.replace("−", "-")) - value) <= EXACT * abs(value)


# --- arithmetic on printed numbers -----------------------------------------------------------------

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
"""Where the functions that are not rational have a rational value all the same."""


class Rational:
    """Exact arithmetic on the texts; raises `IrrationalError` where there is none."""

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
        """Enlarged by a share of its size."""
        margin = share * max(abs(self.low), abs(self.high)) + SMALLEST
        return Interval(self.low - margin, self.high + margin)


EVERYTHING = Interval(Decimal("-Infinity"), Decimal("Infinity"))


class Intervals:
    """What the printed numbers can stand for, or without `radii` the numbers as printed."""

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
"""The functions that grow with their argument, so that the ends of an interval go to its ends."""


def _wave(function: Callable[[float], float], inside: Interval) -> Interval:
    """Sine or cosine of an interval: its slope is at most 1."""
    if not (inside.low.is_finite() and inside.high.is_finite()):
        return Interval(Decimal(-1), Decimal(1))
    middle = float((inside.low + inside.high) / 2)
    reach = (inside.high - inside.low) / 2 + Decimal(math.ulp(middle)) + FUNCTION
    value = Decimal(function(middle))
    return Interval(max(value - reach, Decimal(-1)), min(value + reach, Decimal(1)))


# --- what a line may say -----------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A line's numbers as they are printed, and the sign that they allow.

    Attributes:
        numbers, result: with their texts.
        sign: what may stand between them.
        reasons: conditions, with their texts.
        cause: why a line is not in fractions though its numbers are; else empty.
        clear: whether the printed numbers come close to the result.
    """

    numbers: Expression | None
    sign: Sign
    result: Number
    reasons: tuple[Comparison, ...] = ()
    cause: str = ""
    clear: bool = True


@dataclass(frozen=True)
class Teller:
    """Prints lines.

    Attributes:
        precision: significant digits; "full" for all; `None` for four, and short numbers whole.
        fractions: whether rational numbers are printed as p/q where they are known.
    """

    precision: Precision = None
    fractions: bool = False

    def value(self, number: Number) -> Told:
        """A number that is given, not computed."""
        told = printed(number, self.precision, self.fractions)
        if not math.isfinite(number.value):
            return Told(None, "→", told)
        return Told(None, "≈" if told.rounded else "=", told)

    def tell(
        self, numbers: Expression, value: float, reasons: tuple[Comparison, ...] = ()
    ) -> Told:
        """The line that says what these numbers make.

        Args:
            numbers: the arithmetic.
            value: its result, as the evaluator has it.
            reasons: conditions that hold for the numbers.
        """
        cause = ""
        if self.fractions and all(n.exact is not None for n in ex.numbers(numbers)):
            told = self._rational(numbers, value, reasons)
            if isinstance(told, Told):
                return told
            cause = told
        parts = [*ex.numbers(numbers), Number(value)]
        if not all(math.isfinite(number.value) for number in parts):
            dressed, because = self._dressed(numbers, reasons, self.precision)
            return Told(dressed, "→", printed(Number(value), self.precision, False), because, cause)
        with localcontext(CONTEXT):
            told = self._decimal(numbers, value, reasons)
        return replace(told, cause=cause)

    def _dressed(
        self, numbers: Expression, reasons: tuple[Comparison, ...], precision: Precision
    ) -> tuple[Expression, tuple[Comparison, ...]]:
        def dress(leaf: Expression) -> Expression:
            if isinstance(leaf, Number):
                return printed(leaf, precision, self.fractions)
            return leaf

        because = tuple(
            Comparison(ex.replace(r.left, dress), r.relation, ex.replace(r.right, dress))
            for r in reasons
        )
        return ex.replace(numbers, dress), because

    def _rational(
        self, numbers: Expression, value: float, reasons: tuple[Comparison, ...]
    ) -> Told | str:
        """The line in fractions, or why there is none."""
        dressed, because = self._dressed(numbers, reasons, self.precision)
        try:
            result = ex.evaluate(dressed, Rational())
        except IrrationalError as error:
            return f"{error} has no exact fraction"
        if len(str(result)) > LONGEST_FRACTION:
            return f"the exact fraction has {len(str(result))} characters"
        size = max([abs(value), *(abs(number.value) for number in ex.numbers(numbers))])
        if not holds(because) or not abs(float(result) - value) <= 1e-9 * size:
            return f"in double precision, which rounds, this is not {fraction_text(result)}"
        exact = printed(Number(value, result), self.precision, fractions=True)
        return Told(dressed, "=", exact, because)

    def _decimal(
        self, numbers: Expression, value: float, reasons: tuple[Comparison, ...]
    ) -> Told:
        fallback: Told | None = None
        for precision in self._precisions():
            dressed, because = self._dressed(numbers, reasons, precision)
            if not holds(because):
                continue
            result = printed(Number(value), precision, fractions=False)
            told = Told(dressed, "≈", result, because)
            try:
                if ex.evaluate(dressed, Rational()) == exactly(result.text):
                    return replace(told, sign="=")
            except IrrationalError:
                pass
            if not within(dressed, result, precision):
                continue
            fallback = fallback or replace(told, clear=False)
            middle = ex.evaluate(dressed, Intervals(precision, radii=False))
            if _near(middle, value):
                return told
        if fallback is not None:
            return fallback
        dressed, because = self._dressed(numbers, reasons, "full")
        return Told(dressed, "→", printed(Number(value), "full", False), because, clear=False)

    def _precisions(self) -> list[Precision]:
        if self.precision == "full":
            return ["full"]
        first = DEFAULT_DIGITS if self.precision is None else self.precision
        return [self.precision, *range(first + 1, FULL + 1), "full"]


def within(numbers: Expression, result: Number, precision: Precision) -> bool:
    """Whether a printed result lies within what the printed numbers can stand for."""
    reach = half_unit(result.text) if result.rounded else abs(Decimal(result.value)) * OPERATION
    if not result.rounded and precision != "full":
        reach = max(reach, abs(Decimal(result.value)) * Decimal(EXACT))
    interval = ex.evaluate(numbers, Intervals(precision))
    value = Decimal(result.text.replace("−", "-"))
    return interval.low - reach <= value <= interval.high + reach


def _near(middle: Interval, value: float) -> bool:
    """Whether the numbers as printed come close to the result, so that a reader can follow."""
    exact = Decimal(value)
    reach = CANCELLED * abs(exact)
    return middle.low - reach <= exact <= middle.high + reach and middle != EVERYTHING


def holds(reasons: tuple[Comparison, ...]) -> bool:
    """Whether the conditions hold for the numbers as they are printed."""
    for reason in reasons:
        try:
            left, right = (ex.evaluate(side, Rational()) for side in (reason.left, reason.right))
        except IrrationalError:
            continue  # infinite or NaN: there is nothing to print more digits of
        same = {"<": left < right, "≤": left <= right, "=": left == right}
        if not {**same, "≥": left >= right, ">": left > right}[reason.relation]:
            return False
    return True
