# ruff: noqa: E501 (a message has a line)
"""Each rule about names, by the mistakes that it finds and the exact words of its message."""

from __future__ import annotations

import pytest

from tests.support.small_specs import XY, Y, edge, example, layered, problems, spec

MISTAKES = [
    # names_do_not_collide
    (
        spec([{"id": "b", "kind": "bias"}], [edge("b", "y")], groups={"b": ["w"]})
        | {"edges": [XY | {"label": "w"}, edge("b", "y")]},
        '$.groups.b: the name "b" is already taken at $.nodes[2]; rename one of them',
    ),
    (
        spec([{"id": "b", "kind": "bias"}], base=True)
        | {"edges": [XY | {"label": "b"}, edge("b", "y")]},
        '$.edges[0].label: the label "b" is already a name at $.nodes[2]; rename one of them',
    ),
    (
        layered(layer={"bias": "W"}),
        '$.layers[1].bias: the name "W" is already taken at $.layers[1].weights; rename one of them',
    ),
    (
        layered(nodes=[Y | {"id": "z"}], edges=[edge("x1", "z", label="W[2,1]")]),
        '$.edges[0].label: "W[2,1]" is an entry of "W"; take another name',
    ),
    (
        layered(groups={"c[1]": ["W[1,1]"]}),
        '$.groups.c[1]: "c[1]" is an entry of "c"; take another name',
    ),
    (spec() | {"edges": [XY | {"label": ""}]}, "$.edges[0].label: this name is empty; write one"),
    # groups_name_labels
    (
        spec(groups={"g": ["w11"]}) | {"edges": [XY | {"label": "w1"}]},
        '$.groups.g[0]: no edge has the label "w11"; did you mean "w1"?',
    ),
    (
        spec([{"id": "b", "kind": "bias"}], base=True)
        | {"edges": [XY, edge("b", "y")], "groups": {"g": ["b"]}},
        '$.groups.g[0]: no edge has the label "b"; that is a bias, and a group holds weights',
    ),
    (spec(groups={"g": ["w"]}), '$.groups.g[0]: no edge has the label "w"'),
    (layered(groups={"g": ["W[3,1]"]}), '$.groups.g[0]: no edge has the label "W[3,1]"'),
    (spec(groups={"g": []}), "$.groups.g: the group is empty; name its labels in their order"),
    (
        spec(groups={"g": ["w", "w"]}) | {"edges": [XY | {"label": "w"}]},
        '$.groups.g: "w" stands 2 times in the group; name it once',
    ),
    # styles_are_options
    (
        spec(style={"thema": "dark"}),
        '$.style.thema: render has no option "thema"; did you mean "theme"?',
    ),
    (
        spec(style={"theme": "blak"}),
        '$.style.theme: theme is one of light, dark, auto, paper, got "blak"',
    ),
    (
        spec(style={"precision": 2**53 + 1}),
        "$.style.precision: precision is 1 to 17 significant digits, got 9007199254740993",
    ),
    (
        example(tolerance="small"),
        (
            '$.examples[0].tolerance: "small" is no fraction "p/q" of two integers; a plain number '
            "stands without quotes"
        ),
    ),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES, ids=[m[1][:60] for m in MISTAKES])
def test_a_mistake_and_its_message(content, message):
    assert problems(content) == [message]
