"""Puts diagrams into the output of Sphinx: SVG in HTML and EPUB, PDF in LaTeX, else alt text.

The rules by which the pictures of a site follow its pages stand in one style sheet. A picture of a
notebook comes as HTML; it becomes a node of its own, so that no label of a weight is a word of the
site's search.
"""

from __future__ import annotations

import html
import json
import os
import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from deepgraph.draw.output.svg_paint import page_rules
from deepgraph.embed.cache import Cache
from deepgraph.errors import DeepgraphError
from deepgraph.files import write_bytes
from deepgraph.live.asked import page_of
from deepgraph.live.frame import HEIGHT, frame, frame_rules
from deepgraph.request.diagram import beside, fitted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator
    from sphinx.writers.latex import LaTeXTranslator

    from deepgraph.options.drawing import ThemeName
    from deepgraph.request.diagram import Diagram as Drawn
    from deepgraph.request.request import Request

logger = logging.getLogger(__name__)

SYSTEM = re.compile(r"prefers-color-scheme")
"""Found in a style sheet that is dark if the system is."""
DARK_MARKS = re.compile(r"data-theme|data-bs-theme|data-md-color-scheme|\.dark(?![\w-])")
"""Found in a style sheet that is dark if the page is marked so, by its reader or a script."""
CENTRED = {"left": "flushleft", "right": "flushright"}
SHEET = "deepgraph-embed.css"
"""The style sheet of a site."""
_OUTPUT = re.compile(r"deepgraph-([0-9a-f]{20})\.(?:svg|pdf|html)")
SITES = ("html", "dirhtml", "singlehtml")
"""Builders whose pages load it; those of others may be taken elsewhere without it."""


class Diagram(nodes.General, nodes.Element):  # type: ignore[misc]
    """A diagram: the call that asks for it, its key, its alt text, and its place on the page."""


class Live(nodes.General, nodes.Element):  # type: ignore[misc]
    """A live page: the call that asks for it, its key, title, height, and `still`, its picture."""


class FromNotebook(nodes.General, nodes.Element):  # type: ignore[misc]
    """A picture of a notebook: its `html`, which a search index passes over."""


def setup(app: Sphinx) -> None:
    """Register the nodes, their transforms and the handlers of the cache."""
    app.add_node(Diagram, html=(_html, _nothing), latex=(_latex, _nothing))
    app.add_node(Live, html=(_live, _nothing))
    app.add_post_transform(_Still)
    app.add_node(FromNotebook, html=(_as_it_is, _nothing))
    app.add_post_transform(_AltText)
    app.add_post_transform(_Beside)
    app.add_post_transform(_Notebooks)
    app.connect("builder-inited", _start)
    app.connect("build-finished", _report_counts)


def drawn(app: Sphinx, asked: Request) -> dict[str, str]:
    """The diagram for a web page, drawn if it is not in the cache.

    Returns:
        The `html` of `deepgraph.request.diagram.Diagram.html`, and the `alt` text.

    Raises:
        DeepgraphError: the spec, the values or the options are wrong.
    """
    ground, rules, fit = _ground(app), app.builder.name not in SITES, app.config.deepgraph_fit

    def make() -> bytes:
        diagram = asked.diagram(fit)
        page = diagram.html(ground.theme, system=ground.system, rules=rules)
        return json.dumps({"html": page, "alt": diagram.alt}).encode()

    name = f"{fit}.{ground.theme if ground.system else 'marked'}{'-alone' * rules}"
    found: dict[str, str] = json.loads(cache(app).get(asked.key(), f".{name}.json", make))
    return found


def make_live(app: Sphinx, asked: Request) -> str:
    """Make a live page if it is not in the cache; its key."""
    _live_page(app, asked)
    return asked.key("live")


def _live_page(app: Sphinx, asked: Request) -> bytes:
    return cache(app).get(asked.key("live"), ".html", lambda: page_of(asked).encode())


def _file(app: Sphinx, node: Element, form: Any, theme: ThemeName) -> bytes:
    """The diagram as a file, with the theme of the request if it names one."""

    def make() -> bytes:
        diagram: Drawn = node["ask"]().diagram(fit)
        return diagram.file(form, diagram.theme or theme)

    fit = app.config.deepgraph_fit
    return cache(app).get(str(node["key"]), f".{fit}.{theme}.{form}", make)


# --- the cache and the counts ---------------------------------------------------------------------


def cache(app: Sphinx) -> Cache:
    """The cache of diagrams, beside the doctrees."""
    # The processes that Sphinx forks share the tally of their parent.
    tally = f"tally-{app.deepgraph_process}"  # type: ignore[attr-defined]
    return Cache(Path(app.doctreedir, "deepgraph"), tally)


def prune_output(app: Sphinx, keys: Iterable[str]) -> None:
    """Remove pictures and pages from the output that are not of these keys."""
    wanted = set(keys)
    for folder in (Path(app.outdir), Path(app.outdir, getattr(app.builder, "imagedir", ""))):
        for path in folder.glob("deepgraph-*.*"):
            found = _OUTPUT.fullmatch(path.name)
            if found is not None and found[1] not in wanted:
                path.unlink(missing_ok=True)


def _start(app: Sphinx) -> None:
    app.deepgraph_process = os.getpid()  # type: ignore[attr-defined]
    if app.builder.format == "html":
        # Not by html_static_path: a changed configuration would write every page again.
        content = Path(__file__).with_name("static").joinpath(SHEET).read_bytes()
        rules = "".join(f"\n{page_rules(system)}\n" for system in (True, False)) + frame_rules()
        folder = Path(app.outdir, "_static")
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(folder / SHEET, content + rules.encode())
        app.add_css_file(SHEET)


def _report_counts(app: Sphinx, _: Exception | None) -> None:
    made, used = cache(app).counts()
    if made or used:
        logger.info(f"deepgraph: {made} diagram{'s' * (made != 1)} drawn, {used} from the cache")


# --- themes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ground:
    """The backgrounds that the pages of a site can have.

    Attributes:
        theme: "auto" if pages can be dark; "light" if they are light even on a dark system.
        system: True if a dark system makes pages dark, False if only a mark such as `.dark` does.
    """

    theme: ThemeName
    system: bool = True


def _ground(app: Sphinx) -> Ground:
    chosen: ThemeName | None = app.config.deepgraph_theme
    if chosen is not None:
        return Ground(chosen)
    theme = getattr(app.builder, "theme", None)
    if theme is None or app.builder.format != "html":
        return Ground("light")
    return _seen(tuple(map(str, theme.get_theme_dirs())))


@lru_cache
def _seen(folders: tuple[str, ...]) -> Ground:
    """The backgrounds according to the style sheets of a theme, in its folders."""
    sheets = [
        sheet.read_text(encoding="utf-8", errors="replace")
        for folder in folders
        for sheet in Path(folder).rglob("*.css*")
        if sheet.suffix != ".map"
    ]
    if any(map(SYSTEM.search, sheets)):
        return Ground("auto")
    return Ground("auto", system=False) if any(map(DARK_MARKS.search, sheets)) else Ground("light")


# --- HTML, EPUB, LaTeX ---------------------------------------------------------------------------


def _nothing(*_: object) -> None:
    pass


def _as_it_is(self: HTML5Translator, node: Element) -> None:
    self.body.append(node["html"])
    raise nodes.SkipNode


def _html(self: HTML5Translator, node: Element) -> None:
    inside = _image(self, node) if self.builder.name == "epub" else _inline(self, node)
    if isinstance(node.parent, nodes.figure):
        self.body.append(inside)
    else:
        attributes = {"class": f"align-{node['align']}"}
        if "beside" in node:
            attributes["style"] = f"width: {node['beside']}"
        self.body.append(f"{self.starttag(node, 'figure', **attributes)}{inside}</figure>\n")
    raise nodes.SkipNode


def _inline(self: HTML5Translator, node: Element) -> str:
    alt = node["alt"] if node["own_alt"] else ""
    text = drawn(self.builder.app, node["ask"]())["html"]
    aligned = node["align"] in ("left", "right") and self.builder.name in SITES
    width = _css(node["width"])
    # A share of the column is that of the figure around it.
    return fitted(text, alt=alt, width="" if aligned and width.endswith("%") else width)


def _image(self: HTML5Translator, node: Element) -> str:
    name = f"deepgraph-{node['key']}.svg"
    folder = Path(self.builder.outdir, self.builder.imagedir)
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / name, _file(self.builder.app, node, "svg", "light"))
    uri = posixpath.join(self.builder.imgpath, name)
    width = f' style="width:{_css(node["width"])}"' if node["width"] else ""
    return f'<img src="{html.escape(uri)}" alt="{html.escape(node["alt"])}"{width} />'


def _live(self: HTML5Translator, node: Element) -> None:
    """A frame with the page, which lies beside the pictures: a host page may forbid its scripts."""
    name = f"deepgraph-{node['key']}.html"
    folder = Path(self.builder.outdir, self.builder.imagedir)
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / name, _live_page(self.builder.app, node["ask"]()))
    height = _css(node["height"]) or HEIGHT
    ground, source = _ground(self.builder.app), posixpath.join(self.builder.imgpath, name)
    inside = frame(node["title"], height, source=source, theme=ground.theme, system=ground.system)
    self.body.append(f"{self.starttag(node, 'div')}{inside}</div>\n")
    raise nodes.SkipNode


def _css(width: str) -> str:
    """A length of docutils as a length of CSS."""
    return f"{width}px" if width.replace(".", "", 1).isdigit() else width


def _latex(self: LaTeXTranslator, node: Element) -> None:
    name = f"deepgraph-{node['key']}.pdf"
    app = self.builder.app
    try:
        write_bytes(Path(self.builder.outdir, name), _file(app, node, "pdf", "light"))
    except DeepgraphError as error:  # a wrong request was reported earlier: PDF support is missing
        logger.error(f"deepgraph: {error}", location=node, type="deepgraph")
        app.statuscode = 1
        self.body.append(self.encode(node["alt"]))
        raise nodes.SkipNode from None
    width = self.latex_image_length(node["width"]) if node["width"] else None
    options = f"[width={width}]" if width else ""
    image = f"\\sphinxincludegraphics{options}{{{name}}}"
    if isinstance(node.parent, nodes.figure):
        self.body.append(f"\\noindent{image}\n")
    else:
        place = CENTRED.get(node["align"], "center")
        target = self.hypertarget_to(node)
        self.body.append(f"\n\\begin{{{place}}}{target}\n{image}\n\\end{{{place}}}\n")
    raise nodes.SkipNode


class _Still(SphinxPostTransform):
    """Replaces a live page by its picture if the builder shows no pages with scripts."""

    default_priority = 4

    def run(self, **_: Any) -> None:
        if self.app.builder.format == "html" and self.app.builder.name != "epub":
            return
        for node in list(self.document.findall(Live)):
            still = node["still"]
            for key in ("ids", "names"):
                still[key] = node[key]
            node.replace_self(still)


class _AltText(SphinxPostTransform):
    """Replaces a diagram by its alt text if the builder shows no pictures."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        if self.app.builder.format in ("html", "latex"):
            return
        for node in list(self.document.findall(Diagram)):
            words = nodes.paragraph(node["alt"], node["alt"])
            for key in ("ids", "names", "classes"):
                words[key] = node[key]
            node.replace_self(words)


class _Beside(SphinxPostTransform):
    """Gives a figure that text runs beside a width at which there is room for some words."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        if self.app.builder.name not in SITES:
            return
        for node in self.document.findall(Diagram):
            if node["align"] not in ("left", "right"):
                continue
            width = beside(drawn(self.app, node["ask"]())["html"], _css(node["width"]))
            if isinstance(node.parent, nodes.figure):
                node.parent["width"] = width
            else:
                node["beside"] = width


class _Notebooks(SphinxPostTransform):
    """Takes the pictures of notebooks out of the search index, and their rules, which it has."""

    default_priority = 900  # after myst-nb has chosen what to show

    def run(self, **_: Any) -> None:
        if self.app.builder.format != "html":
            return
        for node in list(self.document.findall(nodes.raw)):
            text = node.astext()
            if 'class="deepgraph-diagram"' in text and "html" in node.get("format", "").split():
                if self.app.builder.name in SITES:
                    text = text.replace(page_rules(), "")
                node.replace_self(FromNotebook(html=text))
