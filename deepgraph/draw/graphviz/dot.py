r"""DOT text: the only place that quotes for Graphviz.

Attribute names come from our code alone, and every text is quoted, so nothing in a spec can become
an attribute, a tag of an HTML-like label or an escape such as `\N`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from graphviz import quoting

from deepgraph.words.notation import by_place, runs
from deepgraph.words.numbers import short, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.words.notation import Run

POINTS = 72.0
"""Graphviz sizes are inches of 72 points; a point of it is a px of ours."""
SUBSCRIPT, SMALLEST = 0.72, 9
"""The font size of a subscript beside a text, and the smallest one. Graphviz takes whole sizes in
markup."""

_TAGS = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\\": "\\\\",
        "\r": "<BR/>",
        "\n": "<BR/>",
        "\t": " ",
    }
)
_ENTITY = re.compile(r"&(?=#?\w+;)")


class Markup(str):
    """An HTML-like label of Graphviz, all its texts escaped."""

    __slots__ = ()


class Span(NamedTuple):
    """A line of text in a label.

    Attributes:
        text: its characters.
        size: its font size.
        color: its own, or none for that of the node.
        bold: True for bold type.
    """

    text: str
    size: float
    color: str = ""
    bold: bool = False


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


def tip(text: str) -> str:
    r"""A tooltip, in which Graphviz replaces escapes twice.

    >>> print(quote(tip("\\N")))
    "\\\\N"
    """
    return text.replace("\\", "\\\\")


def clean(text: str) -> str:
    """A text as a name that Graphviz keeps and can write into an SVG.

    Of a name that begins with %, it makes another node wherever it stands; and what looks like an
    entity it leaves as it is, whether XML knows it or not. A name has no escape for a line break,
    so that it gets a space.

    >>> clean("%x"), clean("&nbsp;"), clean("a & b"), clean("a\\nb")
    ('_%x', '&amp;nbsp;', 'a & b', 'a b')
    """
    level = " ".join(text.splitlines())
    return visible(_ENTITY.sub("&amp;", f"_{level}" if level.startswith("%") else level))


def name(text: str) -> str:
    r"""The name of a node or graph, in which Graphviz decodes no entity.

    >>> print(name("a & b"), name("x:e"), name("h1"), name("a\\"))
    "a & b" "x:e" h1 "a\\"
    """
    return str(quoting.quote(quoting.nohtml(text.replace("\\", "\\\\")))) if text else '""'


def attributes(**given: str | float) -> str:
    """An attribute list; numbers with three decimals at most.

    >>> attributes(shape="box", width=0.5)
    '[shape=box, width=0.5]'
    """
    return f"[{', '.join(f'{key}={spelled(value)}' for key, value in given.items())}]"


def spelled(value: str | float) -> str:
    """The value of an attribute: a label in markup, a text or a number.

    >>> spelled("a b"), spelled(1.5), spelled(Markup("<I>w</I>"))
    ('"a b"', '1.5', '<<I>w</I>>')
    """
    if isinstance(value, Markup):
        return f"<{value}>"
    return quote(value) if isinstance(value, str) else short(value, 3)


def position(x: float, y: float) -> str:
    """A point as Graphviz writes it, with three decimals at most.

    >>> position(1.25, -0.0001)
    '1.25,0'
    """
    return f"{short(x, 3)},{short(y, 3)}"


# --- labels -----------------------------------------------------------------------------------


def label(text: str, size: float) -> str:
    """A label of one line, its names as mathematics; markup only if there are any.

    >>> label("w3 = 1", 20.0), label("ReLU", 20.0)
    ('<I>w</I><SUB><FONT POINT-SIZE="14">3</FONT></SUB> = 1', 'ReLU')
    """
    pieces = runs(text)
    if all(run.place == "line" and not (run.italic or run.bold) for run in pieces):
        return "".join(run.text for run in pieces).replace("\t", " ")
    return Markup(_mathematics(text, size))


def stacked(lines: Iterable[Span]) -> str:
    """A label of several lines in sizes of their own, one below the other.

    >>> stacked([Span("ReLU", 14.0, "#808080")])
    '<FONT POINT-SIZE="14" COLOR="#808080">ReLU</FONT>'
    """
    cells = []
    for line in lines:
        text = _mathematics(line.text, line.size)
        color = f' COLOR="{line.color}"' if line.color else ""
        text = f'<FONT POINT-SIZE="{max(int(line.size), SMALLEST)}"{color}>{text}</FONT>'
        cells.append(f"<B>{text}</B>" if line.bold else text)
    if len(cells) == 1:
        return Markup(cells[0])
    rows = "".join(f"<TR><TD>{cell}</TD></TR>" for cell in cells)
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0">'
    return Markup(f"{table}{rows}</TABLE>")


def _mathematics(text: str, size: float) -> str:
    """A text with its names set as mathematics, in markup."""
    if not text.strip():  # which is no text to Graphviz, and an error
        return "&#160;"
    for line_break in ("\r\n", "\r"):
        text = text.replace(line_break, "\n")
    found = []
    small = max(round(size * SUBSCRIPT), SMALLEST)
    for place, pieces in by_place(runs(text)):
        content = "".join(map(_run, pieces))
        if place != "line":
            tag = place.upper()
            content = f'<{tag}><FONT POINT-SIZE="{small}">{content}</FONT></{tag}>'
        found.append(content)
    return "".join(found)


def _run(run: Run) -> str:
    """A piece that is set in one way, in markup."""
    content = run.text.translate(_TAGS)
    content = f"<B>{content}</B>" if run.bold else content
    return f"<I>{content}</I>" if run.italic else content
