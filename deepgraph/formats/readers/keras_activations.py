"""The activations of Keras, as names in a configuration and as layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.readers.keras_layer import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.functions.written import Function


FUNCTIONS: dict[str, Function] = {
    "linear": "identity",
    "relu": "relu",
    "relu6": "relu6",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "softplus": "softplus",
    "softsign": "softsign",
    "elu": "elu",
    "selu": "selu",
    "celu": "celu",
    "exponential": "exp",
    "gelu": "gelu",
    "swish": "silu",
    "silu": "silu",
    "mish": "mish",
    "hard_swish": "hard_swish",
    "hard_silu": "hard_swish",
    "hard_tanh": "hard_tanh",
    "leaky_relu": {"name": "leaky_relu", "alpha": 0.2},
}


def activated(layer: Layer, tensor: Tensor, told: Any) -> Tensor:
    """A tensor behind an activation, as a configuration names it."""
    if isinstance(told, dict):
        told = told.get("config") if told.get("class_name") == "function" else told
    if told is None or told == "linear":
        return tensor
    if isinstance(told, dict):  # a layer in place of a function
        inner = Layer(
            layer.assembly, layer.report, str(told.get("class_name")), layer.name,
            dict(told.get("config") or {}), [], layer.version,
        )  # fmt: skip
        if inner.kind not in ACTIVATIONS:
            raise inner.refusal("no spec can express this layer as an activation")
        return ACTIVATIONS[inner.kind](inner, [tensor])
    if told == "softmax":
        return layer.assembly.softmax(tensor, name=layer.name)
    if told == "log_softmax":
        return layer.assembly.log_softmax(tensor, name=layer.name)
    if told == "hard_sigmoid":
        slope = 1 / 6 if layer.version >= 3 else 0.2
        function: Function = {"name": "hard_sigmoid", "alpha": slope, "beta": 0.5}
    elif str(told) in FUNCTIONS:
        function = FUNCTIONS[str(told)]
    else:
        raise layer.refusal(f'no spec can express the activation "{told}"')
    return layer.assembly.commit(tensor, function, layer.name)


def _activation(layer: Layer, tensors: list[Tensor]) -> Tensor:
    return activated(layer, tensors[0], layer.get("activation", "linear"))


def _relu(layer: Layer, tensors: list[Tensor]) -> Tensor:
    slope = float(layer.get("negative_slope", 0.0))
    most, threshold = layer.get("max_value"), float(layer.get("threshold", 0.0))
    function: Function
    if most is None and threshold == 0:
        function = "relu" if slope == 0 else {"name": "leaky_relu", "alpha": slope}
    elif slope == 0 and threshold == 0:
        function = "relu6" if most == 6 else {"name": "hard_tanh", "min": 0.0, "max": float(most)}
    elif slope == 0 and most is None and threshold > 0:
        function = {"name": "thresholded_relu", "alpha": threshold}
    else:
        raise layer.refusal("a slope, a largest value and a threshold together")
    return layer.assembly.commit(tensors[0], function, layer.name)


def _with_slope(name: str, keys: Sequence[str], default: float) -> Any:
    def make(layer: Layer, tensors: list[Tensor]) -> Tensor:
        given = next(
            (layer.config[key] for key in keys if layer.config.get(key) is not None), default
        )
        return layer.assembly.commit(tensors[0], {"name": name, "alpha": float(given)}, layer.name)

    return make


def _prelu(layer: Layer, tensors: list[Tensor]) -> Tensor:
    slopes = np.broadcast_to(layer.weight(0), tensors[0].shape[1:]).reshape(-1)
    functions: list[Function] = [{"name": "leaky_relu", "alpha": float(s)} for s in slopes]
    return layer.assembly.commit(tensors[0], functions, layer.name)


def _softmax(layer: Layer, tensors: list[Tensor]) -> Tensor:
    return layer.assembly.softmax(tensors[0], int(layer.get("axis", -1)), layer.name)


def _thresholded(layer: Layer, tensors: list[Tensor]) -> Tensor:
    alpha = float(layer.get("theta", 1.0))
    return layer.assembly.commit(
        tensors[0], {"name": "thresholded_relu", "alpha": alpha}, layer.name
    )


ACTIVATIONS: dict[str, Callable[[Layer, list[Tensor]], Tensor]] = {
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _with_slope("leaky_relu", ("negative_slope", "alpha"), 0.3),
    "ELU": _with_slope("elu", ("alpha",), 1.0),
    "PReLU": _prelu,
    "ThresholdedReLU": _thresholded,
    "Softmax": _softmax,
}
"""Layers that are functions of single entries, or softmax."""
