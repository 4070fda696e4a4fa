"""The operators of ONNX that pick, order and join entries, and the windows of convolutions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import spatial
from deepgraph.formats.readers.banks import Pending, spelled
from deepgraph.formats.readers.terms import Sparse
from deepgraph.words.messages import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.onnx_call import Call, Value


def windows_of(call: Call, space: tuple[int, ...], size: Any) -> spatial.Windows:
    """The windows of a convolution or a pooling, by its attributes."""
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
        windows = windows_of(call, tensor.shape[2:], call.get("kernel_shape", []))
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
    if any(not -rank <= axis < rank for axis in axes):
        raise FormatError(f"the axes {listed(list(map(str, axes)))} of a tensor of {rank} axes")
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


def entries(tensor: Tensor) -> NDArray[np.int64]:
    """The entries of a tensor by their number, in its shape, to be moved as an array is."""
    return np.arange(math.prod(tensor.shape)).reshape(tensor.shape)


def transposed(assembly: Assembly, tensor: Tensor, axes: list[int]) -> Tensor:
    """A tensor with its axes in another order."""
    return assembly.picked(tensor, entries(tensor).transpose(axes))


def _moved(call: Call, how: Callable[[NDArray[Any]], NDArray[Any]]) -> Value:
    """An operator of numpy on the numbers of entries."""
    tensor = call.tensor()
    return call.assembly.picked(tensor, how(entries(tensor)))


def _transpose(call: Call) -> Value:
    default = list(range(len(call.tensor().shape)))[::-1]
    return transposed(call.assembly, call.tensor(), call.get("perm", default))


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
    tensors = [
        call.assembly.constant(value) if isinstance(value, np.ndarray) else value
        for value in call.values
    ]
    return call.assembly.concatenated(tensors, call.get("axis", 1))


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
    half = len(pads) // 2
    if min(pads, default=0) < 0:
        raise call.refusal("padding by a negative number")
    return spatial.padded(call.assembly, call.tensor(), pads[:half], pads[half:])


FORMS: dict[str, Callable[[Call], Any]] = {
    "MaxPool": _pool("max"),
    "AveragePool": _pool("mean"),
    "GlobalMaxPool": _global_pool("max"),
    "GlobalAveragePool": _global_pool("mean"),
    "ReduceMean": _reduce("mean"),
    "ReduceSum": _reduce("sum"),
    "ReduceMax": _reduce("max"),
    "ReduceMin": _reduce("min"),
    "ReduceProd": _reduce("product"),
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
}
"""Operators that pick, order and join entries."""
