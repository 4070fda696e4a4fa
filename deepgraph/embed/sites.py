"""Where a fence stands: the page that is being rendered, and the folders of its site.

MkDocs and Zensical leave traces of the page in the `Markdown` object that renders it. This is the
one place that knows them.
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
        page: the file of the page, if it is known.
        folders: where a path may lead from, the first one first: the folder of the page, the
            folder of all pages, the folder of the configuration.
        fails: whether a mistake must end the build by an exception, since nothing else will.
        watched: files whose change makes the site render its pages again; `None` where every build
            renders every page.
    """

    page: Path | None
    folders: tuple[Path, ...]
    fails: bool = False
    watched: frozenset[Path] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, md: Markdown) -> Site:
        """The site that a page is rendered for; of plain Python-Markdown the current folder."""
        try:
            if "relpath" in md.treeprocessors:
                return cls._of_mkdocs(md.treeprocessors["relpath"])
            if "rendering_context" in md.preprocessors:
                return cls._of_zensical(md.preprocessors["rendering_context"])
        except (AttributeError, KeyError):  # a version that keeps these things elsewhere
            pass
        return cls(None, (Path.cwd(),))

    @classmethod
    def _of_mkdocs(cls, processor: Any) -> Site:
        config = processor.config
        docs = Path(config.docs_dir)
        page = docs / processor.file.src_uri  # where it would be, if a plugin has made it
        folders = (page.parent, docs, Path(config.config_file_path or docs).parent)
        return cls(page, tuple(dict.fromkeys(folders)))

    @classmethod
    def _of_zensical(cls, processor: Any) -> Site:
        """Zensical counts no messages for its `--strict`, and renders a page when it changes."""
        config = processor.config
        root = Path(config["root_dir"])
        docs = root / config["docs_dir"]
        page = docs / processor.page.path
        watched = frozenset(Path(path) for path, _ in config.get("watched_files", ()))
        folders = tuple(dict.fromkeys((page.parent, docs, root)))
        return cls(page, folders, bool(config.get("strict")), watched)

    @property
    def name(self) -> str:
        """The page as messages call it: `docs/index.md`."""
        return "page" if self.page is None else self.told(self.page)

    def lines(self) -> list[str]:
        """The page as its author wrote it, front matter included; empty if that is unknown."""
        if self.page is None:
            return []
        try:
            return self.page.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError):  # made by a plugin, or told apart by one
            return []

    def told(self, path: Path) -> str:
        """A path as a person in the folder of the configuration writes it."""
        return os.path.relpath(path, self.folders[-1])

    def find(self, written: str) -> Path:
        """The file that a fence names.

        Raises:
            MissingFileError: no folder has it; the message says where it was looked for.
        """
        places = [folder / written for folder in self.folders]
        for place in places:
            if place.exists():
                return place
        looked = ", ".join(dict.fromkeys(self.told(place) for place in places))
        raise MissingFileError(f"{written}: no such file; looked for {looked}")
