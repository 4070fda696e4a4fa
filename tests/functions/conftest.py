"""Many digits for the oracles of mpmath."""

from __future__ import annotations

import mpmath as mp
import pytest


@pytest.fixture(autouse=True)
def many_digits():
    """With 360 digits 1 + tanh(-372) = 2e-323 still has 36 right ones.

    So the oracles can be the textbook's formulas, cancellation and all, and share no trick with the
    code under test.
    """
    with mp.workdps(360):
        yield
