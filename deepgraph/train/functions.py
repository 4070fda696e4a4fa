"""The activations as training calls them: those of the one table, some of them in place.

A small network spends its time between the calls of numpy, so the functions of most hidden nodes
write over the array of z. A test holds them to their rows in `deepgraph.functions.activations`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.functions.activations import NodeFunction

    Array = NDArray[np.float64]

Call = Callable[[], Any]
Backward = Callable[["Array"], list[Call]]
"""For (nodes, rows) ∂L/∂a the calls that write ∂L/∂z over it."""

ZERO = np.zeros(())
"""The number 0 as an array: numpy takes it in half the time of a Python number."""
FEW = 2048
"""Values of which numpy's `putmask` is quicker than a maximum and a product."""


def _nothing(_: Array) -> tuple[list[Call], Backward]:
    return [], lambda _: []


def _relu(a: Array) -> tuple[list[Call], Backward]:
    """max(0, z); the slope at 0 is 0."""
    mask = np.zeros(a.shape, np.bool_)
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


IN_PLACE: dict[str, Callable[[Array], tuple[list[Call], Backward]]] = {
    "identity": _nothing,
    "softmax": _nothing,  # of the whole group at once, later
    "relu": _relu,
}
"""By the name of an activation: for (nodes, rows) values the calls that turn z into a, and back."""


def forward(function: NodeFunction, z: Array, a: Array) -> None:
    """Write a = activation(z)."""
    a[:] = function(z)


def backward(function: NodeFunction, z: Array, d: Array) -> None:
    """Write ∂L/∂z = ∂L/∂a · activation'(z) over ∂L/∂a."""
    assert function.row is not None
    d *= function.row.derivative(z, **function.parameters)
