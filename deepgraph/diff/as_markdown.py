"""The report of a comparison in Markdown, as a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.diff.as_text import delta, spelled
from deepgraph.words.markdown_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.diff.records import Change, ChangeGroup, Findings

MARKS = {"added": "➕", "removed": "➖", "changed": "✏️"}


def markdown(found: Findings, most: int | None = 20) -> str:
    """The report; empty if nothing differs. `most` are the lines of a section."""
    if found.equal:
        return ""
    return "\n".join(_lines(found, most)) + "\n"


def _lines(found: Findings, most: int | None) -> Iterator[str]:
    before, after = found.names
    yield f"**{plain(before)} → {plain(after)}**: {found.summary}"
    for section in found.sections:
        yield ""
        yield f"**{section.title}**"
        yield ""
        yield from _section(section, most)
    for outcome in (found.values, found.kinks):
        if outcome is not None:
            yield ""
            heading, *lines = outcome.lines()
            yield f"**{plain(heading.capitalize())}**"
            yield ""
            yield from (f"- {plain(line)}" for line in lines)


def _section(section: ChangeGroup, most: int | None) -> Iterator[str]:
    shown = list(section) if most is None else section.first(most)
    moved = [change for change in shown if change.size is not None]
    if moved:
        yield "| parameter | before | after | change |"
        yield "|:--|--:|--:|--:|"
        for change in moved:
            yield f"| {' | '.join(map(plain, _cells(change)))} |"
        if len(moved) < len(shown):
            yield ""
    for change in shown:
        if change.size is None:
            yield f"- {MARKS[change.mark]} {plain(spelled(change))}"
    left = len(section) - len(shown)
    if left:
        yield ""
        yield f"… and {left:,} more"


def _cells(change: Change) -> tuple[str, ...]:
    return change.name, change.before or "", change.after or "", delta(change.size or 0.0)
