"""Sums and products in a fixed order, so that bits repeat: the first term first.

`np.sum`, `mean` and `einsum` group their terms by the shape of the array, so the last bits of one
row would differ from those in a batch. `ufunc.accumulate` is defined term by term.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

NARROW = 256
"""Terms with fewer entries than this are faster summed by one call of numpy, others one by one."""


def ordered_sum(terms: Array) -> Array:
    """The sum of terms along the first axis, (terms, …) to (…); of no terms it is 0."""
    if not len(terms):
        return np.zeros_like(terms, shape=terms.shape[1:])
    if terms[0].size < NARROW:
        return np.asarray(np.add.accumulate(terms, axis=0)[-1])
    total: Array = terms[0].copy()
    for term in terms[1:]:
        total += term
    return total


def all_but_one(combine: np.ufunc, terms: Array) -> Array:
    """For each term the sum or product of all others: those before it, then those after it.

    With `np.multiply` this is the derivative of a product by each of its factors. It needs no
    division, so it holds where a factor is 0.

    >>> all_but_one(np.multiply, np.array([2.0, 0.0, 5.0])).tolist()
    [0.0, 10.0, 0.0]

    Args:
        combine: `np.add` or `np.multiply`.
        terms: (terms, …).

    Returns:
        (terms, …); for a single term the neutral element, 0 or 1.
    """
    others = np.full_like(terms, combine.identity)
    if len(terms) > 1:
        before = combine.accumulate(terms[:-1], axis=0)
        behind = combine.accumulate(terms[:0:-1], axis=0)[::-1]
        others[0], others[-1] = behind[0], before[-1]
        combine(before[:-1], behind[1:], out=others[1:-1])
    return others
