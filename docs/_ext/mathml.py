"""Formulas as MathML, which browsers draw by themselves: no script, nothing from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

MEANT = {"align*": "aligned", r"\lt": "<", r"\gt": ">"}
"""What docutils reads by another name only."""


def mathml(text: str, *, block: bool) -> str:
    for written, read in MEANT.items():
        text = text.replace(written, read)
    # Within \text, docutils takes every letter as it stands.
    text = re.sub(r"\\text\{[^{}]*\}", lambda words: re.sub(r"\\([_&#%])", r"\1", words[0]), text)
    return tex2mathml(text, as_block=block)


def inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def display(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(f'<div class="formula">{mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
