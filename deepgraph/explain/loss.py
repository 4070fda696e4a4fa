"""The loss of one row and its own derivatives, in symbols and in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Form, Number, Symbol, literal
from deepgraph.explain.formula import argument, at, gain
from deepgraph.explain.forward import exponentials
from deepgraph.explain.values import Term, Values, join
from deepgraph.explain.wording import say

if TYPE_CHECKING:
    from deepgraph.explain.records import Line
    from deepgraph.functions.losses import Loss, OfTarget

LOSS = Symbol(say("loss"), "word")


@dataclass(frozen=True)
class LossOf:
    """A loss over the nodes that have targets.

    Attributes:
        values: the forward pass.
        loss: its row of the table.
        targets: by node number; empty for a loss that takes none.
        exact: by node number, the targets that are known exactly.
        of: the number of the node whose value is the loss, if it takes no targets.
    """

    values: Values
    loss: Loss
    targets: dict[int, float]
    exact: dict[int, Fraction]
    of: int

    def target(self, node: int) -> tuple[Expression, Number]:
        """The symbol and the value of the target of a node."""
        symbol = ex.Call("t", (self.values.name(node),))
        return symbol, Number(self.targets.get(node, 0.0), self.exact.get(node), of=symbol)

    def line(self, value: float) -> Line:
        """The loss of this row."""
        values = self.values
        if not self.loss.needs_targets:
            node = self.of
            return values.line("loss", "", LOSS, values.name(node), values.a(node), value, keep=0)
        symbols, forms = self._by_node() if self.loss.f else self._cross_entropy()
        return values.line("loss", "", LOSS, symbols, forms, value, keep=0)

    def _by_node(self) -> tuple[Expression, list[Form]]:
        """The sum of f(a, t) over the target nodes, divided if the loss divides."""
        assert self.loss.f is not None
        terms = [self._term(node, self.loss.formula, self.loss.f) for node in sorted(self.targets)]
        symbols, forms = join(terms)
        divisor = literal(self.loss.divisor_for(len(terms)))
        if divisor.value == 1:
            return symbols, forms
        divided: list[Form] = [(ex.Quotient(form, divisor), why) for form, why in forms]
        return ex.Quotient(symbols, divisor), divided

    def _term(self, node: int, formula: str, function: OfTarget) -> Term:
        """A formula in the a and t of a node, with its value."""
        symbol, t = self.target(node)
        a = self.values.a(node)
        names = {id(a): self.values.name(node), id(t): symbol}
        numbers, reasons = at(formula, {"a": a, "t": t})
        symbols = ex.replace(numbers, lambda leaf: names.get(id(leaf), leaf))
        with np.errstate(all="ignore"):
            value = float(function(np.array(a.value), np.array(t.value)))
        return Term(symbols, numbers, value, reasons=reasons)

    def _cross_entropy(self) -> tuple[Expression, list[Form]]:
        """Cross-entropy by a, as textbooks write it, and by z for an a too close to 0 or 1."""
        values, one = self.values, literal(1)
        groups = {members[0]: members for members in map(self.members, self.targets) if members}
        parts = {first: exponentials(values, members) for first, members in groups.items()}
        symbols: list[Expression] = []
        by_a: list[Expression] = []
        by_z: list[Expression] = []

        def add(
            t_name: Expression, t: Number, a_name: Expression, a: Expression, minus_log: Expression
        ) -> None:
            if t.value:  # 0·ln 0 is 0
                symbols.append(ex.Product((t_name, ex.Call("ln", (a_name,)))))
                by_a.append(ex.Product((t, ex.Call("ln", (a,)))))
                by_z.append(ex.Product((t, minus_log)))

        for node in sorted(self.targets):
            t_name, t = self.target(node)
            name, a, z = values.name(node), values.a(node), values.z(node)
            members = self.members(node)
            if members:
                largest, _, total = parts[members[0]]
                log = ex.Difference(ex.Call("ln", (total,)), ex.Difference(z, largest))
                add(t_name, t, name, a, log)
            else:
                inside = argument(values.network.activation(node), z)
                add(t_name, t, name, a, _softplus(ex.Negative(inside)))
                other = ex.Difference(one, t_name)
                rest = Number(1 - t.value, None if t.exact is None else 1 - t.exact, of=other)
                add(other, rest, ex.Difference(one, name), ex.Difference(one, a), _softplus(inside))
        if not symbols:
            return literal(0), [(literal(0), ())]
        forms: list[Form] = [(ex.Negative(ex.total(by_a)), ()), (ex.total(by_z), ())]
        return ex.Negative(ex.total(symbols)), forms

    def members(self, node: int) -> list[int]:
        """The members of the softmax group of a node; empty if it is in none."""
        return self._members.get(node, [])

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        """By node of a softmax group, all of its members; each group is one list."""
        groups = [group.tolist() for group in self.values.network.softmax_groups]
        return {node: group for group in groups for node in group}

    @cached_property
    def _sums(self) -> dict[int, Number]:
        """By first member of each softmax group, the sum of the targets of all of its members."""
        found = {}
        for group in {id(group): group for group in self._members.values()}.values():
            weights = [self.target(member)[1] for member in group]
            exact = [weight.exact for weight in weights if weight.exact is not None]
            known = sum(exact, Fraction(0)) if len(exact) == len(weights) else None
            found[group[0]] = Number(sum(weight.value for weight in weights), known)
        return found

    def slope(self, node: int) -> Term:
        """∂loss/∂a of a node with a target, through no other node."""
        if not self.loss.needs_targets:
            return Term(literal(1), literal(1), 1.0)
        assert self.loss.derivative is not None
        term = self._term(node, self.loss.derivative_formula, self.loss.derivative)
        value = term.value / self.loss.divisor_for(len(self.targets))
        symbols, numbers = term.symbols, term.numbers
        if self.loss.mean and len(self.targets) > 1:
            count = literal(len(self.targets))
            symbols, numbers = ex.Quotient(symbols, count), ex.Quotient(numbers, count)
        return Term(symbols, numbers, value, reasons=term.reasons)

    def fused(self, node: int) -> tuple[Expression, Expression]:
        """∂loss/∂z, in symbols and numbers, where a is taken together with cross-entropy: a − t.

        With a gain of the sigmoid it is gain·(a − t).
        """
        symbol, target = self.target(node)
        name: Expression = self.values.name(node)
        number: Expression = self.values.a(node)
        members = self.members(node)
        if members and self._sums[members[0]].value != 1:  # ∂/∂z of −Σ t·ln a is a·Σt − t
            name = ex.Product((name, Symbol("Σt", "word")))
            number = ex.Product((number, self._sums[members[0]]))
        symbols, numbers = ex.Difference(name, symbol), ex.Difference(number, target)
        function = self.values.network.activation(node)
        if function.gain == 1.0:
            return symbols, numbers
        factor = gain(function)
        return ex.Product((factor, symbols)), ex.Product((factor, numbers))


def _softplus(z: Expression) -> Expression:
    return ex.Call("ln", (ex.Sum((literal(1), ex.Call("exp", (z,)))),))
