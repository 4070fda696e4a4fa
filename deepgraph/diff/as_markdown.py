"""The report of a comparison in Markdown, as a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.diff.as_text import figures, spelled
from deepgraph.words.markdown_text import plain
from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.diff.records import ChangeGroup, Findings

MARKS = {"added": "➕", "removed": "➖", "changed": "✏️"}


def markdown(found: Findings, most: int | None = 20, digits: int | None = None) -> str:
    """The report; empty if nothing differs.

    Args:
        found: what differs.
        most: lines of a section; `None` for all.
        digits: of numbers, as in `figures.moved_texts`.
    """
    if found.equal:
        return ""
    return "\n".join(_lines(found, most, digits)) + "\n"


def _lines(found: Findings, most: int | None, digits: int | None) -> Iterator[str]:
    before, after = found.names
    yield f"**{_safe(before)} → {_safe(after)}**: {found.summary}"
    for section in found.sections:
        yield ""
        yield f"**{section.title}**"
        yield ""
        yield from _section(section, most, digits)
    for hint in found.hints:
        yield ""
        yield f"Note: {_safe(hint)}."
    for outcome in (found.values, found.kinks):
        if outcome is not None:
            yield ""
            heading, *lines = outcome.lines(digits)
            yield f"**{_safe(heading.capitalize())}**"
            yield ""
            yield from (f"- {_safe(line)}" for line in lines)


def _safe(text: str) -> str:
    """A text of a network on one line, without what Markdown or a terminal takes for its own."""
    return plain(printable(text))


def _section(section: ChangeGroup, most: int | None, digits: int | None) -> Iterator[str]:
    shown = list(section) if most is None else section.first(most)
    numbers = [change for change in shown if change.is_number]
    if numbers:
        yield "| parameter | before | after | change |"
        yield "|:--|--:|--:|--:|"
        for change in numbers:
            yield f"| {' | '.join(map(_safe, (change.name, *figures(change, digits))))} |"
        if len(numbers) < len(shown):
            yield ""
    for change in shown:
        if not change.is_number:
            yield f"- {MARKS[change.mark]} {_safe(spelled(change))}"
    left = len(section) - len(shown)
    if left:
        yield ""
        yield f"… and {left:,} more"
