"""The place of every node and stop of an irregular network across the flow.

The longest chain stands on one row, and a long edge runs level between its first and its last stop,
unless it has to cross another that does (these pieces are what Brandes and Köpf 2002 call inner
segments). What is level together is one row with one place. The places of rows are those for which
all edges together climb least, as in Gansner et al. 1993, section 4.2; where that leaves a choice,
a row stands in the middle of its room.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.draw.layout.network_simplex import Arc, solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.layout.levels import Levels

BALANCING = 4
"""Rounds in which rows move to the middle of their room."""
NEARLY = 60.0
"""Px of room in which a row stays where it is: level with one of its neighbours."""
LEVEL_ENDS = 2
"""How much more a piece counts that joins a long edge to its ends than one between two nodes."""


class Room(NamedTuple):
    """The px that nodes need across the flow.

    Attributes:
        before, after: from the middle of each node to its ends, everything that belongs to it
            included.
        nodes, stops: between two neighbours, at least: of which one is a node, or both are stops.
    """

    before: Sequence[float]
    after: Sequence[float]
    nodes: float
    stops: float


def places(levels: Levels, room: Room, chain: Sequence[int]) -> list[float]:
    """The place of each node and stop: the middle of a node, the line of an edge."""
    rows, row = _rows(levels, chain)
    least = _distances(levels, room, row)
    pulls = _pulls(levels, row)
    found = _solved(len(rows), least, pulls)
    lanes = {row[way[1]]: row[way[0]] for way in levels.chains if len(way) > 2}
    _balance(found, least, pulls, lanes)
    low = min(found, default=0.0)
    return [found[number] - low for number in row]


def _rows(levels: Levels, chain: Sequence[int]) -> tuple[list[list[int]], list[int]]:
    """The nodes and stops of each row, and the row of each."""
    place = [0] * len(levels.rank)
    for level in levels.order:
        for at, node in enumerate(level):
            place[node] = at
    parent = list(range(len(place)))
    taken: list[list[tuple[int, int]]] = [[] for _ in levels.order]

    def join(one: int, other: int) -> None:
        a, b = place[one], place[other]
        level = taken[levels.rank[one]]
        if all((a < c and b < d) or (a > c and b > d) for c, d in level):
            level.append((a, b))
            parent[other] = one

    for one, other in itertools.pairwise(chain):
        join(one, other)
    # Longer edges are level first: each of their pieces saves the reader two bends.
    for way in sorted(levels.chains, key=len, reverse=True):
        for one, other in itertools.pairwise(way):
            join(one, other)
    rows: list[list[int]] = []
    row = [-1] * len(place)
    for number in sorted(range(len(place)), key=lambda n: (levels.rank[n], place[n])):
        if parent[number] == number:
            row[number] = len(rows)
            rows.append([number])
        else:
            row[number] = row[parent[number]]
            rows[row[number]].append(number)
    return rows, row


def _distances(levels: Levels, room: Room, row: list[int]) -> dict[tuple[int, int], int]:
    """The least distance of each two rows that are neighbours in a level."""
    least: dict[tuple[int, int], int] = {}
    for level in levels.order:
        for one, other in itertools.pairwise(level):
            stops = levels.is_stop(one) + levels.is_stop(other)
            apart = room.stops if stops == 2 else room.nodes
            apart += 0.0 if levels.is_stop(one) else room.after[one]
            apart += 0.0 if levels.is_stop(other) else room.before[other]
            pair = row[one], row[other]
            least[pair] = max(least.get(pair, 0), int(apart + 0.999))
    return least


def _pulls(levels: Levels, row: list[int]) -> dict[tuple[int, int], int]:
    """How strongly each two rows want to be one, by the pieces of edges between them."""
    pulls: dict[tuple[int, int], int] = {}
    for way in levels.chains:
        weight = LEVEL_ENDS if len(way) > 2 else 1
        for one, other in itertools.pairwise(way):
            a, b = sorted((row[one], row[other]))
            if a != b:
                pulls[a, b] = pulls.get((a, b), 0) + weight
    return pulls


def _solved(
    count: int, least: dict[tuple[int, int], int], pulls: dict[tuple[int, int], int]
) -> list[float]:
    """The places of rows for which the pulls, each times its distance, are least in sum."""
    arcs = [Arc(one, other, apart, 0) for (one, other), apart in least.items()]
    extra = count
    for (one, other), weight in pulls.items():
        # A point that is at most as far as both: its two arcs cost what they are apart.
        arcs += [Arc(extra, one, 0, weight), Arc(extra, other, 0, weight)]
        extra += 1
    arcs += [Arc(extra, row, 0, 0) for row in range(extra)]
    return [float(value) for value in solve(extra + 1, arcs)[:count]]


def _balance(
    place: list[float],
    least: dict[tuple[int, int], int],
    pulls: dict[tuple[int, int], int],
    lanes: dict[int, int],
) -> None:
    """Move rows whose place may vary at no cost: nodes into the middle, lanes to their source.

    So a long edge leaves its source level where it can.
    """
    before: list[list[tuple[int, int]]] = [[] for _ in place]
    after: list[list[tuple[int, int]]] = [[] for _ in place]
    pulled: list[list[tuple[int, int]]] = [[] for _ in place]
    for (one, other), apart in least.items():
        after[one].append((other, apart))
        before[other].append((one, apart))
    for (one, other), weight in pulls.items():
        pulled[one].append((other, weight))
        pulled[other].append((one, weight))
    for _ in range(BALANCING):
        for row, pulling in enumerate(pulled):
            if not pulling:
                continue
            low, high = _median(sorted((place[other], weight) for other, weight in pulling))
            low = max([low, *(place[other] + apart for other, apart in before[row])])
            high = min([high, *(place[other] - apart for other, apart in after[row])])
            if row in lanes and low < high:
                place[row] = min(max(place[lanes[row]], low), high)
            elif high - low > NEARLY:
                place[row] = (low + high) / 2


def _median(points: list[tuple[float, int]]) -> tuple[float, float]:
    """The interval of weighted medians of sorted points."""
    whole, below = sum(weight for _, weight in points), 0
    for number, (at, weight) in enumerate(points):
        below += weight
        if 2 * below == whole:
            return at, points[number + 1][0]
        if 2 * below > whole:
            return at, at
    raise AssertionError("points have weights")
