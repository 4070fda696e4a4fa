"""Chooses one place for each label, so that no two touch, the cheapest first, by local search.

It is the min-conflicts search of Minton et al. (1992) over arrays; the same picture comes out every
time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout.geometry import Rectangles, middle, nearby

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.draw.layout.geometry import Floats

ROUNDS, PATIENCE = 600, 90
"""Steps of the search before it gives up: in all, and without getting better."""
REPAIRS, DEAR, MOST_DEAR = 40, 1000.0, 40
"""Steps after one label was moved to a better place, which is tried if that is cheaper by so much,
for so many labels at most."""
TRIES = 6
"""Better places that are tried for one label."""
TOUCHING = 1e5
"""The cost of touching a label that is in its place; it must exceed that of every legal place."""


def choose(rooms: Rectangles, costs: Floats, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose one place for each label.

    Args:
        rooms: the places of all labels.
        costs: (places,)
        label: (places,) the label of each, ascending from 0, none left out.

    Returns:
        (labels,) the numbers of the places.
    """
    return _Search(rooms, costs, label).run()


class _Search:
    """The present place of every label, and what each may touch.

    Attributes:
        first: (labels + 1,) where the places of each label begin.
        near: for each label those that it can touch at all.
        pairs: the same as pairs, each once.
        chosen: (labels,) the place of each.
        now: their rooms.
    """

    def __init__(self, rooms: Rectangles, costs: Floats, label: NDArray[np.int64]) -> None:
        self.rooms, self.costs = rooms, costs
        count = int(label[-1]) + 1
        self.first = np.searchsorted(label, np.arange(count + 1))
        areas = rooms.bounds
        starts = self.first[:-1]
        low = np.minimum.reduceat(areas[:, :2], starts)
        high = np.maximum.reduceat(areas[:, 2:], starts)
        around = np.concatenate([low, high], axis=1)
        one, other = nearby(around, around, middle(high - low) + 1.0)
        self.pairs = one[one < other], other[one < other]
        split = np.searchsorted(one, np.arange(1, count))
        self.near = [part[part != n] for n, part in enumerate(np.split(other, split))]
        self.chosen = np.array(
            [start + np.argmin(costs[start:end]) for start, end in self.ranges()], np.int64
        )
        self.now = rooms.take(self.chosen)

    def ranges(self) -> list[tuple[int, int]]:
        """The first place of each label, and the one behind its last."""
        return list(zip(self.first[:-1].tolist(), self.first[1:].tolist(), strict=True))

    def run(self) -> NDArray[np.int64]:
        """The places after all moves."""
        self._repair(ROUNDS)
        # Labels that could be much better off elsewhere go there, if others can give way.
        least = np.minimum.reduceat(self.costs, self.first[:-1])
        excess = self.costs[self.chosen] - least
        dear = np.flatnonzero(excess >= DEAR)
        for number in dear[np.argsort(-excess[dear], kind="stable")][:MOST_DEAR].tolist():
            for place in self._wanted(number):
                if self._improved(number, place):
                    break
        return self.chosen

    def _wanted(self, number: int) -> list[int]:
        """The cheapest places of a label that are far cheaper than its present one, and apart."""
        start, end = int(self.first[number]), int(self.first[number + 1])
        enough = self.costs[self.chosen[number]] - DEAR
        found: list[int] = []
        for place in (start + np.argsort(self.costs[start:end], kind="stable")).tolist():
            if self.costs[place] > enough or len(found) == TRIES:
                break
            away = np.hypot(
                self.rooms.x[found] - self.rooms.x[place], self.rooms.y[found] - self.rooms.y[place]
            )
            if not (away < self.rooms.half_height[place]).any():
                found.append(place)
        return found

    def _improved(self, number: int, place: int) -> bool:
        """Move a label to a place and let others give way, if that is cheaper in all."""
        before, cost = self.chosen.copy(), self._total()
        self._put(number, place)
        self._repair(REPAIRS, fixed=number)
        if self._total() < cost:
            return True
        self.chosen = before
        self.now = self.rooms.take(before)
        return False

    def _total(self) -> float:
        """The cost of all places, and of labels that touch."""
        one, _ = self._touching()
        return float(self.costs[self.chosen].sum() + TOUCHING * len(one))

    def _touching(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All pairs of labels that touch now."""
        one, other = self.pairs
        hit = self.now.take(one).touch_each(self.now.take(other))
        return one[hit], other[hit]

    def _repair(self, rounds: int, fixed: int = -1) -> None:
        """Move labels, but not a fixed one, until none touches another or nothing gets better."""
        count = len(self.chosen)
        touching: list[set[int]] = [set() for _ in range(count)]
        for one, other in zip(*(part.tolist() for part in self._touching()), strict=True):
            touching[one].add(other)
            touching[other].add(one)
        moves, load = np.zeros(count), np.ones(count)
        best, fewest, since = self.chosen.copy(), count + 1, 0
        for step in range(rounds):
            troubled = np.flatnonzero([len(found) for found in touching])
            if len(troubled) < fewest:
                best, fewest, since = self.chosen.copy(), len(troubled), step
            troubled = troubled[troubled != fixed]
            if not len(troubled) or step - since > PATIENCE:
                break
            # Move the label in trouble that was moved least so far; ties take turns.
            number = int(troubled[np.lexsort(((troubled + step) % count, moves[troubled]))[0]])
            moves[number] += 1
            load[number] += 0.07
            for other in touching[number]:
                touching[other].discard(number)
            self._move(number, load if fixed < 0 else np.where(np.arange(count) == fixed, 9, load))
            touching[number] = self._touched(number)
            for other in touching[number]:
                touching[other].add(number)
        self.chosen = best
        self.now = self.rooms.take(best)

    def _touched(self, number: int) -> set[int]:
        """The labels that a label touches now."""
        near = self.near[number]
        hit = self.now.take([number]).touch(self.now.take(near))[0]
        return set(near[hit].tolist())

    def _move(self, number: int, load: Floats) -> None:
        """Move a label to its best place, given the present places of the others."""
        start, end = int(self.first[number]), int(self.first[number + 1])
        near = self.near[number]
        costs = self.costs[start:end]
        if len(near):
            touching = self.rooms.take(slice(start, end)).touch(self.now.take(near))
            costs = costs + touching @ (TOUCHING * load[near])
        self._put(number, start + int(np.argmin(costs)))

    def _put(self, number: int, place: int) -> None:
        self.chosen[number] = place
        self.now.put(number, self.rooms, place)
