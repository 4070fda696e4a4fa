"""Neurons that are one matrix product, for formats that compute with whole matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from deepgraph.formats.writers.program import Layer, Neuron, Softmax
from deepgraph.graph.kinds import BIAS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.formats.writers.program import Program
    from deepgraph.graph.graph import Graph

Block = Layer | Softmax | list[Neuron]


class Terms(NamedTuple):
    """The terms of a z.

    Attributes:
        sources: the nodes that vary, in the order of the sum.
        weights: their weights.
        constants: the terms that are constant, from biases.
    """

    sources: list[int]
    weights: list[float]
    constants: list[float]


def terms_of(graph: Graph, edges: Iterable[int]) -> Terms:
    """The terms that some edges are."""
    found = Terms([], [], [])
    for edge in edges:
        source, weight = int(graph.source[edge]), float(graph.weights[edge])
        if graph.kind[source] == BIAS:
            found.constants.append(weight * graph.bias_value(source))
        else:
            found.sources.append(source)
            found.weights.append(weight)
    return found


def blocks_of(program: Program) -> list[Block]:
    """The steps of a network; sums over the same nodes in the same order come together."""
    blocks: list[Block] = []
    unfinished: dict[Any, list[Neuron]] = {}
    for step in program.steps:
        if not isinstance(step, Neuron):
            blocks.append(step)
            continue
        key = _key(program.graph, step)
        if key not in unfinished:
            unfinished[key] = []
            blocks.append(unfinished[key])
        unfinished[key].append(step)
    return blocks


def _key(graph: Graph, step: Neuron) -> Any:
    """What neurons have in common that are computed together; other joins stay alone."""
    node = step.node
    if graph.aggregations[node] != "sum":
        return node
    sources = tuple(terms_of(graph, step.edges).sources)
    return int(graph.rank[node]), int(graph.function[node]), sources
