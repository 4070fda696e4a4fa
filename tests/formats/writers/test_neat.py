"""Exported genomes of neat-python."""

from __future__ import annotations

import pickle
import pickletools
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.formats import writers
from tests.support.exported import close, rows_for, tame
from tests.support.strategies import GALLERY, examples, inputs, irregular_specs, network

CONFIG = """
[NEAT]
fitness_criterion = max
fitness_threshold = 1
no_fitness_termination = False
pop_size = 2
reset_on_extinction = False
[DefaultGenome]
num_inputs = {inputs}
num_outputs = {outputs}
num_hidden = 0
feed_forward = True
"""
"""What a genome is evaluated by; everything else is for evolution."""
ACTIVATIONS = [
    *("identity", "relu", "sigmoid", "tanh", "sin", "gaussian", "selu", "elu", "hard_tanh"),
    "softplus",
    *("log", "exp", "abs", "square", "cube"),
]
SMOOTH = ("identity", "relu", "sigmoid", "tanh", "abs")


@pytest.fixture(scope="module")
def neat():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            "neat", reason="neat-python is missing (pip install neat-python)"
        )


class GenomeConfig:
    """The part of a configuration that evaluation reads."""

    def __init__(self, neat, net):
        self.input_keys = [-1 - place for place in range(len(net.inputs))]
        self.output_keys = list(range(len(net.outputs)))
        self.activation_defs = neat.activations.ActivationFunctionSet()
        self.aggregation_function_defs = neat.aggregations.AggregationFunctionSet()


class Config:
    def __init__(self, neat, net):
        self.genome_config = GenomeConfig(neat, net)


def run_neat(neat, net, X):
    genome = pickle.loads(writers.write(net, "neat"))
    assert isinstance(genome, neat.DefaultGenome)
    made = neat.nn.FeedForwardNetwork.create(genome, Config(neat, net))
    return np.array([made.activate(row) for row in np.asarray(X, float).tolist()])


EXPRESSIBLE = ["deep_state", "karpathy_neuron", "mazur"]


@pytest.mark.parametrize("name", EXPRESSIBLE)
def test_the_gallery(neat, name):
    net = deepgraph.load(GALLERY[0].parent / f"{name}.json")
    X = rows_for(net)
    assert close(run_neat(neat, net, X), net(X, exact=True), 1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function(neat, name):
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "activation": name}],
        "edges": [{"source": "x", "target": "y"}],
    }
    z = np.linspace(0.01 if name == "log" else -6, 6, 301)
    net = network(spec)
    assert close(run_neat(neat, net, z[:, None]), net(z[:, None]), 1e-12)


@examples(60)
@given(data=st.data())
def test_random_networks(neat, data):
    net = network(data.draw(irregular_specs(SMOOTH, ("sum", "mean", "product"))))
    X = tame(data.draw(inputs(net)))[2:]
    found, expected = run_neat(neat, net, X), net(X, exact=True)
    assert found.shape == expected.shape
    if np.abs(expected).max() < 1e3:
        assert close(found, expected, 1e-9)


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"activation": "silu"}, 'node "y": the activation silu, which has no gene of neat-python'),
        ({"activation": "softmax"}, 'node "y": the activation softmax, which has no gene of neat'),
        (
            {"activation": {"name": "leaky_relu", "alpha": 0.1}},
            'node "y": leaky_relu with alpha 0.1 (neat-python has 0.005), which has no gene',
        ),
        ({"aggregation": "max"}, 'node "y": a bias among the terms of a max, which has no gene'),
    ],
)
def test_what_no_genome_can_express(node, message):
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "b", "kind": "bias", "value": 1},
            {"id": "y", "kind": "output", **node},
        ],
        "edges": [{"source": "x", "target": "y"}, {"source": "b", "target": "y"}],
    }
    with pytest.raises(deepgraph.InputError) as caught:
        writers.write(network(spec), "neat")
    assert str(caught.value).startswith(message)


def test_a_pickle_names_the_classes_of_neat_python_alone():
    content = writers.write(deepgraph.load(GALLERY[0].parent / "deep_state.json"), "neat")
    named = {arg for code, arg, _ in pickletools.genops(content) if code.name == "GLOBAL"}
    assert named == {
        "neat.genome DefaultGenome",
        "neat.genes DefaultNodeGene",
        "neat.genes DefaultConnectionGene",
    }
