"""What differs in the parameters of two networks, number by number, and in their names."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.diff.records import Change, OnDemand
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.parameters import ENTRY
from deepgraph.words.messages import listed
from deepgraph.words.numbers import number_text, tight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.diff.pairing import Pairing
    from deepgraph.graph.graph import Graph
    from deepgraph.graph.parameters import Parameters

    Numbers = NDArray[np.int64]

DIGITS = 4
"""Significant digits of a number that more digits do not tell from the other."""


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


def told_apart(before: float, after: float) -> tuple[str, str]:
    """Two numbers with `DIGITS` digits, or as many as tell them apart.

    >>> told_apart(0.67, 0.7), told_apart(0.1, 0.1000001), told_apart(1, 1)
    (('0.67', '0.7'), ('0.1', '0.1000001'), ('1', '1'))
    """
    for digits in range(DIGITS, 18):
        texts = _figure(before, digits), _figure(after, digits)
        if texts[0] != texts[1]:
            return texts
    return _figure(before, DIGITS), _figure(after, DIGITS)


def _figure(value: float, digits: int) -> str:
    return "?" if math.isnan(value) else tight(number_text(value, digits))


def full(value: float) -> str:
    """A number with all digits that tell it from other doubles; `?` for one that has no value."""
    return _figure(value, 17)


def weight_words(graph: Graph, edge: int) -> str:
    """The weight of an edge: `w1 = 0.5`, `weight 0.5`, or `wire`."""
    number = int(graph.edge_parameter[edge])
    if number < 0:
        return "wire"
    key, value = graph.parameters.key(number), full(float(graph.weights[edge]))
    return f"{key} = {value}" if isinstance(key, str) else f"weight {value}"


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

    def changed(self, tolerance: Tolerance) -> list[Sequence[Change]]:
        """The values that differ, and what was frozen or set free."""
        before = self.a.parameters.values[self.mine]
        after = self.b.parameters.values[self.yours]
        places = np.flatnonzero(tolerance.differ(before, after))
        before, after = before[places], after[places]
        with np.errstate(invalid="ignore", over="ignore"):
            moved = after - before

        def make(at: int) -> Change:
            name = self.b.parameters.name(int(self.yours[places[at]]))
            texts = told_apart(float(before[at]), float(after[at]))
            size = float(moved[at])
            return Change(
                "changed", "parameter", name, *texts, size if math.isfinite(size) else None
            )

        return [OnDemand(len(places), make, np.abs(moved)), self._frozen()]

    def _frozen(self) -> Sequence[Change]:
        free = self.a.parameters.trainable[self.mine], self.b.parameters.trainable[self.yours]
        places = np.flatnonzero(free[0] != free[1])

        def make(at: int) -> Change:
            place = int(places[at])
            words = ["trainable" if side[place] else "frozen" for side in free]
            name = self.b.parameters.name(int(self.yours[place]))
            return Change("changed", "parameter", name, words[0], words[1])

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

    # --- names ----------------------------------------------------------------------------

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The new names of the parameters of edges by their old ones, where they differ.

        A parameter of which only some edges have the new name is no renamed one; `sharing` tells
        it. Neither is one whose old name other edges of B have, or its new name others of A.
        """
        found = dict(self._called_otherwise)
        come = set(found.values())
        return {
            old: new
            for old, new in found.items()
            if (old in come or self.b.parameters.find(old) is None)
            and (new in found or self.a.parameters.find(new) is None)
        }

    @cached_property
    def _called_otherwise(self) -> list[tuple[str, str]]:
        """The old and new names of the parameters that are one and not named alike."""
        mine, yours = self.mine[: self.of_edges], self.yours[: self.of_edges]
        once = [np.bincount(keys, minlength=1) == 1 for keys in (mine, yours)]
        found = []
        for one, other in self._suspects:
            old, new = self.a.parameters.key(one), self.b.parameters.key(other)
            named = isinstance(old, str) and isinstance(new, str)
            if named and old != new and once[0][one] and once[1][other]:
                found.append((str(old), str(new)))
        return found

    def labelled(self) -> Iterator[Change]:
        """The edges whose weight got a name, or lost it."""
        for mine, yours in self._suspects:
            old, new = self.a.parameters.key(mine), self.b.parameters.key(yours)
            if isinstance(old, str) != isinstance(new, str):
                texts = [key if isinstance(key, str) else None for key in (old, new)]
                ends = new if isinstance(old, str) else old
                mark = "removed" if texts[1] is None else "added"
                yield Change(mark, "label", " → ".join(ends), *texts)  # type: ignore[arg-type]

    @cached_property
    def _suspects(self) -> list[tuple[int, int]]:
        """The pairs of edges, by the numbers of their parameters, whose names may differ."""
        mine, yours = self.mine[: self.of_edges], self.yours[: self.of_edges]
        one, other = _places(self.a.parameters, mine), _places(self.b.parameters, yours)
        same = (one[0] >= 0) & (one[1] == other[1])
        for block, shape in enumerate(_shapes(self.a.parameters)):
            partners = [n for n, known in enumerate(_shapes(self.b.parameters)) if known == shape]
            like = np.zeros(len(mine), np.bool)
            for partner in partners:
                like |= other[0] == partner
            same &= (one[0] != block) | like
        keyed = (one[0] < 0) & (other[0] < 0)
        found = np.flatnonzero(~same & ~keyed).tolist()
        places = np.flatnonzero(keyed)
        if len(places):
            keys_a, keys_b = self.a.parameters.keys[:], self.b.parameters.keys[:]
            left = (mine[places] - self.a.parameters.first_key).tolist()
            right = (yours[places] - self.b.parameters.first_key).tolist()
            found += [
                place
                for place, i, j in zip(places.tolist(), left, right, strict=True)
                if keys_a[i] != keys_b[j]
            ]
        return [(int(mine[place]), int(yours[place])) for place in found]

    def renamed_changes(self) -> Iterator[Change]:
        """The renamed parameters; matrices and vectors that were renamed as a whole once."""
        blocks: Counter[tuple[str, str]] = Counter()
        single = []
        for old, new in self._called_otherwise:
            before, after = ENTRY.fullmatch(old), ENTRY.fullmatch(new)
            if before and after and before.groups()[1:] == after.groups()[1:]:
                blocks[before[1], after[1]] += 1
            else:
                single.append((old, new))
        for old, new in blocks:
            yield Change("changed", "parameters", new, old, new)
        for old, new in single:
            yield Change("changed", "parameter", new, old, new)


def _distinct(mine: Numbers, yours: Numbers) -> tuple[Numbers, Numbers]:
    """The pairs of parameters, each once, by the number in A."""
    if not len(mine) or np.all(mine[1:] > mine[:-1]):  # no parameter stands on two edges
        return mine, yours
    size = int(yours.max()) + 1
    keys = np.sort(mine * size + yours)
    first = np.ones(len(keys), np.bool)
    first[1:] = keys[1:] != keys[:-1]
    return keys[first] // size, keys[first] % size


def _shapes(parameters: Parameters) -> list[tuple[str, tuple[int, ...]]]:
    return [(block.name, block.shape) for block in parameters.blocks]


def _places(parameters: Parameters, numbers: Numbers) -> tuple[Numbers, Numbers]:
    """The block of each parameter and its place in it; −1 for one outside of blocks."""
    offsets = np.array([block.offset for block in parameters.blocks], np.int64)
    inside = numbers < parameters.first_key
    block = np.where(inside, np.searchsorted(offsets, numbers, side="right") - 1, -1)
    place = np.where(inside, numbers - (offsets[block] if len(offsets) else 0), -1)
    return block, place
