"""The program of the page: what it says of a network, read back by the scripts."""

from __future__ import annotations

import gzip
import json
import random

import numpy as np
import pytest

import deepgraph
from deepgraph.live import functions
from deepgraph.live.program import program
from tests.support.live import run_networks
from tests.support.strategies import GALLERY, SPECS, irregular, network, renamed

NAMES = """
const main = () => programs.map((program) => ({
  names: Array.from(program.values, (_, number) => parameterName(program, number)),
  values: program.values,
  source: program.source, target: program.target, parameter: program.parameter,
  steps: program.steps, ids: program.ids, label: program.label,
  inputs: program.inputs, outputs: program.outputs, kind: program.kind,
  incoming: program.incoming.map((edges) => Array.from(edges)),
  aggregation: program.aggregation,
  classes: predictedClass(program, program.outputs.map((_, i) => (i * 7) % 3)),
}));
"""


@pytest.fixture(scope="module")
def networks():
    rng = random.Random(4)
    made = [
        network(renamed(rng, irregular(rng, 3, 2, 9, None, ["sum", "max", "mean"], scaled=True)))
        for _ in range(20)
    ]
    return [*map(deepgraph.load, GALLERY), *made]


def test_the_scripts_read_what_the_network_has(networks):
    for net, found in zip(networks, run_networks(NAMES, networks), strict=True):
        parameters = net.parameters
        assert found["names"] == [parameters.name(number) for number in range(len(parameters))]
        assert found["values"] == parameters.values.tolist()
        assert found["source"] == net.source.tolist()
        assert found["target"] == net.target.tolist()
        assert found["parameter"] == net.edge_parameter.tolist()
        assert found["steps"] == net.steps.tolist()
        assert found["ids"] == net.ids
        assert found["label"] == [net.label(node) for node in range(len(net.ids))]
        assert found["inputs"] == net.inputs.tolist()
        assert found["outputs"] == net.outputs.tolist()
        assert found["kind"] == net.kind.tolist()
        assert found["aggregation"] == list(net.aggregations)
        assert found["incoming"] == [net.incoming.of(n).tolist() for n in range(len(net.ids))]
        if program(net)["classes"] is not None:
            outputs = np.array([[(i * 7) % 3] for i in range(len(net.outputs))], float)
            assert found["classes"] == net.classes.predicted(outputs)[0]


def test_it_is_strict_json(networks):
    for net in networks:
        json.dumps(program(net), allow_nan=False)


def test_fractions_keep_their_texts():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input", "normalise": {"mean": "1/3", "scale": 2}},
            {"id": "b", "kind": "bias", "value": "-2/7"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "y", "label": "w", "weight": "1/3"},
            {"source": "x", "target": "y", "label": "v", "weight": 0.3},
            {"source": "b", "target": "y", "label": "u", "weight": "4/2", "trainable": False},
        ],
    }
    spec["edges"] = [spec["edges"][0], spec["edges"][2]]
    found = program(network(spec), precision="full")
    assert found["precision"] == 17
    assert found["parameters"]["text"] == {"0": "1/3", "1": "4/2"}
    assert found["parameters"]["frozen"] == [1]
    assert found["bias"] == {"parameter": {}, "constant": {"1": -2 / 7}, "text": {"1": "-2/7"}}
    assert found["normalise"] == {"0": {"mean": 1 / 3, "scale": 2.0}}


def test_examples_and_rows():
    net = deepgraph.load(SPECS / "mazur.json")
    example = next(e for e in program(net)["examples"] if e["targets"])
    index = net.index
    assert example["inputs"] == [[0.05], [0.1]]
    assert example["targets"] == {str(index["o1"]): [0.01], str(index["o2"]): [0.99]}
    found = program(net, X=np.array([[0.1, 0.2], [0.3, 0.4]]), targets={"o1": [0, 1]})
    assert found["rows"] == {
        "inputs": [[0.1, 0.3], [0.2, 0.4]],
        "targets": {str(index["o1"]): [0.0, 1.0]},
    }


def test_the_loss_to_begin_with():
    losses = {path.stem: program(deepgraph.load(path))["loss"] for path in GALLERY}
    assert losses["mazur"] == "half_squared_error"
    assert losses["iris"] == "cross_entropy"
    assert program(deepgraph.load(SPECS / "xor.json"), loss="squared_error")["loss"] == (
        "squared_error"
    )


def test_a_parameter_without_a_value_is_told():
    spec = json.loads((SPECS / "xor.json").read_text())
    del spec["edges"][-1]["weight"]
    with pytest.raises(deepgraph.UninitialisedError, match="w6"):
        program(network({**spec, "examples": []}))


def test_four_hundred_nodes_fit():
    """Program and functions take half of what a page may weigh."""
    rng = random.Random(0)
    net = network(irregular(rng, 20, 20, 360, None, ["sum", "product", "max"], scaled=True))
    text = json.dumps(program(net), separators=(",", ":")) + functions.script(net)
    assert len(net.ids) >= 390
    assert len(gzip.compress(text.encode())) <= 30_000


def test_several_outputs_are_classes_where_something_says_so():
    def told(name, **more):
        return program(deepgraph.load(SPECS / name), **more)["classes"]

    assert told("iris.json")["names"] == ["setosa", "versicolor", "virginica"]  # a softmax
    assert told("mazur.json") is told("full_adder.json") is told("more/convolution.json") is None
    hot, cold = {"o1": [1.0, 0.0], "o2": [0.0, 1.0]}, {"o1": [1.0, 1.0], "o2": [0.0, 1.0]}
    assert told("mazur.json", targets=hot)["names"] == ["o1", "o2"]
    assert told("mazur.json", targets=cold) is told("mazur.json", targets={"o1": [1.0]}) is None


def test_the_examples_of_a_spec_say_it_too():
    def told(*wanted):
        content = json.loads((SPECS / "mazur.json").read_text())
        content["examples"] = [
            {"inputs": {"i1": 0.05, "i2": 0.1}, "targets": {"o1": one, "o2": other}}
            for one, other in wanted
        ]
        return program(network(content))["classes"] is not None

    assert told((1, 0), (0, 1))
    assert not told((1, 0), (1, 1))
    assert not told()
