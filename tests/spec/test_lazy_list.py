from __future__ import annotations

import pickle

import pytest

from deepgraph.spec.lazy_list import LazyList


def test_items_are_made_once_and_only_when_one_is_needed():
    made = []
    items = LazyList(2, lambda: made.append("now") or [1, 2])
    assert len(items) == 2
    assert items
    assert made == []
    assert [items[0], items[-1], items[:1], list(items)] == [1, 2, [1], [1, 2]]
    assert made == ["now"]


def test_it_equals_a_list_of_its_items():
    assert LazyList(2, lambda: [1, 2]) == [1, 2] == LazyList(2, lambda: [1, 2])
    assert LazyList(2, lambda: [1, 2]) != [1]
    assert repr(LazyList(1, lambda: ["x"])) == "['x']"


def test_it_is_pickled_as_a_list():
    again = pickle.loads(pickle.dumps(LazyList(2, lambda: [1, 2])))
    assert type(again) is list
    assert again == [1, 2]


def test_a_failure_is_raised_again():
    items = LazyList(1, lambda: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            items[0]
