"""Activations that training writes over the array of z, as lists of prepared calls.

A small network spends its training between the calls of numpy, so these few functions have fewer
of them than their rows of the table. Tests hold them to the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from deepgraph.functions.special import Array

Call = Callable[[], Any]
Backward = Callable[["Array"], list[Call]]
"""For (nodes, rows) ∂L/∂a the calls that write ∂L/∂z over it."""
InPlace = Callable[["Array"], tuple[list[Call], Backward]]
"""For (nodes, rows) values the calls that turn z into a, and the way back."""

ZERO = np.zeros(())
"""The number 0 as an array: numpy takes it in half the time of a Python number."""
FEW = 2048
"""Up to so many values numpy's `putmask` is quicker than a maximum and a product."""


def nothing(_: Array) -> tuple[list[Call], Backward]:
    """The identity: a is z."""
    return [], lambda _: []


def relu(a: Array) -> tuple[list[Call], Backward]:
    """max(0, z); the derivative at 0 is 0.

    Where z ≤ 0 and ∂L/∂a is infinite or NaN, ∂L/∂z is 0 for up to `FEW` values and NaN beyond: a
    product is up to eight times as fast there as `putmask`, and such a training has diverged.
    """
    mask = np.zeros(a.shape, np.bool)
    if a.size <= FEW:
        forward: list[Call] = [
            partial(np.less_equal, a, ZERO, mask),
            partial(np.putmask, a, mask, ZERO),
        ]
        return forward, lambda d: [partial(np.putmask, d, mask, ZERO)]
    return [partial(np.maximum, a, ZERO, out=a)], lambda d: [
        partial(np.greater, a, ZERO, mask),
        partial(np.multiply, d, mask, d),
    ]
