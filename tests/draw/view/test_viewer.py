"""Numbers, labels and marks in the nodes and on the edges of a picture; what is refused."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import pytest

from deepgraph import draw
from deepgraph.draw.view.records import Gradients
from deepgraph.errors import DrawingError
from deepgraph.loading import loads
from tests.support.drawn import shown
from tests.support.picture import (
    GALLERY,
    Picture,
    gallery,
    gallery_picture,
    spec,
)
from tests.support.rounded import read, rounded


def test_contributions_are_weight_times_value() -> None:
    network, trace = gallery("deep_state")
    picture = Picture(draw.render(network, trace, weights="contribution", precision=17).decode())
    x = float(trace["x"][0])
    texts = [word.text for word in picture.words]
    assert f"w1·x {1.73 * x!r}".replace("-", "−") in texts


def test_gradients_stand_under_values_and_on_edges() -> None:
    network, trace = gallery("mazur")
    shown = Gradients({"h1": 0.125}, {"w5": 0.082167041, "b1": -0.5})
    texts = [w.text for w in Picture(draw.render(network, trace, gradients=shown).decode()).words]
    assert "∂ 0.125" in texts
    assert "w5 0.4  ∂ 0.08217" in texts
    assert "b1 0.35  ∂ −0.5" in texts


def test_too_many_labels_are_refused_with_the_cure() -> None:
    network, _ = gallery("digits")
    with pytest.raises(DrawingError, match=r"2,368 labels .*max_width=6.*top=50"):
        draw.render(network, weights="both", max_width=64)


SMALL = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "b1", "kind": "bias", "value": -0.5},
        {"id": "h", "activation": "tanh"},
        {"id": "g"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w1", "weight": 0.123456},
        {"source": "b1", "target": "h"},
        {"source": "x", "target": "g"},
        {"source": "h", "target": "y", "weight": -2},
        {"source": "g", "target": "y", "label": "w1"},
    ],
    "groups": {"w": ["w1"]},
}


@pytest.mark.parametrize("name", GALLERY)
@pytest.mark.parametrize("precision", [2, 4, 6])
def test_live_values_are_those_of_the_trace(name: str, precision: int) -> None:
    network, trace = gallery(name)
    picture = gallery_picture(name, precision=precision)
    assert [node.number for node in picture.nodes] == list(range(len(network.ids)))
    for number, node in enumerate(picture.nodes):
        a, z = float(trace.a[number, 0]), float(trace.z[number, 0])
        if node.kind == "bias":
            if name != "digits":  # which has too many parameters to show their numbers
                assert rounded(a, precision) in node.words[0].text.split(" ")
            continue
        function = network.activation(number)
        plain = function.name == "identity" and network.aggregations[number] == "sum"
        assert node.texts[0] == network.label(number)
        live = [text for text in node.texts[1:] if text[0] in "−0123456789∞N" or text[:2] == "z "]
        shows_z = [] if plain or node.kind == "input" else [f"z {rounded(z, precision)}"]
        assert live == [rounded(a, precision), *shows_z]


@pytest.mark.parametrize("name", GALLERY)
def test_with_seventeen_digits_every_number_is_the_exact_double(name: str) -> None:
    network, trace = gallery(name)
    picture = gallery_picture(name, precision=17)
    for number, node in enumerate(picture.nodes):
        value = float(trace.a[number, 0])
        if node.kind != "bias":
            # Besides its name and its function a node shows a, and perhaps z.
            numbers = [word.text for word in node.words if word.element.get("font-weight")]
            assert [read(text) for text in numbers] == [value]
        assert read(node.tip.split(" = ")[-1]) == value
    for number, arrow in enumerate(picture.arrows):
        if network.edge_parameter[number] >= 0:
            assert read(arrow.tip.split(" = ")[-1]) == float(network.weights[number])


@pytest.mark.parametrize("name", [name for name in GALLERY if name != "digits"])
def test_the_weights_beside_their_edges(name: str) -> None:
    network, _ = gallery(name)
    picture = gallery_picture(name)
    expected = Counter(
        f"{network.parameters.name(number)} {rounded(float(weight), 4)}"
        for number, weight in zip(network.edge_parameter, network.weights, strict=True)
        if number >= 0
    )
    assert not expected - Counter(word.text for word in picture.outside)


def test_the_row_of_the_trace() -> None:
    network, _ = gallery("xor")
    trace = network.trace([[0, 0], [0, 1], [1, 0]])
    for row, values in enumerate([["0", "0", "0"], ["0", "1", "1"], ["1", "0", "1"]]):
        nodes = shown(network, trace, row=row).nodes
        bold = {node.texts[0]: node.texts[1] for node in nodes if node.kind != "bias"}
        assert [bold["x1"], bold["x2"], bold["XOR" if "XOR" in bold else "y"]] == values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (1e300, "1e300"),
        (-1e-300, "−1e−300"),
        (-0.0, "0"),
        (123456.7, "123457"),
        (-2, "−2"),
    ],
)
def test_extreme_values(value: float, text: str) -> None:
    network = spec([("x", "input"), ("y", "output")], [("x", "y")])
    picture = shown(network, network.trace({"x": value}))
    assert [node.texts for node in picture.nodes] == [["x", text], ["y", text]]


def test_nan_is_shown_as_such() -> None:
    network = spec([("x", "input"), ("y", "output", {"activation": "relu"})], [("x", "y")])
    picture = shown(network, network.trace({"x": math.nan}))
    assert [text.lower() for text in picture.nodes[1].texts] == ["y", "nan", "z nan"]


@pytest.mark.parametrize(
    ("weights", "labels", "bias"),
    [
        ("both", ["w1 0.1235", "−2", "w1 0.1235"], "b1 −0.5"),
        ("name", ["w1", "−2", "w1"], "b1"),
        ("value", ["0.1235", "−2", "0.1235"], "−0.5"),
        ("none", [], "b1"),
    ],
)
def test_weights_as_asked(weights: Any, labels: list[str], bias: str) -> None:
    picture = shown(loads(json.dumps(SMALL)), weights=weights)
    group = {"both": "w = [0.1235]", "name": "w = [w1]", "value": "w = [0.1235]"}.get(weights)
    captions = ["input", "hidden", "output"]
    expected = labels + captions + ([group] if group else [])
    assert sorted(word.text for word in picture.outside) == sorted(expected)
    assert picture.nodes[1].texts == [bias]


def test_uninitialised_parameters_have_question_marks_and_become_numbers() -> None:
    text = json.loads(json.dumps(SMALL))
    del text["edges"][0]["weight"], text["nodes"][1]["value"]
    text["edges"][3]["weight"] = None
    network = loads(json.dumps(text))
    picture = shown(network)
    labels = Counter(word.text for word in picture.outside)
    assert (labels["w1 = ?"], labels["?"]) == (2, 1)
    assert picture.nodes[1].texts == ["b1 = ?"]
    drawn = network.initialised(7)
    picture = shown(drawn)
    labels = Counter(word.text for word in picture.outside)
    w1, unnamed = (rounded(float(drawn.weights[edge]), 4) for edge in (0, 3))
    assert (labels[f"w1 {w1}"], labels[unnamed]) == (2, 1)
    assert picture.nodes[1].texts == [f"b1 {rounded(drawn.bias_value(1), 4)}"]
    assert not [text for text in picture.texts if "?" in text]


def test_wires_have_no_number() -> None:
    network = spec(
        [("x", "input"), ("b", "bias", {"value": 3}), ("y", "output")], [("x", "y"), ("b", "y")]
    )
    picture = shown(network, network.trace({"x": 1}))
    assert [word.text for word in picture.outside] == ["input", "output"]


def test_a_constant_named_by_its_value_is_shown_once() -> None:
    network = spec(
        [("x", "input"), ("one", "bias", {"label": "1"}), ("y", "output")],
        [("x", "y"), ("one", "y", {"label": "c", "weight": 4})],
    )
    picture = shown(network)
    assert picture.nodes[1].texts == ["1"]
    assert "c 4" in picture.texts


def test_shared_labels_stand_on_each_edge() -> None:
    labels = Counter(gallery_picture("full_adder").texts)
    assert (labels["w 1"], labels["v −2"]) == (10, 2)


def test_many_parameters_move_into_the_tooltips() -> None:
    picture = gallery_picture("digits")
    captions = ["input", "hidden · ReLU", "output · softmax"]
    note = "the values of 2,410 parameters stand in the SVG's tooltips"
    assert [word.text for word in picture.outside] == [*captions, note]
    network, _ = gallery("digits")
    assert [bool(arrow.tip) for arrow in picture.arrows] == (network.edge_parameter >= 0).tolist()


def test_labels_stand_for_ids() -> None:
    network = spec([("x", "input", {"label": "dose"}), ("y", "output")], [("x", "y")])
    picture = shown(network)
    assert [node.texts for node in picture.nodes] == [["dose"], ["y"]]
    assert picture.nodes[0].tip == "x"


def test_a_dead_node_and_its_edges_differ_from_living_ones() -> None:
    network, _ = gallery("deep_state")
    picture = shown(network, network.trace({"x": -1.0}))  # h1 is 0, h2 is 1.5
    strokes = {}
    for group in picture.root.iter():
        key = group.get("data-node") or group.get("data-edge")
        if key and not group.get("class", "").startswith("label"):
            strokes[key] = {shape.get("stroke") for shape in group if shape.get("stroke")}
    h1, h2 = (f"n{network.index[name]}" for name in ("h1", "h2"))
    assert strokes[h1] != strokes[h2]
    w3, w4, w5 = (
        f"e{network.edge_parameter.tolist().index(network.parameters.find(name))}"
        for name in ("w3", "w4", "w5")
    )
    assert strokes[w3] == strokes[w4] != strokes[w5]
