"""A Sphinx extension: diagrams, worked arithmetic, tables and values from specs.

    extensions = ["deepgraph.embed.sphinx"]

Directives `deepgraph`, `deepgraph-explain` and `deepgraph-eval`, and the role `deepgraph-value`
(short `dg`). A page is read again when a spec, a table or a file of parameters changes; a diagram
is drawn again when its content does. A mistake fails the build with the line of the directive.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from deepgraph import __version__
from deepgraph.embed import sphinx_pictures as pictures
from deepgraph.embed.sphinx_pictures import Asked, Diagram
from deepgraph.embed.sphinx_words import Worked, arithmetic, table
from deepgraph.errors import DeepgraphError, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from docutils.nodes import Element, Node, system_message
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

    from deepgraph.embed.options import Kind
    from deepgraph.embed.request import Request

logger = logging.getLogger(__name__)

PAGE_OPTIONS: dict[str, Callable[[str], Any]] = {
    "alt": directives.unchanged_required,
    "caption": directives.unchanged_required,
    "name": directives.unchanged_required,
    "align": lambda text: directives.choice(text, ("left", "center", "right")),
    "width": directives.length_or_percentage_or_unitless,
    "class": directives.class_option,
}
"""Options about the page; all others are those of the command."""


class _Permissive(dict[str, "Callable[[str], Any]"]):
    """Takes any option as text, so that a wrong one gets the message that it gets elsewhere."""

    def __missing__(self, _: str) -> Callable[[str], Any]:
        convert: Callable[[str], Any] = directives.unchanged
        return convert


class _Directive(SphinxDirective):
    """What the directives share: a spec, by its path or written inline, and options as texts."""

    kind: ClassVar[Kind]
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[OptionSpec] = _Permissive(PAGE_OPTIONS)

    def run(self) -> list[Node]:
        try:
            asked = self._asked()
            found = asked.request()
            _depend(self.env, found)
            node = self.result(asked, found)
        except DeepgraphError as error:
            return [_failed(self.env, str(error), self.get_location())]
        self.set_source_info(node)
        return [node]

    def result(self, asked: Asked, found: Request) -> Element:
        """The node that stands for the result."""
        raise NotImplementedError

    def _asked(self) -> Asked:
        if self.arguments and self.content:
            raise OptionError("a path and an inline spec: keep one")
        given = tuple((k, v) for k, v in self.options.items() if k not in PAGE_OPTIONS)
        spec = self.arguments[0] if self.arguments else None
        text = name = None
        if spec is None:
            text, name = self._inline()
        else:
            name = self.env.relfn2path(spec)[0]
        folder = str(self.env.doc2path(self.env.docname).parent)
        return Asked(self.kind, spec, given, folder, str(self.env.srcdir), text, name)

    def _inline(self) -> tuple[str | None, str]:
        """The content, moved to where it stands in its file, so that messages say its line."""
        if not self.content:
            return None, ""
        lines = [line for line in self.block_text.splitlines() if line.strip()]
        first = next(line for line in self.content if line.strip())
        indent = max((line.find(first) for line in lines if line.endswith(first)), default=0)
        text = "\n".join(" " * max(indent, 0) + line if line else "" for line in self.content)
        name = self.env.doc2path(self.env.docname, base=False)
        return "\n" * self.content_offset + text, str(name)

    def captioned(self, node: Element) -> nodes.figure:
        """A figure with the caption of the directive."""
        figure = nodes.figure("", node, align=self.options.get("align", "default"))
        inline, messages = self.parse_inline(self.options["caption"], lineno=self.lineno)
        figure += [nodes.caption(self.options["caption"], "", *inline), *messages]
        return figure


class DiagramDirective(_Directive):
    """`.. deepgraph:: xor.json` draws it."""

    kind = "diagram"

    def result(self, asked: Asked, found: Request) -> Element:
        """A figure if there is a caption, else the diagram by itself."""
        drawn = pictures.drawn(self.env.app, asked, found)
        node: Element = Diagram(
            asked=asked,
            key=found.key(),
            alt=self.options.get("alt", drawn.alt),
            own_alt="alt" in self.options,
            width=self.options.get("width", ""),
            align=self.options.get("align", "default"),
        )
        outer = self.captioned(node) if "caption" in self.options else node
        outer["classes"] += ["deepgraph", *self.options.get("class", [])]
        self.add_name(outer)
        return outer


class ExplainDirective(_Directive):
    """`.. deepgraph-explain:: xor.json` writes the arithmetic out."""

    kind = "explain"

    def result(self, asked: Asked, found: Request) -> Element:
        """Formulas, and the same as text for builders that set none."""
        _only(self.options, ("name", "class"))
        node = arithmetic(found.explanation(), self.env.docname)
        node["classes"] += ["deepgraph-explain", *self.options.get("class", [])]
        self.add_name(node)
        return node


class EvalDirective(_Directive):
    """`.. deepgraph-eval:: xor.json` is a table of values."""

    kind = "eval"

    def result(self, asked: Asked, found: Request) -> Element:
        """A table; its caption ends with what the table says about itself."""
        _only(self.options, ("name", "class", "caption", "align", "width"))
        values = found.table()
        title: list[Node] = []
        if "caption" in self.options:
            title, _ = self.parse_inline(self.options["caption"], lineno=self.lineno)
        node = table(values, title)
        node["classes"] += ["deepgraph-eval", *self.options.get("class", [])]
        for key in ("align", "width"):
            if key in self.options:
                node[key] = self.options[key]
        self.add_name(node)
        return node


class ValueRole(SphinxRole):
    """:deepgraph-value:`xor.json y x1=0 x2=1` is one number."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """The number as text."""
        folder = str(self.env.doc2path(self.env.docname).parent)
        try:
            asked = Asked("value", self.text, (), folder, str(self.env.srcdir), None, None)
            found = asked.request()
            _depend(self.env, found)
            text = found.number()
        except DeepgraphError as error:
            _report(self.env, str(error), self.get_location())
            return [nodes.problematic(self.rawtext, self.rawtext)], []
        return [nodes.inline(text, text, classes=["deepgraph-value"])], []


def _only(given: Iterable[str], allowed: tuple[str, ...]) -> None:
    """Refuse options about the page that a directive has no use for."""
    for name in given:
        if name in PAGE_OPTIONS and name not in allowed:
            raise OptionError(f'no option "{name}" here')


def _depend(env: BuildEnvironment, found: Request) -> None:
    for path in found.files:
        env.note_dependency(str(path.absolute()))


# --- mistakes ----------------------------------------------------------------------------------


def _report(env: BuildEnvironment, message: str, location: str) -> None:
    """Tell a mistake; unless placeholders were asked for, it ends the build when all are told."""
    told = f"deepgraph: {message}"
    if env.config.deepgraph_on_error == "placeholder":
        logger.warning(told, location=location, type="deepgraph")
        return
    logger.error(told, location=location, type="deepgraph")
    _failures(env).setdefault(env.docname, []).append(message)


def _failed(env: BuildEnvironment, message: str, location: str) -> Node:
    """Tell a mistake, and say it on the page as well."""
    _report(env, message, location)
    lines = [nodes.line(line, line) for line in ("deepgraph:", *message.splitlines())]
    return nodes.error("", nodes.line_block("", *lines), classes=["deepgraph-error"])


def _failures(env: BuildEnvironment) -> dict[str, list[str]]:
    """The mistakes by page, kept between builds, since Sphinx skips what did not change."""
    if not hasattr(env, "deepgraph_failures"):
        env.deepgraph_failures = {}  # type: ignore[attr-defined]
    found: dict[str, list[str]] = env.deepgraph_failures  # type: ignore[attr-defined]
    return found


def _read_again(_: Sphinx, env: BuildEnvironment, *__: object) -> list[str]:
    """A page with a mistake is read in every build until it is mended."""
    return list(_failures(env))


def _forget(_: Sphinx, env: BuildEnvironment, page: str) -> None:
    _failures(env).pop(page, None)


def _merge(_: Sphinx, env: BuildEnvironment, __: object, other: BuildEnvironment) -> None:
    _failures(env).update(_failures(other))


def _fail(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """A build with mistakes ends with a status of its own, whatever is done with warnings."""
    failures = _failures(env)
    if failures:
        count = sum(map(len, failures.values()))
        what = "1 mistake" if count == 1 else f"{count} mistakes"
        logger.error(
            f"deepgraph: {what} in {', '.join(sorted(failures))}; mend them, or set "
            'deepgraph_on_error = "placeholder" in conf.py',
            type="deepgraph",
        )
        app.statuscode = 1
    return []


def setup(app: Sphinx) -> ExtensionMetadata:
    """What Sphinx calls."""
    from sphinx.config import ENUM

    app.add_config_value("deepgraph_on_error", "fail", "env", ENUM("fail", "placeholder"))
    app.add_config_value("deepgraph_theme", None, "env", ENUM(None, "auto", "light", "dark"))
    app.add_directive("deepgraph", DiagramDirective)
    app.add_directive("deepgraph-explain", ExplainDirective)
    app.add_directive("deepgraph-eval", EvalDirective)
    for name in ("deepgraph-value", "dg"):
        app.add_role(name, ValueRole())
    pictures.setup(app)
    Worked.setup(app)
    app.connect("env-get-outdated", _read_again)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _fail)
    # Another deepgraph may draw and count otherwise, so that every page is read again.
    number = int.from_bytes(hashlib.sha256(__version__.encode()).digest()[:4], "big")
    return {
        "version": __version__,
        "env_version": number,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
