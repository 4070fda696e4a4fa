"""Honest rounding: prints the numbers of a line, and puts `=`, `≈` or `→` before its result.

`=` stands where the printed numbers give the printed result exactly, in rational arithmetic.
`≈` stands where the printed result lies within what the printed numbers can stand for. A rounded
number stands for everything within half a unit of its last digit, any other number for itself (to
1e-12 of its size, as 0.1 + 0.2 is printed as 0.3), and an operation for its result in double
precision. Every line is checked, in decimal interval arithmetic. A line that fails is printed with
more digits, and so is one whose digits cancel. `→` stands where a number is infinite or NaN: the
line then shows what floating point makes of it, and claims nothing more.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from deepgraph.explain import expressions as ex
from deepgraph.explain.arithmetic import (
    CONTEXT,
    EVERYTHING,
    OPERATION,
    Interval,
    IrrationalError,
    Precision,
    exactly,
    half_unit,
    interval,
    rational,
)
from deepgraph.explain.expressions import Comparison, Expression, Number
from deepgraph.graph.exact import digits
from deepgraph.words.numbers import EXACT, number_text

if TYPE_CHECKING:
    from fractions import Fraction

Sign = Literal["=", "≈", "→"]

DEFAULT_DIGITS = 4
SHORT = 8
"""By default, a number of at most so many significant digits is printed in full."""
FULL = 17
"""A double printed with so many significant digits reads back the same."""
CANCELLED = Decimal("0.01")
"""Relative error of a line, computed from its printed numbers, above which digits are added."""
TINY = 1e-12
"""A double that differs by so little from the exact number differs by rounding alone."""
LONGEST_FRACTION = 40
"""Characters; a longer fraction is no help to a reader."""

# --- texts ---------------------------------------------------------------------------------------


def decimal_text(value: float, precision: Precision) -> str:
    """Print a number with so many significant digits; see `deepgraph.words.numbers.number_text`.

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
    """Print a fraction with a true minus sign.

    >>> fraction_text(exactly("−9/40")), fraction_text(exactly("3.0"))
    ('−9/40', '3')
    """
    return str(number).replace("-", "−")


def printed(number: Number, precision: Precision, fractions: bool) -> Number:
    """Add its text to a number."""
    if number.literal:
        return number
    if fractions and number.exact is not None:
        return replace(number, text=fraction_text(number.exact), rounded=False)
    value, text = number.value, decimal_text(number.value, precision)
    least = EXACT * abs(value)
    rounded = math.isfinite(value) and abs(float(text.replace("−", "-")) - value) > least
    return replace(number, text=text, rounded=rounded)


# --- lines ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Printed:
    """The numbers of a line as they are printed, and the sign that they allow.

    Attributes:
        numbers, result: with their texts.
        sign: what may stand between them.
        reasons: conditions, with their texts.
        cause: why the line is in decimals though its numbers are fractions; else empty.
        clear: `False` if a reader who computes with the printed numbers lands far from the result.
    """

    numbers: Expression
    sign: Sign
    result: Number
    reasons: tuple[Comparison, ...] = ()
    cause: str = ""
    clear: bool = True


@dataclass(frozen=True)
class Printer:
    """Prints the numbers of lines.

    Attributes:
        precision: significant digits; "full" for all; `None` for four, and short numbers in full.
        fractions: print a number as p/q where its exact value is known.
    """

    precision: Precision = None
    fractions: bool = False

    def given(self, number: Number) -> Number:
        """Print a number that is given, not computed."""
        return printed(number, self.precision, self.fractions)

    def computed(
        self, numbers: Expression, value: float, reasons: tuple[Comparison, ...] = ()
    ) -> Printed:
        """Print arithmetic and its result.

        Args:
            numbers: the arithmetic.
            value: its result, as the evaluator has it.
            reasons: conditions that hold for the numbers.
        """
        cause = ""
        if self.fractions and all(n.exact is not None for n in ex.numbers(numbers)):
            found = self._rational(numbers, value, reasons)
            if isinstance(found, Printed):
                return found
            cause = found
        parts = [*ex.numbers(numbers), Number(value)]
        if not all(math.isfinite(number.value) for number in parts):
            dressed, because = self._dressed(numbers, reasons, self.precision)
            result = printed(Number(value), self.precision, False)
            return Printed(dressed, "→", result, because, cause)
        with localcontext(CONTEXT):
            return replace(self._decimal(numbers, value, reasons), cause=cause)

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
    ) -> Printed | str:
        """Print a line in fractions, or say why it has none."""
        dressed, because = self._dressed(numbers, reasons, self.precision)
        try:
            result = rational(dressed)
        except IrrationalError as error:
            return f"{error} has no exact fraction"
        if digits(result) > LONGEST_FRACTION or len(str(result)) > LONGEST_FRACTION:
            return f"the exact fraction has more than {LONGEST_FRACTION} characters"
        size = max([abs(value), *(abs(number.value) for number in ex.numbers(numbers))])
        if not holds(because) or not abs(float(result) - value) <= max(1e-9 * size, TINY):
            return f"in double precision, which rounds, this is not {fraction_text(result)}"
        exact = printed(Number(value, result), self.precision, fractions=True)
        return Printed(dressed, "=", exact, because)

    def _decimal(
        self, numbers: Expression, value: float, reasons: tuple[Comparison, ...]
    ) -> Printed:
        """Print a line with as many digits as make it clear, but at least those asked for."""
        fallback: Printed | None = None
        for precision in self._precisions():
            dressed, because = self._dressed(numbers, reasons, precision)
            if not holds(because):
                continue
            result = printed(Number(value), precision, fractions=False)
            line = Printed(dressed, "≈", result, because)
            try:
                if rational(dressed) == exactly(result.text):
                    return replace(line, sign="=")
            except IrrationalError:
                pass
            if not within(dressed, result, precision):
                continue
            fallback = fallback or replace(line, clear=False)
            if _near(interval(dressed, precision, radii=False), value):
                return line
        if fallback is not None:
            return fallback
        if self.fractions:  # the decimals of the evaluator differ from them
            return replace(self, fractions=False)._decimal(numbers, value, reasons)
        if reasons:  # at a kink itself, where printed numbers cannot tell the sides apart
            return self._decimal(numbers, value, ())
        dressed, because = self._dressed(numbers, reasons, "full")
        result = printed(Number(value), "full", False)
        return Printed(dressed, "→", result, because, clear=False)

    def _precisions(self) -> list[Precision]:
        if self.precision == "full":
            return ["full"]
        first = DEFAULT_DIGITS if self.precision is None else self.precision
        return [self.precision, *range(first + 1, FULL + 1), "full"]


def within(numbers: Expression, result: Number, precision: Precision) -> bool:
    """Check whether a printed result lies within what the printed numbers can stand for."""
    reach = half_unit(result.text) if result.rounded else abs(Decimal(result.value)) * OPERATION
    if not result.rounded and precision != "full":
        reach = max(reach, abs(Decimal(result.value)) * Decimal(EXACT))
    around = interval(numbers, precision)
    value = Decimal(result.text.replace("−", "-"))
    return around.low - reach <= value <= around.high + reach


def _near(middle: Interval, value: float) -> bool:
    """Check whether a reader who computes with the printed numbers comes close to the result."""
    exact = Decimal(value)
    reach = CANCELLED * abs(exact)
    return middle.low - reach <= exact <= middle.high + reach and middle != EVERYTHING


def holds(reasons: tuple[Comparison, ...]) -> bool:
    """Check whether conditions hold for the numbers as they are printed."""
    for reason in reasons:
        with suppress(IrrationalError):  # infinite or NaN: there is nothing to print more digits of
            if not reason.holds(rational):
                return False
    return True
