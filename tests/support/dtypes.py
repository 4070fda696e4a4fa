"""The two number types, as a parameter of tests."""

from __future__ import annotations

import numpy as np
import pytest

BOTH_DTYPES = pytest.mark.parametrize(
    "dtype", [pytest.param(np.float64, id="float64"), pytest.param(np.float32, id="float32")]
)
