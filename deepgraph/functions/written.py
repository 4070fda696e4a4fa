"""The type of an activation as a spec writes it."""

from __future__ import annotations

Function = str | dict[str, str | int | float]
"""A name, or an object with `name`, the parameters, and `gain`, or for softmax `group`."""

GAIN = "gain"
"""The key of the factor of z, which every elementwise activation takes: a = f(gain·z)."""
