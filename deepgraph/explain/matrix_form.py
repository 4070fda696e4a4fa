"""Sums in matrix form: a node by the groups of weights into it, a dense layer by its matrix."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Symbol
from deepgraph.explain.values import MOST, Values, vector, weighted
from deepgraph.functions.aggregations import SUM
from deepgraph.graph.kinds import BIAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deepgraph.explain.records import Line
    from deepgraph.graph.draft import DenseLayer

    Names = Callable[[list[int]], Expression | None]


@dataclass
class MatrixForm:
    """The lines in matrix form of one row.

    Attributes:
        values: of the row.
        shown: the groups that lines have shown, by node.
    """

    values: Values
    shown: dict[int, set[str]] = field(default_factory=dict)

    def lines(self) -> Iterator[Line]:
        """z = w35·[h1 h2]ᵀ + b3 for each node with groups that no line has shown yet.

        Groups that share a weight cannot stand in one sum; each then has a line of its own.
        """
        for node in self._grouped_nodes:
            while self._first(node):
                left, name = self.values.z_name(node), self.values.network.ids[node]
                symbols, numbers = self.sum_of(node)
                z = self.values.z(node).value
                yield self.values.line("group", name, left, symbols, numbers, z)

    def sum_of(self, node: int, names: Names | None = None) -> tuple[Expression, Expression]:
        """z of a node in symbols and in numbers, by groups where there are some not yet shown.

        Args:
            node: a node that sums.
            names: gives the name of the vector of the values of some nodes, if it has one.
        """
        network = self.values.network
        chosen = self._first(node)
        self.shown.setdefault(node, set()).update(chosen)
        taken = {edge for edges in chosen.values() for edge in edges}
        symbols: list[Expression] = []
        numbers: list[Expression] = []
        for name, edges in chosen.items():
            sources = network.source[edges].tolist()
            row, column = self._product(edges)
            known = None if names is None else names(sources)
            upright = vector([self.values.name(source) for source in sources], upright=True)
            if isinstance(known, Symbol):  # a stage; it is put in as a column
                symbols.append(ex.product([Symbol(name), known]))
            else:
                symbols.append(ex.Dot(Symbol(name), upright))
            numbers.append(ex.Dot(row, column))
        for edge in network.incoming.of(node).tolist():
            if edge not in taken:
                term = weighted(self.values.factors(edge))
                symbols.append(term.symbols)
                numbers.append(term.numbers)
        return ex.total(symbols), ex.total(numbers)

    def _product(self, edges: list[int]) -> tuple[ex.Vector, ex.Vector]:
        """The weights of some edges as a row, and the values of their sources as a column."""
        weights = [self.values.weight(edge) for edge in edges]
        row = ex.Vector(tuple(weight[1] for weight in weights if weight is not None))
        sources = self.values.network.source[edges].tolist()
        return row, ex.Vector(tuple(self.values.a(source) for source in sources), upright=True)

    def _first(self, node: int) -> dict[str, list[int]]:
        """The groups of one line: not shown yet, and without a weight in common; their edges."""
        found: dict[str, list[int]] = {}
        taken: set[int] = set()
        for name, edges in self.groups_into(node).items():
            if name not in self.shown.get(node, ()) and taken.isdisjoint(edges):
                found[name] = edges
                taken.update(edges)
        return found

    # --- groups ----------------------------------------------------------------------------------

    @cached_property
    def _groups(self) -> dict[str, list[int]]:
        """The parameter numbers of the groups that are short enough for a line."""
        parameters = self.values.network.parameters
        return {
            name: parameters.where(name).tolist()
            for name, labels in parameters.groups.items()
            if len(labels) <= MOST
        }

    @cached_property
    def _grouped_nodes(self) -> list[int]:
        """The nodes that sum and that a weight of a group enters."""
        network = self.values.network
        grouped = sorted({number for numbers in self._groups.values() for number in numbers})
        is_grouped = np.zeros(len(network.parameters) + 1, np.bool)  # the last one for wires, −1
        is_grouped[grouped] = True
        entered = np.zeros(len(network.ids), np.bool)
        entered[network.target[is_grouped[network.edge_parameter]]] = True
        nodes = np.flatnonzero(entered).tolist()
        return [node for node in nodes if network.aggregations[node] == SUM]

    @cached_property
    def _by_first(self) -> dict[int, list[str]]:
        """The groups that begin with each parameter, in the order of the file."""
        found: dict[int, list[str]] = {}
        for name, numbers in self._groups.items():
            found.setdefault(numbers[0], []).append(name)
        return found

    def groups_into(self, node: int) -> dict[str, list[int]]:
        """The edges of each group into a node; a group has all of its weights there, each once.

        A group that is called like a node would stand for two things, and is left out.
        """
        network = self.values.network
        by_parameter: dict[int, list[int]] = {}
        for edge in network.incoming.of(node).tolist() if self._groups else ():
            by_parameter.setdefault(int(network.edge_parameter[edge]), []).append(edge)
        found = {}
        for name in (name for number in by_parameter for name in self._by_first.get(number, ())):
            edges = [by_parameter.get(number, []) for number in self._groups[name]]
            if all(len(one) == 1 for one in edges) and not self.values.is_a_node(name):
                found[name] = [one[0] for one in edges]
        return found


def is_whole(layer: DenseLayer, values: Values) -> bool:
    """True if nothing enters the nodes of a layer beside its matrix and its vector."""
    network = values.network
    expected = len(layer.sources) + (layer.bias is not None)
    return all(len(network.incoming.of(node)) == expected for node in layer.targets)


def of_layer(layer: DenseLayer, sources: Expression) -> Expression:
    """W1·x + b1 in symbols, for the name or the vector of the values that feed a layer."""
    name = Symbol(layer.weights.name)
    symbols: list[Expression] = [
        ex.Dot(name, sources) if isinstance(sources, ex.Vector) else ex.product([name, sources])
    ]
    if layer.bias is not None:
        symbols.append(Symbol(layer.bias.name))
    return ex.total(symbols)


def layer_lines(values: Values) -> Iterator[Line]:
    """[z(h1) … z(h8)]ᵀ = W1·[x1 … x4]ᵀ + b1, for each dense layer."""
    for layer in values.network.dense:
        if not is_whole(layer, values):
            continue
        targets = list(layer.targets)
        left = vector([values.z_name(node) for node in targets], upright=True)
        column = vector([values.name(node) for node in layer.sources.tolist()], upright=True)
        note = f"{layer.weights.name} is {' × '.join(map(str, layer.weights.shape))}"
        numbers = [values.z(node) for node in targets]
        yield values.vector_line(left, of_layer(layer, column), numbers, note, upright=True)


def is_biased(values: Values, nodes: list[int]) -> bool:
    """True if a bias feeds one of the nodes."""
    network = values.network
    edges = network.incoming.of_all(np.array(nodes))
    return bool(np.any(network.kind[network.source[edges]] == BIAS))
