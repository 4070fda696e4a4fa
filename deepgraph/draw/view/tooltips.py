"""The texts of tooltips: every number in full, and the worked sum of a node."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deepgraph.functions.aggregations import AGGREGATIONS, SUM
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph

MOST_TERMS = 6
"""The terms of a sum that are written out."""


def assignment(name: str, value: float) -> str:
    """A name and its value in full.

    >>> assignment("w1", -0.125), assignment("w2", float("nan"))
    ('w1 = −0.125', 'w2 = ?')
    """
    return f"{name} = {_full(value)}"


def arithmetic(network: Graph, trace: Trace, row: int, node: int) -> str:
    """The sum of a node with its numbers, and its activation on a second line."""
    name, a, z = network.ids[node], float(trace.a[node, row]), float(trace.z[node, row])
    edges = network.incoming.of(node)
    if not len(edges):
        return assignment(name, a)
    aggregation = network.aggregations[node]
    terms = []
    for edge in edges[:MOST_TERMS]:
        value = _full(float(trace.a[network.source[edge], row]))
        weight = _full(float(network.weights[edge]))
        terms.append(value if network.edge_parameter[edge] < 0 else f"{weight}·{value}")
    if len(edges) > MOST_TERMS:
        terms.append(f"… {len(edges) - MOST_TERMS} more")
    join = " + " if AGGREGATIONS[aggregation].adds else ", "
    joined = join.join(f"({t})" if t.startswith("−") else t for t in terms)
    if aggregation != SUM:
        joined = f"{aggregation}({joined})"
    text = assignment(f"z({name}) = {joined}", z)
    function = network.functions[network.function[node]]
    if not function.is_identity:
        text += "\n" + assignment(f"{name} = {function.title}(z)", a)
    return text


def _full(value: float) -> str:
    return "?" if math.isnan(value) else number_text(value, 17)
