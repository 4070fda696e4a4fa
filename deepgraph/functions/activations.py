"""The one table of activation functions: every consumer reads its column from here.

A new function is one row of `ACTIVATIONS`, and a function of `special.py` if it takes more than one
expression; the rules for its mathematics stand there. What all rows share (defaults, warnings,
dtype, layout) is in `deepgraph.functions.elementwise`. Adding 0.0 turns -0.0 into 0.0 where the
sign of a zero would otherwise be numpy's choice: `np.maximum(-0.0, 0.0)` is 0.0 and
`np.maximum(0.0, -0.0)` is -0.0.
"""

from __future__ import annotations

import copyreg
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions import special
from deepgraph.functions.elementwise import Activation, Parameter, elementwise
from deepgraph.functions.piecewise import clamp, hinge, levels
from deepgraph.functions.softmax import SOFTMAX, softmax

if TYPE_CHECKING:
    from deepgraph.functions.special import Array
    from deepgraph.functions.written import Function

AGGREGATIONS = ("sum", "product", "mean", "max", "min")
"""How a node may join its weighted inputs; the first is the default."""


_TABLE = (
    elementwise(
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
    elementwise(
        "relu",
        "ReLU",
        "max(0, z)",
        "1 if z > 0 else 0",
        lambda z: np.maximum(z, 0.0) + 0.0,
        lambda z: np.heaviside(z, 0.0),
        "Derivative at the kink 0: 0. ReLU(-0.0) is 0.0.",
        pieces=lambda: hinge(0, 1),
    ),
    elementwise(
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
    elementwise(
        "elu",
        "ELU",
        "z if z > 0 else alpha·(exp(z) - 1)",
        "1 if z > 0 else alpha·exp(z)",
        special.elu,
        special.elu_slope,
        "Derivative at 0: alpha, the left one. Clevert, Unterthiner, Hochreiter 2016.",
        parameters=(Parameter("alpha", 1.0),),
    ),
    elementwise(
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
    elementwise(
        "celu",
        "CELU",
        "z if z > 0 else alpha·(exp(z/alpha) - 1)",
        "1 if z > 0 else exp(z/alpha)",
        special.celu,
        special.celu_slope,
        "No kink: the derivative at 0 is 1. Barron 2017.",
        parameters=(Parameter("alpha", 1.0, nonzero=True),),
    ),
    elementwise(
        "gelu",
        "GELU",
        "z/2·(1 + erf(z/√2))",
        "(1 + erf(z/√2))/2 + z·exp(-z²/2)/√(2·π)",
        lambda z: special.gate(z, special.normal_cdf(z)),
        lambda z: special.normal_cdf(z) + special.gate(z, special.normal_pdf(z)),
        "z·Φ(z). The exact one, the default of PyTorch and ONNX; gelu_tanh approximates it. "
        "Hendrycks, Gimpel 2016.",
    ),
    elementwise(
        "gelu_tanh",
        "GELU (tanh)",
        "z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
        "(1 + tanh(√(2/π)·(z + 0.044715·z³)))/2 "
        "+ z/2·(1 - tanh(√(2/π)·(z + 0.044715·z³))²)·√(2/π)·(1 + 0.134145·z²)",
        special.gelu_tanh,
        special.gelu_tanh_slope,
        "approximate='tanh' in PyTorch and ONNX; up to 5e-4 from gelu.",
    ),
    elementwise(
        "silu",
        "SiLU",
        "z/(1 + exp(-z))",
        "(1 + z/(1 + exp(z)))/(1 + exp(-z))",
        lambda z: special.gate(z, special.sigmoid(z)),
        lambda z: special.sigmoid(z) + special.gate(z, special.sigmoid_slope(z)),
        "z·sigmoid(z), Swish with beta 1.",
        aliases=("swish",),
    ),
    elementwise(
        "mish",
        "Mish",
        "z·tanh(ln(1 + exp(z)))",
        "tanh(ln(1 + exp(z))) + z·(1 - tanh(ln(1 + exp(z)))²)/(1 + exp(-z))",
        lambda z: special.gate(z, np.tanh(special.softplus(z))),
        special.mish_slope,
        "Misra 2019.",
    ),
    elementwise(
        "softplus",
        "softplus",
        "ln(1 + exp(z))",
        "1/(1 + exp(-z))",
        special.softplus,
        special.sigmoid,
        "Computed as logaddexp(0, z), which does not overflow.",
    ),
    elementwise(
        "softsign",
        "softsign",
        "z/(1 + abs(z))",
        "1/(1 + abs(z))²",
        special.softsign,
        special.softsign_slope,
        "Derivative 1/(1 + abs(z))², no kink: 1 at 0.",
    ),
    elementwise(
        "sigmoid",
        "sigmoid",
        "1/(1 + exp(-z))",
        "1/((1 + exp(z))·(1 + exp(-z)))",
        special.sigmoid,
        special.sigmoid_slope,
        "The logistic function. neat-python's sigmoid is this one at 5z.",
        aliases=("logistic",),
    ),
    elementwise(
        "tanh",
        "tanh",
        "tanh(z)",
        "4/(exp(z) + exp(-z))²",
        np.tanh,
        special.tanh_slope,
        "Derivative 1 - tanh(z)².",
    ),
    elementwise(
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
    elementwise(
        "hard_swish",
        "hard swish",
        "z·max(0, min(6, z + 3))/6",
        "(2·z + 3)/6 if -3 < z < 3, 0 if z ≤ -3, 1 if z ≥ 3",
        lambda z: special.gate(z, np.clip(z + 3.0, 0.0, 6.0) / 6.0),
        special.hard_swish_slope,
        "Derivative at the kinks: that of the outer side, 0 at -3 and 1 at 3. Howard et al. 2019.",
        aliases=("hardswish",),
    ),
    elementwise(
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
    elementwise(
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
    elementwise(
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
    elementwise(
        "abs",
        "abs",
        "abs(z)",
        "1 if z > 0, 0 if z = 0, -1 if z < 0",
        np.abs,
        np.sign,
        "Derivative at the kink 0: 0.",
        pieces=lambda: hinge(-1, 1),
    ),
    elementwise(
        "square",
        "square",
        "z²",
        "2·z",
        lambda z: z * z,
        lambda z: 2.0 * z,
        "Computed as z·z.",
    ),
    elementwise(
        "cube",
        "cube",
        "z³",
        "3·z²",
        lambda z: z * z * z,
        lambda z: 3.0 * (z * z),
        "Computed as z·z·z.",
    ),
    elementwise(
        "exp",
        "exp",
        "exp(z)",
        "exp(z)",
        np.exp,
        np.exp,
        "inf above 709.78 (88.72 in float32).",
    ),
    elementwise(
        "log",
        "log",
        "ln(z)",
        "1/z",
        np.log,
        special.log_slope,
        "Natural logarithm. Domain z > 0; -inf with slope inf at 0, NaN for both below.",
        aliases=("ln",),
    ),
    elementwise(
        "inverse",
        "inverse",
        "1/z",
        "-1/z²",
        lambda z: 1.0 / z,
        special.inverse_slope,
        "Domain z ≠ 0; inf at 0.0, -inf at -0.0, slope -inf at both.",
        aliases=("reciprocal",),
    ),
    elementwise(
        "sin",
        "sin",
        "sin(z)",
        "cos(z)",
        np.sin,
        np.cos,
        "Radians. NaN at ±inf.",
    ),
    elementwise(
        "cos",
        "cos",
        "cos(z)",
        "-sin(z)",
        np.cos,
        lambda z: -np.sin(z),
        "Radians. NaN at ±inf.",
    ),
    elementwise(
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


def _row(name: str) -> Activation:
    return ACTIVATIONS[name]


# A row is pickled as its name: lambdas do not pickle, and a worker has the same table.
copyreg.pickle(Activation, lambda row: (_row, (row.name,)))


def names() -> tuple[str, ...]:
    """Every name that a spec may give to `activation`, softmax last; aliases left out."""
    return (*ACTIVATIONS, SOFTMAX)


@dataclass(frozen=True)
class NodeFunction:
    """An activation with its parameters.

    Attributes:
        row: of the table; `None` for softmax, which spans several nodes.
        parameters: those given, by name.
        written: as a spec writes it.
    """

    row: Activation | None
    parameters: dict[str, float]
    written: Function

    @classmethod
    def of(cls, written: Function) -> NodeFunction:
        """From the spec's name or object."""
        given = {} if isinstance(written, str) else dict(written)
        row = find(str(written if isinstance(written, str) else given.pop("name")))
        if row is None:
            return cls(None, {}, written)
        return cls(row, {key: float(value) for key, value in given.items()}, written)

    @property
    def name(self) -> str:
        """The name in the table."""
        return SOFTMAX if self.row is None else self.row.name

    @property
    def title(self) -> str:
        """What a caption says."""
        return SOFTMAX if self.row is None else self.row.title

    def __call__(self, z: Array) -> Array:
        """The activation of z; for softmax z is (members, rows)."""
        return softmax(z) if self.row is None else self.row.f(z, **self.parameters)
