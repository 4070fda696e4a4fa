r"""DOT text: the only place that quotes for Graphviz.

Node names are synthetic (`n0`), attributes come from this module alone, and every text is quoted,
so nothing in a spec can become an attribute, an HTML label or an escape such as `\N`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz import quoting

from deepgraph.draw.view.theme import LABEL_SIZE, NAME_SIZE, Theme

if TYPE_CHECKING:
    from deepgraph.draw.layout.shapes import Box, Layout, Point, Text
    from deepgraph.draw.view.records import EdgeView, NodeView, View
    from deepgraph.options.drawing import Direction

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


def for_dot(view: View, boxes: list[Box], direction: Direction, ranks: float, nodes: float) -> str:
    """The text with which Graphviz `dot` finds positions: structure and sizes, nothing else.

    Args:
        view: what is shown.
        boxes: the sizes of its nodes.
        direction: where the signal flows to.
        ranks: px between ranks.
        nodes: px between the nodes of a rank.
    """
    lines = [
        "digraph network {",
        f"  graph {attributes(rankdir='LR' if direction == 'right' else 'TB', ordering='in')};",
        f"  graph {attributes(ranksep=ranks / POINTS, nodesep=nodes / POINTS)};",
        f"  node {attributes(shape='box', fixedsize='true', label='')};",
    ]
    for node, box in zip(view.nodes, boxes, strict=True):
        shape = "circle" if box.form == "circle" else "box"
        size = attributes(width=box.width / POINTS, height=box.height / POINTS, shape=shape)
        lines.append(f"  {node.key} {size};")
    for kind, rank in (("input", "source"), ("output", "max")):
        keys = [node.key for node in view.nodes if node.kind == kind]
        if kind == "input" or _all_last(view):
            lines.append(f"  {{ rank={rank}; {' '.join(f'{key};' for key in keys)} }}")
            # Invisible edges keep the file's order within the column.
            chain = " -> ".join(keys)
            if len(keys) > 1:
                lines.append(f"  {{ rank=same; {chain} {attributes(style='invis')}; }}")
    for edge in view.edges:
        source, target = view.nodes[edge.source].key, view.nodes[edge.target].key
        lines.append(f"  {source} -> {target} {attributes(id=edge.key)};")
    return "\n".join([*lines, "}", ""])


def _all_last(view: View) -> bool:
    """Whether no output feeds another node, so that all can stand in the last column."""
    return not any(view.nodes[edge.source].kind == "output" for edge in view.edges)


def for_drawing(view: View, layout: Layout, theme: Theme) -> str:
    """The picture as DOT with every position in it, which any Graphviz draws the same.

    `layout=nop2` says that nothing is to be moved; with `neato -n2` it means the same.
    """
    frame = f"0,0,{format_number(layout.width)},{format_number(layout.height)}"
    whole = attributes(layout="nop2", bb=frame, pad=0.0, bgcolor=theme.page)
    lines = [
        f"digraph {quote(view.title)} {{",
        f"  graph {whole};",
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
    for edge, curve, label in zip(view.edges, layout.curves, layout.labels, strict=True):
        source, target = view.nodes[edge.source], view.nodes[edge.target]
        drawn = _edge(edge, curve, label, layout.height, theme, wire=source.kind == "bias")
        lines.append(f"  {source.key} -> {target.key} {drawn};")
    return "\n".join([*lines, "}", ""])


def _corner(x: float, y: float) -> str:
    side = CORNER / POINTS
    return attributes(
        shape="none", style="invis", label="", width=side, height=side, pos=_pos(x, y)
    )


def _pos(x: float, y: float) -> str:
    return f"{format_number(x)},{format_number(y)}"


def _node(node: NodeView, box: Box, height: float, theme: Theme) -> str:
    color, text = (theme.off, theme.off_text) if node.off else (theme.line, theme.ink)
    fill, style, size = theme.page if node.off else theme.node, "filled", NAME_SIZE
    shape = "circle" if box.form == "circle" else "box"
    if node.kind == "bias":
        role = {1: theme.positive, -1: theme.negative}.get(node.sign, theme.zero)
        color, text, fill = role, role, theme.page
        style, size = "filled,rounded,dashed", LABEL_SIZE
    elif node.kind == "more":
        shape, style = "none", ""
    elif box.form == "box":
        style = "filled,rounded"
    return attributes(
        id=node.key,
        label="\n".join(line.text for line in node.lines),
        shape=shape,
        style=style,
        width=box.width / POINTS,
        height=box.height / POINTS,
        pos=_pos(box.x, height - box.y),
        color=color,
        fillcolor=fill,
        fontcolor=text,
        fontsize=size,
        penwidth=2.4 if "output" in node.kind else 1.4,
    )


def _text(text: Text, height: float, theme: Theme) -> str:
    return attributes(
        shape="plaintext",
        label=text.text,
        width=0.1,
        height=0.1,
        pos=_pos(text.x, height - text.y),
        fontcolor=theme.muted,
        fontsize=text.size,
    )


def _edge(
    edge: EdgeView,
    curve: tuple[Point, ...],
    label: Text | None,
    height: float,
    theme: Theme,
    *,
    wire: bool,
) -> str:
    role = "off" if edge.off else {1: "positive", -1: "negative"}.get(edge.sign, "zero")
    if len(curve) == 2:  # a straight line as the Bézier curve that Graphviz wants
        (x0, y0), (x1, y1) = curve
        curve = tuple((x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (0.0, 1 / 3, 2 / 3, 1.0))
    *points, tip = curve
    x, y = points[-1]
    length = math.hypot(tip[0] - x, tip[1] - y) or 1.0
    points.append((tip[0] - (tip[0] - x) / length * 7, tip[1] - (tip[1] - y) / length * 7))
    places = [f"e,{_pos(tip[0], height - tip[1])}", *(_pos(x, height - y) for x, y in points)]
    given: dict[str, str | float] = {
        "id": edge.key,
        "pos": " ".join(places),
        "color": getattr(theme, role),
        "penwidth": 1.2 if wire else 1.1 + 1.9 * edge.size,
    }
    if wire:
        given["style"] = "dashed"
    if label is not None:
        color = theme.off_text if edge.off else getattr(theme, role)
        given |= {"label": label.text, "lp": _pos(label.x, height - label.y), "fontcolor": color}
    return attributes(**given)
