"""Writes SVG, element by element; `svg_pieces` spells their content, `svg_paint` their colours."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.draw.layout.node_sizes import (
    BADGE_RADIUS,
    badge_centre,
    plot_corner,
    set_lines,
    sizes_of,
    sketch_points,
    tie,
)
from deepgraph.draw.layout.records import Box
from deepgraph.draw.output import palette
from deepgraph.draw.output.bidi import is_plain, kept_apart
from deepgraph.draw.output.gaps import square_gap
from deepgraph.draw.output.svg_edges import Lines, lines_of
from deepgraph.draw.output.svg_moves import animation, dimming
from deepgraph.draw.output.svg_paint import FIT, Paint
from deepgraph.draw.output.svg_pieces import (
    corners,
    curve_data,
    escape,
    line_data,
    outline,
    overlap,
    smallest_size,
    spelled,
)
from deepgraph.draw.output.svg_plot import plotted
from deepgraph.draw.view.records import joined
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Brace, Mark, Part, Text
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.output.svg_paint import Mode
    from deepgraph.draw.view.records import BiasView, EdgeView, NodeView, Plot
    from deepgraph.options.drawing import ThemeName

BASELINE = 0.35
"""From the middle of a line of text to its baseline, in font sizes."""
LEAST_SIZE = 9.0
"""px; in a narrow column an inline picture is wider than it before a text is smaller than this."""
MOST_LIT = 60
"""With more nodes than this none shows its edges under the pointer: each has a rule of its own."""


def write(drawing: Drawing, theme: ThemeName, step: int | None) -> bytes:
    """The content of an SVG file, or with the option `inline` the text for a web page.

    Values appear only up to a step of the evaluation; `None` shows all.
    """
    mode: Mode = "inline" if drawing.options["inline"] else "file"
    return _Picture(drawing, theme, mode, step).text().encode()


def inline(drawing: Drawing, theme: ThemeName | None, *, system: bool = True) -> str:
    """An SVG for the text of a web page, never so narrow that a text is smaller than `LEAST_SIZE`.

    The theme "auto" follows the page; `None` is that of the options, and auto if they name none.
    `system` is that of `svg_paint.Paint`.
    """
    theme = theme or drawing.options["theme"] or "auto"
    return _Picture(drawing, theme, "inline", None, LEAST_SIZE, system).text()


def least_width(drawing: Drawing) -> float:
    """The width in px at which the smallest text of a picture has `LEAST_SIZE`."""
    picture = _Picture(drawing, "light", "resolved", None, LEAST_SIZE)
    picture.text()
    return picture.least()


def elements(drawing: Drawing) -> str:
    """The elements of an SVG without its root, for a page that brings rules for their classes."""
    return _Picture(drawing, "auto", "inline", None).body()


def resolved(drawing: Drawing, theme: ThemeName, step: int | None) -> str:
    """An SVG of plain attributes, from which PNG and PDF are made; arguments as in `write`."""
    return _Picture(drawing, theme, "resolved", step).text()


class _Picture:
    def __init__(
        self,
        drawing: Drawing,
        theme: ThemeName,
        mode: Mode,
        step: int | None,
        smallest: float = 0.0,
        system: bool = True,
    ) -> None:
        self.view = drawing.view
        self.layout = drawing.layout
        self.theme = theme
        self.paint = Paint(theme, mode, system)
        self.step = step
        self.animate = drawing.options["animate"] and step is None and mode != "resolved"
        self.lights = mode == "inline" and len(self.view.nodes) <= MOST_LIT
        self.smallest = smallest
        self.fonts: set[float] = set()
        self.sizes = sizes_of(drawing.view)
        self.bare = len(self.view.edges) > palette.HEADS
        self.parts: list[str] = []

    def text(self) -> str:
        view, layout = self.view, self.layout
        body = self.body()
        return self.paint.whole(
            body,
            (layout.width, layout.height),
            view.title,
            view.description,
            fit=self._fit(),
            more=self._rules if self.animate or self.lights else None,
        )

    def body(self) -> str:
        view, layout = self.view, self.layout
        lines = list(zip(view.edges, layout.curves, strict=True))
        if view.dense and self.theme == "paper":  # a pale line over a black one is like a gap in it
            lines.sort(key=lambda line: not line[0].zero)
        for edge, curve in lines:
            self._edge(edge, curve)
        for edge, curve, label in zip(view.edges, layout.curves, layout.labels, strict=True):
            if label is not None:
                self._label(edge, curve, label)
        for brace in layout.braces:
            self._brace(brace)
        for node, box in zip(view.nodes, layout.boxes, strict=True):
            self._node(node, box)
        for text in layout.texts:
            title = text.role == "title"
            role = "ink" if title else "muted"
            self._set(text.text, text.x, text.y, text.size, role, bold=title)
        for mark in layout.legend:
            self._mark(mark)
        return "".join(self.parts)

    def _fit(self) -> str:
        """The CSS by which an inline picture fits its column."""
        if not self.smallest or not self.fonts:
            return FIT
        return f"{FIT};min-width:{math.ceil(self.least())}px"

    def least(self) -> float:
        """The width at which no text is smaller than it may be; after `text`."""
        shrinks = min(1.0, self.smallest / min(self.fonts, default=self.smallest))
        return self.layout.width * shrinks

    def _rules(self, root: str) -> list[str]:
        """The rules of an animation, and those by which a node under the pointer shows its edges.

        `root` selects the picture; it is empty in a file.
        """
        moves = animation(self.view, f"{root} " if root else "") if self.animate else []
        return moves + dimming(self.view, root) if self.lights else moves

    # --- steps ---------------------------------------------------------------------------

    def _moves(self, letter: str, step: int) -> tuple[str, ...]:
        """The class by which an element takes part in an animation: v for values, w for edges."""
        return (f"{letter}{step}",) if self.animate and step else ()

    def _hidden(self, step: int) -> bool:
        return self.step is not None and step > self.step

    def _ends(self, edge: EdgeView) -> str:
        """The nodes under whose pointer an edge stays, as an attribute."""
        if not self.lights:
            return ""
        nodes = self.view.nodes
        return f' data-ends="{nodes[edge.source].key} {nodes[edge.target].key}"'

    def _open(
        self, kind: str, edge: EdgeView, *, tip: str = "", turn: str = "", stroke: str = ""
    ) -> None:
        """Start the group of an edge or of its label; a stroke is the colour of its lines."""
        paint = self.paint(stroke=stroke, classes=(kind, *self._moves("w", edge.step)))
        more = f"{self._ends(edge)}{turn}" + (' opacity="0.15"' if self._hidden(edge.step) else "")
        title = f"<title>{escape(tip)}</title>" if tip else ""
        self.parts.append(f'<g{paint} data-edge="{edge.key}"{more}>{title}')

    # --- edges ---------------------------------------------------------------------------

    def _edge(self, edge: EdgeView, curve: tuple[Point, ...]) -> None:
        role, _ = palette.edge_roles(edge)
        wire = self.view.nodes[edge.source].role == "bias"
        width = palette.edge_width(edge, wire=wire, many=self.view.dense)
        role = "bias_line" if wire else role
        lines = self._drawn(edge, curve, role, width, bare=self.bare)
        self._open("edge", edge, tip=edge.tip, stroke=lines.stroke)
        self.parts.append(f"{lines.elements}</g>\n")

    def _drawn(
        self, edge: EdgeView, curve: tuple[Point, ...], role: str, width: float, *, bare: bool
    ) -> Lines:
        dense = self.view.dense
        return lines_of(edge, curve, role, width, self.paint, bare=bare, dense=dense)

    def _mark(self, mark: Mark) -> None:
        """A small node or edge before words of the legend."""
        node, edge, lines = mark.node, mark.edge, Lines("", "")
        if edge is not None:
            width = palette.edge_width(edge, wire=False, many=self.view.dense)
            lines = self._drawn(edge, mark.line, palette.edge_roles(edge)[0], width, bare=False)
        self.parts.append(f"<g{self.paint(stroke=lines.stroke, classes=('mark',))}>")
        self.parts.append(lines.elements)
        if node is not None and mark.box is not None:
            self._shape(mark.box, *palette.node_roles(node), palette.border_width(node))
            if node.glow is not None:
                self._glow(node, mark.box)
        self.parts.append("</g>\n")

    def _label(self, edge: EdgeView, curve: tuple[Point, ...], label: Text) -> None:
        """A label on its edge, on a piece of page that cuts a gap into the line below."""
        turn = ""
        if abs(label.angle) > 0.01:
            turn = f' transform="rotate({short(label.angle)} {short(label.x)} {short(label.y)})"'
        self._open("label", edge, turn=turn)
        if label.background:
            x, y, width, height = label.ground
            self.parts.append(
                f'<rect x="{short(x)}" y="{short(y)}" '
                f'width="{short(width)}" height="{short(height)}"{self.paint(fill="page")}/>'
            )
            self._square_gap(edge, curve, label)
        role = palette.edge_roles(edge)[1]
        *above, (last, y) = label.lines
        for line, height in above:
            self._set(line, label.x, height, label.size, role)
        # The gradient is the end of the last line, or all of it; a name above it may be the same.
        behind = "" if last == edge.gradient else "  "
        tail = self._late(edge.gradient, edge.back, behind)
        text = last.removesuffix(behind + edge.gradient) if tail else last
        self._set(text, label.x, y, label.size, role, tail=tail)
        self.parts.append("</g>\n")

    def _square_gap(self, edge: EdgeView, curve: tuple[Point, ...], label: Text) -> None:
        """Take so much of a slanted line away that no wedges are left of it beside its label."""
        width = palette.edge_width(edge, wire=False, many=self.view.dense)
        gap = None if label.angle else square_gap(curve, label.ground, width)
        if gap is not None:
            page = f'{self.paint(stroke="page")} stroke-width="{short(width + 1)}"'
            self.parts.append(f'<path d="{curve_data(gap)}"{page}/>')

    def _late(self, gradient: str, step: int, behind: str = "  ") -> str:
        """A gradient that appears in a step of its own; empty if it just stands."""
        if not gradient or not (self.animate or self._hidden(step)):
            return ""
        moves = "".join(f' class="{name}"' for name in self._moves("v", step))
        hidden = ' fill-opacity="0"' if self._hidden(step) else ""
        return f"<tspan{moves}{hidden}>{behind}{escape(gradient)}</tspan>"

    def _brace(self, brace: Brace) -> None:
        """The brace of a group, and its name on a piece of page."""
        line = f'fill="none"{self.paint(stroke="brace")} stroke-width="1.4"'
        self.parts.append(f'<path d="{line_data(brace.points)}" {line}/>')
        name = brace.name
        self._set(name.text, name.x, name.y, name.size, "muted")
        self.parts.append("\n")

    # --- nodes ---------------------------------------------------------------------------

    def _node(self, node: NodeView, box: Box) -> None:
        hidden = self._hidden(node.step)
        if node.off and hidden:
            node = replace(node, off=False)
        for bias, pill in zip(node.biases, box.pills, strict=True):
            self._bias(bias, pill, box, node.back)
        title = f"<title>{escape(node.tip)}</title>" if node.tip else ""
        # The kind is no class, since style sheets of pages know a class "hidden".
        kind = f'data-node="{node.key}" data-kind="{node.kind}"'
        self.parts.append(f'<g class="node" {kind}>{title}')
        if node.role == "bias":
            self._shape(box, *palette.node_roles(node), palette.BIAS_LINE, node.mark)
            self._set(node.name, box.x, box.y, self.sizes.pill, "bias_text")
        else:
            if node.role != "more":
                width = palette.border_width(node)
                self._shape(box, *palette.node_roles(node), width, node.mark)
            if node.glow is not None and not hidden:
                self._glow(node, box)
            self._lines(node, box, hidden)
            if node.sketch:
                self._badge(node, box)
            if node.plot:
                self._plot(node, node.plot, box, hidden)
        self.parts.append("</g>\n")

    def _bias(self, bias: BiasView, pill: Part, box: Box, back: int) -> None:
        """A bias beside its node, and the line between them."""
        title = f"<title>{escape(bias.tip)}</title>" if bias.tip else ""
        self.parts.append(f'<g class="bias" data-bias="{bias.key}">{title}')
        border, width = palette.pill_line(bias)
        line = f'{self.paint(stroke=border)} stroke-width="{short(width)}"{_dashes(bias.mark)}'
        self.parts.append(f'<path d="{line_data(tie(box, pill))}"{line}/>')
        x, y = box.x + pill.dx, box.y + pill.dy
        place = Box(x, y, pill.width, pill.height, "pill")
        self._shape(place, "bias", border, width, bias.mark)
        tail = self._late(bias.gradient, back)
        text = joined(bias.name, bias.value) if tail else bias.label
        self._set(text, x, y, self.sizes.pill, "bias_text", tail=tail)
        self.parts.append("</g>\n")

    def _glow(self, node: NodeView, box: Box) -> None:
        """The fill by which a node tells its value, over the page and under its own border."""
        classes = self._moves("v", node.step)
        ground = self.paint(fill="page", classes=classes)
        color = self.paint(fill=palette.glow_role(node), classes=classes)
        opacity = short(palette.glow_opacity(node))
        inner = replace(box, width=box.width - 2, height=box.height - 2)
        self.parts.append(f"{outline(inner)}{ground}/>")
        self.parts.append(f'{outline(inner)}{color} fill-opacity="{opacity}"/>')

    def _shape(self, box: Box, fill: str, stroke: str, width: float, mark: str = "") -> None:
        paint = f'{self.paint(fill, stroke)} stroke-width="{short(width)}"{_dashes(mark)}'
        self.parts.append(f"{outline(box)}{paint}/>")

    def _lines(self, node: NodeView, box: Box, hidden: bool) -> None:
        for line, x, y, size, anchor in set_lines(node, box, self.sizes):
            step = node.back if line.role == "gradient" else node.step
            if line.live and (hidden or self._hidden(step)):
                continue
            role = palette.text_role(line.role, off=node.off)
            moves = self._moves("v", step) if line.live else ()
            bold = line.role == "value"
            self._set(line.text, x, y, size, role, classes=moves, bold=bold, anchor=anchor)

    def _plot(self, node: NodeView, plot: Plot, box: Box, hidden: bool) -> None:
        """The plot in a node, without its live point in a step before its value."""
        corner = plot_corner(node, box, self.sizes)
        classes = self._moves("v", node.step)
        self.parts.append(plotted(plot, corner, self.paint, classes, live=not hidden))

    def _badge(self, node: NodeView, box: Box) -> None:
        """The sketch of an activation in a small circle."""
        _, role = palette.node_roles(node)
        x, y = badge_centre(box)
        circle = (
            f'cx="{short(x)}" cy="{short(y)}" r="{short(BADGE_RADIUS)}"{self.paint("page", role)}'
        )
        self.parts.append(f'<circle {circle} stroke-width="1.1"/>')
        line = f'fill="none"{self.paint(stroke=role)} stroke-width="1.4" stroke-linejoin="round"'
        self.parts.append(f'<polyline points="{corners(sketch_points(node, box))}" {line}/>')

    # --- texts ---------------------------------------------------------------------------

    def _set(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        role: str,
        *,
        classes: tuple[str, ...] = (),
        bold: bool = False,
        anchor: str = "middle",
        tail: str = "",
    ) -> None:
        anchored = "" if anchor == "middle" else f' text-anchor="{anchor}"'
        weight = ' font-weight="bold"' if bold else ""
        paint = self.paint(fill=role, classes=classes)
        if self.paint.mode == "resolved":
            x += overlap(text, size) * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        place = f'x="{short(x)}" y="{short(y + size * BASELINE)}" font-size="{short(size)}"'
        if not is_plain(text):
            text = kept_apart(text)
        self.fonts.add(smallest_size(text, size))
        content = spelled(text, size)
        self.parts.append(f"<text {place}{anchored}{paint}{weight}>{content}{tail}</text>")


def _dashes(mark: str) -> str:
    """The attribute by which what went is dashed; empty for anything else."""
    return f' stroke-dasharray="{palette.DASHES}"' if mark == "removed" else ""
