"""One number as text: so many significant digits, in full, or as a fraction."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from deepgraph.explain.arithmetic import exactly
from deepgraph.graph.exact import bits
from deepgraph.words.numbers import EXACT, number_text, true_minus

if TYPE_CHECKING:
    from fractions import Fraction

    from deepgraph.explain.arithmetic import Precision
    from deepgraph.explain.expressions import Number

DEFAULT_DIGITS = 4
SHORT = 8
"""By default, a number of at most so many significant digits is printed in full."""
FULL = 17
"""A double printed with so many significant digits reads back the same."""
LONGEST_FRACTION = 40
"""Characters; a longer fraction is no help to a reader."""


def decimal_text(value: float, precision: Precision, guard: int = 0) -> str:
    """Print a number with so many significant digits; see `deepgraph.words.numbers.number_text`.

    Args:
        value: the number.
        precision: significant digits; "full" for all; `None` for four, and short numbers in full.
        guard: further digits, where a number is not printed in full.

    >>> [decimal_text(0.4872175, precision) for precision in (None, 3, "full")]
    ['0.4872175', '0.487', '0.4872175']
    >>> decimal_text(2 / 3, None), decimal_text(2 / 3, None, guard=2)
    ('0.6667', '0.666667')
    """
    if precision == "full":
        return number_text(value, FULL)
    if precision is not None:
        return number_text(value, min(precision + guard, FULL))
    if math.isfinite(value) and abs(float(f"{value:.{SHORT}g}") - value) <= EXACT * abs(value):
        return number_text(value, SHORT)
    return number_text(value, min(DEFAULT_DIGITS + guard, FULL))


def fraction_text(number: Fraction) -> str:
    """Print a fraction with a true minus sign.

    >>> fraction_text(exactly("−9/40")), fraction_text(exactly("3.0"))
    ('−9/40', '3')
    """
    return true_minus(str(number))


def is_short(number: Fraction | None) -> bool:
    """Check whether an exact number is known, and short enough to be printed as a fraction."""
    if number is None or bits(number) > 4 * LONGEST_FRACTION:  # str of a long one takes long
        return False
    return len(str(number)) <= LONGEST_FRACTION


def printed(number: Number, precision: Precision, fractions: bool, guard: int = 0) -> Number:
    """Add its text to a number."""
    if number.literal:
        return number
    exact, value = number.exact, number.value
    if fractions and exact is not None and is_short(exact):
        return replace(number, text=fraction_text(exact), rounded=False)
    text = decimal_text(value, precision, guard)
    rounded = math.isfinite(value) and (exact is None or exactly(text) != exact)
    return replace(number, text=text, rounded=rounded)


def digits_of(number: Fraction) -> int:
    """About how many characters a fraction has."""
    both = number.numerator.bit_length() + number.denominator.bit_length()
    return int(both * math.log10(2)) + 2


def significant(text: str) -> int:
    """How many significant digits a decimal text has, trailing zeros of a whole number with them.

    >>> significant("−0.0120"), significant("120"), significant("1.5e−3")
    (3, 3, 2)
    """
    return len(Decimal(text.replace("−", "-")).as_tuple().digits)
