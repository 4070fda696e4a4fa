"""Results as HTML, for pages that take it as it is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from deepgraph.explain.latex import pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from deepgraph.explain.records import Explanation
    from deepgraph.request.value_table import Table

SCROLLS = "overflow-x:auto;max-width:100%"
"""What is wider than its column is scrolled inside it."""


def figure(
    diagram: str,
    *,
    classes: Iterable[str] = (),
    name: str = "",
    caption: str = "",
    width: str = "",
) -> str:
    """A diagram with what a page says about it.

    Args:
        diagram: from `Diagram.html` or `deepgraph.request.diagram.fitted`.
        classes: of the figure.
        name: its id; empty for none.
        caption: below it; plain text.
        width: of the figure, a length of CSS.
    """
    given = {
        "class": " ".join(dict.fromkeys(classes)),
        "id": name,
        "style": f"width:{width};min-width:min(100%,20em);max-width:100%" if width else "",
    }
    attributes = "".join(f' {key}="{escape(text)}"' for key, text in given.items() if text)
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure{attributes}>{diagram}{below}</figure>"


def table(values: Table, caption: str = "") -> str:
    """A table of values; numbers stand at the right of their columns."""
    styles = [' style="text-align:right"' if numeric else "" for numeric in values.numeric]

    def row(tag: str, cells: Iterable[str]) -> str:
        pairs = zip(styles, cells, strict=True)
        inside = "".join(f"<{tag}{style}>{escape(cell)}</{tag}>" for style, cell in pairs)
        return f"<tr>{inside}</tr>"

    said = ". ".join(filter(None, (caption, values.note)))
    title = f"<caption>{escape(said)}</caption>" if said else ""
    body = "".join(row("td", cells) for cells in values.rows)
    head = f"<thead>{row('th', values.header)}</thead>"
    return f'<div style="{SCROLLS}"><table>{title}{head}<tbody>{body}</tbody></table></div>'


def arithmetic(explanation: Explanation, formula: Callable[[str], str] | None) -> str:
    """Worked arithmetic.

    Args:
        explanation: what is worked out.
        formula: the HTML of a displayed formula in TeX; `None` for a page that sets none, where
            the arithmetic is text.
    """
    if formula is None:
        return f'<pre style="{SCROLLS}"><code>{escape(explanation.text())}</code></pre>'
    parts = []
    for kind, content in pieces(explanation):
        if kind == "heading":
            parts.append(f"<p><strong>{escape(content)}</strong></p>")
        elif kind == "words":
            parts.append(f"<p>{escape(content)}</p>")
        else:
            aligned = f"\\begin{{aligned}}\n{content}\n\\end{{aligned}}"
            parts.append(f'<div style="{SCROLLS}">{formula(aligned)}</div>')
    return "".join(parts)
