"""What modules of `torch.nn` are in ONNX: operator, constants by name, and attributes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.torch_functions import Made, flatten, pair, softmax, softplus

if TYPE_CHECKING:
    from collections.abc import Callable


def _linear(module: Any) -> Any:
    return "Gemm", [("weight", module.weight), ("bias", module.bias)], {"transB": 1}


def _conv(axes: int) -> Callable[[Any], Any]:
    def translate(module: Any) -> Any:
        if module.padding_mode != "zeros":
            raise FormatError(f"a convolution with {module.padding_mode} around its input")
        attributes: dict[str, Any] = {
            "kernel_shape": pair(module.kernel_size, axes),
            "strides": pair(module.stride, axes),
            "dilations": pair(module.dilation, axes),
            "group": module.groups,
        }
        if module.padding == "same":
            attributes["auto_pad"] = "SAME_UPPER"
        elif module.padding != "valid":
            attributes["pads"] = pair(module.padding, axes) * 2
        return "Conv", [("weight", module.weight), ("bias", module.bias)], attributes

    return translate


def _norm(module: Any) -> Any:
    if module.running_mean is None:
        raise FormatError("a batch norm without statistics, which normalises by its own rows")
    size = len(module.running_mean)
    one = np.ones(size) if module.weight is None else module.weight
    zero = np.zeros(size) if module.bias is None else module.bias
    constants = [("weight", one), ("bias", zero), ("running_mean", module.running_mean)]
    constants.append(("running_var", module.running_var))
    return "BatchNormalization", constants, {"epsilon": module.eps}


def _pool(op: str, axes: int) -> Callable[[Any], Any]:
    def translate(module: Any) -> Any:
        if getattr(module, "divisor_override", None) or getattr(module, "return_indices", False):
            raise FormatError("a divisor of its own, or places beside the numbers")
        stride = module.kernel_size if module.stride is None else module.stride
        attributes = {
            "kernel_shape": pair(module.kernel_size, axes),
            "strides": pair(stride, axes),
            "pads": pair(module.padding, axes) * 2,
            "dilations": pair(getattr(module, "dilation", 1), axes),
            "ceil_mode": int(module.ceil_mode),
            "count_include_pad": int(getattr(module, "count_include_pad", False)),
        }
        return op, [], attributes

    return translate


def _global(op: str) -> Callable[[Any], Any]:
    def translate(module: Any) -> Any:
        size = module.output_size
        if {size} != {1} if isinstance(size, int) else set(size) != {1}:
            raise FormatError("an adaptive pooling to more than one entry")
        return op, [], {}

    return translate


def _plain(op: str, **names: str) -> Callable[[Any], Any]:
    """An operator without constants; `names` are attributes of ONNX by those of the module."""
    return lambda module: (op, [], {new: getattr(module, old) for old, new in names.items()})


def _of_tensor(function: Callable[[dict[str, Any]], Made], *names: str) -> Callable[[Any], Any]:
    """A function of PyTorch whose arguments are attributes of the module."""

    def translate(module: Any) -> Any:
        settings = {name: getattr(module, name) for name in names}
        return lambda tensor: function({"input": tensor, **settings})

    return translate


def _zero_pad(module: Any) -> Any:
    """PyTorch gives the last axis first."""
    pairs = list(zip(module.padding[::2], module.padding[1::2], strict=True))[::-1]
    before, after = ([0, 0, *(pair[n] for pair in pairs)] for n in (0, 1))
    return "Pad", [], {"pads": [*before, *after]}


def _prelu(module: Any) -> Any:
    return "PRelu", [("weight", module.weight)], {"channels": True}


def _selu(_: Any) -> Any:
    numbers = {
        "alpha": 1.6732632423543772848170429916717,
        "gamma": 1.0507009873554804934193349852946,
    }
    return "Selu", [], numbers


def _bounded(module: Any) -> Any:
    return "Clip", [], {"min": module.min_val, "max": module.max_val}


MODULES: dict[str, Callable[[Any], Any]] = {
    "Linear": _linear,
    **{f"Conv{n}d": _conv(n) for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _norm for n in (1, 2, 3)},
    **{f"MaxPool{n}d": _pool("MaxPool", n) for n in (1, 2, 3)},
    **{f"AvgPool{n}d": _pool("AveragePool", n) for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": _global("GlobalAveragePool") for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": _global("GlobalMaxPool") for n in (1, 2, 3)},
    **{f"ZeroPad{n}d": _zero_pad for n in (1, 2, 3)},
    "ReLU": _plain("Relu"),
    "Sigmoid": _plain("Sigmoid"),
    "Tanh": _plain("Tanh"),
    "SiLU": _plain("SiLU"),
    "Mish": _plain("Mish"),
    "GELU": _plain("Gelu", approximate="approximate"),
    "Softsign": _plain("Softsign"),
    "Softplus": _of_tensor(softplus, "beta", "threshold"),
    "Hardswish": _plain("HardSwish"),
    "Hardsigmoid": lambda _: ("HardSigmoid", [], {"alpha": 1 / 6, "beta": 0.5}),
    "Hardtanh": _bounded,
    "ReLU6": lambda _: ("Clip", [], {"min": 0.0, "max": 6.0}),
    "LeakyReLU": _plain("LeakyRelu", negative_slope="alpha"),
    "ELU": _plain("Elu", alpha="alpha"),
    "CELU": _plain("Celu", alpha="alpha"),
    "SELU": _selu,
    "PReLU": _prelu,
    "Softmax": _of_tensor(partial(softmax, "Softmax"), "dim"),
    "LogSoftmax": _of_tensor(partial(softmax, "LogSoftmax"), "dim"),
    "Flatten": _of_tensor(flatten, "start_dim", "end_dim"),
    "Identity": _plain("Identity"),
    **dict.fromkeys(("Dropout", "Dropout1d", "Dropout2d", "AlphaDropout"), _plain("Dropout")),
}
"""What each module is in ONNX: its operator, its constants by name, and its attributes."""
