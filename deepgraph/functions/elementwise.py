"""An elementwise function of z, as a row of the table of activations holds it.

The table itself is `deepgraph.functions.activations`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.special import Array

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.functions.piecewise import Pieces

Function = Callable[..., Array]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an activation: any finite number, unless a field below says less.

    Attributes:
        name: ONNX's name where ONNX has the operator.
        default: the value when a spec gives none.
        choices: the only legal values, or None.
        nonzero: whether 0 is illegal.
        below: another parameter of the row that must be larger, or None.
    """

    name: str
    default: float
    choices: tuple[float, ...] | None = None
    nonzero: bool = False
    below: str | None = None


@dataclass(frozen=True, slots=True)
class Activation:
    """One row of the table.

    `f(z, **parameters)` and `derivative(z, **parameters)` take float64 or float32 of any shape, an
    array or a numpy scalar, and return a new array of the same shape and dtype. Parameters are
    Python floats that `problems` has found legal; one left out has its default.

    Attributes:
        name: the name in a spec.
        title: the name in a caption.
        aliases: other names that a spec may use.
        parameters: with their defaults, in the order of the formula.
        f: the function.
        derivative: its derivative by z, with the value at a kink that `note` states.
        formula: plain text, in the grammar that `deepgraph.explain.formula` reads.
        slope: the formula of the derivative, likewise.
        note: domain, source and conventions.
        pieces: `pieces(**parameters)` says exactly what a piecewise-linear function consists of,
            all parameters given as rational numbers; `None` for one that is not.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    f: Function
    derivative: Function
    formula: str
    slope: str
    note: str
    pieces: Callable[..., Pieces] | None = None

    @property
    def defaults(self) -> dict[str, float]:
        """Every parameter's default by name."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def problems(self, given: Mapping[str, float]) -> list[str]:
        """What is wrong with these parameters, one phrase each; empty when they are legal."""
        known = self.defaults
        values = {**known, **given}
        found = [
            f'{self.name} has no parameter "{name}"; it takes {", ".join(known) or "none"}'
            for name in given
            if name not in known
        ]
        for parameter in self.parameters:
            name, value = parameter.name, values[parameter.name]
            if not np.isfinite(value):
                found.append(f"{name} must be finite")
            elif parameter.nonzero and value == 0:
                found.append(f"{name} must not be 0")
            elif parameter.choices is not None and value not in parameter.choices:
                choices = ", ".join(f"{choice:g}" for choice in parameter.choices)
                found.append(f"{name} must be one of {choices}")
            elif parameter.below is not None and not value < values[parameter.below]:
                found.append(f"{name} must be smaller than {parameter.below}")
        return found


def forwards(z: Array) -> Array:
    """The same values as floats and with no negative stride.

    Along a negative stride numpy's exp, expm1, log and log1p run another loop, whose last bit
    differs (numpy 2.4 with AVX-512: 5 % of float64 exp). A reversed view of one element has such a
    stride too, and as numpy calls it contiguous, `np.ascontiguousarray` would not copy it.
    """
    z = np.asarray(z)
    if z.dtype.kind != "f":
        return z.astype(np.float64)
    return z.copy() if min(z.strides, default=0) < 0 else z


def _guarded(function: Function, parameters: tuple[Parameter, ...]) -> Function:
    """What all rows share: defaults, layout, no warnings, and the dtype of z for the result."""
    defaults = {parameter.name: parameter.default for parameter in parameters}

    def wrapped(z: Array, /, **given: float) -> Array:
        z = forwards(z)
        with np.errstate(all="ignore"):
            return np.asarray(function(z, **(defaults | given)), dtype=z.dtype)

    return wrapped


def elementwise(
    name: str,
    title: str,
    formula: str,
    slope: str,
    f: Function,
    derivative: Function,
    note: str,
    parameters: tuple[Parameter, ...] = (),
    aliases: tuple[str, ...] = (),
    pieces: Callable[..., Pieces] | None = None,
) -> Activation:
    """A row of the table, of bare functions; see `Activation`."""
    f = _guarded(f, parameters)
    derivative = _guarded(derivative, parameters)
    return Activation(name, title, aliases, parameters, f, derivative, formula, slope, note, pieces)
