"""What a node computes, as something to compare and as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.functions.aggregations import SUM
from deepgraph.graph.kinds import BIAS
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Hashable

    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph


def function_of(graph: Graph, node: int) -> Hashable:
    """What a node computes of its terms: equal for nodes that compute the same, however written.

    The members of a softmax are none of it; see `softmax_members`.
    """
    function = graph.activation(node)
    settings = tuple(sorted(function.settings.items()))
    scaled = (float(function.scale), float(function.mean)) if function.rescaled else ()
    return (graph.aggregations[node], function.name, settings, function.gain, scaled)


def function_words(graph: Graph, node: int) -> str:
    """The same in words: `ReLU`, `max, then leaky ReLU (alpha 0.1)`, `linear`."""
    function = graph.activation(node)
    parts = [] if graph.aggregations[node] == SUM else [graph.aggregations[node]]
    if not function.is_identity or not parts:
        parts.append("linear" if function.is_identity else _with_settings(function))
    return ", then ".join(parts)


def _with_settings(function: NodeFunction) -> str:
    """The name of a function with the parameters that its row has."""
    numbers = dict(function.settings)
    if function.rescaled:
        numbers |= {"scale": float(function.scale), "mean": float(function.mean)}
    texts = [f"{name} {number_text(value, 17)}" for name, value in numbers.items()]
    return f"{function.caption} ({', '.join(texts)})" if texts else function.caption


def softmax_members(graph: Graph) -> dict[int, frozenset[int]]:
    """The members of the softmax group of each node that has one."""
    return {
        node: frozenset(group.tolist()) for group in graph.softmax_groups for node in group.tolist()
    }


def node_words(graph: Graph, node: int) -> str:
    """A node in words: `hidden, ReLU`; of a bias that is no parameter its value."""
    kind = graph.kind_name(node)
    if graph.kind[node] == BIAS:
        constant = graph.node_parameter[node] < 0
        return f"bias = {number_text(graph.bias_value(node), 17)}" if constant else "bias"
    words = function_words(graph, node)
    return kind if kind == "input" and words == "linear" else f"{kind}, {words}"
