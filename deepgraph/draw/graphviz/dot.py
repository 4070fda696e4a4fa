r"""DOT text: the only place that quotes for Graphviz.

Attribute names come from our code alone, and every text is quoted, so nothing in a spec can become
an attribute, an HTML label or an escape such as `\N`.
"""

from __future__ import annotations

from graphviz import quoting

from deepgraph.words.numbers import short

POINTS = 72.0
"""Graphviz sizes are inches of 72 points; a point of it is a px of ours."""


def quote(text: str) -> str:
    r"""A string that Graphviz shows letter by letter, quoted by the graphviz package.

    That package's `escape` is not enough: Graphviz also decodes entities such as `&lt;`, and a
    line break in a label is written as an escape.

    >>> print(quote('say "hi" & go \\N'), quote("<b>"))
    "say \"hi\" &amp; go \\N" "<b>"
    """
    plain = text.replace("&", "&amp;").replace("\\", "\\\\")
    for line_break in ("\r\n", "\r", "\n"):
        plain = plain.replace(line_break, "\\n")
    return str(quoting.quote(quoting.nohtml(plain)))


def attributes(**given: str | float) -> str:
    """An attribute list; numbers with three decimals at most.

    >>> attributes(shape="box", width=0.5)
    '[shape=box, width=0.5]'
    """
    cells = [
        f"{key}={quote(value) if isinstance(value, str) else short(value, 3)}"
        for key, value in given.items()
    ]
    return f"[{', '.join(cells)}]"


def position(x: float, y: float) -> str:
    """A point as Graphviz writes it, with three decimals at most.

    >>> position(1.25, -0.0001)
    '1.25,0'
    """
    return f"{short(x, 3)},{short(y, 3)}"
