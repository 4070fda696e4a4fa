"""A Sphinx extension: diagrams, worked arithmetic, tables and values from specs.

    extensions = ["deepgraph.embed.sphinx"]

It has the directives `deepgraph`, `deepgraph-diff`, `deepgraph-explain`, `deepgraph-eval` and
`deepgraph-jacobian`, and the role `deepgraph-value` (short `dg`). A page is read again when a spec,
a table or a file of parameters changes; a diagram is drawn again when its content changes. A
mistake fails the build and is reported with the line of the directive.
"""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from functools import partial
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from deepgraph import __version__
from deepgraph.embed import sphinx_pictures as pictures
from deepgraph.embed import sphinx_state as state
from deepgraph.embed import sphinx_words
from deepgraph.embed.sphinx_places import placed
from deepgraph.errors import DeepgraphError, OptionError
from deepgraph.options.drawing import OPTIONS as STYLE
from deepgraph.request.code_version import code_version
from deepgraph.request.diagram import COLUMN
from deepgraph.request.options import OPTIONS
from deepgraph.request.request import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from docutils.nodes import Element, Node, system_message
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

    from deepgraph.request.options import Kind
    from deepgraph.request.request import Request

logger = logging.getLogger(__name__)

PAGE_OPTIONS: dict[str, Callable[[str], Any]] = {
    "alt": directives.unchanged,
    "caption": directives.unchanged,
    "name": directives.unchanged,
    "align": lambda text: directives.choice(text, ("left", "center", "right")),
    "width": directives.length_or_percentage_or_unitless,
    "class": directives.class_option,
    "height": directives.length_or_unitless,
}
"""Options about the page; all other options are those of the command."""


class _Permissive(dict[str, "Callable[[str], Any]"]):
    """Takes any option as text, so that a wrong option is reported like every other mistake."""

    def __missing__(self, _: str) -> Callable[[str], Any]:
        convert: Callable[[str], Any] = directives.unchanged
        return convert


class _Directive(SphinxDirective, ABC):
    """The base of the directives: a spec, by its path or inline, and options as texts."""

    kind: ClassVar[Kind]
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    # It names an option because docutils reads none if this is empty.
    option_spec: ClassVar[OptionSpec] = _Permissive(alt=directives.unchanged)

    def run(self) -> list[Node]:
        try:
            self._read_page_options()
            if "live" in self.options and self.kind != "diagram":
                raise OptionError("live is for a diagram")
            if self.options.get("live"):
                raise OptionError("live is a switch: it takes no value")
            if "height" in self.options and "live" not in self.options:
                raise OptionError("height is for a live diagram")
            call = self._call("live" if "live" in self.options else None)
            asked = call()
            _depend(self.env, asked, self.state.document)
            node = self.result(asked, call)
        except DeepgraphError as error:
            return [state.failed(self.env, state.said(self.env, error), self.get_location())]
        self.set_source_info(node)
        self.add_name(node)
        return [node]

    def _read_page_options(self) -> None:
        for name, convert in PAGE_OPTIONS.items():
            if name not in self.options:
                continue
            if not self.options[name]:
                raise OptionError(f"{name} needs a value")
            try:
                self.options[name] = convert(self.options[name])
            except ValueError as error:
                said = " ".join(str(error).split()).rstrip(".")
                raise OptionError(f"{name}: {said}") from None

    @abstractmethod
    def result(self, asked: Request, call: partial[Request]) -> Element:
        """The node of the result; `call` makes the request again, in a later process."""

    def _call(self, kind: Kind | None = None, without: Container[str] = ()) -> partial[Request]:
        """The call of `ask` for the spec and the options of the directive.

        Args:
            kind: instead of the directive's own.
            without: options that this kind does not know.
        """
        self._check_content()
        left_out = {*PAGE_OPTIONS, "live"}
        given = tuple(
            (name, text)
            for name, text in self.options.items()
            if name not in left_out and name.replace("-", "_") not in without
        )
        spec = self.arguments[0] if self.arguments else None
        text, name = self._inline() if spec is None else (None, self._named(spec))
        return partial(
            ask, kind or self.kind, spec, given, text=text, name=name, **_folders(self.env)
        )

    def _named(self, spec: str) -> str | None:
        """What messages call a spec: its path in the source folder; two paths stay as written."""
        return None if self.kind == "diff" else str(self.env.relfn2path(spec)[0])

    def _check_content(self) -> None:
        """Check that there is either a path or an inline spec, and no misplaced option."""
        if not self.arguments and not self.content:
            raise OptionError("name the path of a spec, or write one below as JSON")
        if not self.arguments:
            return
        path, *below = str(self.arguments[0]).split("\n")
        below += [line for line in self.content if line.strip()]
        if below and below[0].lstrip().startswith("{"):
            raise OptionError("a path and an inline spec: keep one")
        if below:
            raise OptionError(f'below {path}: an option stands between colons, got "{below[0]}"')

    def _inline(self) -> tuple[str, str]:
        """The inline spec, moved to its line and column in its file for messages, and its name.

        The file is a page, or what a page includes. Where the text is in no file, as that of a
        notebook or of a docstring, messages count its own lines.
        """
        source, line = self.get_source_info()
        place = placed(list(self.content), source, line)
        if place is None:
            return "\n".join(self.content), "inline spec"
        before, indent = place
        text = "\n".join(" " * indent + line if line else "" for line in self.content)
        return "\n" * before + text, Path(os.path.relpath(source, self.env.srcdir)).as_posix()


class DiagramDirective(_Directive):
    """`.. deepgraph:: xor.json` draws a network."""

    kind: ClassVar[Kind] = "diagram"

    def result(self, asked: Request, call: partial[Request]) -> Element:
        """The diagram, in a figure if there is a caption; a live one where pages can hold it."""
        if asked.kind == "live":
            return self._live(asked, call)
        drawn = pictures.drawn(self.env.app, asked)
        key = asked.key()
        state.of_pages(self.env, "keys").setdefault(self.env.docname, []).append(key)
        align = self.options.get("align", "default")
        node: Element = pictures.Diagram(
            ask=call,
            key=key,
            alt=self.options.get("alt", drawn["alt"]),
            own_alt="alt" in self.options,
            width=self.options.get("width", ""),
            align=align,
        )
        node = self._captioned(node)
        node["classes"] += ["deepgraph", *self.options.get("class", [])]
        return node

    def _live(self, asked: Request, call: partial[Request]) -> Element:
        """The live page; what shows no pages shows its picture."""
        only_live = OPTIONS["live"].keys() - OPTIONS["diagram"].keys()
        only_live |= {"over"}  # of sliders there, of rows here
        lossless = () if "gradient" in self.options else ("target", "loss")
        still = self._call("diagram", {*only_live, *lossless})
        keys = asked.key("live"), still().key()
        state.of_pages(self.env, "keys").setdefault(self.env.docname, []).extend(keys)
        _only(self.options, ("name", "class", "height", "alt", "align", "caption"))
        node = pictures.Live(
            ask=call,
            key=pictures.make_live(self.env.app, asked),
            title=self.options.get("alt") or asked.network.spec.title or asked.network.name,
            height=self.options.get("height", ""),
            still=pictures.Diagram(
                ask=still,
                key=keys[1],
                alt=self.options.get("alt") or still().diagram().alt,
                own_alt="alt" in self.options,
                width="",
                align=self.options.get("align", "default"),
            ),
        )
        node["classes"] += ["deepgraph-live"]
        whole = self._captioned(node)
        if whole is not node:
            whole["classes"] += ["deepgraph"]
        whole["classes"] += self.options.get("class", [])
        return whole

    def _captioned(self, node: Element) -> Element:
        """The node in a figure with its caption, if there is one."""
        if "caption" not in self.options:
            return node
        inline, messages = self.parse_inline(self.options["caption"], lineno=self.lineno)
        caption = nodes.caption(self.options["caption"], "", *inline)
        self.set_source_info(caption)  # else it is in no catalogue of translations
        align = self.options.get("align", "default")
        return nodes.figure("", node, caption, *messages, align=align)


class DiffDirective(DiagramDirective):
    """`.. deepgraph-diff:: before.json after.json` draws what changed between two networks."""

    kind = "diff"


class ExplainDirective(_Directive):
    """`.. deepgraph-explain:: xor.json` shows the worked arithmetic."""

    kind = "explain"

    def result(self, asked: Request, call: partial[Request]) -> Element:
        """Formulas, and the same as text for builders that show no formulas."""
        _only(self.options, ("name", "class", "caption"))
        node = sphinx_words.arithmetic(asked.explanation(), self.env.docname)
        if "caption" in self.options:
            inline, messages = self.parse_inline(self.options["caption"], lineno=self.lineno)
            caption = nodes.paragraph(self.options["caption"], "", *inline)
            caption["classes"].append(sphinx_words.CAPTION)
            self.set_source_info(caption)  # else it is in no catalogue of translations
            node += [caption, *messages]
        node["classes"] += ["deepgraph-explain", *self.options.get("class", [])]
        return node


class EvalDirective(_Directive):
    """`.. deepgraph-eval:: xor.json` shows a table of values."""

    kind: ClassVar[Kind] = "eval"

    def result(self, asked: Request, call: partial[Request]) -> Element:
        """A table; its note is the end of its caption."""
        _only(self.options, ("name", "class", "caption", "align", "width"))
        values = asked.table()
        title: list[Node] = []
        if "caption" in self.options:
            title, _ = self.parse_inline(self.options["caption"], lineno=self.lineno)
        node = sphinx_words.table(values, title)
        for said in node.findall(nodes.title):
            self.set_source_info(said)  # else it is in no catalogue of translations
        node["classes"] += ["deepgraph-eval", *self.options.get("class", [])]
        for key in ("align", "width"):
            if key in self.options:
                node[key] = self.options[key]
        return node


class JacobianDirective(EvalDirective):
    """`.. deepgraph-jacobian:: xor.json` shows the derivatives of the outputs by the inputs."""

    kind = "jacobian"


class ValueRole(SphinxRole):
    """:deepgraph-value:`xor.json y x1=0 x2=1` shows one number."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """The number as text."""
        try:
            asked = ask("value", self.text, **_folders(self.env))
            _depend(self.env, asked, self.inliner.document)
            text = asked.number()
        except DeepgraphError as error:
            state.report(self.env, state.said(self.env, error), self.get_location())
            return [nodes.problematic(self.rawtext, self.rawtext)], []
        return [nodes.inline(text, text, classes=["deepgraph-value"])], []


def _folders(env: BuildEnvironment) -> dict[str, Any]:
    """The folders that paths on the page are relative to, as `ask` takes them."""
    # Sphinx 7 gives paths as texts.
    return {"folder": str(Path(env.doc2path(env.docname)).parent), "root": str(env.srcdir)}


def _only(given: Iterable[str], allowed: tuple[str, ...]) -> None:
    """Refuse options about the page that do not fit a directive."""
    for name in given:
        if name in PAGE_OPTIONS and name not in allowed:
            raise OptionError(f'no option "{name}" here')


def _depend(env: BuildEnvironment, asked: Request, document: nodes.document) -> None:
    """Make Sphinx read the page again when a file of the request changes, if pages may read any."""
    if asked.files and not document.settings.file_insertion_enabled:
        raise OptionError("this site lets no page read files; write the spec and its values here")
    for path in asked.files:
        env.note_dependency(str(path.absolute()))


def _check_config(_: Sphinx, config: Config) -> None:
    """Check the width of a column at once, and not for each directive."""
    try:
        if config.deepgraph_fit is not None:
            STYLE["fit"].check(config.deepgraph_fit)
    except ValueError as error:
        raise ConfigError(f"deepgraph_{error}") from None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; Sphinx calls this."""
    from sphinx.config import ENUM

    app.add_config_value("deepgraph_on_error", "fail", "env", ENUM("fail", "placeholder"))
    app.add_config_value("deepgraph_theme", None, "env", ENUM(None, "auto", "light", "dark"))
    app.add_config_value("deepgraph_fit", COLUMN, "env", (int, float, NoneType))
    app.add_directive("deepgraph", DiagramDirective)
    app.add_directive("deepgraph-diff", DiffDirective)
    app.add_directive("deepgraph-explain", ExplainDirective)
    app.add_directive("deepgraph-eval", EvalDirective)
    app.add_directive("deepgraph-jacobian", JacobianDirective)
    for name in ("deepgraph-value", "dg"):
        app.add_role(name, ValueRole())
    pictures.setup(app)
    state.setup(app)
    sphinx_words.setup(app)
    app.connect("config-inited", _check_config)
    # Another version of deepgraph may draw and compute differently: then all pages are read again.
    number = int.from_bytes(hashlib.sha256(code_version().encode()).digest()[:4], "big")
    return {
        "version": __version__,
        "env_version": number,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
