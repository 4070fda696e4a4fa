"""Captions of columns, groups in matrix form, tooltips, and the description in words."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import numpy as np
import pytest

from deepgraph import Builder, draw
from deepgraph.draw.view.texts import arithmetic, column_captions, function_name
from deepgraph.graph.shape import columns
from tests.support.drawn import shown
from tests.support.neurons import small
from tests.support.picture import (
    GALLERY,
    gallery,
    gallery_picture,
    spec,
)
from tests.support.rounded import rounded


def test_groups_are_off_until_they_are_asked_for() -> None:
    network = spec(
        [("x1", "input"), ("x2", "input"), ("y1", "output"), ("y2", "output")],
        [
            ("x1", "y1", {"label": "a", "weight": 1}),
            ("x2", "y1", {"label": "b", "weight": "1/3"}),
            ("x1", "y2", {"label": "c", "weight": -4}),
            ("x2", "y2", {"label": "d"}),
        ],
        groups={"ab": ["a", "b"], "row": ["a", "c"], "cd": ["c", "d"]},
    )
    assert not {"ab", "ab = [a b]"} & set(shown(network).texts)
    picture = shown(network, groups=True)
    words = {word.text: word for word in picture.outside}
    assert {"weights → y1: ab = [a b]", "row = [a c]", "weights → y2: cd = [c d]"} <= set(words)
    # A brace has a name beside the node that its edges feed; those of `row` feed two.
    y1 = picture.nodes[2]
    assert float(np.linalg.norm(words["ab"].middle - y1.middle)) < 150
    assert "cd" in words
    assert "row" not in words
    lowest = max(node.box[:, 1].max() for node in picture.nodes)
    assert words["row = [a c]"].middle[1] > lowest


def test_activations_and_aggregations_are_named() -> None:
    network, _ = gallery("irregular")
    nodes = {node.texts[0]: node.texts[1:] for node in shown(network).nodes}
    assert nodes["q"] == ["softplus(mean)"]
    assert nodes["p"] == ["product"]
    assert nodes["g"] == ["leaky ReLU"]
    captions = [word.text for word in gallery_picture("iris").outside]
    assert {"hidden, ReLU", "output, softmax"} <= set(captions)


def test_a_plain_sum_is_named_beside_other_aggregations() -> None:
    nodes = [("x", "input"), ("p", "hidden", {"aggregation": "product"}), ("y", "output")]
    network = spec(nodes, [("x", "p"), ("x", "y"), ("p", "y")])
    texts = {node.texts[0]: node.texts[1:] for node in shown(network).nodes}
    assert texts == {"x": [], "p": ["product"], "y": ["sum"]}
    assert [node.texts for node in gallery_picture("deep_state").nodes][-1][2:] == ["linear"]
    plain = spec([("x", "input"), ("y", "output")], [("x", "y")])
    assert [node.texts for node in shown(plain).nodes] == [["x"], ["y"]]


def test_a_column_that_is_no_layer_has_no_caption() -> None:
    nodes = [("x", "input"), ("g", "hidden"), ("h", "hidden"), ("y", "output")]
    network = spec(nodes, [("x", "g"), ("g", "h"), ("x", "h"), ("h", "y")])
    view = draw.prepare(network).view
    assert view.layered
    assert view.captions == ("input", "", "", "output")
    network = spec(nodes, [("x", "g"), ("g", "h"), ("h", "y")])
    found = draw.prepare(network).view.captions
    assert found == ("input", "hidden layer 1", "hidden layer 2", "output")


def test_a_mixed_column_names_functions_in_its_nodes() -> None:
    network = spec(
        [
            ("x", "input"),
            ("h1", "hidden", {"activation": "relu"}),
            ("h2", "hidden", {"activation": "tanh"}),
            ("y", "output"),
        ],
        [("x", "h1"), ("x", "h2"), ("h1", "y"), ("h2", "y")],
    )
    picture = shown(network)
    texts = [["x"], ["h1", "ReLU"], ["h2", "tanh"], ["y", "linear"]]
    assert [node.texts for node in picture.nodes] == texts
    assert [word.text for word in picture.outside] == ["input", "hidden", "output"]


def test_the_name_of_a_layer_is_its_caption() -> None:
    network = spec(
        [("x", "input", {"layer": "sky"}), ("h", "hidden", {"layer": "sea"}), ("y", "output")],
        [("x", "h"), ("h", "y")],
    )
    assert [word.text for word in shown(network).outside] == ["sky", "sea", "output"]


@pytest.mark.parametrize("name", GALLERY)
def test_the_description_says_what_comes_out(name: str) -> None:
    network, trace = gallery(name)
    picture = gallery_picture(name)
    assert picture.child("title") == network.spec.title
    words = picture.child("desc")
    inputs = len(network.inputs)
    assert words.startswith(f"{inputs} input{'s' * (inputs != 1)}, ")
    for node in network.outputs:
        value = rounded(float(trace.a[node, 0]), 4)
        assert f"{network.label(int(node))} = {value}" in words


def test_the_description_in_full() -> None:
    assert gallery_picture("deep_state").child("desc") == (
        "1 input, a hidden layer of 2 ReLU nodes, a hidden layer of 2 ReLU nodes, 1 output; "
        "y = 1.237"
    )
    network, _ = gallery("irregular")
    assert shown(network).child("desc") == "3 inputs, 5 hidden nodes, 1 output"


def test_the_description_spells_mathematics() -> None:
    """A voice would read the commands of TeX sign by sign."""
    network = spec([("x", "input"), (r"\hat{y}_2", "output")], [("x", r"\hat{y}_2")])
    picture = shown(network, network.trace({"x": 2}))
    assert picture.child("desc") == "1 input, 1 output; ŷ₂ = 2"


# --- tooltips


def tips(network: Any, trace: Any = None) -> dict[str, str]:
    view = draw.prepare(network, trace).view
    return {node.lines[0].text: node.tip for node in view.nodes}


def test_a_sum_with_its_activation() -> None:
    network, _ = gallery("deep_state")
    found = tips(network, network.trace({"x": -0.5}))
    assert found["x"] == "x = −0.5"
    [pill] = draw.prepare(network).view.nodes[1].biases
    assert pill.tip == "b1 = −0.64"
    assert found["h1"] == "z(h1) = 1.73·(−0.5) + (−0.64) = −1.505\nh1 = ReLU(z) = 0"
    assert "\n" not in found["y"]


def test_other_aggregations_are_functions_of_their_terms() -> None:
    found = tips(*gallery("irregular"))
    assert found["p"] == "z(p) = product(0.5·(−1), −1) = 0.5"
    assert found["q"].startswith("z(q) = mean(2·(−1), −1·(−0.5), 0.3333333333333333·0.5) = −0.4444")
    assert found["m"].startswith("z(m) = max(1.5·(−0.0996")


def test_long_sums_are_cut_short() -> None:
    inputs = [(f"x{number}", "input") for number in range(9)]
    edges = [(name, "y", {"label": f"w{name}", "weight": 1}) for name, _ in inputs]
    network = spec([*inputs, ("y", "output")], edges)
    tip = tips(network, network.trace({name: 2 for name, _ in inputs}))["y"]
    assert tip == f"z(y) = {' + '.join(['1·2'] * 6)} + … 3 more = 18"


def test_wires_have_no_weight_and_missing_ones_a_question_mark() -> None:
    network = spec(
        [("x", "input"), ("y", "output"), ("z", "output")],
        [("x", "y"), ("x", "z", {"label": "w", "weight": None})],
    )
    view = draw.prepare(network).view
    assert [edge.tip for edge in view.edges] == ["", "x → z: w = ?"]
    network = spec([("x", "input"), ("y", "output")], [("x", "y")])
    assert tips(network, network.trace({"x": 0.1}))["y"] == "z(y) = 0.1 = 0.1"


def test_a_gain_stands_in_captions_and_tooltips() -> None:
    net = small(
        ("h", {"name": "sigmoid", "gain": 5}),
        ("y", "identity"),
        edges=[("x", "h", 1), ("h", "y", 2)],
    )
    assert function_name(net, net.index["h"]) == "sigmoid(5z)"
    tip = arithmetic(net, net.trace({"x": 0.0}), 0, net.index["h"])
    assert tip == "z(h) = 1·0 = 0\nh = sigmoid(5·z) = 0.5"


def test_a_normalised_input_shows_both_values() -> None:
    net = Builder("scaled")
    net.input("x", normalise={"min": 0, "max": 60760, "mean": 19791.09, "scale": 60261})
    net.input("u")
    net.output("y", rescale={"scale": 300, "mean": -2.5})
    net.edge("x", "y", "w1", 1)
    net.edge("u", "y", "w2", 1)
    network = net.build()
    trace = network.trace({"x": [30000.0], "u": [1.0]})
    nodes = {node.texts[0]: node.texts[1:] for node in shown(network, trace).nodes}
    assert nodes["x"] == ["0.1694", "normalised", "z = 30000"]
    assert nodes["u"] == ["1"]
    assert nodes["y"] == ["348.3", "rescaled", "z = 1.169"]
    captions = column_captions(network, columns(network), {1: "rescaled"})
    assert captions == ("input", "output, rescaled")
    tip = arithmetic(network, trace, 0, network.index["x"])
    assert tip.splitlines() == [
        "z(x) = 30000",
        "x = (max(0, min(60760, z)) − 19791.09)/60261 = 0.16941155971523872",
    ]
    assert (
        arithmetic(network, trace, 0, network.index["y"])
        .splitlines()[1]
        .startswith("y = 300·z − 2.5 = 348.3")
    )


def test_a_mean_has_its_terms_side_by_side_and_a_negative_value_brackets() -> None:
    nodes = [("x", "input"), ("h", "hidden", {"aggregation": "mean"}), ("y", "output")]
    edges = [("x", "h", {"label": "w", "weight": 2}), ("x", "h", {"label": "v", "weight": -1})]
    network = spec(nodes, [*edges[:1], ("h", "y", {"label": "v", "weight": -1})])
    trace = network.trace({"x": -2})
    assert arithmetic(network, trace, 0, network.index["h"]) == "z(h) = mean(2·(−2)) = −4"
    assert arithmetic(network, trace, 0, network.index["y"]) == "z(y) = (−1·(−4)) = 4"


def test_a_class_is_called_so_in_its_node_and_in_the_tooltip() -> None:
    network, _ = gallery("study_hours")
    for hours, said in ((0.5, "failed"), (5, "passed")):
        svg = network.draw({"hours": hours})._repr_svg_()
        assert svg.count(f">class = {said}<") == 1
        titles = re.findall("<title>(.*?)</title>", svg, re.DOTALL)
        [said_of_y] = [title for title in map(unescape, titles) if "class" in title]
        assert said_of_y.splitlines()[-1] == f"class = {said}"
