"""The report of a comparison in plain text, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from deepgraph.diff.figures import figure_text, moved_texts
from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.diff.records import Change, ChangeGroup, Findings

Tone = Literal["title", "added", "removed", "changed", "note"]
"""What a line is, by which a terminal gives it a colour; its sign says the same."""

SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def lines(
    found: Findings, most: int | None = 20, digits: int | None = None
) -> Iterator[tuple[Tone, str]]:
    """The lines, each safe for a terminal; none if nothing differs.

    Args:
        found: what differs.
        most: lines of a section; `None` for all.
        digits: of numbers, as in `figures.moved_texts`.
    """
    if found.equal:
        return
    before, after = found.names
    yield "title", printable(f"{before} → {after}: {found.summary}")
    for section in found.sections:
        yield "title", section.title.lower()
        yield from _section(section, most, digits)
    for hint in found.hints:
        yield "note", f"  note: {printable(hint)}"
    for outcome in (found.values, found.kinks):
        if outcome is not None:
            for number, line in enumerate(outcome.lines(digits)):
                yield ("note", f"    {printable(line)}") if number else ("title", printable(line))


def _section(
    section: ChangeGroup, most: int | None, digits: int | None
) -> Iterator[tuple[Tone, str]]:
    shown = list(section) if most is None else section.first(most)
    for change in shown:
        yield change.mark, f"  {SIGNS[change.mark]} {printable(spelled(change, digits))}"
    left = len(section) - len(shown)
    if left:
        largest = most is not None and section.largest_first(most)
        yield "note", f"    and {left:,} more{'; the largest are shown' if largest else ''}"


def spelled(change: Change, digits: int | None = None) -> str:
    """A change on one line, without its sign; `digits` as in `figures.moved_texts`.

    >>> from deepgraph.diff.records import Change
    >>> spelled(Change("changed", "parameter", "w7", 0.67, 0.7, 0.03))
    'w7: 0.67 → 0.7 (+0.03)'
    >>> spelled(Change("added", "parameter", "w8", after=0.5))
    'w8 = 0.5'
    >>> spelled(Change("changed", "node", "hidden1", "h1", "hidden1"))
    'node h1 → hidden1'
    """
    what = "" if change.what == "parameter" else change.what
    if change.name == change.after and change.before is not None:
        return f"{change.what} {change.before} → {change.after}"
    named = f"{what} {change.name}".strip()
    if change.is_number:
        before, after, moved = figures(change, digits)
        if not (before and after):
            return f"{named} = {before or after}"
        return f"{named}: {before} → {after}{f' ({moved})' if moved else ''}"
    texts = [str(text) for text in (change.before, change.after) if text is not None]
    return f"{named}: {' → '.join(texts)}" if texts else named


def figures(change: Change, digits: int | None = None) -> tuple[str, str, str]:
    """A number before and after, and how far it moved; empty for what is not there."""
    before, after = change.before, change.after
    if isinstance(before, float) and isinstance(after, float):
        texts = moved_texts(before, after, digits)
        return texts[0], texts[1], texts[2] or ""
    shown = [figure_text(v, digits) if isinstance(v, float) else "" for v in (before, after)]
    return shown[0], shown[1], ""
