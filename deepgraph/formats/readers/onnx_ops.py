"""The operators of ONNX: what each makes of tensors that a network computes, and of constants.

https://onnx.ai/onnx/operators: operators are named as there, and attributes have its defaults.
A value is an array, which is a constant, or a tensor of an assembly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import spatial
from deepgraph.formats.readers.assembly import Nodes, Pending, spelled
from deepgraph.formats.readers.names import readable
from deepgraph.formats.readers.state_dict import batch_norm
from deepgraph.formats.readers.terms import Sparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Assembly, Tensor
    from deepgraph.formats.readers.onnx_file import OnnxNode
    from deepgraph.formats.readers.record import Report
    from deepgraph.functions.written import Function

Value = Any
"""An array, `Nodes` or `Pending`; `None` for an input that is left out."""

CHOICE = "a choice of a class, which is no number that a node could have"
"""Why the label of a classifier is no output."""

LARGEST = float(np.finfo(np.float64).max)


@dataclass
class Call:
    """One node of the graph with the values of its inputs.

    Attributes:
        names: the names of its inputs.
        batch: the number of rows that the file fixes; its tensors are read with one row.
        makers: the nodes that make its inputs; `None` for one that no node makes.
    """

    assembly: Assembly
    report: Report
    node: OnnxNode
    values: list[Value]
    names: list[str]
    opset: int
    batch: int = 1
    makers: tuple[OnnxNode | None, ...] = ()

    def value(self, place: int) -> Value:
        """The value of an input; `None` if it is left out."""
        return self.values[place] if place < len(self.values) else None

    def tensor(self, place: int = 0) -> Tensor:
        """An input that the network computes.

        Raises:
            FormatError: it is a constant or is left out.
        """
        found = self.value(place)
        if not isinstance(found, Nodes | Pending):
            raise self.refusal("its input is no tensor of numbers that the network computes")
        return found

    def constant(self, place: int, what: str) -> NDArray[Any]:
        """An input that has to be a constant."""
        found = self.value(place)
        if not isinstance(found, np.ndarray):
            raise self.refusal(f"{what} is computed, and a spec holds only a constant one")
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute."""
        found = self.node.attributes.get(name)
        return default if found is None else found

    def name_of(self, place: int) -> str | None:
        """What the file calls a constant, if a person gave it that name."""
        return readable(self.names[place]) if place < len(self.names) else None

    def refusal(self, what: str) -> FormatError:
        """An error by the name of this node."""
        return FormatError(f"{self.node.label}: {what}")


Operator = "Callable[[Call], Value | list[Value]]"


# --- linear ---------------------------------------------------------------------------------------


def _gemm(call: Call) -> Value:
    alpha, beta = call.get("alpha", 1.0), call.get("beta", 1.0)
    left, right = call.value(0), call.value(1)
    if isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        raise call.refusal("a constant times a computed tensor; only the reverse is read")
    weights = call.constant(1, "the matrix")
    tensor = call.tensor(0)
    if call.get("transA", 0):
        tensor = _transposed(call.assembly, tensor, [1, 0])
    matrix = weights if call.get("transB", 0) else weights.T
    made: Tensor = call.assembly.linear(tensor, matrix, call.name_of(1), call.node.label)
    if alpha != 1:
        made = call.assembly.affine(made, alpha)
    summand = call.value(2)
    if summand is None:
        return made
    if not isinstance(summand, np.ndarray):
        return call.assembly.add(made, call.assembly.affine(summand, beta))
    scaled = summand if beta == 1 else summand.astype(np.float64) * beta
    return _plus_constant(call, made, scaled, 2)


def _matmul(call: Call) -> Value:
    left, right = call.value(0), call.value(1)
    if isinstance(right, np.ndarray):
        if right.ndim == 1:
            column = call.assembly.linear(call.tensor(0), right[None, :], None, call.node.label)
            return call.assembly.reshaped(column, column.shape[:-1])
        if right.ndim > 2 and math.prod(right.shape[:-2]) == 1:
            right = right.reshape(right.shape[-2:])
        if right.ndim != 2:
            raise call.refusal(f"a stack of matrices of shape {spelled(right.shape)}")
        return call.assembly.linear(call.tensor(0), right.T, call.name_of(1), call.node.label)
    if isinstance(left, np.ndarray) and left.ndim == 2:
        axes = list(range(len(right.shape)))
        turned = [*axes[:-2], axes[-1], axes[-2]] if len(axes) > 1 else axes
        tensor = _transposed(call.assembly, call.tensor(1), turned)
        made = call.assembly.linear(tensor, left, call.name_of(0), call.node.label)
        return _transposed(call.assembly, made, turned)
    raise call.refusal("a product of two computed tensors, which no spec can express")


def _conv(call: Call) -> Value:
    tensor, kernel = call.tensor(0), call.constant(1, "the kernel")
    space = tensor.shape[2:]
    windows = _windows(call, space, call.get("kernel_shape", kernel.shape[2:]))
    made: Tensor = spatial.convolution(
        call.assembly,
        tensor,
        kernel,
        windows,
        groups=call.get("group", 1),
        name=call.name_of(1),
        at=call.node.label,
    )
    if call.value(2) is None:
        return made
    bias = call.constant(2, "the bias").reshape(-1, *[1] * len(space))
    return call.assembly.affine(made, shift=bias, name=call.name_of(2) or "")


def _batch_norm(call: Call) -> Value:
    tensor = call.tensor()
    gamma, beta, mean, variance = (call.constant(n, "a statistic") for n in range(1, 5))
    if call.get("training_mode", 0):
        raise call.refusal("batch normalisation in training mode")
    scale, shift = batch_norm(mean, variance, gamma, beta, call.get("epsilon", 1e-5))
    form = [-1, *[1] * (len(tensor.shape) - 2)]
    call.report.merged.append(f"{call.node.label}, batch normalisation, into the weights beside it")
    return call.assembly.affine(tensor, scale.reshape(form), shift.reshape(form))


def _plus_constant(call: Call, tensor: Tensor, constant: NDArray[Any], place: int) -> Tensor:
    name = call.name_of(place) if isinstance(tensor, Pending) and tensor.bias is None else None
    return call.assembly.affine(tensor, shift=constant, name=name)


def _add(call: Call) -> Value:
    made = call.value(0)
    for place in range(1, len(call.values)):
        other = call.value(place)
        if isinstance(made, np.ndarray):
            made = _plus_constant(call, other, made, 0)
        elif isinstance(other, np.ndarray):
            made = _plus_constant(call, made, other, place)
        else:
            made = call.assembly.add(made, other)
    return made


def _sub(call: Call) -> Value:
    left, right = call.value(0), call.value(1)
    if isinstance(right, np.ndarray):
        return call.assembly.affine(left, shift=-_signed(right))
    if isinstance(left, np.ndarray):
        return call.assembly.affine(right, -1.0, left)
    return call.assembly.add(left, call.assembly.affine(right, -1.0))


def _signed(array: NDArray[Any]) -> NDArray[Any]:
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _mul(call: Call) -> Value:
    left, right = call.value(0), call.value(1)
    if isinstance(right, np.ndarray):
        return call.assembly.affine(left, right)
    if isinstance(left, np.ndarray):
        return call.assembly.affine(right, left)
    return call.assembly.joined([left, right], "product", call.node.name)


def _div(call: Call) -> Value:
    left, right = call.value(0), call.value(1)
    if isinstance(right, np.ndarray):
        return call.assembly.affine(left, 1.0 / right.astype(np.float64))
    inverse = call.assembly.commit(right, "inverse")
    if isinstance(left, np.ndarray):
        return call.assembly.affine(inverse, left)
    return call.assembly.joined([left, inverse], "product", call.node.name)


def _scaler(call: Call) -> Value:
    """`ai.onnx.ml.Scaler`: (x − offset)·scale."""
    offset, scale = np.array(call.get("offset", [0.0])), np.array(call.get("scale", [1.0]))
    call.report.merged.append(f"{call.node.label}, a scaler, into the inputs")
    return call.assembly.affine(call.tensor(), scale, -offset * scale)


def _linear_regressor(call: Call) -> Value:
    """`ai.onnx.ml.LinearRegressor`: targets·(features) weights, row by row."""
    if call.get("post_transform", "NONE") != "NONE":
        raise call.refusal(f"the transform {call.get('post_transform')}")
    targets = int(call.get("targets", 1))
    matrix = np.array(call.get("coefficients", []), np.float32).reshape(targets, -1)
    made: Tensor = call.assembly.linear(call.tensor(), matrix, None, call.node.label)
    shift = np.array(call.get("intercepts") or np.zeros(targets), np.float32)
    return call.assembly.affine(made, shift=shift)


def _linear_classifier(call: Call) -> list[Value]:
    """`ai.onnx.ml.LinearClassifier`: the class, which is no number of a node, and the scores."""
    shift = np.array(call.get("intercepts", []), np.float32)
    matrix = np.array(call.get("coefficients", []), np.float32).reshape(len(shift), -1)
    made = call.assembly.linear(call.tensor(), matrix, None, call.node.label)
    scores: Tensor = call.assembly.affine(made, shift=shift)
    transform = call.get("post_transform", "NONE")
    if transform == "SOFTMAX":
        scores = call.assembly.softmax(scores)
    elif transform == "LOGISTIC":
        scores = call.assembly.commit(scores, "sigmoid")
    elif transform != "NONE":
        raise call.refusal(f"the transform {transform}")
    return [call.refusal(f"{CHOICE}; no spec can express it"), scores]


def _normalizer(call: Call) -> Value:
    """`ai.onnx.ml.Normalizer`, which changes nothing where the entries are shares already."""
    maker = call.makers[0]
    transform = ""
    if maker is not None and maker.op == "LinearClassifier":
        transform = maker.attributes.get("post_transform", "")
    two = len(call.tensor().shape) == 2 and call.tensor().shape[1] == 2
    if call.get("norm", "MAX") != "L1" or not (transform == "SOFTMAX" or (two and transform)):
        raise call.refusal("a normalisation by what the row itself holds; no spec can express it")
    call.report.merged.append(f"{call.node.label}: the entries have the sum 1 already")
    return call.tensor()


# --- activations ----------------------------------------------------------------------------------


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
    slopes = np.broadcast_to(call.constant(1, "the slope"), tensor.shape).reshape(-1)
    functions: list[Function] = [{"name": "leaky_relu", "alpha": float(slope)} for slope in slopes]
    same = all(function == functions[0] for function in functions)
    return call.assembly.commit(tensor, functions[0] if same else functions)


def clamped(assembly: Assembly, tensor: Tensor, low: float, high: float) -> Nodes:
    """A tensor between two bounds; infinite ones bound nothing."""
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
                raise call.refusal("a bound of its own for each entry")
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
    tensor = call.tensor()
    if call.opset >= 13:
        return call.assembly.softmax(tensor, call.get("axis", -1))
    axis = call.get("axis", 1) % len(tensor.shape)
    form = (math.prod(tensor.shape[:axis]), math.prod(tensor.shape[axis:]))
    made = call.assembly.softmax(call.assembly.reshaped(tensor, form))
    return call.assembly.reshaped(made, tensor.shape)


def _log_softmax(call: Call) -> Value:
    return call.assembly.commit(_softmax(call), "log")


# --- pooling and reduction ------------------------------------------------------------------------


def _windows(call: Call, space: tuple[int, ...], size: Any) -> spatial.Windows:
    axes = len(space)
    stride, dilation = call.get("strides", [1] * axes), call.get("dilations", [1] * axes)
    pads, auto = call.get("pads", [0] * (2 * axes)), call.get("auto_pad", "NOTSET")
    lists = (size, stride, dilation)
    if any(len(item) != axes or min(item) < 1 for item in lists) or len(pads) != 2 * axes:
        raise call.refusal("a window whose sizes do not fit its tensor")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        lower = auto == "SAME_LOWER"
        return spatial.Windows.same(space, size, stride, dilation, more_before=lower)
    out = bool(call.get("ceil_mode", 0))
    return spatial.Windows(size, stride, dilation, pads[:axes], pads[axes:], out)


def _pool(aggregation: str) -> Callable[[Call], Value]:
    def operator(call: Call) -> Value:
        tensor = call.tensor()
        windows = _windows(call, tensor.shape[2:], call.get("kernel_shape", []))
        whole = bool(call.get("count_include_pad", 0))
        return spatial.pooling(call.assembly, tensor, windows, aggregation, whole=whole)

    return operator


def _global_pool(aggregation: str) -> Callable[[Call], Value]:
    def operator(call: Call) -> Value:
        return reduced(call.assembly, call.tensor(), list(range(2, len(call.tensor().shape))),
                       aggregation, keep=True)  # fmt: skip

    return operator


def reduced(
    assembly: Assembly, tensor: Tensor, axes: list[int], aggregation: str, *, keep: bool
) -> Tensor:
    """A tensor with some axes joined to one entry."""
    shape, rank = tensor.shape, len(tensor.shape)
    gone = sorted({axis % rank for axis in axes})
    left = [axis for axis in range(rank) if axis not in gone]
    numbers = assembly.commit(tensor).numbers
    flat = numbers.transpose([*left, *gone]).reshape(-1, math.prod(shape[axis] for axis in gone))
    form = tuple(1 if axis in gone else shape[axis] for axis in range(rank) if keep or axis in left)
    if aggregation == "sum":
        rows = np.repeat(np.arange(len(flat)), flat.shape[1])
        return Pending(form, (Sparse(rows, flat.reshape(-1)),))
    return assembly.pooled(flat, form, aggregation)


def _reduce(aggregation: str) -> Callable[[Call], Value]:
    def operator(call: Call) -> Value:
        tensor = call.tensor()
        axes = call.get("axes")
        if axes is None and call.value(1) is not None:
            axes = call.constant(1, "the axes").tolist()
        if not axes:
            if call.get("noop_with_empty_axes", 0):
                return tensor
            axes = list(range(len(tensor.shape)))
        keep = bool(call.get("keepdims", 1))
        return reduced(call.assembly, tensor, axes, aggregation, keep=keep)

    return operator


# --- form -----------------------------------------------------------------------------------------


def entries(tensor: Tensor) -> NDArray[np.int64]:
    """The entries of a tensor by their number, in its shape, to be moved as an array is."""
    return np.arange(math.prod(tensor.shape)).reshape(tensor.shape)


def _transposed(assembly: Assembly, tensor: Tensor, axes: list[int]) -> Tensor:
    return assembly.picked(tensor, entries(tensor).transpose(axes))


def _moved(call: Call, how: Callable[[NDArray[Any]], NDArray[Any]]) -> Value:
    """An operator of numpy on the numbers of entries."""
    tensor = call.tensor()
    return call.assembly.picked(tensor, how(entries(tensor)))


def _transpose(call: Call) -> Value:
    default = list(range(len(call.tensor().shape)))[::-1]
    return _transposed(call.assembly, call.tensor(), call.get("perm", default))


def _flatten(call: Call) -> Value:
    shape, axis = call.tensor().shape, call.get("axis", 1)
    form = (math.prod(shape[:axis]), math.prod(shape[axis:]))
    return call.assembly.reshaped(call.tensor(), form)


def _reshape(call: Call) -> Value:
    tensor = call.tensor()
    given = call.get("shape")
    wanted = list(call.constant(1, "the shape").tolist() if given is None else given)
    size, shape = math.prod(tensor.shape), tensor.shape
    if not call.get("allowzero", 0):
        wanted = [
            shape[n] if not axis and n < len(shape) else axis for n, axis in enumerate(wanted)
        ]
    fixed = math.prod(axis for axis in wanted if axis != -1)
    if wanted and wanted[0] == call.batch > 1 and fixed != size:
        wanted[0] = 1
        fixed //= call.batch
    if -1 in wanted and fixed and size % fixed == 0:
        wanted = [size // fixed if axis == -1 else axis for axis in wanted]
    if wanted.count(-1) or math.prod(wanted) != size or any(axis < 0 for axis in wanted):
        raise call.refusal(f"{spelled(shape)} entries cannot have the shape {spelled(wanted)}")
    return call.assembly.reshaped(tensor, wanted)


def _axes(call: Call) -> list[int] | None:
    found: list[int] | None = call.get("axes")
    if found is None and call.value(1) is not None:
        found = call.constant(1, "the axes").reshape(-1).tolist()
    return found


def _squeeze(call: Call) -> Value:
    axes = _axes(call)
    how = tuple(axes) if axes is not None else None
    return _moved(call, lambda array: np.squeeze(array, how))


def _unsqueeze(call: Call) -> Value:
    return _moved(call, lambda array: np.expand_dims(array, tuple(_axes(call) or ())))


def _concat(call: Call) -> Value:
    if any(isinstance(value, np.ndarray) for value in call.values):
        raise call.refusal("a constant beside computed tensors")
    return call.assembly.concatenated(call.values, call.get("axis", 1))


def slices(call: Call, rank: int) -> tuple[slice, ...]:
    """The slices of `Slice`, one for each axis."""
    if call.value(1) is None:
        starts, ends = call.get("starts", []), call.get("ends", [])
        axes, steps = call.get("axes"), None
    else:
        starts, ends = (call.constant(n, "the place").tolist() for n in (1, 2))
        axes = call.constant(3, "the axis").tolist() if call.value(3) is not None else None
        steps = call.constant(4, "the step").tolist() if call.value(4) is not None else None
    axes, steps = axes or list(range(len(starts))), steps or [1] * len(starts)
    found = [slice(None)] * rank
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        whole = step < 0 and end < -(1 << 31)
        found[axis] = slice(start, None if whole else end, step)
    return tuple(found)


def _slice(call: Call) -> Value:
    where = slices(call, len(call.tensor().shape))
    return _moved(call, lambda array: array[where])


def _gather(call: Call) -> Value:
    places = call.constant(1, "the place").astype(np.int64)
    return _moved(call, lambda array: np.take(array, places, call.get("axis", 0)))


def _split(call: Call) -> Value:
    tensor, axis = call.tensor(), call.get("axis", 0)
    sizes = call.get("split")
    if sizes is None and call.value(1) is not None:
        sizes = call.constant(1, "the size").tolist()
    if sizes is None:
        size = -(-tensor.shape[axis] // len(call.node.outputs))
        sizes = [size] * (len(call.node.outputs) - 1)
    parts = np.split(entries(tensor), np.cumsum(sizes)[: len(call.node.outputs) - 1], axis)
    return [call.assembly.picked(tensor, part) for part in parts]


def _expand(call: Call) -> Value:
    shape = np.broadcast_shapes(call.tensor().shape, tuple(call.constant(1, "the shape").tolist()))
    call.assembly.check_edges(math.prod(shape) if call.tensor().shape != shape else 0)
    return call.assembly.broadcast(call.tensor(), shape)


def _pad(call: Call) -> Value:
    pads = call.get("pads") or call.constant(1, "the size").tolist()
    value = (
        call.get("value", 0.0) if call.value(2) is None else call.constant(2, "the value").item()
    )
    if call.value(3) is not None or call.get("mode", "constant") != "constant" or value:
        raise call.refusal("padding with anything but zeros")
    nodes = call.assembly.commit(call.tensor())
    half = len(pads) // 2
    if min(pads) < 0:
        raise call.refusal("padding by a negative number")
    return spatial.padded(nodes, pads[:half], pads[half:])


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
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Conv": _conv,
    "BatchNormalization": _batch_norm,
    "Add": _add,
    "Sum": _add,
    "Sub": _sub,
    "Mul": _mul,
    "Div": _div,
    "Neg": lambda call: call.assembly.affine(call.tensor(), -1.0),
    "Scaler": _scaler,
    "LinearRegressor": _linear_regressor,
    "LinearClassifier": _linear_classifier,
    "Normalizer": _normalizer,
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
    "MaxPool": _pool("max"),
    "AveragePool": _pool("mean"),
    "GlobalMaxPool": _global_pool("max"),
    "GlobalAveragePool": _global_pool("mean"),
    "ReduceMean": _reduce("mean"),
    "ReduceSum": _reduce("sum"),
    "ReduceMax": _reduce("max"),
    "ReduceMin": _reduce("min"),
    "ReduceProd": _reduce("product"),
    "Mean": lambda call: call.assembly.joined(call.values, "mean"),
    "Transpose": _transpose,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Concat": _concat,
    "Slice": _slice,
    "Gather": _gather,
    "Split": _split,
    "Expand": _expand,
    "Pad": _pad,
    "Identity": _same,
    "ZipMap": _same,
    "Dropout": _dropout,
    "Cast": _cast,
}
"""What each operator makes of its inputs, where at least one of them is computed."""
