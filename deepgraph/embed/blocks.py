"""Finds the marked blocks of a page of Markdown or HTML and fills them with new content.

    <!-- deepgraph: spec.json --set x=0.5 -->
    what deepgraph writes
    <!-- /deepgraph -->

One number may stand in a sentence, `<!-- deepgraph: value spec.json y x=0.5 -->0.49<!-- /deepgraph
-->`.
A CommonMark parser decides what is code: a marker in a code block or between backticks is only an
example. In a page of HTML a marker in a script or a style is none. Everything outside the blocks
keeps its characters, line ends included.
"""

from __future__ import annotations

import re
import shlex
from bisect import bisect_right
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

START, END = "<!-- deepgraph: SPEC … -->", "<!-- /deepgraph -->"
INLINE = "value"
"""The first word of a marker that may stand in a sentence."""
_ALONE = (
    "a marker stands on a line of its own; for one number in a sentence write "
    "<!-- deepgraph: value SPEC NODE … -->"
)

_CUT = (
    "a number at the start of a line cuts the paragraph, since Markdown takes the line for HTML; "
    "move a word of the sentence in front of it"
)

_START = re.compile(r"\s*deepgraph\s*:(.*)", re.DOTALL | re.IGNORECASE)
_END = re.compile(r"\s*/\s*deepgraph\s*", re.IGNORECASE)
_CONTAINER_ENDS = (
    *("blockquote_close", "list_item_close"),
    *("bullet_list_close", "ordered_list_close"),
)


@dataclass(frozen=True)
class MarkedBlock:
    """One marked block.

    Attributes:
        line: the line of its start marker, from 1.
        words: the request of the marker, split as a shell splits it.
        start, stop: the range of its content in the page, in characters, line ends included.
        prefix: the start of every line of the block: spaces in a list, `> ` in a quotation; nothing
            in HTML, whose preformatted text would show it.
        newline: the line end behind the marker.
        inline: True for a number in a sentence, which has no lines of its own.
    """

    line: int
    words: tuple[str, ...]
    start: int
    stop: int
    prefix: str
    newline: str
    inline: bool = False

    def spelled(self, content: str) -> str:
        """The text in the page for a content.

        The empty lines around it separate a table or a picture from the marker, and they end the
        HTML block that some parsers begin at a comment.
        """
        if self.inline:
            return content
        lines = ["", *content.strip("\n").split("\n"), ""]
        spelled = (f"{self.prefix}{line}" if line else self.prefix.rstrip() for line in lines)
        return "".join(f"{line}{self.newline}" for line in spelled)


@dataclass(frozen=True)
class Mistake:
    """A mistake in a page that a person has to mend.

    Attributes:
        line: its line, from 1; 0 for the whole page.
        message: what is wrong, and what to write instead.
    """

    line: int
    message: str


@dataclass(frozen=True)
class _Marker:
    """A comment that is a marker: its line, from 1, and its range in the page, in characters.

    Attributes:
        asks: the text behind its colon; `None` for an end marker.
        in_text: True if a parser of Markdown finds it inside a paragraph or a cell.
        cuts: True if it begins a line beside which Markdown has a paragraph that goes on.
    """

    line: int
    start: int
    stop: int
    asks: str | None
    in_text: bool = False
    cuts: bool = False


def find(text: str, *, html: bool = False) -> tuple[list[MarkedBlock], list[Mistake]]:
    """The marked blocks of a page, in order, and all mistakes in its markers.

    Args:
        text: the page.
        html: True for a page of HTML; else it is Markdown.
    """
    lines = _Lines(text)
    markers = lines.comments_of_html() if html else lines.markers()
    wrong: list[Mistake] = []
    found: list[MarkedBlock] = []
    opened: MarkedBlock | None = None
    for marker in markers:
        before, after = lines.around(marker)
        asks = (marker.asks or "").split(maxsplit=1)
        inline = asks[:1] == [INLINE] if marker.asks is not None else opened and opened.inline
        alone = not before.strip(" \t" if html else " \t>") and not after.strip()
        if inline and marker.cuts and marker.asks is not None:
            wrong.append(Mistake(marker.line, _CUT))
        if not inline and not alone:
            wrong.append(Mistake(marker.line, _ALONE))
            if marker.in_text:
                continue
        if marker.asks is None:
            if opened is None:
                message = f"{END} ends nothing: above it, a block starts with {START}"
                wrong.append(Mistake(marker.line, message))
            else:
                stop = marker.start if inline else marker.start - len(before)
                found.append(replace(opened, stop=stop))
            opened = None
            continue
        if opened is not None:
            message = f"the block of line {opened.line} is still open; end it first: {END}"
            wrong.append(Mistake(marker.line, message))
        try:
            words = tuple(shlex.split(marker.asks))
        except ValueError:
            wrong.append(Mistake(marker.line, f"a quote is not closed:{marker.asks.rstrip()}"))
            words = ()
        start = marker.stop if inline else marker.stop + len(after)
        newline = after[len(after.rstrip("\r\n")) :]
        prefix = "" if html else before
        opened = MarkedBlock(marker.line, words, start, start, prefix, newline, bool(inline))
    if opened is not None:
        wrong.append(Mistake(opened.line, f"this block has no end; write {END} below it"))
    return found, sorted(dict.fromkeys(wrong), key=lambda mistake: mistake.line)


def filled(text: str, contents: list[tuple[MarkedBlock, str]]) -> str:
    """The page with new contents in its blocks, which are in order."""
    pieces, at = [], 0
    for block, content in contents:
        pieces += [text[at : block.start], block.spelled(content)]
        at = block.stop
    return "".join([*pieces, text[at:]])


class _Lines:
    """The lines of a page; as in CommonMark, they end with LF, CR LF or CR."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
        self.starts = [0, *accumulate(map(len, self.lines))]

    def number(self, at: int) -> int:
        """The line of a character, from 0."""
        return min(bisect_right(self.starts, at) - 1, len(self.lines) - 1)

    def around(self, marker: _Marker) -> tuple[str, str]:
        """The text before it in its first line, and behind it in its last, line end included."""
        first, last = self.number(marker.start), self.number(marker.stop - 1)
        before = self.text[self.starts[first] : marker.start]
        return before, self.text[marker.stop : self.starts[last + 1]]

    def markers(self) -> list[_Marker]:
        """All markers of a page of Markdown, in order."""
        found: list[_Marker] = []
        tokens = _tokens(self.text)
        for place, token in enumerate(tokens):
            if token.type not in ("html_block", "inline"):
                continue
            assert token.map is not None  # every block knows its lines
            first, last = token.map
            start, stop = self.starts[first], self.starts[min(last, len(self.lines))]
            if token.type == "html_block":
                inside = list(self._comments(start, stop))
                if inside and self._begins(inside[0], first):
                    inside[0] = replace(inside[0], cuts=_is_beside_text(tokens, place))
                found += inside
                continue
            for child in token.children or ():
                if child.type not in ("html_inline", "code_inline"):
                    continue
                # The same text may stand between back ticks before, so those are passed, too.
                at = self.text.find(child.content, start, stop)
                if at >= 0:
                    start = at + len(child.content)
                    if child.type == "html_inline":
                        found += [replace(one, in_text=True) for one in self._comments(at, start)]
        return found

    def _begins(self, marker: _Marker, line: int) -> bool:
        """True if a line begins with a marker, behind the marks of lists and quotations."""
        before, _ = self.around(marker)
        return marker.line == line + 1 and "<" not in before

    def comments_of_html(self) -> list[_Marker]:
        """All markers of a page of HTML, in order."""
        places = _Comments(self.text).places
        return [marker for start, stop in places for marker in self._comments(start, stop)]

    def _comments(self, start: int, stop: int) -> Iterator[_Marker]:
        at = start
        while (begin := self.text.find("<!--", at, stop)) >= 0:
            end = self.text.find("-->", begin + 4, stop)
            if end < 0:
                return
            at = end + 3
            begins, ends = _read(self.text[begin:at])
            if begins or ends:
                asks = begins[1] if begins else None
                yield _Marker(self.number(begin) + 1, begin, at, asks)


class _Comments(HTMLParser):
    """The comments of a page of HTML: their ranges, in characters."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: list[tuple[int, int]] = []
        # The parser counts lines by line feeds alone.
        self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.feed(text)
        self.close()

    def handle_comment(self, data: str) -> None:
        line, column = self.getpos()
        start = self.starts[line - 1] + column
        self.places.append((start, start + len(f"<!--{data}-->")))


def _read(comment: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """The match of a comment as a start marker, and as an end marker."""
    inside = comment.removeprefix("<!--").removesuffix("-->")
    return _START.fullmatch(inside), _END.fullmatch(inside)


def _tokens(text: str) -> list[Token]:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").parse(text)


def _is_beside_text(tokens: list[Token], place: int) -> bool:
    """True if a paragraph ends on the line above a block, or begins on the line below it.

    It may be that of a quotation or of a list, which a line without their marks continues.
    """
    block = tokens[place].map or [0, 0]
    before, behind = place, place + 1
    while before and tokens[before - 1].type in _CONTAINER_ENDS:
        before -= 1
    while behind < len(tokens) and tokens[behind].type in _CONTAINER_ENDS:
        behind += 1
    above = tokens[max(before - 3, 0) : before]  # a paragraph opens, its text, it closes
    below = tokens[behind : behind + 1]
    ends = [token.map[1] for token in above if token.type == "paragraph_open" and token.map]
    begins = [token.map[0] for token in below if token.type == "paragraph_open" and token.map]
    return (ends == [block[0]] and above[-1].type == "paragraph_close") or begins == [block[1]]
