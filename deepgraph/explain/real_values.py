"""What is known of the real value of arithmetic, beside what double precision made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.explain import expressions as ex
from deepgraph.explain.arithmetic import IrrationalError, exact_value
from deepgraph.explain.number_texts import digits_of, fraction_text, is_short
from deepgraph.explain.wording import say
from deepgraph.graph.exact import bits, double

if TYPE_CHECKING:
    from fractions import Fraction

    from deepgraph.explain.expressions import Comparison, Expression

TINY = 1e-12
"""A double that differs by so little from the exact number differs by rounding alone."""
LONGEST_EXACT = 10_000
"""Bits of a numerator or denominator; a longer exact value is not carried on."""


def known(
    numbers: Expression, value: float, reasons: tuple[Comparison, ...] = ()
) -> Fraction | str:
    """The real value of arithmetic, or in words why it is not known.

    Args:
        numbers: the arithmetic, of numbers whose real values may be known.
        value: its result in double precision, which may have taken another piece of a function, or
            lost everything.
        reasons: conditions of the piece.
    """
    try:
        found = exact_value(numbers, lambda number: number.exact)
    except IrrationalError as error:
        return say("irrational", error)
    if bits(found) > LONGEST_EXACT:
        return say("long", f"{digits_of(found):,}")
    size = max([abs(value), *(abs(number.value) for number in ex.numbers(numbers))])
    if not abs(double(found) - value) <= max(1e-9 * size, TINY):
        return say("lost", fraction_text(found) if is_short(found) else say("its exact value"))
    holding = [really_holds(reason) for reason in reasons]
    if False in holding:
        return say("otherwise")
    return say("undecided") if None in holding else found


def really_holds(reason: Comparison) -> bool | None:
    """Check a condition with real values, or where they are not known, with doubles far apart.

    `None` where the doubles lie so near to one another that rounding may have decided.
    """
    try:
        return reason.holds(lambda side: exact_value(side, lambda number: number.exact))
    except IrrationalError:
        left, right = ex.in_doubles(reason.left), ex.in_doubles(reason.right)
        apart = abs(left - right) > TINY + 1e-9 * max(abs(left), abs(right))
        return reason.holds(ex.in_doubles) if apart else None
