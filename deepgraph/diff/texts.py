"""The change of a text: decided on the whole texts, and shown around the place where they part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.diff.records import Change
from deepgraph.words.messages import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 60
"""Characters of a text that a line shows."""


def changed(what: str, name: str, before: str | None, after: str | None) -> Iterator[Change]:
    """The change of a text that may be missing, if there is one."""
    if before != after:
        yield text_change(what, name, before, after)


def text_change(what: str, name: str, before: str | None, after: str | None) -> Change:
    """The change of a thing that two texts stand for; the texts may be alike."""
    mark = "added" if before is None else "removed" if after is None else "changed"
    return Change(mark, what, name, *near_change(before, after))  # type: ignore[arg-type]


def near_change(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Two texts cut short around the place at which they part.

    >>> near_change("a" * 80 + "b", "a" * 80 + "c")[0][-9:]
    'aaaaaaaab'
    """
    if before is None or after is None:
        return (
            None if before is None else shown(before, LONGEST),
            None if after is None else shown(after, LONGEST),
        )
    same = next(
        (at for at, (x, y) in enumerate(zip(before, after, strict=False)) if x != y),
        min(len(before), len(after)),
    )
    start = max(0, same - LONGEST // 3)
    if max(len(before), len(after)) <= LONGEST:
        start = 0
    cut = "…" if start else ""
    return cut + shown(before[start:], LONGEST), cut + shown(after[start:], LONGEST)
