"""Finds the page that is being rendered and the folders of its site.

MkDocs and Zensical leave traces of both in the `Markdown` object that renders the page. Only this
module knows these traces.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepgraph.errors import MissingFileError

if TYPE_CHECKING:
    from markdown import Markdown


@dataclass(frozen=True)
class Site:
    """The page and its site.

    Attributes:
        page: the file of the page; `None` if unknown.
        folders: where paths are looked for, in this order: the folder of the page, the folder of
            all pages, the folder of the configuration.
        fails: True if a mistake must raise an exception, since nothing else ends the build.
        watched: the files whose change makes the site render its pages again; `None` if every
            build renders every page.
    """

    page: Path | None
    folders: tuple[Path, ...]
    fails: bool = False
    watched: frozenset[Path] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, md: Markdown) -> Site:
        """The site of a page; with plain Python-Markdown, the current folder."""
        try:
            if "relpath" in md.treeprocessors:
                return cls._of_mkdocs(md.treeprocessors["relpath"])
            if "rendering_context" in md.preprocessors:
                return cls._of_zensical(md.preprocessors["rendering_context"])
        except (AttributeError, KeyError):  # another version of the site generator
            pass
        return cls(None, (Path.cwd(),))

    @classmethod
    def _of_mkdocs(cls, processor: Any) -> Site:
        config = processor.config
        docs = Path(config.docs_dir)
        page = docs / processor.file.src_uri  # need not exist if a plugin makes the page
        folders = (page.parent, docs, Path(config.config_file_path or docs).parent)
        return cls(page, tuple(dict.fromkeys(folders)))

    @classmethod
    def _of_zensical(cls, processor: Any) -> Site:
        """The site of Zensical: it renders changed pages only, and `--strict` ignores the log."""
        config = processor.config
        root = Path(config["root_dir"])
        docs = root / config["docs_dir"]
        page = docs / processor.page.path
        watched = frozenset(Path(path) for path, _ in config.get("watched_files", ()))
        folders = tuple(dict.fromkeys((page.parent, docs, root)))
        return cls(page, folders, bool(config.get("strict")), watched)

    @property
    def name(self) -> str:
        """The page in messages: `docs/index.md`."""
        return "page" if self.page is None else self.relative(self.page)

    def lines(self) -> list[str]:
        """The lines of the page as its author wrote it, with front matter; empty if unknown."""
        if self.page is None:
            return []
        try:
            return self.page.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError):  # a plugin makes the page
            return []

    def relative(self, path: Path) -> str:
        """A path relative to the folder of the configuration, for messages."""
        return os.path.relpath(path, self.folders[-1])

    def find(self, written: str) -> Path:
        """The file for a path in a fence.

        Raises:
            MissingFileError: the file is in none of the folders, which the message lists.
        """
        places = [folder / written for folder in self.folders]
        for place in places:
            if place.exists():
                return place
        looked = ", ".join(dict.fromkeys(self.relative(place) for place in places))
        raise MissingFileError(f"{written}: no such file; looked for {looked}")
