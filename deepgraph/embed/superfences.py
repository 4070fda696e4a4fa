"""Draws the fences of Markdown sites: MkDocs, Material for MkDocs, Zensical.

    ```deepgraph spec="specs/xor.json" set="x1=0 x2=1"
    ```

`formatter` and `validator` are a custom fence of `pymdownx.superfences`, which calls the validator
at the opening line and the formatter at the closing line; `formatter_with` makes a formatter with
settings for a whole site. superfences swallows every exception and then
shows the fence as plain text. Mistakes are therefore reported here: in a box on the page, and in
the log, where `mkdocs build --strict` counts them.
"""

from __future__ import annotations

import logging
import os
import shlex
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary
from xml.etree import ElementTree

from deepgraph.embed import html, search
from deepgraph.embed.lengths import length
from deepgraph.embed.sites import Site, find_fence, twice
from deepgraph.errors import DeepgraphError, OptionError
from deepgraph.options.drawing import OPTIONS as STYLE
from deepgraph.request.diagram import COLUMN, fitted, room
from deepgraph.request.options import TABLES
from deepgraph.request.request import ask, two_paths
from deepgraph.words.messages import Nearest, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markdown import Markdown

    from deepgraph.options.drawing import ThemeName
    from deepgraph.request.options import Kind
    from deepgraph.request.request import Request

LOG = logging.getLogger("mkdocs.deepgraph")
"""A child of the logger of MkDocs, whose `--strict` counts the messages."""

KINDS: tuple[Kind, ...] = ("diagram", "explain", "eval", "jacobian", "live", "diff")
FIGURE = ("alt", "caption", "width", "class", "height")
"""Options of the fence itself; all other options are those of the command."""
KEPT = 256
"""The number of diagrams that are kept while a site is served, to draw only changed ones."""

_BOX = "border:2px solid #c62828;border-radius:4px;padding:.6em .8em;margin:1em 0;overflow-x:auto"

_lines: WeakKeyDictionary[Markdown, tuple[list[str], int]] = WeakKeyDictionary()
"""The line of the latest fence of each text: mkdocstrings renders many with one object."""
_drawn: dict[str, str] = {}
"""Finished diagrams by the key of their request, the latest last."""
_unwatched: set[Path] = set()
"""Folders that Zensical does not watch and that a warning has named."""


def validator(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: Any, md: Markdown
) -> bool:
    """Accept every option: `formatter` checks them, where mistakes can be reported."""
    options.update(inputs)
    return True


@dataclass(frozen=True)
class Settings:
    """What holds for all diagrams of a site, unless a fence or a spec says something else.

    Attributes:
        theme: "light" or "dark" for a site whose pages are always so; "auto" follows them.
        fit: the width in px of the column that pictures should fit; `None` for none.
    """

    theme: ThemeName = "auto"
    fit: float | None = COLUMN


def formatter_with(theme: str = "auto", fit: float | None = COLUMN) -> Callable[..., str]:
    """A formatter with settings for the whole site, for the configuration of the fence.

    Args:
        theme: of `Settings`.
        fit: of `Settings`.

    Raises:
        OptionError: there is no such theme, or no such width.
    """
    try:
        STYLE["theme"].check(theme)
        if fit is not None:
            STYLE["fit"].check(fit)
    except ValueError as error:
        raise OptionError(f"formatter_with: {error}") from None
    return partial(formatter, settings=Settings(cast("ThemeName", theme), fit))


def formatter(
    source: str,
    language: str,
    class_name: str,
    options: dict[str, str | None],
    md: Markdown,
    settings: Settings = Settings(),
    **more: Any,
) -> str:
    """The HTML of a fence: a figure, worked arithmetic or a table; or a box with the mistake.

    Args:
        source: the content of the fence: nothing, or a spec as JSON.
        language: the word behind the back ticks.
        class_name: a class of the figure, from the configuration.
        options: the options of the opening line; the value of a switch is its name.
        md: the object that renders the page.
        settings: of the site.
        more: `classes` and `id_value` of an opening line in braces.

    Raises:
        SuperFencesException: a mistake in a build of Zensical that is strict, which ignores the
            log.
    """
    site = Site.of(md)
    place = site.name
    try:
        fence = _Fence(source, language, options, site, md, settings)
        place = fence.place
        return fence.html([class_name, *more.get("classes", ())], str(more.get("id_value") or ""))
    except DeepgraphError as error:
        message = str(error).replace(f"{site.folders[-1]}{os.sep}", "")
    except Exception as error:  # superfences would hide it
        LOG.debug("deepgraph", exc_info=True)
        message = printable(f"internal error: {type(error).__name__}: {error}; please report this")
    place = printable(place)
    LOG.error("%s: %s", place, message)
    if site.fails:
        from pymdownx.superfences import SuperFencesException

        raise SuperFencesException(f"{place}: {message}")
    text = f'<pre style="white-space:pre-wrap">{escape(message)}</pre>'
    title = f"<strong>deepgraph: {escape(place)}</strong>"
    return f'<div class="deepgraph-error" role="alert" style="{_BOX}">{title}{text}</div>'


class _Fence:
    """One fence of a page."""

    def __init__(
        self,
        source: str,
        language: str,
        options: Mapping[str, str | None],
        site: Site,
        md: Markdown,
        settings: Settings,
    ) -> None:
        self.source, self.language, self.site, self.md = source, language, site, md
        self.settings = settings
        # An option without a value comes with its name as value, or in braces with None.
        self.options = {
            name.replace("-", "_"): "" if text is None or text == name else text
            for name, text in options.items()
        }
        self.line, self.header = self._find()
        lines = self.site.lines() or md.lines
        self.line_text = "" if self.line is None else lines[self.line - 1]

    @property
    def place(self) -> str:
        """The page, and the line if it is known."""
        return self.site.name if self.line is None else f"{self.site.name}:{self.line}"

    def html(self, classes: list[str], name: str) -> str:
        """The result as HTML.

        Args:
            classes: the classes of the configuration and of the opening line.
            name: the id of the opening line; empty for none.
        """
        own, asked = self._own(), self._request()
        classes = [*classes, *own.get("class", "").split()]
        self._look_for_unwatched(asked)
        if not self.site.has_sheet:  # the plugin does so for all pages
            search.keep_clean(self.site.config)
        if asked.kind in ("diagram", "diff"):
            width = own.get("width", "")
            drawing = _drawing(asked, self.settings, rules=not self.site.has_sheet)
            return html.figure(
                fitted(drawing, alt=own.get("alt", ""), width="100%" * bool(width)),
                classes=classes,
                name=name,
                caption=own.get("caption", ""),
                width=room(drawing, width) if width else "",
            )
        if asked.kind == "live":
            if "width" in own:
                raise OptionError("a live page is as wide as its column: without width")
            inside = _live(asked, self.site, self.settings.theme, own)
            return html.figure(inside, classes=classes, name=name, caption=own.get("caption", ""))
        for option in ("alt", "width"):
            if option in own:
                raise OptionError(f"{option} is for a diagram")
        if asked.kind in TABLES:
            inside = html.table(asked.table(), own.get("caption", ""))
        else:
            inside = html.arithmetic(asked.explanation(), self._formula())
            if "caption" in own:
                inside += f"<p><em>{escape(own['caption'])}</em></p>"
        attributes = f' id="{escape(name)}"' if name else ""
        return f'<div class="{escape(" ".join(classes))}"{attributes}>{inside}</div>'

    def _own(self) -> dict[str, str]:
        """The options of the fence itself, the width as a length of CSS."""
        own = {option: self.options[option] for option in FIGURE if option in self.options}
        if "height" in own and self.options.get("kind") != "live":
            raise OptionError("height is for a live page")
        for option in ("width", "height"):
            if option in own:
                own[option] = length(option, own[option])
        return own

    def _request(self) -> Request:
        """The request of the fence, with paths of the site."""
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
        doubled = twice(self.line_text)
        if doubled:
            raise OptionError(
                f'{doubled} is given twice; several values stand in one: set="x1=0 x2=1"'
            )
        spec = given.pop("spec", None) or None
        if spec is None and not self.source.strip():
            raise OptionError('name a spec, spec="net.json", or write one into the fence')
        if given.get("input"):
            given["input"] = str(self.site.find(given["input"]))
        if kind == "diff" and spec is not None:
            paths = [str(self.site.find(path)) for path in two_paths(spec)]
            return ask(kind, shlex.join(paths), given.items(), folder=self.site.folders[0])
        return ask(
            kind,
            None if spec is None else str(self.site.find(spec)),
            given.items(),
            folder=self.site.folders[0],
            text=self.source if self.source.strip() else None,
            name=spec or "inline spec",
        )

    def _formula(self) -> Callable[[str], str] | None:
        """The function of `pymdownx.arithmatex` that writes a formula as HTML, if it is used."""
        processors = self.md.parser.blockprocessors
        if "arithmatex-block" not in processors:
            return None
        block: Any = processors["arithmatex-block"]
        spell = block.generic_output if block.generic else block.mathjax_output

        def formula(tex: str) -> str:
            place = ElementTree.Element("div")
            spell(place, tex)
            return str(self.md.serializer(place[0]))  # it knows what is escaped already

        return formula

    def _look_for_unwatched(self, asked: Request) -> None:
        """Look for files that the site does not watch, since it would then show an old diagram.

        Raises:
            OptionError: there is one, and mistakes must raise; else a warning is logged.
        """
        for path in asked.files:
            if self.site.watches(path) or not path.exists():
                continue
            folder = Path(os.path.abspath(path)).parent
            setting = (
                "zensical.toml: watch = " if self.site.config is None else "mkdocs.yml: watch: "
            )
            message = (
                f"{self.site.relative(path)} is not watched, so a change in it does not reach the "
                f'page; add its folder to {setting}["{self.site.relative(folder)}"]'
            )
            if self.site.fails:
                raise OptionError(message)
            if folder not in _unwatched:
                _unwatched.add(folder)
                LOG.warning("%s: %s", self.place, message)

    def _find(self) -> tuple[int | None, str]:
        """The line of the fence in its page, and the options that superfences could not read."""
        text, last = _lines.get(self.md, (self.md.lines, 0))
        last = last if text is self.md.lines else 0
        lines = self.site.lines() or self.md.lines
        found, unread = find_fence(lines, last, self.language, self.source, self.options.values())
        if found is not None:
            _lines[self.md] = self.md.lines, found
        return found, unread


def _live(asked: Request, site: Site, theme: ThemeName, own: Mapping[str, str]) -> str:
    """The frame of a live page: a file of the site, or where there is none its text itself.

    Zensical takes pages out of its cache without calling this, also after its site was deleted, so
    a file beside such a page would be missing: there the frame holds the text.
    """
    from deepgraph.live.asked import page_of  # few fences are live
    from deepgraph.live.frame import HEIGHT, frame, with_rules

    text = page_of(asked)
    title = own.get("alt") or asked.network.spec.title or asked.network.name
    height = own.get("height", HEIGHT)
    if site.output is None:
        inside = frame(title, height, html=text, theme=theme)
    else:
        source = site.beside(f"{asked.key('live')}.html", text.encode())
        inside = frame(title, height, source=source, theme=theme)
    return inside if site.has_sheet else with_rules(inside)


def _drawing(asked: Request, settings: Settings, *, rules: bool) -> str:
    """The HTML of a diagram, kept or drawn now."""
    key = asked.key("html", repr(settings), repr(rules))
    found = _drawn.pop(key, None)
    if found is None:
        found = asked.diagram(settings.fit).html(settings.theme, rules=rules)
    _drawn[key] = found
    if len(_drawn) > KEPT:
        del _drawn[next(iter(_drawn))]
    return found
