"""Orders with few crossings, against counting and against every order of small graphs."""

from __future__ import annotations

import random
from itertools import combinations, pairwise, permutations, product

import pytest

from deepgraph.draw.layout.levels import Levels, longest_chains, ranked
from deepgraph.draw.layout.ordering import arrange, crossings


def counted(levels: Levels, order: list[list[int]]) -> int:
    """The crossings, pair by pair."""
    total = 0
    for one, other in pairwise(order):
        pieces = [(one.index(n), other.index(m)) for n in one for m in levels.below[n]]
        total += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(pieces, 2))
    return total


def graph(seed: int, sizes: tuple[int, ...], edges: int) -> Levels:
    rng = random.Random(seed)
    rank = [level for level, size in enumerate(sizes) for _ in range(size)]
    pairs = set()
    for _ in range(edges):
        one, other = sorted(rng.sample(range(len(rank)), 2), key=rank.__getitem__)
        if rank[one] < rank[other]:
            pairs.add((one, other))
    return Levels.of(rank, sorted(pairs))


@pytest.mark.parametrize("seed", range(20))
def test_no_order_of_a_small_graph_crosses_less(seed: int) -> None:
    levels = graph(seed, (2, 3, 2), 7)
    first, *others = levels.order
    best = min(
        counted(levels, [first, *map(list, choice)])
        for choice in product(*(permutations(level) for level in others))
    )
    arrange(levels, fixed=True)
    assert levels.order[0] == first
    assert crossings(levels, levels.order) == counted(levels, levels.order) == best


@pytest.mark.parametrize("fixed", [True, False])
def test_large_graphs_are_ordered_too(fixed: bool) -> None:
    levels = graph(1, (20,) * 30, 1_500)
    start, first = crossings(levels, levels.order), list(levels.order[0])
    everything = [sorted(level) for level in levels.order]
    arrange(levels, fixed)
    assert crossings(levels, levels.order) < 0.7 * start
    assert [sorted(level) for level in levels.order] == everything
    assert (levels.order[0] == first) or not fixed


# --- levels ------------------------------------------------------------------------------------


def test_ranks_pull_nodes_to_where_they_are_needed() -> None:
    # x0 → a → b → y, and x1 → c → y: c may stand anywhere between and is drawn to one of its ends.
    edges = [(0, 2), (2, 3), (3, 5), (1, 4), (4, 5)]
    rank = ranked(6, edges, {0, 1}, {5})
    assert (rank[0], rank[1], rank[2], rank[3], rank[5]) == (0, 0, 1, 2, 3)
    assert rank[4] in (1, 2)
    assert list(longest_chains(6, edges, rank)) == [[0, 2, 3, 5]]


def test_only_inputs_stand_in_the_first_level() -> None:
    assert ranked(3, [(0, 2), (1, 2)], {0}, set()) == [0, 1, 2]
    assert ranked(3, [(0, 2), (1, 2)], set(), set()) == [0, 0, 1]


def test_a_part_keeps_the_order_and_loses_empty_levels() -> None:
    levels = Levels.of([0, 0, 1, 2, 3], [(0, 2), (2, 3), (3, 4), (1, 4), (1, 3)])
    levels.order[0].reverse()
    part = levels.part([0, 1, 4, -1], [3])
    assert part.order[0] == [1, 0]
    assert part.order[-1] == [2, 3]
    assert part.chains[0][0] == 1
    assert part.chains[0][-1] == 2
    assert [part.rank[n] for n in part.chains[0]] == list(range(len(part.order)))
