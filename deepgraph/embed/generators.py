"""Knows which site generator a page is for, and whether that would lose an image beside it.

Each was tried in November 2026, with pages that `deepgraph embed` had filled; docs/markdown.md has
the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAIN = "say --theme auto in its marker, which makes one image in Markdown"
"""The cure for a `<picture>` whose files a generator does not take along."""


@dataclass(frozen=True)
class Generator:
    """A site generator.

    Attributes:
        name: of it.
        files: patterns for its configuration, beside or above a page.
        pages: the folder of its pages, from that of the configuration; empty for all of it.
        picture: what becomes of a `<picture>`, and what to do; empty if it is shown.
        image: likewise for any image, from the page and the text of the configuration; empty if
            it is shown.
    """

    name: str
    files: tuple[str, ...]
    pages: str = ""
    picture: str = ""
    image: Callable[[Path, str], str] = lambda page, settings: ""


def _of_hugo(page: Path, settings: str) -> str:
    if page.name in ("index.md", "_index.md"):
        return ""
    return (
        f"Hugo takes along only the images of a page bundle: make it {page.stem}/index.md, its "
        "images beside it"
    )


def _of_jekyll(page: Path, settings: str) -> str:
    if "_posts" in page.parts:
        return (
            "Jekyll publishes no image of _posts, and a post elsewhere: keep the picture in a "
            "folder such as assets, and refer to it with {{ '/assets/…' | relative_url }}"
        )
    if page.stem != "index" and "permalink: pretty" in settings:
        name = f"{page.stem}.html"
        return (
            f"with pretty permalinks Jekyll moves the page and not its images: give it the front "
            f"matter permalink: /{name}"
        )
    return ""


GENERATORS = (
    Generator(
        "Docusaurus",
        ("docusaurus.config.*",),
        picture=f"Docusaurus takes no file of a <picture> along; {PLAIN}",
    ),
    Generator(
        "Astro", ("astro.config.*",), "src", f"Astro loses the files of a <picture>; {PLAIN}"
    ),
    Generator(
        "Hugo",
        ("hugo.toml", "hugo.yaml", "hugo.json"),
        "content",
        f"Hugo drops HTML in a page unless markup.goldmark.renderer.unsafe is true; {PLAIN}",
        _of_hugo,
    ),
    Generator(
        "MkDocs",
        ("mkdocs.yml", "mkdocs.yaml"),
        "docs",
        f"MkDocs does not follow a <picture> to its files; {PLAIN}",
    ),
    Generator(
        "Zensical",
        ("zensical.toml",),
        "docs",
        f"Zensical does not follow a <picture> to its files; {PLAIN}",
    ),
    Generator("Sphinx", ("conf.py",), picture=f"Sphinx loses the files of a <picture>; {PLAIN}"),
    Generator("Jekyll", ("_config.yml",), image=_of_jekyll),
)


def lost(page: Path, *, picture: bool) -> str:
    """Why the images of a page would be lost, and what to do; empty if they are shown.

    Args:
        page: the file.
        picture: True if an image is a `<picture>` for light and dark pages.
    """
    page = page.absolute()
    for folder in page.parents:
        for generator in GENERATORS:
            found = next((f for name in generator.files for f in folder.glob(name)), None)
            if found is None or not page.is_relative_to(folder / generator.pages):
                continue
            settings = found.read_text(encoding="utf-8", errors="replace")
            reasons = [generator.image(page, settings), generator.picture if picture else ""]
            return "; ".join(filter(None, reasons))
        if (folder / ".git").exists():  # a configuration above it is that of something else
            break
    return ""
