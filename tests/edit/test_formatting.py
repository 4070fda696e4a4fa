from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import deepgraph
from deepgraph import spec
from deepgraph.edit import formatting
from deepgraph.errors import SpecError
from deepgraph.spec import canonical
from tests.support.strategies import GALLERY, layered_specs, same, specs


def encoded(content):
    return json.dumps(content).encode()


def computes_the_same(left, right):
    """Two texts are one network: ids in order, parameters by name, outputs to the last bit."""
    one, two = deepgraph.loads(left), deepgraph.loads(right)
    assert one.input_names == two.input_names
    assert one.output_names == two.output_names
    assert set(one.ids) == set(two.ids)
    for net, other in ((one, two), (two, one)):
        for number in range(len(net.parameters)):
            name = net.parameters.name(number)
            found = other.parameters.find(net.parameters.key(number)) or other.parameters.find(name)
            assert found is not None or name in map(
                other.parameters.name, range(len(other.parameters))
            )
    X = np.random.default_rng(5).standard_normal((5, len(one.inputs)))
    assert same(one.initialised(3)(X), two.initialised(3)(X))
    assert len(one.spec.examples) == len(two.spec.examples)


TEXT = """{"deepgraph":1,"edges":[{"weight":1.30,"source":"x","target":"y","label":"w"}],
"nodes":[{"kind":"input","id":"x"},{"id":"y","kind":"output","activation":
{"alpha":1.0e0,"name":"elu"}}],"style":{"precision":4,"theme":"d\\u0061rk"},
"examples":[{"expect":{"y":1e0},"inputs":{"x":[1.0,
"1/2"]}}]}"""

CANONICAL = """{
  "deepgraph": 1,
  "nodes": [
    {"id": "x", "kind": "input"},
    {"id": "y", "kind": "output", "activation": {"alpha": 1.0e0, "name": "elu"}}
  ],
  "edges": [
    {"source": "x", "target": "y", "label": "w", "weight": 1.30}
  ],
  "examples": [
    {"inputs": {"x": [1.0, "1/2"]}, "expect": {"y": 1e0}}
  ],
  "style": {"precision": 4, "theme": "d\\u0061rk"}
}
"""


def test_the_layout():
    assert formatting.formatted(TEXT.encode()) == CANONICAL
    assert formatting.formatted(b"\xef\xbb\xbf" + TEXT.encode()) == CANONICAL
    assert formatting.formatted(CANONICAL.encode()) == CANONICAL


def test_long_objects_fill_lines_and_matrices_stand_row_by_row():
    figures = {f"name {i}": i for i in range(9)}
    content = {
        "deepgraph": 1,
        "layers": [{"id": "x", "size": 1}, {"id": "y", "size": 1, "weights": "W", "bias": "b"}],
        "parameters": {"W": [[1]], "b": [2]},
        "examples": [{"inputs": {"x": 1}, "gradients": figures, "note": "n" * 50}],
    }
    assert formatting.formatted(encoded(content)).splitlines()[6:] == [
        '  "parameters": {',
        '    "W": [',
        "      [1]",
        "    ],",
        '    "b": [2]',
        "  },",
        '  "examples": [',
        "    {",
        f'      "note": "{"n" * 50}",',
        '      "inputs": {"x": 1},',
        '      "gradients": {',
        (
            '        "name 0": 0, "name 1": 1, "name 2": 2, "name 3": 3, "name 4": 4, "name 5": 5, '
            '"name 6": 6,'
        ),
        '        "name 7": 7, "name 8": 8',
        "      }",
        "    }",
        "  ]",
        "}",
    ]


def test_only_the_form_has_to_be_right():
    assert (
        formatting.formatted(b'{"deepgraph": 1, "nodes": []}')
        == '{\n  "deepgraph": 1,\n  "nodes": []\n}\n'
    )
    with pytest.raises(SpecError, match="unknown key"):
        formatting.formatted(b'{"deepgraph": 1, "node": []}')


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_is_in_the_canonical_layout(path):
    assert formatting.formatted(path.read_bytes()) == path.read_text()
    assert spec.write(spec.load(path)) == path.read_text()


@given(specs(), st.sampled_from([None, 1, 7]))
def test_formatting_changes_nothing_and_once_is_enough(content, indent):
    text = json.dumps(content, indent=indent)
    found = formatting.formatted(text.encode())
    assert json.loads(found) == content
    assert formatting.formatted(found.encode()) == found
    computes_the_same(text, found)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_a_tree_holds_any_json(content):
    assume(content not in (float("inf"), float("-inf")))
    text = json.dumps(content, indent=2)
    if "Infinity" in text:
        return
    assert json.loads(canonical.inline(canonical.tree(text))) == content


# --- layers spelled out and gathered ---------------------------------------------------------


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
