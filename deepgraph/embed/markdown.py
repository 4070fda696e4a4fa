"""Fills the marked blocks of Markdown pages and finds those that are stale.

Everything is computed before anything is written: the page is read, its blocks are found, and the
content that they ask for is made. Content that differs from the page or from the image files beside
it is stale.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from deepgraph.embed import generators, ownership, siblings
from deepgraph.embed.blocks import MarkedBlock, Mistake, filled, find
from deepgraph.embed.content import Ask, Content, older
from deepgraph.errors import DeepgraphError, FileError, SpecError
from deepgraph.files import may_replace, read_bytes, write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Page:
    """A page as it is and as it should be.

    Attributes:
        name: the path that the user gave; that of standard input in words.
        piped: true if the page came from standard input, so that it is no file to be written.
        text: the page as it is.
        fresh: the page as it should be.
        blocks: the number of its blocks.
        images: the files that its blocks refer to, with the content that they should have.
        stale: one entry for each block or image that has to be written.
        mistakes: the mistakes that a person has to mend first.
        orphans: images that deepgraph drew for the page and that no block refers to any more.
        lost: why the site generator of the page would lose its images, and what to do; or empty.
    """

    name: str
    piped: bool = False
    text: str = ""
    fresh: str = ""
    blocks: int = 0
    images: dict[Path, bytes] = field(default_factory=dict)
    stale: list[Mistake] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    orphans: list[Path] = field(default_factory=list)
    lost: str = ""

    def write(self) -> list[str]:
        """Write all files that differ, images first; returns the names of the written files.

        Raises:
            FileError: a file cannot be written.
        """
        written = []
        for path, content in self.images.items():
            if _differs(path, content):
                write_bytes(path, content)
                written.append(str(path))
        if self.fresh != self.text and not self.piped:
            write_bytes(self.name, self.fresh.encode())
            written.append(self.name)
        return written


@dataclass
class _Places:
    """Where images may go, and which there are so far.

    Attributes:
        root: images go into this folder or below; `None` is the folder of their page.
        force: true if they may replace files that deepgraph did not draw.
        drawn: each image by its real path, with the block that draws it.
    """

    root: Path | None
    force: bool
    drawn: dict[str, tuple[bytes, str]] = field(default_factory=dict)


def refresh(
    names: Iterable[str],
    *,
    root: str | os.PathLike[str] | None = None,
    force: bool = False,
    piped: bytes | None = None,
) -> list[Page]:
    """Compute the content that the blocks of pages should have. Nothing is written.

    A page may come from anywhere, so it may not choose what is overwritten: an image goes into the
    folder of its page or below, and replaces only an image that deepgraph drew.

    Args:
        names: the paths of the pages; the paths in markers are relative to their page.
        root: images may go into this folder or below instead.
        force: images may replace any file.
        piped: the content of the page that is called `-`, which stands in the current folder.
    """
    places = _Places(None if root is None else Path(root), force)
    found: dict[str, Page] = {}
    for name in names:
        key = os.path.realpath(name)
        if key not in found:
            stdin = piped if name == "-" else None
            found[key] = _refreshed(name, places) if stdin is None else _read(stdin, places)
    pages = list(found.values())
    for page in pages:
        page.orphans = [
            path for path in page.orphans if os.path.realpath(path).casefold() not in places.drawn
        ]
    return pages


def _refreshed(name: str, places: _Places) -> Page:
    page = Page(name)
    try:
        content = read_bytes(name)
    except FileError as error:
        page.mistakes = [Mistake(0, str(error).removeprefix(f"{name}: "))]
        return page
    may_replace(name)  # filling it again is what this is for
    # A link is another name of its page: paths and images are those of the page.
    path = Path(os.path.relpath(os.path.realpath(name)) if os.path.islink(name) else name)
    return _filled(page, content, path, places)


def _read(content: bytes, places: _Places) -> Page:
    """The page of standard input; its images are called `stdin.xor.svg`."""
    return _filled(Page("standard input", True), content, Path("stdin.md"), places)


def _filled(page: Page, whole: bytes, path: Path, places: _Places) -> Page:
    """Compute a page from its content as it is; `path` is where it lies."""
    try:
        page.text = page.fresh = whole.decode()
    except UnicodeDecodeError as error:
        page.mistakes = [Mistake(0, f"this is not UTF-8: byte {error.start:,} is {error.reason}")]
        return page
    mark = "\ufeff" if page.text.startswith("\ufeff") else ""
    text = page.text.removeprefix(mark)
    blocks, page.mistakes = find(text, html=_is_html(path))
    page.blocks = len(blocks)
    unread = {mistake.line for mistake in page.mistakes}
    uses: Counter[str] = Counter()
    contents, left = [], set[Path]()
    for block in blocks:
        if block.line in unread:
            continue
        try:
            content = _content(block, path, uses)
        except DeepgraphError as error:
            lines = str(error).splitlines() if isinstance(error, SpecError) else [str(error)]
            page.mistakes += [Mistake(block.line, line) for line in lines]
            continue
        page.mistakes += _misplaced(page.name, path, block, content, places)
        page.images |= content.images
        page.stale += _stale(text, block, content)
        left |= siblings.references(text[block.start : block.stop], path.parent)
        contents.append((block, content.text))
    page.mistakes.sort(key=lambda mistake: mistake.line)
    page.fresh = mark + filled(text, contents)
    page.orphans = siblings.orphans(path, page.fresh, page.images, left)
    if page.images and not page.piped:
        page.lost = generators.lost(path, picture=any("<picture>" in text for _, text in contents))
    return page


def _content(block: MarkedBlock, page: Path, uses: Counter[str]) -> Content:
    ask = Ask.read(block.words)

    def stem() -> str:
        """`README.xor`, and `README.xor.2` for the second image of a spec."""
        base = f"{siblings.stem(page)}.{PurePosixPath(ask.spec.replace(os.sep, '/')).stem}"
        uses[base] += 1
        return base if uses[base] == 1 else f"{base}.{uses[base]}"

    return ask.content(page.parent, stem, html=_is_html(page))


def _is_html(page: Path) -> bool:
    return page.suffix.lower() in siblings.HTML


def _misplaced(
    name: str, page: Path, block: MarkedBlock, content: Content, places: _Places
) -> list[Mistake]:
    """Mistakes for images that may not be written, or that another block draws differently."""
    folders = dict.fromkeys(path.parent for path in content.images)
    wrong = [
        Mistake(block.line, f"{folder}: no such folder; make it first")
        for folder in folders
        if not folder.is_dir()
    ]
    root = page.parent if places.root is None else places.root
    for path, image in content.images.items():
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
            message = f"{path} lies outside {root}; --root FOLDER names a folder for pictures"
            wrong.append(Mistake(block.line, message))
        elif (
            path.exists()
            and not places.force
            and _differs(path, image)
            and not ownership.drawn(path)
        ):
            message = f"{path} was not drawn by deepgraph; name another with -o, or give --force"
            wrong.append(Mistake(block.line, message))
    for path, image in content.images.items():
        place = f"{name}:{block.line}"
        # Where folders tell no capitals, as on macOS and Windows, two such names are one file.
        real = os.path.realpath(path).casefold()
        other, owner = places.drawn.setdefault(real, (image, place))
        if other != image:
            message = f"{path} is what {owner} draws, too, and differently; name another with -o"
            wrong.append(Mistake(block.line, message))
    return wrong


def _stale(text: str, block: MarkedBlock, content: Content) -> list[Mistake]:
    found = []
    spelled = block.spelled(content.text), block.spelled(older(content.text))
    if text[block.start : block.stop] not in spelled:
        empty = not text[block.start : block.stop].strip(" \t>\r\n")
        found.append(Mistake(block.line, "the block is empty" if empty else "the block is stale"))
    for path, image in content.images.items():
        if _differs(path, image):
            what = "is stale" if path.exists() else "is missing"
            found.append(Mistake(block.line, f"{path} {what}"))
    return found


def _differs(path: Path, content: bytes) -> bool:
    """True if a file has another content; line ends may differ, since git may change them."""
    try:
        there = path.read_bytes()
    except OSError:
        return True
    return there != content and there.replace(b"\r\n", b"\n") != content
