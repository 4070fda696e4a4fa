"""A network as columns of a table, each computed from columns before it: for SQL and spreadsheets.

A node has a column for its value, and one for its z unless z is its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.formats.writers.program import Neuron, Program, Softmax
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.recorded import Expression, constant, named, operation
from deepgraph.graph.kinds import BIAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deepgraph.graph.graph import Graph

Column = tuple[str, Expression]
"""The name of a column, and what it holds."""


class Columns:
    """The columns of a network, in an order in which they can be computed."""

    def __init__(
        self,
        graph: Graph,
        name: Callable[[int, str], str],
        parameter: Callable[[int], Expression],
        longest: int,
    ) -> None:
        """Arrange the steps.

        Args:
            graph: the network; all of its parameters have values.
            name: the name of a column by its node and its part: "z", "a" for the value, and others
                for what leads to them.
            parameter: the expression of a parameter by its number.
            longest: the most terms that one column joins.
        """
        self.graph = graph
        self.program = Program(graph, layers=False)
        self._name = name
        self._parameter = parameter
        self._longest = longest

    def column(self, node: int, part: str = "a") -> Expression:
        """The expression that is a column."""
        return named(self._name(node, part))

    def __iter__(self) -> Iterator[Column]:
        for node in self.graph.inputs.tolist():
            if self.graph.has_z(node):
                a = self.graph.activation(node).recorded(self.column(node, "z"))
                yield self._name(node, "a"), a
        for step in self.program.steps:
            if isinstance(step, Neuron):
                yield from self._neuron(step)
            else:
                assert isinstance(step, Softmax)
                yield from self._softmax(step.members)

    def term(self, edge: int) -> Expression:
        """One term of z."""
        graph, source = self.graph, int(self.graph.source[edge])
        number = int(graph.edge_parameter[edge])
        if graph.kind[source] != BIAS:
            value = self.column(source)
        elif graph.node_parameter[source] >= 0:
            value = self._parameter(int(graph.node_parameter[source]))
        else:
            value = constant(float(graph.node_constant[source]))
            if number >= 0 and value.value == 1.0:
                return self._parameter(number)
        return value if number < 0 else operation("multiply", self._parameter(number), value)

    def _joined(
        self, node: int, part: str, join: str, terms: list[Expression]
    ) -> Iterator[tuple[str, Expression]]:
        """Terms joined from the first to the last; the last column that comes is nameless."""
        joined = terms[0]
        for count, term in enumerate(terms[1:], 1):
            if count % self._longest == 0:
                name = f"{part}{count // self._longest}"
                yield self._name(node, name), joined
                joined = self.column(node, name)
            joined = operation(join, joined, term)
        yield "", joined

    def _neuron(self, step: Neuron) -> Iterator[Column]:
        node = step.node
        aggregation = AGGREGATIONS[self.graph.aggregations[node]]
        terms = [self.term(edge) for edge in step.edges]
        *parts, (_, z) = self._joined(node, "z", aggregation.join.__name__, terms)
        yield from parts
        if aggregation.divides:
            z = operation("divide", z, constant(float(len(terms))))
        function = self.program.function(node)
        if function.is_identity:
            yield self._name(node, "a"), z
            return
        yield self._name(node, "z"), z
        if function.row is not None:
            yield self._name(node, "a"), function.recorded(self.column(node, "z"))

    def _softmax(self, members: list[int]) -> Iterator[Column]:
        """exp(z − largest) of each member, divided by their sum."""
        first = members[0]
        z = [self.column(node, "z") for node in members]
        *parts, (_, largest) = self._joined(first, "largest", "maximum", z)
        yield from parts
        yield self._name(first, "largest"), largest
        for node, own in zip(members, z, strict=True):
            difference = operation("subtract", own, self.column(first, "largest"))
            yield self._name(node, "e"), operation("exp", difference)
        e = [self.column(node, "e") for node in members]
        *parts, (_, total) = self._joined(first, "total", "add", e)
        yield from parts
        yield self._name(first, "total"), total
        for node, own in zip(members, e, strict=True):
            yield self._name(node, "a"), operation("divide", own, self.column(first, "total"))
