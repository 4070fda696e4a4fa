"""Formats numbers and names for readers."""

from __future__ import annotations

import math
import re
from itertools import islice
from operator import index
from typing import TYPE_CHECKING, SupportsIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

EXACT = 1e-12
"""Relative error within which a number counts as its rounded text: 0.1 + 0.2 is printed as 0.3."""


def number_text(value: float, digits: int = 4) -> str:
    """Format a number with so many significant digits and a true minus sign.

    An exact number is as short as possible; a rounded one keeps its zeros, so that `1` is one and
    `1.000` is nearly one. 17 digits stand for the shortest text that reads back the same.

    >>> number_text(-1.275), number_text(0.99998), number_text(0.5), number_text(12345.678)
    ('−1.275', '1.000', '0.5', '12346')
    """
    if not math.isfinite(value):
        return true_minus(str(value)).replace("inf", "∞").replace("nan", "NaN")
    if digits >= 17:
        return _tidy(repr(value).removesuffix(".0"))
    if 10**digits - 0.5 <= abs(value) < 1e7:  # 9999.7 has four digits before it is rounded
        return _tidy(f"{value:.0f}")
    if 0 < abs(value) < 1e-3:  # 1.2e−4 is shorter than 0.00012
        return _tidy(_scientific(value, digits))
    short = f"{value:.{digits}g}"
    if abs(float(short) - value) <= EXACT * abs(value):
        return _tidy(short)
    return _tidy(f"{value:#.{digits}g}".replace(".e", "e"))


def tight(text: str) -> str:
    """A number without the zeros that rounding leaves at its end.

    >>> tight("−1.530"), tight("1.000"), tight("100"), tight("1.200e-4")
    ('−1.53', '1', '100', '1.2e-4')
    """
    mantissa, exponent, power = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}{exponent}{power}"


def true_minus(text: str) -> str:
    """A number of Python as a text with a true minus sign.

    >>> true_minus("-1/3")
    '−1/3'
    """
    return text.replace("-", "−")


def z_of(name: str) -> str:
    """The name of a node's value before its activation, in tables, plots and figures.

    >>> z_of("h1")
    'z(h1)'
    """
    return f"z({name})"


def held_at(values: Mapping[str, str]) -> str:
    """The words behind a range: the inputs that do not vary, at most five of them.

    >>> held_at({"x2": "1", "x3": "0.5"}), held_at({})
    (', at x2 = 1, x3 = 0.5', '')
    """
    texts = [f"{name} = {value}" for name, value in islice(values.items(), 5)]
    more = " …" if len(values) > len(texts) else ""
    return f", at {', '.join(texts)}{more}" if texts else ""


def _scientific(value: float, digits: int) -> str:
    short = f"{value:.{digits - 1}e}"
    if abs(float(short) - value) > EXACT * abs(value):
        return short
    mantissa, exponent = short.split("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{exponent}"


def _tidy(text: str) -> str:
    if "e" in text:  # tens of thousands of numbers in a picture have none
        text = re.sub(r"e([+-])0*(\d)", lambda m: f"e{'-' if m[1] == '-' else ''}{m[2]}", text)
    text = text.removesuffix(".")
    return true_minus("0" if text == "-0" else text)


def short(number: float, decimals: int = 2) -> str:
    """A number with so many decimals at most and no trailing zeros, as coordinates are written.

    >>> short(12.5), short(-0.001), short(3)
    ('12.5', '0', '3')
    """
    text = f"{number:.2f}" if decimals == 2 else f"{number:.{decimals}f}"
    if text[-1] == "0" and decimals:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def is_whole(value: object, least: int, most: int | None = None) -> bool:
    """True for a whole number in a range, of Python or of numpy, but not for true and false.

    >>> is_whole(3, 1), is_whole(2.5, 1), is_whole(True, 1), is_whole("3", 1)
    (True, False, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return False
    try:
        number = index(value)
    except TypeError:  # an array of one number has the method, too
        return False
    return least <= number and (most is None or number <= most)


_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """Replace the characters that XML cannot hold."""
    return _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", text)
