"""What functions and methods of PyTorch are in ONNX: operator, inputs and attributes.

Each function has the names of all arguments that are read. Another argument is refused, so that
none is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LAST = 1 << 40
"""Stands for the end of an axis."""

FLOATS = ("torch.float32", "torch.float64")
"""Types of numbers that keep what a node computes, but for the last digits."""


@dataclass(frozen=True)
class Made:
    """An operator of ONNX; an input may be another one.

    Attributes:
        op: its name.
        inputs: what it takes: traced nodes, arrays, operators; `None` for one that is left out.
        attributes: by name.
    """

    op: str
    inputs: Sequence[Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)


Given = dict[str, Any]


@dataclass(frozen=True)
class Function:
    """A function of PyTorch.

    Attributes:
        translate: makes the operator of its arguments by name.
        names: of its arguments behind the first, in their order.
        first: the name of its first argument.
        rest: true if the last argument may be spread over several.
    """

    translate: Callable[[Given], Made]
    names: tuple[str, ...] = ()
    first: str = "input"
    rest: bool = False

    def operator(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Made:
        """The operator of a call.

        Raises:
            FormatError: an argument, or its value, is none that can be expressed.
        """
        names = (self.first, *self.names)
        given: Given = dict(zip(names, args, strict=False))
        if len(args) > len(names):
            if not self.rest:
                raise FormatError(f"it has {len(args)} arguments, and {len(names)} are read")
            given[names[-1]] = args[len(names) - 1 :]
        for key, value in kwargs.items():
            name = {"axis": "dim", "self": "input"}.get(key, key)
            if name not in names or name in given:
                raise FormatError(f'the argument "{key}", which no spec can express')
            given[name] = value
        try:
            return self.translate(given)
        except KeyError as error:
            raise FormatError(f'it lacks the argument "{error.args[0]}"') from None


def pair(value: Any, axes: int = 2) -> list[int]:
    """A number for each axis."""
    return [int(n) for n in value] if isinstance(value, list | tuple) else [int(value)] * axes


def require(given: Given, **only: Any) -> None:
    """Refuse arguments with another value than the one that can be expressed."""
    for name, value in only.items():
        if name in given and given[name] != value:
            raise FormatError(f'the argument "{name}" is {given[name]}; only {value} is read')


def _plain(op: str, **only: Any) -> Function:
    """An operator of the tensor alone; `only` are arguments that may have one value."""

    def translate(given: Given) -> Made:
        require(given, **only)
        return Made(op, [given["input"]])

    return Function(translate, (*only, "inplace"))


def _binary(op: str, **only: Any) -> Function:
    def translate(given: Given) -> Made:
        require(given, **only)
        return Made(op, [given["input"], given["other"]])

    return Function(translate, ("other", *only))


def softmax(op: str, given: Given) -> Made:
    """A softmax along an axis that has to be named."""
    require(given, dtype=None)
    axis = given.get("dim")
    if not isinstance(axis, int):
        raise FormatError("a softmax without an axis; name it, as in dim=1")
    return Made(op, [given["input"]], {"axis": axis})


def _softmax(op: str) -> Function:
    return Function(lambda given: softmax(op, given), ("dim", "_stacklevel", "dtype"))


def softplus(given: Given) -> Made:
    """Softplus; above the threshold PyTorch gives z itself, which from 20 on is the same."""
    require(given, beta=1)
    if given.get("threshold", 20) < 20:
        raise FormatError(
            f'the argument "threshold" is {given["threshold"]}; only 20 and more is read'
        )
    return Made("Softplus", [given["input"]])


def _concat(given: Given) -> Made:
    return Made("Concat", list(given["tensors"]), {"axis": given.get("dim", 0)})


def shape_of(tensor: Any) -> Made:
    """The shape of a tensor, which is a constant while a network is read."""
    return Made("Shape", [tensor])


def _reshape(given: Given) -> Made:
    wanted = given.get("shape", given.get("size"))
    if not isinstance(wanted, list | tuple):
        wanted = [wanted] if isinstance(wanted, int) else wanted
    elif len(wanted) == 1 and isinstance(wanted[0], list | tuple):
        wanted = wanted[0]
    if wanted is None or str(wanted).startswith("torch."):
        raise FormatError("a view of another type, which no spec can express")
    return Made("Reshape", [given["input"], _joined(wanted)])


def _joined(sizes: Any) -> Any:
    """The entries of a shape, some of which may be computed from another shape."""
    if not isinstance(sizes, list | tuple):
        return Made("Reshape", [sizes, np.array([-1])])
    if all(isinstance(size, int) for size in sizes):
        return np.array(sizes, np.int64)
    return Made("Concat", [_joined([s] if isinstance(s, int) else s) for s in sizes], {"axis": 0})


def flatten(given: Given) -> Made:
    """The axes from `start_dim` to `end_dim` as one."""
    tensor, start, end = given["input"], given.get("start_dim", 0), given.get("end_dim", -1)
    shape = shape_of(tensor)
    parts = [_places(shape, 0, start), np.array([-1])]
    if end != -1:
        parts.append(_places(shape, end + 1, LAST))
    return Made("Reshape", [tensor, Made("Concat", parts, {"axis": 0})])


def _places(shape: Any, start: int, stop: int) -> Made:
    return Made("Slice", [shape, np.array([start]), np.array([stop])])


def _size(given: Given) -> Made:
    place = given.get("dim")
    shape = shape_of(given["input"])
    return shape if place is None else Made("Gather", [shape, np.array(place)], {"axis": 0})


def _reduce(op: str) -> Function:
    def translate(given: Given) -> Made:
        require(given, dtype=None)
        axes = given.get("dim")
        axes = [axes] if isinstance(axes, int) else list(axes or [])
        attributes = {"axes": axes, "keepdims": int(given.get("keepdim", False))}
        return Made(op, [given["input"]], attributes)

    return Function(translate, ("dim", "keepdim", "dtype"))


def _with(op: str, attribute: str, name: str, default: Any) -> Function:
    def translate(given: Given) -> Made:
        return Made(op, [given["input"]], {attribute: given.get(name, default)})

    return Function(translate, (name, "inplace"))


def _pool(given: Given, op: str) -> Made:
    require(given, divisor_override=None, return_indices=False)
    size, pads = given["kernel_size"], pair(given.get("padding", 0))
    attributes = {
        "kernel_shape": pair(size),
        "strides": pair(given.get("stride") or size),
        "pads": [*pads, *pads],
        "dilations": pair(given.get("dilation", 1)),
        "ceil_mode": int(given.get("ceil_mode", False)),
        "count_include_pad": int(given.get("count_include_pad", True)),
    }
    return Made(op, [given["input"]], attributes)


MAXIMA = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
MEANS = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")


def _clip(given: Given) -> Made:
    return Made("Clip", [given["input"], given.get("min"), given.get("max")])


def _along(op: str) -> Function:
    def translate(given: Given) -> Made:
        if not isinstance(given.get("dim"), int):
            raise FormatError("the axis has to be named, as in dim=2")
        return Made(op, [given["input"], np.array([given["dim"]])])

    return Function(translate, ("dim",))


def _linear(given: Given) -> Made:
    matrix = [given["input"], given["weight"], given.get("bias")]
    return Made("Gemm", matrix, {"transB": 1})


def _dropout(given: Given) -> Made:
    if given.get("p", 0.5) and given.get("training", given.get("train", True)):
        raise FormatError("dropout that is not only for training; pass training=self.training")
    return Made("Dropout", [given["input"]])


def _converted(given: Given) -> Made:
    """A tensor as numbers of another type, or on another device."""
    for value in (given.get("to", ()), given.get("dtype"), given.get("other")):
        for one in value if isinstance(value, list | tuple) else [value]:
            kind = str(one)
            if kind.startswith("torch.") and kind not in FLOATS:
                raise FormatError(f"the numbers become {kind}, which no spec can express")
    return Made("Identity", [given["input"]])


_TO = Function(
    _converted,
    ("dtype", "device", "other", "non_blocking", "copy", "memory_format", "to"),
    rest=True,
)

FUNCTIONS: dict[str, Function] = {
    **{
        name: _plain(op)
        for name, op in {
            "relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "silu": "SiLU", "mish": "Mish",
            "softsign": "Softsign", "hardswish": "HardSwish", "exp": "Exp", "log": "Log",
            "sin": "Sin", "cos": "Cos", "abs": "Abs", "sign": "Sign", "sqrt": "Sqrt",
            "floor": "Floor", "neg": "Neg", "reciprocal": "Reciprocal",
        }.items()
    },
    "round": _plain("Round", decimals=0),
    "softplus": Function(softplus, ("beta", "threshold")),
    "leaky_relu": _with("LeakyRelu", "alpha", "negative_slope", 0.01),
    "elu": _with("Elu", "alpha", "alpha", 1.0),
    "gelu": _with("Gelu", "approximate", "approximate", "none"),
    **dict.fromkeys(("add", "iadd", "radd"), _binary("Add", alpha=1)),
    **dict.fromkeys(("sub", "isub"), _binary("Sub", alpha=1)),
    **dict.fromkeys(("mul", "imul", "rmul"), _binary("Mul")),
    **dict.fromkeys(("div", "truediv", "itruediv"), _binary("Div", rounding_mode=None)),
    "matmul": _binary("MatMul"),
    "linear": Function(_linear, ("weight", "bias")),
    "maximum": _binary("Max"),
    "minimum": _binary("Min"),
    "pow": Function(lambda given: Made("Pow", [given["input"], given["exponent"]]), ("exponent",)),
    **dict.fromkeys(("clamp", "clip"), Function(_clip, ("min", "max"))),
    "softmax": _softmax("Softmax"),
    "log_softmax": _softmax("LogSoftmax"),
    **dict.fromkeys(("cat", "concat", "concatenate"), Function(_concat, ("dim",), "tensors")),
    "flatten": Function(flatten, ("start_dim", "end_dim")),
    "size": Function(_size, ("dim",)),
    "dim": Function(lambda given: Made("Size", [shape_of(given["input"])])),
    "view": Function(_reshape, ("size",), rest=True),
    "reshape": Function(_reshape, ("shape",), rest=True),
    "mean": _reduce("ReduceMean"),
    "sum": _reduce("ReduceSum"),
    "amax": _reduce("ReduceMax"),
    "amin": _reduce("ReduceMin"),
    "max_pool2d": Function(lambda given: _pool(given, "MaxPool"), MAXIMA),
    "avg_pool2d": Function(lambda given: _pool(given, "AveragePool"), MEANS),
    "squeeze": _along("Squeeze"),
    "unsqueeze": _along("Unsqueeze"),
    "dropout": Function(_dropout, ("p", "training", "inplace", "train")),
    "to": _TO,
    **dict.fromkeys(
        ("contiguous", "float", "double", "clone", "detach"),
        Function(lambda given: Made("Identity", [given["input"]]), ("memory_format",)),
    ),
}  # fmt: skip
"""Functions and methods by their names, without underscores around them."""

ARITHMETIC = ("add", "iadd", "radd", "sub", "isub", "mul", "imul", "rmul", "div", "truediv")
"""Functions that keep the shape of their tensor."""

SIZES = {"add": "Add", "sub": "Sub", "mul": "Mul", "rmul": "Mul", "radd": "Add", "floordiv": "Div"}
"""Arithmetic on entries of shapes, which are whole numbers."""
