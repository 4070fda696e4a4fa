"""The engines against what else one would take: arrays in, arrays out, everything prepared."""

from __future__ import annotations

import time
from functools import partial
from importlib import import_module
from statistics import median

import numpy as np

from deepgraph.engines.threads import one_blas_thread
from tests.benchmarks.harness import Case, Program
from tests.benchmarks.networks import irregular, layered

TINY = (2, 2, 2, 1)
WIDE = (784, 512, 512, 10)


def cases():
    """All of them, by a short name."""
    return {"tiny": tiny, "row": row, "dense": dense, "irregular": sparse}


def ours(net, X, engine):
    """A prepared engine over the whole table; numba is compiled before."""

    def prepare():
        if engine == "numba":
            import_module("numba")
        prepared = net.engine(dtype=X.dtype, engine=engine)
        return lambda: prepared.run(X.T).T

    return Program(f"deepgraph, {engine}", prepare, ours=True)


# --- dense peers --------------------------------------------------------------------------------


def onnx_model(arrays, last):
    """The same layers as Gemm and Relu: the bytes of an ONNX file."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights, value = [], [], "x"
    for i, (matrix, vector) in enumerate(arrays):
        weights += [numpy_helper.from_array(matrix, f"W{i}")]
        weights += [numpy_helper.from_array(vector, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [value, f"W{i}", f"b{i}"], [f"z{i}"], transB=1))
        value = f"z{i}"
        if i < len(arrays) - 1:
            nodes.append(helper.make_node("Relu", [value], [f"a{i}"]))
            value = f"a{i}"
        elif last == "softmax":
            nodes.append(helper.make_node("Softmax", [value], ["y"], axis=1))
            value = "y"
    shapes = ("x", arrays[0][0].shape[1]), (value, len(arrays[-1][1]))
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, size])
        for name, size in shapes
    ]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


def onnx_session(arrays, last):
    import onnxruntime

    return onnxruntime.InferenceSession(
        onnx_model(arrays, last), providers=["CPUExecutionProvider"]
    )


def with_onnxruntime(arrays, X, last):
    session = onnx_session(arrays, last)
    return lambda: session.run(None, {"x": X})[0]


def with_torch(arrays, X, last):
    import torch

    layers = []
    for matrix, vector in arrays:
        linear = torch.nn.Linear(*matrix.shape[::-1])
        linear.weight.data, linear.bias.data = torch.tensor(matrix), torch.tensor(vector)
        layers += [linear, torch.nn.ReLU()]
    layers[-1:] = [torch.nn.Softmax(dim=1)] if last == "softmax" else []
    model, given = torch.nn.Sequential(*layers).eval(), torch.from_numpy(X)

    def call():
        with torch.inference_mode():
            return model(given).numpy()

    return call


def with_plain_numpy(arrays, X, last):
    """As in a tutorial: one array for each layer."""

    def call():
        a = X
        for i, (matrix, vector) in enumerate(arrays):
            z = a @ matrix.T + vector
            a = np.maximum(z, 0) if i < len(arrays) - 1 else z
        if last == "softmax":
            e = np.exp(a - a.max(axis=1, keepdims=True))
            a = e / e.sum(axis=1, keepdims=True)
        return a

    return call


def with_sklearn(arrays, X, last):
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    kind = MLPClassifier if last == "softmax" else MLPRegressor
    sizes = tuple(len(vector) for _, vector in arrays[:-1])
    model = kind(hidden_layer_sizes=sizes, activation="relu", max_iter=1)
    classes = len(arrays[-1][1])
    sample = X[:classes], np.arange(classes) if last == "softmax" else np.zeros(classes)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged
        model.fit(*sample)
    model.coefs_ = [matrix.T.copy() for matrix, _ in arrays]
    model.intercepts_ = [vector.copy() for _, vector in arrays]
    return (lambda: model.predict_proba(X)) if last == "softmax" else (lambda: model.predict(X))


def dense_peers(arrays, X, last):
    peers = {
        "onnxruntime": with_onnxruntime,
        "PyTorch": with_torch,
        "plain numpy": with_plain_numpy,
        "scikit-learn": with_sklearn,
    }
    return [Program(name, partial(make, arrays, X, last)) for name, make in peers.items()]


# --- the cases ----------------------------------------------------------------------------------


def tiny():
    net, arrays = layered(TINY)
    X = np.random.default_rng(1).standard_normal((1_000_000, 2)).astype(np.float32)
    engines = [ours(net, X, "numpy"), ours(net, X, "numba")]
    return Case("2-2-2-1, 1,000,000 rows, float32", [*engines, *dense_peers(arrays, X, "identity")])


def dense():
    net, arrays = layered(WIDE, "softmax")
    X = np.random.default_rng(1).standard_normal((10_000, 784)).astype(np.float32)
    square = np.random.default_rng(2).standard_normal((2048, 2048)).astype(np.float32)
    operations = 2 * len(X) * sum(matrix.size for matrix, _ in arrays)

    def remark(_):
        """On one core, whatever else the machine does: CPU seconds, in turn."""
        one = net.engine(dtype=X.dtype, engine="numpy", threads=1)
        seconds = {"ours": [], "peak": []}
        for _ in range(5):
            with one_blas_thread():
                for name, call in (
                    ("ours", lambda: one.run(X.T)),
                    ("peak", lambda: square @ square),
                ):
                    begin = time.process_time()
                    call()
                    seconds[name].append(time.process_time() - begin)
        reached = operations / median(seconds["ours"])
        peak = 2 * len(square) ** 3 / median(seconds["peak"])
        return (
            f"On one core {reached / 1e9:.0f} GFLOP/s, {reached / peak:.0%} of what numpy reaches "
            f"there in a product of two matrices of 2048 × 2048 ({peak / 1e9:.0f} GFLOP/s)."
        )

    peers = dense_peers(arrays, X, "softmax")
    work = "784-512-512-10 with softmax, 10,000 rows, float32"
    return Case(work, [ours(net, X, "numpy"), *peers], remark=remark)


def row():
    net, arrays = layered(TINY)
    one = np.array([[0.5, -1.0]])
    small = one.astype(np.float32)

    def micrograd():
        from micrograd.nn import MLP

        model = MLP(2, [2, 2, 1])
        for layer, (matrix, vector) in zip(model.layers, arrays, strict=True):
            for neuron, weights, bias in zip(layer.neurons, matrix, vector, strict=True):
                neuron.b.data = float(bias)
                for value, weight in zip(neuron.w, weights, strict=True):
                    value.data = float(weight)
        return lambda: model([0.5, -1.0]).data

    programs = [
        Program("deepgraph, Network()", lambda: lambda: net(one), 2000, ours=True),
        Program("onnxruntime", partial(with_onnxruntime, arrays, small, "identity"), 2000),
        Program("PyTorch", partial(with_torch, arrays, small, "identity"), 500),
        Program("plain numpy", partial(with_plain_numpy, arrays, one, "identity"), 1000),
        Program("micrograd", micrograd, 500),
    ]
    return Case("2-2-2-1, one row", programs)


def sparse():
    net = irregular()
    X = np.random.default_rng(3).standard_normal((4000, len(net.inputs))).astype(np.float32)

    def scipy_by_rank():
        from scipy.sparse import csr_array

        weights = net.weights.astype(np.float32)
        shape = (len(net.ids), len(net.ids))
        matrix = csr_array((weights, (net.target, net.source)), shape=shape)
        ranks = [np.flatnonzero(net.rank == rank) for rank in range(1, net.rank.max() + 1)]
        parts = [(nodes, matrix[nodes]) for nodes in ranks]
        values = np.zeros((len(net.ids), len(X)), np.float32)

        def call():
            values[net.inputs] = X.T
            for nodes, part in parts:
                values[nodes] = np.maximum(part @ values, 0)
            return values[net.outputs].T

        return call

    def neat():
        from neat.nn import FeedForwardNetwork

        steps = []
        for node in net.steps[net.rank[net.steps] > 0].tolist():
            edges = net.incoming.of(node)
            links = list(zip(net.source[edges].tolist(), net.weights[edges].tolist(), strict=True))
            steps.append((node, _relu, sum, 0.0, 1.0, links))
        model = FeedForwardNetwork(net.inputs.tolist(), net.outputs.tolist(), steps)
        some = X[:8].astype(float).tolist()
        return lambda: [model.activate(row) for row in some]

    programs = [
        ours(net, X, "numpy"),
        ours(net, X, "numba"),
        Program("scipy CSR by rank", scipy_by_rank),
        Program("neat-python", neat, share=8 / len(X)),
    ]
    count = f"{len(net.ids):,} nodes in {net.rank.max() + 1} ranks, {len(net.source):,} edges"
    return Case(f"irregular, {count}, {len(X):,} rows, float32", programs, tolerance=1e-3)


def _relu(z):
    return max(z, 0.0)
