"""Text for a terminal: without control characters, lists cut short, columns aligned."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from deepgraph.words import messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def printable(text: str) -> str:
    r"""Escape the characters of a text that would steer a terminal or end the line.

    >>> printable("a\nb")
    'a\\nb'
    """
    if text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        else character
        for character in text
    )


def listed(names: Sequence[str], count: int | None = None, limit: int = 10) -> str:
    r"""The first names, made `printable`, and how many more there are; see `messages.listed`.

    >>> listed(["w\n1", "w2", "w3"], limit=2)
    'w\\n1, w2 and 1 more'
    """
    return messages.listed(names, limit, count=count, spell=printable)


def aligned(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Format rows as lines, two spaces between columns.

    Args:
        rows: cells, equally many in every row.
        right: the columns that are aligned to the right.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    to_the_right = set(right)
    lines = []
    for row in cells:
        padded = []
        for position, (cell, wide) in enumerate(zip(row, widths, strict=True)):
            space = " " * (wide - width(cell))
            padded.append(space + cell if position in to_the_right else cell + space)
        lines.append("  ".join(padded).rstrip())
    return lines


def width(text: str) -> int:
    """The number of terminal columns that a text takes.

    >>> width("x1"), width("重み")
    (2, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
