"""What functions and methods of PyTorch are in ONNX: operator, inputs and attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call; the first is the tensor."""

    args: Sequence[Any]
    kwargs: dict[str, Any]

    def get(self, place: int, name: str, default: Any = None) -> Any:
        """An argument, by its place or its name."""
        return self.args[place] if len(self.args) > place else self.kwargs.get(name, default)


Operator = tuple[str, "Sequence[Any]", dict[str, Any]]


def pair(value: Any, axes: int = 2) -> list[int]:
    """A number for each axis."""
    return [int(n) for n in value] if isinstance(value, list | tuple) else [int(value)] * axes


def _plain(op: str) -> Callable[[Arguments], Operator]:
    return lambda given: (op, given.args[:1], {})


def _binary(op: str) -> Callable[[Arguments], Operator]:
    def translate(given: Arguments) -> Operator:
        if given.kwargs.get("alpha", 1) != 1 or given.kwargs.get("rounding_mode"):
            raise FormatError("settings that no spec can express")
        return op, [given.args[0], given.get(1, "other")], {}

    return translate


def _along(op: str, default: int = -1) -> Callable[[Arguments], Operator]:
    return lambda given: (op, given.args[:1], {"axis": given.get(1, "dim", default)})


def _concat(given: Arguments) -> Operator:
    return "Concat", given.args[0], {"axis": given.get(1, "dim", 0)}


def _reshape(given: Arguments) -> Operator:
    wanted = given.args[1] if isinstance(given.args[1], list | tuple) else given.args[1:]
    # What is computed is the number of rows, which is one here.
    shape = [item if isinstance(item, int) else 1 for item in wanted]
    return "Reshape", [given.args[0], np.array(shape)], {}


def _reduce(op: str) -> Callable[[Arguments], Operator]:
    def translate(given: Arguments) -> Operator:
        axes = given.get(1, "dim")
        axes = [axes] if isinstance(axes, int) else list(axes or [])
        keep = int(given.get(2, "keepdim", False))
        return op, given.args[:1], {"axes": axes, "keepdims": keep}

    return translate


def _with(op: str, attribute: str, name: str, default: Any) -> Callable[[Arguments], Operator]:
    return lambda given: (op, given.args[:1], {attribute: given.get(1, name, default)})


def _pool(op: str) -> Callable[[Arguments], Operator]:
    def translate(given: Arguments) -> Operator:
        size = given.get(1, "kernel_size")
        pads = pair(given.get(3, "padding", 0))
        more = [key for key in ("ceil_mode", "dilation", "divisor_override") if key in given.kwargs]
        if len(given.args) > 4 or more:
            raise FormatError("settings that no spec can express; use the module instead")
        attributes = {
            "kernel_shape": pair(size),
            "strides": pair(given.get(2, "stride") or size),
            "pads": [*pads, *pads],
            "count_include_pad": 1,
        }
        return op, given.args[:1], attributes

    return translate


def _clip(given: Arguments) -> Operator:
    return "Clip", [given.args[0], given.get(1, "min"), given.get(2, "max")], {}


def _axes(op: str) -> Callable[[Arguments], Operator]:
    return lambda given: (op, [given.args[0], np.array([given.get(1, "dim")])], {})


FUNCTIONS: dict[str, Callable[[Arguments], Operator]] = {
    "relu": _plain("Relu"),
    "tanh": _plain("Tanh"),
    "sigmoid": _plain("Sigmoid"),
    "silu": _plain("SiLU"),
    "mish": _plain("Mish"),
    "softplus": _plain("Softplus"),
    "softsign": _plain("Softsign"),
    "hardswish": _plain("HardSwish"),
    "exp": _plain("Exp"),
    "log": _plain("Log"),
    "sin": _plain("Sin"),
    "cos": _plain("Cos"),
    "abs": _plain("Abs"),
    "sign": _plain("Sign"),
    "sqrt": _plain("Sqrt"),
    "floor": _plain("Floor"),
    "round": _plain("Round"),
    "neg": _plain("Neg"),
    "reciprocal": _plain("Reciprocal"),
    "leaky_relu": _with("LeakyRelu", "alpha", "negative_slope", 0.01),
    "elu": _with("Elu", "alpha", "alpha", 1.0),
    "gelu": _with("Gelu", "approximate", "approximate", "none"),
    **dict.fromkeys(("add", "iadd", "radd"), _binary("Add")),
    "sub": _binary("Sub"),
    **dict.fromkeys(("mul", "imul", "rmul"), _binary("Mul")),
    **dict.fromkeys(("div", "truediv"), _binary("Div")),
    "matmul": _binary("MatMul"),
    "maximum": _binary("Max"),
    "minimum": _binary("Min"),
    "pow": lambda given: ("Pow", [given.args[0], given.get(1, "exponent")], {}),
    **dict.fromkeys(("clamp", "clip"), _clip),
    "softmax": _along("Softmax"),
    "log_softmax": _along("LogSoftmax"),
    **dict.fromkeys(("cat", "concat", "concatenate"), _concat),
    "flatten": lambda given: ("Flatten", given.args[:1], {"axis": given.get(1, "start_dim", 0)}),
    **dict.fromkeys(("view", "reshape"), _reshape),
    "mean": _reduce("ReduceMean"),
    "sum": _reduce("ReduceSum"),
    "amax": _reduce("ReduceMax"),
    "amin": _reduce("ReduceMin"),
    "max_pool2d": _pool("MaxPool"),
    "avg_pool2d": _pool("AveragePool"),
    "squeeze": _axes("Squeeze"),
    "unsqueeze": _axes("Unsqueeze"),
    **dict.fromkeys(
        ("dropout", "contiguous", "to", "float", "double", "clone", "detach"), _plain("Identity")
    ),
}
"""Functions and methods by their names, without underscores around them."""

ARITHMETIC = ("add", "iadd", "radd", "sub", "mul", "imul", "rmul", "div", "truediv")
"""Functions that keep the shape of their tensor."""
