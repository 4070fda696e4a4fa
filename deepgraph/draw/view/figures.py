"""How a picture writes numbers: significant digits, or one number of decimals in a dense layer.

A number has so many significant digits and no padded zeros: 0.45, never 0.4500. In a dense layer
numbers stand close above one another, and those of one layer have one number of decimals instead.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deepgraph.words.numbers import EXACT, number_text, tight

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_DECIMALS = 8


def figure(value: float, digits: int) -> str:
    """A number with so many significant digits and no padded zeros.

    >>> figure(0.5, 4), figure(-1.53, 4), figure(0.99999, 4)
    ('0.5', '−1.53', '1')
    """
    return tight(number_text(value, digits))


def even(value: float, decimals: int) -> str:
    """A number with just so many decimals; 0 is `0`, and one that would vanish has one digit.

    >>> even(-1.0, 2), even(0.4717, 2), even(0.0, 2), even(0.0004951, 2)
    ('−1.00', '0.47', '0', '5e−4')
    """
    if value == 0:
        return "0"
    if not math.isfinite(value) or abs(value) < 0.5 * 10.0**-decimals:
        return figure(value, 1)
    return f"{value:.{decimals}f}".replace("-", "−")


def decimals(values: Iterable[float], digits: int) -> int | None:
    """The number of decimals with which the numbers of a dense layer are written.

    The largest has one significant digit less than elsewhere; if all numbers are exact with fewer
    decimals, those do. `None` if the numbers are too large or too small: they have their
    significant digits then, and with 17 digits, which stand for all of them, or with 1 or 2, of
    which none can be spared.

    >>> decimals([2.0584, -0.0197], 4), decimals([5.9, 3.2], 4), decimals([1e-30], 4)
    (2, 1, None)
    """
    sizes = [abs(value) for value in values if value != 0 and not math.isnan(value)]
    if not sizes:
        return 0
    if digits >= 17 or digits <= 2 or not math.isfinite(max(sizes)) or max(sizes) >= 1e7:
        return None
    places = max(digits - 2 - math.floor(math.log10(max(sizes))), 0)
    if places > MOST_DECIMALS:
        return None
    for fewer in range(places):
        if all(abs(round(size, fewer) - size) <= EXACT * size for size in sizes):
            return fewer
    return places
