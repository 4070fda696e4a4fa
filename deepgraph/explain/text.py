"""Worked arithmetic as plain text, in lines that fit a terminal."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from deepgraph.explain.spelling import SPELLER
from deepgraph.explain.wording import say
from deepgraph.words.messages import printable
from deepgraph.words.numbers import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.explain.records import Line, Section

WIDTH = 96
INDENT = "  "
CONTINUED = 6
"""Spaces before the rest of a broken line; nothing else is indented so far."""


def text(title: str, sections: Sequence[Section]) -> str:
    """Spell a whole worked example."""
    parts = [title]
    for section in sections:
        parts += ["", heading(section)]
        parts += _section(section)
    return "\n".join(map(printable, map(visible, parts))) + "\n"


def heading(section: Section) -> str:
    """The heading of a section, such as `Row 2 · Forward`, or of a walk `Step 1 · Row 2 · Loss`."""
    places = (("Step", section.step), ("Row", section.row))
    parts = [f"{what} {number:,}" for what, number in places if number is not None]
    return " · ".join([*parts, section.title])


def _section(section: Section) -> Iterator[str]:
    if section.table is not None:
        yield from (f"{INDENT}{line}".rstrip() for line in section.table.lines(WIDTH - len(INDENT)))
        if section.table.note:
            yield from textwrap.wrap(
                f"({section.table.note})",
                WIDTH,
                initial_indent=INDENT,
                subsequent_indent=INDENT,
            )
    longest = max((len(step.lines) for step in section.steps), default=0)
    for step in section.steps:
        if longest > 1 and len(section.steps) > 1:
            yield ""
        title = step.title if isinstance(step.title, str) else ""  # lines name their node
        if title:
            yield f"{INDENT}{title}{': ' + step.note if step.note else ''}"
        for line in step.lines:
            yield from _broken(line)
        if step.note and not title:
            yield f"{INDENT}({step.note})"


def behind(line: Line) -> str:
    """The conditions and the remark behind the result of a line."""
    reasons = say("and").join(map(SPELLER.comparison, line.reasons))
    return f"{say('as') + reasons if reasons else ''}{f'   ({line.note})' if line.note else ''}"


def one_line(line: Line) -> str:
    """Spell a line without a break, however long it is."""
    parts = [f"{sign} {SPELLER.spell(part)}".strip() for sign, part in line.segments]
    return " ".join(parts) + behind(line)


def _broken(line: Line) -> Iterator[str]:
    """Break a line so that it fits: before its signs, and between terms if that is not enough."""
    whole = one_line(line)
    if len(whole) <= WIDTH:
        yield f"{INDENT}{whole}"
        return
    left, *others = [f"{sign} {SPELLER.spell(part)}".strip() for sign, part in line.segments]
    rows = [f"{left} {others[0]}"]
    for part in others[1:]:
        joined = f"{rows[-1]} {part}"
        if len(joined) + CONTINUED <= WIDTH and len(rows) > 1:
            rows[-1] = joined
        else:
            rows.append(part)
    rows[-1] += behind(line)
    for position, row in enumerate(rows):
        indent = INDENT if not position else " " * CONTINUED
        for piece in _wrapped(row, WIDTH - CONTINUED - 2):
            yield f"{indent}{piece}"
            indent = " " * (CONTINUED + 2)


def _wrapped(row: str, width: int) -> Iterator[str]:
    """Cut a row before plus signs and behind commas, but not inside quotes."""
    pieces = re.split(r'(?<=,) (?=(?:[^"]*"[^"]*")*[^"]*$)| (?=\+ (?:[^"]*"[^"]*")*[^"]*$)', row)
    current = pieces[0]
    for piece in pieces[1:]:
        if len(current) + 1 + len(piece) > width:
            yield current
            current = piece
        else:
            current = f"{current} {piece}"
    yield current
