from __future__ import annotations

import json

import pytest
from hypothesis import given

from deepgraph.edit import formatting
from tests.support.same_network import computes_the_same
from tests.support.strategies import specs


def encoded(content):
    return json.dumps(content).encode()


@given(specs())
def test_compacting_changes_nothing_or_refuses(content):
    text = encoded(content)
    try:
        found = formatting.compacted(text)
    except formatting.LayoutError as error:
        assert str(error)  # noqa: PT017
    else:
        computes_the_same(text, found)


def edges_of(*labels):
    return [
        {"source": f"x{label[-2]}", "target": f"y{label[-4]}", "label": label} for label in labels
    ]


DENSE = {
    "deepgraph": 1,
    "nodes": [
        *({"id": f"x{i}", "kind": "input"} for i in (1, 2)),
        *({"id": f"y{i}", "kind": "output"} for i in (1, 2)),
    ],
    "edges": edges_of("W[1,1]", "W[1,2]", "W[2,1]", "W[2,2]"),
}


def changed(position, **rest):
    nodes = [dict(node) for node in DENSE["nodes"]]
    nodes[position] |= rest
    return {**DENSE, "nodes": nodes}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            {**DENSE, "edges": edges_of("W[1,1]", "W[1,2]", "W[2,1]")},
            'the entries of "W" do not fill a matrix',
        ),
        (
            {**DENSE, "edges": edges_of("W[1,2]", "W[1,1]", "W[2,1]", "W[2,2]")},
            "the terms of a sum stand in another order, or some are missing",
        ),
        (changed(2, activation="relu"), 'the rows of "W" have different activations'),
        (changed(2, label="Y"), 'the node "y1" has a label, a note or an aggregation'),
        (
            changed(2, kind="hidden"),
            "the nodes stand in another order, or hold more than a layer does",
        ),
        (
            {**DENSE, "nodes": [*DENSE["nodes"], {"id": "b", "kind": "bias"}]},
            'the node "b" is in no layer',
        ),
        (
            {**DENSE, "edges": [{**e, "label": f"w{i}"} for i, e in enumerate(DENSE["edges"])]},
            'no edge has a label such as "W1[1,2]", an entry of a matrix',
        ),
    ],
)
def test_what_is_no_layer_is_refused(content, why):
    with pytest.raises(formatting.LayoutError) as caught:
        formatting.compacted(encoded(content), "a.json")
    assert str(caught.value) == f"a.json: these are no dense layers: {why}"


def test_a_dense_network_is_compacted():
    assert json.loads(formatting.compacted(encoded(DENSE))) == {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": 2},
            {"id": "y", "size": 2, "weights": "W", "bias": None},
        ],
        "parameters": {"W": [[None, None], [None, None]]},
    }
