"""Colours of a report on a terminal; its signs say the same without them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.diff import Difference

STYLES = {
    "title": {"bold": True},
    "added": {"fg": "green"},
    "removed": {"fg": "red"},
    "changed": {"fg": "yellow"},
    "wrong": {"fg": "red"},
    "note": {"dim": True},
    "place": {"fg": "cyan"},
}
"""How a kind of line is painted."""


def colored(wanted: str) -> bool:
    """True if a report gets colours: "always", "never", or "auto".

    That is on a terminal, and in the pager of git, unless the variable NO_COLOR is set and not
    empty (https://no-color.org).
    """
    if wanted != "auto":
        return wanted == "always"
    if os.environ.get("NO_COLOR"):
        return False
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    return on_terminal or os.environ.get("GIT_PAGER_IN_USE") in ("1", "true")


def painted(found: Difference, most: int | None, digits: int | None) -> str:
    """The text of a comparison with colours; arguments as in `Difference.text`."""
    from deepgraph.diff.as_text import lines  # --help needs no numpy

    return "".join(paint(tone, line) for tone, line in lines(found, most, digits))


def paint(tone: str, line: str) -> str:
    """One line with its colour and its end."""
    return click.style(line, **STYLES[tone]) + "\n"  # type: ignore[arg-type]


def unified(before: str, after: str, name: str, *, color: bool) -> str:
    """Two texts as a unified diff, safe for a terminal; empty if they are equal."""
    import difflib  # only a difference needs it

    found = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    return "".join(_ended(found, color=color))


def _ended(lines: Iterable[str], *, color: bool) -> Iterable[str]:
    for line in lines:
        text = "\t".join(map(printable, line.removesuffix("\n").split("\t")))
        start = line[:3] if line[:3] in ("+++", "---") else line[:1]
        tone = {"+": "added", "-": "removed", "@": "place", "+++": "title", "---": "title"}
        found = tone.get(start)
        yield paint(found, text) if color and found else f"{text}\n"
        if not line.endswith("\n"):
            yield "\\ No newline at end of file\n"
