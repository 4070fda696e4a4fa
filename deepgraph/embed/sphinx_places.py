"""Finds the content of a directive in the file that it stands in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

AROUND = " \t>"
"""What may stand before a line of content in its file: an indent, or the marks of a quotation."""


def placed(content: Sequence[str], source: str, line: int) -> tuple[int, int] | None:
    """The place of a content, which is looked for from the line of its directive on.

    Parsers count the lines of a content from the page, from the directive or from an included file;
    so the content itself is looked for.

    Args:
        content: its lines; one is not empty.
        source: the path of the file.
        line: that of the directive, from 1.

    Returns:
        The numbers of lines and of characters before the content; `None` if the file does not hold
        it.
    """
    try:
        lines = Path(source).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        return None
    wanted = [text.strip(AROUND) for text in content]
    first = next(number for number, text in enumerate(wanted) if text)
    for start in range(max(line - 1, 0), len(lines)):
        found = lines[start : start + len(wanted)]
        if [text.strip(AROUND) for text in found] == wanted:
            text = content[first].expandtabs(8).rstrip()
            return start, max(found[first].expandtabs(8).find(text), 0)
    return None
