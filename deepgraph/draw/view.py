"""What a picture shows: boxes, arrows, captions, numbers as text. Decided here, once.

Nothing below this module looks at a network; nothing in it knows a coordinate.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from deepgraph.errors import DrawingError
from deepgraph.resolve import BIAS, INPUT, OUTPUT
from deepgraph.structure import columns, is_layered

if TYPE_CHECKING:
    from deepgraph.evaluate import Trace
    from deepgraph.network import Network

Weights = Literal["both", "name", "value", "none"]
WEIGHTS: tuple[Weights, ...] = get_args(Weights)

MOST_LABELS = 150
"""Above so many parameters a picture with all their labels is unreadable."""
MOST_NODES, MOST_EDGES = 400, 4000
"""Above these a picture of every node and edge is unreadable, and slow to make."""


@dataclass(frozen=True)
class Line:
    """One line of text in a node. `role` is one of name, value, small."""

    text: str
    role: Literal["name", "value", "small"]


@dataclass(frozen=True)
class NodeView:
    """A node as it is shown.

    Attributes:
        key: synthetic name, safe in every format.
        kind: input, bias, hidden or output.
        column: from 0, left to right; −1 for a bias.
        lines: from top to bottom.
        note: the group in matrix form, shown beneath.
        off: it carries nothing (a dead ReLU).
        negative: a bias below zero.
        tip: what a tooltip says.
    """

    key: str
    kind: str
    column: int
    lines: tuple[Line, ...]
    note: str
    off: bool
    negative: bool
    tip: str


@dataclass(frozen=True)
class EdgeView:
    """An edge as it is shown.

    Attributes:
        source, target: positions in `View.nodes`.
        text: its label, empty for a wire.
        sign: −1, 0 or 1 of the weight.
        size: magnitude from 0 to 1, relative to the largest weight shown.
        off: nothing flows along it.
        tip: what a tooltip says.
    """

    key: str
    source: int
    target: int
    text: str
    sign: int
    size: float
    off: bool
    tip: str


@dataclass(frozen=True)
class View:
    """A whole picture.

    Attributes:
        title, description: for readers who cannot see it.
        layered: whether the columns are all there is to the structure.
        captions: of each column.
        footnotes: below everything.
    """

    title: str
    description: str
    layered: bool
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    captions: tuple[str, ...]
    footnotes: tuple[str, ...]


def view(
    network: Network,
    trace: Trace | None = None,
    *,
    row: int = 0,
    weights: Weights = "both",
    precision: int = 4,
) -> View:
    """Decide what a picture of the network shows.

    Args:
        network: uninitialised parameters show as `w3 = ?`.
        trace: live values, if they are to be shown.
        row: which row of the trace, from 0.
        weights: how parameters are labelled.
        precision: significant digits.

    Raises:
        DrawingError: too large to be read, or an option out of its range.
    """
    if weights not in WEIGHTS:
        raise DrawingError(f'weights is one of {", ".join(WEIGHTS)}, got "{weights}"')
    if not 1 <= precision <= 17:
        raise DrawingError(f"precision is 1 to 17 significant digits, got {precision}")
    nodes, edges = int(np.sum(network.kind != BIAS)), len(network.source)
    if nodes > MOST_NODES or edges > MOST_EDGES:
        raise DrawingError(
            f"{nodes:,} nodes and {edges:,} edges make a picture that nobody can read; "
            f"the limit is {MOST_NODES} nodes and {MOST_EDGES:,} edges"
        )
    return _Viewer(network, trace, row, weights, precision).view()


class _Viewer:
    def __init__(
        self, network: Network, trace: Trace | None, row: int, weights: Weights, precision: int
    ) -> None:
        self.network = network
        self.trace = trace
        self.row = row
        self.precision = precision
        self.crowded = len(network.parameters) > MOST_LABELS and weights != "none"
        self.weights: Weights = "none" if self.crowded else weights
        self.layered = is_layered(network) and self._biases_fit()
        self.columns = columns(network)
        self.notes, self.footnotes = self._groups()
        # Activations stand in the caption where a whole column shares one.
        self.shared = self._column_functions() if self.layered else {}

    def view(self) -> View:
        network = self.network
        nodes = tuple(self._node(node) for node in range(len(network.ids)))
        finite = np.abs(network.weights[network.edge_parameter >= 0])
        finite = finite[np.isfinite(finite)]
        largest = float(finite.max()) if len(finite) else 0.0
        edges = tuple(self._edge(edge, largest) for edge in range(len(network.source)))
        footnotes = list(self.footnotes)
        if self.crowded:
            count = f"{len(network.parameters):,}"
            footnotes.append(f"{count} parameters: their numbers stand in the tooltips")
        return View(
            visible(network.spec.title or network.spec.name or "network"),
            visible(self._description()),
            self.layered,
            nodes,
            edges,
            self._captions(),
            tuple(visible(note) for note in footnotes),
        )

    # --- nodes -----------------------------------------------------------------------------

    def _node(self, node: int) -> NodeView:
        network = self.network
        kind = network.kind_name(node)
        if kind == "bias":
            return self._bias(node)
        lines = [Line(visible(network.label(node)), "name")]
        tip = network.ids[node]
        off = False
        if kind != "input" and self.columns[node] not in self.shared:
            function = self._function(node)
            if function:
                lines.append(Line(function, "small"))
        if self.trace is not None:
            a, z = (float(values[node, self.row]) for values in (self.trace.a, self.trace.z))
            lines.append(Line(self.number(a), "value"))
            tip += f" = {self.number(a, 17)}"
            if kind != "input" and self._function(node):
                lines.append(Line(f"z {self.number(z)}", "small"))
                tip += f"; z = {self.number(z, 17)}"
            off = kind == "hidden" and a == 0
        return NodeView(
            f"n{node}",
            kind,
            int(self.columns[node]),
            tuple(lines),
            visible(self.notes.get(node, "")),
            off,
            False,
            visible(tip),
        )

    def _bias(self, node: int) -> NodeView:
        network = self.network
        name, value = visible(network.label(node)), network.bias_value(node)
        parameter = int(network.node_parameter[node])
        text = name
        if parameter < 0:
            text = f"{name} {self.number(value)}" if name != self.number(value) else name
        elif self.weights != "none":
            text = self._labelled(name, parameter)
        tip = f"{network.ids[node]} = {self._full(value)}"
        line = Line(text, "name")
        return NodeView(f"n{node}", "bias", -1, (line,), "", False, value < 0, visible(tip))

    def _function(self, node: int) -> str:
        """Activation and aggregation of a node, empty for a plain weighted sum."""
        network = self.network
        function = network.functions[network.function[node]]
        parts = [] if network.aggregations[node] == "sum" else [network.aggregations[node]]
        parts += [] if function.name == "identity" else [function.title]
        return " · ".join(parts)

    # --- edges -----------------------------------------------------------------------------

    def _edge(self, edge: int, largest: float) -> EdgeView:
        network = self.network
        source, target = int(network.source[edge]), int(network.target[edge])
        parameter = int(network.edge_parameter[edge])
        weight = float(network.weights[edge])
        text = tip = ""
        if parameter >= 0:
            key = network.parameters.key(parameter)
            name = key if isinstance(key, str) else ""
            if self.weights != "none":
                text = self._labelled(visible(name), parameter)
            tip = f"{network.parameters.name(parameter)} = {self._full(weight)}"
        off = self.trace is not None and float(self.trace.a[source, self.row]) == 0.0
        known = parameter >= 0 and math.isfinite(weight)
        return EdgeView(
            f"e{edge}",
            source,
            target,
            text,
            (weight > 0) - (weight < 0) if known else 0,
            abs(weight) / largest if known and largest else 0.0,
            off and network.kind[source] not in (BIAS, INPUT),
            visible(tip),
        )

    def _labelled(self, name: str, parameter: int) -> str:
        if self.weights == "name" and name:
            return name
        value = float(self.network.parameters.values[parameter])
        if math.isnan(value):
            return f"{name} = ?".strip(" =") if not name else f"{name} = ?"
        number = self.number(value)
        return number if self.weights == "value" or not name else f"{name} {number}"

    # --- columns, groups, words ------------------------------------------------------------

    def _biases_fit(self) -> bool:
        """Whether each bias feeds nodes of one column only."""
        network = self.network
        column = columns(network)
        for node in np.flatnonzero(network.kind == BIAS):
            fed = column[network.target[network.outgoing.of(int(node))]]
            if len(fed) and fed.min() != fed.max():
                return False
        return True

    def _column_functions(self) -> dict[int, str]:
        """The activation that all neurons of a column share, by column."""
        shared = {}
        for column in range(1, int(self.columns.max()) + 1):
            functions = {self._function(int(n)) for n in np.flatnonzero(self.columns == column)}
            if len(functions) == 1:
                shared[column] = functions.pop()
        return shared

    def _captions(self) -> tuple[str, ...]:
        if not self.layered:
            return ()
        last = int(self.columns.max())
        captions = []
        given = {node.id for node in self.network.spec.nodes if node.layer is not None}
        for column in range(last + 1):
            name = "input" if not column else "output" if column == last else f"hidden {column}"
            if last == 2 and column == 1:
                name = "hidden"
            names = {
                self.network.columns[int(node)]
                for node in np.flatnonzero(self.columns == column)
                if self.network.ids[int(node)] in given
            }
            name = names.pop() if len(names) == 1 else name
            function = self.shared.get(column, "")
            captions.append(visible(f"{name} · {function}" if function else name))
        return tuple(captions)

    def _groups(self) -> tuple[dict[int, str], list[str]]:
        """Groups in matrix form: beneath the one node they feed, or else as footnotes."""
        network = self.network
        notes: dict[int, str] = {}
        footnotes: list[str] = []
        if self.weights == "none":
            return notes, footnotes
        for name, labels in network.spec.groups.items():
            numbers = [network.parameters.find(label) for label in labels]
            cells = []
            for label, number in zip(labels, numbers, strict=True):
                value = math.nan if number is None else float(network.parameters.values[number])
                shown = self.weights != "name" and not math.isnan(value)
                cells.append(self.number(value) if shown else label)
            text = f"{name} = [{' '.join(cells)}]"
            found = [number for number in numbers if number is not None]
            fed = np.unique(network.target[np.isin(network.edge_parameter, found)])
            if len(fed) == 1 and int(fed[0]) not in notes:
                notes[int(fed[0])] = text
            else:
                footnotes.append(text)
        return notes, footnotes

    def _description(self) -> str:
        """The picture in words, for those who cannot see it."""
        network = self.network
        kind = network.kind
        parts = [_count(int(np.sum(kind == INPUT)), "input")]
        if self.layered:
            last = int(self.columns.max())
            for column in range(1, last):
                size = int(np.sum(self.columns == column))
                function = self.shared.get(column, "mixed") or "linear"
                parts.append(f"a hidden layer of {_count(size, f'{function} node')}")
        else:
            parts.append(
                _count(int(np.sum(kind > INPUT + 1) - np.sum(kind == OUTPUT)), "hidden node")
            )
        parts.append(_count(int(np.sum(kind == OUTPUT)), "output"))
        text = ", ".join(parts)
        if self.trace is not None:
            shown = network.outputs[:10]
            values = [
                f"{network.label(int(node))} = {self.number(float(self.trace.a[node, self.row]))}"
                for node in shown
            ]
            text += "; " + ", ".join(values)
        return text

    def number(self, value: float, digits: int | None = None) -> str:
        """A number as a reader sees it; see `number_text`."""
        return number_text(value, digits or self.precision)

    def _full(self, value: float) -> str:
        return "?" if math.isnan(value) else number_text(value, 17)


def number_text(value: float, digits: int) -> str:
    """A number with so many significant digits, a true minus sign, and no trailing zeros.

    With 17 digits it is the shortest text that reads back the same.

    >>> number_text(-1.2750001, 4), number_text(0.4872175, 4), number_text(12345.678, 4)
    ('−1.275', '0.4872', '12346')
    """
    if not math.isfinite(value):
        return str(value).replace("-", "−").replace("inf", "∞")
    if digits >= 17:
        text = repr(value).removesuffix(".0")
    elif 10**digits - 0.5 <= abs(value) < 1e7:  # 9999.7 has four digits before it is rounded
        text = f"{value:.0f}"
    else:
        text = f"{value:.{digits}g}"
    text = re.sub(r"e([+-])0*(\d)", lambda m: f"e{'-' if m[1] == '-' else ''}{m[2]}", text)
    return ("0" if text == "-0" else text).replace("-", "−")


_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
