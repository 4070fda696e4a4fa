"""Keeps the labels and style rules of diagrams out of the search index of MkDocs.

The search of MkDocs takes every text of a page, also that in an SVG, and asks no attribute whether
it may. So while plugins make their entries of a page, its content lacks its diagrams; alternative
texts and captions stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_DIAGRAM = re.compile(r'<div class="deepgraph-diagram".*?</svg></div>', re.S)
_SAID = re.compile(r' aria-label="([^"]*)"')

_whole: dict[int, str] = {}
"""The content of a page, by the identity of its object, while it lacks its diagrams."""


def without_diagrams(html: str) -> str:
    """The HTML of a page with the alternative text of each diagram in its place.

    >>> without_diagrams('<div class="deepgraph-diagram"><svg aria-label="A net"><b/></svg></div>')
    '<p>A net</p>'
    """
    return _DIAGRAM.sub(_words, html)


def _words(diagram: re.Match[str]) -> str:
    said = _SAID.search(diagram[0])
    return f"<p>{said[1]}</p>" if said else ""


def take_out(context: Any, *, page: Any, **_: Any) -> Any:
    """Before all other handlers of the event `page_context`."""
    if page.content and "deepgraph-diagram" in page.content:
        _whole[id(page)] = page.content
        page.content = without_diagrams(page.content)
    return context


def put_back(context: Any, *, page: Any, **_: Any) -> Any:
    """Behind all other handlers of the event `page_context`."""
    page.content = _whole.pop(id(page), page.content)
    return context


def keep_clean(config: Any) -> None:
    """Do so in a site of MkDocs, whose configuration names no plugin of ours."""
    events = getattr(getattr(config, "plugins", None), "events", None)
    handlers: list[Callable[..., Any]] = events.get("page_context", []) if events else []
    if events and take_out not in handlers:
        handlers.insert(0, take_out)
        handlers.append(put_back)
