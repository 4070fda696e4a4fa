"""The kinds of nodes: their numbers, and the words of a spec."""

from __future__ import annotations

from typing import get_args

from deepgraph import load
from deepgraph.graph.kinds import BIAS, HIDDEN, INPUT, KIND_NUMBERS, KINDS, OUTPUT
from deepgraph.spec.records import Kind
from tests.support.strategies import SPECS


def test_the_words_are_those_of_a_spec():
    assert set(KINDS) == set(get_args(Kind))
    assert [KINDS[kind] for kind in (INPUT, BIAS, HIDDEN, OUTPUT)] == [
        "input",
        "bias",
        "hidden",
        "output",
    ]
    assert [KIND_NUMBERS[word] for word in KINDS] == list(range(4))


def test_the_nodes_of_a_network_have_the_kinds_of_the_file():
    net = load(SPECS / "xor.json")
    assert [KINDS[kind] for kind in net.kind] == [node.kind for node in net.spec.nodes]


def test_what_computes_something_is_hidden_or_output():
    net = load(SPECS / "mazur.json")
    fed = {net.ids[node] for node in net.target}
    assert {name for name, kind in zip(net.ids, net.kind, strict=True) if kind >= HIDDEN} == fed
