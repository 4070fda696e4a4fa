"""Decides what a picture of a network shows, once; nothing behind the view reads its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.captions import (
    captions,
    description,
    function_name,
    group_notes,
    shared_functions,
    varying,
)
from deepgraph.draw.view.plots import plot, remark
from deepgraph.draw.view.records import EdgeView, Gradients, Line, NodeView, Shown, View
from deepgraph.errors import DrawingError
from deepgraph.functions.aggregations import AGGREGATIONS, SUM
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.shape import columns
from deepgraph.words.messages import counted
from deepgraph.words.numbers import number_text, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.draw.view.records import Plot
    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curves
    from deepgraph.options.drawing import Weights

MOST_SKIPS = 4
"""With more edges that skip columns than this, `dot` finds better ways around."""

MOST_LABELS = 150
"""Above so many parameters shown, their numbers go to the tooltips."""
MOST_PLACED = 400
"""More labels than this are not placed even where they are asked for."""
SKETCH = 25
"""Points in the sketch of an activation."""


class Viewer:
    """Spells a network, or a part of it, as a view.

    Args:
        network: uninitialised parameters show as `w3 = ?`.
        shown: which part of it.
        trace: live values, if they are to be shown.
        row: which row of the trace, from 0.
        weights: how parameters are labelled; above `MOST_LABELS` of them, `None` leaves them out.
        precision: significant digits.
        gradients: shown where given.
        curves: drawn in the nodes where given.
    """

    def __init__(
        self,
        network: Graph,
        shown: Shown,
        trace: Trace | None,
        row: int,
        weights: Weights | None,
        precision: int,
        gradients: Gradients | None,
        curves: Curves | None = None,
    ) -> None:
        self.network = network
        self.shown = shown
        self.trace = trace
        self.row = row
        self.precision = precision
        self.usual = f"−0.0{'8' * precision}"  # longer ones of z and gradients are rare
        self.gradients = gradients or Gradients()
        self.curves = curves
        self.here = self._here()
        parameters = network.edge_parameter[shown.edges]
        labels = int(np.sum(parameters >= 0))
        if weights not in (None, "none") and labels > MOST_PLACED:
            raise DrawingError(
                f"{counted(labels, 'label')} find no room in which they can be read; show "
                "fewer nodes a layer (--max-width 6), the strongest edges (--top 50), one node "
                "with its neighbours (--focus ID), or no numbers but in tooltips (--weights none)"
            )
        self.crowded = weights is None and labels > MOST_LABELS
        self.weights: Weights = "none" if self.crowded else weights or "both"
        self.columns = columns(network)
        self.layered = _mostly_layered(network)
        notes = group_notes(network, self._cell) if self.weights != "none" else ({}, [])
        self.notes, self.footnotes = notes
        # Activations stand in the caption where a whole column shares one.
        self.shared = shared_functions(network, self.columns) if self.layered else {}
        self.largest = _largest(network.weights[shown.edges][parameters >= 0])
        self.brightest = 0.0
        if trace is not None:
            neurons = [node for node in shown.nodes if network.kind[node] != BIAS]
            self.brightest = _largest(trace.a[neurons, row])
        self.steps = evaluation_steps(network)

    def view(self) -> View:
        """The picture."""
        network, shown = self.network, self.shown
        nodes: list[NodeView] = []
        position: dict[int, int] = {}
        for number in shown.nodes:
            position[number] = len(nodes)
            nodes.append(self._node(number))
            for column, (missing, behind) in shown.left_out.items():
                if behind == number:
                    nodes.append(_more(column, missing))
        edges = tuple(self._edges(position))
        footnotes = [*self.footnotes, *shown.remarks]
        if self.curves is not None:
            footnotes.append(remark(self.curves, varying(network, self.curves), self.precision))
        if self.crowded:
            parameters = counted(len(network.parameters), "parameter")
            footnotes.append(f"the values of {parameters} stand in the SVG's tooltips")
        values = None if self.trace is None else self.trace.a[:, self.row]
        words = description(network, self.columns, self.shared, values, self.curves, self.precision)
        return View(
            visible(network.spec.title or network.spec.name or "network"),
            visible(words),
            self.layered,
            tuple(nodes),
            edges,
            captions(network, self.columns, self.shared) if self.layered else (),
            tuple(visible(note) for note in footnotes),
        )

    # --- nodes -----------------------------------------------------------------------------

    def _node(self, node: int) -> NodeView:
        network = self.network
        kind = network.kind_name(node)
        if kind == "bias":
            return self._bias(node)
        lines = [Line(visible(network.label(node)), "name")]
        function = function_name(network, node)
        if kind != "input" and function and self.columns[node] not in self.shared:
            lines.append(Line(function, "small"))
        tip, glow, off = network.ids[node], 0.0, False
        if self.trace is not None:
            a, z = (float(values[node, self.row]) for values in (self.trace.a, self.trace.z))
            lines.append(Line(self.number(a), "value", f"−8.{'8' * self.precision}"))
            if kind != "input" and function:
                lines.append(Line(f"z {self.number(z)}", "small", f"z {self.usual}"))
            tip = self._arithmetic(node, a, z)
            off = kind == "hidden" and a == 0
            glow = abs(a) / self.brightest if self.brightest and math.isfinite(a) else 0.0
        gradient = self.gradients.nodes.get(network.ids[node])
        if gradient is not None:
            lines.append(Line(f"∂ {self.number(gradient)}", "gradient", f"∂ {self.usual}"))
        return NodeView(
            f"n{node}",
            kind,
            int(self.columns[node]),
            tuple(lines),
            visible(self.notes.get(node, "")),
            off,
            0,
            glow,
            () if kind == "input" or self.curves else sketch(network, node),
            int(self.steps[node]),
            visible(tip),
            self._plot(node),
        )

    def _here(self) -> float | None:
        """Where on the way of the curves the live values are."""
        if self.curves is None or self.trace is None:
            return None
        network = self.network
        inputs = self.trace.a[network.inputs, self.row].tolist()
        return self.curves.sweep.place(dict(zip(network.input_names, inputs, strict=True)))

    def _plot(self, node: int) -> Plot | None:
        """The curve of a node, with a point at its live value."""
        curve = None if self.curves is None else self.curves.nodes.get(self.network.ids[node])
        if self.curves is None or curve is None:
            return None
        here = None
        if self.here is not None and self.trace is not None:
            values = self.trace.z if self.curves.value == "z" else self.trace.a
            here = (self.here, float(values[node, self.row]))
        return plot(self.curves, curve, here, self.precision)

    def _bias(self, node: int) -> NodeView:
        network = self.network
        name, value = visible(network.label(node)), network.bias_value(node)
        parameter = int(network.node_parameter[node])
        text = name
        if parameter < 0:
            text = name if name == self.number(value) else f"{name} {self.number(value)}"
        elif self.weights != "none":
            text = self._labelled(name, value)
        gradient = self.gradients.parameters.get(network.ids[node])
        if gradient is not None and parameter >= 0:
            text += f"  ∂ {self.number(gradient)}"
        tip = f"{network.ids[node]} = {_full(value)}"
        sign = (value > 0) - (value < 0)
        lines = (Line(text, "name"),)
        return NodeView(f"n{node}", "bias", -1, lines, sign=sign, tip=visible(tip))

    def _arithmetic(self, node: int, a: float, z: float) -> str:
        """The sum of a node with its numbers, as a tooltip says it."""
        network, trace = self.network, self.trace
        name = network.ids[node]
        edges = network.incoming.of(node)
        if not len(edges) or trace is None:
            return f"{name} = {_full(a)}"
        join = " + " if AGGREGATIONS[network.aggregations[node]].adds else ", "
        terms = []
        for edge in edges[:6]:
            source = network.source[edge]
            value = _full(float(trace.a[source, self.row]))
            weight = _full(float(network.weights[edge]))
            terms.append(value if network.edge_parameter[edge] < 0 else f"{weight}·{value}")
        if len(edges) > 6:
            terms.append(f"… {len(edges) - 6} more")
        sum_text = join.join(f"({t})" if t.startswith("−") else t for t in terms)
        if network.aggregations[node] != SUM:
            sum_text = f"{network.aggregations[node]}({sum_text})"
        text = f"z({name}) = {sum_text} = {_full(z)}"
        function = network.functions[network.function[node]]
        if not function.is_identity:
            text += f"\n{name} = {function.title}(z) = {_full(a)}"
        return text

    # --- edges -----------------------------------------------------------------------------

    def _edges(self, position: dict[int, int]) -> Iterator[EdgeView]:
        """The edges that are shown. Plain lists: there may be a hundred thousand."""
        network, chosen = self.network, self.shown.edges
        sources, targets = network.source[chosen].tolist(), network.target[chosen].tolist()
        numbers, weights = network.edge_parameter[chosen].tolist(), network.weights[chosen].tolist()
        steps, kinds = self.steps.tolist(), network.kind.tolist()
        values = None if self.trace is None else self.trace.a[:, self.row].tolist()
        for edge, source, target, parameter, weight in zip(
            chosen, sources, targets, numbers, weights, strict=True
        ):
            text, gradient, tip, sign, size = "", "", "", 0, 0.0
            if parameter >= 0:
                text, gradient, tip = self._edge_texts(source, parameter, weight)
                sign = (weight > 0) - (weight < 0)
                if self.largest and math.isfinite(weight):
                    size = abs(weight) / self.largest
            elif kinds[source] == BIAS:
                value = network.bias_value(source)
                sign = (value > 0) - (value < 0)
            off = values is not None and values[source] == 0 and kinds[source] > BIAS
            yield EdgeView(
                f"e{edge}",
                position[source],
                position[target],
                text,
                gradient,
                sign,
                size,
                off,
                steps[target],
                tip,
            )

    def _edge_texts(self, source: int, parameter: int, weight: float) -> tuple[str, str, str]:
        """Label, gradient and tooltip of a parameter's edge."""
        network = self.network
        key = network.parameters.key(parameter)
        name = visible(key) if isinstance(key, str) else ""
        full_name = name or visible(network.parameters.name(parameter))
        tip = f"{full_name} = {_full(weight)}"
        if self.weights == "none":
            return "", "", tip
        slope = self.gradients.parameters.get(network.parameters.name(parameter))
        gradient = "" if slope is None else f"∂ {self.number(slope)}"
        if self.weights != "contribution" or self.trace is None:
            return self._labelled(name, weight), gradient, tip
        product = weight * float(self.trace.a[source, self.row])
        symbol = f"{name}·{visible(network.label(source))} " if name else ""
        return f"{symbol}{self.number(product)}", gradient, tip

    def _labelled(self, name: str, value: float) -> str:
        if self.weights == "name" and name:
            return name
        if math.isnan(value):
            return f"{name} = ?" if name else "?"
        number = self.number(value)
        return number if self.weights == "value" or not name else f"{name} {number}"

    def _cell(self, label: str, value: float) -> str:
        """A parameter of a group in matrix form."""
        return label if self.weights == "name" or math.isnan(value) else self.number(value)

    def number(self, value: float) -> str:
        """A number as a reader sees it."""
        return number_text(value, self.precision)


def evaluation_steps(network: Graph) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """(nodes,) when each node has its value: inputs and biases at 0, then one by one in order."""
    nodes = len(network.ids)
    steps = np.zeros(nodes, np.int64)
    now = 0
    for step in network.steps.tolist():
        if step >= nodes:
            now += 1
            steps[network.softmax_groups[step - nodes]] = now
        elif network.kind[step] > BIAS:
            function = network.functions[network.function[step]]
            if function.row is not None:
                now += 1
                steps[step] = now
    return steps


def sketch(network: Graph, node: int) -> tuple[float, ...]:
    """The curve of a node's activation for its badge; none where there is nothing to see."""
    function = network.functions[network.function[node]]
    if function.row is None or function.is_identity:
        return ()
    y = function(np.linspace(-3.0, 3.0, SKETCH))
    y = np.where(np.isfinite(y), np.clip(y, -9.0, 9.0), 0.0)
    low, high = float(y.min()), float(y.max())
    if high - low < 1e-9:
        return ()
    return tuple(round(float(v), 3) for v in (y - low) / (high - low) * 2 - 1)


def _mostly_layered(network: Graph) -> bool:
    """Whether columns show the structure: few edges skip one, and no node stands off its kind."""
    column = columns(network)
    inner = network.kind[network.source] != BIAS
    steps = column[network.target[inner]] - column[network.source[inner]]
    first = network.kind[column == 0]
    return bool(np.sum(steps > 1) <= MOST_SKIPS and np.all(first == INPUT))


def _largest(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def _more(column: int, missing: int) -> NodeView:
    lines = (Line("⋮", "name"), Line(f"{missing:,} more", "small"))
    return NodeView(f"m{column}", "more", column, lines)


def _full(value: float) -> str:
    return "?" if math.isnan(value) else number_text(value, 17)


def check_trace(network: Graph, trace: Trace | None, row: int) -> None:
    """Check that the values are those of this network, and that there is such a row.

    Raises:
        DrawingError: they are not, or there is none.
    """
    if trace is None:
        return
    if trace.network.ids != network.ids:
        raise DrawingError("the trace belongs to another network: it has other nodes")
    if not 0 <= row < trace.rows:
        raise DrawingError(
            f"there is no row {row} (from 0) in a trace of {counted(trace.rows, 'row')}"
        )
