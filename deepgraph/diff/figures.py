"""Numbers as texts: before, after, and how far they moved, which add up as printed."""

from __future__ import annotations

import math
from decimal import Decimal

from deepgraph.words.numbers import number_text, tight

DIGITS = 4
"""Significant digits of a number that is too long to be shown whole, if no more are needed."""
SHORT = 8
"""Numbers of so many significant digits are shown as they stand in a file."""
MORE = 3
"""So many more decimals are tried for three rounded numbers that add up."""
ALL = 17
"""So many significant digits tell every double from all others."""


def figure_text(value: float, digits: int | None = None) -> str:
    """A number as a file has it, rounded if that is long; `?` for one that has no value.

    Args:
        value: the number.
        digits: how many significant digits to show instead.

    >>> figure_text(4.1015), figure_text(2 / 3), figure_text(4.1015, 2), figure_text(math.nan)
    ('4.1015', '0.6667', '4.1', '?')
    """
    if math.isnan(value):
        return "?"
    if digits is None:
        digits = ALL if _is_short(value) else DIGITS
    return tight(number_text(value, digits))


def full(value: float) -> str:
    """A number with all digits that tell it from other doubles; `?` for one that has no value."""
    return figure_text(value, ALL)


def moved_texts(
    before: float, after: float, digits: int | None = None
) -> tuple[str, str, str | None]:
    """A number before and after, and how far it moved; before + moved = after, as printed.

    Args:
        before: the number in A.
        after: that in B.
        digits: significant digits to show at least; by default short numbers stand as in a file,
            and others get four.

    Returns:
        The three texts; the last is `None` where that is no finite number.

    >>> moved_texts(4.1015, 2.5), moved_texts(0.67, 0.7)
    (('4.1015', '2.5', '−1.6015'), ('0.67', '0.7', '+0.03'))
    >>> moved_texts(1 / 3, 2 / 3), moved_texts(1 / 3, 1 / 3 + 1e-7)
    (('0.333333', '0.666667', '+0.333334'), ('0.33333333', '0.33333343', '+1e−7'))
    >>> moved_texts(0.9999999, 1.5, 3), moved_texts(math.nan, 0.5)
    (('1', '1.5', '+0.5'), ('?', '0.5', None))
    """
    if not (math.isfinite(before) and math.isfinite(after) and math.isfinite(after - before)):
        return full(before), full(after), None
    moved, largest = after - before, max(abs(before), abs(after))
    short = digits is None and _is_short(before) and _is_short(after)
    digits = digits or DIGITS
    if short or digits >= ALL or not moved:
        exact = Decimal(repr(after)) - Decimal(repr(before))
        return _signed(before, after, float(exact))
    # So many decimals show all digits of the larger one, and two of the distance.
    first = max(0, digits - 1 - _power(largest), 1 - _power(abs(moved)))
    for decimals in range(first, first + MORE):
        rounded = [round(value, decimals) for value in (before, after, moved)]
        exact = Decimal(repr(rounded[1])) - Decimal(repr(rounded[0]))
        if exact == Decimal(repr(rounded[2])):
            break
    return _signed(rounded[0], rounded[1], float(exact))


def _power(value: float) -> int:
    """The power of ten of the first digit."""
    return math.floor(math.log10(value))


def _signed(before: float, after: float, moved: float) -> tuple[str, str, str]:
    texts = [number_text(value, ALL) for value in (before, after, moved)]
    return texts[0], texts[1], texts[2] if moved < 0 else f"+{texts[2]}"


def _is_short(value: float) -> bool:
    return float(f"{value:.{SHORT}g}") == value


def told_apart(before: float, after: float, digits: int = DIGITS) -> tuple[str, str]:
    """Two numbers with so many digits, or as many as tell them apart.

    >>> told_apart(0.67, 0.7), told_apart(0.1, 0.1000001), told_apart(1, 1)
    (('0.67', '0.7'), ('0.1', '0.1000001'), ('1', '1'))
    """
    for more in range(digits, ALL + 1):
        texts = figure_text(before, more), figure_text(after, more)
        if texts[0] != texts[1]:
            return texts
    return figure_text(before, digits), figure_text(after, digits)
