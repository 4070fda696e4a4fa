"""The activations that training writes over z, held to their rows of the table."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.functions import in_place
from deepgraph.functions.activations import ACTIVATIONS

ROWS = [pytest.param(row, id=row.name) for row in ACTIVATIONS.values() if row.in_place]


def test_the_rows_that_have_a_faster_way():
    assert [row.id for row in ROWS] == ["identity", "relu"]


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("columns", [3, in_place.FEW])
def test_functions_in_place_are_those_of_the_table(row, columns):
    z = np.random.default_rng(0).normal(size=(2, columns))
    z[0, :3] = 0.0, -0.0, np.nan
    a, d = z.copy(), np.ones_like(z)
    forward, backward = row.in_place(a)
    for call in [*forward, *backward(d)]:
        call()
    assert np.array_equal(a, row.f(z), equal_nan=True)
    known = ~np.isnan(z)
    assert np.array_equal(d[known], row.derivative(z)[known])
