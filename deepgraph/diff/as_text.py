"""The report of a comparison in plain text, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from deepgraph.words.messages import printable
from deepgraph.words.numbers import number_text, tight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.diff.records import Change, ChangeGroup, Findings

Tone = Literal["title", "added", "removed", "changed", "note"]
"""What a line is, by which a terminal gives it a colour; its sign says the same."""

SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def lines(found: Findings, most: int | None = 20) -> Iterator[tuple[Tone, str]]:
    """The lines, each safe for a terminal; none if nothing differs.

    Args:
        found: what differs.
        most: lines of a section; `None` for all.
    """
    if found.equal:
        return
    before, after = found.names
    yield "title", printable(f"{before} → {after}: {found.summary}")
    for section in found.sections:
        yield "title", section.title.lower()
        yield from _section(section, most)
    for outcome in (found.values, found.kinks):
        if outcome is not None:
            for number, line in enumerate(outcome.lines()):
                yield ("note", f"    {printable(line)}") if number else ("title", printable(line))


def _section(section: ChangeGroup, most: int | None) -> Iterator[tuple[Tone, str]]:
    shown = list(section) if most is None else section.first(most)
    for change in shown:
        yield change.mark, f"  {SIGNS[change.mark]} {printable(spelled(change))}"
    left = len(section) - len(shown)
    if left:
        largest = "; the largest are shown" if section.key == "parameters" else ""
        yield "note", f"    and {left:,} more{largest}"


def spelled(change: Change) -> str:
    """A change on one line, without its sign.

    >>> from deepgraph.diff.records import Change
    >>> spelled(Change("changed", "parameter", "w7", "0.67", "0.7", 0.03))
    'w7: 0.67 → 0.7 (+0.03)'
    >>> spelled(Change("changed", "node", "hidden1", "h1", "hidden1"))
    'node h1 → hidden1'
    """
    what = "" if change.what == "parameter" else change.what
    if change.name == change.after and change.before is not None:
        return f"{change.what} {change.before} → {change.after}"
    named = f"{what} {change.name}".strip()
    texts = [text for text in (change.before, change.after) if text is not None]
    moved = f" ({delta(change.size)})" if change.size is not None else ""
    return f"{named}: {' → '.join(texts)}{moved}" if texts else named


def delta(size: float) -> str:
    """How far a number moved, with its sign.

    >>> delta(0.03), delta(-0.5)
    ('+0.03', '−0.5')
    """
    text = tight(number_text(size, 4))
    return text if size < 0 else f"+{text}"
