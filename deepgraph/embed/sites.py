"""Finds the page that is being rendered, the folders of its site, and the line of a fence.

MkDocs, mkdocstrings and Zensical leave traces of page and folders in the `Markdown` object that
renders the page. Only this module knows these traces.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepgraph.errors import MissingFileError
from deepgraph.files import absent, write_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from markdown import Markdown

_FENCE = re.compile("`{3,}|~{3,}")
_READABLE = re.compile(r"""(?:\s*[a-zA-Z]\w*(?:=(?:"[^"]*"|'[^']*'))?)+""")
"""Options that superfences can read."""


@dataclass(frozen=True)
class Site:
    """The page and its site.

    Attributes:
        page: the file of the page; `None` if unknown.
        folders: where paths are looked for, in this order: the folder of the page, the folder of
            all pages, the folder of the configuration.
        fails: True if a mistake must raise an exception, since nothing else ends the build.
        watched: the files, and folders with all their files, whose change makes the site render
            its pages again; `None` if every build renders every page.
        output: the folder that the site is written to; `None` if no file may be written there.
        url: the address of the page in the site.
        object: of Python whose docstring it is, by its path; empty for a page.
        config: of MkDocs; `None` elsewhere.
    """

    page: Path | None
    folders: tuple[Path, ...]
    fails: bool = False
    watched: frozenset[Path] | None = field(default=None, repr=False)
    output: Path | None = field(default=None, repr=False)
    url: str = ""
    object: str = ""
    config: Any = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, md: Markdown) -> Site:
        """The site of a page; with plain Python-Markdown, the current folder."""
        try:
            found = cls(None, (Path.cwd(),))
            if "relpath" in md.treeprocessors:
                found = cls._of_mkdocs(md.treeprocessors["relpath"])
            elif "rendering_context" in md.preprocessors:
                found = cls._of_zensical(md.preprocessors["rendering_context"])
            if "mkdocstrings_ids" in md.treeprocessors:  # its ids begin with the object's path
                prefix: str = md.treeprocessors["mkdocstrings_ids"].id_prefix
                found = replace(found, object=prefix.removesuffix("--"))
            return found
        except (AttributeError, KeyError):  # another version of the site generator
            pass
        return cls(None, (Path.cwd(),))

    @classmethod
    def _of_mkdocs(cls, processor: Any) -> Site:
        config = processor.config
        docs = Path(config.docs_dir).absolute()
        page = docs / processor.file.src_uri  # need not exist if a plugin makes the page
        # `mkdocs build -f mkdocs.yml` gives a relative path.
        folders = (page.parent, docs, Path(config.config_file_path or docs).absolute().parent)
        output = getattr(config, "site_dir", None)  # an older version may lack it
        url = str(getattr(processor.file, "url", ""))
        found = tuple(dict.fromkeys(folders))
        written = output and Path(output)
        watched = None
        if "serve" in sys.argv[1:]:
            named = (docs, config.config_file_path or docs, *(getattr(config, "watch", None) or ()))
            watched = frozenset(Path(os.path.abspath(path)) for path in named)
        return cls(page, found, watched=watched, output=written, url=url, config=config)

    def beside(self, name: str, content: bytes) -> str:
        """Write a file of the site, and give its address on the page.

        Raises:
            FileError: it cannot be written.
        """
        assert self.output is not None
        folder = self.output / "assets" / "deepgraph"
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(folder / name, content)
        here = self.url if self.url.endswith("/") else posixpath.dirname(self.url)
        return posixpath.relpath(f"assets/deepgraph/{name}", here.strip("/") or ".")

    @classmethod
    def _of_zensical(cls, processor: Any) -> Site:
        """The site of Zensical: it renders changed pages only, and `--strict` ignores the log.

        An exception would end `serve` at the first typo, so there a mistake is only shown.
        """
        config = processor.config
        root = Path(config["root_dir"])
        docs = root / config["docs_dir"]
        page = docs / processor.page.path
        watched = frozenset(Path(path) for path, _ in config.get("watched_files", ()))
        folders = tuple(dict.fromkeys((page.parent, docs, root)))
        strict = bool(config.get("strict")) or not {"--strict", "-s"}.isdisjoint(sys.argv[1:])
        return cls(page, folders, strict and "serve" not in sys.argv[1:], watched)

    @property
    def name(self) -> str:
        """The page in messages, `docs/index.md`; or the object whose docstring it is."""
        if self.object:
            return self.object
        return "page" if self.page is None else self.relative(self.page)

    @property
    def has_sheet(self) -> bool:
        """True if the plugin of MkDocs lets every page load the rules of the diagrams."""
        return "deepgraph" in getattr(self.config, "plugins", ())

    def lines(self) -> list[str]:
        """The lines of the page as its author wrote it, with front matter; empty if unknown."""
        if self.page is None or self.object:
            return []
        try:
            return self.page.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError):  # a plugin makes the page
            return []

    def relative(self, path: Path) -> str:
        """A path relative to the folder of the configuration, for messages."""
        return os.path.relpath(path, self.folders[-1])

    def watches(self, path: Path) -> bool:
        """True if a change of a file reaches its pages; a link counts where it stands."""
        if self.watched is None:
            return True
        places = {Path(os.path.abspath(path)), path.resolve()}
        return any({place, *place.parents} & self.watched for place in places)

    def find(self, written: str) -> Path:
        """The file for a path in a fence; with a slash before it, from the folder of all pages.

        Raises:
            MissingFileError: the file is in none of the folders, which the message lists.
        """
        if written.startswith("/"):
            places = [folder / written.lstrip("/") for folder in self.folders[-2:]]
            places.append(Path(written))
        else:
            places = [folder / written for folder in self.folders]
        for place in places:
            if place.exists():
                return place
        looked = ", ".join(dict.fromkeys(self.relative(place) for place in places))
        raise MissingFileError(f"{written}: no such file{self._near(written)}; looked for {looked}")

    def _near(self, written: str) -> str:
        """A file with a similar name, as a fence would spell it."""
        for folder in self.folders:
            place = os.path.normpath(folder / written)
            _, _, said = absent(place, Path(written).suffix).partition('; did you mean "')
            if said:
                near = Path(os.path.relpath(said.removesuffix('"?'), folder)).as_posix()
                return f'; did you mean "{near}"?'
        return ""


def twice(header: str) -> str:
    """An option that an opening line in quotes gives twice: superfences keeps the last one alone.

    >>> twice('set="x1=0" theme="dark" set="x2=1"'), twice('alt="set= set="')
    ('set', '')
    """
    names = re.findall(r"""([a-zA-Z][\w-]*)=(?:"[^"]*"|'[^']*'|[^\s"']+)""", header)
    return next((name for name in names if names.count(name) > 1), "")


def find_fence(
    lines: Sequence[str], after: int, language: str, source: str, options: Collection[str]
) -> tuple[int | None, str]:
    """The line of a fence, from 1, and the options in it that superfences could not read.

    superfences passes neither on, so the fence is found by its language, options and content.

    Args:
        lines: the lines of the page.
        after: the line of the fence before this one; 0 if there is none.
        language: the word behind the back ticks.
        source: the content of the fence.
        options: the texts of the options that superfences could read.

    Returns:
        The line, `None` if the fence is not found; and the options, empty if all could be read.
    """
    word = re.escape(language)
    begins = re.compile(rf"\.?{word}(?![\w-])|{{.*\.{word}\b")
    content = [line.strip() for line in source.strip("\n").split("\n")]
    for number, header in _openings(lines):
        if number <= after or not begins.match(header):
            continue
        if not all(text in header for text in options):
            continue
        behind = lines[number : number + len(content)]
        if source.strip() and [text.strip(" \t>") for text in behind] != content:
            continue
        rest = header.removeprefix(language).strip()
        readable = not rest or "{" in rest or bool(_READABLE.fullmatch(rest))
        if options or not readable or not rest:
            return number, "" if readable else rest
    return None, ""


def _openings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that open a fence, from 1, with the text behind their back ticks."""
    fence = ""
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t>")
        start = _FENCE.match(text)
        if not fence and start:
            fence = start[0]
            yield number, text.removeprefix(fence).strip()
        elif fence and text == fence:
            fence = ""
