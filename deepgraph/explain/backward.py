"""The backward pass of one row: the chain rule, node by node from the loss to the inputs.

The numbers are those of `deepgraph.evaluate.gradient`; this module only says how each one comes
about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number, Partial, Symbol
from deepgraph.explain.formula import slope_forms
from deepgraph.explain.forward import joined
from deepgraph.explain.local import Local, of_aggregation
from deepgraph.explain.loss import LOSS, LossOf
from deepgraph.explain.records import Line, Step
from deepgraph.explain.values import FIRST, LAST, MOST, Kind, Term, Values, weighted
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.reach import ancestors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.evaluate.loss import LossValue
    from deepgraph.explain.records import Quantity


class Backward:
    """The walk back.

    Args:
        loss: over the forward pass.
        gradient: of this row alone.
        direct: the loss's own derivatives.
        wanted: the nodes to speak of; parameters only of `focus` where it is given.
        focus: a node number.
    """

    def __init__(
        self,
        loss: LossOf,
        gradient: Gradient,
        direct: LossValue,
        wanted: Collection[int],
        focus: int | None = None,
    ) -> None:
        self.loss, self.values, self.gradient = loss, loss.values, gradient
        self.network = self.values.network
        self.direct = direct
        self.wanted, self.focus = wanted, focus
        self.live = live(self.values, direct)
        self.locals: dict[int, Local] = {}
        self.reached: dict[int, list[int]] = {}  # edges by parameter, in the order met

    def steps(self) -> Iterator[Step]:
        """Every node of those wanted on which the loss depends, the last one first."""
        network = self.network
        for step in reversed(network.steps.tolist()):
            if step >= len(network.ids):
                members = network.softmax_groups[step - len(network.ids)].tolist()
                if set(members) & self.live:
                    yield self._softmax(members)
            elif step in self.live and step in self.wanted:
                lines = list(self._node(step))
                if lines:
                    yield Step(self.values.name(step), tuple(lines), self._left_out(step))
        yield from self._shared()

    # --- one node --------------------------------------------------------------------------------

    def _node(self, node: int) -> Iterator[Line]:
        network = self.network
        function = network.functions[network.function[node]]
        if network.kind[node] == INPUT:
            yield self._by_a(node)
        elif network.kind[node] == BIAS:
            if (
                network.node_parameter[node] >= 0
                and self.focus is None
                and len(self._fed(node)) > 1
            ):
                yield self._bias(node)
        else:
            if function.row is not None:
                yield from self._through(node)
            self.locals |= of_aggregation(self.values, node)
            yield from self._locals(node)
            if self.focus in (None, node):
                yield from self._weights(node)
                yield from self._own_biases(node)

    def _through(self, node: int) -> Iterator[Line]:
        """∂loss/∂a, ∂a/∂z, ∂loss/∂z of a node."""
        values, network = self.values, self.network
        name = network.ids[node]
        fused = node in self.direct.by_z
        fed = self._fed(node)
        if not fused:
            yield self._by_a(node)
        if values.plain(node):
            values.exact["dz", node] = values.exact.get(("da", node))
            if fused:  # the loss is cross-entropy, which no identity has
                raise AssertionError(node)
            return
        function = network.functions[network.function[node]]
        assert function.row is not None
        row = slice(values.row, values.row + 1)
        slope = float(function.row.derivative(values.trace.z[node, row], **function.parameters)[0])
        by_z = self._by(node, z=True)
        if not fused or fed:
            left = self._slope_name(node)
            z, a = values.z(node), values.a(node)

            def named(form: Expression) -> Expression:
                def leaf(part: Expression) -> Expression:
                    if isinstance(part, Number) and not part.literal:
                        found = {id(z): values.z_name(node), id(a): values.name(node)}
                        return found.get(id(part)) or values.teller.value(part).result
                    return part

                return ex.replace(form, leaf)

            forms = slope_forms(function, z, a)
            line = values.line("slope", name, left, named, forms, slope)
            values.exact["slope", node] = line.exact
            yield line
        inner = Number(slope, values.exact.get(("slope", node)))
        if not fused:
            symbols: Expression = ex.product([self._by(node), self._slope_name(node)])
            numbers: Expression = ex.product([self._da(node), inner])
        else:
            own = self.loss.fused(node)
            symbols, numbers = own.symbols, own.numbers
            if fed:
                terms, given = joined(self._paths(node))
                carried = ex.Product((terms, self._slope_name(node)))
                symbols = ex.Sum((symbols, carried))
                numbers = ex.Sum((numbers, ex.Product((given[-1][0], inner))))
        value = float(self.gradient.nodes_z[node, 0])
        line = values.line("dz", name, by_z, symbols, numbers, value)
        values.exact["dz", node] = line.exact
        yield line

    def _by_a(self, node: int) -> Line:
        """∂loss/∂a: the loss's own part, and one term for each edge that leaves."""
        terms = self._paths(node)
        if node in self.direct.by_a:
            terms = [self.loss.slope(node), *terms]
        return self._summed("da", node, self._by(node), terms)

    def _own_biases(self, node: int) -> Iterator[Line]:
        """∂loss/∂b of the biases that feed this node alone; others have their turn later."""
        for source in self.network.source[self.network.incoming.of(node)].tolist():
            if self.network.node_parameter[source] >= 0 and len(self._fed(source)) == 1:
                yield self._bias(source)

    def _bias(self, node: int) -> Line:
        """∂loss/∂b of a bias that is a parameter."""
        number = int(self.network.node_parameter[node])
        self.reached[number] = []
        line = self._summed("dparameter", node, self._by(node), self._paths(node))
        self.values.exact["dparameter", number] = line.exact
        return line

    def _summed(self, quantity: Quantity, node: int, left: Expression, terms: list[Term]) -> Line:
        symbols, forms = joined(terms)
        value = float(self.gradient.nodes_a[node, 0])
        name = self.network.ids[node]
        line = self.values.line(quantity, name, left, symbols, forms, value)
        self.values.exact["da", node] = line.exact
        return line

    def _fed(self, node: int) -> list[int]:
        """The edges out of a node on which the loss depends."""
        edges = self.network.outgoing.of(node).tolist()
        return [edge for edge in edges if int(self.network.target[edge]) in self.live]

    def _paths(self, node: int) -> list[Term]:
        """∂loss/∂z · ∂z/∂a for each edge out of a node."""
        terms = []
        for edge in self._fed(node):
            target = int(self.network.target[edge])
            symbols = [
                self._by(target, z=True),
                Partial(self.values.z_name(target), self.values.name(node)),
            ]
            factor = self.locals[edge].by_source
            dz = self._dz(target)
            terms.append(weighted([(symbols[0], dz), (symbols[1], factor)]))
            if factor.literal and factor.value == 1:
                terms[-1] = Term(terms[-1].symbols, dz, dz.value, dz.exact)
        return terms

    # --- what stands between a node and its edges ------------------------------------------------

    def _locals(self, node: int) -> Iterator[Line]:
        """∂z/∂source and ∂z/∂weight, where the node does not just add."""
        for edge in self._shown(node):
            local = self.locals[edge]
            source = int(self.network.source[edge])
            z = self.values.z_name(node)
            weight = self.values.weight(edge)
            for quantity, by, term in (
                (self.values.name(source), local.source_form, local.by_source),
                (weight[0] if weight else None, local.weight_form, local.by_weight),
            ):
                if by is None or quantity is None:
                    continue
                line = self.values.line(
                    "local", self.network.ids[node], Partial(z, quantity), by[0],
                    by[1], term.value, local.note,
                )  # fmt: skip
                yield line

    def _weights(self, node: int) -> Iterator[Line]:
        """∂loss/∂w of the weights into a node, each factor named."""
        values, network = self.values, self.network
        shown = self._shown(node)
        for edge in network.incoming.of(node).tolist():
            number = int(network.edge_parameter[edge])
            if number < 0:
                continue
            self.reached.setdefault(number, []).append(edge)
            shared = int(np.sum(network.edge_parameter == number)) > 1
            name = values.parameter_name(number)
            left = Partial(LOSS, name, values.edge_ends(edge) if shared else None)
            symbols, factors = self._chain(node)
            symbols = [*symbols, Partial(values.z_name(node), name)]
            factors = [*factors, self.locals[edge].by_weight]
            value = float(self.gradient.edges[edge])
            quantity: Quantity = "dweight" if shared else "dparameter"
            title = network.parameters.name(number)
            if edge not in shown and not values.teller.fractions:
                continue
            line = values.line(
                quantity, title, left, ex.product(symbols), ex.product(factors), value
            )
            kind: Kind = "dweight" if shared else "dparameter"
            values.exact[kind, edge if shared else number] = line.exact
            if edge in shown:
                yield line

    def _chain(self, node: int) -> tuple[list[Expression], list[Expression]]:
        """The factors down to z: ∂loss/∂a · ∂a/∂z, or ∂loss/∂z where that was found at once."""
        fused = node in self.direct.by_z or self.loss.members(node)
        if fused or self.values.plain(node):
            return [self._by(node, z=True)], [self._dz(node)]
        slope = self.values.exact.get(("slope", node))
        function = self.network.functions[self.network.function[node]]
        assert function.row is not None
        row = slice(self.values.row, self.values.row + 1)
        value = function.row.derivative(self.values.trace.z[node, row], **function.parameters)
        return (
            [self._by(node), self._slope_name(node)],
            [self._da(node), Number(float(value[0]), slope)],
        )

    def _shown(self, node: int) -> list[int]:
        edges = [int(edge) for edge in self.network.incoming.of(node)]
        return edges if len(edges) <= MOST else [*edges[:FIRST], *edges[-LAST:]]

    def _left_out(self, node: int) -> str:
        edges = self.network.incoming.of(node)
        if len(edges) <= MOST or self.network.kind[node] in (INPUT, BIAS):
            return ""
        return f"{len(edges) - FIRST - LAST:,} more weights likewise"

    # --- several nodes ---------------------------------------------------------------------------

    def _softmax(self, members: list[int]) -> Step:
        """∂loss/∂z of a softmax group: a·(∂loss/∂a − Σ a·∂loss/∂a), and a − t of cross-entropy."""
        values, network = self.values, self.network
        lines: list[Line] = []
        carried: dict[int, Number] = {}
        for node in members:
            own = node in self.direct.by_a and node not in self.direct.by_z
            if own or self._fed(node):
                terms = self._paths(node)
                line = (
                    self._by_a(node) if node not in self.direct.by_z else self._carried(node, terms)
                )
                lines.append(line)
                carried[node] = Number(line.value)
        mean = Symbol("Σa·∂loss/∂a", "word")
        total = 0.0
        if carried:
            found = [
                weighted([(values.name(n), values.a(n)), (self._by(n), g)])
                for n, g in carried.items()
            ]
            for position, term in enumerate(found):
                total = term.value if not position else total + term.value
            symbols, forms = joined(found)
            lines.append(values.line("total", "", mean, symbols, forms, total))
        for node in members:
            symbols_of: list[Expression] = []
            numbers_of: list[Expression] = []
            if carried:
                left = self._by(node) if node in carried else ex.literal(0)
                right = carried.get(node, ex.literal(0))
                symbols_of.append(ex.Product((values.name(node), ex.Difference(left, mean))))
                numbers_of.append(ex.Product((values.a(node), ex.Difference(right, Number(total)))))
            if node in self.direct.by_z:
                own_part = self.loss.fused(node)
                symbols_of.append(own_part.symbols)
                numbers_of.append(own_part.numbers)
            value = float(self.gradient.nodes_z[node, 0])
            lines.append(
                values.line(
                    "dz",
                    network.ids[node],
                    self._by(node, z=True),
                    ex.total(symbols_of),
                    ex.total(numbers_of),
                    value,
                )
            )
        return Step("softmax", tuple(lines))

    def _carried(self, node: int, terms: list[Term]) -> Line:
        """What reaches a node through its edges, where its own part is taken by z."""
        symbols, forms = joined(terms)
        value = terms[0].value
        for term in terms[1:]:
            value += term.value
        return self.values.line(
            "da", "", self._by(node), symbols, forms, value, "through its edges alone"
        )

    def _shared(self) -> Iterator[Step]:
        """∂loss/∂w of the weights that several edges share: their sum."""
        values, parameters = self.values, self.network.parameters
        lines = []
        for number, edges in sorted(self.reached.items()):
            if not edges or int(np.sum(self.network.edge_parameter == number)) < 2:
                continue
            name = values.parameter_name(number)
            terms = [
                Term(
                    Partial(LOSS, name, values.edge_ends(edge)),
                    Number(float(self.gradient.edges[edge]), values.exact.get(("dweight", edge))),
                    float(self.gradient.edges[edge]),
                    values.exact.get(("dweight", edge)),
                )
                for edge in sorted(edges)
            ]
            value = float(self.gradient.parameters[number])
            if self.focus is not None:  # other edges were left aside
                continue
            symbols, forms = joined(terms)
            title = parameters.name(number)
            line = values.line("dparameter", title, Partial(LOSS, name), symbols, forms, value)
            values.exact["dparameter", number] = line.exact
            lines.append(line)
        if lines:
            yield Step("shared weights", tuple(lines))

    # --- symbols and numbers ---------------------------------------------------------------------

    def _by(self, node: int, *, z: bool = False) -> Partial:
        return Partial(LOSS, self.values.z_name(node) if z else self.values.name(node))

    def _slope_name(self, node: int) -> Partial:
        return Partial(self.values.name(node), self.values.z_name(node))

    def _da(self, node: int) -> Number:
        value = float(self.gradient.nodes_a[node, 0])
        return Number(value, self.values.exact.get(("da", node)))

    def _dz(self, node: int) -> Number:
        value = float(self.gradient.nodes_z[node, 0])
        return Number(value, self.values.exact.get(("dz", node)))


def live(values: Values, direct: LossValue) -> set[int]:
    """The nodes on which the loss depends."""
    return ancestors(values.network, [*direct.by_a, *direct.by_z])
