from __future__ import annotations

import json

import pytest
from hypothesis import given

from deepgraph.edit import formatting
from tests.support.same_network import computes_the_same
from tests.support.strategies import layered_specs


def encoded(content):
    return json.dumps(content).encode()


def test_expanded():
    content = {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": 2},
            {"id": "y", "size": 1, "activation": "softmax", "weights": "W", "bias": "b"},
        ],
        "parameters": {"W": [["1/3", None]], "b": [0.5]},
    }
    assert formatting.expanded(encoded(content)) == (
        """{
  "deepgraph": 1,
  "nodes": [
    {"id": "x1", "kind": "input", "layer": "x"},
    {"id": "x2", "kind": "input", "layer": "x"},
    {"id": "b[1]", "kind": "bias", "value": 0.5},
    {"id": "y", "kind": "output", "activation": {"name": "softmax", "group": "layer y"}, """
        """"layer": "y"}
  ],
  "edges": [
    {"source": "x1", "target": "y", "label": "W[1,1]", "weight": "1/3"},
    {"source": "x2", "target": "y", "label": "W[1,2]"},
    {"source": "b[1]", "target": "y"}
  ]
}
"""
    )


@pytest.mark.slow
@given(layered_specs())
def test_expanding_keeps_every_bit_and_compacting_comes_back(content):
    text = encoded(content)
    found = formatting.expanded(text)
    computes_the_same(text, found)
    assert formatting.formatted(found.encode()) == found
    try:
        back = formatting.compacted(found.encode())
    except formatting.LayoutError:
        assert "edges" in content or any("from" in layer for layer in content["layers"])
        return
    computes_the_same(text, back)
    assert formatting.expanded(back.encode()) == found


def test_what_cannot_be_expanded():
    layers = [
        {"id": "x", "size": 1},
        {"id": "y", "size": 1, "weights": "W", "bias": "b"},
    ]
    content = {"deepgraph": 1, "layers": layers, "groups": {"g": ["b[1]"]}}
    with pytest.raises(formatting.LayoutError) as caught:
        formatting.expanded(encoded(content), "a.json")
    assert str(caught.value) == 'a.json: the group "g" names the bias "b[1]", which would be a node'
    content = {"deepgraph": 1, "layers": layers, "parameters": "w.npz"}
    with pytest.raises(formatting.LayoutError) as caught:
        formatting.expanded(encoded(content), "a.json")
    assert str(caught.value) == 'a.json: its numbers are in "w.npz", and stay there'
