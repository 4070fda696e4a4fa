r"""Writes TikZ: the picture as a `tikzpicture` for LaTeX.

The text is a snippet for `\input` in a document that says `\usepackage{tikz}`; it needs no other
package and no TikZ library, and is plain ASCII but for the comments. Texts are in the document's
own font, names in its maths. A node may be referred to by its key (`n0`, `n1`, …), and every colour
is defined in the picture's head, for an author to change. `latex_text` handles characters that TeX
cannot set.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.draw.layout.node_sizes import (
    BADGE_RADIUS,
    ROUNDING,
    badge_centre,
    set_lines,
    sizes_of,
    sketch_points,
    tie,
)
from deepgraph.draw.layout.records import LEADING, Box
from deepgraph.draw.output import palette
from deepgraph.draw.output.arrow_heads import arrow
from deepgraph.draw.output.latex_text import spelled
from deepgraph.errors import DrawingError
from deepgraph.words.numbers import short
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Mark, Part, Text
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.output.palette import Theme
    from deepgraph.draw.view.records import BiasView, EdgeView, NodeView
    from deepgraph.options.drawing import ThemeName

PX = 0.75
"""A px in TeX's big points: 96 px are an inch, and so are 72 bp."""
FONT_SIZES = (5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 10.95, 12.0, 14.4, 17.28)
"""The sizes in points of LaTeX's standard fonts; TeX warns of others."""
HEIGHT, DEPTH = 0.85, 0.15
"""The extent of a line of text above and below its baseline, in font sizes."""
LARGEST = 20_000.0
"""Width and height in px; TeX knows no length above 16,383 points."""


def write(drawing: Drawing, theme: ThemeName, _step: int | None) -> bytes:
    """The content of a file; a TikZ picture has no steps.

    Raises:
        DrawingError: it is larger than TeX's largest length.
    """
    layout = drawing.layout
    if max(layout.width, layout.height) > LARGEST:
        raise DrawingError(
            "the picture is larger than TeX can set; show layers as blocks "
            f"({option('collapse', True)}), fewer nodes a layer ({option('max_width', 12)}), "
            f"or one node with its neighbours ({option('focus', 'ID')})"
        )
    return "\n".join([*_Picture(drawing, palette.THEMES[theme]).lines(), ""]).encode()


class _Picture:
    def __init__(self, drawing: Drawing, theme: Theme) -> None:
        self.view = drawing.view
        self.layout = drawing.layout
        self.theme = theme
        self.scale = sizes_of(drawing.view)
        self.sizes: set[float] = set()

    def lines(self) -> Iterator[str]:
        body = [*self._body()]
        yield from (f"% {' '.join(t.split())}" for t in (self.view.title, self.view.description))
        yield r"% Needs \usepackage{tikz}. To fit the page: \resizebox{\linewidth}{!}{\input{FILE}}"
        yield rf"\begin{{tikzpicture}}[x={_bp(1)}, y={_bp(1)}, inner sep=0pt, outer sep=0pt,"
        for points in sorted(self.sizes):
            # All lines have the same height, whatever letters are in them; as in SVG, the middle
            # of a line is 0.35 of the font size above its baseline.
            lead, height, depth = (short(points * part) for part in (LEADING, HEIGHT, DEPTH))
            font = rf"font=\fontsize{{{short(points)}}}{{{lead}}}\selectfont"
            room = f"text height={height}pt, text depth={depth}pt"
            yield f"  dg-{short(points)}pt/.style={{{font}, {room}}},"
        yield "]"
        if any(r"\dgchar" in line for line in body):
            yield r"\providecommand\dgchar[1]{{\tiny\,U+#1\,}}% a character without a glyph"
        for role, color in self.theme.items("\n".join(body)):
            yield rf"\definecolor{{{_color(role)}}}{{HTML}}{{{color.lstrip('#').upper()}}}"
        yield from body
        yield r"\end{tikzpicture}%"

    def _body(self) -> Iterator[str]:
        view, layout = self.view, self.layout
        frame = f"(0,0) rectangle ({short(layout.width)},{short(layout.height)})"
        yield rf"\fill[dg-page] {frame};"
        for edge, curve in zip(view.edges, layout.curves, strict=True):
            yield self._edge(edge, curve)
        for edge, label in zip(view.edges, layout.labels, strict=True):
            if label is not None:
                yield self._label(edge, label)
        for brace in layout.braces:
            points = " -- ".join(map(self._at, brace.points))
            yield rf"\draw[dg-brace, line width={_bp(1.4)}] {points};"
            name = brace.name
            yield self._set(name.text, (name.x, name.y), name.size, "muted")
        for node, box in zip(view.nodes, layout.boxes, strict=True):
            yield from self._node(node, box)
        for text in layout.texts:
            title = text.role == "title"
            role = "ink" if title else "muted"
            yield self._set(text.text, (text.x, text.y), text.size, role, bold=title)
        for mark in layout.legend:
            yield from self._mark(mark)

    def _at(self, point: Point) -> str:
        """A point of the layout in TikZ, where y points up."""
        return f"({short(point[0])},{short(self.layout.height - point[1])})"

    # --- edges ---------------------------------------------------------------------------

    def _edge(self, edge: EdgeView, curve: tuple[Point, ...]) -> str:
        wire = self.view.nodes[edge.source].role == "bias"
        width = palette.edge_width(edge, wire=wire, many=self.view.dense)
        role = "bias_line" if wire else palette.edge_roles(edge)[0]
        return self._arrow(edge, curve, role, width, bare=len(self.view.edges) > palette.HEADS)

    def _arrow(
        self, edge: EdgeView, curve: tuple[Point, ...], role: str, width: float, *, bare: bool
    ) -> str:
        """The line of an edge, and the head of its arrow if it is not bare."""
        dashes = _dashes(palette.EDGE_DASHES.get(edge.mark, ""))
        style = f"{_color(role)}, line width={_bp(width)}{dashes}"
        if bare:
            return rf"\draw[{style}] {self._path(list(curve))};"
        drawn = arrow(curve, width, hollow=edge.sign < 0, dense=self.view.dense)
        head = rf"\fill[{_color(role)}]"
        if drawn.outline:
            outline = f"draw={_color(role)}, line width={_bp(drawn.outline)}"
            head = rf"\filldraw[fill=dg-page, {outline}]"
        corners = " -- ".join(map(self._at, drawn.corners))
        return (
            rf"\draw[{style}] {self._path(drawn.points)}; "
            rf"{head} {corners} -- cycle;"
        )

    def _mark(self, mark: Mark) -> Iterator[str]:
        """A small node or edge before words of the legend."""
        node, edge = mark.node, mark.edge
        if edge is not None:
            width = palette.edge_width(edge, wire=False, many=self.view.dense)
            yield self._arrow(edge, mark.line, palette.edge_roles(edge)[0], width, bare=False)
        if node is not None and mark.box is not None:
            yield self._shape(mark.box, *palette.node_roles(node), palette.border_width(node))
            yield from self._glow(node, mark.box)

    def _path(self, curve: list[Point]) -> str:
        points = [self._at(point) for point in curve]
        if len(points) == 2:
            return " -- ".join(points)
        path = points[0]
        for one, two, end in zip(points[1::3], points[2::3], points[3::3], strict=True):
            path += f" .. controls {one} and {two} .. {end}"
        return path

    def _label(self, edge: EdgeView, label: Text) -> str:
        style = "" if abs(label.angle) < 0.01 else f"rotate={short(-label.angle)}"
        if label.background:
            style += f"{', ' if style else ''}fill=dg-page, inner xsep={_bp(2)}"
        place = label.x, label.y
        role, under = palette.edge_roles(edge)[1], label.under
        return self._set(label.text, place, label.size, role, style=style, under=under)

    # --- nodes ---------------------------------------------------------------------------

    def _node(self, node: NodeView, box: Box) -> Iterator[str]:
        centre = box.x, box.y
        for bias, pill in zip(node.biases, box.pills, strict=True):
            yield from self._bias(bias, pill, box)
        if node.role == "bias":
            yield self._shape(box, *palette.node_roles(node), palette.BIAS_LINE, key=node.key)
            yield self._set(node.name, centre, self.scale.pill, "bias_text")
            return
        if node.role != "more":
            width = palette.border_width(node)
            yield self._shape(box, *palette.node_roles(node), width, key=node.key, mark=node.mark)
        yield from self._glow(node, box)
        for line, x, y, size, anchor in set_lines(node, box, self.scale):
            role, bold = palette.text_role(line.role, off=node.off), line.role == "value"
            style = {"start": "anchor=west", "end": "anchor=east"}.get(anchor, "")
            yield self._set(line.text, (x, y), size, role, style=style, bold=bold)
        if node.sketch:
            yield from self._badge(node, box)

    def _glow(self, node: NodeView, box: Box) -> Iterator[str]:
        """The fill by which a node tells its value."""
        if node.glow is not None:
            color = _color(palette.glow_role(node))
            opacity = short(palette.glow_opacity(node))
            inner = replace(box, width=box.width - 2, height=box.height - 2)
            for style in ("fill=dg-page", f"fill={color}, fill opacity={opacity}"):
                yield rf"\node[{_outline(inner)}, {style}] at {self._at((box.x, box.y))} {{}};"

    def _bias(self, bias: BiasView, pill: Part, box: Box) -> Iterator[str]:
        """A bias beside its node, and the line between them."""
        border, width = palette.pill_line(bias)
        ends = " -- ".join(map(self._at, tie(box, pill)))
        yield rf"\draw[{_color(border)}, line width={_bp(width)}] {ends};"
        x, y = box.x + pill.dx, box.y + pill.dy
        place = Box(x, y, pill.width, pill.height, "pill")
        yield self._shape(place, "bias", border, width, mark=bias.mark)
        yield self._set(bias.label, (x, y), self.scale.pill, "bias_text")

    def _shape(
        self, box: Box, fill: str, line: str, width: float, *, key: str = "", mark: str = ""
    ) -> str:
        style = f"{_outline(box)}, fill={_color(fill)}, draw={_color(line)}"
        dashes = palette.DASHES if mark == "removed" else ""
        style += f", line width={_bp(width)}{_dashes(dashes)}"
        name = f" ({key})" if key else ""
        return rf"\node[{style}]{name} at {self._at((box.x, box.y))} {{}};"

    def _badge(self, node: NodeView, box: Box) -> Iterator[str]:
        """The sketch of an activation in a small circle."""
        _, role = palette.node_roles(node)
        points = map(self._at, sketch_points(node, box))
        circle = f"{self._at(badge_centre(box))} circle[radius={short(BADGE_RADIUS)}]"
        yield rf"\filldraw[fill=dg-page, draw={_color(role)}, line width={_bp(1.1)}] {circle};"
        yield (
            rf"\draw[{_color(role)}, line width={_bp(1.4)}, line join=round] "
            rf"{' -- '.join(points)};"
        )

    # --- texts ---------------------------------------------------------------------------

    def _set(
        self,
        text: str,
        place: Point,
        size: float,
        role: str,
        *,
        style: str = "",
        bold: bool = False,
        under: str = "",
    ) -> str:
        """A text that is centred on a place; `under` is its second line."""
        points = min(FONT_SIZES, key=lambda known: abs(known - size * PX))
        self.sizes.add(points)
        options = f"dg-{short(points)}pt, text={_color(role)}{', ' if style else ''}{style}"
        if under:  # both lines together have the height of a text, from the second's baseline on
            options += f", align=center, text height={short(points * (HEIGHT + LEADING))}pt"
        content = (r"\bfseries " if bold else "") + spelled(text)
        content += rf" \\ {spelled(under)}" if under else ""
        return rf"\node[{options}] at {self._at(place)} {{{content}}};"


def _dashes(pattern: str) -> str:
    """The style of a line of dashes; empty for none."""
    lengths = zip(itertools.cycle(("on", "off")), map(float, pattern.split()), strict=False)
    parts = " ".join(f"{what} {_bp(length)}" for what, length in lengths)
    return f", dash pattern={parts}" if parts else ""


def _outline(box: Box) -> str:
    """The options of a node that is a circle, a rounded box or a pill."""
    if box.form == "circle":
        return f"circle, minimum size={_bp(box.width)}"
    # A hair less than half the height, or the ends of a pill would overshoot.
    corners = box.height / 2 - 0.02 if box.form == "pill" else ROUNDING
    size = f"minimum width={_bp(box.width)}, minimum height={_bp(box.height)}"
    return f"rounded corners={_bp(corners)}, {size}"


def _color(role: str) -> str:
    return f"dg-{role.replace('_', '-')}"


def _bp(px: float) -> str:
    return f"{short(px * PX)}bp"
