"""Decides once what a picture of a network shows; nothing after the view reads its numbers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.draw.view.colors import node_colors
from deepgraph.draw.view.density import is_dense, mostly_layered, shown_weights
from deepgraph.draw.view.grids import shown_grids
from deepgraph.draw.view.groups import group_lines, group_views
from deepgraph.draw.view.layer_blocks import chosen, collapsed, with_blocks
from deepgraph.draw.view.legend import legend, unguessed
from deepgraph.draw.view.node_lines import NodeLines, is_off
from deepgraph.draw.view.node_plots import node_plot, remark, sketch
from deepgraph.draw.view.parameters import Parameters, largest
from deepgraph.draw.view.records import (
    GivenColor,
    Gradients,
    Line,
    NodeView,
    Scale,
    Selection,
    View,
)
from deepgraph.draw.view.selection import select, whole
from deepgraph.draw.view.steps import evaluation_steps
from deepgraph.draw.view.texts import (
    arithmetic,
    assignment,
    class_of,
    column_captions,
    description,
    function_name,
    gap_captions,
    label_of,
    shared_functions,
    shared_parameters,
)
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.shape import columns, is_layered
from deepgraph.words.messages import counted
from deepgraph.words.numbers import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.draw.view.records import LegendItem, Plot
    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curves


def show(
    network: Graph,
    trace: Trace | None,
    row: int,
    gradients: Gradients | None,
    curves: Curves | None,
    options: Mapping[str, Any],
    keep: Sequence[int] = (),
) -> View:
    """The view of a network; arguments as in `deepgraph.draw.render`.

    `keep` has nodes that a picture of few nodes a layer shows rather than others.

    Raises:
        DrawingError: the trace is of another network, an option asks for what there is not, or
            the picture could not be read.
    """
    _check_trace(network, trace, row)
    if options["weights"] == "contribution" and trace is None:
        raise DrawingError("contributions w·a need live values: give the inputs")
    if options["fill"] == "value" and trace is None:
        raise DrawingError("a fill that tells the value needs live values: give the inputs")
    if options["collapse"] and curves is not None:
        raise DrawingError("a block of a whole layer has no curve: no curves with collapse")
    blocks = chosen(network, options["collapse"]) if isinstance(options["collapse"], str) else []
    if options["collapse"] is True or len(set(blocks)) == 1 + int(columns(network).max()):
        view = collapsed(network, _colors(network, options))
    else:
        part = {name: options[name] for name in ("focus", "top", "max_width")}
        selection = select(network, **part, without=blocks, keep=keep)
        viewer = Viewer(network, selection, options, trace, row, gradients, curves)
        view = viewer.view()
        view = with_blocks(network, view, selection.blocks, viewer.colors) if blocks else view
    return replace(
        view,
        heading=_heading(network, options["title"]),
        legend=_legend(view, options, gradients=gradients is not None),
        scale=Scale(options["font_size"], options["spacing"]),
    )


def _legend(view: View, options: Mapping[str, Any], *, gradients: bool) -> tuple[LegendItem, ...]:
    if options["legend"] is None:
        return unguessed(view.nodes, view.edges, options, gradients=gradients)
    if not options["legend"]:
        return ()
    return legend(view.nodes, view.edges, options, gradients=gradients)


def _colors(network: Graph, options: Mapping[str, Any]) -> dict[int, GivenColor]:
    """The colours that nodes are given; none in the theme `paper`, which tells roles by greys."""
    found = node_colors(network, options["colors"])
    return {} if options["theme"] == "paper" else found


def _heading(network: Graph, title: bool | str) -> str:
    """The title above the picture: a text of its own, or that of the network."""
    text = (network.spec.title or network.spec.name or "") if title is True else title or ""
    return visible(" ".join(text.split()))


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

    Args as in `show`; above `density.MOST_LABELS` parameters, `None` as the option `weights` leaves
    their labels out.
    """

    def __init__(
        self,
        network: Graph,
        selection: Selection,
        options: Mapping[str, Any],
        trace: Trace | None = None,
        row: int = 0,
        gradients: Gradients | None = None,
        curves: Curves | None = None,
    ) -> None:
        self.network = network
        self.selection = selection
        self.options = options
        self.trace = trace
        self.row = row
        self.precision: int = options["precision"]
        self.gradients = gradients or Gradients()
        self.curves = curves
        self.here = self._here()
        self.colors = _colors(network, options)
        self.columns = columns(network)
        self.layered = mostly_layered(network)
        self.crowded, weights = shown_weights(network, selection, options["weights"])
        self.dense = is_dense(network, selection, layered=self.layered, labelled=weights != "none")
        self.shared = shared_functions(network, self.columns) if self.layered else {}
        values = None if trace is None else trace.a[:, row]
        strict = is_layered(network)
        self.parameters = Parameters(
            network,
            selection.edges,
            weights,
            self.precision,
            values,
            self.gradients,
            even_layers=self.dense and self.layered,
            bare_entries=options["weights"] in (None, "contribution") and self.dense and strict,
            scale_width=options["scale_width"],
            fractions=options["fractions"],
            stacked=not self.dense,
        )
        self.biases = self._own_biases()
        self.brightest = 0.0
        if values is not None and options["fill"] == "value":
            neurons = [node for node in selection.nodes if network.kind[node] != BIAS]
            self.brightest = largest(values[neurons])
        # A node with a curve has no badge.
        badges = options["activations"] == "badge" and curves is None
        self.lines = NodeLines(
            network,
            selection.nodes,
            self.columns,
            trace,
            row,
            self.precision,
            self.gradients,
            activations="badge" if badges else options["activations"].replace("badge", "name"),
            shared=self.shared,
            dense=self.dense,
            even_columns=self.dense and self.layered,
            deltas=options["deltas"],
        )
        self.steps = evaluation_steps(network)
        self.back = 2 * int(self.steps.max()) + 1 - self.steps

    def _own_biases(self) -> dict[int, list[int]]:
        """The edges of biases that are drawn as pills, by the node that they feed."""
        network = self.network
        found: dict[int, list[int]] = {}
        edges = [e for e in self.selection.edges if network.kind[network.source[e]] == BIAS]
        fed = np.bincount(network.source[edges], minlength=len(network.ids))
        for edge in edges:
            if self.options["biases"] == "each" or fed[network.source[edge]] == 1:
                found.setdefault(int(network.target[edge]), []).append(edge)
        return found

    def _pills(self) -> set[int]:
        """The biases that are drawn at the nodes that they feed."""
        edges = [edge for found in self.biases.values() for edge in found]
        return set(self.network.source[edges].tolist())

    def view(self) -> View:
        """The picture."""
        network, selection = self.network, self.selection
        pills = self._pills()
        nodes: list[NodeView] = []
        position: dict[int, int] = {}
        for number in selection.nodes:
            if number not in pills:
                position[number] = len(nodes)
                nodes.append(self._node(number))
            for column, (missing, behind) in selection.left_out.items():
                if behind == number:
                    nodes.append(_more(column, missing))
        edges = tuple(
            self.parameters.edge_views(position, pills, self.steps.tolist(), self.back.tolist())
        )
        values = None if self.trace is None else self.trace.a[:, self.row]
        words = description(network, self.columns, values, self.curves, self.precision)
        captions, gaps = self._captions()
        return View(
            visible(network.spec.title or network.spec.name or "network"),
            visible(words),
            self.layered,
            tuple(nodes),
            edges,
            captions,
            gaps,
            group_views(network, position, edges) if self.options["groups"] else (),
            tuple(visible(note) for note in self._notes()),
            tuple(visible(note) for note in self._footnotes()),
            self.dense,
            None if self.layered else whole(network, selection, [node.key for node in nodes]),
            shown_grids(network, selection) if self.layered else (),
        )

    def _captions(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The captions of the columns, and those of the gaps before them."""
        if not self.layered:
            return (), ()
        functions = {} if self.lines.named else self.shared
        gaps: tuple[str, ...] = ()
        if self.parameters.bare_entries:
            gaps = gap_captions(self.network, self.columns)
        return column_captions(self.network, self.columns, functions), gaps

    def _notes(self) -> list[str]:
        """What the groups are, and which parameters stand at several places."""
        network, found = self.network, []
        if self.options["groups"]:
            found += group_lines(network)
        if self.parameters.weights not in ("none", "value") or self.gradients.parameters:
            uses = self.parameters.uses.copy()
            drawn = [n for n in self.selection.nodes if network.kind[n] == BIAS]
            pills = self._pills()
            once = [n for n in drawn if n not in pills and network.node_parameter[n] >= 0]
            uses[network.node_parameter[once]] = 1
            found += shared_parameters(network, uses, self.parameters.total)
        return found

    def _footnotes(self) -> list[str]:
        network, found = self.network, list(self.selection.remarks)
        if self.curves is not None:
            name = label_of(network, self.curves.sweep.name)
            found.append(remark(self.curves, name, self.precision))
        if self.crowded:
            parameters = counted(int(np.sum(self.parameters.uses > 0)), "parameter")
            found.append(f"the values of {parameters} stand in the SVG's tooltips")
        return found

    # --- nodes -----------------------------------------------------------------------------

    def _node(self, node: int) -> NodeView:
        network = self.network
        kind = network.kind_name(node)
        if kind == "bias":
            text = self.parameters.bias_text(node)
            tip = visible(assignment(network.ids[node], network.bias_value(node)))
            own = network.ids[node]
            return NodeView(f"n{node}", "bias", -1, (Line(text, "name"),), tip=tip, id=own)
        tip, off, glow = network.ids[node], False, None
        if self.trace is not None:
            a, z = (float(values[node, self.row]) for values in (self.trace.a, self.trace.z))
            tip = arithmetic(network, self.trace, self.row, node)
            if said := class_of(network, node, a):
                tip += f"\n{said}"
            off = is_off(network, node, z, a)
            if self.options["fill"] == "value" and not off:
                glow = a / self.brightest if self.brightest and math.isfinite(a) else 0.0
        given = self.colors.get(node, GivenColor())
        badge = self.options["activations"] == "badge" and kind != "input" and not self.curves
        biases = tuple(self.parameters.bias(edge) for edge in self.biases.get(node, []))
        return NodeView(
            f"n{node}",
            kind,
            int(self.columns[node]),
            tuple(self.lines.of(node)),
            () if self.crowded else biases,
            off,
            glow,
            sketch(network, node) if badge else (),
            int(self.steps[node]),
            visible("\n".join([tip, *(bias.tip for bias in biases)]) if self.crowded else tip),
            self._plot(node),
            int(self.back[node]),
            network.ids[node],
            given.color,
            function=function_name(network, node) if badge else "",
            color_name=given.name,
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


def _more(column: int, missing: int) -> NodeView:
    """The dots in place of the nodes that a column leaves out."""
    lines = (Line("⋮", "name"), Line(f"{missing:,} more", "small"))
    return NodeView(f"m{column}", "more", column, lines)
