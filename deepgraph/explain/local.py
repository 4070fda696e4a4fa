"""The derivatives of z by the sources and the weights of a node, for each aggregation."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Form, Number
from deepgraph.explain.values import Term, Values, join, weighted
from deepgraph.explain.wording import say
from deepgraph.functions.aggregations import AGGREGATIONS

Factor = tuple[Expression, Number]
Shown = tuple[Expression, list[Form]]
"""Arithmetic in symbols and in numbers."""


@dataclass(frozen=True)
class Local:
    """One edge into a node.

    Attributes:
        by_source, by_weight: ∂z/∂source and ∂z/∂weight.
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
    terms = {edge: weighted(values.factors(edge)) for edge in edges}
    z = values.z(node).value
    equal = [edge for edge, term in terms.items() if term.value == z]
    rounded = _rounded_away(terms, equal, row.extreme)
    word = "largest" if row.extreme > 0 else "smallest"
    return {edge: _chosen(values, edge, equal, rounded, word, z) for edge in edges}


def _rounded_away(terms: dict[int, Term], equal: list[int], extreme: int) -> list[int]:
    """The edges whose exact terms are no less extreme than the first of the equal ones.

    In double precision they are: 3·0.1 is above 0.3 there, by rounding alone.
    """
    first = terms[equal[0]].exact if equal else None
    return [
        edge
        for edge, term in terms.items()
        if edge not in equal
        and term.exact is not None
        and first is not None
        and (term.exact - first) * extreme >= 0
    ]


def _by_source(values: Values, edge: int) -> ex.Partial:
    """The symbol ∂z/∂source of an edge."""
    network = values.network
    source, target = int(network.source[edge]), int(network.target[edge])
    return ex.Partial(values.z_name(target), values.name(source))


def z_by_weight(values: Values, edge: int) -> ex.Partial:
    """The symbol ∂z/∂weight, with the edge if another one into its node shares the weight."""
    network = values.network
    node, number = int(network.target[edge]), int(network.edge_parameter[edge])
    inside = network.edge_parameter[network.incoming.of(node)]
    at = values.edge_ends(edge) if (inside == number).sum() > 1 else None
    return ex.Partial(values.z_name(node), values.parameter_name(number), at)


def _by_weight(values: Values, edge: int) -> ex.Partial | None:
    """The same; `None` for a wire, which has no weight."""
    return z_by_weight(values, edge) if values.network.edge_parameter[edge] >= 0 else None


def _factors(values: Values, edge: int) -> tuple[Factor, Factor]:
    """The weight of an edge, 1 for a wire, and the value of its source."""
    source = int(values.network.source[edge])
    weight = values.weight(edge) or (ex.literal(1), ex.literal(1))
    return weight, (values.name(source), values.a(source))


def _plain(values: Values, edge: int) -> Local:
    weight, source = _factors(values, edge)
    return Local(weight[1], source[1])


def _mean(values: Values, edge: int, count: int) -> Local:
    weight, source = _factors(values, edge)
    share = ex.literal(count)

    def divided(symbol: Expression, number: Number, of: Expression | None) -> tuple[Number, Shown]:
        exact = None if number.exact is None else number.exact / count
        forms: list[Form] = [(ex.Quotient(number, share), ())]
        return Number(number.value / count, exact, of=of), (ex.Quotient(symbol, share), forms)

    by_source, source_form = divided(*weight, _by_source(values, edge))
    by_weight, weight_form = divided(*source, _by_weight(values, edge))
    return Local(by_source, by_weight, source_form, weight_form)


def _product(values: Values, edge: int, edges: list[int]) -> Local:
    others = [factor for other in edges if other != edge for factor in values.factors(other)]

    def times(own: list[Factor], of: Expression | None) -> tuple[Number, Shown]:
        whole = weighted([*own, *others])
        symbols, forms = join([weighted([factor]) for factor in [*own, *others]], "product")
        return Number(whole.value, whole.exact, of=of), (symbols, forms[:1])

    *weight, source = values.factors(edge)
    by_source, source_form = times(weight, _by_source(values, edge))
    by_weight, weight_form = times([source], _by_weight(values, edge))
    return Local(by_source, by_weight, source_form, weight_form)


def _chosen(
    values: Values, edge: int, equal: list[int], rounded: list[int], word: str, z: float
) -> Local:
    """The derivatives at an edge into a maximum or minimum: all goes to the first extreme term.

    Args:
        values: of the row.
        edge: the edge.
        equal: the edges whose terms are the largest or smallest one.
        rounded: those whose terms would be, too, if nothing were rounded.
        word: "largest" or "smallest".
        z: the largest or smallest term.
    """
    if math.isnan(z):  # NaN reaches all terms
        return _plain(values, edge)
    if edge == equal[0]:
        weight, source = _factors(values, edge)
        note = say(f"{'first of equal' if len(equal) > 1 else 'is'} {word}", len(equal))
    else:
        weight = source = (ex.literal(0), ex.literal(0))
        note = say(
            f"{'equal to' if edge in equal else 'rounded off' if edge in rounded else 'is not'} "
            f"{word}"
        )
    shown: tuple[Shown, Shown] = (weight[0], [(weight[1], ())]), (source[0], [(source[1], ())])
    # Behind these lines the numbers are the derivatives, which an exercise may ask for.
    by_source, by_weight = (
        number if number.literal else replace(number, of=of)
        for number, of in (
            (weight[1], _by_source(values, edge)),
            (source[1], _by_weight(values, edge)),
        )
    )
    return Local(by_source, by_weight, *shown, note)
