# ruff: noqa: E501 (a message has a line)
"""All rules together, and those about functions; each rule has its mistakes in one of these modules."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph import DeepgraphError, SpecError
from deepgraph.rules.run import RULES
from tests.support.damage import damaged
from tests.support.small_specs import ALL, X, Y, edge, example, function, layered, problems, spec
from tests.support.strategies import GALLERY, examples, specs

MISTAKES = [
    # functions_are_known
    (
        function("rleu"),
        '$.nodes[2].activation: unknown activation "rleu"; did you mean "relu"?',
    ),
    (function("?"), f'$.nodes[2].activation: unknown activation "?"; known: {ALL}'),
    (
        function({"alpha": 1}),
        '$.nodes[2].activation: an activation object needs the name of its function; write "name": "relu"',
    ),
    (
        function({"name": 3}),
        '$.nodes[2].activation: an activation object needs the name of its function; write "name": "relu"',
    ),
    (
        function({"name": "relu", "alpha": 1}),
        '$.nodes[2].activation: relu has no parameter "alpha"; it takes gain',
    ),
    (
        function({"name": "elu", "beta": 1}),
        '$.nodes[2].activation: elu has no parameter "beta"; it takes alpha, gain',
    ),
    (
        function({"name": "elu", "alpha": "1"}),
        '$.nodes[2].activation: alpha of elu is a number without quotes, got "1"',
    ),
    (
        function({"name": "elu", "alpha": 10**400}),
        (
            "$.nodes[2].activation: alpha of elu is an integer beyond 2**53; write it with a "
            "decimal point"
        ),
    ),
    (
        function({"name": "celu", "alpha": 0}),
        "$.nodes[2].activation: alpha must not be 0",
    ),
    (
        function({"name": "step", "at_zero": 2}),
        "$.nodes[2].activation: at_zero must be one of 0, 0.5, 1",
    ),
    (
        function({"name": "hard_tanh", "min": 2}),
        "$.nodes[2].activation: min must be smaller than max",
    ),
    (
        function({"name": "softmax", "group": 1}),
        '$.nodes[2].activation: the "group" of a softmax is a text',
    ),
    (
        function({"name": "softmax", "temperature": 1}),
        '$.nodes[2].activation: softmax has no parameter "temperature"; it knows "group"',
    ),
    (
        spec([Y | {"id": "z", "aggregation": "median"}], [edge("x", "z")]),
        '$.nodes[2].aggregation: unknown aggregation "median"; known: sum, product, mean, max, min',
    ),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES, ids=[m[1][:60] for m in MISTAKES])
def test_a_mistake_and_its_message(content, message):
    assert problems(content) == [message]


def test_every_rule_has_a_mistake():
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert [rule.__name__ for rule in RULES if f"    # {rule.__name__}\n" not in tests] == []


def test_the_fixtures_are_sound():
    for content in (spec(), layered(), function("relu"), example(expect={"y": 1})):
        deepgraph.loads(json.dumps(content))


def test_all_problems_are_told_at_once():
    content = spec(
        [{"id": "h", "activation": "rleu"}, {"id": "h"}],
        [edge("x", "k"), edge("y", "x")],
        groups={"g": ["w"]},
        parameters={"v": 1},
    )
    found = problems(content)
    assert [line.split(": ")[0] for line in found] == [
        "$.nodes[2].activation",
        "$.nodes[3]",
        "$.edges[1].target",
        "$.edges[2]",
        "$.groups.g[0]",
        "$.parameters.v",
    ]


def test_rules_go_on_where_the_form_is_wrong():
    content = spec(
        [{"id": "h", "activaton": "relu", "label": 3}, {"id": "g", "note": []}],
        [edge("x", "k", wieght=1), edge("x", "h"), edge("x", "h"), edge("x", "g")],
        groups={"g": ["w", 3]},
        layers=[{"id": "a"}] * 0,
    )
    assert problems(content) == [
        '$.nodes[2].activaton: unknown key "activaton"; did you mean "activation"?',
        '$.nodes[2].label: expected a text, got 3; write it in quotes, "3"',
        "$.nodes[3].note: expected a text, got a list",
        '$.edges[1].target: there is no node "k"; the nodes are x, y, h, g',
        '$.edges[1].wieght: unknown key "wieght"; did you mean "weight"?',
        '$.edges[3]: "x" → "h" is already an edge at $.edges[2]; write one edge per pair',
        '$.groups.g[1]: expected a text, got 3; write it in quotes, "3"',
    ]


def test_what_follows_from_a_mistake_of_form_is_not_told():
    """A node without an id is no reason to say that its edges lead nowhere."""
    content = spec([{"kind": "hidden"}], [edge("x", "h"), edge("h", "y")])
    assert problems(content) == ['$.nodes[2]: "id" is missing; write "id": and a name for the node']
    content = spec([{"id": "z", "kind": "ouput"}], base=True)
    assert problems(content) == [
        (
            '$.nodes[2].kind: expected "input", "bias", "hidden" or "output", got "ouput"; '
            'did you mean "output"?'
        )
    ]


def test_one_wrong_function_on_many_nodes_is_told_once():
    nodes = [Y | {"id": f"h{i}", "activation": "rleu"} for i in range(50)]
    edges = [edge("x", f"h{i}") for i in range(50)]
    assert problems(spec(nodes, edges)) == [
        '$.nodes[2].activation: unknown activation "rleu"; did you mean "relu"?'
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"edges": [edge("a", "b")]},
        {"nodes": [X], "edges": [edge("a", "b")]},
        {
            "layers": [
                {"id": "x", "size": 1},
                {"id": "y", "size": 1, "weights": "W", "bias": None, "from": []},
            ]
        },
        {"layers": []},
        {"layers": [{"id": "x", "size": 0}, {"id": "y", "size": 0}]},
        {"groups": {"": []}},
        {"parameters": {"": 1}},
        {"examples": [{"inputs": {"": 1}}]},
    ],
)
def test_little_specs_are_problems_and_no_crash(content):
    assert problems({"deepgraph": 1, **content})


SMALL_GALLERY = [json.loads(p.read_text()) for p in GALLERY if p.stat().st_size < 20_000]


@pytest.mark.slow
@examples(400)
@given(st.data())
def test_a_damaged_spec_is_a_problem_or_a_network_and_never_a_crash(data):
    content = data.draw(st.one_of(specs(), st.sampled_from(SMALL_GALLERY)))
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(rng.randint(1, 3)):
        content = damaged(content, rng)
    try:
        net = deepgraph.loads(json.dumps(content)).initialised(1)
        net([[1.0] * len(net.inputs)])
        assert net.graph.number_of_nodes() == len(net.ids)
        assert deepgraph.Network.from_networkx(net.graph).ids == net.ids
    except DeepgraphError as error:
        assert str(error)  # noqa: PT017


def test_a_key_of_any_length_is_told_in_few_words():
    text = json.dumps({"deepgraph": 1, "k" * 100_000: 1})
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(text)
    assert 'unknown key "kkk' in str(caught.value)
    assert len(str(caught.value)) < 2_000
