from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import deepgraph
from deepgraph import Builder, SpecError
from tests.support.strategies import SPECS


def deep_state():
    net = Builder("deep_state", title="Two layers")
    net.input("x")
    for layer, function in (("h", "relu"), ("g", "relu")):
        for i in (1, 2):
            net.node(f"{layer}{i}", function)
    net.output("y")
    net.edge("x", "h1", "w1", 1.73)
    net.edge("x", "h2", "w2", -1.85)
    net.edge("h1", "g1", "w3", 0.64)
    net.edge("h1", "g2", "w4", -1.69)
    net.edge("h2", "g1", "w5", 1.26)
    net.edge("h2", "g2", "w6", -1.84)
    net.edge("g1", "y", "w7", 0.67)
    net.edge("g2", "y", "w8", 1.05)
    for i, (value, target) in enumerate(
        [(-0.64, "h1"), (-0.35, "h2"), (1.30, "g1"), (0.78, "g2"), (-0.90, "y")], 1
    ):
        net.bias(f"b{i}", value, target)
    net.group("w35", "w3", "w5")
    return net


def test_it_computes_what_the_gallery_computes():
    expected = deepgraph.load(SPECS / "deep_state.json")
    x = {"x": [-2.0, -0.4, 0.0, 0.5, 3.0]}
    assert deep_state().build()(x).tolist() == expected(x).tolist()


def test_it_writes_the_spec_that_it_made(tmp_path):
    net = deep_state()
    net.build().save(tmp_path / "a.json")
    back = deepgraph.load(tmp_path / "a.json")
    assert back.spec == net.spec()
    assert back.spec.title == "Two layers"
    assert back.spec.groups == {"w35": ["w3", "w5"]}


def test_every_option():
    net = Builder()
    net.input("x", label="X")
    net.node("h", {"name": "elu", "alpha": 2}, aggregation="max", label="H", layer="hidden")
    net.output("y", "softmax", label="Y")
    net.bias("u", 1)
    net.bias("b", None, "h", "y")
    net.edge("u", "h", "v", Fraction(1, 3))
    net.edge("x", "h", weight="2/5", trainable=False)
    net.edge("h", "y", "w")
    net.wire("x", "y")
    made = net.build()
    assert made.parameters.values[made.parameters.find("v")] == 1 / 3
    assert made.parameters.values[made.parameters.numbers["x", "h"]] == 0.4
    assert not made.parameters.trainable[made.parameters.numbers["x", "h"]]
    assert [made.parameters.name(number) for number in made.parameters.missing] == ["b", "w"]
    assert made.label(made.index["h"]) == "H"
    assert made.columns[made.index["h"]] == "hidden"
    assert made.aggregations[made.index["h"]] == "max"


def test_a_builder_goes_on_after_a_build():
    net = Builder()
    net.input("x")
    net.output("y")
    net.wire("x", "y")
    first = net.build()
    net.output("z")
    net.wire("x", "z")
    assert first.output_names == ["y"]
    assert net.build().output_names == ["y", "z"]


def test_all_problems_at_once():
    net = Builder("mine")
    net.input("x")
    net.node("h", "rleu")
    net.edge("x", "k")
    with pytest.raises(SpecError) as caught:
        net.build()
    assert str(caught.value).startswith("mine:")
    assert [problem.path for problem in caught.value.problems] == [
        "$.edges[0].target",
        "$.nodes[1].activation",
    ]


@pytest.mark.parametrize("weight", [float("inf"), "heavy", 2**60])
def test_a_weight_that_is_none(weight):
    net = Builder()
    with pytest.raises(ValueError, match=r"finite|fraction|2"):
        net.edge("x", "y", "w", weight)


def unit():
    net = Builder("unit")
    net.input("x")
    net.output("y")
    net.edge("x", "y", "w1", 1)
    net.bias("b", 2)
    net.edge("b", "y", "w2", 3)
    return net


@pytest.mark.parametrize(
    "labels",
    [("w1", "w2"), (["w1", "w2"],), ("w1", ["w2"]), (("w1", "w2"),), (iter(["w1", "w2"]),)],
)
def test_names_come_one_by_one_or_as_a_list(labels):
    net = unit()
    net.group("w12", *labels)
    net.stage("out", ["z(y)", "y"])
    net.bias("c", 5, ["y"])
    made = net.build()
    assert made.groups == {"w12": ("w1", "w2")}
    assert made.trace({"x": 1.0})["out"].tolist() == [[12.0], [12.0]]
    assert made.parameters.trainable.all()
    frozen = unit()
    frozen.group("w12", ["w1", "w2"], trainable=False)
    assert frozen.build().parameters.trainable.tolist() == [False, False]


NO_FRACTION = '"abc" is no fraction "p/q" of two integers; a plain number stands without quotes'
MISTAKES = {
    "group": [
        (("w12", 3), 'group("w12"): names are texts, got 3'),
        (("w12", ["w1", None]), 'group("w12"): names are texts, got None'),
        (("w12", [["w1"]]), "group(\"w12\"): names are texts, got ['w1']"),
        ((3, "w1"), "group(3): names are texts, got 3"),
        ((["w1"], "w1"), "group(['w1']): names are texts, got ['w1']"),
        (("w12", b"w1"), "group(\"w12\"): names are texts, got b'w1'"),
    ],
    "stage": [
        (("out", 3), 'stage("out"): names are texts, got 3'),
        ((None, "y"), "stage(None): names are texts, got None"),
    ],
    "input": [
        ((3,), 'input(3).id: expected a text, got 3; write it in quotes, "3"'),
    ],
    "node": [
        (
            ("h", 5),
            (
                'node("h").activation: expected a text or an object, got 5; write "relu", or '
                '{"name": "elu", "alpha": 1}'
            ),
        ),
    ],
    "bias": [
        (("c", "abc"), f'bias("c"): value: {NO_FRACTION}'),
        (("c", [1]), 'bias("c"): value: [1] is no number'),
        (("c", 1, [3]), 'bias("c"): names are texts, got 3'),
    ],
    "edge": [
        (("x", "y", "w", "abc"), f'edge("x", "y"): weight: {NO_FRACTION}'),
        (("x", "y", "w", [1]), 'edge("x", "y"): weight: [1] is no number'),
        (
            ("x", 3),
            'edge("x", 3).target: expected a text, got 3; write it in quotes, "3"',
        ),
    ],
    "wire": [(("x", ["y"]), "wire(\"x\", ['y']).target: expected a text, got a list")],
}


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [(method, *case) for method, cases in MISTAKES.items() for case in cases],
)
def test_a_method_refuses_what_it_cannot_take_and_keeps_nothing_of_it(method, arguments, message):
    net = unit()
    before = net.spec()
    with pytest.raises(SpecError) as caught:
        getattr(net, method)(*arguments)
    assert str(caught.value) == f"unit:{message}"
    assert net.spec() == before


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        (
            "node",
            {"kind": "foo"},
            'kind: expected "input", "bias", "hidden" or "output", got "foo"',
        ),
        ("node", {"classes": 3}, 'classes: expected a list, got 3; write ["no", "yes"]'),
        ("node", {"threshold": [1]}, "threshold: [1] is no number"),
        ("output", {"rescale": {"men": 1}}, 'rescale has no "men"; did you mean "mean"?'),
        ("input", {"normalise": 3}, 'expected constants by name, {"mean": 1}, got 3'),
        ("input", {"label": 3}, "label: expected a text, got 3"),
    ],
)
def test_options_of_nodes(method, options, message):
    with pytest.raises(SpecError) as caught:
        getattr(unit(), method)("h", **options)
    assert str(caught.value).startswith(f'unit:{method}("h")')
    assert message in str(caught.value)


def test_the_whole_spec_has_no_lines():
    with pytest.raises(SpecError, match=r"^unit:\$\.title: expected a text, got 3; write it"):
        Builder("unit", title=3).spec()
    with pytest.raises(TypeError, match=r'Builder takes no "titel"; did you mean "title"[?]'):
        Builder("unit", titel="Unit")
    with pytest.raises(SpecError, match=r"^network:Builder\(3\): the name is a text"):
        Builder(3)
    with pytest.raises(SpecError, match='group\\("g"\\): trainable: expected true or false'):
        unit().group("g", "w1", trainable="no")


def test_an_example_is_that_of_a_file():
    net = Builder("unit", unused=["x2"])
    net.input("x")
    net.input("x2")
    net.output("y")
    net.edge("x", "y", "w", 2)
    net.example(
        "one",
        inputs={"x": np.array([0.5, 1.0]), "x2": 0},
        targets={"y": Fraction(1, 3)},
        loss={"name": "squared_error", "reduction": "sum"},
        deltas={"y": [1.3, "10/3"]},
        learning_rate=0.1,
        steps=2,
        momentum=0.5,
        updated={"w": 1},
        tolerance={"deltas": 0.1},
    )
    found = net.build()
    assert found.example("one").inputs == {"x": [0.5, 1.0], "x2": [0.0, 0.0]}
    assert found.example("one").target_texts == {"y": ["1/3", "1/3"]}
    first, second, _ = deepgraph.check.recompute(found).results
    assert (first.computed, first.verdict) == (pytest.approx(4 / 3), "ok")
    assert (second.computed, second.verdict) == (pytest.approx(10 / 3), "ok")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"input": {"x": 1}}, 'example("one").input: unknown key "input"; did you mean "inputs"?'),
        ({"inputs": {"x": math.nan}}, 'example("one"): inputs: nan cannot stand in a spec'),
        ({"steps": "two"}, 'example("one").steps: expected a whole number, got "two"'),
    ],
)
def test_an_example_that_is_wrong_is_told_and_not_kept(content, message):
    net = Builder("unit")
    net.input("x")
    net.output("y")
    net.wire("x", "y")
    with pytest.raises(SpecError) as caught:
        net.example("one", **content)
    assert message in str(caught.value)
    assert net.build().spec.examples == []
