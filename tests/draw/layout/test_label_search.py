"""The choice of places: no two labels touch if that is possible, and the cheapest first."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.draw.layout.geometry import Rectangles
from deepgraph.draw.layout.label_search import choose

if TYPE_CHECKING:
    Places = list[list[tuple[int, int, int]]]

places = st.lists(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 50)), min_size=1, max_size=4
    ),
    min_size=1,
    max_size=5,
)  # of each label: x, y, cost


def chosen(labels: Places) -> tuple[list[int], Rectangles]:
    """The place of each label in its own list, and the rooms of all."""
    flat = [place for own in labels for place in own]
    rooms = Rectangles.upright([(x, y, 1.5, 1.5) for x, y, _ in flat])
    costs = np.array([float(cost) for _, _, cost in flat])
    label = np.repeat(np.arange(len(labels)), [len(own) for own in labels])
    found = choose(rooms, costs, label)
    starts = np.cumsum([0, *(len(own) for own in labels[:-1])])
    return (found - starts).tolist(), rooms.take(found)


def touching(rooms: Rectangles) -> int:
    hit = rooms.touch(rooms)
    np.fill_diagonal(hit, False)
    return int(hit.sum())


@given(places)
def test_every_label_has_one_of_its_own_places(labels: Places) -> None:
    found, _ = chosen(labels)
    assert all(0 <= place < len(own) for place, own in zip(found, labels, strict=True))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 50)), min_size=1, max_size=6))
def test_a_label_alone_takes_its_cheapest_place(own: list[tuple[int, int]]) -> None:
    [found], _ = chosen([[(x, 0, cost) for x, cost in own]])
    assert own[found][1] == min(cost for _, cost in own)


def test_labels_that_touch_give_way_to_one_another() -> None:
    """Every label would rather stand at 0, and exactly one choice has no two together."""
    labels = [[(0, 0, 0), (3 * n, 0, 10)] for n in range(5)]
    found, rooms = chosen(labels)
    assert touching(rooms) == 0
    assert found.count(0) <= 1


def test_where_it_is_possible_few_labels_touch() -> None:
    rng = np.random.default_rng(0)
    solvable = solved = 0
    for _ in range(60):
        labels = [
            [(int(x), int(y), int(c)) for x, y, c in rng.integers(0, 6, (3, 3))] for _ in range(5)
        ]
        free = any(
            touching(Rectangles.upright([(x, y, 1.5, 1.5) for x, y, _ in way])) == 0
            for way in product(*labels)
        )
        solvable += free
        solved += free and touching(chosen(labels)[1]) == 0
    assert solvable > 40
    assert solved >= 0.95 * solvable
