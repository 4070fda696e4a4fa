"""Texts in columns, for a terminal and other texts of a fixed width."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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
