"""What differs in the parameters of two networks, number by number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.diff.figures import full
from deepgraph.diff.parameter_names import ParameterNames
from deepgraph.diff.records import Change, OnDemand, ParameterCounts
from deepgraph.graph.kinds import BIAS
from deepgraph.words.messages import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.diff.pairing import Pairing
    from deepgraph.diff.records import Mark
    from deepgraph.graph.graph import Graph

    Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Tolerance:
    """How far two numbers may be apart and still be equal: atol + rtol·max(abs(a), abs(b))."""

    rtol: float = 0.0
    atol: float = 0.0

    def differ(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool]:
        """Whether numbers differ by more; NaN, which stands for none, equals NaN."""
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        if not self.rtol and not self.atol:
            return np.asarray(~same)
        with np.errstate(invalid="ignore", over="ignore"):
            allowed = self.atol + self.rtol * np.maximum(np.abs(a), np.abs(b))
            near = np.isfinite(a) & np.isfinite(b) & (np.abs(a - b) <= allowed)
        return np.asarray(~(same | near))


def weight_words(graph: Graph, edge: int) -> str:
    """The weight of an edge: `w1 = 0.5`, `weight 0.5`, or `wire`."""
    number = int(graph.edge_parameter[edge])
    if number < 0:
        return "wire"
    key, value = graph.parameters.key(number), full(float(graph.weights[edge]))
    return f"{key} = {value}" if isinstance(key, str) else f"weight {value}"


def weight_name(graph: Graph, edge: int) -> str | None:
    """The label of an edge, or "wire"; `None` for a weight without a label."""
    number = int(graph.edge_parameter[edge])
    if number < 0:
        return "wire"
    key = graph.parameters.key(number)
    return key if isinstance(key, str) else None


def bias_words(graph: Graph, node: int) -> str:
    """A bias: `parameter 0.5`, or `constant 1` where its edges carry the weights."""
    what = "parameter" if graph.node_parameter[node] >= 0 else "constant"
    return f"{what} {full(graph.bias_value(node))}"


@dataclass(frozen=True)
class Common:
    """The parameters that both networks have.

    Attributes:
        a, b: the networks.
        mine, yours: (pairs,) the numbers in A and in B of what is one parameter: of one edge, or
            of one bias.
        of_edges: the first so many pairs are of edges, the others of biases.
    """

    a: Graph
    b: Graph
    mine: Numbers
    yours: Numbers
    of_edges: int

    @classmethod
    def of(cls, a: Graph, b: Graph, pairing: Pairing) -> Common:
        """Pair the parameters by the edges and the biases at which they stand."""
        mine, yours = a.edge_parameter[pairing.edges_a], b.edge_parameter[pairing.edges_b]
        both = (mine >= 0) & (yours >= 0)
        edges = _distinct(mine[both].astype(np.int64), yours[both].astype(np.int64))
        nodes = np.flatnonzero((pairing.b_of >= 0) & (a.kind == BIAS))
        own, other = a.node_parameter[nodes], b.node_parameter[pairing.b_of[nodes]]
        kept = (own >= 0) & (other >= 0)
        return cls(
            a,
            b,
            np.concatenate([edges[0], own[kept]]),
            np.concatenate([edges[1], other[kept]]),
            len(edges[0]),
        )

    def changes(self, tolerance: Tolerance) -> tuple[list[Sequence[Change]], ParameterCounts]:
        """What differs in the parameters, and in how many of them.

        That is the values that moved, what was frozen or set free, and the parameters that only one
        of both networks has.
        """
        before = self.a.parameters.values[self.mine]
        after = self.b.parameters.values[self.yours]
        differ = tolerance.differ(before, after)
        free = [
            graph.parameters.trainable[numbers]
            for graph, numbers in ((self.a, self.mine), (self.b, self.yours))
        ]
        fixed = free[0] != free[1]
        removed, added = _others(self.a, self.mine), _others(self.b, self.yours)
        counts = ParameterCounts(
            len(self.mine), int((differ | fixed).sum()), len(added), len(removed)
        )
        parts = [
            self._moved(np.flatnonzero(differ), before, after),
            self._frozen(np.flatnonzero(fixed), free[0]),
            _alone("removed", self.a, removed),
            _alone("added", self.b, added),
        ]
        return parts, counts

    def _moved(
        self, places: Numbers, before: NDArray[np.float64], after: NDArray[np.float64]
    ) -> Sequence[Change]:
        before, after = before[places], after[places]
        with np.errstate(invalid="ignore", over="ignore"):
            moved = after - before

        def make(at: int) -> Change:
            size = float(moved[at])
            return Change(
                "changed",
                "parameter",
                self.b.parameters.name(int(self.yours[places[at]])),
                float(before[at]),
                float(after[at]),
                size if math.isfinite(size) else None,
            )

        return OnDemand(len(places), make, np.abs(moved))

    def _frozen(self, places: Numbers, was_free: NDArray[np.bool]) -> Sequence[Change]:
        words = "frozen", "trainable"

        def make(at: int) -> Change:
            free = bool(was_free[places[at]])
            name = self.b.parameters.name(int(self.yours[places[at]]))
            return Change("changed", "parameter", name, words[free], words[not free])

        return OnDemand(len(places), make)

    def sharing(self) -> Iterator[Change]:
        """Edges that had one parameter and have several now, or the other way round."""
        mine, yours = self.mine[: self.of_edges], self.yours[: self.of_edges]
        for graph, keys, other, others in (
            (self.a, mine, self.b, yours),
            (self.b, yours, self.a, mine),
        ):
            counts = np.bincount(keys, minlength=1)
            order = np.argsort(keys, kind="stable")
            ends = np.cumsum(counts)
            for number in np.flatnonzero(counts > 1).tolist():
                count = int(counts[number])
                first = int(ends[number]) - count
                names = [
                    other.parameters.name(int(n))
                    for n in others[order[first : first + min(count, 10)]]
                ]
                one, many = graph.parameters.name(number), listed(names, count=count)
                texts = (one, many) if graph is self.a else (many, one)
                yield Change("changed", "shared parameter", "", *texts)

    @cached_property
    def names(self) -> ParameterNames:
        """The names of the parameters of edges."""
        edges = slice(self.of_edges)
        both = self.a.parameters, self.b.parameters
        return ParameterNames(*both, self.mine[edges], self.yours[edges])


def _others(graph: Graph, numbers: Numbers) -> Numbers:
    """The numbers of the parameters of a network that are not among some."""
    left = np.ones(len(graph.parameters), np.bool)
    left[numbers] = False
    return np.flatnonzero(left)


def _alone(mark: Mark, graph: Graph, numbers: Numbers) -> Sequence[Change]:
    """The parameters that only one of both networks has."""
    key = "before" if mark == "removed" else "after"

    def make(at: int) -> Change:
        number = int(numbers[at])
        value = {key: float(graph.parameters.values[number])}
        return Change(mark, "parameter", graph.parameters.name(number), **value)

    return OnDemand(len(numbers), make)


def _distinct(mine: Numbers, yours: Numbers) -> tuple[Numbers, Numbers]:
    """The pairs of parameters, each once, by the number in A."""
    if not len(mine) or np.all(mine[1:] > mine[:-1]):  # no parameter stands on two edges
        return mine, yours
    size = int(yours.max()) + 1
    keys = np.sort(mine * size + yours)
    first = np.ones(len(keys), np.bool)
    first[1:] = keys[1:] != keys[:-1]
    return keys[first] // size, keys[first] % size
