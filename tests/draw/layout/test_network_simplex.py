"""The network simplex against every assignment of small graphs."""

from __future__ import annotations

import random
from itertools import product

import pytest

from deepgraph.draw.layout.network_simplex import Arc, solve


def cost(arcs: list[Arc], values: tuple[int, ...] | list[int]) -> int | None:
    """The weighted sum, or `None` if a constraint is broken."""
    if any(values[arc.head] - values[arc.tail] < arc.length for arc in arcs):
        return None
    return sum(arc.weight * (values[arc.head] - values[arc.tail]) for arc in arcs)


@pytest.mark.parametrize("seed", range(60))
def test_no_assignment_costs_less(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randint(2, 5)
    arcs = [Arc(rng.randrange(n), n, rng.randint(0, 2), rng.randint(0, 3)) for n in range(1, count)]
    for _ in range(rng.randint(0, 5)):
        tail, head = sorted(rng.sample(range(count), 2))
        arcs.append(Arc(tail, head, rng.randint(0, 2), rng.randint(0, 3)))
    found = solve(count, arcs)
    known = [cost(arcs, values) for values in product(range(9), repeat=count)]
    assert min(found) == 0
    assert cost(arcs, found) == min(value for value in known if value is not None)


def test_nothing_and_one_node() -> None:
    assert (solve(0, []), solve(1, [])) == ([], [0])
