"""Numbers such as −999 among the values of an input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.tables.sentinels import Sentinels


def notes(columns, cut=1000):
    columns = np.array(columns, np.float64)
    found = Sentinels()
    for start in range(0, columns.shape[1], cut):
        found.add(Sentinels.of(columns[:, start : start + cut]))
    return list(found.notes(["x", "u"][: len(columns)]))


def test_far_from_the_others():
    for cut in (1, 2, 5, 1000):
        (note,) = notes([[1, 2, 3, -999, 2.5, -999], [1, 1, 1, 1, 1, 1]], cut)
        assert note == (
            '2 rows of the input "x" hold −999, far from the others (1 to 3), the first in row 4; '
            "if that marks a missing value, leave such rows out."
        )


@pytest.mark.parametrize("value", [-99, -999, -9999, 99999, -32768])
def test_each_of_them(value):
    (note,) = notes([[21.5, value, -3.25]])
    assert note.startswith('1 row of the input "x" holds ')


@pytest.mark.parametrize(
    "column",
    [
        [-1200, -999, 1500],  # among the others
        [99, 1, 2],  # a percentage
        [-999, -999],  # nothing else to compare with
        [-998.9, 1, 2],
        [6000, 9999, 100],  # not far
        [np.nan, 1, 2],
    ],
)
def test_no_sentinel(column):
    assert notes([column]) == []


def test_beside_values_that_are_not_finite():
    assert len(notes([[np.nan, np.inf, 1, -999, 2]])) <= 1
    assert len(notes([[np.nan, 1, -999, 2]])) == 1


@given(st.lists(st.sampled_from([1.0, 2.0, -999.0, 9999.0, 0.5]), min_size=1), st.integers(1, 9))
def test_the_cut_does_not_show(column, cut):
    assert notes([column], cut) == notes([column])
