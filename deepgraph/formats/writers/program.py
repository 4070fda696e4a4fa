"""The steps of a network as a program takes them: neurons, whole layers, softmax groups.

A dense layer whose nodes can be computed together is one step with a matrix; everything else is
computed node by node. The order of every sum is that of the graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.graph.kinds import BIAS, HIDDEN, INPUT
from deepgraph.graph.reach import needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.draft import DenseLayer
    from deepgraph.graph.graph import Graph
    from deepgraph.graph.parameters import ParameterBlock


@dataclass(frozen=True)
class Neuron:
    """A node that joins its own terms.

    Attributes:
        node: its number.
        edges: the numbers of its edges, in the order of the sum.
    """

    node: int
    edges: list[int]


@dataclass(frozen=True)
class Layer:
    """A dense layer: z = weights · sources + bias, then further terms of single nodes.

    Attributes:
        id: of the layer.
        nodes: its nodes.
        sources: the nodes that feed it, in the order of the columns, as runs of successive nodes of
            one array of values each.
        weights, bias: its matrix and its vector.
        further: the edges outside the matrix, by node.
    """

    id: str
    nodes: range
    sources: list[range]
    weights: ParameterBlock
    bias: ParameterBlock | None
    further: dict[int, list[int]]


@dataclass(frozen=True)
class Softmax:
    """A group of softmax nodes whose z are known."""

    members: list[int]


Step = Neuron | Layer | Softmax


class Program:
    """What a program computes.

    Attributes:
        graph: the network; all of its parameters have values.
        layers: the layers that are computed at once, by the number of their first node.
    """

    def __init__(self, graph: Graph, *, layers: bool = True) -> None:
        """Arrange the steps.

        Args:
            graph: the network.
            layers: false to compute everything node by node.

        Raises:
            UninitialisedError: a parameter has no value.
        """
        graph.require_values()
        self.graph = graph
        self.layers: dict[int, Layer] = {}
        self._arrays = np.full(len(graph.ids), -1)  # of each node the first of its array
        if layers:
            self._arrays[graph.inputs] = 0
            for dense in graph.dense:
                self._add(dense)

    def _add(self, dense: DenseLayer) -> None:
        """Take a layer as one step if its nodes are computed at one time from whole arrays."""
        graph, nodes = self.graph, dense.targets
        runs = self._runs(dense.sources)
        if runs is None or len(set(graph.rank[nodes.start : nodes.stop].tolist())) > 1:
            return
        own = len(dense.sources) + (dense.bias is not None)
        further = {node: graph.incoming.of(node).tolist()[own:] for node in nodes}
        further = {node: edges for node, edges in further.items() if edges}
        layer = Layer(dense.layer.id, nodes, runs, dense.weights, dense.bias, further)
        self.layers[nodes.start] = layer
        self._arrays[nodes.start : nodes.stop] = nodes.start

    def _runs(self, sources: NDArray[np.int32]) -> list[range] | None:
        """Sources as runs of nodes that follow each other in one array; `None` without arrays."""
        arrays = self._arrays[sources]
        if not len(sources) or np.any(arrays < 0):
            return None
        places = self.place[sources]
        breaks = np.flatnonzero((np.diff(places) != 1) | (np.diff(arrays) != 0)) + 1
        ends = [0, *breaks.tolist(), len(sources)]
        return [
            range(int(sources[first]), int(sources[first]) + last - first)
            for first, last in pairwise(ends)
        ]

    @cached_property
    def place(self) -> NDArray[np.int64]:
        """(nodes,) the place of an input among the inputs, of any other node its number."""
        place = np.arange(len(self.graph.ids))
        place[self.graph.inputs] = np.arange(len(self.graph.inputs))
        return place

    def layer_of(self, node: int) -> Layer | None:
        """The layer that is computed at once and has this node."""
        first = int(self._arrays[node])
        return None if self.graph.kind[node] == INPUT else self.layers.get(first)

    @cached_property
    def needed(self) -> NDArray[np.bool]:
        """(nodes + softmax groups,) true for what the outputs depend on, whole layers included."""
        chosen = set(self.graph.outputs.tolist())
        while True:
            found = needed(self.graph, sorted(chosen))
            more = {
                node
                for layer in self.layers.values()
                if found[layer.nodes.start : layer.nodes.stop].any()
                for node in layer.nodes
            }
            if more <= chosen:
                return found
            chosen |= more

    @cached_property
    def steps(self) -> list[Step]:
        """The steps in their order, without those that no output needs."""
        return list(self._steps())

    def _steps(self) -> Iterator[Step]:
        graph, nodes = self.graph, len(self.graph.ids)
        done: set[int] = set()
        for step in graph.steps.tolist():
            if step >= nodes:
                if self.needed[step]:
                    yield Softmax(graph.softmax_groups[step - nodes].tolist())
                continue
            if graph.kind[step] < HIDDEN or not self.needed[step]:
                continue
            layer = self.layer_of(step)
            if layer is None:
                yield Neuron(step, graph.incoming.of(step).tolist())
            elif layer.nodes.start not in done:
                done.add(layer.nodes.start)
                yield layer

    def function(self, node: int) -> NodeFunction:
        """The activation of a node."""
        return self.graph.activation(node)

    @cached_property
    def function_numbers(self) -> list[int]:
        """The numbers of the activations that are more than z and belong to single nodes."""
        found = dict.fromkeys(
            int(self.graph.function[node])
            for step in self.steps
            for node in ([step.node] if isinstance(step, Neuron) else getattr(step, "nodes", []))
        )
        functions = self.graph.functions
        return [
            number
            for number in found
            if functions[number].row is not None and not functions[number].bare.is_identity
        ]

    @cached_property
    def single_edges(self) -> list[int]:
        """The edges that are no entries of a matrix in a layer that is computed at once."""
        edges = []
        for step in self.steps:
            if isinstance(step, Neuron):
                edges += step.edges
            elif isinstance(step, Layer):
                edges += [edge for further in step.further.values() for edge in further]
        return edges

    @cached_property
    def single_parameters(self) -> list[int]:
        """The numbers of the parameters on these edges, and of the value-style biases there."""
        graph, found = self.graph, {}
        for edge in self.single_edges:
            source = int(graph.source[edge])
            found[int(graph.edge_parameter[edge])] = True
            if graph.kind[source] == BIAS:
                found[int(graph.node_parameter[source])] = True
        found.pop(-1, None)
        return sorted(found)
