"""Decides once what a picture of a network shows; nothing after the view reads its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.draw.view.layer_blocks import collapsed
from deepgraph.draw.view.node_plots import node_plot, remark, sketch
from deepgraph.draw.view.records import EdgeView, Gradients, Line, NodeView, Selection, View
from deepgraph.draw.view.selection import select
from deepgraph.draw.view.texts import (
    arithmetic,
    assignment,
    class_of,
    column_captions,
    description,
    function_name,
    group_notes,
    label_of,
    shared_functions,
)
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.shape import columns
from deepgraph.words.messages import counted
from deepgraph.words.numbers import number_text, visible
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

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
"""More labels than this are not placed even if they are asked for."""


def show(
    network: Graph,
    trace: Trace | None,
    row: int,
    gradients: Gradients | None,
    curves: Curves | None,
    options: Mapping[str, Any],
) -> View:
    """The view of a network; arguments as in `deepgraph.draw.render`.

    Raises:
        DrawingError: the trace is of another network, an option asks for what there is not, or
            the picture could not be read.
    """
    _check_trace(network, trace, row)
    weights = options["weights"]
    if weights == "contribution" and trace is None:
        raise DrawingError("contributions w·a need live values: give the inputs")
    if options["collapse"]:
        if curves is not None:
            raise DrawingError("a block of a whole layer has no curve: no curves with collapse")
        return collapsed(network)
    part = {name: options[name] for name in ("focus", "top", "max_width")}
    selection, precision = select(network, **part), options["precision"]
    return Viewer(network, selection, trace, row, weights, precision, gradients, curves).view()


def _check_trace(network: Graph, trace: Trace | None, row: int) -> None:
    if trace is None:
        return
    if trace.network.ids != network.ids:
        raise DrawingError("the trace belongs to another network: it has other nodes")
    if not 0 <= row < trace.rows:
        raise DrawingError(
            f"there is no row {row} (from 0) in a trace of {counted(trace.rows, 'row')}"
        )


class Viewer:
    """Turns a network, or a part of it, into a view.

    Args as in `show`, options by name; above `MOST_LABELS` parameters, `None` as weights leaves
    their labels out.
    """

    def __init__(
        self,
        network: Graph,
        selection: Selection,
        trace: Trace | None = None,
        row: int = 0,
        weights: Weights | None = None,
        precision: int = 4,
        gradients: Gradients | None = None,
        curves: Curves | None = None,
    ) -> None:
        self.network = network
        self.selection = selection
        self.trace = trace
        self.row = row
        self.precision = precision
        self.usual = f"−0.0{'8' * precision}"  # longer ones of z and gradients are rare
        self.gradients = gradients or Gradients()
        self.curves = curves
        self.here = self._here()
        parameters = network.edge_parameter[selection.edges]
        labels = int(np.sum(parameters >= 0))
        if weights not in (None, "none") and labels > MOST_PLACED:
            raise DrawingError(
                f"{counted(labels, 'label')} find no room in which they can be read; show "
                f"fewer nodes a layer ({option('max_width', 6)}), the strongest edges "
                f"({option('top', 50)}), one node with its neighbours ({option('focus', 'ID')}), "
                f"or no numbers but in tooltips ({option('weights', 'none')})"
            )
        self.crowded = weights is None and labels > MOST_LABELS
        self.weights: Weights = "none" if self.crowded else weights or "both"
        self.columns = columns(network)
        self.layered = _mostly_layered(network)
        notes = group_notes(network, self._cell) if self.weights != "none" else ({}, [])
        self.notes, self.footnotes = notes
        # Activations stand in the caption of a column whose neurons share one.
        self.shared = shared_functions(network, self.columns) if self.layered else {}
        self.largest = _largest(network.weights[selection.edges][parameters >= 0])
        self.brightest = 0.0
        if trace is not None:
            neurons = [node for node in selection.nodes if network.kind[node] != BIAS]
            self.brightest = _largest(trace.a[neurons, row])
        self.steps = evaluation_steps(network)

    def view(self) -> View:
        """The picture."""
        network, selection = self.network, self.selection
        nodes: list[NodeView] = []
        position: dict[int, int] = {}
        for number in selection.nodes:
            position[number] = len(nodes)
            nodes.append(self._node(number))
            for column, (missing, behind) in selection.left_out.items():
                if behind == number:
                    nodes.append(_more(column, missing))
        edges = tuple(self._edges(position))
        footnotes = [*self.footnotes, *selection.remarks]
        if self.curves is not None:
            name = label_of(network, self.curves.sweep.name)
            footnotes.append(remark(self.curves, name, self.precision))
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
            column_captions(network, self.columns, self.shared) if self.layered else (),
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
        if function and self.columns[node] not in self.shared:
            lines.append(Line(function, "small"))
        tip, glow, off = network.ids[node], 0.0, False
        if self.trace is not None:
            a, z = (float(values[node, self.row]) for values in (self.trace.a, self.trace.z))
            lines.append(Line(self._number(a), "value", f"−8.{'8' * self.precision}"))
            if function:
                lines.append(Line(f"z {self._number(z)}", "small", f"z {self.usual}"))
            tip = arithmetic(network, self.trace, self.row, node)
            if said := class_of(network, node, a):
                lines.append(Line(visible(said), "small"))
                tip += f"\nclass {said}"
            off = kind == "hidden" and a == 0
            glow = abs(a) / self.brightest if self.brightest and math.isfinite(a) else 0.0
        gradient = self.gradients.nodes.get(network.ids[node])
        if gradient is not None:
            lines.append(Line(f"∂ {self._number(gradient)}", "gradient", f"∂ {self.usual}"))
        return NodeView(
            f"n{node}",
            kind,
            int(self.columns[node]),
            tuple(lines),
            visible(self.notes.get(node, "")),
            off,
            glow=glow,
            sketch=() if kind == "input" or self.curves else sketch(network, node),
            step=int(self.steps[node]),
            tip=visible(tip),
            plot=self._plot(node),
        )

    def _here(self) -> float | None:
        """The place of the live values in the range of the curves."""
        if self.curves is None or self.trace is None:
            return None
        network = self.network
        inputs = self.trace.z[network.inputs, self.row].tolist()
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
        return node_plot(self.curves, curve, here, self.precision)

    def _bias(self, node: int) -> NodeView:
        network = self.network
        name, value = visible(network.label(node)), network.bias_value(node)
        parameter = int(network.node_parameter[node])
        text = name
        if parameter < 0:
            text = name if name == self._number(value) else f"{name} {self._number(value)}"
        elif self.weights != "none":
            text = self._labelled(name, value)
        gradient = self.gradients.parameters.get(network.ids[node])
        if gradient is not None and parameter >= 0:
            text += f"  ∂ {self._number(gradient)}"
        tip = visible(assignment(network.ids[node], value))
        return NodeView(f"n{node}", "bias", -1, (Line(text, "name"),), sign=_sign(value), tip=tip)

    # --- edges -----------------------------------------------------------------------------

    def _edges(self, position: dict[int, int]) -> Iterator[EdgeView]:
        """The edges that are shown. Plain lists: there may be a hundred thousand."""
        network, chosen = self.network, self.selection.edges
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
                sign = _sign(weight)
                if self.largest and math.isfinite(weight):
                    size = abs(weight) / self.largest
            elif kinds[source] == BIAS:
                sign = _sign(network.bias_value(source))
            off = values is not None and values[source] == 0 and kinds[source] > BIAS
            ends = position[source], position[target]
            step = steps[target]
            yield EdgeView(f"e{edge}", *ends, text, gradient, sign, size, off, step, tip)

    def _edge_texts(self, source: int, parameter: int, weight: float) -> tuple[str, str, str]:
        """Label, gradient and tooltip of a parameter's edge."""
        network = self.network
        key = network.parameters.key(parameter)
        name = visible(key) if isinstance(key, str) else ""
        tip = assignment(name or visible(network.parameters.name(parameter)), weight)
        if self.weights == "none":
            return "", "", tip
        slope = self.gradients.parameters.get(network.parameters.name(parameter))
        gradient = "" if slope is None else f"∂ {self._number(slope)}"
        if self.weights != "contribution" or self.trace is None:
            return self._labelled(name, weight), gradient, tip
        product = weight * float(self.trace.a[source, self.row])
        symbol = f"{name}·{visible(network.label(source))} " if name else ""
        return f"{symbol}{self._number(product)}", gradient, tip

    def _labelled(self, name: str, value: float) -> str:
        if self.weights == "name" and name:
            return name
        if math.isnan(value):
            return f"{name} = ?" if name else "?"
        number = self._number(value)
        return number if self.weights == "value" or not name else f"{name} {number}"

    def _cell(self, label: str, value: float) -> str:
        """A parameter of a group in matrix form."""
        return label if self.weights == "name" or math.isnan(value) else self._number(value)

    def _number(self, value: float) -> str:
        return number_text(value, self.precision)


def evaluation_steps(network: Graph) -> NDArray[np.int64]:
    """(nodes,) the step that computes each node: 0 for inputs and biases, then one after another.

    The nodes of a softmax group share a step.
    """
    nodes = len(network.ids)
    steps = np.zeros(nodes, np.int64)
    now = 0
    for step in network.steps.tolist():
        if step >= nodes:
            now += 1
            steps[network.softmax_groups[step - nodes]] = now
        elif network.kind[step] > BIAS:
            function = network.activation(step)
            if function.row is not None:
                now += 1
                steps[step] = now
    return steps


def _mostly_layered(network: Graph) -> bool:
    """True if columns show the structure: few edges skip one, the first holds inputs alone."""
    column = columns(network)
    inner = network.kind[network.source] != BIAS
    steps = column[network.target[inner]] - column[network.source[inner]]
    first = network.kind[column == 0]
    return bool(np.sum(steps > 1) <= MOST_SKIPS and np.all(first == INPUT))


def _largest(values: NDArray[np.float64]) -> float:
    """The largest magnitude among the finite values."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _more(column: int, missing: int) -> NodeView:
    """The dots in place of the nodes that a column leaves out."""
    lines = (Line("⋮", "name"), Line(f"{missing:,} more", "small"))
    return NodeView(f"m{column}", "more", column, lines)
