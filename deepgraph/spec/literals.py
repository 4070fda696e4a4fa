"""Numbers as a spec writes them: JSON numbers, and strings "p/q" of two integers.

The exact value of a number is that of its text; the evaluators use the nearest double.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from deepgraph.errors import LOCATED
from deepgraph.words.messages import shown_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Number = int | float | Fraction | str
"""The types of a number given in Python; a string is `"p/q"`."""

LARGEST_INTEGER = 2**53
"""Beyond it neighbouring integers share a double, so a larger integer would not keep its value."""

LONGEST = 1100
"""The most digits before or behind the decimal point of a number that is taken exactly.

Every double has fewer: 309 before it, 1,074 behind it.
"""

LONGEST_TERM = 400
"""The most digits of p and of q in a fraction "p/q"."""

_MISSING = (b"", b"null")
_STARTS = frozenset(b"%c" % letter for letter in b"-0123456789")  # of a JSON number
_BREAKS = re.compile(r"\s*[\r\n]\s*")
_LOOKED_AT = 10_000  # bytes of a text that are decoded for a message
_MINUS_ZERO = re.compile(rb"-0[ \t\n\r,\]}]")
_INTEGER = re.compile(rb"-?[0-9]+")
_RATIO = re.compile(r"\s*([+-]?[0-9]+)\s*/\s*([+-]?[0-9]+)\s*")
_SHORT_RATIO = re.compile(rb'"([+-]?[0-9]{1,15})/\+?([1-9][0-9]{0,14})"')
_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?)0*([0-9]*))?")
_SHORT_DECIMAL = re.compile(r"(-?[0-9]{1,20})(?:\.([0-9]{1,20}))?")
_FAR = 10**9
"""Stands for each exponent beyond it."""


class TooLongError(ValueError):
    """A number has more digits than exact arithmetic takes."""


def missing(text: bytes) -> bool:
    """True if a number was left out: its text is empty, or `null`."""
    return text in _MISSING


def value(text: bytes) -> float:
    """The double nearest to a number.

    Raises:
        ValueError: not a number of the spec; the message says what to write.

    >>> value(b"1.30"), value(b'"1/3"')
    (1.3, 0.3333333333333333)
    """
    first = text[:1]
    if first == b'"':
        short = _SHORT_RATIO.fullmatch(text)
        if short is not None:  # in plain integers, since a file may hold a million of them
            return int(short[1]) / int(short[2])
        ratio = _ratio(text)
        try:
            number = ratio.numerator / ratio.denominator
        except OverflowError:
            raise ValueError(f"{shown(text)} is too large for a double") from None
        if not number and ratio:
            raise ValueError(f"{shown(text)} is too small for a double")
        return number
    if first not in b"-0123456789" or not first:
        raise ValueError(f'expected a number or a fraction "p/q", got {shown(text)}')
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{shown(text)} is too large for a double")
    if _INTEGER.fullmatch(text) and abs(int(text)) > LARGEST_INTEGER:
        raise ValueError(
            f"the integer {shown(text)} is beyond 2**53, where doubles cannot tell neighbours "
            "apart; write it with a decimal point if the nearest double will do"
        )
    return number


def exact(text: bytes) -> Fraction:
    """The number exactly as written.

    Raises:
        ValueError: not a number of the spec.
        TooLongError: it has more than `LONGEST` digits before or behind the decimal point.

    >>> exact(b"1.30")
    Fraction(13, 10)
    """
    value(text)
    return exact_of_sound(text)


def exact_of_sound(text: bytes) -> Fraction:
    """The same for a text that `value` has read before."""
    return _ratio(text) if text[:1] == b'"' else decimal(text.decode())


def decimal(text: str) -> Fraction:
    """A decimal such as `1.30`, `.5` or `+1e-3`, exactly.

    Raises:
        TooLongError: it has more than `LONGEST` digits before or behind the decimal point when it
            is written without an exponent.

    >>> decimal("-12.5e-1")
    Fraction(-5, 4)
    """
    short = _SHORT_DECIMAL.fullmatch(text)
    if short is not None:  # nearly all are
        before, behind = short.groups("")
        return Fraction(int(before + behind), 10 ** len(behind))
    found = _decimal(text)
    digits = found.digits.rstrip("0")
    exponent = found.exponent + len(found.digits) - len(digits)
    if not digits:
        return Fraction(0)
    if max(len(digits) + exponent, -exponent) > LONGEST:
        raise TooLongError(
            f"{shown(text.encode())} is too long for exact arithmetic, which takes at most "
            f"{LONGEST:,} digits before or behind the decimal point; its nearest double is "
            f"{float(text)!r}"
        )
    whole = int(found.sign + digits)
    return Fraction(whole * 10**exponent) if exponent >= 0 else Fraction(whole, 10**-exponent)


class _Decimal(NamedTuple):
    """The number sign · digits · 10 ** exponent; leading zeros are left out."""

    sign: str
    digits: str
    exponent: int


def _decimal(text: str) -> _Decimal:
    match = _DECIMAL.fullmatch(text.strip())
    assert match is not None, "the text was checked before"
    sign, before, behind, direction, power = (part or "" for part in match.groups())
    far = int(power or "0") if len(power) < 10 else _FAR
    exponent = (-far if direction == "-" else far) - len(behind)
    return _Decimal(sign, (before + behind).lstrip("0"), exponent)


def half_unit(text: bytes) -> float:
    """Half a unit of the last decimal as written; zero for a number without a decimal point.

    >>> half_unit(b"0.0822"), half_unit(b"3"), half_unit(b"1.5e-3")
    (5e-05, 0.0, 5e-05)
    """
    if text[:1] == b'"' or b"." not in text:
        return 0.0
    return float(f"5e{_decimal(text.decode()).exponent - 1}")


def encode(number: Number) -> bytes:
    """The text of a number given in Python, the shortest that reads back the same.

    Raises:
        ValueError: not finite, or a string that is no "p/q", or too many digits.

    >>> encode(0.5), encode(Fraction(1, 3))
    (b'0.5', b'"1/3"')
    """
    if isinstance(number, bool):
        raise ValueError(f"{number} is no number")
    if isinstance(number, Fraction):
        if max(abs(number.numerator), number.denominator) >= 10**LONGEST_TERM:
            raise ValueError(f"a fraction has at most {LONGEST_TERM} digits above and below")
        text = b'"%d/%d"' % (number.numerator, number.denominator)
    elif isinstance(number, str):
        text = msgspec.json.encode(number)
    elif isinstance(number, int):
        if abs(number) >= 10**LONGEST_TERM:
            raise ValueError(f"an integer of more than {LONGEST_TERM} digits is beyond 2**53")
        text = str(number).encode()
    else:
        try:
            double = float(number)
        except TypeError:
            raise ValueError(f"{shown_value(number)} is no number") from None
        if not math.isfinite(double):
            raise ValueError(f"{double} cannot stand in a spec; its numbers are finite")
        text = repr(double).encode()
    value(text)
    return text


def shown(text: bytes, limit: int = 40) -> str:
    r"""A piece of a file for a message: short, printable, on one line.

    >>> shown(b"[\n  1,\n  2\n]")
    '[ 1, 2 ]'
    """
    plain = _BREAKS.sub(" ", text[:_LOOKED_AT].decode("utf-8", "replace"))
    return plain if len(plain) <= limit and len(text) <= _LOOKED_AT else plain[:limit] + "…"


def _ratio(text: bytes) -> Fraction:
    content = msgspec.json.decode(text, type=str)
    match = _RATIO.fullmatch(content)
    if match is None:
        raise ValueError(
            f'{shown(text)} is no fraction "p/q" of two integers; '
            "a plain number stands without quotes"
        )
    terms = [term.lstrip("+-0") or "0" for term in match.groups()]
    if max(map(len, terms)) > LONGEST_TERM:
        raise TooLongError(f"{shown(text)} has more than {LONGEST_TERM} digits above or below")
    numerator, denominator = map(int, terms)
    if not denominator:
        raise ValueError(f"{shown(text)} divides by zero")
    negative = match[1].startswith("-") != match[2].startswith("-")
    return Fraction(-numerator if negative else numerator, denominator)


def has_minus_zero(numbers: NDArray[np.float64], text: bytes) -> bool:
    """True if a text of numbers holds the integer -0, whose sign msgspec drops."""
    return bool(np.any(numbers == 0)) and _MINUS_ZERO.search(text) is not None


def doubles(texts: Sequence[bytes]) -> tuple[NDArray[np.float64], list[int]]:
    """The doubles of plain JSON numbers.

    Args:
        texts: of the numbers; empty or `null` for one that was left out.

    Returns:
        (numbers,) nearest doubles, NaN where left out or unread; and the positions of the unread,
        whose text `value` has to look at: fractions, 2**53 and more, what is no number.
    """
    plain = [float(text) if text[:1] in _STARTS else math.nan for text in texts]
    numbers = np.array(plain, np.float64)
    doubtful = np.flatnonzero(~(np.abs(numbers) < LARGEST_INTEGER)).tolist()
    unread = [position for position in doubtful if not missing(texts[position])]
    numbers[unread] = np.nan
    return numbers, unread


def values(texts: list[bytes]) -> tuple[NDArray[np.float64], list[tuple[int, str]]]:
    """The doubles nearest to many numbers.

    Args:
        texts: of the numbers; empty or `null` for one that was left out.

    Returns:
        (numbers,) doubles, NaN for a number that is left out or wrong; and position and message
        of each wrong one.
    """
    numbers, unread = doubles(texts)
    problems: list[tuple[int, str]] = []
    for position in unread:
        text = texts[position]
        if len(problems) >= LOCATED and len(text) > 17 and _INTEGER.fullmatch(text):  # only counted
            numbers[position] = np.nan
            problems.append((position, "another number that a spec cannot hold"))
            continue
        try:
            numbers[position] = value(text)
        except ValueError as error:
            numbers[position] = np.nan
            problems.append((position, str(error)))
    return numbers, problems
