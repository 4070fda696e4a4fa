"""The words of a marker -> the text of its block, and the image files beside the page."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from html import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from deepgraph.embed.ownership import marked
from deepgraph.errors import OptionError
from deepgraph.options import explanation_formats as explained
from deepgraph.options import picture_formats
from deepgraph.request.options import OPTIONS, TABLES, words
from deepgraph.request.request import ask
from deepgraph.words.markdown_text import plain
from deepgraph.words.messages import Nearest, either

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepgraph.options.drawing import ThemeName
    from deepgraph.options.picture_formats import Format
    from deepgraph.request.diagram import Diagram
    from deepgraph.request.options import Kind
    from deepgraph.request.value_table import Table

COMMANDS: dict[str, Kind] = {
    "render": "diagram",
    "explain": "explain",
    "eval": "eval",
    "jacobian": "jacobian",
    "diff": "diff",
    "value": "value",
}
"""Commands that may precede the spec; the default is `render`."""
_FIRST = [name for name, kind in COMMANDS.items() if kind != "value"]
"""Those of blocks that stand on lines of their own."""
FORMATS: dict[Kind, dict[str, str]] = {
    "diagram": {row.name: row.language for row in picture_formats.FORMATS.values()},
    "explain": {"markdown": ""} | {row.name: row.language for row in explained.FORMATS.values()},
    "eval": {"markdown": ""},
    "jacobian": {"markdown": ""},
    "value": {"text": ""},
    "diff": {
        **dict.fromkeys((*picture_formats.IMAGES, "html", "markdown"), ""),
        **{"text": "text", "json": "json"},
    },
}
"""The formats, the default first, and for a text the language of its fence; else empty."""
_ODD = re.compile(r"[\s'\"\\]")
"""What a text of several values would be split at."""
IMAGES = either("or", picture_formats.IMAGES)
SUFFIXES = either("or", [f".{name}" for name in picture_formats.IMAGES])
OWN = ("format", "output", "alt", "width")
"""Options of the block itself; all others are those of the command."""


@dataclass(frozen=True)
class Content:
    """The content of a block.

    Attributes:
        text: Markdown, or HTML in a page of HTML.
        images: the content of every file that the text refers to.
    """

    text: str
    images: dict[Path, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """A marker, read.

    Attributes:
        kind: a picture, worked arithmetic, a table, a number or a comparison.
        spec: its path, as the marker has it; of a comparison the later one; of a number all words.
        options: those of the command, as names and texts.
        own: those of the block, by name.
        before: of a comparison, the path of the earlier spec.
    """

    kind: Kind
    spec: str
    options: tuple[tuple[str, str], ...]
    own: dict[str, str]
    before: str = ""

    @classmethod
    def read(cls, marker: Sequence[str]) -> Ask:
        """Read the words of a marker.

        Raises:
            OptionError: they name no spec, or more than one, or an option twice.
        """
        if marker and marker[0] == "value":
            return cls("value", shlex.join(marker[1:]), (), {})
        alone, options = words(["--output" if word == "-o" else word for word in marker])
        kind = COMMANDS.get(alone[0], "diagram") if len(alone) > 1 else "diagram"
        if kind == "diff" and len(alone) != 3:
            raise OptionError(f"diff compares two specs, before and after; got {len(alone) - 1}")
        if kind != "diff" and len(alone) != 1 + (len(alone) > 1 and alone[0] in COMMANDS):
            told = f"got {shlex.join(alone)}" if alone else "there is none"
            near = "" if len(alone) < 2 else Nearest(COMMANDS)(alone[0])
            pair = next((word for word in alone[1:] if "=" in word), None)
            if pair is not None:  # directives and fences take it without
                near = f"; every value has an option before it: --set {shlex.quote(pair)}"
            raise OptionError(
                f"a marker names one spec, {' or '.join(_FIRST)} before it; {told}{near}"
            )
        own: dict[str, str] = {}
        given = []
        for name, text in options:
            if name in OWN and name in own:
                raise OptionError(f"{name} is given twice")
            if name in OWN:
                own[name] = text
                continue
            option = OPTIONS[kind].get(name.replace("-", "_"))
            # A word of a command line is one value, even with spaces in it.
            is_split = option is not None and option.many and (not text or _ODD.search(text))
            given.append((name, shlex.quote(text) if is_split else text))
        return cls(kind, alone[-1], tuple(given), own, alone[1] if kind == "diff" else "")

    def content(self, folder: Path, stem: Callable[[], str], *, html: bool = False) -> Content:
        """Make the content of the block.

        Args:
            folder: the folder of the page, where paths start.
            stem: returns a name for the images, without a suffix, if the marker names none.
            html: True for a page of HTML, which shows no Markdown.

        Raises:
            DeepgraphError: the spec, a table or an option is wrong.
        """
        spec = shlex.join([self.before, self.spec]) if self.kind == "diff" else self.spec
        asked = ask(self.kind, spec, self.options, folder=folder, door="command")
        from deepgraph.embed import html as in_html  # loads explain, which a picture can spare

        form = self._format(html=html)
        if self.kind == "diff" and form in ("markdown", "text", "json"):
            found = asked.comparison.found
            text = found.json() if form == "json" else getattr(found, form)()
            text = text or "Nothing differs."
        elif self.kind in ("diagram", "diff"):
            diagram = asked.diagram()
            if form in picture_formats.IMAGES:
                return self._image(diagram, cast("Format", form), folder, stem, html=html)
            text = diagram.file(cast("Format", form)).decode()
        elif self.kind == "value":
            text = escape(asked.number()) if html else plain(asked.number())
        elif self.kind in TABLES:
            text = in_html.table(asked.table()) if html else table(asked.table())
        elif form == "markdown":
            text = asked.explanation().markdown(headings=False)
        else:
            text = getattr(asked.explanation(), form)()
        language = FORMATS[self.kind][form]
        if not language:
            return Content(text)
        return Content(in_html.preformatted(text) if html else fenced(text, language))

    def _format(self, *, html: bool) -> str:
        """The chosen format, or that of the named image, or the default."""
        known = FORMATS[self.kind]
        if html and self.kind not in TABLES:  # arithmetic is preformatted text there
            known = {name: language for name, language in known.items() if name != "markdown"}
        output, form = self.own.get("output"), self.own.get("format")
        if form is not None and form not in known:
            told = f"one of {', '.join(known)}" if len(known) > 1 else next(iter(known))
            raise OptionError(f'format is {told}, got "{form}"{Nearest(known)(form)}')
        suffix = PurePosixPath(output or "").suffix.lower().removeprefix(".")
        images = picture_formats.IMAGES if self.kind in ("diagram", "diff") else ()
        chosen = form or (suffix if suffix in images else next(iter(known)))
        if chosen not in images:
            for name in ("output", "alt", "width"):
                if name in self.own:
                    raise OptionError(f"{name} is for an image: {IMAGES}")
        if output is not None and suffix not in images:
            raise OptionError(f"{output} is no image; end it in {SUFFIXES}")
        if output is not None and suffix != chosen:
            raise OptionError(f"{output} is no name of a {chosen}; end it in .{chosen}")
        return chosen

    def _image(
        self,
        diagram: Diagram,
        form: Format,
        folder: Path,
        stem: Callable[[], str],
        *,
        html: bool,
    ) -> Content:
        """A light and a dark image, or one of the chosen theme."""
        name = self.own.get("output") or f"{stem()}.{form}"
        alt = self.own.get("alt") or diagram.alt
        width = self.own.get("width", "")
        if width and not (width.isascii() and width.isdigit()):
            raise OptionError(f"width is a number of px, got {width!r}")
        if diagram.theme is not None or form == "pdf":
            text = f"![{plain(alt)}]({_address(name)})"
            if width or html:
                text = _img(name, alt, width)
            return Content(text, {folder / name: marked(diagram.file(form))})
        dark = f"{name.removesuffix(f'.{form}')}.dark.{form}"
        source = f'<source media="(prefers-color-scheme: dark)" srcset="{_address(dark)}" />'
        text = f"<picture>\n  {source}\n  {_img(name, alt, width)}\n</picture>"
        themes: tuple[tuple[str, ThemeName], ...] = ((name, "light"), (dark, "dark"))
        files = {folder / path: marked(diagram.file(form, theme)) for path, theme in themes}
        return Content(text, files)


def _img(name: str, alt: str, width: str) -> str:
    # Jekyll, Vue and macros of MkDocs would evaluate what stands in braces.
    size = f' width="{width}"' if width else ""
    spelled = escape(re.sub(r"\s+", " ", alt)).replace("{", "&#123;").replace("}", "&#125;")
    return f'<img alt="{spelled}" src="{_address(name)}"{size} />'


def _address(name: str) -> str:
    """The address of a file beside the page, or below.

    Bundlers take a bare name for that of a package; `./` is what all understand.

    >>> _address("a b.svg"), _address("../a.svg"), _address(".a.svg")
    ('./a%20b.svg', '../a.svg', './.a.svg')
    """
    return quote(name) if name.startswith(("./", "../", "/")) else f"./{quote(name)}"


def older(text: str) -> str:
    """The same block as it was spelled without `./` and ` /`, which is not stale either.

    >>> older('<img src="./a.svg" /> ![b](./b.svg)')
    '<img src="a.svg"> ![b](b.svg)'
    """
    return re.sub(r'((?:src|srcset)="|\]\()\./', r"\1", text).replace('" />', '">')


def fenced(text: str, language: str) -> str:
    """Put a text into a fenced block, with more back ticks than it holds in a row.

    >>> fenced("a\\n", "text")
    '```text\\na\\n```'
    """
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}"


def table(values: Table) -> str:
    """A table in GitHub's dialect, with numbers aligned to the right."""
    rows = [values.header, *values.rows]
    lines = [f"| {' | '.join(map(plain, row))} |" for row in rows]
    ruler = "|".join("--:" if numeric else ":--" for numeric in values.numeric)
    lines.insert(1, f"|{ruler}|")
    return "\n".join(lines) + (f"\n\n{plain(values.note)}" if values.note else "")
