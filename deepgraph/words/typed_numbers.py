"""Parses a number that a person typed, by the same rules in a table cell and in an option.

A number is what `float` reads, except what only a programmer would write (`1_000`, digits of other
scripts) and what would lose its value (`1e400`). Spaces and tabs around it are allowed. The error
about anything else says what to write instead.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from deepgraph.words.messages import LONGEST_SHOWN, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

EMPTY = "the cell is empty; a number belongs there"
NOT_UTF_8 = "not UTF-8; save the file as UTF-8"

_PLAIN = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = re.compile(rf"[ \t]*(?:{_PLAIN}|[+-]?(?:nan|inf(?:inity)?))[ \t]*", re.I | re.A)
_MISSING = "a missing value has to be filled in"
_THOUSANDS = "write nothing between the thousands"
_CURRENCY = "[$€£¥₹₽₩]|(?:USD|EUR|GBP|CHF|JPY)"


HINTS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"n/?a|<na>|#n/a|null|none|nil|-+|–|—|\?+|\.+|missing|unknown|undefined", _MISSING),
    (r"#(?:div/0|ref|value|name|num|null)[!?]?", "it is an error of a spreadsheet's formula"),
    (r"true|yes|on", "write 1"),
    (r"false|no|off", "write 0"),
    (r"\d{4}-\d\d?-\d\d?(?:[ T].*)?|\d\d?([./-])\d\d?\1\d{2,4}(?: .*)?",
     "it looks like a date; make a number of it first, such as days since the first one"),
    (r"\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m)?",
     "it looks like a time; make a number of it first, such as seconds"),
    (r"([+-]?\d{1,15})\s*/\s*(\d{1,15})", lambda m: _fraction(int(m[1]), int(m[2]))),
    (r"([+-]?\d{1,3}),(\d{3})", lambda m: (
        f"write {m[1]}{m[2]} if the comma parts thousands, {m[1]}.{m[2]} if it parts decimals"
    )),
    (r"([+-]?\d+),(\d+)", lambda m: f"write a decimal point: {m[1]}.{m[2]}"),
    (r"[+-]?\d{1,3}(?:\.\d{3})+,\d+", lambda m: (
        f"{_THOUSANDS}, and a decimal point: {m[0].replace('.', '').replace(',', '.')}"
    )),
    (r"[+-]?\d{1,3}(?:([ \u00a0\u202f\u2009'’_,])\d{3})(?:\1\d{3})*(?:\.\d*)?", lambda m: (
        f"{_THOUSANDS}: {m[0].replace(m[1], '')}"
    )),
    (r"[+-]?\d{1,3}(?:\.\d{3}){2,}", lambda m: f"{_THOUSANDS}: {m[0].replace('.', '')}"),
    (rf"({_PLAIN})\s*%", lambda m: f"write {m[1]}, or {float(m[1]) / 100:g}, without the sign"),
    (rf"(?:{_CURRENCY})\s*({_PLAIN})|({_PLAIN})\s*(?:{_CURRENCY})", lambda m: (
        f"write {m[1] or m[2]}, without the currency"
    )),
    (rf"\(({_PLAIN})\)", lambda m: f"write -{m[1]}"),
    (r"[+-]?0x[0-9a-f]{1,15}", lambda m: f"write it as a decimal: {int(m[0], 16)}"),
    (r"[+-]?0b[01]{1,53}", lambda m: f"write it as a decimal: {int(m[0], 2)}"),
    (r"[+-]?0o[0-7]{1,17}", lambda m: f"write it as a decimal: {int(m[0], 8)}"),
    (r"[+-]?0x(?:[0-9a-f]{1,15}\.?[0-9a-f]{0,15}|\.[0-9a-f]{1,15})(?:p[+-]?\d{1,3})?",
     lambda m: f"write it as a decimal: {float.fromhex(m[0])!r}"),
    (r"([+-]?\d+\.?\d*)d([+-]?\d+)", lambda m: f"write {m[1]}e{m[2]}"),
    (r"[−–]\s*([\d.].*)", lambda m: f"write a plain minus sign: -{m[1]}"),
    (rf"({_PLAIN})\s*(?!e$)[^\W\d_][\w/²³°µ]{{0,9}}", lambda m: f"write {m[1]}, without the unit"),
    (r"#.*", "it looks like a comment; remove the line"),
    (r"[+-]?[\d.]+", lambda m: "" if m[0].isascii() else "write it with the digits 0 to 9"),
)  # fmt: skip
"""Patterns of what people write instead of a number, and the cure; the first that fits counts."""


def number(text: str, decimal: str = ".") -> float:
    """The double nearest to a number as text; `nan` and `inf` are numbers, too.

    Args:
        text: of a cell, or typed.
        decimal: the sign before the decimals, a point or a comma.

    Raises:
        ValueError: the text is no number; the message is the reason.

    >>> number(" 1.5e3 "), number("-inf")
    (1500.0, -inf)
    """
    if not text.strip():
        raise ValueError(EMPTY)
    if not is_unicode(text):
        raise ValueError(NOT_UTF_8)
    plain = text if decimal == "." else text.translate(_SWAPPED)
    if not _NUMBER.fullmatch(plain):
        hint = _hint(text.strip()) if decimal == "." else _hint_for_comma(text.strip(), plain)
        raise ValueError(f"{shown(text)!r} is not a number" + (f"; {hint}" if hint else ""))
    found = float(plain)
    if math.isinf(found) and any(character.isdigit() for character in text):
        raise ValueError(f"{shown(text.strip())} is too large for a double")
    return found


_SWAPPED = {ord(","): ".", ord("."): ","}


def _hint_for_comma(text: str, plain: str) -> str:
    """The words for a number with a decimal comma, of which `plain` is spelled with a point."""
    if _NUMBER.fullmatch(text):
        return "its decimals begin behind a comma here, not behind a point"
    grouped = re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", plain)
    return f"{_THOUSANDS}: {text.replace('.', '')}" if grouped else ""


def same_class(text: str, classes: Collection[str]) -> str | None:
    """The class that a text names: itself, or the only one that is the same number.

    Programs write whole numbers as decimals where a column has an empty cell.

    >>> same_class("1.0", ["0", "1"]), same_class("a", ["0", "1"])
    ('1', None)
    """
    if text in classes:
        return text
    if not _NUMBER.fullmatch(text):
        return None
    same = [name for name in classes if _NUMBER.fullmatch(name) and float(name) == float(text)]
    return same[0] if len(same) == 1 else None


def _hint(text: str) -> str:
    """The words for what to write instead; may be empty."""
    if len(text) <= LONGEST_SHOWN:
        for pattern, hint in HINTS:
            if match := re.fullmatch(pattern, text, re.IGNORECASE):
                return hint if isinstance(hint, str) else hint(match)
    return ""


def _fraction(numerator: int, denominator: int) -> str:
    if not denominator:
        return "it divides by zero"
    return f"write it as a decimal: {numerator / denominator!r}"


def is_unicode(text: str) -> bool:
    """True if every byte was UTF-8; any other was read as half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
