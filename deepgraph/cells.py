"""The text of a cell -> a number, by rules that hold for tables and for the command line alike.

A number is what `float` reads, less what only a programmer would write (`1_000`, hex, digits of
other scripts) and less what would lose its value (`1e400`). Spaces and tabs around it are welcome.
"""

from __future__ import annotations

import math
import re

LONGEST_SHOWN = 60
"""Characters of a cell that a message repeats."""

_NUMBER = re.compile(
    r"[ \t]*[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|nan|inf(?:inity)?)[ \t]*",
    re.IGNORECASE | re.ASCII,
)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")


def number(text: str) -> float:
    """The double nearest to what a cell says; `nan` and `inf` are numbers, too.

    Raises:
        ValueError: it says no number; the message is the reason.

    >>> number(" 1.5e3 "), number("-inf")
    (1500.0, -inf)
    """
    if not text.strip():
        raise ValueError("the cell is empty; a number belongs there")
    if not is_unicode(text):
        raise ValueError("not UTF-8")
    if not _NUMBER.fullmatch(text):
        hint = "; write a decimal point" if _DECIMAL_COMMA.fullmatch(text.strip()) else ""
        raise ValueError(f"{shown(text)!r} is not a number{hint}")
    found = float(text)
    if math.isinf(found) and any(character.isdigit() for character in text):
        raise ValueError(f"{shown(text.strip())} is too large for a double")
    return found


def shown(text: str) -> str:
    """A cell's text, cut where it is too long for a message.

    >>> len(shown("9" * 1000))
    61
    """
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def is_unicode(text: str) -> bool:
    """Whether every byte was UTF-8; one that is not was read as half a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
