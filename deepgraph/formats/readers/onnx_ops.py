"""The operators of ONNX: what each makes of tensors that a network computes, and of constants.

https://onnx.ai/onnx/operators: operators are named as there, and attributes have its defaults.
A value is an array, which is a constant, or a tensor of an assembly.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.banks import LARGEST, Nodes
from deepgraph.formats.readers.onnx_forms import FORMS
from deepgraph.formats.readers.onnx_linear import LINEAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.onnx_call import Call, Value
    from deepgraph.functions.written import Function


def _function(function: Function) -> Callable[[Call], Value]:
    return lambda call: call.assembly.commit(call.tensor(), function)


def _with(name: str, **parameters: float) -> Callable[[Call], Value]:
    """An activation whose parameters are attributes of the same name; given are ONNX's defaults."""

    def operator(call: Call) -> Value:
        given = {key: float(call.get(key, default)) for key, default in parameters.items()}
        return call.assembly.commit(call.tensor(), {"name": name, **given})

    return operator


def _gelu(call: Call) -> Value:
    tanh = call.get("approximate", "none") == "tanh"
    return call.assembly.commit(call.tensor(), "gelu_tanh" if tanh else "gelu")


def _prelu(call: Call) -> Value:
    tensor = call.tensor()
    slope = call.constant(1, "the slope")
    if slope.size > 1 and (call.opset < 7 or call.get("channels")):  # one for each channel
        slope = slope.reshape(-1, *[1] * (len(tensor.shape) - 2))
    slopes = np.broadcast_to(slope, tensor.shape).reshape(-1)
    functions: list[Function] = [{"name": "leaky_relu", "alpha": float(slope)} for slope in slopes]
    same = all(function == functions[0] for function in functions)
    return call.assembly.commit(tensor, functions[0] if same else functions)


def clamped(assembly: Assembly, tensor: Tensor, low: float, high: float) -> Nodes:
    """A tensor between two bounds; infinite ones bound nothing."""
    if not low < high:
        raise FormatError(f"the lower bound {low:g} is not below the upper bound {high:g}")
    if (low, high) == (0.0, math.inf) or (low == 0.0 and high >= np.finfo(np.float32).max):
        return assembly.commit(tensor, "relu")
    if (low, high) == (0.0, 6.0):
        return assembly.commit(tensor, "relu6")
    bounds = {"min": max(low, -LARGEST), "max": min(high, LARGEST)}
    return assembly.commit(tensor, {"name": "hard_tanh", **bounds})


def _clip(call: Call) -> Value:
    low, high = call.get("min", -math.inf), call.get("max", math.inf)
    if call.value(1) is not None:
        low = call.constant(1, "the bound").item()
    if call.value(2) is not None:
        high = call.constant(2, "the bound").item()
    return clamped(call.assembly, call.tensor(), float(low), float(high))


def _extreme(aggregation: str) -> Callable[[Call], Value]:
    def operator(call: Call) -> Value:
        tensors = [value for value in call.values if not isinstance(value, np.ndarray)]
        constants = [value for value in call.values if isinstance(value, np.ndarray)]
        made = tensors[0] if len(tensors) == 1 else call.assembly.joined(tensors, aggregation)
        for constant in constants:
            if constant.size != 1:
                raise call.refusal(
                    "a bound of its own for each entry; only one number for all is read"
                )
            bound = float(constant.item())
            limits = (bound, math.inf) if aggregation == "max" else (-math.inf, bound)
            made = clamped(call.assembly, made, *limits)
        return made

    return operator


def _pow(call: Call) -> Value:
    power = call.constant(1, "the exponent")
    names: dict[float, Function] = {1.0: "identity", 2.0: "square", 3.0: "cube", -1.0: "inverse"}
    names[0.5] = "sqrt"
    if power.size != 1 or float(power.item()) not in names:
        raise call.refusal("a power other than -1, 1/2, 1, 2 and 3")
    return call.assembly.commit(call.tensor(), names[float(power.item())])


def _softmax(call: Call) -> Value:
    return _along(call, call.assembly.softmax)


def _log_softmax(call: Call) -> Value:
    return _along(call, call.assembly.log_softmax)


def _along(call: Call, function: Callable[[Tensor, int], Tensor]) -> Value:
    """A softmax along an axis; before opset 13 along that axis and all behind it as one."""
    tensor = call.tensor()
    if call.opset >= 13:
        return function(tensor, call.get("axis", -1))
    axis = call.get("axis", 1) % len(tensor.shape)
    form = (math.prod(tensor.shape[:axis]), math.prod(tensor.shape[axis:]))
    made = function(call.assembly.reshaped(tensor, form), -1)
    return call.assembly.reshaped(made, tensor.shape)


def _same(call: Call) -> Value:
    return call.value(0)


def _dropout(call: Call) -> Value:
    call.report.merged.append(f"{call.node.label}: dropout does nothing outside of training")
    return call.value(0)


def _cast(call: Call) -> Value:
    if call.get("to") not in (1, 10, 11, 16):
        raise call.refusal("a computed tensor becomes integers, texts or truth values")
    return call.tensor()


OPERATORS: dict[str, Callable[[Call], Any]] = {
    **LINEAR,
    **FORMS,
    "Relu": _function("relu"),
    "Sigmoid": _function("sigmoid"),
    "Tanh": _function("tanh"),
    "Softplus": _function("softplus"),
    "Softsign": _function("softsign"),
    "HardSwish": _function("hard_swish"),
    "Mish": _function("mish"),
    "SiLU": _function("silu"),  # made by `onnx_patterns`
    "GELU": _function("gelu"),
    "Exp": _function("exp"),
    "Log": _function("log"),
    "Abs": _function("abs"),
    "Sign": _function("sign"),
    "Sin": _function("sin"),
    "Cos": _function("cos"),
    "Reciprocal": _function("inverse"),
    "Sqrt": _function("sqrt"),
    "Floor": _function("floor"),
    "Round": _function("round"),
    "LeakyRelu": _with("leaky_relu", alpha=0.01),
    "Elu": _with("elu", alpha=1.0),
    "Celu": _with("celu", alpha=1.0),
    "Selu": _with("selu", alpha=1.67326319217681884765625, gamma=1.05070102214813232421875),
    "HardSigmoid": _with("hard_sigmoid", alpha=0.2, beta=0.5),
    "ThresholdedRelu": _with("thresholded_relu", alpha=1.0),
    "Gelu": _gelu,
    "PRelu": _prelu,
    "Clip": _clip,
    "Max": _extreme("max"),
    "Min": _extreme("min"),
    "Pow": _pow,
    "Softmax": _softmax,
    "LogSoftmax": _log_softmax,
    "Identity": _same,
    "ZipMap": _same,
    "Dropout": _dropout,
    "Cast": _cast,
}
"""What each operator makes of its inputs, where at least one of them is computed."""
