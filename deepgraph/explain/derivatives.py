"""The derivatives of the loss of one row at every node: as symbols, as numbers, and as lines.

The numbers are those of `deepgraph.evaluate.gradient`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.explain.expressions import Call, Number, Partial
from deepgraph.explain.loss import LOSS
from deepgraph.explain.values import Term, join, weighted
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.reach import ancestors

if TYPE_CHECKING:
    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.evaluate.loss import LossValue
    from deepgraph.explain.expressions import Expression
    from deepgraph.explain.local import Local
    from deepgraph.explain.loss import LossOf
    from deepgraph.explain.records import Line, Quantity


class Derivatives:
    """∂loss/∂a, ∂a/∂z and ∂loss/∂z of every node.

    Args:
        loss: of the row, over its forward pass.
        gradient: of this row alone.
        direct: the derivatives of the loss by the nodes that it reads: by their a, or by their z
            where an activation is taken together with cross-entropy.
        deltas: True to write δ for ∂loss/∂z, and the factors behind it as weight and source, as
            Rumelhart, Hinton and Williams do.

    Attributes:
        live: the nodes on which the loss depends.
        locals: ∂z/∂source and ∂z/∂weight by edge, for the nodes that the walk has come by.
    """

    def __init__(
        self, loss: LossOf, gradient: Gradient, direct: LossValue, deltas: bool = False
    ) -> None:
        self.deltas = deltas
        self.loss, self.values, self.gradient, self.direct = loss, loss.values, gradient, direct
        self.network = self.values.network
        self.live = ancestors(self.network, [*direct.by_a, *direct.by_z])
        self.locals: dict[int, Local] = {}

    def by_a(self, node: int) -> Expression:
        """The symbol ∂loss/∂a, or δ of a node whose z is its value."""
        if self.deltas and self.values.plain(node) and self.network.kind[node] > BIAS:
            return self.by_z(node)
        return Partial(LOSS, self.values.name(node))

    def by_z(self, node: int) -> Expression:
        """The symbol ∂loss/∂z, or δ."""
        if self.deltas and self.network.has_z(node):
            return Call("δ", (self.values.name(node),))
        return Partial(LOSS, self.values.z_name(node))

    def a_by_z(self, node: int) -> Partial:
        """The symbol ∂a/∂z."""
        return Partial(self.values.name(node), self.values.z_name(node))

    def da(self, node: int) -> Number:
        """The number ∂loss/∂a."""
        value = float(self.gradient.nodes_a[node, 0])
        return Number(value, self.values.exact.get(("da", node)), of=self.by_a(node))

    def dz(self, node: int) -> Number:
        """The number ∂loss/∂z."""
        value = float(self.gradient.nodes_z[node, 0])
        return Number(value, self.values.exact.get(("dz", node)), of=self.by_z(node))

    def slope(self, node: int) -> Number:
        """The number ∂a/∂z, of a node whose activation works on each value by itself."""
        slope = self.network.activation(node).derivative(self.values.trace.z[node])
        value = float(slope[0])
        return Number(value, self.values.exact.get(("slope", node)), of=self.a_by_z(node))

    def is_fused(self, node: int) -> bool:
        """Check whether the activation of a node is taken together with cross-entropy."""
        return node in self.direct.by_z

    def fed(self, node: int) -> list[int]:
        """The edges out of a node on which the loss depends."""
        edges = self.network.outgoing.of(node).tolist()
        return [edge for edge in edges if int(self.network.target[edge]) in self.live]

    def paths(self, node: int) -> list[Term]:
        """∂loss/∂z · ∂z/∂a for each edge out of a node."""
        terms = []
        for edge in self.fed(node):
            target = int(self.network.target[edge])
            dz, factor = self.dz(target), self.locals[edge].by_source
            z_by_a = self.z_by_source(edge)
            term = weighted([(self.by_z(target), dz), (z_by_a, factor)])
            if factor.literal and factor.value == 1:  # a wire: the factor is a symbol alone
                symbols = self.by_z(target) if self.deltas else term.symbols
                term = Term(symbols, dz, dz.value, dz.exact)
            terms.append(term)
        return terms

    def z_by_source(self, edge: int) -> Expression:
        """The symbol ∂z/∂source; with δ the weight itself, where z is a sum."""
        target, source = int(self.network.target[edge]), int(self.network.source[edge])
        weight = self.values.weight(edge)
        if self.deltas and weight and self.is_plain_sum(target):
            return weight[0]
        return Partial(self.values.z_name(target), self.values.name(source))

    def is_plain_sum(self, node: int) -> bool:
        """Check whether z of a node is the sum of weight · source."""
        one = len(self.network.incoming.of(node)) == 1
        return one or AGGREGATIONS[self.network.aggregations[node]].derivative is None

    def line_by_a(self, node: int) -> Line:
        """∂loss/∂a: the part that the loss itself adds, and a term for each edge out of a node."""
        return self._summed("da", node, node)

    def line_of_bias(self, node: int, number: int) -> Line:
        """∂loss/∂b of a bias that is the parameter with this number, of the same terms."""
        return self._summed("dparameter", node, number)

    def _summed(self, quantity: Quantity, node: int, keep: int) -> Line:
        own = [self.loss.slope(node)] if node in self.direct.by_a else []
        symbols, forms = join([*own, *self.paths(node)])
        name, value = self.network.ids[node], float(self.gradient.nodes_a[node, 0])
        left = self.by_a(node)
        return self.values.line(quantity, name, left, symbols, forms, value, keep=keep)
