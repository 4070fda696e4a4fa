# ruff: noqa: E501 (a case is a line)
"""Windows and the zeros around a tensor, beside onnxruntime and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper

import deepgraph
from deepgraph.errors import FormatError
from tests.formats.readers.test_onnx import agrees, array, model, node

AROUND = np.array([0, 0, 1, 1, 0, 0, 1, 1])
PAD = node("Pad", ["x", "pads"], "p")
SQUARE = (1, 1, 2, 2)


BEHIND = {
    "mean": [node("AveragePool", ["p"], kernel_shape=[2, 2], strides=[2, 2])],
    "max": [node("Sigmoid", ["p"], "s"), node("Neg", ["s"], "n"), node("MaxPool", ["n"], kernel_shape=[2, 2], strides=[2, 2])],
    "sigmoid": [node("Sigmoid", ["p"])],
    "dense": [node("Flatten", ["p"], "f"), node("Gemm", ["f", "w"])],
    "dense on another axis": [node("MatMul", ["p", "v"])],
    "sum": [node("ReduceSum", ["p", "axes"], keepdims=0)],
    "product": [node("Mul", ["p", "p"])],
    "add": [node("Add", ["p", "p"])],
    "convolution": [node("Conv", ["p", "k"])],
    "scaled": [node("Mul", ["p", "c"], "m"), node("Conv", ["m", "k"])],
    "padded again": [node("Pad", ["p", "pads"], "q"), node("Conv", ["q", "k"])],
    "nothing": [node("Identity", ["p"])],
}  # fmt: skip
CONSTANTS = {
    "pads": AROUND, "w": array(16, 3), "v": array(4, 2), "axes": np.array([2]), "k": array(2, 1, 3, 3),
    "c": array(1),
}  # fmt: skip


@pytest.mark.parametrize("name", BEHIND)
def test_zeros_around_a_tensor_are_zeros(name, tmp_path):
    made = model([PAD, *BEHIND[name]], list(SQUARE), CONSTANTS)
    agrees(made, tmp_path, SQUARE)


def test_zeros_are_larger_than_what_is_negative():
    """By hand: onnxruntime merges the two nodes and then pads with nothing."""
    nodes = [PAD, node("MaxPool", ["p"], kernel_shape=[2, 2], strides=[2, 2])]
    network = deepgraph.from_onnx(model(nodes, list(SQUARE), CONSTANTS))
    assert network([[-1.0, -2.0, -3.0, -4.0]]).tolist() == [[0.0, 0.0, 0.0, 0.0]]


def test_zeros_beside_another_output(tmp_path):
    """The zero of a padded tensor was the last node of the network."""
    nodes = [node("Pad", ["x", "p"], "q"), node("Gemm", ["q", "w"]), node("Relu", ["x"], "z")]
    more = helper.make_tensor_value_info("z", TensorProto.FLOAT, None)
    made = model(nodes, [1, 2], {"p": np.array([0, 1, 0, 1]), "w": np.ones((4, 1), "f4")})
    made.graph.output.append(more)
    assert deepgraph.from_onnx(made)([[1.0, 2.0]]).tolist() == [[3.0, 1.0, 2.0]]


def test_the_zeros_are_no_parameter():
    network = deepgraph.from_onnx(model([PAD, *BEHIND["sigmoid"]], list(SQUARE), CONSTANTS))
    assert not network.parameters.trainable.any()
    alone = deepgraph.from_onnx(model([PAD, *BEHIND["convolution"]], list(SQUARE), CONSTANTS))
    assert not any("zero" in name for name in alone.ids)


def test_a_window_beside_its_tensor_is_zero(tmp_path):
    nodes = [node("Conv", ["x", "k"], pads=[2, 2, 2, 2])]
    agrees(model(nodes, list(SQUARE), {"k": array(1, 1, 1, 1)}), tmp_path, SQUARE)
    nodes = [node("MaxPool", ["x"], kernel_shape=[1, 1], pads=[1, 1, 1, 1])]
    with pytest.raises(FormatError, match="holds no entry"):
        deepgraph.from_onnx(model(nodes, list(SQUARE)))


@pytest.mark.parametrize("pads", [[0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 1, 0]])
@pytest.mark.parametrize("whole", [0, 1])
def test_a_mean_counts_what_lies_in_the_tensor_or_its_padding(pads, whole):
    """By PyTorch's rule, divide by what of the window lies within tensor and padding."""
    size, stride, edge = 2, 2, 3
    pool = node("AveragePool", kernel_shape=[size] * 2, strides=[stride] * 2, pads=pads, ceil_mode=1,
                count_include_pad=whole)  # fmt: skip
    network = deepgraph.from_onnx(model([pool], [1, 1, edge, edge], opset=19))
    X = np.arange(9.0).reshape(3, 3) + 1
    wanted = []
    for i in range(-pads[0], edge, stride):
        for j in range(-pads[1], edge, stride):
            rows = [n for n in (i, i + 1) if 0 <= n < edge]
            columns = [n for n in (j, j + 1) if 0 <= n < edge]
            high = min(i + size, edge + pads[2]) - i
            wide = min(j + size, edge + pads[3]) - j
            count = high * wide if whole else len(rows) * len(columns)
            wanted.append(X[np.ix_(rows, columns)].sum() / count)
    assert network([X.reshape(-1)])[0] == pytest.approx(wanted, abs=1e-12)


def test_padding_beyond_measure_is_refused():
    pads = np.array([0, 0, 0, 0, 0, 0, 0, 1 << 40])
    with pytest.raises(FormatError, match="edge by edge"):
        deepgraph.from_onnx(model([PAD, *BEHIND["sigmoid"]], list(SQUARE), {"pads": pads}))


TWICE = {
    "joined": [node("Concat", ["x", "x"], "z", axis=1), node("Gemm", ["z", "w"])],
    "joined behind": [node("Tanh", ["x"], "t"), node("Concat", ["t", "t"], "z", axis=1), node("Gemm", ["z", "w"])],
    "scaled behind": [node("Tanh", ["x"], "t"), node("Concat", ["t", "t"], "u", axis=1), node("Mul", ["u", "c"], "z"), node("Gemm", ["z", "w"])],
    "summed": [node("Concat", ["x", "x"], "z", axis=1), node("ReduceSum", ["z"])],
    "gathered": [node("Gather", ["x", "i"], "z", axis=1), node("Gemm", ["z", "w"])],
    "convolved": [node("Gather", ["x", "i"], "z", axis=1), node("Reshape", ["z", "s"], "u"), node("Conv", ["u", "k"])],
}  # fmt: skip


@pytest.mark.parametrize("name", TWICE)
def test_a_node_that_is_there_twice_feeds_once(name, tmp_path):
    constants = {
        "w": array(6, 2),
        "i": np.array([0, 0, 1, 1, 2, 0]),
        "c": array(6),
        "s": np.array([1, 1, 2, 3]),
        "k": array(2, 1, 2, 2),
    }
    agrees(model(TWICE[name], [1, 3], constants), tmp_path, (1, 3))
