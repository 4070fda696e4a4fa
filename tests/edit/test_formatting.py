from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deepgraph import spec
from deepgraph.edit import formatting
from deepgraph.errors import SpecError
from deepgraph.spec import canonical
from tests.support.same_network import computes_the_same
from tests.support.strategies import GALLERY, specs


def encoded(content):
    return json.dumps(content).encode()


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
