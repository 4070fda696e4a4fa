"""Writes DOT: the picture with every position in it, which any Graphviz draws the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deepgraph.draw.graphviz.dot import POINTS, attributes, position, quote
from deepgraph.draw.layout.typography import LABEL_SIZE, NAME_SIZE
from deepgraph.draw.output import palette

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box, Text
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.view.records import EdgeView, NodeView
    from deepgraph.options.drawing import ThemeName

FONT = "Helvetica,Arial,Liberation Sans,sans-serif"
CORNER = 3.6
"""Side of an unseen corner; Graphviz makes no node smaller than 1.44."""
HEAD = 7.0
"""Length of an arrow head, by which Graphviz draws a curve shorter."""


def write(drawing: Drawing, theme: ThemeName, _step: int | None) -> bytes:
    """The content of a file; DOT has no steps.

    `layout=nop2` says that nothing is to be moved; with `neato -n2` it means the same.
    """
    view, layout, colors = drawing.view, drawing.layout, palette.THEMES[theme]
    height = layout.height
    whole = attributes(
        layout="nop2", bb=f"0,0,{position(layout.width, height)}", pad=0.0, bgcolor=colors.page
    )
    lines = [
        f"digraph {quote(view.title)} {{",
        f"  graph {whole};",
        f"  node {attributes(fontname=FONT, fontsize=NAME_SIZE, fixedsize='true', margin=0.0)};",
        f"  edge {attributes(fontname=FONT, fontsize=LABEL_SIZE, arrowsize=0.7)};",
        # Two unseen corners keep Graphviz from moving the picture to its own origin.
        f"  corner0 {_corner(CORNER / 2, CORNER / 2)};",
        f"  corner1 {_corner(layout.width - CORNER / 2, height - CORNER / 2)};",
    ]
    for node, box in zip(view.nodes, layout.boxes, strict=True):
        lines.append(f"  {node.key} {_node(node, box, height, colors)};")
    for number, text in enumerate(layout.texts):
        lines.append(f"  t{number} {_text(text, height, colors)};")
    for edge, curve, label in zip(view.edges, layout.curves, layout.labels, strict=True):
        source, target = view.nodes[edge.source], view.nodes[edge.target]
        drawn = _edge(edge, curve, label, height, colors, wire=source.kind == "bias")
        lines.append(f"  {source.key} -> {target.key} {drawn};")
    return "\n".join([*lines, "}", ""]).encode()


def _corner(x: float, y: float) -> str:
    side = CORNER / POINTS
    return attributes(
        shape="none", style="invis", label="", width=side, height=side, pos=position(x, y)
    )


def _node(node: NodeView, box: Box, height: float, theme: palette.Theme) -> str:
    color, text = (theme.off, theme.off_text) if node.off else (theme.line, theme.ink)
    fill, style, size = theme.page if node.off else theme.node, "filled", NAME_SIZE
    shape = "circle" if box.form == "circle" else "box"
    if node.kind == "bias":
        color = text = getattr(theme, palette.sign_role(node.sign))
        fill, style, size = theme.page, "filled,rounded,dashed", LABEL_SIZE
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
        pos=position(box.x, height - box.y),
        color=color,
        fillcolor=fill,
        fontcolor=text,
        fontsize=size,
        penwidth=palette.border_width(node),
    )


def _text(text: Text, height: float, theme: palette.Theme) -> str:
    return attributes(
        shape="plaintext",
        label=text.text,
        width=0.1,
        height=0.1,
        pos=position(text.x, height - text.y),
        fontcolor=theme.muted,
        fontsize=text.size,
    )


def _edge(
    edge: EdgeView,
    curve: tuple[Point, ...],
    label: Text | None,
    height: float,
    theme: palette.Theme,
    *,
    wire: bool,
) -> str:
    if len(curve) == 2:  # a straight line as the Bézier curve that Graphviz wants
        (x0, y0), (x1, y1) = curve
        curve = tuple((x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (0.0, 1 / 3, 2 / 3, 1.0))
    *points, tip = curve
    x, y = points[-1]
    length = math.hypot(tip[0] - x, tip[1] - y) or 1.0
    points.append((tip[0] - (tip[0] - x) / length * HEAD, tip[1] - (tip[1] - y) / length * HEAD))
    places = [position(x, height - y) for x, y in (tip, *points)]
    line, text = (getattr(theme, role) for role in palette.edge_roles(edge))
    given: dict[str, str | float] = {
        "id": edge.key,
        "pos": f"e,{' '.join(places)}",
        "color": line,
        "penwidth": palette.edge_width(edge, wire=wire),
    }
    if wire:
        given["style"] = "dashed"
    if label is not None:
        given |= {"label": label.text, "lp": position(label.x, height - label.y), "fontcolor": text}
    return attributes(**given)
