from __future__ import annotations

from fractions import Fraction

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
