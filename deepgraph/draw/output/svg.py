"""Writes SVG, element by element; `svg_pieces` spells their content, `svg_paint` their colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deepgraph.draw.layout.node_sizes import (
    BADGE_RADIUS,
    PLOT_HEIGHT,
    PLOT_WIDTH,
    badge_centre,
    line_offsets,
    line_size,
    plot_corner,
    sketch_points,
)
from deepgraph.draw.layout.typography import LABEL_SIZE, text_width
from deepgraph.draw.output import palette
from deepgraph.draw.output.svg_paint import FIT, Paint
from deepgraph.draw.output.svg_pieces import (
    corners,
    curve_data,
    escape,
    line_data,
    outline,
    smallest_size,
    spelled,
)
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box, Text
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.output.svg_paint import Mode
    from deepgraph.draw.view.records import EdgeView, NodeView, Plot
    from deepgraph.options.drawing import ThemeName

BASELINE = 0.35
"""From the middle of a line of text to its baseline, in font sizes."""
SECONDS = 0.7
"""Between two steps of an animation."""


def write(drawing: Drawing, theme: ThemeName, step: int | None) -> bytes:
    """The content of an SVG file, or with the option `inline` the text for a web page.

    Values appear only up to a step of the evaluation; `None` shows all.
    """
    mode: Mode = "inline" if drawing.options["inline"] else "file"
    return _Picture(drawing, theme, mode, step).text().encode()


def inline(drawing: Drawing, theme: ThemeName | None, smallest: float) -> str:
    """An SVG for the text of a web page, never so narrow that a text is smaller than so many px.

    The theme "auto" follows the page; `None` is that of the options, and auto if they name none.
    """
    theme = theme or drawing.options["theme"] or "auto"
    return _Picture(drawing, theme, "inline", None, smallest).text()


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
    ) -> None:
        self.view = drawing.view
        self.layout = drawing.layout
        self.paint = Paint(theme, mode)
        self.step = step
        self.animate = drawing.options["animate"] and step is None and mode != "resolved"
        self.smallest = smallest
        self.fonts: set[float] = set()
        self.paper = self.paint.colors is palette.PAPER
        # Without colour long dashes are negative weights, so biases are dotted.
        self.dotted = "1.5 3" if self.paper else "4 3"
        self.arrows = len(self.view.edges) <= palette.ARROWS
        self.parts: list[str] = []

    def text(self) -> str:
        view, layout = self.view, self.layout
        for edge, curve in zip(view.edges, layout.curves, strict=True):
            self._edge(edge, curve)
        for edge, label in zip(view.edges, layout.labels, strict=True):
            if label is not None:
                self._label(edge, label)
        for node, box in zip(view.nodes, layout.boxes, strict=True):
            self._node(node, box)
        for text in layout.texts:
            self._set(text.text, text.x, text.y, text.size, "muted", names=text.role == "note")
        return self.paint.whole(
            "".join(self.parts),
            (layout.width, layout.height),
            view.title,
            view.description,
            fit=self._fit(),
            moves=self._animation if self.animate else None,
        )

    def _fit(self) -> str:
        """The CSS by which an inline picture fits its column."""
        if not self.smallest or not self.fonts:
            return FIT
        width = min(self.layout.width, self.layout.width * self.smallest / min(self.fonts))
        return f"{FIT};min-width:{math.ceil(width)}px"

    # --- steps ---------------------------------------------------------------------------

    def _animation(self, scope: str) -> list[str]:
        """The values of a step appear; its edges, dim at first, light up just before."""
        steps = {node.step for node in self.view.nodes} | {edge.step for edge in self.view.edges}
        rules = ["@keyframes dg-in{from{opacity:0}}@keyframes dg-lit{from{opacity:.15}}"]
        for step in sorted(steps - {0}):
            value, edge = short(step * SECONDS), short(step * SECONDS - 0.3)
            rules.append(f"{scope}.v{step}{{animation:dg-in .5s {value}s both}}")
            rules.append(f"{scope}.w{step}{{animation:dg-lit .5s {edge}s both}}")
        still = f"{scope}*{{animation:none!important}}"
        rules.append(f"@media (prefers-reduced-motion:reduce){{{still}}}")
        return rules

    def _moves(self, letter: str, step: int) -> tuple[str, ...]:
        """The class by which an element takes part in an animation: v for values, w for edges."""
        return (f"{letter}{step}",) if self.animate and step else ()

    def _hidden(self, step: int) -> bool:
        return self.step is not None and step > self.step

    def _open(self, kind: str, key: str, step: int, tip: str = "", turn: str = "") -> None:
        """Start the group of an edge or of its label."""
        classes = " ".join([kind, *self._moves("w", step)])
        dim = ' opacity="0.15"' if self._hidden(step) else ""
        title = f"<title>{escape(tip)}</title>" if tip else ""
        self.parts.append(f'<g class="{classes}" data-edge="{key}"{turn}{dim}>{title}')

    # --- edges ---------------------------------------------------------------------------

    def _edge(self, edge: EdgeView, curve: tuple[Point, ...]) -> None:
        role, _ = palette.edge_roles(edge)
        wire = self.view.nodes[edge.source].kind == "bias"
        width = palette.edge_width(edge, wire=wire)
        points, head = list(curve), ""
        if self.arrows:
            points, head = self._arrow(points, width, role)
        dash = f' stroke-dasharray="{self.dotted}"' if wire else ""
        if self.paper and edge.sign < 0 and not wire:
            dash = ' stroke-dasharray="9 4"'
        self._open("edge", edge.key, edge.step, edge.tip)
        paint = f'fill="none"{self.paint(stroke=role)} stroke-width="{short(width)}"{dash}'
        self.parts.append(f'<path d="{curve_data(points)}" {paint}/>{head}</g>\n')

    def _arrow(self, points: list[Point], width: float, role: str) -> tuple[list[Point], str]:
        """The curve without the length of its arrow head, and the head."""
        (x0, y0), (x1, y1) = points[-2], points[-1]
        size = 5.5 + 1.6 * width
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        x, y = x1 - dx * size, y1 - dy * size
        half = size * 0.42
        head = ((x1, y1), (x - dy * half, y + dx * half), (x + dy * half, y - dx * half))
        inner = [*points[:-1], (x + dx, y + dy)]
        return inner, f'<polygon points="{corners(head)}"{self.paint(fill=role)}/>'

    def _label(self, edge: EdgeView, label: Text) -> None:
        """A label along its edge, on a piece of page that hides the edges below."""
        turn = ""
        if abs(label.angle) > 0.01:
            turn = f' transform="rotate({short(label.angle)} {short(label.x)} {short(label.y)})"'
        self._open("label", edge.key, edge.step, turn=turn)
        if label.background:
            width, height = text_width(edge.label, LABEL_SIZE) * 0.94 + 4, LABEL_SIZE * 1.12
            self.parts.append(
                f'<rect x="{short(label.x - width / 2)}" y="{short(label.y - height / 2)}" '
                f'width="{short(width)}" height="{short(height)}"{self.paint(fill="page")}/>'
            )
        self._set(edge.label, label.x, label.y, LABEL_SIZE, palette.edge_roles(edge)[1])
        self.parts.append("</g>\n")

    # --- nodes ---------------------------------------------------------------------------

    def _node(self, node: NodeView, box: Box) -> None:
        hidden = self._hidden(node.step)
        off = node.off and not hidden
        title = f"<title>{escape(node.tip)}</title>" if node.tip else ""
        # The kind is no class, since style sheets of pages know a class "hidden".
        kind = f'data-node="{node.key}" data-kind="{node.kind}"'
        self.parts.append(f'<g class="node" {kind}>{title}')
        if node.kind == "bias":
            role = palette.sign_role(node.sign)
            self._shape(box, "page", role, palette.WIRE, dash=self.dotted)
            self._set(node.lines[0].text, box.x, box.y, LABEL_SIZE, role)
        else:
            if node.kind != "more":
                fill, line = ("page", "off") if off else ("node", "line")
                self._shape(box, fill, line, palette.border_width(node), dash="4 3" * off)
            if node.glow and not hidden and not self.paper:
                paint = self.paint(fill="glow", classes=self._moves("v", node.step))
                opacity = short(palette.glow_opacity(node))
                self.parts.append(f'{outline(box)}{paint} fill-opacity="{opacity}"/>')
            self._lines(node, box, hidden)
            if node.sketch:
                self._badge(node, box, "off" if off else "line")
            if node.plot:
                self._plot(node, node.plot, box, hidden)
        self.parts.append("</g>\n")

    def _shape(self, box: Box, fill: str, stroke: str, width: float, *, dash: str) -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        paint = f'{self.paint(fill, stroke)} stroke-width="{short(width)}"{dashes}'
        self.parts.append(f"{outline(box)}{paint}/>")

    def _lines(self, node: NodeView, box: Box, hidden: bool) -> None:
        ink, muted = ("off_text", "off_text") if node.off and not hidden else ("ink", "muted")
        for line, offset in zip(node.lines, line_offsets(node), strict=True):
            if line.live and hidden:
                continue
            role = {"small": muted, "gradient": "gradient"}.get(line.role, ink)
            moves = self._moves("v", node.step) if line.live else ()
            size, bold = line_size(line), line.role == "value"
            self._set(line.text, box.x, box.y + offset, size, role, classes=moves, bold=bold)

    def _plot(self, node: NodeView, plot: Plot, box: Box, hidden: bool) -> None:
        """The plot in a node: its curve, with a dot at each kink, over hints of its axes."""
        left, top = plot_corner(node, box)

        def place(point: tuple[float, float]) -> Point:
            return left + point[0] * PLOT_WIDTH, top + (1 - point[1]) * PLOT_HEIGHT

        self.parts.append(f'<g class="plot"><title>{escape(plot.tip)}</title>')
        hint = f'fill="none"{self.paint(stroke="off")} stroke-width="1"'
        axes = [] if plot.zero is None else [((0.0, plot.zero), (1.0, plot.zero))]
        axes += [] if plot.origin is None else [((plot.origin, 0.0), (plot.origin, 1.0))]
        for axis in axes:
            self.parts.append(f'<path d="{line_data(map(place, axis))}" {hint}/>')
        line = f'fill="none"{self.paint(stroke="line")} stroke-width="1.7"'
        for stroke in plot.strokes:
            data = line_data(map(place, stroke))
            self.parts.append(f'<path d="{data}" {line} stroke-linejoin="round"/>')
        for points, fill in ((plot.kinks, "page"), (plot.dots, "line")):
            paint = f'{self.paint(fill, "line")} stroke-width="1.3"'
            for x, y in map(place, points):
                self.parts.append(f'<circle cx="{short(x)}" cy="{short(y)}" r="2.2"{paint}/>')
        if plot.here and not hidden:
            x, y = place(plot.here)
            paint = self.paint("positive", "page", self._moves("v", node.step))
            self.parts.append(
                f'<circle cx="{short(x)}" cy="{short(y)}" r="4"{paint} stroke-width="1.2"/>'
            )
        self.parts.append("</g>")

    def _badge(self, node: NodeView, box: Box, role: str) -> None:
        """The sketch of an activation in a small circle."""
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
        names: bool = True,
    ) -> None:
        weight = ' font-weight="bold"' if bold else ""
        paint = self.paint(fill=role, classes=classes)
        place = f'x="{short(x)}" y="{short(y + size * BASELINE)}" font-size="{short(size)}"'
        content = spelled(text, size) if names else escape(text)
        self.fonts.add(smallest_size(text, size) if names else size)
        self.parts.append(f"<text {place}{paint}{weight}>{content}</text>")
