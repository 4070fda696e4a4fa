"""What a picture says about parameters: the labels, signs and sizes of edges and biases."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.draw.view.figures import decimals, even, figure
from deepgraph.draw.view.records import BiasView, EdgeView, joined
from deepgraph.draw.view.texts import assignment
from deepgraph.graph.exact import written_fractions
from deepgraph.graph.kinds import BIAS
from deepgraph.words.numbers import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from deepgraph.draw.view.records import Gradients
    from deepgraph.graph.graph import Graph
    from deepgraph.options.drawing import Weights


OUTLIER = 12.0
"""A weight of so many times the median has the full width of a line, and so has a larger one."""


THICKET = 600
"""With more edges than this a tooltip has the weight alone."""


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
        gradients: shown behind the labels, or below them.
        even_layers: True if the numbers of a layer have one number of decimals.
        bare_entries: True if the entries of matrices and vectors show no names.
        scale_width: how sizes become widths, as the option says.
        fractions: True if parameters that the file has as fractions are shown so.
        stacked: True if the gradient of an edge is a line of its own, which keeps pictures narrow;
            where labels are many, two lines of each would have no room.
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
        scale_width: str | None = None,
        fractions: bool = False,
        stacked: bool = False,
    ) -> None:
        self.network = network
        self.stacked = stacked
        self.edges = edges
        self.weights = weights
        self.precision = precision
        self.values = values
        self.gradients = gradients
        self.even_layers = even_layers
        self.bare_entries = bare_entries
        self.terms = self._terms()
        shown = self.terms[network.edge_parameter[edges] >= 0]
        self.sizes = _sizes(self.terms, shown, scale_width)
        self.written = written_fractions(network) if fractions else {}

    def _terms(self) -> NDArray[np.float64]:
        """(shown edges,) what each edge shows: its weight, or its contribution weight · value."""
        weights = self.network.weights[self.edges]
        if self.weights != "contribution" or self.values is None:
            return weights
        with np.errstate(over="ignore", invalid="ignore"):  # infinity is shown as such
            terms: NDArray[np.float64] = weights * self.values[self.network.source[self.edges]]
        return terms

    @cached_property
    def uses(self) -> NDArray[np.int64]:
        """(parameters,) the number of places of the picture at which each parameter stands.

        With derivatives, which belong to all places, those that are not shown count as well.
        """
        shown = self._places(np.array(self.edges, np.int64))
        if not self.gradients.parameters:
            return shown
        return np.where(shown > 0, self._places(np.arange(len(self.network.source))), 0)

    def _places(self, edges: NDArray[np.int64]) -> NDArray[np.int64]:
        """(parameters,) the number of places of each parameter among some edges."""
        network, count = self.network, len(self.network.parameters)
        source = network.source[edges]
        numbers = network.edge_parameter[edges]
        own = network.node_parameter[source[network.kind[source] == BIAS]]
        found = np.bincount(numbers[numbers >= 0], minlength=count)
        return np.asarray(found + np.bincount(own[own >= 0], minlength=count))

    def edge_views(
        self, position: dict[int, int], skipped: set[int], steps: list[int], back: list[int]
    ) -> Iterator[EdgeView]:
        """The edges but those of `skipped` biases. Plain lists: there may be a hundred thousand."""
        network, chosen = self.network, self.edges
        sources, targets = network.source[chosen].tolist(), network.target[chosen].tolist()
        numbers, weights = network.edge_parameter[chosen].tolist(), network.weights[chosen].tolist()
        kinds, terms, sizes = network.kind.tolist(), self.terms.tolist(), self.sizes.tolist()
        values = None if self.values is None else self.values.tolist()
        uses = self.uses.tolist()
        for at, (edge, source, target, parameter, weight, term) in enumerate(
            zip(chosen, sources, targets, numbers, weights, terms, strict=True)
        ):
            if source in skipped:
                continue
            label, sign, size = Label(), 0, 0.0
            if parameter >= 0:
                label = self._label(edge, parameter, weight, term)
                sign = (term > 0) - (term < 0) or (weight > 0) - (weight < 0)
                size = sizes[at]
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
                back[target],
                below=self.stacked,
            )

    def _label(self, edge: int, parameter: int, weight: float, term: float) -> Label:
        """The label of an edge with a parameter."""
        network = self.network
        key = network.parameters.key(parameter)
        name = visible(key) if isinstance(key, str) else ""
        tip = self._tip(edge, name or visible(network.parameters.name(parameter)), weight)
        gradient = ""
        if self.gradients.parameters:
            gradient = self._slope(edge, network.parameters.name(parameter), self.gradients.edges)
        if self.weights == "none":
            return Label(tip="\n".join(filter(None, [tip, gradient])))
        source, target = int(network.source[edge]), int(network.target[edge])
        if self.bare_entries and parameter < network.parameters.first_key:
            name = ""
        if self.weights == "contribution" and name:
            name = f"{name}·{visible(network.label(source))}"
        written = "" if self.weights == "contribution" else self.written.get(parameter, "")
        if math.isnan(term) and not math.isnan(weight):
            return Label(name, self._number(term), gradient, tip)  # 0·∞; `?` is a missing value
        return Label(*self._texts(name, term, self._decimals(target), written), gradient, tip)

    def _tip(self, edge: int, name: str, weight: float) -> str:
        """Source, target, weight, and with live values the term; in a thicket the weight alone."""
        tip = assignment(name, weight)
        if len(self.edges) > THICKET:
            return tip
        source, target = (int(ends[edge]) for ends in (self.network.source, self.network.target))
        ids = self.network.ids
        tip = f"{visible(ids[source])} → {visible(ids[target])}: {tip}"
        if self.values is None:
            return tip
        value = float(self.values[source])
        return f"{tip}\n{assignment(f'{name}·{visible(ids[source])}', weight * value)}"

    def bias(self, edge: int) -> BiasView:
        """The bias of an edge as a pill at its target: `b1 = 0.35`, or `c1·2 = −2.6`.

        The weight of a constant 1 is written as the bias that it is, `c1 = −1.3`.
        """
        network = self.network
        source, parameter = int(network.source[edge]), int(network.edge_parameter[edge])
        own, constant = int(network.node_parameter[source]), network.bias_value(source)
        symbol = self._bias_name(source)
        tips = [visible(assignment(network.ids[source], constant))]
        used, value, weight = own, constant, constant
        if parameter >= 0:
            weight = float(network.weights[edge])
            key = network.parameters.key(parameter)
            name = visible(key) if isinstance(key, str) else ""
            factor = symbol if own >= 0 else figure(constant, self.precision)
            symbol = f"{name}·{factor}" if name and factor and (own >= 0 or constant != 1) else name
            tips.insert(0, assignment(name or network.parameters.name(parameter), weight))
            used, value = parameter, weight * constant
        elif own < 0 and symbol == figure(constant, self.precision):
            symbol = ""
        texts = (symbol, "") if symbol else ("", figure(value, self.precision))
        if self.weights != "none":
            alone = parameter < 0 or constant == 1  # no product of two numbers
            written = self.written.get(used, "") if alone else ""
            places = self._bias_decimals(int(network.target[edge]))
            texts = self._texts(symbol, value, places, written)
        parts = self.gradients.biases if parameter < 0 else self.gradients.edges
        gradient = self._slope(edge, network.parameters.name(used), parts) if used >= 0 else ""
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
            return name if name.removeprefix("+") == number else joined(name, number)
        if self.weights == "none":
            return name
        gradient = self._slope(None, network.ids[node], {})
        return joined(*self._texts(name, value, None, self.written.get(parameter, "")), gradient)

    def _bias_name(self, node: int) -> str:
        """The name of a bias, empty for an entry of a vector whose name a caption tells."""
        parameter = int(self.network.node_parameter[node])
        if self.bare_entries and 0 <= parameter < self.network.parameters.first_key:
            return ""
        return visible(self.network.label(node))

    def _texts(
        self, name: str, value: float, places: int | None, written: str = ""
    ) -> tuple[str, str]:
        """Name and value as the option `weights` wants them; a fraction as it is `written`."""
        if self.weights == "name" and name:
            return name, ""
        if math.isnan(value):
            return name, "?"
        number = self._number(value) if places is None else even(value, places)
        number = written or number
        return ("" if self.weights == "value" else name), number

    def _slope(self, edge: int | None, name: str, parts: Mapping[int, float]) -> str:
        """The gradient of a parameter: the part of this edge, as a note has the sum."""
        slope = self.gradients.parameters.get(name)
        if edge is not None and slope is not None:
            slope = parts.get(edge, slope)
        return "" if slope is None else f"∂ {self._number(slope)}"

    def total(self, name: str) -> str:
        """The gradient of a parameter over all its places, for a note; empty without gradients."""
        return (
            f" (∂ {self._number(self.gradients.parameters[name])} in all)"
            if (name in self.gradients.parameters)
            else ""
        )

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
        constants = [network.bias_value(int(node)) for node in network.source[biases]]
        weighted = network.edge_parameter[biases] >= 0
        values = np.array(constants, np.float64) * np.where(weighted, network.weights[biases], 1.0)
        return self._by_column(network.target[biases], values)

    def _by_column(
        self, targets: NDArray[np.intp], values: NDArray[np.float64]
    ) -> dict[int, int | None]:
        column = self._columns[targets]
        return {
            int(number): decimals(values[column == number].tolist(), self.precision)
            for number in sorted(set(column.tolist()))
        }


def _sizes(
    terms: NDArray[np.float64], shown: NDArray[np.float64], scale: str | None
) -> NDArray[np.float64]:
    """(edges,) the size of each edge's term from 0 to 1, by which its line is wide.

    Args:
        terms: (edges,)
        shown: those of parameters.
        scale: "log", "max=2" with the term that has the full width, or `None`: the largest, but no
            more than `OUTLIER` times the median, so that one huge weight leaves the others apart.
    """
    magnitudes = np.where(np.isnan(terms), 0.0, np.abs(terms))
    most = largest(shown)
    if scale is not None and scale != "log":
        most = float(scale.removeprefix("max="))
    elif scale is None:
        finite = np.sort(np.abs(shown[np.isfinite(shown) & (shown != 0)]))
        most = min(most, OUTLIER * float(finite[finite.size // 2])) if finite.size else 0.0
    if not most:
        return np.asarray(np.where(np.isinf(magnitudes), 1.0, 0.0))
    if scale == "log":
        magnitudes, most = np.log1p(magnitudes), math.log1p(most)
    with np.errstate(over="ignore"):
        return np.asarray(np.minimum(magnitudes / most, 1.0))


def largest(values: NDArray[np.float64]) -> float:
    """The largest magnitude among the finite values."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0
