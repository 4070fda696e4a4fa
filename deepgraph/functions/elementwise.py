"""An elementwise function of z: one row of the table in `deepgraph.functions.activations`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.special import Array
from deepgraph.functions.written import GAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.functions.in_place import InPlace
    from deepgraph.functions.piecewise import Piecewise
    from deepgraph.functions.recorded import Expression

ArrayFunction = Callable[..., Array]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an activation: any finite number, unless a field restricts it.

    Attributes:
        name: ONNX's name, if ONNX has the operator.
        default: the value if a spec gives none.
        choices: the only legal values, or None.
        nonzero: True if 0 is illegal.
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
    array or a numpy scalar, and return a new array of the same shape and dtype, without warnings.
    Parameters are Python floats that `problems` has found legal; one that is left out has its
    default. The functions given to a row need not care for this: `__post_init__` wraps them.

    Attributes:
        name: the name in a spec.
        formula: plain text, in the grammar that `deepgraph.explain.formula` reads; likewise all
            other formulas.
        derivative_formula: the derivative by z.
        f: the function.
        derivative: its derivative by z; at a kink it has the value that `note` states.
        note: domain, source and conventions.
        parameters: with their defaults, in the order of the formula.
        title: the name in a caption; by default the name with blanks.
        aliases: other names that a spec may use.
        shown: the formula in worked arithmetic, if it is not `formula`.
        derivative_by_a: the derivative as everyone writes it, by the value a itself.
        threshold: the value that separates two classes: 0.5 for a function from 0 to 1.
        leak: `leak(**parameters)` is the slope below 0 of a function that is z above 0; `None` for
            other functions. Engines compute such functions inside their loops.
        spelled_out: True if symbols show the formula in the place of f(z).
        jumps: where a function of levels jumps, for a remark on its derivative, 0 everywhere.
        in_place: a faster way for training; see `deepgraph.functions.in_place`.
        pieces: `pieces(**parameters)`, with every parameter as a rational number, is the exact
            form of a piecewise-linear function, maybe with endlessly many pieces; `None` for other
            functions.
    """

    name: str
    formula: str
    derivative_formula: str
    f: ArrayFunction
    derivative: ArrayFunction
    note: str
    parameters: tuple[Parameter, ...] = ()
    title: str = ""
    aliases: tuple[str, ...] = ()
    shown: str | None = None
    derivative_by_a: str | None = None
    threshold: float = 0.0
    leak: Callable[..., float] | None = None
    spelled_out: bool = False
    jumps: str = ""
    in_place: InPlace | None = None
    pieces: Callable[..., Piecewise] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.title or self.name.replace("_", " "))
        for column in ("f", "derivative"):
            guarded = _guarded(getattr(self, column), self.defaults)
            object.__setattr__(self, column, guarded)

    @property
    def defaults(self) -> dict[str, float]:
        """Every parameter's default by name."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def recorded(self, z: Expression, **given: float) -> Expression:
        """What `f` computes of z, as an expression."""
        return self._recorded(self.f, z, given)

    def recorded_derivative(self, z: Expression, **given: float) -> Expression:
        """What `derivative` computes of z, as an expression."""
        return self._recorded(self.derivative, z, given)

    def _recorded(
        self, column: ArrayFunction, z: Expression, given: Mapping[str, float]
    ) -> Expression:
        function: Callable[..., Expression] = column.__wrapped__  # type: ignore[attr-defined]
        return function(z, **(self.defaults | dict(given)))

    def problems(self, given: Mapping[str, float]) -> list[str]:
        """Problems with these parameters, one phrase each; empty if they are legal."""
        known = self.defaults
        values = {**known, **given}
        found = [
            f'{self.name} has no parameter "{name}"; it takes {", ".join([*known, GAIN])}'
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
    """The same values as floats, without a negative stride.

    Along a negative stride numpy's exp, expm1, log and log1p run another loop, whose last bit
    differs (numpy 2.4 with AVX-512: in 5 % of float64 exp). A reversed view of one element has such
    a stride, too; numpy calls it contiguous, so `np.ascontiguousarray` would not copy it.
    """
    z = np.asarray(z)
    if z.dtype.kind != "f":
        return z.astype(np.float64)
    return z.copy() if min(z.strides, default=0) < 0 else z


def _guarded(function: ArrayFunction, defaults: dict[str, float]) -> ArrayFunction:
    """A function with what all rows share: defaults, layout, no warnings, and the dtype of z."""

    def wrapped(z: Array, /, **given: float) -> Array:
        z = forwards(z)
        with np.errstate(all="ignore"):
            return np.asarray(function(z, **(defaults | given)), dtype=z.dtype)

    wrapped.__wrapped__ = function  # type: ignore[attr-defined]
    return wrapped
