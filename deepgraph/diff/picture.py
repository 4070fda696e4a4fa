"""The picture of a comparison: both networks in one layout, what changed in figures and signs.

What is only in A is dashed and has a −, what is only in B has a +. A weight that moved says
`0.67 → 0.7` and is as wide as it moved far; all others are pale lines without a number.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepgraph.diff.changed import Changed
from deepgraph.diff.figures import told_apart
from deepgraph.diff.functions import function_words
from deepgraph.diff.structure import edge_name
from deepgraph.diff.union import LARGEST, in_columns, union
from deepgraph.draw.output.drawing import Drawing
from deepgraph.draw.view import viewer
from deepgraph.draw.view.changes import change_legend
from deepgraph.draw.view.figures import figure
from deepgraph.draw.view.records import BiasView, EdgeView, Line, Mark, NodeView, Scale, View
from deepgraph.draw.view.texts import gap_captions
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.shape import columns, is_layered
from deepgraph.options.difference import DRAWING
from deepgraph.options.drawing import OPTIONS, resolved
from deepgraph.words.messages import Nearest, counted
from deepgraph.words.numbers import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from deepgraph.diff.pairing import Pairing
    from deepgraph.diff.union import Union
    from deepgraph.graph.graph import Graph

    Row = NDArray[np.float64]

WIDEST = 5_000
"""Px of a picture above which its edges have no numbers, unless they are asked for."""
STEPS = {"removed": 1, "changed": 2, "added": 3}
"""The steps of an animated picture: what goes, what changes, what comes."""


class Rows(NamedTuple):
    """The values of all nodes of both networks for one row of inputs, (nodes,) each."""

    a: Row
    b: Row


class Compared(NamedTuple):
    """What a picture needs of a comparison.

    Attributes:
        a: the network before.
        b: the network after.
        pairing: which node and which edge is which.
        names: what the two are called.
        summary: what differs, in words.
    """

    a: Graph
    b: Graph
    pairing: Pairing
    names: tuple[str, str]
    summary: str


def drawing(found: Compared, rows: Rows | None, given: Mapping[str, Any]) -> Drawing:
    """The picture, to be written in any format.

    Args:
        found: the comparison.
        rows: values before and after, to be shown in the nodes.
        given: drawing options by name, of `deepgraph.options.difference.DRAWING`.
    """
    for name in given:
        if name not in DRAWING:
            raise DrawingError(f'such a picture has no option "{name}"{Nearest(DRAWING)(name)}')
    options = resolved({}, {name: OPTIONS[name].check(value) for name, value in given.items()
                            if value is not None})  # fmt: skip
    if options["weights"] == "contribution":
        raise DrawingError("a comparison shows weights before and after, and no contributions")
    options["biases"], options["activations"], options["groups"] = "each", "name", False
    both = union(found.a, found.b, found.pairing)
    labels = "none" if options["weights"] == "none" else None  # more than find room are left out
    plain = {**options, "legend": False, "weights": labels}
    changed = Changed.of((found.a, found.b), found.pairing, both)
    shown = viewer.show(both.graph, None, 0, None, None, plain, keep=changed.by_size())
    shown = replace(shown, layered=shown.layered or in_columns(both))
    view = _Marker(found, both, rows, options).view(shown)
    view = replace(view, footnotes=(*view.footnotes, *changed.hidden(view)))
    scale = Scale(options["font_size"], options["spacing"])
    made = _readable(Drawing(replace(view, scale=scale), options))
    if options["fit"] is None:
        return made
    from deepgraph.draw.output import fitting  # few pictures are for a column

    return fitting.fitted(made, options["fit"], [*given])


def _readable(made: Drawing) -> Drawing:
    """The picture, its numbers in tooltips where they would make it many times as wide."""
    labelled = sum(bool(edge.label) for edge in made.view.edges)
    if made.options["weights"] is not None or not labelled or made.layout.width <= WIDEST:
        return made
    edges = tuple(edge._replace(name="", value="") for edge in made.view.edges)
    remark = f"the values of {counted(labelled, 'changed edge')} stand in the SVG's tooltips"
    view = replace(made.view, edges=edges, footnotes=(*made.view.footnotes, remark))
    return replace(made, view=view)


class _Marker:
    """Puts what changed into the view of the union."""

    def __init__(
        self, found: Compared, both: Union, rows: Rows | None, options: Mapping[str, Any]
    ) -> None:
        self.a, self.b = found.a, found.b
        self.found, self.both, self.rows, self.options = found, both, rows, options
        self.precision: int = options["precision"]
        self.names = {both.graph.ids[at]: pair for at, pair in enumerate(both.nodes)}
        self.renamed = set(found.pairing.renamed)
        self.bare = False
        self.largest = max(map(abs, self._moves()), default=0.0) or 1.0

    def view(self, shown: View) -> View:
        """The view with its marks.

        In a dense picture of whole layers, the entries of matrices have no names; captions between
        the columns say what the matrices are called, as in other pictures.
        """
        same = all(min(pair) >= 0 for pair in self.both.nodes)
        layers = bool(self.b.parameters.blocks) and same and is_layered(self.b)
        self.bare = shown.dense and shown.layered and layers
        nodes = tuple(self._node(node) for node in shown.nodes)
        edges = tuple(self._edge(edge, nodes) for edge in shown.edges)
        before, after = self.found.names
        footnotes = list(shown.footnotes)
        for source, target in self.both.left_out:
            footnotes.append(f"− {source} → {target} is not drawn: it would close a circle")
        view = replace(
            shown,
            title=visible(f"{before} → {after}"),
            description=visible(self.found.summary),
            nodes=nodes,
            edges=edges,
            gaps=gap_captions(self.b, columns(self.b)) if self.bare else shown.gaps,
            notes=(),
            footnotes=tuple(map(visible, footnotes)),
            heading=visible(f"{before} → {after}")
            if self.options["title"] is True
            else shown.heading,
        )
        if not self.options["legend"]:
            return view
        return replace(view, legend=change_legend(view.nodes, view.edges))

    def _moves(self) -> Iterator[float]:
        """How far each weight and each bias moved, or what came or went."""
        graph = self.both.graph
        yield from graph.weights[graph.edge_parameter >= 0].tolist()
        yield from (self._bias_move(a, b) for a, b in self.both.nodes)

    def _bias_move(self, a: int, b: int) -> float:
        """How far the number of a bias moved; 0 for any other node."""
        sides = [(g, n) for g, n in ((self.a, a), (self.b, b)) if n >= 0 and g.kind[n] == BIAS]
        if not sides:
            return 0.0
        numbers = [graph.bias_value(node) for graph, node in sides]
        with np.errstate(over="ignore"):
            moved = numbers[1] - numbers[0] if len(sides) == 2 else numbers[0]
        return 0.0 if np.isnan(moved) else float(np.clip(moved, -LARGEST, LARGEST))

    def _size(self, moved: float) -> float:
        """How wide a line is, from 0 to 1: by what moved farthest, edges and biases together."""
        return min(1.0, abs(moved) / self.largest)

    # --- nodes ----------------------------------------------------------------------------

    def _node(self, node: NodeView) -> NodeView:
        if node.id not in self.names:
            return node
        a, b = self.names[node.id]
        mark = _mark(a, b)
        biases = tuple(self._bias(bias) for bias in node.biases)
        if node.role == "bias":
            text = self._bias_text(a, b, node.name)
            only = Line(_signed(mark, text), "name")
            return replace(node, lines=(only,), mark=mark, biases=biases)
        name = node.name
        if (a, b) in self.renamed and node.name == self.b.ids[b]:
            name = f"{visible(self.a.label(a))} → {node.name}"
        value, was = self._values(a, b)
        title = Line(_signed(mark, name), "name")
        # The number stands last, since a narrow rim has more room for it than for a name.
        lines = (title, *value, *self._function(node, a, b), *was)
        step = STEPS[mark] if mark else 2
        return replace(node, lines=lines, biases=biases, mark=mark, step=step)

    def _values(self, a: int, b: int) -> tuple[list[Line], list[Line]]:
        """The value after, and that before, if they differ."""
        if self.rows is None:
            return [], []
        room = f"−8.{'8' * self.precision}"
        after = None if b < 0 else float(self.rows.b[b])
        before = None if a < 0 else float(self.rows.a[a])
        value = [] if after is None else [Line(figure(after, self.precision), "value", room)]
        if before is None or before == after:
            return value, []
        text = figure(before, self.precision)
        if after is not None and text == value[0].text:
            text = told_apart(before, after)[0]
        return value, [Line(f"was {text}", "small", f"was {room}")]

    def _function(self, node: NodeView, a: int, b: int) -> list[Line]:
        """The function of a node where its column does not say it; both if it changed."""
        if a >= 0 and b >= 0:
            words = function_words(self.a, a), function_words(self.b, b)
            if words[0] != words[1]:
                return [Line(visible(f"{words[0]} → {words[1]}"), "small")]
        return [line for line in node.lines[1:] if line.role == "small"]

    # --- edges and biases -----------------------------------------------------------------

    def _edge(self, edge: EdgeView, nodes: tuple[NodeView, ...]) -> EdgeView:
        a, b = self.both.edges[int(edge.key[1:])]
        graph, own = (self.b, b) if b >= 0 else (self.a, a)
        weighted = [e >= 0 and g.edge_parameter[e] >= 0 for g, e in ((self.a, a), (self.b, b))]
        mark = _mark(a, b)
        moved = bool(self.both.graph.edge_parameter[int(edge.key[1:])] >= 0)
        weight = float(graph.weights[own])
        sign = 0 if not any(weighted) else (weight > 0) - (weight < 0)
        tip = f"{visible(edge_name(graph, own))}: {self._words(a, b)}"
        changed = moved and not mark
        if not mark and not changed:
            return edge._replace(name="", value="", sign=0, size=0.0, zero=True, tip=tip)
        name, value = "", ""
        crowded = moved and not edge.value
        if not crowded and not (nodes[edge.source].role == "bias" and not moved):
            name, value = self._label(a, b, mark)
        return edge._replace(
            name=name,
            value=value,
            sign=sign,
            size=self._size(float(self.both.graph.weights[int(edge.key[1:])])) if moved else 0.0,
            zero=False,
            shared=False,
            mark=mark or "changed",
            step=STEPS[mark or "changed"],
            tip=tip,
        )

    def _label(self, a: int, b: int, mark: str) -> tuple[str, str]:
        """Name and number of an edge: `w7`, `0.67 → 0.7`; of a wire that came or went its sign."""
        graph, own = (self.b, b) if b >= 0 else (self.a, a)
        key = _key(graph, own)
        bare = self.bare and int(graph.edge_parameter[own]) < graph.parameters.first_key
        name = "" if self.options["weights"] == "value" or bare else visible(key)
        value = "" if self.options["weights"] == "name" and key else self._number(a, b)
        if not mark:
            return name, value
        return _signed(mark, name or value), value if name else ""

    def _number(self, a: int, b: int) -> str:
        """The weight of an edge as it is, or before and after."""
        texts = [
            (
                "1"
                if graph.edge_parameter[edge] < 0
                else _figure(graph.weights[edge], self.precision)
            )
            for graph, edge in ((self.a, a), (self.b, b))
            if edge >= 0
        ]
        if len(texts) == 1:
            edge, graph = (a, self.a) if b < 0 else (b, self.b)
            return "" if graph.edge_parameter[edge] < 0 else texts[0]
        if all(graph.edge_parameter[e] >= 0 for graph, e in ((self.a, a), (self.b, b))):
            return self._both(float(self.a.weights[a]), float(self.b.weights[b]))
        return " → ".join(texts)

    def _both(self, before: float, after: float) -> str:
        """A number before and after, with more digits where it takes more to tell them apart."""
        texts = [_figure(before, self.precision), _figure(after, self.precision)]
        if texts[0] == texts[1]:
            texts = list(told_apart(before, after, self.precision))
        return " → ".join(texts)

    def _words(self, a: int, b: int) -> str:
        """An edge in full, for a tooltip."""
        texts = [
            f"{f'{_key(g, e)} = ' if _key(g, e) else ''}{_figure(g.weights[e], 17)}"
            if g.edge_parameter[e] >= 0 else "passed on as it is"
            for g, e in ((self.a, a), (self.b, b)) if e >= 0
        ]  # fmt: skip
        if len(texts) == 1:
            return f"{'removed' if b < 0 else 'added'}, {visible(texts[0])}"
        return visible(" → ".join(dict.fromkeys(texts)))

    def _bias(self, bias: BiasView) -> BiasView:
        """A bias as a pill: its name, and its number where that changed."""
        a, b = self.both.edges[int(bias.key[1:])]
        mark = _mark(a, b)
        nodes = self.names[bias.id]
        name = bias.name or visible(self.both.graph.label(self.both.graph.index[bias.id]))
        moved = self.both.graph.edge_parameter[int(bias.key[1:])] >= 0
        if moved:  # the weight of a unit bias
            texts = self._label(a, b, mark)
            weight = float(self.both.graph.weights[int(bias.key[1:])])
            graph, own = (self.b, b) if b >= 0 else (self.a, a)
            return replace(
                bias, name=texts[0], value=texts[1], gradient="", mark=mark or "changed",
                sign=int(np.sign(np.nan_to_num(graph.weights[own]))), size=self._size(weight),
            )  # fmt: skip
        text = self._bias_text(*nodes, name, mark=mark)
        number = text.removeprefix(name).removeprefix(" = ")
        graph, node = (self.b, nodes[1]) if nodes[1] >= 0 else (self.a, nodes[0])
        return replace(
            bias,
            name=_signed(mark, name),
            value=number,
            mark=mark or ("changed" if number else ""),
            tip=visible(text),
            sign=int(np.sign(np.nan_to_num(graph.bias_value(node)))),
            size=self._size(self._bias_move(*nodes)),
        )

    def _bias_text(self, a: int, b: int, name: str, mark: str = "") -> str:
        """`b1`, or `b1 = 0.35 → 0.4` if it changed; with its number if it came or went."""
        if b < 0 or (mark == "removed" and a >= 0):
            return f"{name} = {_figure(self.a.bias_value(a), self.precision)}"
        if a < 0 or mark == "added":
            return f"{name} = {_figure(self.b.bias_value(b), self.precision)}"
        if self.b.kind[b] != BIAS or self.a.kind[a] != BIAS:
            return name
        before, after = self.a.bias_value(a), self.b.bias_value(b)
        if before == after or (np.isnan(before) and np.isnan(after)):
            return name
        return f"{name} = {self._both(before, after)}"


def _mark(a: int, b: int) -> Mark:
    """What became of a thing by its numbers in A and B, −1 for none; empty if both have it."""
    return "removed" if b < 0 else "added" if a < 0 else ""


def _signed(mark: str, text: str) -> str:
    """A text with the sign of what came or went.

    >>> _signed("added", "w9"), _signed("removed", ""), _signed("", "w1")
    ('+ w9', '−', 'w1')
    """
    sign = {"added": "+ ", "removed": "− "}.get(mark, "")
    return (sign + text).strip()


def _figure(value: Any, precision: int) -> str:
    return "?" if np.isnan(value) else figure(float(value), precision)


def _key(graph: Graph, edge: int) -> str:
    """The label of an edge; empty for one without."""
    number = int(graph.edge_parameter[edge])
    key = graph.parameters.key(number) if number >= 0 else ""
    return key if isinstance(key, str) else ""
