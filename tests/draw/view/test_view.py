"""What a picture shows: names, numbers, weights, groups, captions, and what is too much."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deepgraph import draw
from deepgraph.errors import DrawingError
from deepgraph.loading import load, loads
from deepgraph.words.numbers import number_text
from tests.support.picture import GALLERY, LAYERED, SPECS, Picture, gallery, gallery_picture, spec

if TYPE_CHECKING:
    from deepgraph.network import Network


def shown(network: Network, trace: Any = None, **options: Any) -> Picture:
    return Picture(draw.render(network, trace, **options))


def rounded(value: float, digits: int) -> str:
    """A number with so many significant digits, by decimal arithmetic.

    One that these digits hold exactly (but for the noise of its last bits) is as short as it can
    be; any other keeps its zeros, so that 1.000 is not 1.
    """
    if not math.isfinite(value):
        return {"inf": "∞", "-inf": "−∞", "nan": "NaN"}[str(value)]
    if value == 0:
        return "0"
    exact = Decimal(value)
    number = Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(exact)
    if number.adjusted() >= digits and abs(value) < 1e7:  # a whole number keeps its digits
        return f"{exact.quantize(Decimal(1), ROUND_HALF_EVEN):f}".replace("-", "−")
    number = number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1))  # all its digits
    power = ""
    if abs(value) < 1e-3 or number.adjusted() >= digits:  # 1.2e−4 is shorter than 0.00012
        power = f"e{number.adjusted()}"
        number = number.scaleb(-number.adjusted())
    text = f"{number:f}"
    if abs(float(f"{text}{power}") - value) <= 1e-12 * abs(value) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{power}".replace("-", "−")


def read(text: str) -> float:
    """A number of the picture, read back."""
    return float(text.replace("−", "-").replace("∞", "inf"))


# --- numbers -------------------------------------------------------------------------------


@given(st.floats(), st.integers(1, 16))
@example(1.0000000000000002, 4)
@example(0.99998, 4)
@example(0.30000000000000004, 4)
@example(9999.7, 4)
@example(9999.5, 4)
@example(9999.4, 4)
@example(99999.7, 4)
@example(-9.9999, 4)
@example(0.000099999, 4)
@example(0.00001, 4)
@example(-0.0, 4)
@example(-1e-300, 4)
@example(12345.678, 4)
@example(1e7, 4)
@example(0.225, 2)
@example(-1.275, 3)
def test_numbers_are_rounded_as_decimal_arithmetic_rounds_them(value: float, digits: int) -> None:
    assert number_text(value, digits) == rounded(value, digits)


@given(st.floats(allow_nan=False))
@example(0.1)
@example(1e16)
@example(5e-324)
@example(-1.7976931348623157e308)
def test_seventeen_digits_read_back_the_same(value: float) -> None:
    text = number_text(value, 17)
    assert read(text) == value
    assert "-" not in text
    assert len(text) <= len("−2.2250738585072014e−308")


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
        function = network.functions[network.function[number]]
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


# --- parameters ----------------------------------------------------------------------------


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


def test_groups_stand_beneath_what_they_feed_or_below_everything() -> None:
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
    picture = shown(network)
    words = {word.text: word for word in picture.outside}
    assert {"ab = [1 0.3333]", "row = [1 −4]", "cd = [−4 d]"} <= set(words)
    y1 = picture.nodes[2]
    note = words["ab = [1 0.3333]"].middle
    assert note[0] == pytest.approx(y1.middle[0], abs=1)
    assert 0 < note[1] - y1.box[:, 1].max() < 30
    assert words["row = [1 −4]"].middle[1] > max(node.box[:, 1].max() for node in picture.nodes)


def test_many_parameters_move_into_the_tooltips() -> None:
    picture = gallery_picture("digits")
    captions = ["input", "hidden · ReLU", "output · softmax"]
    note = "the values of 2,410 parameters stand in the SVG's tooltips"
    assert [word.text for word in picture.outside] == [*captions, note]
    network, _ = gallery("digits")
    assert [bool(arrow.tip) for arrow in picture.arrows] == (network.edge_parameter >= 0).tolist()


# --- names, columns, words -----------------------------------------------------------------


def test_labels_stand_for_ids() -> None:
    network = spec([("x", "input", {"label": "dose"}), ("y", "output")], [("x", "y")])
    picture = shown(network)
    assert [node.texts for node in picture.nodes] == [["dose"], ["y"]]
    assert picture.nodes[0].tip == "x"


def test_activations_and_aggregations_are_named() -> None:
    nodes = {node.texts[0]: node.texts[1:] for node in gallery_picture("irregular").nodes}
    assert nodes["q"][0] == "mean · softplus"
    assert nodes["p"][0] == "product"
    assert nodes["g"][0] == "leaky ReLU"
    captions = [word.text for word in gallery_picture("iris").outside]
    assert {"hidden · ReLU", "output · softmax"} <= set(captions)


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
    assert [node.texts for node in picture.nodes] == [["x"], ["h1", "ReLU"], ["h2", "tanh"], ["y"]]
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


# --- too much, or wrong --------------------------------------------------------------------


def layers(*sizes: int) -> Network:
    """A dense network."""
    names = ["x", *(f"h{number}" for number in range(1, len(sizes) - 1)), "y"]
    content: list[dict[str, Any]] = [
        {"id": name, "size": size, **({"weights": f"W{number}", "bias": None} if number else {})}
        for number, (name, size) in enumerate(zip(names, sizes, strict=True))
    ]
    return loads(json.dumps({"deepgraph": 1, "layers": content}))


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((3000, 1), r"^3,001 nodes and 3,000 edges make a picture that nobody can read; "),
        ((332, 332), r"^664 nodes and 110,224 edges .*--collapse.*--max-width 12.*--focus ID"),
    ],
)
def test_what_nobody_can_read_is_refused(sizes: tuple[int, ...], message: str) -> None:
    network = layers(*sizes)
    with pytest.raises(DrawingError, match=message):
        draw.render(network, max_width=5000)
    assert len(shown(network).nodes) <= 22
    assert len(shown(network, collapse=True).nodes) == 2


def test_a_wide_layer_shows_its_first_and_last_nodes() -> None:
    picture = shown(layers(20, 1), max_width=7)
    assert [node.texts for node in picture.nodes] == [
        *([f"x{number}"] for number in (1, 2, 3, 18, 19, 20)),
        ["y"],
    ]
    assert {"⋮", "14 more"} <= set(picture.texts)
    assert len(picture.arrows) == 6
    assert picture.child("desc").startswith("20 inputs, ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": "zork"}, r'^weights is one of .*, got "zork"$'),
        ({"theme": "zork"}, r'^theme is one of light, dark, .*, got "zork"$'),
        ({"format": "jpg"}, r'^a picture is svg, png, pdf, .*, not "jpg"$'),
        ({"direction": "zork"}, r'^direction is one of right, down, got "zork"$'),
        ({"weights": "contribution"}, r"need live values"),
        ({"focus": "zork"}, r'^no node is named "zork"; known: x1, '),
        ({"top": 0}, r"at least 1, got 0$"),
        ({"max_width": 2}, r"at least 3, got 2$"),
        ({"precision": 0}, r"^precision is 1 to 17 significant digits, got 0$"),
        ({"precision": 18}, r"^precision is 1 to 17 significant digits, got 18$"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], message: str) -> None:
    network, _ = gallery("xor")
    with pytest.raises(DrawingError, match=message):
        draw.render(network, **options)


@pytest.mark.parametrize("name", LAYERED)
def test_drawing_changes_nothing(name: str) -> None:
    network = load(SPECS / f"{name}.json")
    values = network.parameters.values.copy()
    draw.render(network, format="dot")
    np.testing.assert_array_equal(network.parameters.values, values)


def test_a_picture_needs_neither_pyarrow_nor_networkx() -> None:
    script = f"""
import sys
import deepgraph
from deepgraph import draw
draw.render(deepgraph.load({str(SPECS / "irregular.json")!r}))
print([name for name in ("pyarrow", "networkx", "reportlab") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
