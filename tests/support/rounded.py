"""Numbers as a picture should show them, by decimal arithmetic, and read back."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal


def rounded(value: float, digits: int) -> str:
    """A number with so many significant digits, by decimal arithmetic.

    One that these digits hold exactly (but for the noise of its last bits) is as short as it can
    be; any other keeps its zeros, so that 1.000 is not 1.
    """
    if not math.isfinite(value):
        return {"inf": "∞", "-inf": "−∞", "nan": "NaN"}[str(value)]
    if value == 0:
        return "0"
    exact = Decimal(value)
    number = Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(exact)
    if number.adjusted() >= digits and abs(value) < 1e7:  # a whole number keeps its digits
        return f"{exact.quantize(Decimal(1), ROUND_HALF_EVEN):f}".replace("-", "−")
    number = number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1))  # all its digits
    power = ""
    if abs(value) < 1e-3 or number.adjusted() >= digits:  # 1.2e−4 is shorter than 0.00012
        power = f"e{number.adjusted()}"
        number = number.scaleb(-number.adjusted())
    text = f"{number:f}"
    if abs(float(f"{text}{power}") - value) <= 1e-12 * abs(value) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{power}".replace("-", "−")


def tight(value: float, digits: int) -> str:
    """The same as pictures write it: without padded zeros."""
    text = rounded(value, digits)
    mantissa, exponent, power = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}{exponent}{power}"


def read(text: str) -> float:
    """A number of the picture, read back."""
    return float(text.replace("−", "-").replace("∞", "inf"))
