r"""DOT text: the only place that quotes for Graphviz.

Node names are synthetic (`n0`), attributes come from this module alone, and every text is quoted,
so nothing in a spec can become an attribute, an HTML label or an escape such as `\N`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz import quoting

from deepgraph.draw.theme import LABEL_SIZE, NAME_SIZE, Theme

if TYPE_CHECKING:
    from deepgraph.draw.layout import Box, Layout, Text
    from deepgraph.draw.view import EdgeView, NodeView, View

FONT = "Helvetica,Arial,Liberation Sans,sans-serif"
POINTS = 72.0
"""Graphviz sizes are inches of 72 points; a point of it is a px of ours."""
CORNER = 3.6
"""Side of an unseen corner; Graphviz makes no node smaller than 1.44."""


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
        f"{key}={quote(value) if isinstance(value, str) else format_number(value)}"
        for key, value in given.items()
    ]
    return f"[{', '.join(cells)}]"


def format_number(number: float) -> str:
    """A coordinate: three decimals at most, no trailing zeros."""
    text = f"{number:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def for_dot(view: View, sizes: list[tuple[float, float, str]]) -> str:
    """The text with which Graphviz `dot` finds positions: structure and sizes, nothing else."""
    lines = [
        "digraph network {",
        '  graph [rankdir="LR", nodesep="0.35", ranksep="0.55", ordering="in"];',
        f'  node [shape=box, fixedsize=true, label=""]; edge [fontsize={LABEL_SIZE}];',
    ]
    for node, (width, height, form) in zip(view.nodes, sizes, strict=True):
        room = height + (40 if node.note else 0)
        shape = "circle" if form == "circle" and not node.note else "box"
        size = attributes(width=width / POINTS, height=room / POINTS, shape=shape)
        lines.append(f"  {node.key} {size};")
    for kind, rank in (("input", "source"), ("output", "max")):
        keys = [node.key for node in view.nodes if node.kind == kind]
        if kind == "input" or _all_last(view):
            lines.append(f"  {{ rank={rank}; {' '.join(f'{key};' for key in keys)} }}")
    for edge in view.edges:
        source, target = view.nodes[edge.source].key, view.nodes[edge.target].key
        # Two more letters than the label has: Graphviz only estimates the width of a text.
        label = attributes(id=edge.key, label=f"M{edge.text}M" if edge.text else "")
        lines.append(f"  {source} -> {target} {label};")
    return "\n".join([*lines, "}", ""])


def _all_last(view: View) -> bool:
    """Whether no output feeds another node, so that all can stand in the last column."""
    return not any(view.nodes[edge.source].kind == "output" for edge in view.edges)


def for_drawing(view: View, layout: Layout, theme: Theme) -> str:
    """The text with every position in it, which any Graphviz draws the same with `nop2`."""
    frame = f"0,0,{format_number(layout.width)},{format_number(layout.height)}"
    page = theme.page
    lines = [
        f"digraph {quote(view.title)} {{",
        f"  graph {attributes(layout='nop2', bb=frame, pad=0.0, bgcolor=page)};",
        f"  node {attributes(fontname=FONT, fontsize=NAME_SIZE, fixedsize='true', margin=0.0)};",
        f"  edge {attributes(fontname=FONT, fontsize=LABEL_SIZE, arrowsize=0.7)};",
        # Two corners that nobody sees keep Graphviz from moving the picture to its own origin.
        f"  corner0 {_corner(CORNER / 2, CORNER / 2)};",
        f"  corner1 {_corner(layout.width - CORNER / 2, layout.height - CORNER / 2)};",
    ]
    for node, box in zip(view.nodes, layout.boxes, strict=True):
        lines.append(f"  {node.key} {_node(node, box, layout.height, theme)};")
    for number, text in enumerate(layout.texts):
        lines.append(f"  t{number} {_text(text, layout.height, theme)};")
    for edge, path, label in zip(view.edges, layout.paths, layout.labels, strict=True):
        source, target = view.nodes[edge.source].key, view.nodes[edge.target].key
        drawn = _edge(edge, path, label, layout.height, theme, view.nodes[edge.source])
        lines.append(f"  {source} -> {target} {drawn};")
    return "\n".join([*lines, "}", ""])


def _corner(x: float, y: float) -> str:
    side = CORNER / POINTS
    return attributes(
        shape="none", style="invis", label="", pos=_pos(x, y), width=side, height=side
    )


def _pos(x: float, y: float) -> str:
    return f"{format_number(x)},{format_number(y)}"


def _node(node: NodeView, box: Box, height: float, theme: Theme) -> str:
    color = theme.off if node.off else theme.ink
    text = theme.off_text if node.off else theme.ink
    fill = theme.page if node.off else theme.input if node.kind == "input" else theme.node
    style, size = "filled", float(NAME_SIZE)
    if node.kind == "bias":
        color = text = theme.negative if node.negative else theme.positive
        fill, style, size = theme.page, "filled,rounded,dashed", float(LABEL_SIZE)
    elif box.form == "box":
        style = "filled,rounded"
    return attributes(
        id=node.key,
        label="\n".join(line.text for line in node.lines),
        shape="circle" if box.form == "circle" else "box",
        style=style,
        width=box.width / POINTS,
        height=box.height / POINTS,
        pos=_pos(box.x, height - box.y),
        color=color,
        fillcolor=fill,
        fontcolor=text,
        fontsize=size,
        penwidth=2.2 if node.kind == "output" else 1.4,
    )


def _text(text: Text, height: float, theme: Theme) -> str:
    return attributes(
        id=f"text-{text.role}",
        shape="plaintext",
        label=text.text,
        width=0.1,
        height=0.1,
        pos=_pos(text.x, height - text.y),
        fontcolor=theme.muted,
        fontsize=text.size,
    )


def edge_color(edge: EdgeView, source: NodeView, theme: Theme) -> tuple[str, str]:
    """The colours of an edge's line and of its label."""
    if edge.off:
        return theme.off, theme.off_text
    sign = edge.sign
    if source.kind == "bias" and not sign:
        sign = -1 if source.negative else 1
    color = {1: theme.positive, -1: theme.negative}.get(sign, theme.muted)
    return color, color


def _edge(
    edge: EdgeView,
    path: tuple[tuple[float, float], ...],
    label: Text | None,
    height: float,
    theme: Theme,
    source: NodeView,
) -> str:
    line, text = edge_color(edge, source, theme)
    *curve, tip = path
    if len(curve) % 3 != 1:  # a curve of our own ends in the arrow's point
        curve = list(path)
        x, y = curve[-1]
        x0, y0 = curve[-2]
        length = max(((x - x0) ** 2 + (y - y0) ** 2) ** 0.5, 1e-9)
        tip = (x, y)
        curve[-1] = (x - (x - x0) / length * 7, y - (y - y0) / length * 7)
    places = [f"e,{_pos(tip[0], height - tip[1])}", *(_pos(x, height - y) for x, y in curve)]
    given: dict[str, str | float] = {
        "id": edge.key,
        "pos": " ".join(places),
        "color": line,
        "penwidth": 1.2 + 1.8 * edge.size,
    }
    if source.kind == "bias":
        given["style"] = "dashed"
    if label is not None:
        given |= {"label": label.text, "lp": _pos(label.x, height - label.y), "fontcolor": text}
    return attributes(**given)
