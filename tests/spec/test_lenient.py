"""Malformed specs: every mistake is reported, and what is sound is kept.

The message of each mistake is in the table of `test_reading`.
"""

from __future__ import annotations

from deepgraph.errors import LOCATED
from deepgraph.spec.lenient import BROKEN, LenientReader
from deepgraph.spec.records import Spec


def read(text):
    reader = LenientReader()
    return reader.read(text.encode(), Spec), reader


def test_what_is_sound_is_kept():
    found, reader = read(
        '{"deepgraph": 1, "name": 3, "nodes": [{"id": "a", "kind": "inptu"}, 7, {"id": "b"}],'
        ' "edges": [{"source": "a", "weight": 0.50}]}'
    )
    assert [node.id for node in found.nodes] == ["a", "", "b"]
    assert (found.name, found.nodes[0].kind) == (None, "hidden")
    assert (found.edges[0].source, bytes(found.edges[0].weight)) == ("a", b"0.50")
    assert [problem.path for problem in reader.problems] == [
        "$.name", "$.nodes[0].kind", "$.nodes[1]", "$.edges[0]",
    ]  # fmt: skip


def test_keys_with_a_mistake_are_doubtful():
    _, reader = read('{"deepgraph": 1, "nodes": [{"id": "a", "knd": "input", "type": "x"}, "b"]}')
    assert reader.doubtful == {"Node.kind", "Node"}
    _, reader = read('{"deepgraph": 1, "edges": [{"from": "a", "weight": 1}]}')
    assert reader.doubtful == {"Edge.source", "Edge.target"}


def test_a_text_that_is_no_object_leaves_nothing():
    found, reader = read("[1]")
    assert found is BROKEN
    assert [str(problem) for problem in reader.problems] == [
        "$: expected an object { … }, got a list"
    ]


def test_of_many_mistakes_the_first_are_reported_and_the_others_counted():
    nodes = ", ".join('{"id": 1}' for _ in range(LOCATED + 25))
    found, reader = read(f'{{"deepgraph": 1, "nodes": [{nodes}]}}')
    assert len(found.nodes) == LOCATED + 25
    assert (len(reader.problems), reader.more) == (LOCATED, 25)
