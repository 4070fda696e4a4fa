"""What a picture says about parameters: the labels, signs and sizes of edges and biases."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.draw.view.figures import decimals, even, figure
from deepgraph.draw.view.records import BiasView, EdgeView, joined
from deepgraph.draw.view.texts import assignment
from deepgraph.graph.kinds import BIAS
from deepgraph.words.numbers import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.draw.view.records import Gradients
    from deepgraph.graph.graph import Graph
    from deepgraph.options.drawing import Weights


class Label(NamedTuple):
    """The label of a parameter: its name and value as texts, and what follows them."""

    name: str = ""
    value: str = ""
    gradient: str = ""
    tip: str = ""


class Parameters:
    """The parameters of the edges that a picture shows.

    Args:
        network: the whole.
        edges: the numbers of the edges that are shown.
        weights: how parameters are labelled.
        precision: significant digits.
        values: (nodes,) live values, if shown.
        gradients: shown behind the labels.
        even_layers: True if the numbers of a layer have one number of decimals.
        bare_entries: True if the entries of matrices and vectors show no names.
    """

    def __init__(
        self,
        network: Graph,
        edges: list[int],
        weights: Weights,
        precision: int,
        values: NDArray[np.float64] | None,
        gradients: Gradients,
        *,
        even_layers: bool,
        bare_entries: bool,
    ) -> None:
        self.network = network
        self.edges = edges
        self.weights = weights
        self.precision = precision
        self.values = values
        self.gradients = gradients
        self.even_layers = even_layers
        self.bare_entries = bare_entries
        self.terms = self._terms()
        shown = self.terms[network.edge_parameter[edges] >= 0]
        self.largest = largest(shown)

    def _terms(self) -> NDArray[np.float64]:
        """(shown edges,) what each edge shows: its weight, or its contribution weight · value."""
        weights = self.network.weights[self.edges]
        if self.weights != "contribution" or self.values is None:
            return weights
        terms: NDArray[np.float64] = weights * self.values[self.network.source[self.edges]]
        return terms

    @cached_property
    def uses(self) -> NDArray[np.int64]:
        """(parameters,) the number of places at which each parameter stands."""
        network = self.network
        numbers = network.edge_parameter[network.edge_parameter >= 0]
        uses = np.bincount(numbers, minlength=len(network.parameters))
        for bias in np.flatnonzero((network.kind == BIAS) & (network.node_parameter >= 0)).tolist():
            uses[network.node_parameter[bias]] += int(np.sum(network.source == bias))
        return uses

    def edge_views(
        self, position: dict[int, int], skipped: set[int], steps: list[int]
    ) -> Iterator[EdgeView]:
        """The edges but those of `skipped` biases. Plain lists: there may be a hundred thousand."""
        network, chosen = self.network, self.edges
        sources, targets = network.source[chosen].tolist(), network.target[chosen].tolist()
        numbers, weights = network.edge_parameter[chosen].tolist(), network.weights[chosen].tolist()
        kinds, terms = network.kind.tolist(), self.terms.tolist()
        values = None if self.values is None else self.values.tolist()
        uses = self.uses.tolist()
        for edge, source, target, parameter, weight, term in zip(
            chosen, sources, targets, numbers, weights, terms, strict=True
        ):
            if source in skipped:
                continue
            label, sign, size = Label(), 0, 0.0
            if parameter >= 0:
                label = self._label(source, target, parameter, weight, term)
                sign = (term > 0) - (term < 0) or (weight > 0) - (weight < 0)
                if self.largest and math.isfinite(term):
                    size = abs(term) / self.largest
            zero = parameter >= 0 and weight == 0
            if values is not None and kinds[source] != BIAS:
                zero = zero or values[source] == 0
            yield EdgeView(
                f"e{edge}",
                position[source],
                position[target],
                label.name,
                label.value,
                label.gradient,
                sign,
                size,
                zero,
                parameter >= 0 and uses[parameter] > 1,
                steps[target],
                label.tip,
            )

    def _label(self, source: int, target: int, parameter: int, weight: float, term: float) -> Label:
        """The label of an edge with a parameter."""
        network = self.network
        key = network.parameters.key(parameter)
        name = visible(key) if isinstance(key, str) else ""
        tip = assignment(name or visible(network.parameters.name(parameter)), weight)
        if self.weights == "none":
            return Label(tip=tip)
        if self.bare_entries and parameter < network.parameters.first_key:
            name = ""
        slope = self.gradients.parameters.get(network.parameters.name(parameter))
        gradient = "" if slope is None else f"∂ {self._number(slope)}"
        if self.weights == "contribution" and name:
            name = f"{name}·{visible(network.label(source))}"
        return Label(*self._texts(name, term, self._decimals(target)), gradient, tip)

    def bias(self, edge: int) -> BiasView:
        """The bias of an edge as a pill at its target: `b1 = 0.35`, or `c1·1 = −1.3`."""
        network = self.network
        source, parameter = int(network.source[edge]), int(network.edge_parameter[edge])
        own, constant = int(network.node_parameter[source]), network.bias_value(source)
        symbol = self._bias_name(source)
        tips = [visible(assignment(network.ids[source], constant))]
        used, value = own, constant
        if parameter >= 0:
            weight = float(network.weights[edge])
            key = network.parameters.key(parameter)
            name = visible(key) if isinstance(key, str) else ""
            factor = symbol if own >= 0 else figure(constant, self.precision)
            symbol = f"{name}·{factor}" if name and factor else ""
            tips.insert(0, assignment(name or network.parameters.name(parameter), weight))
            used, value = parameter, weight * constant
        elif own < 0 and symbol == figure(constant, self.precision):
            symbol = ""
        texts = (symbol, "") if symbol else ("", figure(value, self.precision))
        if self.weights != "none":
            texts = self._texts(symbol, value, self._bias_decimals(int(network.target[edge])))
        slope = self.gradients.parameters.get(network.parameters.name(used)) if used >= 0 else None
        gradient = "" if slope is None else f"∂ {self._number(slope)}"
        shared = used >= 0 and bool(self.uses[used] > 1)
        tip = visible("\n".join(tips))
        return BiasView(f"e{edge}", *texts, gradient, shared, tip, network.ids[source])

    def bias_text(self, node: int) -> str:
        """The text of a bias that is one node for all that it feeds."""
        network = self.network
        name, value = visible(network.label(node)), network.bias_value(node)
        parameter = int(network.node_parameter[node])
        if parameter < 0:
            number = figure(value, self.precision)
            return joined("" if name == number else name, number)
        if self.weights == "none":
            return name
        slope = self.gradients.parameters.get(network.ids[node])
        gradient = "" if slope is None else f"∂ {self._number(slope)}"
        return joined(*self._texts(name, value, None), gradient)

    def _bias_name(self, node: int) -> str:
        """The name of a bias, empty for an entry of a vector whose name a caption tells."""
        parameter = int(self.network.node_parameter[node])
        if self.bare_entries and 0 <= parameter < self.network.parameters.first_key:
            return ""
        return visible(self.network.label(node))

    def _texts(self, name: str, value: float, places: int | None) -> tuple[str, str]:
        """Name and value as the option `weights` wants them."""
        if self.weights == "name" and name:
            return name, ""
        if math.isnan(value):
            return name, "?"
        number = self._number(value) if places is None else even(value, places)
        return ("" if self.weights == "value" else name), number

    def _number(self, value: float) -> str:
        return figure(value, self.precision)

    # --- one number of decimals in a layer -----------------------------------------------------

    def _decimals(self, target: int) -> int | None:
        return self._edge_decimals.get(self._column(target)) if self.even_layers else None

    def _bias_decimals(self, target: int) -> int | None:
        return self._layer_decimals.get(self._column(target)) if self.even_layers else None

    def _column(self, node: int) -> int:
        return int(self._columns[node])

    @cached_property
    def _columns(self) -> NDArray[np.int32]:
        from deepgraph.graph.shape import columns

        return columns(self.network)

    @cached_property
    def _edge_decimals(self) -> dict[int, int | None]:
        """The decimals of the weights into each column."""
        network = self.network
        chosen = np.array(self.edges, np.int64)
        weighted = (network.edge_parameter[chosen] >= 0) & (
            network.kind[network.source[chosen]] != BIAS
        )
        return self._by_column(network.target[chosen[weighted]], self.terms[weighted])

    @cached_property
    def _layer_decimals(self) -> dict[int, int | None]:
        """The decimals of the biases of each column."""
        network = self.network
        chosen = np.array(self.edges, np.int64)
        biases = chosen[network.kind[network.source[chosen]] == BIAS]
        values = [network.bias_value(int(node)) for node in network.source[biases]]
        return self._by_column(network.target[biases], np.array(values, np.float64))

    def _by_column(
        self, targets: NDArray[np.intp], values: NDArray[np.float64]
    ) -> dict[int, int | None]:
        column = self._columns[targets]
        return {
            int(number): decimals(values[column == number].tolist(), self.precision)
            for number in sorted(set(column.tolist()))
        }


def largest(values: NDArray[np.float64]) -> float:
    """The largest magnitude among the finite values."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0
