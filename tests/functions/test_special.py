"""The normal distribution function against mpmath."""

from __future__ import annotations

import mpmath as mp
import numpy as np

from deepgraph.functions.special import normal_cdf


def test_normal_cdf_keeps_its_relative_accuracy_in_the_tail():
    """Stricter than the walk over the rows, which forgives what rounding of z²/2 would cost."""
    z = np.linspace(-37.3, 8.5, 300)
    for point, got in zip(z, normal_cdf(z), strict=True):
        true = mp.erfc(-mp.mpf(float(point)) / mp.sqrt(2)) / 2
        assert abs(mp.mpf(float(got)) - true) <= 16 * mp.mpf(2) ** -52 * true, point
