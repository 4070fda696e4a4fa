"""The derivatives of z by the sources and the weights of a node, for each aggregation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number
from deepgraph.explain.values import Form, Values, join, weighted
from deepgraph.functions.aggregations import AGGREGATIONS

Shown = tuple[Expression, list[Form]]
"""Arithmetic in symbols and in numbers."""


@dataclass(frozen=True)
class Local:
    """One edge into a node.

    Attributes:
        by_source: ∂z/∂source.
        by_weight: ∂z/∂weight.
        source_form, weight_form: their arithmetic; `None` if they are simply the weight and the
            source, as in a sum.
        note: a remark.
    """

    by_source: Number
    by_weight: Number
    source_form: Shown | None = None
    weight_form: Shown | None = None
    note: str = ""


def of_aggregation(values: Values, node: int) -> dict[int, Local]:
    """The derivatives at each edge into a node, by edge number."""
    network = values.network
    edges = network.incoming.of(node).tolist()
    row = AGGREGATIONS[network.aggregations[node]]
    if row.derivative is None or len(edges) == 1:
        return {edge: _plain(values, edge) for edge in edges}
    if row.adds:
        return {edge: _mean(values, edge, len(edges)) for edge in edges}
    if not row.extreme:
        return {edge: _product(values, edge, edges) for edge in edges}
    terms = {edge: weighted(values.factors(edge)).value for edge in edges}
    z = values.z(node).value
    first = next((edge for edge, term in terms.items() if term == z), None)
    word = "largest" if row.extreme > 0 else "smallest"
    return {edge: _chosen(values, edge, edge == first, word, z) for edge in edges}


def _plain(values: Values, edge: int) -> Local:
    weight, source = values.weight(edge), int(values.network.source[edge])
    return Local(ex.literal(1) if weight is None else weight[1], values.a(source))


def _mean(values: Values, edge: int, count: int) -> Local:
    plain, share = _plain(values, edge), ex.literal(count)
    weight, source = values.weight(edge), int(values.network.source[edge])

    def divided(symbol: Expression, number: Number) -> tuple[Number, Shown]:
        exact = None if number.exact is None else number.exact / count
        forms: list[Form] = [(ex.Quotient(number, share), ())]
        return Number(number.value / count, exact), (ex.Quotient(symbol, share), forms)

    symbol = ex.literal(1) if weight is None else weight[0]
    by_source, source_form = divided(symbol, plain.by_source)
    by_weight, weight_form = divided(values.name(source), plain.by_weight)
    return Local(by_source, by_weight, source_form, weight_form)


def _product(values: Values, edge: int, edges: list[int]) -> Local:
    others = [factor for other in edges if other != edge for factor in values.factors(other)]
    weight, source = values.weight(edge), int(values.network.source[edge])

    def times(own: list[tuple[Expression, Number]]) -> tuple[Number, Shown]:
        terms = [weighted([factor]) for factor in [*own, *others]]
        whole = weighted([*own, *others])
        symbols, forms = join(terms, "product")
        return Number(whole.value, whole.exact), (symbols, forms[:1])

    by_source, source_form = times([] if weight is None else [weight])
    by_weight, weight_form = times([(values.name(source), values.a(source))])
    return Local(by_source, by_weight, source_form, weight_form)


def _chosen(values: Values, edge: int, chosen: bool, word: str, z: float) -> Local:
    """The derivatives at an edge into a maximum or minimum: all goes to the first extreme term."""
    plain = _plain(values, edge)
    if math.isnan(z):  # NaN reaches all terms
        return plain
    weight, source = values.weight(edge), int(values.network.source[edge])
    if not chosen:
        zero = ex.literal(0)
        none: Shown = (zero, [(zero, ())])
        return Local(zero, zero, none, none, f"its term is not the {word}")
    symbol = ex.literal(1) if weight is None else weight[0]
    return Local(
        plain.by_source,
        plain.by_weight,
        (symbol, [(plain.by_source, ())]),
        (values.name(source), [(plain.by_weight, ())]),
        f"its term is the {word}",
    )
