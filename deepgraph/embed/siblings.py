"""Knows the pages beside a page: whose images are whose, and which no page shows any more."""

from __future__ import annotations

import glob
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from deepgraph.embed import ownership

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

HTML = (".html", ".htm", ".xhtml")
"""Of pages of HTML; all others are Markdown."""
SUFFIXES = (".md", ".markdown", ".mdx", ".mdown", ".mkd", ".qmd", ".rmd", ".txt", *HTML)
"""Of pages that `embed` may fill; of two pages with one stem, the first keeps it."""
SHOWS = (*SUFFIXES, ".rst", ".adoc", ".ipynb", ".tex", ".typ")
"""Of files that may show an image."""

_REFERENCE = re.compile(r'(?:src|srcset)="([^"]+)"|\]\(([^)\s]+)\)')
_MARKER = re.compile(r"deepgraph\s*:", re.IGNORECASE)


def stem(page: Path) -> str:
    """What the names of the images of a page begin with: `guide`, or `guide.mdx` beside guide.md.

    So two pages that both have markers never write one file.
    """
    rank = _rank(page)
    for other in _pages(page.parent, SUFFIXES):
        if other.stem == page.stem and _rank(other) < rank and _MARKER.search(_text(other)):
            return page.name
    return page.stem


def _rank(page: Path) -> int:
    suffix = page.suffix.lower()
    return SUFFIXES.index(suffix) if suffix in SUFFIXES else len(SUFFIXES)


def _pages(folder: Path, suffixes: Collection[str]) -> list[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return []
    return [path for path in found if path.suffix.lower() in suffixes and path.is_file()]


def _text(page: Path) -> str:
    try:
        return page.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def references(text: str, folder: Path) -> set[Path]:
    """The images that the old content of a block refers to."""
    found = (one or two for one, two in _REFERENCE.findall(text))
    return {folder / unquote(address) for address in found if "://" not in address}


def orphans(page: Path, text: str, images: Collection[Path], left: set[Path]) -> list[Path]:
    """Images that deepgraph drew and that neither a page nor the pages beside it show.

    Args:
        page: its path.
        text: its text as it should be.
        images: those that its blocks refer to.
        left: those that its blocks referred to until now.
    """
    named = page.parent.glob(f"{glob.escape(page.stem)}.*.svg")
    candidates = {*filter(ownership.drawn, named), *(path for path in left if path.is_file())}
    unused = {path for path in candidates - set(images) if not _shows(text, path)}
    for folder in {page.parent, *(path.parent for path in unused)} if unused else ():
        for other in _pages(folder, SHOWS):
            if not (other.exists() and page.exists() and other.samefile(page)):
                shown = _text(other)
                unused = {path for path in unused if not _shows(shown, path)}
    return sorted(unused)


def _shows(text: str, image: Path) -> bool:
    return image.name in text or quote(image.name) in text
