"""Layers without stages have the field's names Z¹, A¹, …, and no name that the network has."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

import deepgraph
from deepgraph.edit.templates import dense
from deepgraph.network import Network
from deepgraph.spec import write
from tests.support.strategies import SPECS
from tests.support.worked import lines


def layered(sizes, activation="relu", ids=None):
    letters = ids or ["x", *"hgfklmnopq"[: len(sizes) - 2], "y"]
    layers = [{"id": letters[0], "size": sizes[0]}]
    parameters = {}
    for n, (before, size) in enumerate(itertools.pairwise(sizes), 1):
        last = n == len(sizes) - 1
        layers.append(
            {
                "id": letters[n],
                "size": size,
                "activation": "identity" if last else activation,
                "weights": f"W{n}",
                "bias": None,
            }
        )
        parameters[f"W{n}"] = [[1] * before] * size
    content = {"deepgraph": 1, "layers": layers, "parameters": parameters}
    return deepgraph.loads(json.dumps(content))


def by_layer(net, X):
    text = str(net.explain(X))
    found = lines(text[text.index("layer by layer") :])
    return [line for line in found if not line.startswith("[")]


def test_the_names_of_the_field():
    assert by_layer(layered([2, 2, 2, 1]), {"x1": 1, "x2": 2}) == [
        "Z¹ = weighted inputs = [3 3]",
        "A¹ = ReLU(Z¹) = [3 3]",
        "Z² = weighted A¹ = [6 6]",
        "A² = ReLU(Z²) = [6 6]",
        "Z³ = weighted A² = [12]",
    ]


def test_linear_layers_have_one_name():
    net = layered([1, 1, 1], "identity")
    assert by_layer(net, {"x": 1}) == ["Z¹ = weighted inputs = [1]", "Z² = weighted Z¹ = [1]"]


def test_ids_that_look_so_keep_their_names():
    for taken in ("Z¹", "A¹", "Z²"):
        net = layered([1, 1, 1], ids=[taken, "h", "y"])
        assert by_layer(net, {taken: 1}) == [
            "Z′¹ = weighted inputs = [1]",
            "A′¹ = ReLU(Z′¹) = [1]",
            "Z′² = weighted A′¹ = [1]",
        ]
    net = layered([1, 1, 1], ids=["Z¹", "Z′²", "y"])
    assert by_layer(net, {"Z¹": 1})[0] == "Z′′¹ = weighted inputs = [1]"


def test_ids_called_out1_are_no_stages():
    net = layered([1, 1, 1], ids=["x", "out1", "out2"])
    assert [line.split(" = ")[0] for line in by_layer(net, {"x": 1})] == ["Z¹", "A¹", "Z²"]


def test_they_are_set_as_mathematics():
    net = layered([1, 1, 1])
    assert r"A^{1} &= \text{ReLU}\left(Z^{1}\right)" in net.explain({"x": 1}).latex()
    assert r"Z^{2} &= \text{weighted }A^{1} = \left[1\right]" in net.explain({"x": 1}).latex()
    long = layered([1] * 12)
    assert r"Z^{11} &= " in long.explain({"x": 1}).latex()
    spec = json.loads(write(net.spec)) | {"stages": {"Z¹": ["z(h)"], "A¹": ["h"]}}
    named = deepgraph.loads(json.dumps(spec)).explain({"x": 1})
    assert r"A^{1} &= \text{ReLU}\left(Z^{1}\right)" in named.latex()
    primed = layered([1, 1, 1], ids=["Z¹", "h", "y"])
    assert r"Z'^{1} &= " in primed.explain({"Z¹": 1}).latex()


def test_stages_stand_in_their_place():
    net = layered([1, 1, 1])
    spec = json.loads(write(net.spec)) | {"stages": {"s": ["h"]}}
    text = str(deepgraph.loads(json.dumps(spec)).explain({"x": 1}))
    assert "stage by stage" in text
    assert "layer by layer" not in text
    assert "Z¹" not in text


def steps(net, inputs):
    [found] = [
        s.steps for s in net.explain(inputs, precision="full").sections if s.title == "Stages"
    ]
    return found


def numbers(line):
    return [float(entry.text.replace("−", "-")) for entry in line.vector.entries]


def test_the_stages_are_those_of_matrices():
    net = Network(dense([2, 3, 1], "tanh", layers=True)).initialised(1)
    x = np.array([0.5, -1.0])
    found = steps(net, dict(zip(net.input_names, x, strict=True)))
    values = {
        block.name: net.parameters.values[block.offset :][: block.size]
        for block in net.parameters.blocks
    }
    (w1, b1), (w2, b2) = (
        (values[layer.weights.name].reshape(layer.weights.shape), values[layer.bias.name])
        for layer in net.dense
    )
    z1 = w1 @ x + b1
    a1 = np.tanh(z1)
    stages = [numbers(line) for line in found[0].lines]
    for stage, expected in zip(stages, [z1, a1, w2 @ a1 + b2], strict=True):
        assert stage == pytest.approx(expected, rel=1e-14)


def test_a_group_of_weights_is_a_row_vector():
    net = deepgraph.load(SPECS / "mazur.json")
    found = steps(net, {"i1": 0.05, "i2": 0.1})
    assert [step.title for step in found] == ["layer by layer", "in matrix form"]
    assert {line.name: line.value for line in found[1].lines} == {
        name: float(net.trace({"i1": 0.05, "i2": 0.1}).pre_activation(name)[0])
        for name in ("h1", "h2", "o1", "o2")
    }
