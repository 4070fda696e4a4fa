"""Finds the line of a fence in the source of its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_FENCE = re.compile("`{3,}|~{3,}")
_READABLE = re.compile(r"""(?:\s*[a-zA-Z]\w*(?:=(?:"[^"]*"|'[^']*'))?)+""")
"""Options that superfences can read."""


def find_fence(
    lines: Sequence[str], after: int, language: str, source: str, options: Collection[str]
) -> tuple[int | None, str]:
    """The line of a fence, from 1, and the options in it that superfences could not read.

    superfences passes neither on, so the fence is found by its language, options and content.

    Args:
        lines: the lines of the page.
        after: the line of the fence before this one; 0 if there is none.
        language: the word behind the back ticks.
        source: the content of the fence.
        options: the texts of the options that superfences could read.

    Returns:
        The line, `None` if the fence is not found; and the options, empty if all could be read.
    """
    word = re.escape(language)
    begins = re.compile(rf"\.?{word}(?![\w-])|{{.*\.{word}\b")
    content = [line.strip() for line in source.strip("\n").split("\n")]
    for number, header in _openings(lines):
        if number <= after or not begins.match(header):
            continue
        if not all(text in header for text in options):
            continue
        behind = lines[number : number + len(content)]
        if source.strip() and [text.strip(" \t>") for text in behind] != content:
            continue
        rest = header.removeprefix(language).strip()
        readable = not rest or "{" in rest or bool(_READABLE.fullmatch(rest))
        if options or not readable or not rest:
            return number, "" if readable else rest
    return None, ""


def _openings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that open a fence, from 1, with the text behind their back ticks."""
    fence = ""
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t>")
        start = _FENCE.match(text)
        if not fence and start:
            fence = start[0]
            yield number, text.removeprefix(fence).strip()
        elif fence and text == fence:
            fence = ""
