"""The order of nodes and stops within each level: few crossings, inputs in the order of the file.

Sweeps by barycentres from several starts (Sugiyama, Tagawa, Toda 1981), then local search: a node
moves to the best place in its level, a long edge to the best way through all levels that it passes,
which is found by dynamic programming. From the best order, seeded disturbances start the search
anew. Nothing depends on time or on the machine, so the same network has the same picture.
"""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.draw.layout.levels import Levels

    Counts = NDArray[np.int64]
    Orders = list[list[int]]

SWEEPS = 12
"""From each start; each goes down and up."""
BUDGET = 20_000
"""Pieces of edges looked at by the local search, in all: about 0.2 s."""
DISTURBED = 8
"""Nodes that move to other places before the search starts anew."""
MOST_PIECES = 5_000
"""Above so many pieces of edges there are only sweeps."""
OUTSIDE = 1e-4
"""What a place in the middle of a level costs a long edge, in crossings for each place."""


def arrange(levels: Levels, fixed: bool) -> None:
    """Order all levels; the first keeps its order if it is `fixed`."""
    search = _Search(levels, fixed)
    levels.order = search.best()


def crossings(levels: Levels, order: Orders) -> int:
    """The number of crossings between neighbouring levels."""
    place = _places(order, len(levels.rank))
    total = 0
    for level in order[:-1]:
        ends = [
            place[other]
            for node in level
            for other in sorted(levels.below[node], key=place.__getitem__)
        ]
        total += _inversions(ends)
    return total


def _inversions(numbers: list[int]) -> int:
    """The pairs of numbers of which the first is the larger, by a tree of counts."""
    size = 1
    while size <= max(numbers, default=0):
        size *= 2
    tree, total = [0] * (2 * size), 0
    for number in numbers:
        at = size + number
        tree[at] += 1
        while at > 1:
            if not at % 2:
                total += tree[at + 1]
            at //= 2
            tree[at] += 1
    return total


def _places(order: Orders, count: int) -> list[int]:
    place = [0] * count
    for level in order:
        for at, node in enumerate(level):
            place[node] = at
    return place


class _Search:
    def __init__(self, levels: Levels, fixed: bool) -> None:
        self.levels = levels
        self.free = range(1 if fixed else 0, len(levels.order))
        self.order: Orders = []
        self.place: list[int] = []
        self.spent = 0
        self.long = [chain for chain in levels.chains if len(chain) > 2]

    def best(self) -> Orders:
        """The best order that was found."""
        best: tuple[int, Orders] | None = None
        for start in self._starts():
            self._take(start)
            found = self._swept()
            if best is None or found < best[0]:
                best = found, [list(level) for level in self.order]
            if self.levels.pieces > MOST_PIECES:
                break
        assert best is not None
        if self.levels.pieces > MOST_PIECES or not best[0]:
            return best[1]
        rng = random.Random(2)
        self._take(best[1])
        best = self._improved(), [list(level) for level in self.order]
        while best[0] and self.spent < BUDGET:
            self._disturb(rng)
            found = self._improved()
            if found <= best[0]:
                best = found, [list(level) for level in self.order]
            else:
                self._take(best[1])
        return best[1]

    def _take(self, order: Orders) -> None:
        self.order = [list(level) for level in order]
        self.place = _places(self.order, len(self.levels.rank))

    def _count(self) -> int:
        return crossings(self.levels, self.order)

    # --- starts and sweeps ---------------------------------------------------------------

    def _starts(self) -> Iterator[Orders]:
        """Orders to begin with: of the numbers, and of walks along the edges."""
        levels = self.levels
        yield levels.order
        for backwards in (False, True):
            for depth in (True, False):
                yield self._walk(backwards, depth)

    def _walk(self, backwards: bool, depth: bool) -> Orders:
        """The order in which a walk along the edges comes by."""
        levels = self.levels
        roots = [node for level in levels.order for node in level]
        found: Orders = [[] for _ in levels.order]
        if backwards:
            roots.reverse()
        near = levels.above if backwards else levels.below
        seen: set[int] = set()
        for root in roots:
            waiting = [root]
            while waiting:
                node = waiting.pop() if depth else waiting.pop(0)
                if node not in seen:
                    seen.add(node)
                    found[levels.rank[node]].append(node)
                    waiting += reversed(near[node]) if depth else near[node]
        for level in set(range(len(found))) - set(self.free):
            found[level] = list(levels.order[level])
        return found

    def _swept(self) -> int:
        """Sort levels by the middle of their neighbours, down and up, until it no longer helps."""
        best, kept, idle = self._count(), [list(level) for level in self.order], 0
        for sweep in range(SWEEPS):
            for level in self.free:
                self._sort(level, self.levels.above, sweep)
            for level in reversed(self.free):
                self._sort(level, self.levels.below, sweep)
            found = self._count()
            idle = 0 if found < best else idle + 1
            if found < best:
                best, kept = found, [list(level) for level in self.order]
            if idle > 3:
                break
        self._take(kept)
        return best

    def _sort(self, level: int, near: list[list[int]], sweep: int) -> None:
        """Sort a level by barycentres; equal ones keep their order or, every other time, swap."""
        place, nodes = self.place, self.order[level]
        if sweep % 2:
            nodes.reverse()
        middle = {}
        for node in nodes:
            ends = near[node]
            middle[node] = (
                sum(place[end] for end in ends) / len(ends) if ends else float(place[node])
            )
        nodes.sort(key=middle.__getitem__)
        for at, node in enumerate(nodes):
            place[node] = at

    # --- local search --------------------------------------------------------------------

    def _improved(self) -> int:
        """Move nodes and long edges to better places until none is left."""
        best = self._count()
        while best and self.spent < 2 * BUDGET:
            for chain in self.long:
                self._reroute(chain)
            for level in self.free:
                for node in sorted(self.order[level]):
                    if not self.levels.is_stop(node):
                        self._sift(node)
            found = self._count()
            if found >= best:
                return found
            best = found
        return best

    def _disturb(self, rng: random.Random) -> None:
        """Move some nodes to places that chance chooses."""
        for _ in range(DISTURBED):
            nodes = self.order[rng.choice(self.free)] if self.free else []
            if len(nodes) > 1:
                node = nodes.pop(rng.randrange(len(nodes)))
                nodes.insert(rng.randrange(len(nodes) + 1), node)
                for at, other in enumerate(nodes):
                    self.place[other] = at

    def _remove(self, node: int) -> None:
        nodes = self.order[self.levels.rank[node]]
        at = self.place[node]
        del nodes[at]
        for other in nodes[at:]:
            self.place[other] -= 1

    def _insert(self, node: int, at: int) -> None:
        nodes = self.order[self.levels.rank[node]]
        nodes.insert(at, node)
        for number in range(at, len(nodes)):
            self.place[nodes[number]] = number

    def _table(self, level: int, gone: set[int]) -> Counts:
        """(places + 1, places + 1) the pieces that begin and end before two places of a gap."""
        place, below = self.place, self.levels.below
        nodes = self.order[level]
        high, wide = len(nodes) + 1, len(self.order[level + 1]) + 1
        pairs = [
            place[node] * wide + place[end]
            for node in nodes
            for end in below[node]
            if end not in gone
        ]
        self.spent += len(pairs) // 8 + 4
        table = np.zeros((high + 1, wide + 1), np.int64)
        if pairs:
            counts = np.bincount(pairs, minlength=high * wide).reshape(high, wide)
            table[1:, 1:] = counts.cumsum(0).cumsum(1)
        return table

    def _reroute(self, chain: list[int]) -> None:
        """Take a long edge out and let it cross as little as it can."""
        gone = set(chain[1:-1])
        for stop in chain[1:-1]:
            self._remove(stop)
        start = self.place[chain[0]]
        cost = np.zeros(1)
        begin = np.array([start]), np.array([start + 1])
        choices: list[Any] = []
        for stop, target in itertools.pairwise(chain):
            level = self.levels.rank[stop]
            if target == chain[-1]:
                at = self.place[target]
                end = np.array([at]), np.array([at + 1])
                outside = np.zeros(1)
            else:
                slots = np.arange(len(self.order[level + 1]) + 1)
                end = slots, slots
                outside = OUTSIDE * np.minimum(slots, slots[::-1])
            # A piece between two levels is missing from the table as the edge itself.
            through = _crossed(self._table(level, gone), begin, end) + cost[:, None]
            choices.append(through.argmin(0))
            cost = through.min(0) + outside
            begin = end
        at = 0
        for stop, choice in zip(chain[-2:0:-1], choices[:0:-1], strict=True):
            at = int(choice[at])
            self._insert(stop, at)

    def _sift(self, node: int) -> None:
        """Take a node out and put it where its edges cross least."""
        levels, place = self.levels, self.place
        level, old = levels.rank[node], place[node]
        if len(self.order[level]) < 2:
            return
        self._remove(node)
        slots = np.arange(len(self.order[level]) + 1)
        cost = np.zeros(len(slots))
        if levels.above[node]:
            ends = np.array([place[end] for end in levels.above[node]])
            table = self._table(level - 1, {node})
            cost += _crossed(table, (ends, ends + 1), (slots, slots)).sum(0)
        if levels.below[node]:
            ends = np.array([place[end] for end in levels.below[node]])
            table = self._table(level, set())
            cost += _crossed(table, (slots, slots), (ends, ends + 1)).sum(1)
        best = int(cost.argmin())
        self._insert(node, old if cost[old] <= cost[best] else best)


def _crossed(table: Counts, begin: tuple[Any, Any], end: tuple[Any, Any]) -> NDArray[np.float64]:
    """(begins, ends) the pieces that a new one crosses.

    Each end is the number of places before it, and those before it or at it: a place between two
    nodes has twice the same, a node has one more.
    """
    (low, high), (left, right) = begin, end
    before, beside = table[low, -1][:, None], table[-1, left][None]
    both = table[low][:, right] + table[high][:, left]
    crossed: NDArray[np.float64] = (before + beside - both).astype(np.float64)
    return crossed
