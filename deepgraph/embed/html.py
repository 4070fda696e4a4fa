"""Writes figures, tables and arithmetic as HTML."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from deepgraph.explain.latex import pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from deepgraph.explain.explanation import Explanation
    from deepgraph.explain.grid import Grid
    from deepgraph.request.value_table import Table

SCROLLS = "overflow-x:auto;max-width:100%"
"""The style of content that scrolls if it is wider than its column."""


def figure(
    diagram: str, *, classes: Iterable[str] = (), name: str = "", caption: str = "", width: str = ""
) -> str:
    """A diagram with its caption, as a figure.

    Args:
        diagram: from `Diagram.html` or `deepgraph.request.diagram.fitted`.
        classes: the classes of the figure.
        name: the id of the figure; empty for none.
        caption: plain text below the diagram; empty for none.
        width: the width of the figure, a length of CSS; empty for that of the diagram.
    """
    given = {
        "class": " ".join(dict.fromkeys(classes)),
        "id": name,
        "style": f"width:{width};min-width:min(100%,20em);max-width:100%" if width else "",
    }
    attributes = "".join(f' {key}="{escape(text)}"' for key, text in given.items() if text)
    below = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure{attributes}>{diagram}{below}</figure>"


def table(values: Table | Grid, caption: str = "") -> str:
    """A table of values; numbers are aligned at the right."""
    styles = [' style="text-align:right"' if numeric else "" for numeric in values.numeric]

    def row(tag: str, cells: Iterable[str]) -> str:
        pairs = zip(styles, cells, strict=True)
        # Search indexes drop the tags: without white space the cells would become one word.
        inside = "\n".join(f"<{tag}{style}>{escape(cell)}</{tag}>" for style, cell in pairs)
        return f"<tr>\n{inside}\n</tr>\n"

    said = ". ".join(filter(None, (caption, values.note)))
    title = f"<caption>{escape(said)}</caption>\n" if said else ""
    body = "".join(row("td", cells) for cells in values.rows)
    head = f"<thead>{row('th', values.header)}</thead>"
    return f'<div style="{SCROLLS}"><table>{title}{head}<tbody>{body}</tbody></table></div>'


def preformatted(text: str) -> str:
    """A text as HTML that keeps its lines."""
    return f'<pre style="{SCROLLS}"><code>{escape(text.strip(chr(10)))}</code></pre>'


def arithmetic(explanation: Explanation, formula: Callable[[str], str] | None) -> str:
    """Worked arithmetic.

    Args:
        explanation: the arithmetic.
        formula: makes the HTML of a displayed formula in TeX; `None` for a page that cannot show
            formulas, where the arithmetic is plain text.
    """
    if formula is None:
        return preformatted(explanation.text())
    parts = []
    for piece in pieces(explanation.sections):
        if piece[0] == "heading":
            parts.append(f"<p><strong>{escape(piece[1])}</strong></p>")
        elif piece[0] == "words":
            parts.append(f"<p>{escape(piece[1])}</p>")
        elif piece[0] == "table":
            parts.append(table(replace(piece[1], note="")))
            parts.append(f"<p>{escape(piece[1].note)}</p>")
        else:
            aligned = f"\\begin{{aligned}}\n{piece[1]}\n\\end{{aligned}}"
            parts.append(f'<div style="{SCROLLS}">{formula(aligned)}</div>')
    return "\n".join(parts)
