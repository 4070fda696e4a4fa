"""Writes values for machines: the shortest decimals that read back the same, JSON, lines of CSV."""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def shortest(number: float | np.floating[Any]) -> str:
    """The shortest decimal that reads back the same, spelled as pyarrow spells it in a CSV.

    >>> shortest(0.1), shortest(1.0), shortest(1e16), shortest(1e-7)
    ('0.1', '1', '1e+16', '1e-7')
    """
    if not np.isfinite(number):
        return str(float(number))
    text = np.format_float_scientific(number, unique=True, trim="-", exp_digits=1)
    mantissa, exponent = text.split("e")
    if not -7 < int(exponent) < 10:
        return f"{mantissa}e{exponent}"
    return np.format_float_positional(number, unique=True, trim="-")


def json_value(value: Any) -> Any:
    """A value for JSON, which lacks NaN and the infinities: these become texts, in lists, too."""
    if isinstance(value, dict):
        return {key: json_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [json_value(inner) for inner in value]
    if isinstance(value, np.floating):
        value = float(str(value))  # the shortest digits of its own precision
    if not isinstance(value, float) or math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


FORMULA = re.compile(r"^[=+\-@\t\r＝＋－＠]")
"""Matches what a spreadsheet takes for the beginning of a formula."""
PLAIN_NUMBER = re.compile(r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$")
MARK = "'"
"""The sign that tells a spreadsheet that a cell is a text."""


def marked_text(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; a number stays a number.

    >>> marked_text("=1+1"), marked_text("-1.5"), marked_text("a")
    ("'=1+1", '-1.5', 'a')
    """
    return MARK + text if FORMULA.match(text) and not PLAIN_NUMBER.match(text) else text


def csv_line(cells: Sequence[str]) -> bytes:
    """Cells as a line of a CSV, in quotes where they need it."""
    import csv  # half a millisecond, and most commands write none

    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)  # so that CR and LF are both quoted
    return text.getvalue().removesuffix("\r\n").encode() + b"\n"
