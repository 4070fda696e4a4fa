"""Diagrams in the fences of Markdown sites: MkDocs, Material for MkDocs, Zensical.

    ```deepgraph spec="specs/xor.json" set="x1=0 x2=1"
    ```

`formatter` and `validator` are a custom fence of `pymdownx.superfences`, which asks the validator
when it meets the opening line and the formatter when it meets the closing one. It swallows every
exception and then shows the fence as plain text, so a mistake is told here: in the page, in a box,
and in the log, where `mkdocs build --strict` counts it.
"""

from __future__ import annotations

import hashlib
import logging
import re
from html import escape
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary
from xml.etree import ElementTree

from deepgraph.embed import html
from deepgraph.embed.sites import Site
from deepgraph.errors import DeepgraphError, OptionError
from deepgraph.request.asking import ask
from deepgraph.request.diagram import fitted
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from markdown import Markdown

    from deepgraph.request.asking import Request
    from deepgraph.request.options import Kind

LOG = logging.getLogger("mkdocs.deepgraph")
"""Below the logger of MkDocs, whose `--strict` counts what is told here."""

KINDS: tuple[Kind, ...] = ("diagram", "explain", "eval")
FIGURE = ("alt", "caption", "width", "class")
"""Options of the fence itself; the others are those of the command."""
KEPT = 256
"""Diagrams that are kept while a site is served, so that only those that changed are redrawn."""

_WIDTH = re.compile(r"\d+(?:\.\d+)?(?:px|%|em|rem|vw)?")
_BOX = "border:2px solid #c62828;border-radius:4px;padding:.6em .8em;margin:1em 0;overflow-x:auto"

_FENCE = re.compile("`{3,}|~{3,}")
_READABLE = re.compile(r"""(?:\s*[a-zA-Z]\w*(?:=(?:"[^"]*"|'[^']*'))?)+""")
"""What superfences takes for options."""

_counts: WeakKeyDictionary[Markdown, int] = WeakKeyDictionary()
"""How many fences each page has had so far."""
_lines: WeakKeyDictionary[Markdown, int] = WeakKeyDictionary()
"""The line of the latest of them."""
_drawn: dict[str, str] = {}
"""Finished diagrams by the key of their request."""
_unwatched: set[Path] = set()
"""Folders that Zensical has been found not to watch, each told once."""


def validator(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: Any, md: Markdown
) -> bool:
    """Take every option as it is: `formatter` checks them, where it can tell what is wrong.

    Args:
        language: the word behind the back ticks.
        inputs: the options of the opening line.
        options: what the formatter will be given.
        attrs: unused; to refuse an option here would turn the fence into plain text.
        md: unused.
    """
    options.update(inputs)
    return True


def formatter(
    source: str,
    language: str,
    class_name: str,
    options: dict[str, str | None],
    md: Markdown,
    **more: Any,
) -> str:
    """The HTML of a fence: a figure, worked arithmetic or a table; or a box with what is wrong.

    Args:
        source: what stands in the fence: nothing, or a spec as JSON.
        language: the word behind the back ticks.
        class_name: of the configuration; a class of the figure.
        options: of the opening line; a switch stands for itself.
        md: what renders the page.
        more: `classes` and `id_value` of an opening line in braces.

    Raises:
        SuperFencesException: a mistake in a site of Zensical whose configuration is strict, which
            no message in the log would stop.
    """
    site = Site.of(md)
    place = site.name
    try:
        fence = _Fence(source, language, options, site, md)
        place = fence.place
        return fence.html([class_name, *more.get("classes", ())], str(more.get("id_value") or ""))
    except DeepgraphError as error:
        message = str(error)
    except Exception as error:  # superfences would hide it and show the fence as text
        LOG.debug("deepgraph", exc_info=True)
        message = f"internal error: {type(error).__name__}: {error}; please report this"
    LOG.error("%s: %s", place, message)
    if site.fails:
        from pymdownx.superfences import SuperFencesException

        raise SuperFencesException(f"{place}: {message}")
    told = f'<pre style="white-space:pre-wrap">{escape(message)}</pre>'
    title = f"<strong>deepgraph: {escape(place)}</strong>"
    return f'<div class="deepgraph-error" role="alert" style="{_BOX}">{title}{told}</div>'


class _Fence:
    """One fence of a page."""

    def __init__(
        self,
        source: str,
        language: str,
        options: Mapping[str, str | None],
        site: Site,
        md: Markdown,
    ) -> None:
        self.source, self.language, self.site, self.md = source, language, site, md
        # The option `collapse` without a value comes as "collapse", or in braces as None.
        self.options = {
            name.replace("-", "_"): "" if text is None or text == name else text
            for name, text in options.items()
        }
        _counts[md] = self.number = _counts.get(md, 0) + 1
        self.line, self.header = self._found()

    @property
    def place(self) -> str:
        """The page and the line, as far as they are known."""
        return self.site.name if self.line is None else f"{self.site.name}:{self.line}"

    @property
    def key(self) -> str:
        """Ends the ids of its diagram; no other fence of the site has it."""
        page = hashlib.sha256(self.site.name.encode()).hexdigest()[:4]
        return f"{page}-{self.number}"

    def html(self, classes: list[str], name: str) -> str:
        """The result, with the classes and the id of its opening line."""
        own, asked = self._own(), self._request()
        self._tell_unwatched(asked)
        if asked.kind == "diagram":
            width = own.get("width", "")
            return html.figure(
                fitted(
                    self._diagram(asked),
                    self.key,
                    alt=own.get("alt", ""),
                    width="100%" if width else "",
                ),
                classes=[*classes, *own.get("class", "").split()],
                name=name,
                caption=own.get("caption", ""),
                width=width,
            )
        for option in ("alt", "width"):
            if option in own:
                raise OptionError(f"{option} is for a diagram")
        if asked.kind == "eval":
            inside = html.table(asked.table(), own.get("caption", ""))
        else:
            inside = html.arithmetic(asked.explanation(), self._formula())
            if "caption" in own:
                inside += f"<p><em>{escape(own['caption'])}</em></p>"
        attributes = f' id="{escape(name)}"' if name else ""
        joined = " ".join([*classes, *own.get("class", "").split()])
        return f'<div class="{escape(joined)}"{attributes}>{inside}</div>'

    def _own(self) -> dict[str, str]:
        own = {option: self.options[option] for option in FIGURE if option in self.options}
        width = own.get("width")
        if width is not None and not _WIDTH.fullmatch(width):
            raise OptionError(f"width is a length such as 480, 60% or 30em, got {width!r}")
        if width is not None and width[-1].isdigit():
            own["width"] = f"{width}px"
        return own

    def _request(self) -> Request:
        """What is asked for; paths are those of the site."""
        if not self.options and self.header:
            raise OptionError(
                f"the options could not be read: {self.header}; put every value in quotes "
                '(spec="net.json"), and underscores for dashes in names'
            )
        given = {name: text for name, text in self.options.items() if name not in FIGURE}
        kind = given.pop("kind", "diagram")
        if kind not in KINDS:
            nearest = Nearest(KINDS)(kind)
            raise OptionError(f'kind is one of {", ".join(KINDS)}, got "{kind}"{nearest}')
        spec = given.pop("spec", None)
        if spec is None and not self.source.strip():
            raise OptionError('name a spec, spec="net.json", or write one into the fence')
        if "input" in given:
            given["input"] = str(self.site.find(given["input"]))
        return ask(
            kind,
            None if spec is None else str(self.site.find(spec)),
            given.items(),
            folder=self.site.folders[0],
            text=self.source if self.source.strip() else None,
            name=spec or "inline spec",
        )

    @staticmethod
    def _diagram(asked: Request) -> str:
        """The HTML of a diagram, drawn now or before."""
        key = asked.key("html")
        found = _drawn.pop(key, None) or asked.diagram().html()
        _drawn[key] = found  # the latest stands last
        if len(_drawn) > KEPT:
            del _drawn[next(iter(_drawn))]
        return found

    def _formula(self) -> Callable[[str], str] | None:
        """How the page sets a formula: as `pymdownx.arithmatex` does, if it is there."""
        processors = self.md.parser.blockprocessors
        if "arithmatex-block" not in processors:
            return None
        block: Any = processors["arithmatex-block"]
        spell = block.generic_output if block.generic else block.mathjax_output

        def formula(tex: str) -> str:
            place = ElementTree.Element("div")
            spell(place, tex)
            return str(self.md.serializer(place[0]))  # which knows what is escaped already

        return formula

    def _tell_unwatched(self, asked: Request) -> None:
        """Warn where a later build would show an old diagram."""
        if self.site.watched is None:
            return
        for path in asked.files:
            folder = path.parent.resolve()
            if path.resolve() not in self.site.watched and folder not in _unwatched:
                _unwatched.add(folder)
                LOG.warning(
                    "%s: %s is not watched, so a change in it does not reach the page; add its "
                    'folder to zensical.toml: watch = ["%s"]',
                    *(self.place, self.site.told(path), self.site.told(folder)),
                )

    def _found(self) -> tuple[int | None, str]:
        """The line of the page where the fence starts, and what superfences could not read in it.

        superfences tells neither, so the fence is looked for, behind the last one that was found:
        by its options and its content.
        """
        lines = self.site.lines() or self.md.lines
        language = re.compile(
            rf"\.?{re.escape(self.language)}(?![\w-])|{{.*\.{re.escape(self.language)}\b"
        )
        content = [line.strip() for line in self.source.strip("\n").split("\n")]
        last = _lines.get(self.md, 0)
        for number, header in _openings(lines):
            told = language.match(header)
            if number <= last or told is None:
                continue
            if not all(text in header for text in self.options.values()):
                continue
            behind = lines[number : number + len(content)]
            if self.source.strip() and [text.strip(" \t>") for text in behind] != content:
                continue
            rest = header.removeprefix(self.language).strip()
            readable = not rest or "{" in rest or bool(_READABLE.fullmatch(rest))
            if self.options or not readable or not rest:
                _lines[self.md] = number
                return number, "" if readable else rest
        return None, ""


def _openings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Every line that opens a fence, from 1, with what stands behind its back ticks."""
    fence = ""
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t>")
        start = _FENCE.match(text)
        if not fence and start:
            fence = start[0]
            yield number, text.removeprefix(fence).strip()
        elif fence and text == fence:
            fence = ""
