"""Scaling by constants: the inputs of a network are normalised, its outputs are rescaled.

    a = (clip(z) − mean) / scale     of a normalised input, whose z is what a table holds
    a = f(z) · scale + mean          of a rescaled output

A normalised input has a row of its own, built from the constants that it has, so that it is read
like an activation. The steps and their order are those above, in the dtype of z.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.functions.elementwise import Activation, Parameter
from deepgraph.functions.piecewise import Pieces
from deepgraph.functions.recorded import Expression
from deepgraph.functions.special import keep_nan

if TYPE_CHECKING:
    from deepgraph.functions.special import Array

NEUTRAL = {"min": -math.inf, "max": math.inf, "mean": 0.0, "scale": 1.0}
"""The constants of `normalise` in the order of the format, each with a value that does nothing."""
RESCALE = ("mean", "scale")
"""The constants of `rescale`."""


def normalise(z: Array, out: Array, *, min: Array, max: Array, mean: Array, scale: Array) -> Array:
    """Write (clip(z) − mean) / scale to `out`, which may be z itself.

    Args:
        z: (nodes, rows), or any other shape.
        out: of the same shape and dtype.
        min: broadcast to z, as the other constants; in the dtype of z, or Python floats.
        max: likewise.
        mean: likewise.
        scale: likewise, without a 0.

    Returns:
        `out`.
    """
    with np.errstate(all="ignore"):  # infinity and NaN flow through, as IEEE says
        np.clip(z, min, max, out=out)
        np.add(out, 0.0, out=out)  # clip may give either zero where z is 0
        np.subtract(out, mean, out=out)
        return np.divide(out, scale, out=out)


@cache
def normalise_row(keys: tuple[str, ...]) -> Activation:
    """The row of an input that is normalised by these constants; they stand in `NEUTRAL`'s order.

    >>> row = normalise_row(("max", "mean", "scale"))
    >>> row.formula, row.derivative_formula
    ('(min(max, z) - mean)/scale', '1/scale if z < max else 0')
    """
    formula = "z"
    if "max" in keys:
        formula = f"min(max, {formula})"
    if "min" in keys:
        formula = f"max(min, {formula})"
    if "mean" in keys:
        formula = f"({formula} - mean)" if "scale" in keys else f"{formula} - mean"
    slope = "1"
    if "scale" in keys:
        formula, slope = f"{formula}/scale", "1/scale"
    limits = {(True, True): "min < z < max", (True, False): "z > min", (False, True): "z < max"}
    inside = limits.get(("min" in keys, "max" in keys))
    return Activation(
        "normalise",
        title="normalised",
        formula=formula,
        derivative_formula=f"{slope} if {inside} else 0" if inside else slope,
        f=_normalised,
        derivative=lambda z, **given: _slope(z, **(NEUTRAL | given)),
        note="Derivative at both limits: 0.",
        parameters=tuple(Parameter(key, 0.0, nonzero=key == "scale") for key in keys),
        spelled_out=True,
        pieces=_pieces,
    )


def _normalised(z: Array | Expression, **given: float) -> Any:
    """The function of a row; an expression has only the steps that do something."""
    if not isinstance(z, Expression):
        return normalise(z, np.empty_like(z), **(NEUTRAL | given))  # type: ignore[arg-type]
    a: Any = z
    a = np.maximum(a, given["min"]) if "min" in given else a
    a = np.minimum(a, given["max"]) if "max" in given else a
    mean = given.get("mean", 0.0)
    a = a - mean if mean else a + 0.0  # of a zero, which may have either sign
    return a / given.get("scale", 1.0)


def _slope(z: Array, min: float, max: float, mean: float, scale: float) -> Array:
    return keep_nan(z, np.where((z > min) & (z < max), 1.0 / scale, 0.0))


def _pieces(
    min: Fraction | None = None,
    max: Fraction | None = None,
    mean: Fraction = Fraction(0),
    scale: Fraction = Fraction(1),
) -> Pieces:
    """The clipped line: level below `min` and above `max`, as far as there are such."""
    line = (1 / scale, -mean / scale)
    breaks = tuple(limit for limit in (min, max) if limit is not None)
    at = tuple((limit - mean) / scale for limit in breaks)
    lines = [line]
    if min is not None:
        lines.insert(0, (Fraction(0), at[0]))
    if max is not None:
        lines.append((Fraction(0), at[-1]))
    return Pieces(breaks, at, tuple(lines))
