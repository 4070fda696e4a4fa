"""The steps of a program: layers as a whole where that can be, nodes else, and nothing unneeded."""

from __future__ import annotations

import deepgraph
from deepgraph.formats.writers.program import Layer, Neuron, Program, Softmax
from tests.support.strategies import GALLERY, network


def kinds(net, **options):
    return [type(step) for step in Program(net, **options).steps]


def layered(**more):
    return {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": 2},
            {"id": "h", "size": 2, "activation": "relu", "weights": "W", "bias": "b"},
            {"id": "y", "size": 2, "activation": "softmax", "weights": "V", "bias": None},
        ],
        "parameters": {"W": [[1, 2], [3, 4]], "b": [0, 1], "V": [[1, 1], [2, 2]]},
        **more,
    }


def test_layers_are_steps():
    assert kinds(network(layered())) == [Layer, Layer, Softmax]
    assert kinds(network(layered()), layers=False) == [*[Neuron] * 4, Softmax]


def test_a_skip_edge_is_a_further_term():
    edge = {"source": "x1", "target": "y2", "label": "s", "weight": 1}
    net = network(layered(edges=[edge]))
    [_, last, _] = Program(net).steps
    assert {net.ids[node]: len(edges) for node, edges in last.further.items()} == {"y2": 1}


def test_an_edge_within_a_layer_makes_its_nodes_single():
    edge = {"source": "h1", "target": "h2", "label": "s", "weight": 1}
    assert kinds(network(layered(edges=[edge]))) == [*[Neuron] * 4, Softmax]


def test_what_no_output_needs_is_left_out():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "used"},
            {"id": "idle"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "used"},
            {"source": "x", "target": "idle"},
            {"source": "used", "target": "y"},
        ],
    }
    net = network(spec)
    assert [net.ids[step.node] for step in Program(net).steps] == ["used", "y"]


def test_sources_come_in_runs():
    spec = layered()
    spec["layers"][2]["from"] = ["x", "h"]
    spec["parameters"]["V"] = [[1, 1, 1, 1], [2, 2, 2, 2]]
    net = network(spec)
    last = Program(net).steps[1]
    runs = [[net.ids[node] for node in run] for run in last.sources]
    assert runs == [["x1", "x2"], ["h1", "h2"]]


def test_every_edge_of_the_gallery_is_in_one_step():
    for path in GALLERY:
        net = deepgraph.load(path)
        steps = Program(net, layers=False).steps
        edges = sorted(edge for step in steps if isinstance(step, Neuron) for edge in step.edges)
        assert edges == list(range(len(net.source)))
