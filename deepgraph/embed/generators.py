"""Knows which site generator a page is for, and whether that would lose an image beside it.

Each was tried in November 2026, with pages that `deepgraph embed` had filled; docs/markdown.md has
the table.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAIN = "say --theme auto in its marker, which makes one image in Markdown"
"""The cure for a `<picture>` whose files a generator does not take along."""
STARTS = ("index", "_index", "readme")
"""Pages that stay in their folder where others become a folder of their own, in small letters."""


@dataclass(frozen=True)
class Place:
    """A page in a site.

    Attributes:
        page: the file.
        folder: of the configuration.
        settings: the text of the configuration, without comments.
    """

    page: Path
    folder: Path
    settings: str

    def setting(self, name: str) -> str:
        """The text of a setting of one line in YAML, TOML, JSON or JavaScript; empty if unset."""
        value = r"""(?:"([^"\n]*)"|'([^'\n]*)'|([^"'\s,}]+))"""
        wanted = rf"""^[\s{{,]*["']?{name}["']?\s*[:=]\s*{value}"""
        found = re.search(wanted, self.settings, re.M | re.I)
        return next(filter(None, found.groups()), "") if found else ""

    @property
    def starts(self) -> bool:
        """True for the first page of a folder."""
        return self.page.stem.lower() in STARTS


@dataclass(frozen=True)
class Generator:
    """A site generator.

    Attributes:
        name: of it.
        files: patterns for its configuration, beside or above a page.
        pages: the folder of its pages, from that of the configuration; empty for all of it.
        key: the setting that names another folder.
        has: true if a page below that folder is one of the site.
        picture: what becomes of a `<picture>`, and what to do; empty if it is shown.
        image: likewise for any image.
    """

    name: str
    files: tuple[str, ...]
    picture: Callable[[Place], str]
    pages: str = ""
    key: str = ""
    has: Callable[[Place], bool] = lambda place: True
    image: Callable[[Place], str] = lambda place: ""


def _always(text: str) -> Callable[[Place], str]:
    return lambda place: f"{text}; {PLAIN}"


def _of_folders(name: str) -> Callable[[Place], str]:
    """A generator that makes folders of pages, and rewrites no address in HTML."""

    def told(place: Place) -> str:
        if place.starts or place.setting("use_directory_urls") == "false":
            return ""
        return f"{name} does not follow a <picture> to its files; {PLAIN}"

    return told


def _html_in_hugo(place: Place) -> str:
    if re.search(r"""\bunsafe["']?\s*[:=]\s*true""", place.settings):
        return ""
    return f"Hugo drops HTML in a page unless markup.goldmark.renderer.unsafe is true; {PLAIN}"


def _of_hugo(place: Place) -> str:
    if place.page.name in ("index.md", "_index.md"):
        return ""
    return (
        f"Hugo takes along only the images of a page bundle: make it {place.page.stem}/index.md, "
        "its images beside it"
    )


def _of_jekyll(place: Place) -> str:
    page = place.page
    if "_posts" in page.parts:
        return (
            "Jekyll publishes no image of _posts, and a post elsewhere: keep the picture in a "
            "folder such as assets, and refer to it with {{ '/assets/…' | relative_url }}"
        )
    folder = posixpath.join("/", page.parent.relative_to(place.folder).as_posix())
    stays = posixpath.normpath(posixpath.join(folder, f"{page.stem}.html"))
    own = _front_matter(page).setting("permalink")
    style = place.setting("permalink")
    moves = not place.starts and (style == "pretty" or style.endswith("/"))
    if own:
        moves = posixpath.dirname(own) != posixpath.dirname(stays)
    if not moves:
        return ""
    what = f"the permalink {own} moves" if own else "with pretty permalinks Jekyll moves"
    return f"{what} the page and not its images: give it the front matter permalink: {stays}"


def _front_matter(page: Path) -> Place:
    """The settings of a page itself."""
    found = re.match(r"---\s*\n(.*?)\n(?:---|\.\.\.)\s*(?:\n|$)", _text(page), re.S)
    return Place(page, page.parent, found[1] if found else "")


def _text(file: Path) -> str:
    """The text of a file; empty if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _below(place: Place) -> bool:
    """A page beside the configuration is for those who read the repository."""
    return place.page.parent != place.folder


def _in_sphinx(place: Place) -> bool:
    """Sphinx reads Markdown by an extension, and no page that is excluded."""
    settings = place.settings
    reads = "myst" in settings or "recommonmark" in settings
    return reads and place.page.name not in settings


GENERATORS = (
    Generator(
        "Docusaurus",
        ("docusaurus.config.*",),
        _always("Docusaurus takes no file of a <picture> along"),
        has=_below,
    ),
    Generator(
        "Astro",
        ("astro.config.*",),
        _always("Astro loses the files of a <picture>"),
        "src",
        "srcDir",
    ),
    Generator(
        "Hugo",
        (
            *("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"),
            *("config/_default/*.toml", "config/_default/*.y*ml", "config/_default/*.json"),
        ),
        _html_in_hugo,
        "content",
        "contentDir",
        image=_of_hugo,
    ),
    Generator(
        "Hugo before 0.110",
        ("config.toml", "config.yaml", "config.yml", "config.json"),
        _html_in_hugo,
        "content",
        "contentDir",
        lambda place: bool(place.setting("baseURL")),  # others have such a file, too
        _of_hugo,
    ),
    Generator("MkDocs", ("mkdocs.yml", "mkdocs.yaml"), _of_folders("MkDocs"), "docs", "docs_dir"),
    Generator("Zensical", ("zensical.toml",), _of_folders("Zensical"), "docs", "docs_dir"),
    Generator("Jupyter Book 1", ("_toc.yml",), _always("Sphinx loses the files of a <picture>")),
    Generator(
        "Sphinx",
        ("conf.py",),
        _always("Sphinx loses the files of a <picture>"),
        has=_in_sphinx,
    ),
    Generator("Jekyll", ("_config.yml",), lambda place: "", image=_of_jekyll),
)
"""The first that fits a page counts."""


def lost(page: Path, *, picture: bool) -> str:
    """Why the images of a page would be lost, and what to do; empty if they are shown.

    Args:
        page: the file.
        picture: True if an image is a `<picture>` for light and dark pages.
    """
    page = page.absolute()
    for folder in page.parents:
        for generator in GENERATORS:
            found = [f for name in generator.files for f in sorted(folder.glob(name))]
            whole = "\n".join(map(_text, found))
            settings = re.sub(r"^\s*(?:#|//).*|\s#.*", "", whole, flags=re.M)
            place = Place(page, folder, settings)
            chosen = place.setting(generator.key) if generator.key else ""
            pages = folder / (chosen or generator.pages)
            if not found or not page.is_relative_to(pages) or not generator.has(place):
                continue
            reasons = [generator.image(place), generator.picture(place) if picture else ""]
            return "; ".join(filter(None, reasons))
        if (folder / ".git").exists():  # a configuration above it is that of something else
            break
    return ""
