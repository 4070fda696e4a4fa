"""The one kernel of the numba engine: blocks of nodes over a tile of rows, compiled once.

The kernel knows no network. numba keeps the machine code on disk, one version for each dtype. As
fastmath is off, terms are joined in their order, and products and sums are not fused: the bits are
numpy's.
"""

from __future__ import annotations

from typing import Any

from numba import njit

SUM, PRODUCT, MEAN, MAX, MIN = range(5)
"""The aggregations, by the column `kernel` of `deepgraph.functions.aggregations`."""
NONE, RELU, LEAKY_RELU = range(3)
"""The activations of the kernel: none, max(0, z), and max(0, z) + leak·min(0, z)."""

COLUMNS = 512
"""The rows of the table that are worked on at once, so that they stay in the first cache."""


def _kept(function: Any) -> Any:
    """A function compiled at its first call and kept on disk, if numba finds a folder for it."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba has found no place for its cache
        return njit(nogil=True)(function)


@_kept
def run(
    values: Any,
    first: int,
    end: int,
    slot: Any,
    z_slot: Any,
    aggregation: Any,
    activation: Any,
    parameter: Any,
    start: Any,
    source: Any,
    weight: Any,
) -> None:
    """Compute some nodes.

    Args:
        values: (slots, width) the buffer.
        first: the number of the first node in the arrays below.
        end: the number after that of the last node.
        slot: (nodes,) where the value of a node goes.
        z_slot: (nodes,) where z goes, too; −1 for nowhere.
        aggregation: (nodes,) numbers of aggregations.
        activation: (nodes,) numbers of activations.
        parameter: (nodes,) the leak of the activation.
        start: (nodes + 1,) where the edges of a node begin.
        source: (edges,) slots that are read.
        weight: (edges,) in the dtype of the values.
    """
    width = values.shape[1]
    for left in range(0, width, COLUMNS):
        right = min(left + COLUMNS, width)
        for node in range(first, end):
            z = values[slot[node], left:right]  # contiguous, so that loops become vector code
            edge, behind, how = start[node], start[node + 1], aggregation[node]
            if how in (SUM, MEAN):
                _sum(values, left, right, z, edge, behind, source, weight)
            else:
                _join(values, left, right, z, how, edge, behind, source, weight)
            if how == MEAN:
                count = values.dtype.type(behind - edge)
                for r in range(len(z)):
                    z[r] = z[r] / count
            if z_slot[node] >= 0:
                values[z_slot[node], left:right] = z
            _activate(z, activation[node], parameter[node])


@njit(nogil=True)
def _sum(
    values: Any, left: int, right: int, z: Any, edge: int, end: int, source: Any, weight: Any
) -> None:
    """The sum of terms in their order, up to four at a time for fewer passes over the cache."""
    x0, w0 = values[source[edge], left:right], weight[edge]
    if end - edge == 1:
        for r in range(len(z)):
            z[r] = w0 * x0[r]
        return
    x1, w1 = values[source[edge + 1], left:right], weight[edge + 1]
    if end - edge == 2:
        for r in range(len(z)):
            z[r] = w0 * x0[r] + w1 * x1[r]
        return
    x2, w2 = values[source[edge + 2], left:right], weight[edge + 2]
    for r in range(len(z)):
        z[r] = (w0 * x0[r] + w1 * x1[r]) + w2 * x2[r]
    edge += 3
    while edge + 4 <= end:
        x0, w0 = values[source[edge], left:right], weight[edge]
        x1, w1 = values[source[edge + 1], left:right], weight[edge + 1]
        x2, w2 = values[source[edge + 2], left:right], weight[edge + 2]
        x3, w3 = values[source[edge + 3], left:right], weight[edge + 3]
        for r in range(len(z)):
            z[r] = (((z[r] + w0 * x0[r]) + w1 * x1[r]) + w2 * x2[r]) + w3 * x3[r]
        edge += 4
    for last in range(edge, end):
        x0, w0 = values[source[last], left:right], weight[last]
        for r in range(len(z)):
            z[r] = z[r] + w0 * x0[r]


@njit(nogil=True)
def _join(
    values: Any,
    left: int,
    right: int,
    z: Any,
    how: int,
    first: int,
    end: int,
    source: Any,
    weight: Any,
) -> None:
    """The product, maximum or minimum of terms in their order."""
    x, w = values[source[first], left:right], weight[first]
    for r in range(len(z)):
        z[r] = w * x[r]
    for edge in range(first + 1, end):
        x, w = values[source[edge], left:right], weight[edge]
        if how == PRODUCT:
            for r in range(len(z)):
                z[r] = z[r] * (w * x[r])
        elif how == MAX:  # of equal terms the later one, as numpy does: it may be −0.0
            for r in range(len(z)):
                term = w * x[r]
                z[r] = z[r] if z[r] > term or z[r] != z[r] else term
        else:
            for r in range(len(z)):
                term = w * x[r]
                z[r] = z[r] if z[r] < term or z[r] != z[r] else term


@njit(nogil=True)
def _activate(z: Any, what: int, alpha: float) -> None:
    """The activations of the kernel, in place; NaN stays NaN."""
    zero = z.dtype.type(0)
    if what == RELU:
        for r in range(len(z)):
            z[r] = z[r] if z[r] > zero or z[r] != z[r] else zero
    elif what == LEAKY_RELU:
        for r in range(len(z)):
            z[r] = z[r] if z[r] > zero or z[r] != z[r] else zero + alpha * z[r]
