"""The order of characters in a line that mixes scripts from left to right and from right to left.

This is Unicode's algorithm (UAX #9) for one line whose base direction is left to right: rules W1 to
W7, N1, N2, I1, I2 and L2. Marks of embedding and isolation are passed over; brackets are neutral.
(An SVG is ordered by its viewer and a PNG by resvg; only a PDF needs it.)
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LEFT_MARK = "\N{LEFT-TO-RIGHT MARK}"

_BOUNDARY = re.compile(
    "([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff][0-9 ._'-]*?)(?=[ ]?[=()\\[\\],:·→]|  )"
)
"""A name that is written from right to left, its last digits included: what follows is ours."""


def kept_apart(text: str) -> str:
    """A text with a mark behind each name from right to left, so that it does not draw in the rest.

    Without it `= −0.5` behind a Hebrew name would stand on its left, the minus sign on the right.
    """
    return _BOUNDARY.sub(rf"\1{LEFT_MARK}", text)


def is_plain(text: str) -> bool:
    """True if all of a text runs from left to right."""
    return text.isascii() or not any(
        unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text
    )


def levels(text: str) -> list[int]:
    """The level of each character: even ones run from left to right, odd ones from right to left.

    >>> levels("a שב 1")
    [0, 0, 1, 1, 1, 2]
    """
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    _weak(kinds)
    _neutral(kinds)
    return [{"R": 1, "AN": 2, "EN": 2}.get(kind, 0) for kind in kinds]


def _weak(kinds: list[str]) -> None:
    """Rules W1 to W7: marks, numbers and their separators."""
    _marks_and_digits(kinds)
    for at in range(1, len(kinds) - 1):
        before, kind, after = kinds[at - 1 : at + 2]
        if before == after and (kind, after) in (("ES", "EN"), ("CS", "EN"), ("CS", "AN")):
            kinds[at] = after
    for first, end in _stretches(kinds, ("ET",)):
        near = kinds[max(first - 1, 0)] == "EN" or kinds[end : end + 1] == ["EN"]
        kinds[first:end] = ["EN" if near else "ON"] * (end - first)
    strong = "L"
    for at, kind in enumerate(kinds):
        if kind in ("L", "R", "AL"):
            strong = kinds[at] = "L" if kind == "L" else "R"
        elif kind in ("ES", "CS"):
            kinds[at] = "ON"
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _marks_and_digits(kinds: list[str]) -> None:
    """Rules W1 and W2: a mark is like its letter, digits behind Arabic letters are Arabic."""
    strong, last = "L", "L"
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = last
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind != "BN":
            last = kinds[at]


def _stretches(kinds: list[str], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch of characters of some kinds."""
    for found, members in groupby(enumerate(kinds), key=lambda pair: pair[1] in wanted):
        places = [at for at, _ in members]
        if found:
            yield places[0], places[-1] + 1


def _neutral(kinds: list[str]) -> None:
    """Rules N1 and N2: spaces and signs follow their neighbours, or else the line."""
    weak = sorted(set(kinds) - {"L", "R", "EN", "AN"})
    for first, end in list(_stretches(kinds, weak)):
        before = kinds[first - 1] if first else "L"
        after = kinds[end] if end < len(kinds) else "L"
        inside = "R" if before != "L" and after != "L" else "L"
        kinds[first:end] = [inside] * (end - first)


def visual(runs: list[int]) -> list[int]:
    """The order from left to right of pieces with these levels (rule L2).

    >>> visual([0, 1, 2, 1])
    [0, 3, 2, 1]
    """
    order = list(range(len(runs)))
    for level in range(max(runs, default=0), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and runs[order[end]] >= level:
                end += 1
            order[at:end] = order[at:end][::-1]
            at = max(end, at + 1)
    return order
