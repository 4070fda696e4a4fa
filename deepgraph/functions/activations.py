"""The table of activation functions: every consumer reads its columns from here.

A new function is one row of `ACTIVATIONS`, and a function in `deepgraph.functions.special` if it
takes more than one expression; the rules for its mathematics stand there. `Activation` in
`deepgraph.functions.elementwise` explains the columns.

Some rows add 0.0, which turns -0.0 into 0.0. Without it the sign of a zero would be numpy's choice:
`np.maximum(-0.0, 0.0)` is 0.0 and `np.maximum(0.0, -0.0)` is -0.0.
"""

from __future__ import annotations

import copyreg
import math
from fractions import Fraction

import numpy as np

from deepgraph.functions import in_place, special
from deepgraph.functions.elementwise import Activation, Parameter
from deepgraph.functions.piecewise import Stairs, above, clamp, hinge, levels
from deepgraph.functions.scaling import normalise_row
from deepgraph.functions.softmax import SOFTMAX

_TABLE = (
    Activation(
        "identity",
        title="linear",
        formula="z",
        derivative_formula="1",
        f=lambda z: +z,
        derivative=lambda z: special.keep_nan(z, 1.0),
        note="The default.",
        aliases=("linear",),
        in_place=in_place.nothing,
        pieces=lambda: hinge(1, 1),
    ),
    Activation(
        "relu",
        title="ReLU",
        formula="max(0, z)",
        derivative_formula="1 if z > 0 else 0",
        f=lambda z: np.maximum(z, 0.0) + 0.0,
        derivative=lambda z: np.heaviside(z, 0.0),
        note="Derivative at the kink 0: 0. ReLU(-0.0) is 0.0.",
        shown="ReLU(z)",
        leak=lambda: 0.0,
        in_place=in_place.relu,
        pieces=lambda: hinge(0, 1),
    ),
    Activation(
        "relu6",
        title="ReLU6",
        formula="max(0, min(6, z))",
        derivative_formula="1 if 0 < z < 6 else 0",
        f=lambda z: np.clip(z, 0.0, 6.0) + 0.0,
        derivative=lambda z: special.keep_nan(z, (z > 0) & (z < 6)),
        note="Derivative at both kinks: 0.",
        pieces=lambda: clamp(1, 0, 0, 6),
    ),
    Activation(
        "thresholded_relu",
        title="thresholded ReLU",
        formula="z if z > alpha else 0",
        derivative_formula="1 if z > alpha else 0",
        f=special.thresholded_relu,
        derivative=lambda z, alpha: special.keep_nan(z, z > alpha),
        note="Jumps at alpha, where value and derivative are 0. Konda, Memisevic, Krueger 2014.",
        parameters=(Parameter("alpha", 1.0),),
        aliases=("thresholdedrelu",),
        pieces=above,
    ),
    Activation(
        "leaky_relu",
        title="leaky ReLU",
        formula="max(0, z) + alpha·min(0, z)",
        derivative_formula="1 if z > 0 else alpha",
        f=special.leaky_relu,
        derivative=lambda z, alpha: special.keep_nan(z, np.where(z > 0, 1.0, alpha)),
        note="Derivative at the kink 0: alpha. With alpha 0 it is relu, at -inf too.",
        parameters=(Parameter("alpha", 0.01),),
        aliases=("leakyrelu",),
        leak=lambda alpha: alpha,
        pieces=lambda alpha: hinge(alpha, 1),
    ),
    Activation(
        "elu",
        title="ELU",
        formula="z if z > 0 else alpha·(exp(z) - 1)",
        derivative_formula="1 if z > 0 else alpha·exp(z)",
        f=special.elu,
        derivative=special.elu_slope,
        note="Derivative at 0: alpha, the left one. Clevert, Unterthiner, Hochreiter 2016.",
        parameters=(Parameter("alpha", 1.0),),
    ),
    Activation(
        "selu",
        title="SELU",
        formula="gamma·(z if z > 0 else alpha·(exp(z) - 1))",
        derivative_formula="gamma·(1 if z > 0 else alpha·exp(z))",
        f=lambda z, alpha, gamma: gamma * special.elu(z, alpha),
        derivative=lambda z, alpha, gamma: gamma * special.elu_slope(z, alpha),
        note="Derivative at 0: gamma·alpha, the left one. Constants of Klambauer et al. 2017; ONNX "
        "has their nearest float32.",
        parameters=(Parameter("alpha", 1.6732632423543772), Parameter("gamma", 1.0507009873554805)),
    ),
    Activation(
        "celu",
        title="CELU",
        formula="z if z > 0 else alpha·(exp(z/alpha) - 1)",
        derivative_formula="1 if z > 0 else exp(z/alpha)",
        f=special.celu,
        derivative=special.celu_slope,
        note="No kink: the derivative at 0 is 1. Barron 2017.",
        parameters=(Parameter("alpha", 1.0, nonzero=True),),
    ),
    Activation(
        "gelu",
        title="GELU",
        formula="z/2·(1 + erf(z/√2))",
        derivative_formula="(1 + erf(z/√2))/2 + z·exp(-z²/2)/√(2·π)",
        f=lambda z: special.gate(z, special.normal_cdf(z)),
        derivative=lambda z: special.normal_cdf(z) + special.gate(z, special.normal_pdf(z)),
        note="z·Φ(z). The exact one, the default of PyTorch and ONNX; gelu_tanh approximates it. "
        "Hendrycks, Gimpel 2016.",
    ),
    Activation(
        "gelu_tanh",
        title="GELU (tanh)",
        formula="z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
        derivative_formula="(1 + tanh(√(2/π)·(z + 0.044715·z³)))/2 "
        "+ z/2·(1 - tanh(√(2/π)·(z + 0.044715·z³))²)·√(2/π)·(1 + 0.134145·z²)",
        f=special.gelu_tanh,
        derivative=special.gelu_tanh_slope,
        note="approximate='tanh' in PyTorch and ONNX; up to 5e-4 from gelu.",
    ),
    Activation(
        "silu",
        title="SiLU",
        formula="z/(1 + exp(-z))",
        derivative_formula="(1 + z/(1 + exp(z)))/(1 + exp(-z))",
        f=lambda z: special.gate(z, special.sigmoid(z)),
        derivative=lambda z: special.sigmoid(z) + special.gate(z, special.sigmoid_slope(z)),
        note="z·sigmoid(z), Swish with beta 1.",
        aliases=("swish",),
    ),
    Activation(
        "mish",
        title="Mish",
        formula="z·tanh(ln(1 + exp(z)))",
        derivative_formula="tanh(ln(1 + exp(z))) + z·(1 - tanh(ln(1 + exp(z)))²)/(1 + exp(-z))",
        f=lambda z: special.gate(z, special.tanh_softplus(z)),
        derivative=special.mish_slope,
        note="Misra 2019.",
    ),
    Activation(
        "softplus",
        formula="ln(1 + exp(z))",
        derivative_formula="1/(1 + exp(-z))",
        f=special.softplus,
        derivative=special.sigmoid,
        note="Computed as logaddexp(0, z), which does not overflow.",
    ),
    Activation(
        "softsign",
        formula="z/(1 + abs(z))",
        derivative_formula="1/(1 + abs(z))²",
        f=special.softsign,
        derivative=special.softsign_slope,
        note="Derivative 1/(1 + abs(z))², no kink: 1 at 0.",
    ),
    Activation(
        "sigmoid",
        formula="1/(1 + exp(-z))",
        derivative_formula="1/((1 + exp(z))·(1 + exp(-z)))",
        f=special.sigmoid,
        derivative=special.sigmoid_slope,
        note="The logistic function. neat-python's has a gain of 5.",
        aliases=("logistic",),
        derivative_by_a="a·(1 - a)",
        threshold=0.5,
    ),
    Activation(
        "tanh",
        formula="tanh(z)",
        derivative_formula="4/(exp(z) + exp(-z))²",
        f=np.tanh,
        derivative=special.tanh_slope,
        note="Derivative 1 - tanh(z)².",
        derivative_by_a="1 - a²",
    ),
    Activation(
        "hard_sigmoid",
        formula="max(0, min(1, alpha·z + beta))",
        derivative_formula="alpha if 0 < alpha·z + beta < 1 else 0",
        f=lambda z, alpha, beta: np.clip(alpha * z + beta, 0.0, 1.0),
        derivative=special.hard_sigmoid_slope,
        note="Derivative at both kinks: 0. alpha 1/6 as in PyTorch, Keras 3 and ONNX's HardSwish; "
        "ONNX's HardSigmoid and Keras 2 have 0.2.",
        parameters=(Parameter("alpha", 1 / 6), Parameter("beta", 0.5)),
        aliases=("hardsigmoid",),
        threshold=0.5,
        pieces=lambda alpha, beta: clamp(alpha, beta, 0, 1),
    ),
    Activation(
        "hard_swish",
        formula="z·max(0, min(6, z + 3))/6",
        derivative_formula="(2·z + 3)/6 if -3 < z < 3, 0 if z ≤ -3, 1 if z ≥ 3",
        f=lambda z: special.gate(z, np.clip(z + 3.0, 0.0, 6.0) / 6.0),
        derivative=special.hard_swish_slope,
        note="Derivative at the kinks: that of the outer side, 0 at -3 and 1 at 3. "
        "Howard et al. 2019.",
        aliases=("hardswish",),
    ),
    Activation(
        "hard_tanh",
        formula="max(min, min(max, z))",
        derivative_formula="1 if min < z < max else 0",
        f=lambda z, min, max: np.clip(z, min, max) + 0.0,
        derivative=special.hard_tanh_slope,
        note="Derivative at both kinks: 0. With min 0 and max 6 it is relu6.",
        parameters=(Parameter("min", -1.0, below="max"), Parameter("max", 1.0)),
        aliases=("hardtanh",),
        pieces=lambda min, max: clamp(1, 0, min, max),
    ),
    Activation(
        "bent_identity",
        formula="(√(z² + 1) - 1)/2 + z",
        derivative_formula="z/(2·√(z² + 1)) + 1",
        f=special.bent_identity,
        derivative=special.bent_identity_slope,
        note="No kink. Slope from 0.5 at -inf to 1.5 at inf.",
    ),
    Activation(
        "step",
        formula="0 if z < 0, at_zero if z = 0, 1 if z > 0",
        derivative_formula="0",
        f=special.step,
        derivative=lambda z, at_zero: special.keep_nan(z, 0.0),
        note="Derivative 0 everywhere. step(0) is at_zero: 1, or 0, or 0.5 on request.",
        parameters=(Parameter("at_zero", 1.0, choices=(0.0, 0.5, 1.0)),),
        aliases=("heaviside",),
        threshold=0.5,
        jumps="its jump at 0",
        pieces=lambda at_zero: levels(0, at_zero, 1),
    ),
    Activation(
        "sign",
        formula="-1 if z < 0, 0 if z = 0, 1 if z > 0",
        derivative_formula="0",
        f=np.sign,
        derivative=lambda z: special.keep_nan(z, 0.0),
        note="Derivative 0 everywhere. sign(0) is 0.",
        aliases=("signum",),
        jumps="its jump at 0",
        pieces=lambda: levels(-1, 0, 1),
    ),
    Activation(
        "floor",
        formula="floor(z)",
        derivative_formula="0",
        f=np.floor,
        derivative=lambda z: special.keep_nan(z, 0.0),
        note="The largest integer not above z. Derivative 0 everywhere.",
        jumps="its jumps at the integers",
        pieces=lambda: Stairs(math.floor, Fraction(0)),
    ),
    Activation(
        "round",
        formula="round(z)",
        derivative_formula="0",
        f=np.rint,
        derivative=lambda z: special.keep_nan(z, 0.0),
        note="The nearest integer; of two the even one, so round(2.5) is 2. Derivative 0 "
        "everywhere.",
        jumps="its jumps halfway between the integers",
        pieces=lambda: Stairs(round, Fraction(1, 2)),
    ),
    Activation(
        "abs",
        formula="abs(z)",
        derivative_formula="1 if z > 0, 0 if z = 0, -1 if z < 0",
        f=np.abs,
        derivative=np.sign,
        note="Derivative at the kink 0: 0.",
        pieces=lambda: hinge(-1, 1),
    ),
    Activation(
        "square",
        formula="z²",
        derivative_formula="2·z",
        f=lambda z: z * z,
        derivative=lambda z: 2.0 * z,
        note="Computed as z·z.",
    ),
    Activation(
        "cube",
        formula="z³",
        derivative_formula="3·z²",
        f=lambda z: z * z * z,
        derivative=lambda z: 3.0 * (z * z),
        note="Computed as z·z·z.",
    ),
    Activation(
        "sqrt",
        formula="√z",
        derivative_formula="1/(2·√z)",
        f=np.sqrt,
        derivative=special.sqrt_slope,
        note="Domain z ≥ 0; slope inf at 0, NaN for both below.",
        derivative_by_a="1/(2·a)",
    ),
    Activation(
        "exp",
        formula="exp(z)",
        derivative_formula="exp(z)",
        f=np.exp,
        derivative=np.exp,
        note="inf above 709.78 (88.72 in float32).",
        derivative_by_a="a",
    ),
    Activation(
        "log",
        formula="ln(z)",
        derivative_formula="1/z",
        f=np.log,
        derivative=special.log_slope,
        note="Natural logarithm. Domain z > 0; -inf with slope inf at 0, NaN for both below.",
        aliases=("ln",),
    ),
    Activation(
        "inverse",
        formula="1/z",
        derivative_formula="-1/z²",
        f=lambda z: 1.0 / z,
        derivative=special.inverse_slope,
        note="Domain z ≠ 0; inf at 0.0, -inf at -0.0, slope -inf at both.",
        aliases=("reciprocal",),
    ),
    Activation(
        "sin",
        formula="sin(z)",
        derivative_formula="cos(z)",
        f=np.sin,
        derivative=np.cos,
        note="Radians. NaN at ±inf.",
    ),
    Activation(
        "cos",
        formula="cos(z)",
        derivative_formula="-sin(z)",
        f=np.cos,
        derivative=lambda z: -np.sin(z),
        note="Radians. NaN at ±inf.",
    ),
    Activation(
        "gaussian",
        title="Gaussian",
        formula="exp(-z²)",
        derivative_formula="-2·z·exp(-z²)",
        f=special.gaussian,
        derivative=lambda z: special.gate(-2.0 * z, special.gaussian(z)),
        note="Height 1, so not the normal density. neat-python's gauss is exp(-5z²).",
    ),
)

ACTIVATIONS: dict[str, Activation] = {row.name: row for row in _TABLE}
"""Every elementwise activation by its name, in the order in which they are listed to a user."""

IDENTITY = ACTIVATIONS["identity"]
"""The activation of a node for which a spec names none: a is z."""

_BY_ALIAS = {alias: row for row in _TABLE for alias in row.aliases}


def find(name: str) -> Activation | None:
    """The row of this name or alias, or None; softmax has no row."""
    return ACTIVATIONS.get(name) or _BY_ALIAS.get(name)


def _row(name: str, keys: tuple[str, ...]) -> Activation:
    """The row of this name, or that of a normalised input with these constants."""
    return ACTIVATIONS[name] if name in ACTIVATIONS else normalise_row(keys)


# A row is pickled as its name: lambdas do not pickle, and a worker has the same table.
copyreg.pickle(
    Activation, lambda row: (_row, (row.name, tuple(part.name for part in row.parameters)))
)


def names() -> tuple[str, ...]:
    """Every name that a spec may give to `activation`, without aliases; softmax is the last."""
    return (*ACTIVATIONS, SOFTMAX)
