"""Honest rounding: prints the numbers of a line, and puts `=`, `≈` or `→` between its parts.

The rule of the signs, in one place:

- `=` is true of the numbers themselves. A name stands for its real value, a printed number for the
  number that it spells.
- `≈` stands before a part into which a rounded number is put, and before a rounded result
  (`put_in`, `stated`, `Printer.computed`). A number is rounded unless its text spells its real
  value, which is known (`Number.exact`) as long as everything that it was made of is rational.
- `→` stands where a number is infinite or NaN: the line then shows what floating point makes of it,
  and claims nothing more.

The value of a result is that of the evaluator. Arithmetic with the printed numbers gives the
printed result to its last digit; where it would not, they are printed with guard digits. Besides,
the result lies within what the printed numbers can stand for, in decimal interval arithmetic that
allows each operation the rounding of double precision.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal

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
from deepgraph.explain.expressions import Comparison, Expression, Number, Relation
from deepgraph.explain.number_texts import (
    DEFAULT_DIGITS,
    FULL,
    decimal_text,
    digits_of,
    fraction_text,
    is_short,
    printed,
    significant,
)
from deepgraph.explain.real_values import known
from deepgraph.explain.wording import say
from deepgraph.graph.exact import double
from deepgraph.words.numbers import EXACT

Sign = Literal["=", "≈", "→"]

CANCELLED = Decimal("0.01")
"""Relative error of a line, computed from its printed numbers, above which digits are added."""
RELIABLE = 12
"""Of more digits the last ones are expected to be the rounding of double precision, no news."""


# --- signs ---------------------------------------------------------------------------------------


def stated(*given: Number) -> Sign:
    """The sign before numbers that are stated, not computed."""
    return "≈" if any(number.rounded for number in given) else "="


def put_in(part: Expression, before: Expression) -> Sign:
    """The sign before a part of a line: does a rounded number come in that was not there before?"""
    # The same digits may spell two numbers, such as a z of 2/3 and a gain of 0.6667.
    there = {number for number in ex.numbers(before) if number.rounded}
    if ex.has_rounded_gap(part):  # the same tree stands nowhere before, for a gap is in numbers
        return "≈"
    return stated(*(number for number in ex.numbers(part) if number not in there))


# --- lines ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Printed:
    """The numbers of a line as they are printed, and the sign that they allow.

    Attributes:
        numbers, result: with their texts.
        sign: what may stand between them.
        reasons: conditions, with their texts.
        cause: why the line is in decimals though its numbers are fractions; else empty.
        note: what double precision has made of the result; mostly empty.
        clear: `False` if a reader who computes with the printed numbers lands far from the result.
        agrees: `False` if such a reader gets another last digit.
    """

    numbers: Expression
    sign: Sign
    result: Number
    reasons: tuple[Comparison, ...] = ()
    cause: str = ""
    note: str = ""
    clear: bool = True
    agrees: bool = True


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

    def compared(self, number: Number, relation: Relation, border: Number) -> Comparison:
        """A comparison that holds of the real values, with as many digits as show it."""
        for guard in self._guards():
            precision = "full" if guard == "full" else self.precision
            extra = guard if isinstance(guard, int) else 0
            shown = printed(number, precision, self.fractions, extra)
            found = Comparison(shown, relation, border)
            if holds((found,)):
                break
        return found

    def computed(
        self, numbers: Expression, value: float, reasons: tuple[Comparison, ...] = ()
    ) -> Printed:
        """Print arithmetic and its result.

        Args:
            numbers: the arithmetic.
            value: its result, as the evaluator has it.
            reasons: conditions that hold for the numbers.
        """
        exact = known(numbers, value, reasons)
        cause = ""
        if self.fractions and all(is_short(number.exact) for number in ex.numbers(numbers)):
            if not isinstance(exact, str):
                dressed, because = self._dressed(numbers, reasons, 0)
                if is_short(exact) and holds(because):
                    result = printed(Number(value, exact), self.precision, fractions=True)
                    return Printed(dressed, "=", result, because)
                cause = say("long", f"{digits_of(exact):,}")
            else:
                cause = exact
        result = Number(value, None if isinstance(exact, str) else exact)
        parts = [*ex.numbers(numbers), result]
        if not all(math.isfinite(number.value) for number in parts):
            dressed, because = self._dressed(numbers, reasons, 0)
            return Printed(dressed, "→", printed(result, self.precision, False), because, cause)
        with localcontext(CONTEXT):
            found = replace(self._decimal(numbers, result, reasons), cause=cause)
        if (
            not found.note
            and self._digits <= RELIABLE
            and any(map(_lost, ex.numbers(found.numbers)))
        ):
            return replace(found, note=say("drift"))
        return found

    def _dressed(
        self, numbers: Expression, reasons: tuple[Comparison, ...], guard: int | Literal["full"]
    ) -> tuple[Expression, tuple[Comparison, ...]]:
        """The numbers with their texts, so many digits longer than asked for, or in full."""

        def dress(leaf: Expression) -> Expression:
            if not isinstance(leaf, Number):
                return leaf
            if guard == "full":
                return printed(leaf, "full", self.fractions)
            return printed(leaf, self.precision, self.fractions, guard)

        because = tuple(
            Comparison(ex.replace(r.left, dress), r.relation, ex.replace(r.right, dress))
            for r in reasons
        )
        return ex.replace(numbers, dress), because

    def _decimal(
        self, numbers: Expression, value: Number, reasons: tuple[Comparison, ...]
    ) -> Printed:
        """Print a line with as many guard digits as its result needs."""
        fallback: Printed | None = None
        result = printed(value, self.precision, fractions=False)
        for guard in self._guards():
            dressed, because = self._dressed(numbers, reasons, guard)
            if not holds(because):
                continue
            line = Printed(dressed, "≈", result, because)
            precision = "full" if guard == "full" else self.precision
            middle = _as_printed(dressed, precision)
            if isinstance(middle, Fraction):
                if middle == exactly(result.text):
                    return replace(line, sign="=")
                middle = _point(middle)
            if not within(dressed, result, precision):
                continue
            if self._agrees(middle, dressed, result):
                return line
            if fallback is None or not all(map(_is_whole, ex.numbers(fallback.numbers))):
                fallback = replace(line, clear=_near(middle, value.value), agrees=False)
        if fallback is not None:
            lost = self._digits <= RELIABLE or not fallback.clear
            return replace(fallback, note=_drift(value)) if lost else fallback
        if self.fractions:  # the decimals of the evaluator differ from them
            return replace(self, fractions=False)._decimal(numbers, value, reasons)
        if reasons:  # at a kink itself, where printed numbers cannot tell the sides apart
            return self._decimal(numbers, value, ())
        dressed, because = self._dressed(numbers, reasons, "full")
        result = printed(value, "full", False)
        return Printed(dressed, "→", result, because, clear=False, agrees=False)

    @property
    def _digits(self) -> int:
        if self.precision == "full":
            return FULL
        return DEFAULT_DIGITS if self.precision is None else self.precision

    def _guards(self) -> list[int | Literal["full"]]:
        return [*range(max(1, FULL - self._digits)), "full"]

    def _agrees(self, middle: Interval, numbers: Expression, result: Number) -> bool:
        """Check whether the printed numbers give the printed result to its last digit.

        Args:
            middle: what the printed numbers give, each taken as it is.
            numbers: the printed numbers.
            result: the printed result. Zeros are not printed behind a number in full, yet are meant
                up to the digits asked for. Of a result of 0, digits that large numbers leave when
                they cancel count as none.
        """
        text = Decimal(result.text.replace("−", "-"))
        half = half_unit(result.text)
        if _is_whole(result):
            size = abs(text) or max(abs(Decimal(n.value)) for n in ex.numbers(numbers))
            half = min(half, Decimal(5).scaleb(size.adjusted() - self._digits))
        return middle.low <= text + half and middle.high >= text - half


def _is_whole(number: Number) -> bool:
    """Check whether a text gives a number to twelve digits, so that no more are to be had."""
    if number.literal or "/" in number.text:
        return True
    printed_value = float(number.text.replace("−", "-"))
    return abs(printed_value - number.value) <= EXACT * abs(number.value)


def _lost(number: Number) -> bool:
    """Check whether a printed number is no rounding of its real value."""
    if number.exact is None or not number.rounded:
        return False
    return abs(exactly(number.text) - number.exact) > Fraction(half_unit(number.text))


def _drift(result: Number) -> str:
    """The remark behind a result that double precision has lost."""
    exact = result.exact
    if exact is None:
        return say("drift")
    if is_short(exact):
        return say("drift exactly", fraction_text(exact))
    return say("drift really", decimal_text(double(exact), None))


def _as_printed(numbers: Expression, precision: Precision) -> Fraction | Interval:
    """What printed numbers give, each taken as it is: exactly, if that is rational."""
    try:
        return rational(numbers)
    except IrrationalError:
        return interval(numbers, precision, radii=False)


def _point(number: Fraction) -> Interval:
    value = Decimal(number.numerator) / Decimal(number.denominator)
    return Interval(value, value)


def within(numbers: Expression, result: Number, precision: Precision) -> bool:
    """Check whether a printed result lies within what the printed numbers can stand for."""
    reach = half_unit(result.text)
    asked = FULL if precision == "full" else precision or DEFAULT_DIGITS
    if precision == "full" or (_is_whole(result) and significant(result.text) < asked):
        reach = abs(Decimal(result.value)) * (OPERATION if precision == "full" else Decimal(EXACT))
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
