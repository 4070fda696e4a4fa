"""Writes DOT: the picture with every position in it, which any Graphviz draws the same.

Nodes have the ids of the network, so that whoever goes on with the text finds them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.draw.graphviz.dot import (
    POINTS,
    Span,
    attributes,
    clean,
    label,
    name,
    position,
    spelled,
    stacked,
    tip,
)
from deepgraph.draw.layout.framing import MARGIN
from deepgraph.draw.layout.node_sizes import (
    BADGE_RADIUS,
    badge_centre,
    set_lines,
    sizes_of,
    sketch_points,
    tie,
)
from deepgraph.draw.layout.records import BELOW, Text
from deepgraph.draw.layout.typography import text_width
from deepgraph.draw.output import palette
from deepgraph.draw.output.dot_strokes import shortened, straight, strokes
from deepgraph.words.notation import runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphviz import Digraph

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.node_sizes import SetLine
    from deepgraph.draw.layout.records import Box, Brace, Mark, Part
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.view.records import BiasView, EdgeView, NodeView
    from deepgraph.options.drawing import ThemeName

    Attributes = dict[str, str | float]

FONT = "Helvetica"
"""A name that every Graphviz knows, with its bold and slanted faces."""
SPACING = 1.2
"""Graphviz's distance of two lines, in font sizes."""
DESCENDING = frozenset("gjpqy_,;Q()[]{}βγζημξρφχψ")
"""Characters that reach below their line."""
FREE: Attributes = {"fixedsize": "false", "margin": 0.0, "width": 0.0, "height": 0.0}
"""A text that is as large as its letters; a fixed size that is too small makes Graphviz warn."""


class Parts(NamedTuple):
    """A DOT text in parts.

    Attributes:
        name: of the graph.
        graph, node, edge: the attributes of all.
        body: its statements.
        middles: of each line of the labels, by the ids that their nodes and edges have in an SVG;
            in px of the layout.
    """

    name: str
    graph: Attributes
    node: Attributes
    edge: Attributes
    body: list[str]
    middles: dict[str, list[Point]]

    @property
    def text(self) -> str:
        """All of it."""
        defaults = [
            f"  {kind} {attributes(**given)};"
            for kind, given in (("graph", self.graph), ("node", self.node), ("edge", self.edge))
        ]
        body = [f"  {line};" for line in self.body]
        return "\n".join([f"digraph {name(self.name)} {{", *defaults, *body, "}", ""])


def write(drawing: Drawing, theme: ThemeName, _step: int | None) -> bytes:
    """The content of a file; DOT has no steps."""
    return parts(drawing, theme).text.encode()


def parts(drawing: Drawing, theme: ThemeName, *, markup: bool = True) -> Parts:
    """The text in parts; without markup for a Graphviz that has no HTML-like labels."""
    return _Picture(drawing, theme, markup=markup).parts()


def digraph(drawing: Drawing, theme: ThemeName) -> Digraph:
    """The same as an object of the package graphviz, to be styled and rendered."""
    import graphviz

    made = parts(drawing, theme)
    graph, node, edge = (
        {key: spelled(value).strip('"') for key, value in given.items()} for given in made[1:4]
    )
    body = [f"\t{line}\n" for line in made.body]
    return graphviz.Digraph(
        "network",
        comment=" ".join(made.name.split()),
        graph_attr=graph,
        node_attr=node,
        edge_attr=edge,
        body=body,
    )


class _Picture:
    """One picture, whose statements are written one after the other."""

    def __init__(self, drawing: Drawing, theme: ThemeName, *, markup: bool) -> None:
        self.view, self.layout = drawing.view, drawing.level_layout
        self.markup = markup
        self.middles: dict[str, list[Point]] = {}
        self.theme = palette.THEMES[theme]
        self.sizes = sizes_of(self.view)
        self.taken: set[str] = set()
        self.names = [self._named(node.id or node.key) for node in self.view.nodes]
        labels = [text for text in self.layout.labels if text is not None]
        self.grounds = np.array([_ground(text) for text in labels], np.float64).reshape(-1, 4)

    def parts(self) -> Parts:
        view, layout = self.view, self.layout
        body: list[str] = []
        for number, (node, box) in enumerate(zip(view.nodes, layout.boxes, strict=True)):
            body += self._node(number, node, box)
        for number, text in enumerate(layout.texts):
            color = self.theme.ink if text.role == "title" else self.theme.muted
            body.append(self._text(f"t{number}", text, color))
        for number, mark in enumerate(layout.legend):
            body += self._mark(number, mark)
        for number, brace in enumerate(layout.braces):
            body += self._brace(number, brace)
        for edge, curve, placed in zip(view.edges, layout.curves, layout.labels, strict=True):
            body.append(self._edge(edge, curve, placed))
        graph: Attributes = {
            "layout": "nop2",  # nothing is to be moved; `neato -n2` means the same
            "notranslate": "true",
            "pad": MARGIN / POINTS,
            "outputorder": "nodesfirst",
            "bgcolor": self.theme.page,
        }
        node_defaults: Attributes = {"fontname": FONT, "fontsize": self.sizes.name}
        node_defaults |= {"fontcolor": self.theme.ink, "fixedsize": "shape", "margin": 0.0}
        edge_defaults: Attributes = {"fontname": FONT, "fontsize": self.sizes.label}
        return Parts(clean(view.title), graph, node_defaults, edge_defaults, body, self.middles)

    def _named(self, wanted: str) -> str:
        """A name for a node that no other has."""
        wanted = clean(wanted)
        while wanted in self.taken:
            wanted += "'"
        self.taken.add(wanted)
        return wanted

    def _at(self, x: float, y: float) -> str:
        """A position: y upwards, as in Graphviz."""
        return position(x, self.layout.height - y)

    def _way(self, points: Iterable[Point]) -> str:
        return " ".join(self._at(x, y) for x, y in points)

    def _one(self, key: str, text: str, size: float, x: float, y: float) -> str:
        """A label of one line, whose middle is noted."""
        self.middles[key] = [(x, y)]
        return label(text, size) if self.markup else text

    def _several(self, key: str, text: Text) -> str:
        """A label of one line or of several."""
        if not text.under:
            return self._one(key, text.text, text.size, text.x, text.y)
        self.middles[key] = [(text.x, y) for _, y in text.lines]
        if not self.markup:
            return f"{text.text}\n{text.under}"
        return stacked(Span(line, text.size) for line, _ in text.lines)

    def _text(self, key: str, text: Text, color: str, wanted: str = "") -> str:
        """A text by itself, as a node of its own without a border, called like the text."""
        own = wanted or self._named(text.text)
        given: Attributes = {"id": key, "shape": "plaintext", **FREE}
        given["label"] = self._one(key, text.text, text.size, text.x, text.y)
        if text.role == "title" and self.markup:
            given["label"] = stacked([Span(text.text, text.size, bold=True)])
        given["width"] = text_width(text.text, text.size) / POINTS
        given |= {"pos": self._at(text.x, text.y), "fontsize": text.size, "fontcolor": color}
        return f"{name(own)} {attributes(**given)}"

    # --- nodes ---------------------------------------------------------------------------

    def _node(self, number: int, node: NodeView, box: Box) -> Iterator[str]:
        """A node, its biases with the lines to it, and its name if that stands outside."""
        placed = set_lines(node, box, self.sizes)
        own, theme = self.names[number], self.theme
        if box.name is not None:
            outer = placed.pop(0)
            beside = Text(outer.line.text, box.x + box.name.dx, outer.y, outer.size)
            color = theme.off_text if node.off else theme.ink
            yield self._text(f"{node.key}name", beside, color, self._named(f"name of {own}"))
        given: Attributes = {"id": node.key, "label": self._label(node, box, placed)}
        given["pos"] = self._at(box.x, box.y)
        if node.role == "more":
            given |= {"shape": "plaintext", **FREE}
        else:
            given |= self._shape(node, box)
        if node.tip:
            given["tooltip"] = tip(node.tip)
        yield f"{name(own)} {attributes(**given)}"
        for bias, pill in zip(node.biases, box.pills, strict=True):
            yield from self._bias(own, bias, box, pill)
        if node.sketch:
            yield from self._badge(own, node, box)

    def _shape(self, node: NodeView, box: Box) -> Attributes:
        line = getattr(self.theme, palette.node_roles(node)[1])
        given: Attributes = {"shape": "circle" if box.form == "circle" else "box"}
        given |= {"width": box.width / POINTS, "height": box.height / POINTS}
        style = "filled" if box.form == "circle" else "filled,rounded"
        given["style"] = f"{style},dashed" if node.mark == "removed" else style
        given |= {"fillcolor": palette.solid_fill(node, self.theme), "color": line}
        given["penwidth"] = palette.border_width(node)
        if node.role == "bias":
            given |= {"fontsize": self.sizes.pill, "fontcolor": self.theme.bias_text}
        return given

    def _label(self, node: NodeView, box: Box, placed: list[SetLine]) -> str:
        """The lines in a node, no farther apart than the layout has them."""
        if node.role == "bias":
            return self._one(node.key, node.name, self.sizes.pill, box.x, box.y)
        self.middles[node.key] = [(box.x, line.y) for line in placed]
        if not placed or not self.markup:
            return "\n".join(each.line.text for each in placed)
        sizes = [line.size for line in placed]
        high = SPACING * (sum(sizes) - (sizes[0] + sizes[-1]) / 2)
        share = min(1.0, (placed[-1].y - placed[0].y) / high) if len(placed) > 1 else 1.0
        return stacked(
            Span(
                each.line.text,
                each.size * share,
                self._color(each, off=node.off),
                bold=each.line.role == "value",
            )
            for each in placed
        )

    def _color(self, each: SetLine, *, off: bool) -> str:
        role = palette.text_role(each.line.role, off=off)
        return "" if role == "ink" else str(getattr(self.theme, role))

    def _bias(self, target: str, bias: BiasView, box: Box, pill: Part) -> Iterator[str]:
        theme, size = self.theme, self.sizes.pill
        own = name(self._named(f"{bias.name or 'bias'} of {target}"))
        key, x, y = f"b{bias.key}", box.x + pill.dx, box.y + pill.dy
        given: Attributes = {"id": key, "label": self._one(key, bias.label, size, x, y)}
        given |= {"pos": self._at(x, y), "shape": "box"}
        given |= {"width": pill.width / POINTS, "height": pill.height / POINTS}
        style = "filled,rounded" + (",dashed" if bias.mark == "removed" else "")
        role, thickness = palette.pill_line(bias)
        border = getattr(theme, role)
        given |= {"style": style, "fillcolor": theme.bias, "color": border}
        given |= {"fontcolor": theme.bias_text, "fontsize": size, "penwidth": thickness}
        if bias.tip:
            given["tooltip"] = tip(bias.tip)
        yield f"{own} {attributes(**given)}"
        line = self._line(straight(tie(box, pill)), border, thickness)
        yield f"{own} -> {name(target)} {line}"

    def _badge(self, target: str, node: NodeView, box: Box) -> Iterator[str]:
        """The shape of an activation as a loop of a small circle of its own."""
        color = getattr(self.theme, palette.node_roles(node)[1])
        own = name(self._named(f"activation of {target}"))
        given: Attributes = {"id": f"a{node.key}", "label": "", "shape": "circle"}
        given |= {"pos": self._at(*badge_centre(box)), "width": 2 * BADGE_RADIUS / POINTS}
        given |= {"style": "filled", "fillcolor": self.theme.page, "color": color}
        given["penwidth"] = 1.1
        yield f"{own} {attributes(**given)}"
        line = self._line(_corners(sketch_points(node, box)), color, 1.4)
        yield f"{own} -> {own} {line}"

    def _brace(self, number: int, brace: Brace) -> Iterator[str]:
        """The name of a group, and its brace as a loop."""
        own = self._named(brace.name.text)
        yield self._text(f"g{number}", brace.name, self.theme.muted, own)
        line = self._line(_corners(brace.points), self.theme.brace, 1.4)
        yield f"{name(own)} -> {name(own)} {line}"

    def _line(self, points: Iterable[Point], color: str, width: float) -> str:
        return attributes(pos=self._way(points), color=color, penwidth=width, arrowhead="none")

    # --- edges ---------------------------------------------------------------------------

    def _edge(self, edge: EdgeView, curve: tuple[Point, ...], placed: Text | None) -> str:
        view, theme = self.view, self.theme
        wire = view.nodes[edge.source].role == "bias"
        line, color = (getattr(theme, role) for role in palette.edge_roles(edge))
        width = palette.edge_width(edge, wire=wire, many=view.dense)
        given: Attributes = {"id": edge.key, "color": theme.bias_line if wire else line}
        curve = straight(curve) if len(curve) == 2 else curve
        given |= self._arrow(edge, curve, width, bare=len(view.edges) > palette.HEADS)
        if placed is not None:
            given |= {
                "label": self._several(edge.key, placed),
                "lp": self._at(placed.x, placed.y),
                "fontcolor": color,
            }
        if edge.tip:
            given |= {"tooltip": tip(edge.tip), "labeltooltip": tip(edge.tip)}
        ends = name(self.names[edge.source]), name(self.names[edge.target])
        return f"{ends[0]} -> {ends[1]} {attributes(**given)}"

    def _arrow(
        self, edge: EdgeView, curve: tuple[Point, ...], width: float, *, bare: bool
    ) -> Attributes:
        """Place, head and width of an edge, whose line is cut where labels stand."""
        given: Attributes = {"penwidth": width}
        if edge.mark in ("removed", "added"):  # Graphviz has no other dashes
            given["style"] = "dashed" if edge.mark == "removed" else "dotted"
        end = ""
        if bare:
            given["arrowhead"] = "none"
        else:
            head = palette.head_length(width, dense=self.view.dense)
            if edge.sign < 0:  # Graphviz outlines it as thick as the line, and a hole must stay
                head += 1.4 * width
                given["arrowhead"] = "empty"
            end = f"e,{self._at(*curve[-1])} "
            curve = shortened(curve, head)
            given["arrowsize"] = head / 10.0
        *pieces, last = [self._way(piece) for piece in strokes(curve, self.grounds)]
        given["pos"] = ";".join([*pieces, end + last])
        return given

    def _mark(self, number: int, mark: Mark) -> Iterator[str]:
        """A small node or edge before words of the legend; the edge is a loop of an unseen node."""
        node, edge = mark.node, mark.edge
        own = name(self._named(f"legend {number + 1}"))
        if node is not None and mark.box is not None:
            given: Attributes = {"id": f"k{number}", "label": "", **self._shape(node, mark.box)}
            given["pos"] = self._at(mark.box.x, mark.box.y)
            yield f"{own} {attributes(**given)}"
        if edge is not None:
            unseen = attributes(shape="point", style="invis", pos=self._at(*mark.line[0]))
            yield f"{own} {unseen}"
            color = getattr(self.theme, palette.edge_roles(edge)[0])
            width = palette.edge_width(edge, wire=False, many=self.view.dense)
            drawn = self._arrow(edge, straight(mark.line), width, bare=False)
            yield f"{own} -> {own} {attributes(color=color, **drawn)}"


def _ground(text: Text) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the gap for a label, which holds it in every common font."""
    _, top, _, high = text.ground
    half = max(_shown_width(line, text.size) for line, _ in text.lines) / 2 + text.size * 0.1
    if not DESCENDING.isdisjoint(text.lines[-1][0]):
        high = max(high, text.lines[-1][1] + BELOW * text.size - top)
    return text.x - half, top, text.x + half, top + high


def _shown_width(text: str, size: float) -> float:
    """The width of a text at most, without the signs by which a name is written as mathematics."""
    return text_width("".join(run.text for run in runs(text)), size)


def _corners(points: Iterable[Point]) -> list[Point]:
    """A line with corners as a Bézier curve."""
    steps = [straight(step) for step in pairwise(points)]
    return [steps[0][0], *(point for step in steps for point in step[1:])]
