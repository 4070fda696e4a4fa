from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph import Network, SpecError
from tests.support.strategies import SPECS


@pytest.fixture
def net():
    return deepgraph.load(SPECS / "xor.json")


def test_what_a_network_says_of_itself(net):
    assert net.input_names == ["x1", "x2"]
    assert net.output_names == ["y"]
    assert [net.kind_name(node) for node in range(len(net.ids))] == [
        "input", "input", "bias", "bias", "hidden", "hidden", "output",
    ]  # fmt: skip
    assert net.label(net.index["y"]) == "XOR"
    assert net.label(net.index["h1"]) == "h1"
    assert repr(net).startswith("<Network xor: 5 nodes, ")
    assert [net.functions[f].name for f in net.function[4:]] == ["relu", "leaky_relu", "identity"]
    assert net.functions[net.function[4]].title == "ReLU"


def test_save_and_load(net, tmp_path):
    net.save(tmp_path / "a.json")
    back = deepgraph.load(tmp_path / "a.json")
    assert back.spec == net.spec
    assert deepgraph.loads((tmp_path / "a.json").read_text()).spec == net.spec
    assert deepgraph.loads((tmp_path / "a.json").read_bytes()).spec == net.spec


def test_other_values_leave_the_network_as_it_was(net):
    before = net([[1, 0]])
    assert net.graph is net.graph
    other = net.with_values(np.zeros(len(net.parameters)))
    assert other([[1, 0]]).tolist() == [[0]]
    assert other.graph.edges["x1", "h1"]["weight"] == 0
    assert (net([[1, 0]]) == before).all()
    assert net.graph.edges["x1", "h1"]["weight"] == 1


def test_a_spec_error_names_the_file(tmp_path):
    (tmp_path / "a.json").write_text('{"deepgraph": 1, "nodes": [{"id": "a"}]}')
    with pytest.raises(SpecError) as caught:
        deepgraph.load(tmp_path / "a.json")
    assert str(caught.value).splitlines() == [
        f'{tmp_path / "a.json"}:1:1: $.edges: there are no edges; connect the nodes under "edges"',
        f'{tmp_path / "a.json"}:1:27: $.nodes: no output node; give one "kind": "output"',
    ]


def test_many_problems_are_counted():
    nodes = [{"id": f"n{i}", "kind": "output"} for i in range(33)]
    content = {"deepgraph": 1, "nodes": nodes, "edges": [{"source": "n0", "target": "n1"}]}
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(json.dumps(content))
    assert len(caught.value.problems) == 32
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 12 more problems"


def test_a_network_of_a_million_edges_is_quick():
    """No object per edge: 0.2 s here; minutes if each weight were one."""
    rows = json.dumps([[0.001] * 1000] * 1000)
    text = (
        '{"deepgraph": 1, "layers": [{"id": "x", "size": 1000}, {"id": "y", "size": 1000, '
        f'"weights": "W", "bias": null}}], "parameters": {{"W": {rows}}}}}'
    )
    net = deepgraph.loads(text)
    assert isinstance(net, Network)
    assert len(net.weights) == 1_000_000
    assert net.parameters.name(999_999) == "W[1000,1000]"
