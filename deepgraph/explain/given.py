"""The numbers that a caller gives, as doubles and exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.spec import literals
from deepgraph.words.option_names import option

Given = Mapping[str, Any]
"""By name a number, a text such as "1/3", or a list of them over the rows."""
Exact = dict[str, list[Fraction | None]]
"""By name the exact numbers over the rows, one where all rows have the same."""


def numbers(given: Given) -> tuple[dict[str, Any], Exact]:
    """Doubles for the evaluator, and exact numbers for fractions, by name."""
    doubles: dict[str, Any] = {}
    exact: Exact = {}
    for name in given:
        content = given[name]
        listed = not isinstance(content, (str, int, float, Fraction)) and np.ndim(content) > 0
        pairs = [_number(str(name), entry) for entry in (content if listed else [content])]
        values = [value for value, _ in pairs]
        doubles[str(name)] = values if listed else values[0]
        exact[str(name)] = [number for _, number in pairs]
    return doubles, exact


def _number(name: str, given: Any) -> tuple[float, Fraction | None]:
    try:
        if isinstance(given, str) and "/" not in given:
            value = float(given)
            return value, literals.decimal(given) if math.isfinite(value) else None
        if isinstance(given, (str, Fraction)):
            text = literals.encode(given)
            return literals.value(text), literals.exact(text)
        value = float(given)
    except (TypeError, ValueError) as error:
        raise InputError(f'"{name}": {error}') from None
    return value, Fraction(repr(value)) if math.isfinite(value) else None


def refuse_idle(loss: str | None, reduction: str | None) -> None:
    """Refuse a loss or a reduction where there are no targets, so that neither does anything.

    Raises:
        InputError: one is given.
    """
    for name, value in (("loss", loss), ("reduction", reduction)):
        if value is not None:
            give = option("target", "ID=NUMBER", argument="targets={ID: NUMBER}")
            what = f"{option(name)} says how targets are compared, and there are none"
            raise InputError(f"{what}: give {give}")
