"""Patterns of names, `data/*/part-*.csv`: the folder to look into, and what is asked for in it.

They mean the same on this machine and in a store: `**` alone crosses a slash, and names that begin
with a dot are found by patterns that do.
"""

from __future__ import annotations

import os
import re

from deepgraph.words.urls import is_url, split

_WILD = re.compile(r"[*?\[]")


def is_pattern(text: str) -> bool:
    """True if an input names files by a pattern; a file that is there is no pattern."""
    if is_url(text):
        return _WILD.search(split(text).path) is not None
    return not os.path.lexists(text) and _WILD.search(text) is not None


def cut(pattern: str) -> tuple[str, list[str]]:
    """The folder before the first part of a pattern that is one, and the parts from there on."""
    if not is_url(pattern):
        text = pattern.replace(os.sep, "/")
        wild = _WILD.search(text)
        assert wild is not None
        head = text[: text.rfind("/", 0, wild.start()) + 1]
        return head, [part for part in text[len(head) :].split("/") if part]
    url = split(pattern)
    parts = url.path.split("/")
    at = next(place for place, part in enumerate(parts) if _WILD.search(part))
    front = pattern[: len(pattern) - len(url.options) - len(url.path)]
    return f"{front}{'/'.join(parts[:at])}/{url.options}", parts[at:]


def enters(parts: list[str], name: str) -> bool:
    """True for a folder that may hold files of a pattern."""
    given = name.split("/")
    for part, rule in zip(given, parts, strict=False):
        if rule == "**":
            return not any(each.startswith(".") for each in given)
        if part.startswith(".") and not rule.startswith("."):
            return False
        if not re.fullmatch(_rule(rule), part):
            return False
    return len(given) <= len(parts)


def fits(parts: list[str], name: str) -> bool:
    """True for a file that a pattern finds."""
    return enters(parts, name) and re.fullmatch(_rule("/".join(parts)), name) is not None


def _rule(pattern: str) -> str:
    r"""A pattern of names as a regular expression.

    >>> re.fullmatch(_rule("**/part-[0-9]*.csv"), "a/b/part-7x.csv") is not None
    True
    """
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.findall(r"\*\*/|\*\*|\*|\?|\[[!^]?[^\]/]+\]|.", pattern, re.DOTALL)
    return "".join(
        signs.get(piece) or (piece.replace("[!", "[^") if piece[1:] else re.escape(piece))
        for piece in pieces
    )
