"""Cross-entropy together with the activation of its nodes, computed from z.

Softmax and sigmoid saturate, so that ln a would be −inf where the loss is finite (Bishop, Pattern
Recognition and Machine Learning, 2006, section 4.3.6 on canonical links). In all formulas 0·ln 0
is 0. Warnings are the caller's to silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.ordered_sums import all_but_one, ordered_sum
from deepgraph.functions.special import sigmoid, softplus

if TYPE_CHECKING:
    from deepgraph.functions.special import Array


def softmax_cross_entropy(z: Array, a: Array, t: Array) -> tuple[Array, Array, Array]:
    """The terms −tⱼ·ln aⱼ of a softmax group, and the derivatives of their sum.

    From ∂aᵢ/∂zⱼ = aᵢ(δᵢⱼ − aⱼ) follows ∂/∂zⱼ of −Σᵢ tᵢ·ln aᵢ = aⱼ·Σᵢ tᵢ − tⱼ, the well-known
    a − t where the targets add up to 1. As the a add up to 1, that is aⱼ·Σᵢ≠ⱼ tᵢ − tⱼ·Σᵢ≠ⱼ aᵢ,
    which does not cancel where aⱼ comes close to 1.

    Args:
        z: (members, rows) before the activation.
        a: (members, rows) after it.
        t: (members, rows) targets; 0 for a member that has none.

    Returns:
        The terms, the derivatives by a and those by z, (members, rows) each.
    """
    shifted = z - z.max(axis=0)
    minus_log_a = np.log(ordered_sum(np.exp(shifted))) - shifted
    by_z = a * all_but_one(np.add, t) - t * all_but_one(np.add, a)
    return _times(t, minus_log_a), _share(-t, a), by_z


def binary_cross_entropy(z: Array, a: Array, t: Array) -> tuple[Array, Array, Array]:
    """The term −t·ln a − (1 − t)·ln(1 − a) of a sigmoid node, and its derivatives.

    With −ln σ(z) = softplus(−z) and −ln(1 − σ(z)) = softplus(z) it is
    t·softplus(−z) + (1 − t)·softplus(z). The derivative a − t, written as (1 − t)·σ(z) − t·σ(−z),
    does not cancel where a comes close to t = 1.

    Args:
        z: (rows,) before the activation.
        a: (rows,) after it.
        t: (rows,) targets from 0 to 1.

    Returns:
        The term, the derivative by a and that by z, (rows,) each.
    """
    one_minus_a = sigmoid(-z)
    term = _times(t, softplus(-z)) + _times(1.0 - t, softplus(z))
    by_a = _share(1.0 - t, one_minus_a) - _share(t, a)
    return term, by_a, (1.0 - t) * sigmoid(z) - t * one_minus_a


def _times(t: Array, minus_log_a: Array) -> Array:
    """The product t·(−ln a) with 0·ln 0 = 0."""
    return np.where(t == 0, 0.0, t * minus_log_a)


def _share(t: Array, a: Array) -> Array:
    """The quotient t/a with 0/0 = 0: the derivative of t·ln a by a."""
    return np.where(t == 0, 0.0, t / a)
