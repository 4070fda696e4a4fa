from __future__ import annotations

import json

import numpy as np

from deepgraph import spec as specs
from deepgraph.graph.draft import Draft
from deepgraph.graph.kinds import BIAS, HIDDEN, INPUT, OUTPUT


def draft(**content):
    return Draft(specs.read(json.dumps({"deepgraph": 1, **content}).encode()))


def edges(found):
    return [(found.ids[s], found.ids[t]) for s, t in zip(found.source, found.target, strict=True)]


DENSE = [
    {"id": "x", "size": 2},
    {"id": "h", "size": 3, "weights": "W1", "bias": "c", "activation": "relu"},
    {"id": "y", "size": 1, "weights": "W2", "bias": None},
]


def test_layers_make_nodes_in_their_order_biases_first():
    found = draft(layers=DENSE, nodes=[{"id": "extra", "kind": "input"}])
    assert found.ids == ["x1", "x2", "c[1]", "c[2]", "c[3]", "h1", "h2", "h3", "y", "extra"]
    assert found.kind == [INPUT] * 2 + [BIAS] * 3 + [HIDDEN] * 3 + [OUTPUT, INPUT]
    assert [found.columns.get(node) for node in range(10)] == [
        *["x"] * 2, *[None] * 3, *["h"] * 3, "y", None,
    ]  # fmt: skip
    assert not found.problems


def test_layers_make_edges_row_by_row_then_their_biases_then_the_extra_ones():
    found = draft(layers=DENSE, edges=[{"source": "x1", "target": "y", "label": "skip"}])
    assert edges(found) == [
        ("x1", "h1"), ("x2", "h1"), ("x1", "h2"), ("x2", "h2"), ("x1", "h3"), ("x2", "h3"),
        ("c[1]", "h1"), ("c[2]", "h2"), ("c[3]", "h3"),
        ("h1", "y"), ("h2", "y"), ("h3", "y"),
        ("x1", "y"),
    ]  # fmt: skip
    assert [block.name for block in found.blocks] == ["W1", "c", "W2"]
    assert [block.shape for block in found.blocks] == [(3, 2), (3,), (1, 3)]
    assert found.edge_path(0) == "$.layers[1]"
    assert found.edge_path(9) == "$.layers[2]"
    assert found.edge_path(12) == "$.edges[0]"
    assert found.weighted.tolist() == [True] * 6 + [False] * 3 + [True] * 4


def test_names_and_sizes_of_one():
    layers = [
        {"id": "x", "size": 1},
        {"id": "h", "size": 2, "weights": "W1", "bias": "b1", "names": ["left", "ri[1]ght"]},
        {"id": "y", "size": 1, "weights": "W2", "bias": "b2", "names": ["out"]},
    ]
    found = draft(layers=layers)
    assert found.ids == ["x", "b1[1]", "b1[2]", "left", "ri[1]ght", "b2[1]", "out"]
    assert found.paths[3:5] == ["$.layers[1].names[0]", "$.layers[1].names[1]"]


def test_from_gives_the_columns_in_its_own_order():
    layers = [
        {"id": "x", "size": 2},
        {"id": "h", "size": 1, "weights": "W1", "bias": None},
        {"id": "y", "size": 1, "weights": "W2", "bias": None, "from": ["h", "x"]},
    ]
    found = draft(layers=layers)
    assert edges(found)[2:] == [("h", "y"), ("x1", "y"), ("x2", "y")]


def test_softmax_in_a_layer_is_a_group_of_its_own():
    layers = [
        {"id": "x", "size": 1},
        {"id": "h", "size": 2, "weights": "W1", "bias": None, "activation": "softmax"},
        {"id": "y", "size": 2, "weights": "W2", "bias": None, "activation": "softmax"},
    ]
    nodes = [{"id": "z", "activation": "softmax"}, {"id": "v", "activation": "softmax"}]
    wires = [{"source": "x", "target": "z"}, {"source": "x", "target": "v"}]
    found = draft(layers=layers, nodes=nodes, edges=wires)
    groups = [[found.ids[node] for node in group] for group in found.softmax_groups]
    assert groups == [["h1", "h2"], ["y1", "y2"], ["z", "v"]]
    assert (found.rank >= 0).all()


def test_a_softmax_group_is_a_step_of_its_own():
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "a", "activation": "softmax"},
        {"id": "b", "activation": "softmax"},
        {"id": "h"},
        {"id": "y", "kind": "output"},
    ]
    wires = [("x", "a"), ("x", "h"), ("h", "b"), ("a", "y")]
    found = draft(nodes=nodes, edges=[{"source": s, "target": t} for s, t in wires])
    rank = dict(zip([*found.ids, "group"], found.rank.tolist(), strict=True))
    assert rank["b"] > rank["h"]
    assert rank["group"] > max(rank["a"], rank["b"])
    assert rank["y"] > rank["group"]


def test_unknown_ids_are_marked_and_not_raised():
    found = draft(
        nodes=[{"id": "x", "kind": "input"}], edges=[{"source": "x", "target": "nowhere"}]
    )
    assert found.target.tolist() == [-1]
    assert found.known.tolist() == [False]


def test_of_a_repeated_id_the_first_counts():
    found = draft(nodes=[{"id": "a"}, {"id": "b"}, {"id": "a"}])
    assert found.index == {"a": 0, "b": 1}


def test_bias_styles():
    nodes = [{"id": name, "kind": "bias"} for name in ("value", "unit", "idle")]
    nodes += [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}]
    found = draft(
        nodes=nodes,
        edges=[
            {"source": "value", "target": "y"},
            {"source": "unit", "target": "y", "weight": None},
            {"source": "x", "target": "y", "label": "w"},
        ],
    )
    assert found.unit_bias.tolist() == [False, True, False, False, False]


def test_a_million_weights_make_no_object_each():
    found = draft(
        layers=[
            {"id": "x", "size": 1000},
            {"id": "y", "size": 1000, "weights": "W", "bias": None},
        ]
    )
    assert len(found.source) == 1_000_000
    assert found.source.dtype == found.target.dtype == np.int32
    assert found.blocks[0].entry_name(1999) == "W[2,1000]"
