"""Real files compute what their own formats say, written out here once more."""

from __future__ import annotations

import json
import math
import pickle
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import onnxruntime
import pytest

from tests.support.models import REAL, distance, imported

RNG = np.random.default_rng(7)


def rows(size, scale=1.0):
    return RNG.standard_normal((8, size)) * scale


@pytest.mark.parametrize("name", sorted(path.name for path in REAL.glob("*.onnx")))
def test_onnx_files_compute_what_onnxruntime_does(name):
    found, network = imported(REAL / name)
    session = onnxruntime.InferenceSession(str(REAL / name), providers=["CPUExecutionProvider"])
    shapes = [
        [n if isinstance(n, int) and n > 0 else 1 for n in i.shape] for i in session.get_inputs()
    ]
    X = rows(len(network.inputs))
    Y = []
    for row in X:
        parts = np.split(row, np.cumsum([math.prod(shape) for shape in shapes])[:-1])
        feed = {
            told.name: part.reshape(shape).astype(np.float32)
            for told, shape, part in zip(session.get_inputs(), shapes, parts, strict=True)
        }
        Y.append(np.concatenate([made.reshape(-1) for made in session.run(None, feed)]))
    assert distance(network, X, Y) <= 1e-4
    assert not found.report.left_out


def keras_chain(path, sizes, function):
    import h5py

    arrays = []
    with h5py.File(path) as file:
        file["model_weights"].visititems(
            lambda name, item: (
                arrays.append((name, np.array(item))) if hasattr(item, "shape") else None
            )
        )
    kernels = [a for name, a in arrays if a.ndim == 2]
    biases = [a for name, a in arrays if a.ndim == 1]
    assert [k.shape for k in kernels] == list(pairwise(sizes))

    def forward(X):
        a = X
        for number, (kernel, bias) in enumerate(zip(kernels, biases, strict=True)):
            a = a @ kernel.astype(float) + bias.astype(float)
            a = function(a) if number < len(kernels) - 1 else a
        return a

    return forward


@pytest.mark.parametrize(
    ("name", "sizes", "function"),
    [
        ("sisl_KerasTestNetwork.h5", [5, *[45] * 6, 5], lambda z: np.maximum(z, 0)),
        ("marabou_fc_2-2sigmoids-3.h5", [2, 2, 3], lambda z: 1 / (1 + np.exp(-z))),
    ],
)
def test_keras_files_of_versions_1_and_2(name, sizes, function):
    found, network = imported(REAL / name)
    X = rows(sizes[0])
    assert distance(network, X, keras_chain(REAL / name, sizes, function)(X)) <= 1e-12
    assert any("optimizer_weights" in line for line in found.report.unused)


def numbers(line):
    return [float(cell) for cell in line.split(",") if cell.strip()]


def test_nnet_by_its_own_definition():
    path = REAL / "sisl_TestNetwork.nnet"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("//")]
    sizes = [int(n) for n in numbers(lines[1])]
    low, high, mean, scale = (np.array(numbers(line)) for line in lines[3:7])
    rest = iter(lines[7:])
    layers = []
    for size in sizes[1:]:
        matrix = np.array([numbers(next(rest)) for _ in range(size)])
        layers.append((matrix, np.array([numbers(next(rest))[0] for _ in range(size)])))
    X = np.vstack([low + (high - low) * RNG.random((6, 5)), high * 2, low - 1])
    a = (np.clip(X, low, high) - mean[:-1]) / scale[:-1]
    for number, (matrix, bias) in enumerate(layers):
        a = a @ matrix.T + bias
        a = np.maximum(a, 0) if number < len(layers) - 1 else a
    _, network = imported(path)
    assert distance(network, X, a * scale[-1] + mean[-1]) <= 1e-12


def forward(order, inputs, outputs, terms, function, X):
    """Rows through a graph: `terms` has bias and pairs of source and weight for each node."""
    Y = []
    for row in X:
        value = dict(zip(inputs, row, strict=True))
        for key in order:
            bias, links = terms[key]
            value[key] = function(key, bias + sum(value[s] * w for s, w in links))
        Y.append([value[key] for key in outputs])
    return Y


def neat_sigmoid(z):
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, 5 * z))))


def test_neat_python_json():
    content = json.loads((REAL / "neatpython_xor_winner.json").read_text())
    terms = {n["id"]: (n["bias"], []) for n in content["nodes"] if n["type"] != "input"}
    for link in content["connections"]:
        if link["enabled"]:
            terms[link["to"]][1].append((link["from"], link["weight"]))
    X = rows(2)
    Y = forward([249, 142, 0], [-1, -2], [0], terms, lambda _, z: neat_sigmoid(z), X)
    _, network = imported(REAL / "neatpython_xor_winner.json")
    assert distance(network, X, Y) <= 1e-12
    assert network.input_names == ["-1", "-2"]


class Inert:
    """Stands for the classes of neat-python in this test."""


class Genome(pickle.Unpickler):
    def find_class(self, module, name):
        return (
            super().find_class(module, name)
            if module.startswith("numpy")
            else type(name, (Inert,), {})
        )


def test_neat_python_pickle():
    path = REAL / "neatpython_bipedal_winner.pickle"
    with path.open("rb") as stream:
        genome = Genome(stream).load()
    functions = {
        "sigmoid": neat_sigmoid,
        "relu": lambda z: max(z, 0.0),
        "tanh": lambda z: math.tanh(max(-60.0, min(60.0, 2.5 * z))),
    }
    terms = {key: (node.bias, []) for key, node in genome.nodes.items()}
    for (start, end), link in genome.connections.items():
        if link.enabled:
            terms[end][1].append((start, link.weight * genome.nodes[end].response))
    order, known = [], set(range(-24, 0))
    while len(order) < len(terms):
        ready = [k for k in terms if k not in known and all(s in known for s, _ in terms[k][1])]
        order += ready
        known |= set(ready)
    X = rows(24)
    Y = forward(order, range(-1, -25, -1), range(4), terms,
                lambda key, z: functions[genome.nodes[key].activation](z), X)  # fmt: skip
    found, network = imported(path, inputs=24, outputs=4)
    assert distance(network, X, Y) <= 1e-12
    assert "42 disabled connections" in found.report.unused[0]


def test_goneat_for_cytoscape():
    elements = json.loads((REAL / "gonEAT_xor_winner.cyjs").read_text())["elements"]
    terms = {n["data"]["id"]: (0.0, []) for n in elements["nodes"]}
    for edge in elements["edges"]:
        terms[edge["data"]["target"]][1].append((edge["data"]["source"], edge["data"]["weight"]))
    X = rows(2)
    order, inputs, with_one = ["11", "19", "4"], ["1", "2", "3"], np.insert(X, 0, 1.0, axis=1)
    Y = forward(
        order, inputs, ["4"], terms, lambda _, z: 1 / (1 + math.exp(-4.924273 * z)), with_one
    )
    _, network = imported(REAL / "gonEAT_xor_winner.cyjs")
    assert distance(network, X, Y) <= 1e-12


def test_goneat_genome():
    _, network = imported(REAL / "gonEAT_xorstartgenes.yml")
    assert np.asarray(network([[1.0, 2.0]])).tolist() == [[0.5]]  # all its weights are 0
    assert network.input_names == ["2", "3"]


def sharpneat(name, order, functions):
    sections = re.split(
        r"\n\s*\n", re.sub(r"#.*", "", (REAL / name).read_text("utf-8-sig")).strip()
    )
    links = [line.split() for line in sections[2].splitlines() if line.strip()]
    inputs, outputs = map(int, sections[0].split())
    terms = {key: (0.0, []) for key in order}
    for start, end, weight in links:
        if int(end) in terms:
            terms[int(end)][1].append((int(start), float(weight)))
    X = rows(inputs)
    Y = forward(order, range(inputs), range(inputs, inputs + outputs), terms,
                lambda key, z: functions[key](z), X)  # fmt: skip
    return X, Y


def leaky(z):
    return z if z > 0 else 0.001 * z


@pytest.mark.parametrize(
    ("name", "order", "functions"),
    [
        ("sharpneat_example1.net", [3, 4], dict.fromkeys((3, 4), lambda z: max(z, 0.0))),
        ("sharpneat_mux.net", [5, 4], dict.fromkeys((4, 5), leaky)),
    ],
)
def test_sharpneat(name, order, functions):
    X, Y = sharpneat(name, order, functions)
    found, network = imported(REAL / name)
    assert distance(network, X, Y) <= 1e-12
    assert bool(found.report.unused) == (name == "sharpneat_example1.net")


def test_fann():
    text = (REAL / "fann_xor_float.net").read_text()
    pairs = re.findall(r"\((\d+), (-?[\d.e+-]+)\)", text.split("connections")[1])
    weights = [float(weight) for _, weight in pairs]
    X = rows(2)
    h = np.tanh(np.c_[X, np.ones(len(X))] @ np.array(weights[:9]).reshape(3, 3).T)
    Y = np.tanh(np.c_[h, np.ones(len(X))] @ np.array(weights[9:]))
    _, network = imported(REAL / "fann_xor_float.net")
    assert distance(network, X, Y[:, None]) <= 1e-12


def test_wann_by_its_own_loop():
    table = np.genfromtxt(REAL / "wann_swing.out", delimiter=",")
    weights, kinds = np.nan_to_num(table[:, :-1]), table[:, -1].astype(int)
    functions = {1: lambda x: x, 3: lambda x: np.sin(np.pi * x), 4: lambda x: np.exp(-x * x / 2),
                 5: np.tanh, 7: lambda x: -x, 9: lambda x: np.maximum(0, x)}  # fmt: skip
    X = rows(5)
    value = np.zeros((len(X), len(weights)))
    value[:, 0], value[:, 1:6] = 1, X
    for node in range(6, len(weights)):
        value[:, node] = functions[kinds[node]](value @ weights[:, node])
    _, network = imported(REAL / "wann_swing.out", inputs=5, outputs=1)
    assert distance(network, X, value[:, -1:]) <= 1e-12


def test_pmml():
    path = REAL / "pmml_nn-iris.pmml"
    root = ElementTree.parse(path).getroot()
    space = "{http://www.dmg.org/PMML-4_4}"
    layers = [
        [
            (float(n.get("bias")), [float(c.get("weight")) for c in n])
            for n in layer.findall(f"{space}Neuron")
        ]
        for layer in root.iter(f"{space}NeuralLayer")
    ]
    X = rows(4)
    (first, second) = [
        (np.array([b for b, _ in layer]), np.array([w for _, w in layer])) for layer in layers
    ]
    h = 1 / (1 + np.exp(-(X @ first[1].T + first[0])))
    z = h @ second[1].T + second[0]
    e = np.exp(z - z.max(1, keepdims=True))
    _, network = imported(path)
    assert distance(network, X, e / e.sum(1, keepdims=True)) <= 1e-12
    assert network.input_names == [
        f"{p} {d} (cm)" for p in ("sepal", "petal") for d in ("length", "width")
    ]
    assert network.output_names == ["versicolor", "setosa", "virginica"]
