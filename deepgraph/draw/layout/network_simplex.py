"""Network simplex: whole numbers on a graph that make the weighted sum of its edges smallest.

Gansner, Koutsofios, North, Vo: A technique for drawing directed graphs, IEEE TSE 19 (1993), section
2.3. The layout uses it twice: for the ranks of nodes, and for their places across the flow.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

WORK = 1_000_000
"""Pivots times nodes: about a second."""
LOOKED_AT = 30
"""Arcs with negative cut values, of which the least one leaves the tree."""


class Arc(NamedTuple):
    """The demand that `value[head] - value[tail]` is at least `length`, and what it costs."""

    tail: int
    head: int
    length: int
    weight: int


def solve(count: int, arcs: list[Arc]) -> list[int]:
    """(count,) whole numbers from 0, with the smallest sum of weight · (head − tail).

    Args:
        count: of nodes; the arcs join them into one piece and have no cycle.
        arcs: constraints and costs in one.

    With very many nodes it ends before the sum is smallest; all constraints are kept even then.
    """
    if count < 2:
        return [0] * count
    tree = _Tree(count, arcs)
    for _ in range(WORK // count):
        leaving = tree.leaving()
        if leaving is None:
            break
        tree.exchange(leaving, tree.entering(leaving))
    low = min(tree.value)
    return [value - low for value in tree.value]


class _Tree:
    """A spanning tree of tight arcs, and the values that it implies.

    Attributes:
        value: of each node.
        parent: for each node the arc to its parent, −1 at the root.
        first, last: the numbers of a walk through the tree at which the subtree of a node begins
            and ends.
        cut: for each arc of the tree by how much the sum falls if the arc is made longer, negated.
    """

    def __init__(self, count: int, arcs: list[Arc]) -> None:
        self.arcs = arcs
        self.near: list[list[int]] = [[] for _ in range(count)]
        for number, (tail, head, _, _) in enumerate(arcs):
            self.near[tail].append(number)
            self.near[head].append(number)
        self.value = _longest(count, arcs)
        self.inside = [False] * len(arcs)
        self.beside: list[set[int]] = [set() for _ in range(count)]
        self.parent = [-1] * count
        self.first, self.last = [0] * count, [0] * count
        self.cut = [0] * len(arcs)
        self.start = 0
        self._span()
        self._number(0, -1, 0)
        for node in sorted(range(count), key=self.first.__getitem__, reverse=True):
            if self.parent[node] >= 0:
                self._set_cut(node)

    def _other(self, arc: int, node: int) -> int:
        tail, head = self.arcs[arc][:2]
        return head if node == tail else tail

    def _slack(self, arc: int) -> int:
        tail, head, length, _ = self.arcs[arc]
        return self.value[head] - self.value[tail] - length

    def _span(self) -> None:
        """Grow the tree from node 0: over tight arcs, else by moving all of it to the nearest."""
        member = [False] * len(self.value)
        member[0] = True
        nodes, fresh = [0], [0]
        border: set[int] = set()
        while True:
            while fresh:
                node = fresh.pop()
                for arc in self.near[node]:
                    other = self._other(arc, node)
                    if member[other]:
                        border.discard(arc)
                    elif self._slack(arc):
                        border.add(arc)
                    else:
                        self._join(arc)
                        member[other] = True
                        nodes.append(other)
                        fresh.append(other)
            border = {arc for arc in border if not all(member[n] for n in self.arcs[arc][:2])}
            if len(nodes) == len(self.value):
                return
            nearest = min(border, key=lambda arc: (self._slack(arc), arc))
            shift = self._slack(nearest)
            if member[self.arcs[nearest].head]:
                shift = -shift
            for node in nodes:
                self.value[node] += shift
            inner = next(n for n in self.arcs[nearest][:2] if member[n])
            fresh.append(inner)

    def _join(self, arc: int) -> None:
        self.inside[arc] = True
        for node in self.arcs[arc][:2]:
            self.beside[node].add(arc)

    def _number(self, root: int, parent: int, number: int) -> None:
        """Number a subtree anew, from its root down, with numbers from `number`."""
        # Plain names, since this is where nearly all of the time goes.
        arcs, beside, parents = self.arcs, self.beside, self.parent
        first, last = self.first, self.last
        parents[root] = parent
        waiting, order = [root], []
        while waiting:
            node = waiting.pop()
            order.append(node)
            first[node] = last[node] = number
            number += 1
            for arc in beside[node]:
                if arc != parents[node]:
                    tail, head, _, _ = arcs[arc]
                    child = head if tail == node else tail
                    parents[child] = arc
                    waiting.append(child)
        for node in reversed(order[1:]):
            tail, head, _, _ = arcs[parents[node]]
            above = head if tail == node else tail
            last[above] = max(last[above], last[node])

    def _set_cut(self, node: int) -> None:
        """The cut value of the arc above a node, from those below it."""
        above = self.parent[node]
        upwards = self.arcs[above].tail == node
        total = 0
        for arc in self.near[node]:
            tail, _, _, weight = self.arcs[arc]
            # An arc that crosses the cut in the direction of the arc above counts as it is.
            along = (tail == node) == upwards
            signed = weight if along else -weight
            if arc == above:
                total += weight
            elif self.inside[arc]:
                # What crosses the child's cut, and begins or ends below it, is known.
                cut = self.cut[arc]
                total += signed - cut if along else signed + cut
            else:
                total += signed
        self.cut[above] = total

    def leaving(self) -> int | None:
        """Of the next arcs of the tree whose cut values are negative the one with the least.

        The search goes on where the one before it ended.
        """
        count, best, found = len(self.parent), None, 0
        for step in range(count):
            node = (self.start + step) % count
            arc = self.parent[node]
            if arc >= 0 and self.cut[arc] < 0:
                found += 1
                if best is None or self.cut[arc] < self.cut[best]:
                    best = arc
                if found == LOOKED_AT:
                    self.start = node
                    break
        return best

    def _below(self, node: int, top: int) -> bool:
        return self.first[top] <= self.first[node] <= self.last[top]

    def entering(self, leaving: int) -> int:
        """The arc of least slack that leads back over the cut."""
        tail, head = self.arcs[leaving][:2]
        child = tail if self.parent[tail] == leaving else head
        # With the tail's part below the cut an arc into it is wanted, else one out of it.
        into = child == tail
        best, least = -1, -1
        for node in self._subtree(child):
            for arc in self.near[node]:
                start, end, _, _ = self.arcs[arc]
                if self.inside[arc] or (end if into else start) != node:
                    continue
                if self._below(start if into else end, child):
                    continue
                slack = self._slack(arc)
                if best < 0 or (slack, arc) < (least, best):
                    best, least = arc, slack
        return best

    def _subtree(self, top: int) -> list[int]:
        found = [top]
        for node in found:
            above = self.parent[node]
            found += [self._other(arc, node) for arc in self.beside[node] if arc != above]
        return found

    def exchange(self, leaving: int, entering: int) -> None:
        """Put one arc in the place of another."""
        tail, head = self.arcs[leaving][:2]
        child, shift = (tail, -1) if self.parent[tail] == leaving else (head, 1)
        shift *= self._slack(entering)
        if shift:
            for node in self._subtree(child):
                self.value[node] += shift
        cut = self.cut[leaving]
        one, other = self.arcs[entering][:2]
        top = self._climb(one, other, cut)
        self._climb(other, one, -cut)
        self.cut[entering], self.cut[leaving] = -cut, 0
        self.inside[leaving], self.inside[entering] = False, True
        for node in (tail, head):
            self.beside[node].discard(leaving)
        for node in (one, other):
            self.beside[node].add(entering)
        self._number(top, self.parent[top], self.first[top])

    def _climb(self, node: int, other: int, cut: int) -> int:
        """Correct the cut values from a node up to the first that has the other below it."""
        while not self._below(other, node):
            arc = self.parent[node]
            tail = self.arcs[arc].tail
            self.cut[arc] += cut if node == tail else -cut
            node = self._other(arc, node)
        return node


def _longest(count: int, arcs: list[Arc]) -> list[int]:
    """(count,) the length of the longest way to each node."""
    after: list[list[Arc]] = [[] for _ in range(count)]
    waiting = [0] * count
    for arc in arcs:
        after[arc.tail].append(arc)
        waiting[arc.head] += 1
    value = [0] * count
    ready = deque(node for node in range(count) if not waiting[node])
    while ready:
        node = ready.popleft()
        for _, head, length, _ in after[node]:
            value[head] = max(value[head], value[node] + length)
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    return value
