"""Keeps the labels and style rules of diagrams out of the search index of MkDocs.

The search of MkDocs takes every text of a page, also that in an SVG, and asks no attribute whether
it may. So while a search plugin makes its entries of a page, its content has the alternative text
of each diagram in the place of the diagram; captions stay. All other plugins see whole pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_DIAGRAM = re.compile(
    r'<div class="deepgraph-(?:diagram".*?</svg>|live" data-search-exclude>.*?</iframe>)</div>',
    re.S,
)
_PLACE = re.compile(r'<p data-deepgraph-place="(\d+)">.*?</p>', re.S)
_SAID = re.compile(r'(?: aria-label|<iframe[^>]* title)="([^"]*)"')


def without_diagrams(html: str) -> tuple[str, list[str]]:
    """The HTML of a page with alternative texts in the place of diagrams, and the diagrams.

    A live page that a notebook shows counts as one, since its frame brings rules, too.

    >>> without_diagrams('<div class="deepgraph-diagram"><svg aria-label="A net"></svg></div>')[0]
    '<p data-deepgraph-place="0">A net</p>'
    """
    diagrams: list[str] = []

    def words(diagram: re.Match[str]) -> str:
        said = _SAID.search(diagram[0])
        diagrams.append(diagram[0])
        return f'<p data-deepgraph-place="{len(diagrams) - 1}">{said[1] if said else ""}</p>'

    return _DIAGRAM.sub(words, html), diagrams


def with_diagrams(html: str, diagrams: list[str]) -> str:
    """The HTML of a page with the diagrams in their places again."""
    return _PLACE.sub(lambda place: diagrams[int(place[1])], html)


@dataclass(frozen=True)
class WithoutDiagrams:
    """The handler of a search plugin for the event `page_context`, which sees no diagrams."""

    handler: Callable[..., Any]

    def __call__(self, context: Any, *, page: Any, **event: Any) -> Any:
        """Call the handler. What it changes in the page stays: that of Material takes marks out."""
        page.content, diagrams = without_diagrams(page.content or "")
        try:
            return self.handler(context, page=page, **event)
        finally:
            page.content = with_diagrams(page.content, diagrams)


def keep_clean(config: Any) -> None:
    """Let the search plugins of a site of MkDocs see no diagrams; a second call changes nothing."""
    events = getattr(getattr(config, "plugins", None), "events", None)
    handlers: list[Callable[..., Any]] = events.get("page_context", []) if events else []
    for number, handler in enumerate(handlers):
        if hasattr(getattr(handler, "__self__", None), "search_index"):
            handlers[number] = WithoutDiagrams(handler)
