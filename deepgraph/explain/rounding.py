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
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from deepgraph.explain import expressions as ex
from deepgraph.explain.arithmetic import (
    CONTEXT,
    EVERYTHING,
    OPERATION,
    Interval,
    Intervals,
    IrrationalError,
    Precision,
    Rational,
    exactly,
    half_unit,
)
from deepgraph.explain.expressions import Comparison, Expression, Number
from deepgraph.words.numbers import EXACT, number_text

if TYPE_CHECKING:
    from fractions import Fraction

Sign = Literal["=", "≈", "→"]

DEFAULT_DIGITS = 4
SHORT = 8
"""Without a wish, a number of so many significant digits is printed whole."""
FULL = 17
"""From so many significant digits on, a number is printed so that it reads back the same."""
CANCELLED = Decimal("0.01")
"""How far, relatively, printed numbers may lead away from the result before digits are added."""
TINY = 1e-12
"""Doubles that differ by so little from the exact number differ by rounding."""
LONGEST_FRACTION = 40
"""A fraction of more digits than this is no help to a reader."""

# --- texts ---------------------------------------------------------------------------------------


def decimal_text(value: float, precision: Precision) -> str:
    """A number with so many significant digits; see `deepgraph.words.numbers.number_text`.

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

    >>> fraction_text(exactly("−9/40")), fraction_text(exactly("3.0"))
    ('−9/40', '3')
    """
    return str(number).replace("-", "−")


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


# --- what a line may say -------------------------------------------------------------------------


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
        return Told(None, "≈" if told.rounded else "=", told)

    def tell(self, numbers: Expression, value: float, reasons: tuple[Comparison, ...] = ()) -> Told:
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
        if not holds(because) or not abs(float(result) - value) <= max(1e-9 * size, TINY):
            return f"in double precision, which rounds, this is not {fraction_text(result)}"
        exact = printed(Number(value, result), self.precision, fractions=True)
        return Told(dressed, "=", exact, because)

    def _decimal(self, numbers: Expression, value: float, reasons: tuple[Comparison, ...]) -> Told:
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
        if self.fractions:  # those of the evaluator differ from them
            return replace(self, fractions=False)._decimal(numbers, value, reasons)
        if reasons:  # at a kink itself, where printed numbers cannot tell the sides apart
            return self._decimal(numbers, value, ())
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
