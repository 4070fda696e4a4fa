"""The backward pass of one row: the chain rule, node by node from the loss to the inputs."""

from __future__ import annotations

from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Literal

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number, Partial, Symbol
from deepgraph.explain.formula import born_of, flat, slope_forms, undefined
from deepgraph.explain.local import of_aggregation, z_by_weight
from deepgraph.explain.loss import LOSS
from deepgraph.explain.records import Line, Step
from deepgraph.explain.values import FIRST, LAST, MOST, Term, join, weighted
from deepgraph.explain.wording import say
from deepgraph.graph.kinds import BIAS, INPUT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.explain.derivatives import Derivatives


def _mean_name(members: list[int]) -> Symbol:
    """The symbol Σa·∂loss/∂a, which each softmax has for itself."""
    return Symbol(f"Σa·∂{LOSS.name}/∂a", "word", members[0])


class Backward:
    """The walk back through the network.

    Args:
        derivatives: of the loss.
        wanted: the nodes to write out.
        focus: the numbers of nodes; with it, of the parameters only those into these nodes.

    Attributes:
        reached: the edges of each parameter that was met, by its number.
    """

    def __init__(
        self,
        derivatives: Derivatives,
        wanted: Collection[int],
        focus: Collection[int] | None = None,
    ) -> None:
        self.derivatives, self.values = derivatives, derivatives.values
        self.network = derivatives.network
        self.wanted, self.focus = frozenset(wanted), focus
        self.reached: dict[int, list[int]] = {}

    def steps(self) -> Iterator[Step]:
        """A step for each wanted node on which the loss depends, from the last to the first."""
        network, live = self.network, self.derivatives.live
        for step in reversed(network.steps.tolist()):
            if step >= len(network.ids):
                members = network.softmax_groups[step - len(network.ids)].tolist()
                if not live.isdisjoint(members) and not self.wanted.isdisjoint(members):
                    yield _softmax(self.derivatives, members)
            elif step in live and step in self.wanted:
                lines = list(self._node(step))
                if lines:
                    yield Step(self.values.name(step), tuple(lines), self._left_out(step))
        if self.focus is None:  # else other edges of a shared weight were left aside
            lines = list(self._shared())
            if lines:
                yield Step(say("shared weights"), tuple(lines))

    def _node(self, node: int) -> Iterator[Line]:
        network, kind = self.network, self.network.kind[node]
        if kind == INPUT:
            yield self.derivatives.line_by_a(node)
            if network.has_z(node):
                yield from self._by_z(node)
        elif kind == BIAS:
            of_one_node = len(self.derivatives.fed(node)) == 1
            if network.node_parameter[node] >= 0 and self.focus is None and not of_one_node:
                yield self._bias(node)
        else:
            if network.activation(node).row is not None:
                yield from self._through(node)
            self.derivatives.locals |= of_aggregation(self.values, node)
            yield from self._locals(node)
            if self.focus is None or node in self.focus:
                yield from self._weights(node)
                yield from self._own_biases(node)

    # --- from a to z -----------------------------------------------------------------------------

    def _through(self, node: int) -> Iterator[Line]:
        """∂loss/∂a, ∂a/∂z and ∂loss/∂z of a node whose activation works on it alone."""
        derivatives, exact = self.derivatives, self.values.exact
        fused = derivatives.is_fused(node)
        if not fused:
            yield derivatives.line_by_a(node)
        if self.values.plain(node):
            assert not fused, "cross-entropy is taken together with no identity"
            exact["dz", node] = exact.get(("da", node))
            return
        yield from self._by_z(node)

    def _by_z(self, node: int) -> Iterator[Line]:
        """∂a/∂z and ∂loss/∂z of a node whose z is a number of its own."""
        derivatives, fused = self.derivatives, self.derivatives.is_fused(node)
        if not fused or derivatives.fed(node):
            yield self._slope(node)
        symbols, numbers = self._fused(node) if fused else self._chain(node)
        left, value = derivatives.by_z(node), derivatives.dz(node).value
        name = self.network.ids[node]
        yield self.values.line("dz", name, left, symbols, numbers, value, keep=node)

    def _slope(self, node: int) -> Line:
        """∂a/∂z: the derivative of the activation."""
        values, network = self.values, self.network
        z, a = values.z(node), values.a(node)

        def leaf(part: Expression) -> Expression:
            if not isinstance(part, Number):
                return part
            return values.printer.given(part) if part.of is None else part.of

        function = network.activation(node)
        left, slope = self.derivatives.a_by_z(node), self.derivatives.slope(node)
        forms = slope_forms(function, z, a, fractions=values.printer.fractions)
        note = flat(function)
        if born_of(z, slope):  # 1/z of a logarithm has a value where the logarithm has none
            forms, note = [(slope, ())], undefined(function, values.printer.given(z))
        in_symbols, name = partial(ex.replace, leaf=leaf), network.ids[node]
        return values.line("slope", name, left, in_symbols, forms, slope.value, note, keep=node)

    def _chain(self, node: int) -> tuple[Expression, Expression]:
        """∂loss/∂a · ∂a/∂z, in symbols and in numbers."""
        derivatives = self.derivatives
        return (
            ex.product([derivatives.by_a(node), derivatives.a_by_z(node)]),
            ex.product([derivatives.da(node), derivatives.slope(node)]),
        )

    def _fused(self, node: int) -> tuple[Expression, Expression]:
        """a − t of cross-entropy, and what comes through the edges out of the node, if any do."""
        derivatives = self.derivatives
        symbol, number = derivatives.loss.fused(node)
        if not derivatives.fed(node):
            return symbol, number
        symbols, forms = join(derivatives.paths(node))
        whole = forms[-1][0]  # without a middle that is left out
        return (
            ex.Sum((symbol, ex.Product((symbols, derivatives.a_by_z(node))))),
            ex.Sum((number, ex.Product((whole, derivatives.slope(node))))),
        )

    # --- from z to the edges ---------------------------------------------------------------------

    def _locals(self, node: int) -> Iterator[Line]:
        """∂z/∂source and ∂z/∂weight, where the aggregation is not a plain sum."""
        values, z = self.values, self.values.z_name(node)
        left: Expression
        for edge in self._shown(node):
            local = self.derivatives.locals[edge]
            name, source = self.network.ids[node], int(self.network.source[edge])
            if local.source_form is not None:
                left, value = Partial(z, values.name(source)), local.by_source.value
                yield values.line("local", name, left, *local.source_form, value, local.note)
            if local.weight_form is not None and values.weight(edge):
                left, value = self._z_by_weight(node, edge), local.by_weight.value
                yield values.line("local", name, left, *local.weight_form, value, local.note)

    def _z_by_weight(self, node: int, edge: int) -> Expression:
        """The symbol ∂z/∂weight, with the edge if another one into the node shares the weight.

        With δ it is the source itself, where z is a sum.
        """
        if self.derivatives.deltas and self.derivatives.is_plain_sum(node):
            return self.values.name(int(self.network.source[edge]))
        return z_by_weight(self.values, edge)

    def _weights(self, node: int) -> Iterator[Line]:
        """∂loss/∂w of the weights into a node."""
        shown = self._shown(node)
        for edge in self.network.incoming.of(node).tolist():
            number = int(self.network.edge_parameter[edge])
            if number < 0:
                continue
            self.reached.setdefault(number, []).append(edge)
            if edge in shown or self.values.printer.fractions:  # else no line below needs it
                line = self._weight(node, edge, number)
                if edge in shown:
                    yield line

    def _weight(self, node: int, edge: int, number: int) -> Line:
        """∂loss/∂w of one edge, each factor named; of a shared weight, the part of this edge."""
        values, derivatives = self.values, self.derivatives
        shared = self._is_shared(number)
        name = values.parameter_name(number)
        left = Partial(LOSS, name, values.edge_ends(edge) if shared else None)
        is_whole = derivatives.is_fused(node) or bool(derivatives.loss.members(node))
        if is_whole or values.plain(node) or derivatives.deltas:
            to_z: tuple[Expression, Expression] = derivatives.by_z(node), derivatives.dz(node)
        else:
            to_z = self._chain(node)
        symbols = ex.product([to_z[0], self._z_by_weight(node, edge)])
        numbers = ex.product([to_z[1], derivatives.locals[edge].by_weight])
        quantity: Literal["dweight", "dparameter"] = "dweight" if shared else "dparameter"
        title, value = self.network.parameters.name(number), float(derivatives.gradient.edges[edge])
        keep = edge if shared else number
        return values.line(quantity, title, left, symbols, numbers, value, keep=keep)

    def _own_biases(self, node: int) -> Iterator[Line]:
        """∂loss/∂b of the biases that feed this node alone; the others are steps of their own."""
        for source in self.network.source[self.network.incoming.of(node)].tolist():
            is_parameter = self.network.node_parameter[source] >= 0
            if is_parameter and len(self.derivatives.fed(source)) == 1:
                yield self._bias(source)

    def _bias(self, node: int) -> Line:
        """∂loss/∂b of a bias that is a parameter."""
        number = int(self.network.node_parameter[node])
        self.reached[number] = []
        return self.derivatives.line_of_bias(node, number)

    def _shared(self) -> Iterator[Line]:
        """∂loss/∂w of the weights that several edges share: the sum over these edges."""
        values, gradient = self.values, self.derivatives.gradient
        for number, edges in sorted(self.reached.items()):
            if not edges or not self._is_shared(number):
                continue
            name, terms = values.parameter_name(number), []
            for edge in sorted(edges):
                part, exact = float(gradient.edges[edge]), values.exact.get(("dweight", edge))
                symbol = Partial(LOSS, name, values.edge_ends(edge))
                terms.append(Term(symbol, Number(part, exact, of=symbol), part, exact))
            symbols, forms = join(terms)
            title, value = self.network.parameters.name(number), float(gradient.parameters[number])
            left = Partial(LOSS, name)
            yield values.line("dparameter", title, left, symbols, forms, value, keep=number)

    def _is_shared(self, parameter: int) -> bool:
        return int(np.sum(self.network.edge_parameter == parameter)) > 1

    def _shown(self, node: int) -> list[int]:
        """The edges into a node; of many the first and the last."""
        edges = self.network.incoming.of(node).tolist()
        return edges if len(edges) <= MOST else [*edges[:FIRST], *edges[-LAST:]]

    def _left_out(self, node: int) -> str:
        count = len(self.network.incoming.of(node))
        if count <= MOST or self.network.kind[node] in (INPUT, BIAS):
            return ""
        return say("more weights", f"{count - FIRST - LAST:,}")


# --- softmax: ∂loss/∂z = a·(∂loss/∂a − Σ a·∂loss/∂a); a − t of cross-entropy is added -------------


def _softmax(derivatives: Derivatives, members: list[int]) -> Step:
    """∂loss/∂a of each member that has one, their mean weighted by a, and ∂loss/∂z of each."""
    lines = []
    carried: dict[int, Number] = {}
    for node in members:
        fused = derivatives.is_fused(node)
        if derivatives.fed(node) or (node in derivatives.direct.by_a and not fused):
            line = _through_edges(derivatives, node) if fused else derivatives.line_by_a(node)
            lines.append(line)
            assert line.result is not None
            carried[node] = Number(line.value, line.result.exact, of=line.left)
    mean = ex.literal(0)
    if carried:
        line = _softmax_mean(derivatives, members, carried)
        assert line.result is not None
        mean = Number(line.value, line.result.exact, of=line.left)
        lines.append(line)
    name = _mean_name(members)
    lines += [_softmax_by_z(derivatives, node, carried, (name, mean)) for node in members]
    return Step(say("softmax"), tuple(lines))


def _through_edges(derivatives: Derivatives, node: int) -> Line:
    """∂loss/∂a through the edges out of a node; the part of the loss itself is added at z."""
    terms = derivatives.paths(node)
    symbols, forms = join(terms)
    left, value = derivatives.by_a(node), _added(terms)
    note = say("through edges")
    return derivatives.values.line("da", "", left, symbols, forms, value, note)


def _softmax_mean(derivatives: Derivatives, members: list[int], carried: dict[int, Number]) -> Line:
    """Σ a·∂loss/∂a over the members that have a ∂loss/∂a."""
    values = derivatives.values
    terms = [
        weighted([(values.name(node), values.a(node)), (derivatives.by_a(node), number)])
        for node, number in carried.items()
    ]
    symbols, forms = join(terms)
    return values.line("total", "", _mean_name(members), symbols, forms, _added(terms))


def _softmax_by_z(
    derivatives: Derivatives, node: int, carried: dict[int, Number], mean: tuple[Symbol, Number]
) -> Line:
    """∂loss/∂z of one member."""
    values = derivatives.values
    symbols: list[Expression] = []
    numbers: list[Expression] = []
    if carried:
        zero = ex.literal(0)
        by_a = derivatives.by_a(node) if node in carried else zero
        symbols.append(ex.Product((values.name(node), ex.Difference(by_a, mean[0]))))
        difference = ex.Difference(carried.get(node, zero), mean[1])
        numbers.append(ex.Product((values.a(node), difference)))
    if derivatives.is_fused(node):
        symbol, number = derivatives.loss.fused(node)
        symbols.append(symbol)
        numbers.append(number)
    name, left = values.network.ids[node], derivatives.by_z(node)
    value = derivatives.dz(node).value
    given = ex.total(symbols), ex.total(numbers)
    return values.line("dz", name, left, *given, value, keep=node)


def _added(terms: list[Term]) -> float:
    return reduce(add, (term.value for term in terms))
