"""How a spec writes an activation."""

from __future__ import annotations

Function = str | dict[str, str | int | float]
"""Its name, or an object with `name`, its parameters, and `group` for softmax."""
