from __future__ import annotations

import json

import pytest

import deepgraph
from deepgraph import SpecError
from deepgraph.loading import diagnose
from tests.support.strategies import SPECS

XOR = (SPECS / "xor.json").read_bytes()


def test_texts_and_bytes_are_the_same_network():
    one, two = deepgraph.loads(XOR), deepgraph.loads(XOR.decode())
    assert one.spec == two.spec == deepgraph.load(SPECS / "xor.json").spec
    assert one.folder is None
    assert deepgraph.load(SPECS / "xor.json").folder == SPECS


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


def test_a_missing_file_is_also_the_error_of_python(tmp_path):
    for kind in (deepgraph.FileError, deepgraph.MissingFileError, FileNotFoundError, OSError):
        with pytest.raises(kind):
            deepgraph.load(tmp_path / "none.json")


def test_a_sound_spec_has_warnings_at_most():
    found = diagnose(XOR)
    assert found.network is not None
    assert found.problems == []
    spec = json.loads(XOR)
    spec["nodes"].append({"id": "b", "kind": "bias", "value": 1})
    spec["edges"].append({"source": "b", "target": "h1", "label": "wb", "weight": 1})
    spec["nodes"].append({"id": "h9"})
    spec["edges"].append({"source": "x1", "target": "h9", "label": "w9", "weight": 1})
    found = diagnose(json.dumps(spec).encode())
    assert found.network is not None
    (problem,) = found.problems
    assert (problem.severity, problem.rule) == ("warning", "unused_nodes")
    assert problem.line is not None


def test_a_malformed_spec_is_still_judged_by_the_rules():
    """Two mistakes of form, and one that only a rule finds, in one run and with their lines."""
    content = b"""{"deepgraph": 1,
 "nodes": [{"id": "x", "kind": "input", "labl": "X"},
           {"id": "y", "kind": "output"}],
 "edges": [{"source": "x", "target": "z"},
           {"source": "x", "target": "y", "weight": "heavy"}]}"""
    found = diagnose(content)
    assert found.network is None
    said = [(problem.line, problem.path) for problem in found.problems]
    assert (2, "$.nodes[0].labl") in said
    assert (4, "$.edges[0].target") in said
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(content, "a.json")
    assert caught.value.problems == found.problems
    assert str(caught.value).startswith("a.json:")
