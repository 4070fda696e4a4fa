"""Numbers in files that are text: each is read as it stands, and anything else is refused."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")

LONGEST = 400
"""The most characters of a number: the longest double without an exponent has 325."""


def number(text: str, where: str) -> float:
    """A finite number.

    Raises:
        FormatError: it is none; `where` says what should be one.

    >>> number(" 1.5e3 ", "the weight")
    1500.0
    """
    plain = text.strip()
    fits = len(plain) <= LONGEST and _NUMBER.fullmatch(plain)
    if not fits or not math.isfinite(float(plain)):
        raise FormatError(f"{where}: expected a number, got {in_quotes(plain[:LONGEST])}")
    return float(plain)


def whole(text: str, where: str, most: int = 10_000_000) -> int:
    """A whole number from 0 on.

    Raises:
        FormatError: it is none, or larger than `most`.
    """
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 12 or int(plain) > most:
        raise FormatError(
            f"{where}: expected a whole number up to {most:,}, got {in_quotes(plain)}"
        )
    return int(plain)


def finite(value: Any, where: str) -> float:
    """A number of a JSON file.

    Raises:
        FormatError: it is none, or not finite.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FormatError(f"{where}: expected a number, got {in_quotes(str(value))}")
    return float(value)


def numbers(texts: Iterable[str], where: str) -> list[float]:
    """Several numbers."""
    return [number(text, where) for text in texts]
