"""The type of an activation as a spec writes it."""

from __future__ import annotations

Function = str | dict[str, str | int | float]
"""A name, or an object with `name`, the parameters, and for softmax `group`."""
