"""The one table of activation functions: every consumer reads its column from here.

A new function is one row of `ACTIVATIONS`, and a function of `special.py` if it takes more than one
expression; the rules for its mathematics stand there. What all rows share (defaults, warnings,
dtype, layout) is in `_elementwise`. Adding 0.0 turns -0.0 into 0.0 where the sign of a zero would
otherwise be numpy's choice: `np.maximum(-0.0, 0.0)` is 0.0 and `np.maximum(0.0, -0.0)` is -0.0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from deepgraph import special
from deepgraph.piecewise import Pieces, clamp, hinge, levels
from deepgraph.special import Array

Function = Callable[..., Array]

SOFTMAX = "softmax"
"""The one activation over several nodes; it is no row of the table: see `softmax`."""

AGGREGATIONS = ("sum", "product", "mean", "max", "min")
"""How a node may join its weighted inputs; the first is the default."""


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

    def __reduce__(self) -> tuple[Callable[[str], Activation | None], tuple[str]]:
        """Pickle a row as its name: lambdas do not pickle, and a worker has the same table."""
        return find, (self.name,)

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


def _forwards(z: Array) -> Array:
    """The same values as floats and with no negative stride.

    Along a negative stride numpy's exp, expm1, log and log1p run another loop, whose last bit
    differs (numpy 2.4 with AVX-512: 5 % of float64 exp). A reversed view of one element has such a
    stride too, and as numpy calls it contiguous, `np.ascontiguousarray` would not copy it.
    """
    z = np.asarray(z)
    if z.dtype.kind != "f":
        return z.astype(np.float64)
    return z.copy() if min(z.strides, default=0) < 0 else z


def _elementwise(function: Function, parameters: tuple[Parameter, ...]) -> Function:
    """What all rows share: defaults, layout, no warnings, and the dtype of z for the result."""
    defaults = {parameter.name: parameter.default for parameter in parameters}

    def wrapped(z: Array, /, **given: float) -> Array:
        z = _forwards(z)
        with np.errstate(all="ignore"):
            return np.asarray(function(z, **(defaults | given)), dtype=z.dtype)

    return wrapped


def _row(
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
    f = _elementwise(f, parameters)
    derivative = _elementwise(derivative, parameters)
    return Activation(name, title, aliases, parameters, f, derivative, formula, slope, note, pieces)


_TABLE = (
    _row(
        "identity",
        "linear",
        "z",
        "1",
        lambda z: +z,
        lambda z: special.keep_nan(z, 1.0),
        "The default.",
        aliases=("linear",),
        pieces=lambda: hinge(1, 1),
    ),
    _row(
        "relu",
        "ReLU",
        "max(0, z)",
        "1 if z > 0 else 0",
        lambda z: np.maximum(z, 0.0) + 0.0,
        lambda z: np.heaviside(z, 0.0),
        "Derivative at the kink 0: 0. ReLU(-0.0) is 0.0.",
        pieces=lambda: hinge(0, 1),
    ),
    _row(
        "leaky_relu",
        "leaky ReLU",
        "max(0, z) + alpha·min(0, z)",
        "1 if z > 0 else alpha",
        special.leaky_relu,
        lambda z, alpha: special.keep_nan(z, np.where(z > 0, 1.0, alpha)),
        "Derivative at the kink 0: alpha. With alpha 0 it is relu, at -inf too.",
        parameters=(Parameter("alpha", 0.01),),
        aliases=("leakyrelu",),
        pieces=lambda alpha: hinge(alpha, 1),
    ),
    _row(
        "elu",
        "ELU",
        "z if z > 0 else alpha·(exp(z) - 1)",
        "1 if z > 0 else alpha·exp(z)",
        special.elu,
        special.elu_slope,
        "Derivative at 0: alpha, the left one. Clevert, Unterthiner, Hochreiter 2016.",
        parameters=(Parameter("alpha", 1.0),),
    ),
    _row(
        "selu",
        "SELU",
        "gamma·(z if z > 0 else alpha·(exp(z) - 1))",
        "gamma·(1 if z > 0 else alpha·exp(z))",
        lambda z, alpha, gamma: gamma * special.elu(z, alpha),
        lambda z, alpha, gamma: gamma * special.elu_slope(z, alpha),
        "Derivative at 0: gamma·alpha, the left one. Constants of Klambauer et al. 2017; ONNX "
        "has their nearest float32.",
        parameters=(Parameter("alpha", 1.6732632423543772), Parameter("gamma", 1.0507009873554805)),
    ),
    _row(
        "celu",
        "CELU",
        "z if z > 0 else alpha·(exp(z/alpha) - 1)",
        "1 if z > 0 else exp(z/alpha)",
        special.celu,
        special.celu_slope,
        "No kink: the derivative at 0 is 1. Barron 2017.",
        parameters=(Parameter("alpha", 1.0, nonzero=True),),
    ),
    _row(
        "gelu",
        "GELU",
        "z/2·(1 + erf(z/√2))",
        "(1 + erf(z/√2))/2 + z·exp(-z²/2)/√(2·π)",
        lambda z: special.gate(z, special.normal_cdf(z)),
        lambda z: special.normal_cdf(z) + special.gate(z, special.normal_pdf(z)),
        "z·Φ(z). The exact one, the default of PyTorch and ONNX; gelu_tanh approximates it. "
        "Hendrycks, Gimpel 2016.",
    ),
    _row(
        "gelu_tanh",
        "GELU (tanh)",
        "z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
        "(1 + tanh(√(2/π)·(z + 0.044715·z³)))/2 "
        "+ z/2·(1 - tanh(√(2/π)·(z + 0.044715·z³))²)·√(2/π)·(1 + 0.134145·z²)",
        special.gelu_tanh,
        special.gelu_tanh_slope,
        "approximate='tanh' in PyTorch and ONNX; up to 5e-4 from gelu.",
    ),
    _row(
        "silu",
        "SiLU",
        "z/(1 + exp(-z))",
        "(1 + z/(1 + exp(z)))/(1 + exp(-z))",
        lambda z: special.gate(z, special.sigmoid(z)),
        lambda z: special.sigmoid(z) + special.gate(z, special.sigmoid_slope(z)),
        "z·sigmoid(z), Swish with beta 1.",
        aliases=("swish",),
    ),
    _row(
        "mish",
        "Mish",
        "z·tanh(ln(1 + exp(z)))",
        "tanh(ln(1 + exp(z))) + z·(1 - tanh(ln(1 + exp(z)))²)/(1 + exp(-z))",
        lambda z: special.gate(z, np.tanh(special.softplus(z))),
        special.mish_slope,
        "Misra 2019.",
    ),
    _row(
        "softplus",
        "softplus",
        "ln(1 + exp(z))",
        "1/(1 + exp(-z))",
        special.softplus,
        special.sigmoid,
        "Computed as logaddexp(0, z), which does not overflow.",
    ),
    _row(
        "softsign",
        "softsign",
        "z/(1 + abs(z))",
        "1/(1 + abs(z))²",
        special.softsign,
        special.softsign_slope,
        "Derivative 1/(1 + abs(z))², no kink: 1 at 0.",
    ),
    _row(
        "sigmoid",
        "sigmoid",
        "1/(1 + exp(-z))",
        "1/((1 + exp(z))·(1 + exp(-z)))",
        special.sigmoid,
        special.sigmoid_slope,
        "The logistic function. neat-python's sigmoid is this one at 5z.",
        aliases=("logistic",),
    ),
    _row(
        "tanh",
        "tanh",
        "tanh(z)",
        "4/(exp(z) + exp(-z))²",
        np.tanh,
        special.tanh_slope,
        "Derivative 1 - tanh(z)².",
    ),
    _row(
        "hard_sigmoid",
        "hard sigmoid",
        "max(0, min(1, alpha·z + beta))",
        "alpha if 0 < alpha·z + beta < 1 else 0",
        lambda z, alpha, beta: np.clip(alpha * z + beta, 0.0, 1.0),
        special.hard_sigmoid_slope,
        "Derivative at both kinks: 0. alpha 1/6 as in PyTorch, Keras 3 and ONNX's HardSwish; "
        "ONNX's HardSigmoid and Keras 2 have 0.2.",
        parameters=(Parameter("alpha", 1 / 6), Parameter("beta", 0.5)),
        aliases=("hardsigmoid",),
        pieces=lambda alpha, beta: clamp(alpha, beta, 0, 1),
    ),
    _row(
        "hard_swish",
        "hard swish",
        "z·max(0, min(6, z + 3))/6",
        "(2·z + 3)/6 if -3 < z < 3, 0 if z ≤ -3, 1 if z ≥ 3",
        lambda z: special.gate(z, np.clip(z + 3.0, 0.0, 6.0) / 6.0),
        special.hard_swish_slope,
        "Derivative at the kinks: that of the outer side, 0 at -3 and 1 at 3. Howard et al. 2019.",
        aliases=("hardswish",),
    ),
    _row(
        "hard_tanh",
        "hard tanh",
        "max(min, min(max, z))",
        "1 if min < z < max else 0",
        lambda z, min, max: np.clip(z, min, max) + 0.0,
        special.hard_tanh_slope,
        "Derivative at both kinks: 0. With min 0 and max 6 it is ReLU6.",
        parameters=(Parameter("min", -1.0, below="max"), Parameter("max", 1.0)),
        aliases=("hardtanh",),
        pieces=lambda min, max: clamp(1, 0, min, max),
    ),
    _row(
        "step",
        "step",
        "0 if z < 0, at_zero if z = 0, 1 if z > 0",
        "0",
        special.step,
        lambda z, at_zero: special.keep_nan(z, 0.0),
        "Derivative 0 everywhere. step(0) is at_zero: 1, or 0, or 0.5 on request.",
        parameters=(Parameter("at_zero", 1.0, choices=(0.0, 0.5, 1.0)),),
        aliases=("heaviside",),
        pieces=lambda at_zero: levels(0, at_zero, 1),
    ),
    _row(
        "sign",
        "sign",
        "-1 if z < 0, 0 if z = 0, 1 if z > 0",
        "0",
        np.sign,
        lambda z: special.keep_nan(z, 0.0),
        "Derivative 0 everywhere. sign(0) is 0.",
        aliases=("signum",),
        pieces=lambda: levels(-1, 0, 1),
    ),
    _row(
        "abs",
        "abs",
        "abs(z)",
        "1 if z > 0, 0 if z = 0, -1 if z < 0",
        np.abs,
        np.sign,
        "Derivative at the kink 0: 0.",
        pieces=lambda: hinge(-1, 1),
    ),
    _row(
        "square",
        "square",
        "z²",
        "2·z",
        lambda z: z * z,
        lambda z: 2.0 * z,
        "Computed as z·z.",
    ),
    _row(
        "cube",
        "cube",
        "z³",
        "3·z²",
        lambda z: z * z * z,
        lambda z: 3.0 * (z * z),
        "Computed as z·z·z.",
    ),
    _row(
        "exp",
        "exp",
        "exp(z)",
        "exp(z)",
        np.exp,
        np.exp,
        "inf above 709.78 (88.72 in float32).",
    ),
    _row(
        "log",
        "log",
        "ln(z)",
        "1/z",
        np.log,
        special.log_slope,
        "Natural logarithm. Domain z > 0; -inf with slope inf at 0, NaN for both below.",
        aliases=("ln",),
    ),
    _row(
        "inverse",
        "inverse",
        "1/z",
        "-1/z²",
        lambda z: 1.0 / z,
        special.inverse_slope,
        "Domain z ≠ 0; inf at 0.0, -inf at -0.0, slope -inf at both.",
        aliases=("reciprocal",),
    ),
    _row(
        "sin",
        "sin",
        "sin(z)",
        "cos(z)",
        np.sin,
        np.cos,
        "Radians. NaN at ±inf.",
    ),
    _row(
        "cos",
        "cos",
        "cos(z)",
        "-sin(z)",
        np.cos,
        lambda z: -np.sin(z),
        "Radians. NaN at ±inf.",
    ),
    _row(
        "gaussian",
        "Gaussian",
        "exp(-z²)",
        "-2·z·exp(-z²)",
        special.gaussian,
        lambda z: special.gate(-2.0 * z, special.gaussian(z)),
        "Height 1, so not the normal density. neat-python's gauss is exp(-5z²).",
    ),
)

ACTIVATIONS: dict[str, Activation] = {row.name: row for row in _TABLE}
"""Every elementwise activation by its name, in the order in which they are listed to a user."""

_BY_ALIAS = {alias: row for row in _TABLE for alias in row.aliases}


def find(name: str) -> Activation | None:
    """The row of this name or alias, or None; softmax has no row."""
    return ACTIVATIONS.get(name) or _BY_ALIAS.get(name)


def names() -> tuple[str, ...]:
    """Every name that a spec may give to `activation`, softmax last; aliases left out."""
    return (*ACTIVATIONS, SOFTMAX)


def softmax(z: Array) -> Array:
    """exp(zᵢ) / Σⱼ exp(zⱼ) over the members of one group, each column (row of data) on its own.

    Shifted by the largest member, so that nothing overflows. Largest value and sum are accumulated
    in the members' order: `e.sum(axis=0)` groups its terms by the shape, and one row would differ
    from a batch in the last bits. A column with +inf or NaN among its members, or with nothing but
    -inf, is NaN throughout; a -inf beside finite members is 0.

    Args:
        z: (members, rows), float64 or float32, at least one member.

    Returns:
        (members, rows), a new array of the same dtype.
    """
    z = _forwards(z)
    with np.errstate(all="ignore"):
        largest = z[0]
        for member in z[1:]:
            largest = np.maximum(largest, member)
        e = np.exp(z - largest)
        total = e[0]
        for member in e[1:]:
            total = total + member
        return np.asarray(e / total, dtype=z.dtype)
