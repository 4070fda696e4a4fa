"""The lines in a node: name, value, activation, z and gradient."""

from __future__ import annotations

import math
import re
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

from deepgraph.draw.view.figures import decimals, even, figure
from deepgraph.draw.view.node_plots import sketch
from deepgraph.draw.view.records import Line
from deepgraph.draw.view.texts import class_of, plain_name, told_function
from deepgraph.functions.piecewise import Pieces
from deepgraph.graph.exact import exact_pieces
from deepgraph.graph.kinds import BIAS, HIDDEN, INPUT
from deepgraph.words.numbers import visible

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from deepgraph.draw.view.records import Gradients
    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.options.drawing import Activations


LARGEST = sys.float_info.max


class NodeLines:
    """Decides for whole columns what their nodes say, so that all nodes of one say the same.

    Args:
        network: the whole.
        nodes: the numbers of those that are shown.
        column: (nodes,) of each node.
        trace: live values, if shown.
        row: of the trace.
        precision: significant digits.
        gradients: shown last.
        activations: how nodes show their functions.
        shared: for each column whose nodes share a function, its name.
        dense: True for a picture whose nodes have no room for a function and z.
        deltas: True if the gradient of a node is δ, that by z, instead of that by its value.
        even_columns: True if the values of a column have one number of decimals.
    """

    def __init__(
        self,
        network: Graph,
        nodes: list[int],
        column: NDArray[np.int32],
        trace: Trace | None,
        row: int,
        precision: int,
        gradients: Gradients,
        *,
        activations: Activations,
        shared: dict[int, str],
        dense: bool,
        even_columns: bool,
        deltas: bool = False,
    ) -> None:
        self.network = network
        self.neurons = [node for node in nodes if network.kind[node] != BIAS]
        self.columns = column
        self.trace = trace
        self.row = row
        self.precision = precision
        self.usual = f"−0.0{'8' * precision}"  # longer ones of z and gradients are rare
        self.gradients = gradients
        self.slopes, self.slope = (gradients.sums, "δ") if deltas else (gradients.nodes, "∂")
        self.activations = activations
        self.shared = shared
        self.dense = dense
        self.places = self._decimals() if even_columns else {}
        self.plain = plain_name(network)
        self.z_symbol = z_symbol(network)

    @property
    def named(self) -> bool:
        """True if the nodes themselves say their functions, as there is room."""
        return self.activations == "name" and not self.dense

    def of(self, node: int) -> list[Line]:
        """Name, value, activation, z and gradient of a node."""
        network = self.network
        lines = [Line(visible(network.label(node)), "name")]
        if self.trace is not None:
            a = float(self.trace.a[node, self.row])
            lines.append(Line(self._value(node, a), "value", f"−8.{'8' * self.precision}"))
            if said := class_of(network, node, a):
                lines.append(Line(visible(said), "small"))
        function = self._function(node)
        if function:
            lines.append(Line(function, "small"))
        if self.trace is not None and not self.dense and bends(network, node):
            z = self._number(float(self.trace.z[node, self.row]))
            symbol = self.z_symbol
            lines.append(Line(f"{symbol} = {z}", "small", f"{symbol} = {self.usual}"))
        gradient = self.slopes.get(network.ids[node])
        if gradient is not None and not (network.kind[node] == INPUT and self.slope == "δ"):
            text, room = (f"{self.slope} {n}" for n in (self._number(gradient), self.usual))
            lines.append(Line(text, "gradient", room))
        return lines

    def _function(self, node: int) -> str:
        """The name of a node's function if it stands in the node, and not in a caption."""
        wanted, shared = self.activations, int(self.columns[node]) in self.shared
        if wanted == "none" or (shared and not self.named):
            return ""
        if wanted == "badge" and self.network.kind[node] != INPUT and sketch(self.network, node):
            return ""
        return told_function(self.network, node, self.plain)

    def _value(self, node: int, value: float) -> str:
        places = self.places.get(int(self.columns[node]))
        return self._number(value) if places is None else even(value, places)

    def _decimals(self) -> dict[int, int | None]:
        """The decimals of the values of each column."""
        if self.trace is None:
            return {}
        by_column: dict[int, list[float]] = {}
        for node in self.neurons:
            value = float(self.trace.a[node, self.row])
            by_column.setdefault(int(self.columns[node]), []).append(value)
        return {column: decimals(mine, self.precision) for column, mine in by_column.items()}

    def _number(self, value: float) -> str:
        return figure(value, self.precision)


def bends(network: Graph, node: int) -> bool:
    """True if the value of a node is not its z by nature, as that of a plain sum is."""
    return network.has_z(node) and not network.activation(node).is_identity


def is_off(network: Graph, node: int, z: float, a: float) -> bool:
    """True for a hidden node at z where its activation is flat at 0, as a dead ReLU is."""
    if network.kind[node] != HIDDEN or a != 0:
        return False
    pieces = exact_pieces(network.activation(node))
    # A staircase is on wherever it gives 0.
    if not isinstance(pieces, Pieces) or math.isnan(z):
        return False
    at = Fraction(max(min(z, LARGEST), -LARGEST))
    return any(not any(pieces.line(pieces.region(at, side))) for side in (-1, 1))


def z_symbol(network: Graph) -> str:
    """How z is called in a node: by its letter, unless nodes have names like that."""
    names = (network.label(node) for node in range(len(network.ids)))
    return "Σ" if any(re.fullmatch(r"z[\W_\d]*", name) for name in names) else "z"
