"""Softmax, the one activation over several nodes, which form a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.elementwise import forwards

if TYPE_CHECKING:
    from deepgraph.functions.special import Array
    from deepgraph.functions.written import Function

SOFTMAX = "softmax"
"""The name in a spec; the table of activations has no row for it."""


def softmax(z: Array) -> Array:
    """exp(zᵢ) / Σⱼ exp(zⱼ) over the members of one group, separately for each row of data.

    A row with +inf or NaN among its members, or with nothing but -inf, is NaN throughout; a -inf
    beside finite members gives 0.

    Args:
        z: (members, rows), float64 or float32, at least one member.

    Returns:
        (members, rows), a new array of the same dtype.
    """
    with np.errstate(all="ignore"):
        _, e, total = softmax_parts(z)
        return np.asarray(e / total, dtype=e.dtype)


def softmax_parts(z: Array) -> tuple[Array, Array, Array]:
    """The parts of a softmax: the largest z, exp(z − largest), and the sum of these.

    The shift by the largest member prevents overflow. Largest value and sum are accumulated in the
    members' order, so that one row has the same bits alone and in a batch.

    Args:
        z: see `softmax`.

    Returns:
        (rows,), (members, rows) and (rows,).
    """
    z = forwards(z)
    with np.errstate(all="ignore"):
        largest = z[0]
        for member in z[1:]:
            largest = np.maximum(largest, member)
        e = np.exp(z - largest)
        total = e[0]
        for member in e[1:]:
            total = total + member
    return largest, e, total


def softmax_group(function: Function) -> object:
    """The name of a softmax's group, `""` for one without a group; `None` for other functions."""
    name = function if isinstance(function, str) else function.get("name")
    if name != SOFTMAX:
        return None
    return "" if isinstance(function, str) else function.get("group", "")
