"""Writes DOT: the picture with every position in it, which any Graphviz draws the same."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from deepgraph.draw.graphviz.dot import POINTS, attributes, position, quote
from deepgraph.draw.layout.node_sizes import set_lines, sizes_of, tie
from deepgraph.draw.output import palette

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box, Brace, Part, Text
    from deepgraph.draw.layout.typography import Sizes
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.view.records import BiasView, EdgeView, NodeView
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
    sizes = sizes_of(view)
    height = layout.height
    whole = attributes(
        layout="nop2", bb=f"0,0,{position(layout.width, height)}", pad=0.0, bgcolor=colors.page
    )
    lines = [
        f"digraph {quote(view.title)} {{",
        f"  graph {whole};",
        f"  node {attributes(fontname=FONT, fontsize=sizes.name, fixedsize='true', margin=0.0)};",
        f"  edge {attributes(fontname=FONT, fontsize=sizes.label, arrowsize=0.7)};",
        # Two unseen corners keep Graphviz from moving the picture to its own origin.
        f"  corner0 {_corner(CORNER / 2, CORNER / 2)};",
        f"  corner1 {_corner(layout.width - CORNER / 2, height - CORNER / 2)};",
    ]
    for node, box in zip(view.nodes, layout.boxes, strict=True):
        lines += _node(node, box, height, colors, sizes)
    for number, text in enumerate(layout.texts):
        place = position(text.x, height - text.y)
        lines.append(_plain(f"t{number}", text.text, place, colors.muted, text.size))
    for number, brace in enumerate(layout.braces):
        lines += _brace(number, brace, height, colors)
    for edge, curve, label in zip(view.edges, layout.curves, layout.labels, strict=True):
        source, target = view.nodes[edge.source], view.nodes[edge.target]
        wire = source.role == "bias"
        drawn = _edge(
            edge,
            curve,
            label,
            height,
            colors,
            wire=wire,
            many=view.dense,
            bare=len(view.edges) > palette.HEADS,
        )
        lines.append(f"  {source.key} -> {target.key} {drawn};")
    return "\n".join([*lines, "}", ""]).encode()


def _corner(x: float, y: float) -> str:
    side = CORNER / POINTS
    return attributes(
        shape="none", style="invis", label="", width=side, height=side, pos=position(x, y)
    )


def _node(
    node: NodeView, box: Box, height: float, theme: palette.Theme, sizes: Sizes
) -> Iterator[str]:
    """A node, its biases with the lines to it, and its name if that stands outside."""
    fill, line = palette.solid_fill(node, theme), getattr(theme, palette.node_roles(node)[1])
    shape, style, text = ("circle" if box.form == "circle" else "box"), "filled", theme.ink
    placed = set_lines(node, box, sizes)
    size = sizes.name
    if node.role == "bias":
        style, text, size = "filled,rounded", theme.bias_text, sizes.pill
    elif node.role == "more":
        shape, style = "none", ""
    elif box.form == "box":
        style = "filled,rounded"
    if box.name is not None:
        name = placed.pop(0)
        place = position(box.x + box.name.dx, height - name.y)
        yield _plain(f"{node.key}name", name.line.text, place, theme.ink, name.size)
    inner = [each.size for each in placed]
    if node.role != "bias" and inner:
        # Graphviz has one size for all lines of a label: that of their mean.
        size = round(sum(inner) / len(inner), 1)
    drawn = attributes(
        id=node.key,
        label="\n".join(each.line.text for each in placed),
        shape=shape,
        style=style,
        width=box.width / POINTS,
        height=box.height / POINTS,
        pos=position(box.x, height - box.y),
        color=line,
        fillcolor=fill,
        fontcolor=theme.off_text if node.off else text,
        fontsize=size,
        penwidth=palette.border_width(node),
    )
    yield f"  {node.key} {drawn};"
    for bias, pill in zip(node.biases, box.pills, strict=True):
        yield from _bias(node, bias, pill, box, height, theme, sizes)


def _bias(
    node: NodeView,
    bias: BiasView,
    pill: Part,
    box: Box,
    height: float,
    theme: palette.Theme,
    sizes: Sizes,
) -> Iterator[str]:
    drawn = attributes(
        id=f"b{bias.key}",
        label=bias.label,
        shape="box",
        style="filled,rounded",
        width=pill.width / POINTS,
        height=pill.height / POINTS,
        pos=position(box.x + pill.dx, height - box.y - pill.dy),
        color=theme.bias_line,
        fillcolor=theme.bias,
        fontcolor=theme.bias_text,
        fontsize=sizes.pill,
        penwidth=palette.BIAS_LINE,
    )
    yield f"  b{bias.key} {drawn};"
    way = _straight(tie(box, pill))
    places = " ".join(position(x, height - y) for x, y in way)
    line = attributes(
        pos=places, color=theme.bias_line, penwidth=palette.BIAS_LINE, arrowhead="none"
    )
    yield f"  b{bias.key} -> {node.key} {line};"


def _straight(ends: tuple[Point, ...]) -> tuple[Point, ...]:
    """A straight line as the Bézier curve that Graphviz wants."""
    (x0, y0), (x1, y1) = ends
    return tuple((x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (0.0, 1 / 3, 2 / 3, 1.0))


def _brace(number: int, brace: Brace, height: float, theme: palette.Theme) -> Iterator[str]:
    """The brace of a group as an edge between two unseen nodes, and its name."""
    ends = brace.points[0], brace.points[-1]
    for letter, (x, y) in zip("ab", ends, strict=True):
        yield f"  g{number}{letter} {_corner(x, height - y)};"
    places = [position(x, height - y) for x, y in ends[:1]]
    for step in pairwise(brace.points):
        places += [position(x, height - y) for x, y in _straight(step)[1:]]
    line = attributes(pos=" ".join(places), color=theme.brace, penwidth=1.4, arrowhead="none")
    yield f"  g{number}a -> g{number}b {line};"
    name = brace.name
    place = position(name.x, height - name.y)
    yield _plain(f"g{number}", name.text, place, theme.muted, name.size)


def _plain(key: str, text: str, place: str, color: str, size: float) -> str:
    drawn = attributes(
        id=key,
        shape="plaintext",
        label=text,
        width=0.1,
        height=0.1,
        pos=place,
        fontcolor=color,
        fontsize=size,
    )
    return f"  {key} {drawn};"


def _edge(
    edge: EdgeView,
    curve: tuple[Point, ...],
    label: Text | None,
    height: float,
    theme: palette.Theme,
    *,
    wire: bool,
    many: bool,
    bare: bool,
) -> str:
    if len(curve) == 2:
        curve = _straight(curve)
    *points, tip = curve
    places = [position(x, height - y) for x, y in curve]
    if not bare:
        x, y = points[-1]
        share = HEAD / (math.hypot(tip[0] - x, tip[1] - y) or 1.0)
        points.append((tip[0] - (tip[0] - x) * share, tip[1] - (tip[1] - y) * share))
        ends = [position(x, height - y) for x, y in (tip, *points)]
        places = [f"e,{ends[0]}", *ends[1:]]
    line, text = (getattr(theme, role) for role in palette.edge_roles(edge))
    given: dict[str, str | float] = {
        "id": edge.key,
        "pos": " ".join(places),
        "color": theme.bias_line if wire else line,
        "penwidth": palette.edge_width(edge, wire=wire, many=many),
    }
    if bare:
        given["arrowhead"] = "none"
    elif edge.sign < 0:
        given["arrowhead"] = "empty"
    if label is not None:
        given |= {"label": label.text, "lp": position(label.x, height - label.y), "fontcolor": text}
    return attributes(**given)
