"""Writes formulas as MathML, which browsers show without a script."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
MEANT = {"align*": "aligned", r"\lt": "<", r"\gt": ">"}
"""LaTeX that docutils only reads under another name."""


def mathml(text: str, *, block: bool) -> str:
    for tex, read in MEANT.items():
        text = text.replace(tex, read)
    # docutils reads no escapes within \text.
    text = re.sub(r"\\text\{[^{}]*\}", lambda words: re.sub(r"\\([_&#%])", r"\1", words[0]), text)
    written = tex2mathml(text, as_block=block)
    # docutils writes a few entities of HTML, which XML does not know.
    root = ElementTree.fromstring(
        re.sub(r"&(?!(?:amp|lt|gt);)\w+;", lambda entity: html.unescape(entity[0]), written)
    )
    for script in root.iter(f"{{{NAMESPACE}}}msub"):
        if script[0].tag == f"{{{NAMESPACE}}}munder":  # the text of a brace belongs below it
            script.tag = script[0].tag
    for line in root.iter(f"{{{NAMESPACE}}}munder"):
        if line[0].tag == f"{{{NAMESPACE}}}mspace":  # a gap, whose line browsers do not stretch
            text = "_" * round(2 * float(line[0].attrib["width"].removesuffix("em")))
            line.clear()
            line.tag, line.text = f"{{{NAMESPACE}}}mtext", text
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def display(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(f'<div class="formula">{mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    ElementTree.register_namespace("", NAMESPACE)
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
