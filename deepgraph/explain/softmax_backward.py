"""The backward pass through a softmax group, and through cross-entropy behind it.

∂loss/∂z = a·(∂loss/∂a − Σ a·∂loss/∂a); and a − t of cross-entropy, which is added.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number, Symbol
from deepgraph.explain.forward import joined
from deepgraph.explain.records import Line, Step
from deepgraph.explain.values import Term, weighted

if TYPE_CHECKING:
    from deepgraph.explain.derivatives import Derivatives

MEAN = Symbol("Σa·∂loss/∂a", "word")


def softmax_step(derivatives: Derivatives, members: list[int]) -> Step:
    """∂loss/∂a of each member that has one, their mean weighted by a, and ∂loss/∂z of each."""
    lines = []
    carried: dict[int, Number] = {}
    for node in members:
        fused = derivatives.is_fused(node)
        if derivatives.fed(node) or (node in derivatives.direct.by_a and not fused):
            line = _through_edges(derivatives, node) if fused else derivatives.line_by_a(node)
            lines.append(line)
            carried[node] = Number(line.value)
    mean = Number(0.0)
    if carried:
        lines.append(_mean(derivatives, carried))
        mean = Number(lines[-1].value)
    lines += [_by_z(derivatives, node, carried, mean) for node in members]
    return Step("softmax", tuple(lines))


def _through_edges(derivatives: Derivatives, node: int) -> Line:
    """∂loss/∂a through the edges out of a node; the part of the loss itself is added at z."""
    terms = derivatives.paths(node)
    symbols, forms = joined(terms)
    left, value = derivatives.by_a(node), _added(terms)
    note = "through its edges alone"
    return derivatives.values.line("da", "", left, symbols, forms, value, note)


def _mean(derivatives: Derivatives, carried: dict[int, Number]) -> Line:
    """Σ a·∂loss/∂a over the members that have a ∂loss/∂a."""
    values = derivatives.values
    terms = [
        weighted([(values.name(node), values.a(node)), (derivatives.by_a(node), number)])
        for node, number in carried.items()
    ]
    symbols, forms = joined(terms)
    return values.line("total", "", MEAN, symbols, forms, _added(terms))


def _by_z(derivatives: Derivatives, node: int, carried: dict[int, Number], mean: Number) -> Line:
    """∂loss/∂z of one member."""
    values = derivatives.values
    symbols: list[Expression] = []
    numbers: list[Expression] = []
    if carried:
        zero = ex.literal(0)
        by_a = derivatives.by_a(node) if node in carried else zero
        symbols.append(ex.Product((values.name(node), ex.Difference(by_a, MEAN))))
        difference = ex.Difference(carried.get(node, zero), mean)
        numbers.append(ex.Product((values.a(node), difference)))
    if derivatives.is_fused(node):
        own = derivatives.loss.fused(node)
        symbols.append(own.symbols)
        numbers.append(own.numbers)
    name, left = values.network.ids[node], derivatives.by_z(node)
    value = derivatives.dz(node).value
    return values.line("dz", name, left, ex.total(symbols), ex.total(numbers), value)


def _added(terms: list[Term]) -> float:
    return reduce(add, (term.value for term in terms))
