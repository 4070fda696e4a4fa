# ruff: noqa: E501 (a case is a line)
"""ONNX beside onnxruntime: operators, and the traps of files in the wild."""

from __future__ import annotations

import json

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

import deepgraph
from deepgraph.errors import FormatError
from tests.support.models import distance, imported

RNG = np.random.default_rng(11)


def array(*shape, kind="f4"):
    return RNG.standard_normal(shape).astype(kind)


def model(nodes, shape, constants=None, *, opset=13, kind=TensorProto.FLOAT, output="y", more=()):
    constants = constants or {}
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", kind, shape), *more],
        [helper.make_tensor_value_info(output, kind, None)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    imports = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 1)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8)


def node(op, inputs=("x",), output="y", **attributes):
    return helper.make_node(op, list(inputs), [output], **attributes)


def agrees(made, folder, shape, *, kind="f4", bar=1e-4):
    """Our network and onnxruntime on the same rows."""
    path = folder / "m.onnx"
    path.write_bytes(made.SerializeToString())
    found, network = imported(path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    X = RNG.standard_normal((5, len(network.inputs)))
    Y = [session.run(None, {"x": row.reshape(shape).astype(kind)})[0].reshape(-1) for row in X]
    assert distance(network, X, Y) <= bar
    return found


OPERATORS = [
    ("Relu", {}, 13), ("LeakyRelu", {"alpha": 0.3}, 13), ("LeakyRelu", {}, 13), ("Elu", {"alpha": 0.4}, 13),
    ("Selu", {}, 13), ("Celu", {"alpha": 0.7}, 13), ("Sigmoid", {}, 13), ("Tanh", {}, 13),
    ("HardSigmoid", {}, 13), ("HardSigmoid", {"alpha": 0.3, "beta": 0.4}, 13), ("HardSwish", {}, 14),
    ("Softplus", {}, 13), ("Softsign", {}, 13), ("ThresholdedRelu", {"alpha": 0.4}, 13),
    ("Exp", {}, 13), ("Abs", {}, 13), ("Sign", {}, 13), ("Neg", {}, 13), ("Floor", {}, 13),
    ("Round", {}, 13), ("Sin", {}, 13), ("Cos", {}, 13), ("Reciprocal", {}, 13), ("Mish", {}, 18),
    ("Gelu", {}, 20), ("Gelu", {"approximate": "tanh"}, 20), ("Softmax", {}, 13),
    ("Softmax", {"axis": 1}, 11), ("LogSoftmax", {}, 13), ("Clip", {"min": -0.3, "max": 0.6}, 7),
    ("Clip", {"min": 0.1}, 7), ("Clip", {"max": 0.1}, 7), ("ReduceMean", {"axes": [1], "keepdims": 0}, 13),
    ("ReduceSum", {"axes": [1]}, 11), ("ReduceMax", {"axes": [1]}, 13), ("ReduceMin", {"axes": [1]}, 13),
    ("ReduceProd", {"axes": [1]}, 13), ("Flatten", {}, 13), ("Identity", {}, 13), ("Dropout", {}, 13),
    ("Transpose", {}, 13),
]  # fmt: skip


@pytest.mark.parametrize(("op", "attributes", "opset"), OPERATORS)
def test_an_operator(op, attributes, opset, tmp_path):
    nodes = [node("Gemm", ["x", "w", "b"], "z"), node(op, ["z"], **attributes)]
    agrees(model(nodes, ["N", 3], {"w": array(3, 4), "b": array(4)}, opset=opset), tmp_path, (1, 3))


@pytest.mark.parametrize("op", ["Sqrt", "Log"])
def test_an_operator_on_positive_numbers(op, tmp_path):
    nodes = [node("Gemm", ["x", "w"], "z"), node("Exp", ["z"], "e"), node(op, ["e"])]
    agrees(model(nodes, ["N", 3], {"w": array(3, 4)}), tmp_path, (1, 3))


@pytest.mark.parametrize("power", [0.5, 2, 3, 1, -1])
def test_powers(power, tmp_path):
    nodes = [node("Softplus", ["x"], "z"), node("Pow", ["z", "p"])]
    agrees(model(nodes, ["N", 3], {"p": np.array(power, "f4")}), tmp_path, (1, 3))


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div"])
@pytest.mark.parametrize("constant_first", [False, True])
def test_arithmetic_with_a_constant(op, constant_first, tmp_path):
    inputs = ["c", "h"] if constant_first else ["h", "c"]
    nodes = [node("Gemm", ["x", "w"], "z"), node("Softplus", ["z"], "h"), node(op, inputs)]
    agrees(model(nodes, ["N", 3], {"w": array(3, 4), "c": array(4)}), tmp_path, (1, 3))


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div", "Max", "Min", "Mean", "Sum"])
def test_two_computed_tensors(op, tmp_path):
    nodes = [node("Gemm", ["x", "w"], "a"), node("Gemm", ["x", "v"], "z"), node("Softplus", ["z"], "b"),
             node(op, ["a", "b"])]  # fmt: skip
    agrees(model(nodes, ["N", 3], {"w": array(3, 4), "v": array(3, 4)}), tmp_path, (1, 3))


@pytest.mark.parametrize("op", ["Add", "Mul", "Max"])
def test_a_tensor_with_itself(op, tmp_path):
    nodes = [node("Gemm", ["x", "w"], "a"), node(op, ["a", "a"])]
    agrees(model(nodes, ["N", 3], {"w": array(3, 4)}), tmp_path, (1, 3))


@pytest.mark.parametrize("trans", [0, 1])
def test_gemm_with_all_its_attributes(trans, tmp_path):
    w = array(4, 3) if trans else array(3, 4)
    gemm = node("Gemm", ["x", "w", "b"], alpha=0.7, beta=1.3, transB=trans)
    found = agrees(model([gemm], ["N", 3], {"w": w, "b": array(1, 4)}), tmp_path, (1, 3))
    assert found.spec.layers


def test_gemm_of_a_turned_input(tmp_path):
    gemm = node("Gemm", ["x", "w"], transA=1)
    agrees(model([gemm], [3, 1], {"w": array(3, 4)}), tmp_path, (3, 1))


def test_batch_norm_of_opset_9_is_that_of_onnxruntime(tmp_path):
    nodes = [
        node("MatMul", ["x", "w"], "z"),
        node("BatchNormalization", ["z", "g", "b", "m", "v"], epsilon=0.01),
    ]
    constants = {
        "w": array(3, 4),
        "g": array(4),
        "b": array(4),
        "m": array(4),
        "v": np.abs(array(4)),
    }
    found = agrees(model(nodes, ["N", 3], constants, opset=9), tmp_path, (1, 3))
    assert found.spec.layers
    assert "BatchNormalization" in found.report.merged[0]


def test_doubles_are_kept(tmp_path):
    nodes = [node("Gemm", ["x", "w", "b"], "z"), node("Tanh", ["z"])]
    constants = {"w": array(3, 4, kind="f8"), "b": array(4, kind="f8")}
    made = model(nodes, ["N", 3], constants, kind=TensorProto.DOUBLE)
    agrees(made, tmp_path, (1, 3), kind="f8", bar=1e-12)


def test_a_graph_out_of_order(tmp_path):
    """onnxruntime refuses such a file; its nodes in order are the oracle."""
    nodes = [node("Gemm", ["x", "w"], "z"), node("Relu", ["z"], "h"), node("Gemm", ["h", "v"])]
    constants = {"w": array(3, 4), "v": array(4, 2)}
    first, second = tmp_path / "a.onnx", tmp_path / "b.onnx"
    first.write_bytes(model(nodes, ["N", 3], constants).SerializeToString())
    second.write_bytes(model(nodes[::-1], ["N", 3], constants).SerializeToString())
    X = RNG.standard_normal((4, 3))
    assert imported(first)[1](X).tobytes() == imported(second)[1](X).tobytes()


@pytest.mark.parametrize("rows", ["N", 0, 1, None])
def test_initializers_among_the_inputs_and_any_number_of_rows(rows, tmp_path):
    constants = {"w": array(3, 4)}
    more = [helper.make_tensor_value_info("w", TensorProto.FLOAT, [3, 4])]
    made = model([node("Gemm", ["x", "w"])], [rows, 3], constants, more=more)
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    _, network = imported(tmp_path / "m.onnx")
    X = RNG.standard_normal((4, 3))
    assert distance(network, X, X @ constants["w"].astype(float)) <= 1e-12


def test_unused_numbers_are_told(tmp_path):
    constants = {"w": array(3, 4), "lost": array(7)}
    (tmp_path / "m.onnx").write_bytes(
        model([node("Gemm", ["x", "w"])], ["N", 3], constants).SerializeToString()
    )
    found, _ = imported(tmp_path / "m.onnx")
    assert found.report.unused == ["lost: 7 numbers that no output needs"]


def test_numbers_beside_the_file(tmp_path):
    w = array(3, 4)
    made = model([node("Gemm", ["x", "w"])], ["N", 3], {"w": w})
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": "m.onnx.data", "offset": "8", "length": "48"}.items():
        tensor.external_data.add(key=key, value=value)
    (tmp_path / "m.onnx.data").write_bytes(b"\0" * 8 + w.tobytes())
    agrees(made, tmp_path, (1, 3))
    with pytest.raises(FormatError, match="a model in memory lacks"):
        deepgraph.from_onnx(made)


@pytest.mark.parametrize("kind", ["float_data", "double_data", "int32_data", "int64_data"])
def test_numbers_one_by_one(kind, tmp_path):
    types = {"float_data": 1, "double_data": 11, "int32_data": 6, "int64_data": 7}
    values = [1.0, -2.0, 3.0, 4.0, 5.0, -6.0]
    tensor = TensorProto(name="w", data_type=types[kind], dims=[3, 2])
    getattr(tensor, kind).extend(values if "f" in kind or kind[0] == "d" else map(int, values))
    made = model([node("MatMul", ["x", "w"])], ["N", 3])
    made.graph.initializer.append(tensor)
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    _, network = imported(tmp_path / "m.onnx")
    assert network([[1, 10, 100]]).tolist() == [[531, -562]]


def test_a_deep_chain_is_no_recursion(tmp_path):
    nodes = [node("Gemm", ["x", "w"], "z0")]
    nodes += [node("Identity", [f"z{n}"], f"z{n + 1}") for n in range(3000)]
    (tmp_path / "m.onnx").write_bytes(
        model(nodes, ["N", 3], {"w": array(3, 2)}, output="z3000").SerializeToString()
    )
    assert len(imported(tmp_path / "m.onnx")[1].outputs) == 2


@pytest.mark.slow
def test_edges_that_are_unrolled_are_bounded(tmp_path):
    made = model([node("Conv", ["x", "w"])], [1, 3, 64, 64], {"w": array(8, 3, 3, 3)})
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    with pytest.raises(FormatError, match=r"830,304 edges or more, and at most 200,000"):
        imported(tmp_path / "m.onnx")
    assert len(imported(tmp_path / "m.onnx", max_edges=900_000)[1].source) == 830_304


def test_the_labels_of_a_kernel_are_shared(tmp_path):
    made = model([node("Conv", ["x", "k.weight", "k.bias"])], [1, 1, 3, 3],
                 {"k.weight": array(2, 1, 2, 2), "k.bias": array(2)})  # fmt: skip
    found = agrees(made, tmp_path, (1, 1, 3, 3))
    network = imported(tmp_path / "m.onnx")[1]
    assert len(network.parameters) == 10
    assert {edge.label for edge in found.spec.edges if edge.label} == {
        f"k.weight[{o},1,{r},{c}]" for o in (1, 2) for r in (1, 2) for c in (1, 2)
    }


def test_what_is_given_twice(tmp_path):
    nodes = [node("Relu", ["x"]), node("Tanh", ["x"])]
    (tmp_path / "m.onnx").write_bytes(model(nodes, ["N", 3]).SerializeToString())
    with pytest.raises(FormatError, match="computed twice"):
        imported(tmp_path / "m.onnx")


def test_a_pooling_of_several_rows_is_refused(tmp_path):
    nodes = [
        helper.make_node("Reshape", ["x", "shape"], ["r"]),
        node("MaxPool", ["r"], kernel_shape=[2], strides=[2]),
    ]
    made = model(nodes, [1, 8], {"shape": np.array([2, 1, 4])})
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    with pytest.raises(FormatError, match="2 rows"):
        imported(tmp_path / "m.onnx")


def test_scaling_behind_scaling(tmp_path):
    nodes = [
        helper.make_node("Mul", ["x", "two"], ["a"]),
        helper.make_node("Mul", ["a", "three"], ["b"]),
        node("Add", ["b", "one"]),
    ]
    constants = {"two": np.float32([2]), "three": np.float32([3]), "one": np.float32([1])}
    agrees(model(nodes, ["N", 1], constants), tmp_path, (1, 1))


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_the_logarithm_of_softmax_has_no_logarithm_of_zero(axis):
    made = model([node("LogSoftmax", axis=axis)], [1, 2, 3])
    X = np.array([[[1000.0, 0.0, 1.0], [-1000.0, 5.0, 700.0]]])
    largest = X.max(axis, keepdims=True)
    wanted = X - largest - np.log(np.exp(X - largest).sum(axis, keepdims=True))
    found = deepgraph.from_onnx(made)([X.reshape(-1)])[0]
    assert found == pytest.approx(wanted.reshape(-1), abs=1e-12)


def linear_classifier(coefficients, intercepts, transform):
    return helper.make_node(
        "LinearClassifier", ["x"], ["label", "s"], domain="ai.onnx.ml", coefficients=coefficients,
        intercepts=intercepts, classlabels_ints=[0, 1], post_transform=transform, multi_class=0,
    )  # fmt: skip


def normalizer():
    return helper.make_node("Normalizer", ["s"], ["y"], domain="ai.onnx.ml", norm="L1")


@pytest.mark.parametrize(
    ("coefficients", "intercepts", "transform"),
    [
        ([1.0, 2.0], [0.5], "LOGISTIC"),
        ([1.0, 2, -1, -2], [0.5, -0.5], "LOGISTIC"),
        ([1.0, 2, 3, -4], [0.5, 1], "SOFTMAX"),
    ],
)
def test_shares_of_two_classes(coefficients, intercepts, transform, tmp_path):
    nodes = [linear_classifier(coefficients, intercepts, transform), normalizer()]
    agrees(model(nodes, [1, 2]), tmp_path, (1, 2))


@pytest.mark.parametrize("transform", ["NONE", "LOGISTIC"])
def test_scores_that_are_no_shares_are_not_normalised(transform):
    nodes = [linear_classifier([1.0, 2, 3, 4], [0.5, 0.1], transform), normalizer()]
    with pytest.raises(FormatError, match="by what the row itself holds"):
        deepgraph.from_onnx(model(nodes, [1, 2]))


def test_one_score_for_two_classes_is_refused():
    nodes = [linear_classifier([1.0, 2], [0.5], "NONE"), node("Identity", ["s"])]
    with pytest.raises(FormatError, match="one score for two classes"):
        deepgraph.from_onnx(model(nodes, [1, 2]))


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div"])
def test_the_second_number_lies_along_its_axis_before_opset_7(op):
    nodes = [node(op, ["x", "c"], broadcast=1, axis=1)]
    c = np.array([1.0, 2.0], "f4")
    X = np.arange(8.0).reshape(1, 2, 2, 2)
    found = deepgraph.from_onnx(model(nodes, [1, 2, 2, 2], {"c": c}, opset=6))([X.reshape(-1)])[0]
    function = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}[op]
    assert found == pytest.approx(function(X, c[:, None, None]).reshape(-1))


def test_slopes_lie_along_the_channels_before_opset_7():
    slope = np.array([0.5, 0.25])
    network = deepgraph.from_onnx(
        model([node("PRelu", ["x", "s"])], [1, 2, 2], {"s": slope}, opset=6)
    )
    assert network([[-1.0, -1, -1, -1]]).tolist() == [[-0.5, -0.5, -0.25, -0.25]]


def test_statistics_for_each_place_are_refused():
    constants = {name: np.ones((2, 2), "f4") for name in "abcd"}
    nodes = [node("BatchNormalization", ["x", *"abcd"], spatial=0)]
    with pytest.raises(FormatError, match="for each place"):
        deepgraph.from_onnx(model(nodes, [1, 2, 2], constants, opset=7))


def test_a_stack_of_one_matrix_adds_an_axis(tmp_path):
    nodes = [node("MatMul", ["x", "w"], "z"), node("ReduceSum", ["z"], axes=[2], keepdims=0)]
    agrees(model(nodes, [1, 3], {"w": array(1, 3, 4)}, opset=11), tmp_path, (1, 3))


def test_kernels_and_matrices_without_names(tmp_path):
    """PyTorch's exporter calls them onnx::Conv_1 and so on, which no person knows."""
    nodes = [
        node("Conv", ["x", "onnx::Conv_1"], "a"),
        node("Relu", ["a"], "b"),
        node("Conv", ["b", "onnx::Conv_2"]),
    ]
    kernels = {"onnx::Conv_1": array(1, 1, 2, 2), "onnx::Conv_2": array(1, 1, 2, 2)}
    found = agrees(model(nodes, [1, 1, 4, 4], kernels), tmp_path, (1, 1, 4, 4))
    assert {edge.label.partition("[")[0] for edge in found.spec.edges} == {"K", "K_2", None} - {
        None
    }
    nodes = [
        node("MatMul", ["x", "onnx::M_1"], "a"),
        node("Relu", ["a"], "b"),
        node("MatMul", ["b", "onnx::M_2"]),
    ]
    agrees(
        model(nodes, [1, 2, 3], {"onnx::M_1": array(3, 3), "onnx::M_2": array(3, 2)}),
        tmp_path,
        (1, 2, 3),
    )


@pytest.mark.parametrize("scaled", [False, True])
def test_a_kernel_that_is_used_twice(scaled, tmp_path):
    """It is one array of parameters, but where its first use is scaled."""
    middle = node("Mul" if scaled else "Add", ["a", "c"], "b")
    nodes = [node("Conv", ["x", "kernel"], "a"), middle, node("Conv", ["b", "kernel"])]
    made = model(nodes, [1, 1, 4, 4], {"kernel": array(1, 1, 2, 2), "c": np.array(3, "f4")})
    found = agrees(made, tmp_path, (1, 1, 4, 4))
    names = {edge.label.partition("[")[0] for edge in found.spec.edges if edge.label}
    assert names == ({"kernel", "kernel_2"} if scaled else {"kernel"})


@pytest.mark.parametrize("activation", ["tanh", "identity", {"name": "leaky_relu", "alpha": 0.3}])
def test_a_node_that_only_biases_feed_comes_back(activation, tmp_path):
    nodes = [
        {"id": "x", "kind": "input"}, {"id": "b", "kind": "bias", "value": -0.5},
        {"id": "h", "kind": "hidden", "activation": activation}, {"id": "y", "kind": "output"},
    ]  # fmt: skip
    edges = [{"source": s, "target": t} for s, t in [("b", "h"), ("h", "y"), ("x", "y")]]
    network = deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))
    network.export(tmp_path / "m.onnx")
    again = deepgraph.from_file(tmp_path / "m.onnx")
    assert again([[2.0]])[0, 0] == pytest.approx(network([[2.0]])[0, 0], abs=1e-7)


def test_bounds_with_nothing_between_them_are_refused():
    with pytest.raises(FormatError, match="the lower bound 1 is not below the upper bound 1"):
        deepgraph.from_onnx(model([node("Clip", min=1.0, max=1.0)], [1, 2], opset=7))
