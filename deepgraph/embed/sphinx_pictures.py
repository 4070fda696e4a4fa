"""Diagrams in what Sphinx builds: SVG in HTML and EPUB, PDF in LaTeX, words elsewhere."""

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

from deepgraph.embed.cache import Cache
from deepgraph.errors import DeepgraphError
from deepgraph.files import write_bytes
from deepgraph.request.asking import ask
from deepgraph.request.diagram import fitted

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator
    from sphinx.writers.latex import LaTeXTranslator

    from deepgraph.options.drawing import ThemeName
    from deepgraph.request.asking import Request
    from deepgraph.request.options import Kind

logger = logging.getLogger(__name__)

SYSTEM = re.compile(r"prefers-color-scheme")
"""What a style sheet holds that is dark where the system is."""
DARK_MARKS = re.compile(r"data-theme|data-bs-theme|data-md-color-scheme|\.dark(?![\w-])")
"""What it holds that is dark where the page is marked so, by a reader's choice or by a script."""
CENTRED = {"left": "flushleft", "right": "flushright"}


@dataclass(frozen=True)
class Asked:
    """The arguments of `deepgraph.request.asking.ask`, as a directive was given them."""

    kind: Kind
    spec: str | None
    options: tuple[tuple[str, str], ...]
    folder: str
    root: str
    text: str | None
    name: str | None

    def request(self) -> Request:
        """See `deepgraph.request.asking.ask`."""
        return ask(
            self.kind,
            self.spec,
            self.options,
            folder=self.folder,
            root=self.root,
            text=self.text,
            name=self.name,
        )


class Diagram(nodes.General, nodes.Element):  # type: ignore[misc]
    """A diagram: what was asked for, its key, its words, and how the page wants it."""


@dataclass(frozen=True)
class Drawn:
    """A diagram for a web page.

    Attributes:
        html: from `deepgraph.request.diagram.Diagram.html`, without a key.
        alt: the same in words.
    """

    html: str
    alt: str


def setup(app: Sphinx) -> None:
    """Register the node and what counts."""
    app.add_node(Diagram, html=(_html, _nothing), latex=(_latex, _nothing))
    app.add_post_transform(_InWords)
    app.connect("builder-inited", _start)
    app.connect("build-finished", _tell)


def drawn(app: Sphinx, asked: Asked, found: Request) -> Drawn:
    """The diagram for a web page, drawn if it is not in the cache.

    Raises:
        DeepgraphError: the spec, the values or the options are wrong.
    """
    ground = _ground(app)

    def make() -> bytes:
        diagram = asked.request().diagram()
        page = diagram.html(theme=ground.theme, system=ground.system)
        return json.dumps({"html": page, "alt": diagram.alt}).encode()

    name = ground.theme if ground.system else "marked"
    return Drawn(**json.loads(cache(app).get(found.key(), f".{name}.json", make)))


def _file(app: Sphinx, node: Element, form: Any, theme: ThemeName) -> bytes:
    """The diagram as a file; the request's own theme wins."""
    asked: Asked = node["asked"]

    def make() -> bytes:
        diagram = asked.request().diagram()
        return diagram.file(form, diagram.theme or theme)

    return cache(app).get(str(node["key"]), f".{theme}.{form}", make)


# --- the cache and the counts ---------------------------------------------------------------------


def cache(app: Sphinx) -> Cache:
    """The diagrams that builds have drawn, beside the doctrees."""
    folder = Path(app.doctreedir, "deepgraph")
    # Processes that Sphinx forks share the tally of the one that started them.
    return Cache(folder, folder / f"tally-{app.deepgraph_process}")  # type: ignore[attr-defined]


def _start(app: Sphinx) -> None:
    app.deepgraph_process = os.getpid()  # type: ignore[attr-defined]
    if app.builder.format == "html":
        app.config.html_static_path.append(str(Path(__file__).with_name("static")))
        app.add_css_file("deepgraph-embed.css")


def _tell(app: Sphinx, _: Exception | None) -> None:
    made, used = cache(app).counts()
    if made or used:
        what = "1 diagram" if made == 1 else f"{made} diagrams"
        logger.info(f"deepgraph: {what} drawn, {used} from the cache")


# --- themes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ground:
    """What pages can be.

    Attributes:
        theme: "auto" where they can be dark; one that cannot stays light on a dark system.
        system: whether a dark system makes them dark, or nothing but a mark such as `.dark`.
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
    """What the style sheets of a theme make of its pages."""
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


def _html(self: HTML5Translator, node: Element) -> None:
    inside = _image(self, node) if self.builder.name == "epub" else _inline(self, node)
    if isinstance(node.parent, nodes.figure):
        self.body.append(inside)
    else:
        attributes = {"class": f"align-{node['align']}"}
        self.body.append(f"{self.starttag(node, 'figure', **attributes)}{inside}</figure>\n")
    raise nodes.SkipNode


def _inline(self: HTML5Translator, node: Element) -> str:
    # Counted where the page is put together: two pages may become one.
    number = getattr(self, "deepgraph_diagrams", 0) + 1
    self.deepgraph_diagrams = number
    app, asked = self.builder.app, node["asked"]
    found = drawn(app, asked, asked.request())
    alt = node["alt"] if node["own_alt"] else ""
    return fitted(found.html, number, alt=alt, width=_css(node["width"]))


def _image(self: HTML5Translator, node: Element) -> str:
    name = f"deepgraph-{node['key']}.svg"
    folder = Path(self.builder.outdir, self.builder.imagedir)
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / name, _file(self.builder.app, node, "svg", "light"))
    uri = posixpath.join(self.builder.imgpath, name)
    width = f' style="width:{_css(node["width"])}"' if node["width"] else ""
    return f'<img src="{html.escape(uri)}" alt="{html.escape(node["alt"])}"{width} />'


def _css(width: str) -> str:
    """A length of docutils as one of CSS."""
    return f"{width}px" if width.replace(".", "", 1).isdigit() else width


def _latex(self: LaTeXTranslator, node: Element) -> None:
    name = f"deepgraph-{node['key']}.pdf"
    app = self.builder.app
    try:
        write_bytes(Path(self.builder.outdir, name), _file(app, node, "pdf", "light"))
    except (
        DeepgraphError
    ) as error:  # the page was read without one, so that only PDF can be missing
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


class _InWords(SphinxPostTransform):
    """Puts the words of a diagram where a builder shows no pictures."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        if self.app.builder.format in ("html", "latex"):
            return
        for node in list(self.document.findall(Diagram)):
            words = nodes.paragraph(node["alt"], node["alt"])
            for key in ("ids", "names", "classes"):
                words[key] = node[key]
            node.replace_self(words)
