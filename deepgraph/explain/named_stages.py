"""The stages that a spec names, each from those before it, and then the final prediction.

    out2 = ReLU(out1)
    out3 = w₃₅·out2 + b₃
    out5 = [out3 out4]

A stage is said by the stages before it where that is possible: an activation of one, several of
them stacked, a sum over one. Else its own members stand for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number, Symbol
from deepgraph.explain.formula import in_symbols
from deepgraph.explain.matrix_form import is_biased, is_whole, of_layer
from deepgraph.explain.records import Step
from deepgraph.explain.values import MOST, vector, weighted
from deepgraph.explain.wording import say
from deepgraph.functions.aggregations import SUM
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.stages import Member

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.explain.matrix_form import MatrixForm
    from deepgraph.explain.records import Line

Members = tuple[Member, ...]


class NamedStages:
    """Makes the lines of the stages of one row.

    Args:
        form: the sums in matrix form.
        needed: the nodes that are explained; other stages are left out.
    """

    def __init__(self, form: MatrixForm, needed: Collection[int]) -> None:
        self.form, self.values = form, form.values
        self.network = form.values.network
        self.needed = needed
        self.named: dict[Members, Expression] = {}
        self.by_first: dict[Member, list[Members]] = {}

    def steps(self, *, predict: bool) -> Iterator[Step]:
        """A step for the stages, and with `predict` one for the outputs that are none of them."""
        lines = []
        for name, members in self.network.stages.items():
            if all(member.node in self.needed for member in members):
                key = self._key(members)
                symbol = self.values.stage_name(name)
                lines.append(self._stage(name, symbol, key))
                self._name(key, symbol)
        if lines:
            yield Step(say("stage by stage"), tuple(lines))
        outputs = [node for node in self.network.outputs.tolist() if not self._is_shown(node)]
        if predict and lines and outputs:
            title = say("the final prediction" if len(outputs) == 1 else "the final predictions")
            yield Step(title, tuple(self._prediction(outputs)))

    def _key(self, members: Members) -> Members:
        """The members with a in the place of z where both are one number."""
        return tuple(
            Member(member.node, member.is_z and not self.values.plain(member.node))
            for member in members
        )

    def _name(self, key: Members, symbol: Expression) -> None:
        if key not in self.named:
            self.named[key] = symbol
            self.by_first.setdefault(key[0], []).append(key)

    def _is_shown(self, node: int) -> bool:
        return any(Member(node, False) in key for key in self.named)

    def _number(self, member: Member) -> Number:
        return self.values.z(member.node) if member.is_z else self.values.a(member.node)

    def _symbol(self, member: Member) -> Expression:
        values = self.values
        return values.z_name(member.node) if member.is_z else values.name(member.node)

    # --- lines -----------------------------------------------------------------------------------

    def _stage(self, name: str, left: Expression, key: Members) -> Line:
        """left = what it is made of = [its values]."""
        of_one = len(key) == 1 and self._before(key) is None and self._sums(key)
        if of_one:
            node = key[0].node
            symbols, numbers = self.form.sum_of(node, self._of_values)
            z = self._number(key[0]).value
            line = self.values.line("stage", name, left, symbols, numbers, z)
            assert line.result is not None
            result = replace(line.result, of=self._symbol(key[0]))
            return replace(line, vector=ex.Vector((result,)), values=(line.value,))
        symbols = self._before(key) or self._by_sums(key) or self._members(key)
        numbers_of_all = [self._number(member) for member in key]
        return replace(self.values.vector_line(left, symbols, numbers_of_all), name=name)

    def _prediction(self, outputs: list[int]) -> Iterator[Line]:
        """The lines from the last stage to the outputs."""
        values, network = self.values, self.network
        for members in self._feeding(outputs):
            yield self._unnamed(members)
        if len(outputs) > 1:
            before = self._key(tuple(Member(node, True) for node in outputs))
            after = tuple(Member(node, False) for node in outputs)
            for key in dict.fromkeys((before, after)):
                if key not in self.named:
                    yield self._unnamed(key)
            return
        [node] = outputs
        name, after = network.ids[node], (Member(node, False),)
        before = self._key((Member(node, True),))
        if self._sums(before) and before not in self.named:
            symbols, numbers = self.form.sum_of(node, self._of_values)
            z, left = values.z(node).value, values.z_name(node)
            yield values.line("group", name, left, symbols, numbers, z)
            self._name(before, left)
        if not values.plain(node) or not self._sums(before):
            number = values.a(node)
            line = values.given("a", name, values.name(node), number)
            yield replace(line, symbols=self._before(after) or self._own_function(node))

    def _own_function(self, node: int) -> Expression | None:
        """σ(z(y)) of an output; nothing for a softmax, whose values belong together."""
        function = self.network.activation(node)
        if self.values.plain(node) or function.row is None:
            return None
        return in_symbols(function, self.values.z_name(node))

    def _unnamed(self, key: Members) -> Line:
        """[g₁ g₂] = ReLU(out5) = […]: a vector that no stage names; later lines may read it."""
        left = self._members(key)
        line = self._stage("", left, key)
        self._name(key, left)
        return line

    def _feeding(self, outputs: list[int]) -> Iterator[Members]:
        """The values that feed all outputs, if no stage has them but one has their z."""
        feeding = {
            tuple(Member(source, False) for source in self._sources(node)) for node in outputs
        }
        for key in feeding if len(feeding) == 1 else ():
            if key and key not in self.named and self._activated(key) is not None:
                yield key

    def _sources(self, node: int) -> list[int]:
        """The nodes that feed a node, in the order of the sum; biases left out."""
        sources = self.network.source[self.network.incoming.of(node)].tolist()
        return [source for source in sources if self.network.kind[source] != BIAS]

    # --- what a stage is made of -----------------------------------------------------------------

    def _before(self, key: Members) -> Expression | None:
        """By earlier stages: the same values, a function of them, several stacked."""
        return self.named.get(key) or self._activated(key) or self._stacked(key)

    def _activated(self, key: Members) -> Expression | None:
        """ReLU(out1), where out1 has z of all these nodes and they share one function."""
        network, nodes = self.network, [member.node for member in key]
        if any(member.is_z or self.values.plain(member.node) for member in key):
            return None
        inner = self.named.get(tuple(Member(node, True) for node in nodes))
        function = network.activation(nodes[0])
        if inner is None or any(network.activation(node) != function for node in nodes):
            return None
        if function.row is None:  # a softmax reads all of its group
            groups = [sorted(group.tolist()) for group in network.softmax_groups]
            if sorted(nodes) not in groups:
                return None
        return in_symbols(function, inner)

    def _stacked(self, key: Members) -> Expression | None:
        """[out3 out4], where these stages one behind the other have all the values."""
        best: list[list[Expression] | None] = [None] * len(key) + [[]]
        for start in reversed(range(len(key))):
            for part in sorted(self.by_first.get(key[start], ()), key=len, reverse=True):
                end = start + len(part)
                rest = best[end] if end <= len(key) and key[start:end] == part else None
                if rest is not None:
                    best[start] = [self.named[part], *rest]
                    break
        found = best[0]
        return None if found is None or len(found) < 2 else vector(found)

    def _sums(self, key: Members) -> bool:
        """True if all the values are weighted sums."""
        network = self.network
        return all(
            network.kind[node] not in (INPUT, BIAS)
            and network.aggregations[node] == SUM
            and (is_z or self.values.plain(node))
            for node, is_z in key
        )

    def _by_sums(self, key: Members) -> Expression | None:
        """W1·x + b1 for a dense layer, [w₁ w₂]·x + [b₁ b₂] for one source, or else in words."""
        if not self._sums(key):
            return None
        nodes = [member.node for member in key]
        for layer in self.network.dense:
            if list(layer.targets) == nodes and is_whole(layer, self.values):
                sources = layer.sources.tolist()
                upright = vector([self.values.name(source) for source in sources], upright=True)
                known = self._of_values(sources)
                return of_layer(layer, known if isinstance(known, Symbol) else upright)
        return self._over_one_source(nodes) or self._as_matrix(nodes) or self._in_words(nodes)

    def _over_one_source(self, nodes: list[int]) -> Expression | None:
        """[w₁ w₂]·x + [b₁ b₂] where each node has one weight, from the same source."""
        values, network = self.values, self.network
        weights: list[Expression] = []
        biases: list[list[Expression]] = []
        sources = set()
        for node in nodes:
            biases.append([])
            for edge in network.incoming.of(node).tolist():
                weight, source = values.weight(edge), int(network.source[edge])
                if network.kind[source] == BIAS:
                    biases[-1].append(weighted(values.factors(edge)).symbols)
                elif weight is not None:
                    sources.add(source)
                    weights.append(weight[0])
        per_node = {len(self._sources(node)) for node in nodes}
        counts = set(map(len, biases))
        if len(sources) != 1 or per_node != {1} or len(weights) != len(nodes):
            return None
        if len(nodes) == 1 or counts not in ({0}, {1}):
            return None
        terms: list[Expression] = [ex.product([vector(weights), values.name(sources.pop())])]
        if counts == {1}:
            terms.append(vector([bias for [bias] in biases]))
        return ex.total(terms)

    def _as_matrix(self, nodes: list[int]) -> Expression | None:
        """[w₃₅; w₄₆]·out2 + [b₃ b₄] where each node has a weight from each of the same sources.

        Groups stand for the rows if each node has one of all its weights.
        """
        values, network = self.values, self.network
        sources = self._sources(nodes[0])
        if not 0 < len(sources) <= MOST or len(nodes) > MOST:
            return None
        rows: list[tuple[Expression, ...]] = []
        groups: list[str] = []
        biases: list[list[Expression]] = []
        for node in nodes:
            edges = network.incoming.of(node).tolist()
            inner = [edge for edge in edges if network.kind[network.source[edge]] != BIAS]
            weights = [values.weight(edge) for edge in inner]
            row = [weight[0] for weight in weights if weight is not None]
            if self._sources(node) != sources or len(row) < len(sources):
                return None
            groups.append(
                next((n for n, e in self.form.groups_into(node).items() if e == inner), "")
            )
            rows.append(tuple(row))
            rest = [edge for edge in edges if edge not in inner]
            biases.append([weighted(values.factors(edge)).symbols for edge in rest])
        if set(map(len, biases)) not in ({0}, {1}):
            return None
        upright = vector([values.name(source) for source in sources], upright=True)
        known = self._of_values(sources)
        matrix = ex.Matrix(tuple((Symbol(g),) for g in groups) if all(groups) else tuple(rows))
        terms: list[Expression] = [
            ex.product([matrix, known]) if isinstance(known, Symbol) else ex.Dot(matrix, upright)
        ]
        if biases[0]:
            terms.append(vector([bias for [bias] in biases]))
        return ex.total(terms)

    def _in_words(self, nodes: list[int]) -> Expression:
        """weighted out2 + bias."""
        network = self.network
        sources = sorted({source for node in nodes for source in self._sources(node)})
        known = self._of_values(sources)
        bias = is_biased(self.values, nodes)
        if isinstance(known, Symbol):
            shown = ex.Call(say("weighted of"), (known,))
            return ex.Sum((shown, Symbol(say("bias"), "word"))) if bias else shown
        inputs = bool(np.all(network.kind[sources] == INPUT))
        what = say("inputs" if inputs else "values")
        return Symbol(say("weighted and bias" if bias else "weighted", what), "word")

    def _of_values(self, nodes: list[int]) -> Expression | None:
        """The name of the vector of the values of some nodes, if it has one."""
        return self.named.get(tuple(Member(node, False) for node in nodes))

    def _members(self, key: Members) -> Expression:
        """[h₁ h₂]: the members themselves."""
        if len(key) > MOST:
            return vector([self._symbol(member) for member in key])
        return ex.Vector(tuple(self._symbol(member) for member in key))
