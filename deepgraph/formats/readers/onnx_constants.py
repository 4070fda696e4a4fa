"""The operators of ONNX on constants alone, most of which compute shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.readers.onnx_file import TYPES
from deepgraph.formats.readers.onnx_forms import slices

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.formats.readers.onnx_call import Call

MOST = 1 << 24
"""The most entries of a constant that is computed."""


def shape_of(call: Call) -> Any:
    """The shape of a constant or of a computed tensor, from axis `start` to axis `end`."""
    return np.array(call.value(0).shape, np.int64)[call.get("start", 0) : call.get("end")]


def _constant(call: Call) -> Any:
    for name, kind in (
        ("value", None),
        ("value_float", np.float32),
        ("value_int", np.int64),
        ("value_floats", np.float32),
        ("value_ints", np.int64),
    ):
        found = call.get(name)
        if found is not None:
            return found if kind is None else np.array(found, kind)
    raise call.refusal("a constant is not a number")


def _filled(call: Call) -> Any:
    shape = tuple(call.value(0).tolist())
    value = call.get("value", np.zeros(1, np.float32))
    if math.prod(shape) > MOST:
        raise call.refusal(f"a constant of {math.prod(shape):,} entries")
    return np.full(shape, value.reshape(-1)[0], value.dtype)


def _range(call: Call) -> Any:
    start, end, step = (call.value(n).item() for n in range(3))
    if not step or (end - start) / step > MOST:
        raise call.refusal("a range without an end")
    return np.arange(start, end, step, dtype=call.value(0).dtype)


def _reshape(call: Call) -> Any:
    array = call.value(0)
    given = call.get("shape")
    wanted = call.value(1).tolist() if given is None else list(given)
    zero = bool(call.get("allowzero", 0))
    shape = [
        array.shape[n] if axis == 0 and not zero and n < array.ndim else axis
        for n, axis in enumerate(wanted)
    ]
    return array.reshape(shape)


def _axes(call: Call) -> Any:
    found = call.get("axes")
    if found is None and call.value(1) is not None:
        found = call.value(1).reshape(-1).tolist()
    return None if found is None else tuple(found)


def _cast(call: Call) -> Any:
    kind = TYPES.get(call.get("to"))
    if kind is None or call.get("to") == 16:
        raise call.refusal("a constant becomes something else than a number")
    return call.value(0).astype(kind)


def _divided(call: Call) -> Any:
    left, right = call.operands()
    _bounded(call, math.prod(np.broadcast_shapes(np.shape(left), np.shape(right))))
    if left.dtype.kind in "iu":
        return (left // right).astype(left.dtype) if np.all(right) else left
    return left / right


def _expand(call: Call) -> Any:
    shape = np.broadcast_shapes(call.value(0).shape, tuple(call.value(1).tolist()))
    _bounded(call, math.prod(shape))
    return np.broadcast_to(call.value(0), shape)


def _bounded(call: Call, entries: int) -> None:
    """Refuse a constant that a small file would make large."""
    if entries > MOST:
        raise call.refusal(f"a constant of {entries:,} entries")


def _binary(function: Any) -> Callable[[Call], NDArray[Any]]:
    def computed(call: Call) -> NDArray[Any]:
        left, right = call.operands()
        _bounded(call, math.prod(np.broadcast_shapes(np.shape(left), np.shape(right))))
        return np.asarray(function(left, right))

    return computed


def _gathered(call: Call) -> Any:
    array, indices, axis = np.asarray(call.value(0)), call.value(1), call.get("axis", 0)
    _bounded(call, array.size // max(array.shape[axis], 1) * np.size(indices))
    return np.take(array, indices, axis)


def _joined(call: Call) -> Any:
    _bounded(call, sum(map(np.size, call.values)))
    return np.concatenate(call.values, call.get("axis", 1))


def _unary(function: Any) -> Callable[[Call], NDArray[Any]]:
    return lambda call: np.asarray(function(call.value(0)))


OPERATORS: dict[str, Callable[[Call], Any]] = {
    "Constant": _constant,
    "ConstantOfShape": _filled,
    "Range": _range,
    "Reshape": _reshape,
    "Shape": shape_of,
    "Size": lambda call: np.array(math.prod(call.value(0).shape), np.int64),
    "Gather": _gathered,
    "Concat": _joined,
    "Squeeze": lambda call: np.squeeze(call.value(0), _axes(call)),
    "Unsqueeze": lambda call: np.expand_dims(call.value(0), _axes(call) or ()),
    "Slice": lambda call: call.value(0)[slices(call, call.value(0).ndim)],
    "Transpose": lambda call: call.value(0).transpose(call.get("perm")),
    "Cast": _cast,
    "Expand": _expand,
    "Identity": lambda call: call.value(0),
    "Dropout": lambda call: call.value(0),
    "Flatten": lambda call: call.value(0).reshape(
        math.prod(call.value(0).shape[: call.get("axis", 1)]), -1
    ),
    "Add": _binary(np.add),
    "Sub": _binary(np.subtract),
    "Mul": _binary(np.multiply),
    "Div": _divided,
    "Pow": _binary(np.power),
    "Neg": _unary(np.negative),
    "Sqrt": _unary(np.sqrt),
    "Reciprocal": _unary(np.reciprocal),
    "Floor": _unary(np.floor),
    "Ceil": _unary(np.ceil),
    "Exp": _unary(np.exp),
    "Abs": _unary(np.abs),
    "ReduceProd": lambda call: np.prod(
        call.value(0), _axes(call), keepdims=bool(call.get("keepdims", 1))
    ),
}
"""What each operator makes of constants."""
