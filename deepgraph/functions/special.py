"""Functions of the tables that take more than one expression, and the normal distribution.

Everywhere z has any shape, float64 or float32, and the result has the same shape. Callers silence
numpy's warnings. The rules for the mathematics:

- Forms do not overflow, have the right limits at ±inf, and give NaN for NaN.
- A value gives the same bits alone and inside an array of any length, stride or alignment. So only
  numpy's elementwise functions are used, never `math`, `**` or a sum along an axis.
- Where an infinity on one side of 0 could spoil the other side, the sides are written with
  `np.maximum(z, 0.0)` and `np.minimum(z, 0.0)`: one of the two is 0. `np.where` is slower.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def keep_nan(z: Array, values: Array | float) -> Array:
    """`values`, but NaN where z is NaN; for derivatives that are constant piece by piece."""
    return np.where(np.isnan(z), z, values)


def gate(z: Array, opening: Array) -> Array:
    """The product z · opening, which is 0 where the opening is 0, even if z is infinite."""
    return np.where(opening == 0, 0.0, z * opening)


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), for z < 0 as exp(z) / (1 + exp(z)), so that no exp exceeds 1."""
    return np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))


def sigmoid_slope(z: Array) -> Array:
    """σ(1 - σ) without the cancellation in 1 - σ: the function is even, so exp(-|z|) does."""
    e = np.exp(-np.abs(z))
    return e / ((1.0 + e) * (1.0 + e))


def tanh_slope(z: Array) -> Array:
    """1 - tanh² without the cancellation, from tanh(z) = 2σ(2z) - 1."""
    return 4.0 * sigmoid_slope(2.0 * z)


def softplus(z: Array) -> Array:
    """ln(1 + exp(z)) without overflow."""
    return np.logaddexp(0.0, z)


def leaky_relu(z: Array, alpha: float) -> Array:
    """max(0, z) + alpha·min(0, z); with alpha 0 only the first, since 0 · -inf would be NaN."""
    return np.maximum(z, 0.0) + (alpha * np.minimum(z, 0.0) if alpha else 0.0)


def thresholded_relu(z: Array, alpha: float) -> Array:
    """The identity above alpha, 0 up to it."""
    return keep_nan(z, np.where(z > alpha, z, 0.0))


def elu(z: Array, alpha: float) -> Array:
    """The identity above 0, alpha·(exp(z) - 1) below."""
    return np.maximum(z, 0.0) + alpha * np.expm1(np.minimum(z, 0.0))


def elu_slope(z: Array, alpha: float) -> Array:
    """1 above 0, alpha·exp(z) at and below 0."""
    return np.where(z > 0, 1.0, alpha * np.exp(z))


def celu(z: Array, alpha: float) -> Array:
    """The identity above 0, alpha·(exp(z/alpha) - 1) below."""
    return np.maximum(z, 0.0) + alpha * np.expm1(np.minimum(z, 0.0) / alpha)


def celu_slope(z: Array, alpha: float) -> Array:
    """1 above 0, exp(z/alpha) below."""
    return np.exp(np.minimum(z, 0.0) / alpha)


TWO_ROOT_2_PI = 1.5957691216057308
"""2√(2/π), for gelu_tanh: z/2·(1 + tanh u) is z·σ(2u), which is accurate in the lower tail."""


def gelu_tanh(z: Array) -> Array:
    """The product z·σ(2u), u = √(2/π)·(z + 0.044715·z³)."""
    two_u = TWO_ROOT_2_PI * (z + 0.044715 * (z * z * z))
    return gate(z, sigmoid(two_u))


def gelu_tanh_slope(z: Array) -> Array:
    """σ(2u) + z·2u'·σ'(2u) with z·u' = √(2/π)·(z + 3·0.044715·z³)."""
    two_u = TWO_ROOT_2_PI * (z + 0.044715 * (z * z * z))
    z_two_du = TWO_ROOT_2_PI * (z + 3 * 0.044715 * (z * z * z))
    return sigmoid(two_u) + gate(z_two_du, sigmoid_slope(two_u))


def tanh_softplus(z: Array) -> Array:
    """tanh(softplus(z)), of one exp: n/(n + 2) with n = e(e + 2), e = exp(z).

    For z < 0 it is divided by e + 2, which leaves the fewest roundings; for z >= 0 by e², so that
    no exp exceeds 1.
    """
    e = np.exp(-np.abs(z))
    high = 1.0 + 2.0 * e
    return np.where(z < 0, e / (e + 2.0 / (e + 2.0)), high / (high + 2.0 * (e * e)))


def mish_slope(z: Array) -> Array:
    """tanh(s) + z·(1 - tanh²(s))·σ(z) with s = softplus(z)."""
    return tanh_softplus(z) + gate(z, tanh_slope(softplus(z)) * sigmoid(z))


def softsign(z: Array) -> Array:
    """Softsign z / (1 + |z|); ±inf counts as the largest number, since inf/inf would be NaN."""
    largest = np.finfo(z.dtype).max
    z = np.clip(z, -largest, largest)
    return z / (1.0 + np.abs(z))


def softsign_slope(z: Array) -> Array:
    """1 / (1 + |z|)², squared last: (1 + |z|)² would overflow before the slope underflows."""
    r: Array = 1.0 / (1.0 + np.abs(z))
    return r * r


def hard_sigmoid_slope(z: Array, alpha: float, beta: float) -> Array:
    """The slope alpha strictly between the kinks, 0 elsewhere."""
    u = alpha * z + beta
    return keep_nan(z, np.where((u > 0) & (u < 1), alpha, 0.0))


def hard_swish_slope(z: Array) -> Array:
    """(2z + 3)/6 strictly between the kinks ±3, 0 to their left and 1 to their right."""
    return keep_nan(z, np.where(np.abs(z) < 3.0, (2.0 * z + 3.0) / 6.0, z > 0))


def hard_tanh_slope(z: Array, min: float, max: float) -> Array:
    """1 strictly between the kinks, 0 elsewhere."""
    return keep_nan(z, (z > min) & (z < max))


BENDLESS = 2.0**27
"""Beyond it √(z² + 1) is |z| in double precision."""


def _bent(z: Array) -> tuple[Array, Array]:
    """A finite z and √(z² + 1); ±inf counts as the largest number, since inf/inf would be NaN."""
    largest = np.finfo(z.dtype).max
    z = np.clip(z, -largest, largest)
    return z, np.where(np.abs(z) > BENDLESS, np.abs(z), np.sqrt(z * z + 1.0))


def bent_identity(z: Array) -> Array:
    """The product z·(1 + r/2) with r = z/(√(z² + 1) + 1), which does not cancel near 0."""
    finite, root = _bent(z)
    return z * (1.0 + 0.5 * (finite / (root + 1.0)))


def bent_identity_slope(z: Array) -> Array:
    """1 + z/(2√(z² + 1)), from 1/2 to 3/2."""
    finite, root = _bent(z)
    return 1.0 + 0.5 * (finite / root)


def step(z: Array, at_zero: float) -> Array:
    """0 below 0, 1 above, `at_zero` at 0."""
    value: Array = np.heaviside(z, at_zero)
    return value


def log_slope(z: Array) -> Array:
    """1/z where the logarithm is defined, inf at both zeros, NaN below."""
    return np.where(z < 0, np.nan, 1.0 / np.abs(z))


def sqrt_slope(z: Array) -> Array:
    """1/(2√z) where the root is defined, inf at both zeros, NaN below."""
    return np.where(z < 0, np.nan, 0.5 / np.sqrt(np.abs(z)))


def inverse_slope(z: Array) -> Array:
    """-1/z², squared last: z² would underflow before the slope overflows."""
    r = 1.0 / z
    return -(r * r)


def gaussian(z: Array) -> Array:
    """exp(-z²)."""
    squared: Array = z * z
    return np.exp(-squared)


# The normal distribution, for the exact GELU: numpy has no erf.

LARGEST = 39.0
"""Beyond it exp(-t²/2) is 0 in double precision; a cut here keeps inf out of the polynomials."""

# Φ(-t) = exp(-t²/2) · P(t)/Q(t) for 0 ≤ t ≤ 39: the slowly varying factor is a rational function,
# as in W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23
# (1969), but one function serves the whole range. The coefficients are our own: with mpmath (90
# digits), a least-squares fit of P - Q·M to 0, M(t) = exp(t²/2)·Φ(-t), at 96 Chebyshev nodes in
# (t - 2)/(t + 2); six rounds, each row weighted by 1/(M·Q) of the round before. The relative error
# is 1.1e-18, or 3.3e-17 with the coefficients rounded to doubles. All coefficients are positive, so
# Horner's rule adds without cancellation, in float32 too.
P = (
    905173.2912390649, 1496758.1363330872, 1227064.1890711999, 644379.1067156508,
    237794.17293825236, 64140.463465994944, 12788.91714354668, 1863.5362977230177,
    190.63773722148454, 12.44966029385273, 0.39894228040153307,
)  # fmt: skip
Q = (
    1810346.5824781298, 4437963.860527705, 5089937.932619461, 3612441.704336714, 1766965.1346850821,
    627172.9291307846, 165385.0792637234, 32532.919238915056, 4702.399445570176, 478.85794232490514,
    31.20667050218035, 1.0,
)  # fmt: skip


def _horner(coefficients: tuple[float, ...], t: Array) -> Array:
    """The polynomial c₀ + c₁t + c₂t² and so on."""
    value = np.full_like(t, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = value * t + coefficient
    return value


def _exp_half_square(t: Array) -> Array:
    """exp(-t²/2) for 0 ≤ t ≤ 39; exp would enlarge the rounding error of t² by a factor t².

    With h = t cut after six binary places, h² is exact (24 bits) and t² = h² + (t - h)(t + h). What
    the sum of both loses is small, so exp(u + lost) is exp(u)·(1 + lost).
    """
    h = np.floor(64.0 * t) / 64.0
    first, rest = -0.5 * (h * h), -0.5 * ((t - h) * (t + h))
    u = first + rest
    whole, lost = np.exp(u), rest - (u - first)
    return whole + whole * lost


def _distance(z: Array) -> Array:
    return np.minimum(np.abs(z), LARGEST)


def normal_pdf(z: Array) -> Array:
    """The density φ(z) = exp(-z²/2) / √(2π), to a relative 3 eps in the tails too."""
    return _exp_half_square(_distance(z)) * 0.3989422804014327


def normal_cdf(z: Array) -> Array:
    """Φ(z) = ½ erfc(-z/√2), to a relative 6 eps, on average 1 eps, in the lower tail too."""
    t = _distance(z)
    tail = _exp_half_square(t) * (_horner(P, t) / _horner(Q, t))
    return np.where(z < 0, tail, 1.0 - tail)
