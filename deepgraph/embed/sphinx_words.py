"""Makes docutils nodes of worked arithmetic and tables of values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from deepgraph.explain.latex import pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.config import Config

    from deepgraph.explain.explanation import Explanation
    from deepgraph.explain.grid import Grid
    from deepgraph.request.value_table import Table

MATH_FORMATS = ("html", "latex")
"""The formats of the builders that show formulas."""


class Worked(nodes.container):  # type: ignore[misc]
    """Worked arithmetic as formulas; the attribute `plain` is the same as text."""


CAPTION = "deepgraph-caption"
"""The class of the paragraph below worked arithmetic, which all builders show."""


def setup(app: Sphinx) -> None:
    """Register the node, the transforms and the definitions of LaTeX."""
    app.add_node(Worked)
    app.add_post_transform(_Spelled)
    app.add_post_transform(_OneId)
    app.connect("config-inited", _preamble)


class _Spelled(SphinxPostTransform):
    """Replaces worked arithmetic by formulas, or by text if the builder shows no formulas."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        for node in list(self.document.findall(Worked)):
            captions = [child for child in node.children if CAPTION in child["classes"]]
            for caption in captions:  # only now, so that a translation is set like this, too
                caption[:] = [nodes.emphasis("", "", *caption.children)]
            if self.app.builder.format in MATH_FORMATS:
                found: Node = nodes.container("", *node.children)
                captions = []
            else:
                found = nodes.literal_block(node["plain"], node["plain"], language="none")
            for key in ("ids", "names", "classes"):
                found[key] = node[key]
            node.replace_self([found, *captions])


class _OneId(SphinxPostTransform):
    """Removes the ids of a table from its container: furo, a theme, copies them there."""

    default_priority = 900

    def run(self, **_: Any) -> None:
        for node in self.document.findall(nodes.table):
            around = node.parent
            if "deepgraph-eval" in node["classes"] and isinstance(around, nodes.container):
                around["ids"] = [name for name in around["ids"] if name not in node["ids"]]


PREAMBLE = r"""
\providecommand\lt{<}\providecommand\gt{>}% MathJax needs them in formulas, LaTeX has none
\allowdisplaybreaks% long arithmetic may run over a page
\ifdefined\DeclareUnicodeCharacter
\DeclareUnicodeCharacter{2212}{\ensuremath{-}}% numbers have true minus signs
\DeclareUnicodeCharacter{221E}{\ensuremath{\infty}}
\fi
"""
"""Definitions that the LaTeX of numbers and arithmetic needs."""


def _preamble(_: Sphinx, config: Config) -> None:
    elements = config.latex_elements
    elements["preamble"] = PREAMBLE + elements.get("preamble", "")


def arithmetic(explanation: Explanation, page: str) -> Worked:
    """Worked arithmetic with a displayed formula for each step."""
    found = Worked(plain=explanation.text(), support_smartquotes=False)
    for piece in pieces(explanation.sections):
        if piece[0] == "heading":
            found += nodes.rubric(piece[1], piece[1])
        elif piece[0] == "words":
            found += nodes.paragraph(piece[1], piece[1])
        elif piece[0] == "table":
            found += table(replace(piece[1], note=""), [])
            found += nodes.paragraph(piece[1].note, piece[1].note)
        else:
            text = f"\\begin{{align*}}\n{piece[1]}\n\\end{{align*}}"
            block = nodes.math_block(text, text, classes=[], docname=page, number=None, label=None)
            block["no-wrap"] = block["nowrap"] = True  # Sphinx 8.2 reads the former
            found += block
    return found


def table(values: Table | Grid, title: Sequence[Node]) -> nodes.table:
    """A table of values; numbers are aligned at the right."""
    group = nodes.tgroup(cols=len(values.header), support_smartquotes=False)
    for column in zip(values.header, *values.rows, strict=True):
        group += nodes.colspec(colwidth=max(map(len, column)))
    group += nodes.thead("", _row(values, values.header))
    group += nodes.tbody("", *(_row(values, row) for row in values.rows))
    found = nodes.table("", classes=["colwidths-auto"])
    said = list(title)
    if values.note:
        said += [nodes.Text(f"{', ' if title else ''}{values.note}")]
    if said:
        found += nodes.title("", "", *said)
    found += group
    return found


def _row(values: Table | Grid, cells: Sequence[str]) -> nodes.row:
    row = nodes.row()
    for cell, numeric in zip(cells, values.numeric, strict=True):
        classes = ["text-right"] if numeric else []
        row += nodes.entry("", nodes.paragraph(cell, cell), classes=classes)
    return row
