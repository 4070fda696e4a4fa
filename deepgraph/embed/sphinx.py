"""A Sphinx extension: diagrams, worked arithmetic, tables and values from specs.

    extensions = ["deepgraph.embed.sphinx"]

It has the directives `deepgraph`, `deepgraph-diff`, `deepgraph-explain` and `deepgraph-eval`, and
the role `deepgraph-value` (short `dg`). A page is read again when a spec, a table or a file of
parameters changes; a diagram is drawn again when its content changes. A mistake fails the build and
is reported with the line of the directive.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from functools import partial
from itertools import chain
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from deepgraph import __version__
from deepgraph.embed import sphinx_pictures as pictures
from deepgraph.embed import sphinx_words
from deepgraph.errors import DeepgraphError, OptionError
from deepgraph.request.options import OPTIONS
from deepgraph.request.request import ask
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from docutils.nodes import Element, Node, system_message
    from sphinx.application import Sphinx
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
            return [_failed(self.env, str(error), self.get_location())]
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
                raise OptionError(f"{name}: {str(error).rstrip('.')}") from None

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
        text, name = self._inline() if spec is None else (None, self.env.relfn2path(spec)[0])
        return partial(
            ask, kind or self.kind, spec, given, text=text, name=name, **_folders(self.env)
        )

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
        """The inline spec, moved to its line and column in the page for messages, and its name."""
        lines = [line for line in self.block_text.splitlines() if line.strip()]
        first = next(line for line in self.content if line.strip())
        indent = max((line.find(first) for line in lines if line.endswith(first)), default=0)
        text = "\n".join(" " * max(indent, 0) + line if line else "" for line in self.content)
        name = self.env.doc2path(self.env.docname, base=False)
        return "\n" * self.content_offset + text, str(name)


class DiagramDirective(_Directive):
    """`.. deepgraph:: xor.json` draws a network."""

    kind: ClassVar[Kind] = "diagram"

    def result(self, asked: Request, call: partial[Request]) -> Element:
        """The diagram, in a figure if there is a caption; a live one where pages can hold it."""
        if asked.kind == "live":
            return self._live(asked, call)
        drawn = pictures.drawn(self.env.app, asked)
        key = asked.key()
        _of_pages(self.env, "keys").setdefault(self.env.docname, []).append(key)
        align = self.options.get("align", "default")
        node: Element = pictures.Diagram(
            ask=call,
            key=key,
            alt=self.options.get("alt", drawn["alt"]),
            own_alt="alt" in self.options,
            width=self.options.get("width", ""),
            align=align,
        )
        if "caption" in self.options:
            inline, messages = self.parse_inline(self.options["caption"], lineno=self.lineno)
            caption = nodes.caption(self.options["caption"], "", *inline)
            node = nodes.figure("", node, caption, *messages, align=align)
        node["classes"] += ["deepgraph", *self.options.get("class", [])]
        return node

    def _live(self, asked: Request, call: partial[Request]) -> Element:
        """The live page; what shows no pages shows its picture."""
        only_live = OPTIONS["live"].keys() - OPTIONS["diagram"].keys()
        only_live |= {"over"}  # of sliders there, of rows here
        lossless = () if "gradient" in self.options else ("target", "loss")
        still = self._call("diagram", {*only_live, *lossless})
        _only(self.options, ("name", "class", "height", "alt", "align", "caption"))
        node = pictures.Live(
            ask=call,
            key=pictures.make_live(self.env.app, asked),
            title=self.options.get("alt") or asked.network.spec.title or asked.network.name,
            height=self.options.get("height", ""),
            still=pictures.Diagram(
                ask=still,
                key=still().key(),
                alt=self.options.get("alt") or still().diagram().alt,
                own_alt="alt" in self.options,
                width="",
                align=self.options.get("align", "default"),
            ),
        )
        node["classes"] += ["deepgraph-live", *self.options.get("class", [])]
        if "caption" not in self.options:
            return node
        inline, messages = self.parse_inline(self.options["caption"], lineno=self.lineno)
        caption = nodes.caption(self.options["caption"], "", *inline)
        return nodes.figure("", node, caption, *messages)


class DiffDirective(DiagramDirective):
    """`.. deepgraph-diff:: before.json after.json` draws what changed between two networks."""

    kind = "diff"


class ExplainDirective(_Directive):
    """`.. deepgraph-explain:: xor.json` shows the worked arithmetic."""

    kind = "explain"

    def result(self, asked: Request, call: partial[Request]) -> Element:
        """Formulas, and the same as text for builders that show no formulas."""
        _only(self.options, ("name", "class"))
        node = sphinx_words.arithmetic(asked.explanation(), self.env.docname)
        node["classes"] += ["deepgraph-explain", *self.options.get("class", [])]
        return node


class EvalDirective(_Directive):
    """`.. deepgraph-eval:: xor.json` shows a table of values."""

    kind = "eval"

    def result(self, asked: Request, call: partial[Request]) -> Element:
        """A table; its note is the end of its caption."""
        _only(self.options, ("name", "class", "caption", "align", "width"))
        values = asked.table()
        title: list[Node] = []
        if "caption" in self.options:
            title, _ = self.parse_inline(self.options["caption"], lineno=self.lineno)
        node = sphinx_words.table(values, title)
        node["classes"] += ["deepgraph-eval", *self.options.get("class", [])]
        for key in ("align", "width"):
            if key in self.options:
                node[key] = self.options[key]
        return node


class ValueRole(SphinxRole):
    """:deepgraph-value:`xor.json y x1=0 x2=1` shows one number."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """The number as text."""
        try:
            asked = ask("value", self.text, **_folders(self.env))
            _depend(self.env, asked, self.inliner.document)
            text = asked.number()
        except DeepgraphError as error:
            _report(self.env, str(error), self.get_location())
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


def _of_pages(env: BuildEnvironment, what: str) -> dict[str, list[str]]:
    """The "failures" or diagram "keys" by page, kept since a build reads only changed pages."""
    kept: dict[str, dict[str, list[str]]] = env.__dict__.setdefault("deepgraph_pages", {})
    return kept.setdefault(what, {})


# --- mistakes ----------------------------------------------------------------------------------


def _report(env: BuildEnvironment, message: str, location: str) -> None:
    """Log a mistake; it fails the build in the end, unless the site asked for placeholders."""
    if env.config.deepgraph_on_error == "placeholder":
        logger.warning(f"deepgraph: {message}", location=location, type="deepgraph")
        return
    logger.error(f"deepgraph: {message}", location=location, type="deepgraph")
    _of_pages(env, "failures").setdefault(env.docname, []).append(message)


def _failed(env: BuildEnvironment, message: str, location: str) -> Node:
    """Log a mistake, and return a node that shows it on the page."""
    _report(env, message, location)
    lines = [nodes.line(line, line) for line in ("deepgraph:", *message.splitlines())]
    block = nodes.line_block("", *lines, support_smartquotes=False)
    return nodes.error("", block, classes=["deepgraph-error"])


def _read_again(_: Sphinx, env: BuildEnvironment, *__: object) -> list[str]:
    """The pages with mistakes, which every build reads until they are mended."""
    return list(_of_pages(env, "failures"))


def _forget(_: Sphinx, env: BuildEnvironment, page: str) -> None:
    for what in ("failures", "keys"):
        _of_pages(env, what).pop(page, None)


def _merge(_: Sphinx, env: BuildEnvironment, __: object, other: BuildEnvironment) -> None:
    for what in ("failures", "keys"):
        _of_pages(env, what).update(_of_pages(other, what))


def _fail(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Fail a build with mistakes, whether or not warnings are errors."""
    failures = _of_pages(env, "failures")
    if failures:
        count = sum(map(len, failures.values()))
        logger.error(
            f"deepgraph: {counted(count, 'mistake')} in {', '.join(sorted(failures))}; "
            'mend them, or set deepgraph_on_error = "placeholder" in conf.py',
            type="deepgraph",
        )
        app.statuscode = 1
    return []


def _prune(app: Sphinx, error: Exception | None) -> None:
    """Remove the diagrams of earlier builds that no page shows any more."""
    if error is None:
        pictures.cache(app).prune(chain.from_iterable(_of_pages(app.env, "keys").values()))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension; Sphinx calls this."""
    from sphinx.config import ENUM

    app.add_config_value("deepgraph_on_error", "fail", "env", ENUM("fail", "placeholder"))
    app.add_config_value("deepgraph_theme", None, "env", ENUM(None, "auto", "light", "dark"))
    app.add_config_value("deepgraph_fit", 600, "env", (int, float, NoneType))
    app.add_directive("deepgraph", DiagramDirective)
    app.add_directive("deepgraph-diff", DiffDirective)
    app.add_directive("deepgraph-explain", ExplainDirective)
    app.add_directive("deepgraph-eval", EvalDirective)
    for name in ("deepgraph-value", "dg"):
        app.add_role(name, ValueRole())
    pictures.setup(app)
    sphinx_words.setup(app)
    app.connect("env-get-outdated", _read_again)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _fail)
    app.connect("build-finished", _prune)
    # Another version of deepgraph may draw and compute differently: then all pages are read again.
    number = int.from_bytes(hashlib.sha256(__version__.encode()).digest()[:4], "big")
    return {
        "version": __version__,
        "env_version": number,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
