"""The operators of ONNX that add and multiply."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.readers import spatial
from deepgraph.formats.readers.banks import Pending, spelled
from deepgraph.formats.readers.onnx_call import CHOICE
from deepgraph.formats.readers.onnx_forms import (
    transposed,
    windows_of,
)
from deepgraph.formats.readers.state_dict import batch_norm

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.onnx_call import Call, Value
    from deepgraph.formats.readers.onnx_file import OnnxNode


def _gemm(call: Call) -> Value:
    alpha, beta = call.get("alpha", 1.0), call.get("beta", 1.0)
    left, right = call.value(0), call.value(1)
    if isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        raise call.refusal("a constant times a computed tensor; only the reverse is read")
    weights = call.constant(1, "the matrix")
    tensor = call.tensor(0)
    if call.get("transA", 0):
        tensor = transposed(call.assembly, tensor, [1, 0])
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
        if right.ndim < 2 or math.prod(right.shape[:-2]) != 1:
            raise call.refusal(f"a stack of matrices of shape {spelled(right.shape)}")
        matrix = right.reshape(right.shape[-2:]).T
        made = call.assembly.linear(call.tensor(0), matrix, call.name_of(1), call.node.label)
        more = right.ndim - len(made.shape)
        return call.assembly.reshaped(made, (*[1] * more, *made.shape)) if more > 0 else made
    if isinstance(left, np.ndarray) and left.ndim == 2:
        axes = list(range(len(right.shape)))
        turned = [*axes[:-2], axes[-1], axes[-2]] if len(axes) > 1 else axes
        tensor = transposed(call.assembly, call.tensor(1), turned)
        made = call.assembly.linear(tensor, left, call.name_of(0), call.node.label)
        return transposed(call.assembly, made, turned)
    raise call.refusal("a product of two computed tensors, which no spec can express")


def _conv(call: Call) -> Value:
    tensor, kernel = call.tensor(0), call.constant(1, "the kernel")
    space = tensor.shape[2:]
    windows = windows_of(call, space, call.get("kernel_shape", kernel.shape[2:]))
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
    if call.get("spatial", 1) == 0 and len(tensor.shape) > 2:
        raise call.refusal("batch normalisation with statistics of its own for each place")
    scale, shift = batch_norm(mean, variance, gamma, beta, call.get("epsilon", 1e-5))
    form = [-1, *[1] * (len(tensor.shape) - 2)]
    call.report.merged.append(f"{call.node.label}, batch normalisation, into the weights beside it")
    return call.assembly.affine(tensor, scale.reshape(form), shift.reshape(form))


def _plus_constant(call: Call, tensor: Tensor, constant: NDArray[Any], place: int) -> Tensor:
    name = call.name_of(place) if isinstance(tensor, Pending) and tensor.bias is None else None
    return call.assembly.affine(tensor, shift=constant, name=name)


def _add(call: Call) -> Value:
    values = call.operands() if len(call.values) == 2 else call.values
    made = values[0]
    for place, other in enumerate(values[1:], 1):
        if isinstance(made, np.ndarray):
            made = _plus_constant(call, other, made, 0)
        elif isinstance(other, np.ndarray):
            made = _plus_constant(call, made, other, place)
        else:
            made = call.assembly.add(made, other)
    return made


def _sub(call: Call) -> Value:
    left, right = call.operands()
    if isinstance(right, np.ndarray):
        return call.assembly.affine(left, shift=-_signed(right))
    if isinstance(left, np.ndarray):
        return call.assembly.affine(right, -1.0, left)
    return call.assembly.add(left, call.assembly.affine(right, -1.0))


def _signed(array: NDArray[Any]) -> NDArray[Any]:
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _mul(call: Call) -> Value:
    left, right = call.operands()
    if isinstance(right, np.ndarray):
        return call.assembly.affine(left, right)
    if isinstance(left, np.ndarray):
        return call.assembly.affine(right, left)
    return call.assembly.joined([left, right], "product", call.node.name)


def _div(call: Call) -> Value:
    left, right = call.operands()
    if isinstance(right, np.ndarray):
        return call.assembly.affine(left, 1.0 / right.astype(np.float64))
    inverse = call.assembly.commit(right, "inverse")
    if isinstance(left, np.ndarray):
        return call.assembly.affine(inverse, left)
    return call.assembly.joined([left, inverse], "product", call.node.name)


def _scaler(call: Call) -> Value:
    """`ai.onnx.ml.Scaler`: (x − offset)·scale."""
    offset, scale = np.array(call.get("offset", [0.0])), np.array(call.get("scale", [1.0]))
    call.report.merged.append(f"{call.node.label}, a scaler, into the numbers beside it")
    return call.assembly.affine(call.tensor(), scale, -offset * scale)


def _linear_regressor(call: Call) -> Value:
    """`ai.onnx.ml.LinearRegressor`: targets·(features) weights, row by row."""
    if call.get("post_transform", "NONE") != "NONE":
        raise call.refusal(f"the transform {call.get('post_transform')}, which no spec can express")
    targets = int(call.get("targets", 1))
    matrix = np.array(call.get("coefficients", []), np.float32).reshape(targets, -1)
    made: Tensor = call.assembly.linear(call.tensor(), matrix, None, call.node.label)
    shift = np.array(call.get("intercepts") or np.zeros(targets), np.float32)
    return call.assembly.affine(made, shift=shift)


def _linear_classifier(call: Call) -> list[Value]:
    """`ai.onnx.ml.LinearClassifier`: the class, which is no number of a node, and the scores."""
    matrix, shift = _rows_of(call.node)
    transform = call.get("post_transform", "NONE")
    if len(shift) == 1:  # the share of the second of two classes; the runtime gives both
        if transform != "LOGISTIC":
            raise call.refusal(
                f"one score for two classes with the transform {transform}; only LOGISTIC is read"
            )
        matrix, shift = np.concatenate([-matrix, matrix]), np.concatenate([-shift, shift])
    made = call.assembly.linear(call.tensor(), matrix, None, call.node.label)
    scores: Tensor = call.assembly.affine(made, shift=shift)
    if transform == "SOFTMAX":
        scores = call.assembly.softmax(scores)
    elif transform == "LOGISTIC":
        scores = call.assembly.commit(scores, "sigmoid")
    elif transform != "NONE":
        raise call.refusal(f"the transform {transform}, which no spec can express")
    return [call.refusal(f"{CHOICE}; no spec can express it"), scores]


def _rows_of(node: OnnxNode) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Coefficients, (scores, features), and intercepts of a linear classifier."""
    told = node.attributes
    labels = told.get("classlabels_ints") or told.get("classlabels_strings") or []
    shift = np.array(told.get("intercepts") or np.zeros(len(labels)), np.float32)
    return np.array(told.get("coefficients") or [], np.float32).reshape(len(shift), -1), shift


def _are_shares(maker: OnnxNode | None) -> bool:
    """True if the scores of a classifier are from 0 to 1 and have the sum 1."""
    if maker is None or maker.op != "LinearClassifier":
        return False
    transform = maker.attributes.get("post_transform", "NONE")
    matrix, shift = _rows_of(maker)
    opposite = len(shift) == 2 and np.all(matrix[0] == -matrix[1]) and shift[0] == -shift[1]
    return transform == "SOFTMAX" or bool(transform == "LOGISTIC" and (opposite or len(shift) == 1))


def _normalizer(call: Call) -> Value:
    """`ai.onnx.ml.Normalizer`, which changes nothing where the entries are shares already."""
    if call.get("norm", "MAX") != "L1" or not _are_shares(call.makers[0]):
        raise call.refusal("a normalisation by what the row itself holds; no spec can express it")
    call.report.merged.append(f"{call.node.label}: the entries have the sum 1 already")
    return call.tensor()


LINEAR: dict[str, Callable[[Call], Any]] = {
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
    "Mean": lambda call: call.assembly.joined(call.values, "mean"),
}
"""Operators that add and multiply."""
