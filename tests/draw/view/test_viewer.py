"""Numbers, labels and marks in the nodes and on the edges of a picture; what is refused."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from deepgraph import draw
from deepgraph.draw.view.records import Gradients
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS
from deepgraph.loading import loads
from tests.support.drawn import shown
from tests.support.picture import (
    GALLERY,
    Picture,
    gallery,
    gallery_picture,
    spec,
)
from tests.support.rounded import read, tight
from tests.support.texts import as_set


def test_contributions_are_weight_times_value() -> None:
    network, trace = gallery("deep_state")
    picture = Picture(draw.render(network, trace, weights="contribution", precision=17).decode())
    x = float(trace["x"][0])
    texts = [word.text for word in picture.words]
    assert f"w1·x = {1.73 * x!r}".replace("-", "−") in texts


def test_gradients_stand_under_values_and_on_edges() -> None:
    network, trace = gallery("mazur")
    shown = Gradients({"h1": 0.125}, {"w5": 0.082167041, "b1": -0.5})
    texts = [w.text for w in Picture(draw.render(network, trace, gradients=shown).decode()).words]
    assert "∂ 0.125" in texts
    assert texts[texts.index("w5 = 0.4") + 1] == "∂ 0.08217"
    assert "b1 = 0.35  ∂ −0.5" in texts


@pytest.mark.parametrize("name", ["deep_state", "mazur", "irregular"])
def test_gradients_of_edges_stand_below_their_labels_and_pictures_stay_narrow(name: str) -> None:
    network, trace = gallery(name)
    slopes = {network.parameters.name(n): -0.0123456 for n in range(len(network.parameters))}
    shown = Gradients(dict.fromkeys(network.ids, 0.0123456), slopes)
    plain = draw.prepare(network, trace).layout
    drawing = draw.prepare(network, trace, gradients=shown)
    labels = [label for label in drawing.layout.labels if label is not None]
    assert {label.lines[-1][0] for label in labels} == {"∂ −0.01235"}
    assert {len(label.lines) for label in labels} == {2}
    ratio = drawing.layout.width / drawing.layout.height
    assert ratio < 1.05 * plain.width / plain.height
    assert ratio < 2.4
    # Where labels are many, they stay one line each.
    network, trace = gallery("iris")
    dense = draw.prepare(network, trace, gradients=Gradients({}, {"W1[1,1]": 0.5})).view
    assert all(len(edge.lines) == 1 for edge in dense.edges)


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


DENSE = ["digits", "iris"]


def nodes_with_z(network: Any) -> set[int]:
    """The nodes that must show z: all with an activation."""
    return {
        node
        for node in range(len(network.ids))
        if network.has_z(node) and not network.activation(node).is_identity
    }


@pytest.mark.parametrize("name", [name for name in GALLERY if name not in DENSE])
@pytest.mark.parametrize("precision", [2, 4, 6])
def test_live_values_are_those_of_the_trace(name: str, precision: int) -> None:
    network, trace = gallery(name)
    picture = gallery_picture(name, precision=precision)
    neurons = np.flatnonzero(network.kind != BIAS).tolist()
    with_z = nodes_with_z(network)
    assert [node.number for node in picture.nodes] == neurons
    for node in picture.nodes:
        a, z = (float(values[node.number, 0]) for values in (trace.a, trace.z))
        assert node.texts[0] == as_set(network.label(node.number))
        assert node.texts[1] == tight(a, precision)
        own = [text for text in node.texts[2:] if " = " in text]
        wanted = [f"z = {tight(z, precision)}"] if node.number in with_z else []
        if name == "study_hours" and node.number in network.outputs:
            wanted.insert(0, f"class = {'passed' if a >= 0.5 else 'failed'}")
        assert own == wanted
    for pill in picture.pills:
        bias = int(network.source[pill.number])
        factor = network.weights[pill.number] if network.edge_parameter[pill.number] >= 0 else 1.0
        value = tight(float(network.bias_value(bias) * factor), precision)
        assert pill.text.split(" = ")[-1] == value


@pytest.mark.parametrize("name", GALLERY)
def test_with_seventeen_digits_every_number_is_the_exact_double(name: str) -> None:
    network, trace = gallery(name)
    picture = gallery_picture(name, precision=17)
    for node in picture.nodes:
        value = float(trace.a[node.number, 0])
        numbers = [word.text for word in node.words if word.element.get("font-weight")]
        assert [read(text) for text in numbers] == [value]
        assert read(node.tip.split("\n")[0].split(" = ")[-1]) == value or (
            read(node.tip.split("\n")[1].split(" = ")[-1]) == value
        )
    for arrow in picture.arrows:
        if network.edge_parameter[arrow.number] >= 0:
            weight = arrow.tip.splitlines()[0].split(" = ")[-1]
            assert read(weight) == float(network.weights[arrow.number])


@pytest.mark.parametrize("name", [name for name in GALLERY if name not in DENSE])
def test_the_weights_beside_their_edges(name: str) -> None:
    network, _ = gallery(name)
    picture = gallery_picture(name)
    expected = Counter(
        f"{network.parameters.name(number)} = {tight(float(weight), 4)}"
        for number, source, weight in zip(
            network.edge_parameter, network.source, network.weights, strict=True
        )
        if number >= 0 and network.kind[source] != BIAS
    )
    assert not expected - Counter(word.text for word in picture.outside)


def test_the_row_of_the_trace() -> None:
    network, _ = gallery("xor")
    trace = network.trace([[0, 0], [0, 1], [1, 0]])
    for row, values in enumerate([["0", "0", "0"], ["0", "1", "1"], ["1", "0", "1"]]):
        nodes = shown(network, trace, row=row).nodes
        bold = {node.texts[0]: node.texts[1] for node in nodes}
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
    assert [text.lower() for text in picture.nodes[1].texts] == ["y", "nan", "relu", "z = nan"]


@pytest.mark.parametrize(
    ("weights", "labels", "bias"),
    [
        ("both", ["w1 = 0.1235", "−2", "w1 = 0.1235"], "b1 = −0.5"),
        ("name", ["w1", "−2", "w1"], "b1"),
        ("value", ["0.1235", "−2", "0.1235"], "−0.5"),
        ("none", [], "b1"),
    ],
)
def test_weights_as_asked(weights: Any, labels: list[str], bias: str) -> None:
    picture = shown(loads(json.dumps(SMALL)), weights=weights, legend=False)
    shared = ["shared parameter: w1"] if weights in ("both", "name") else []
    expected = [*labels, "input", "hidden", "output", *shared]
    assert sorted(word.text for word in picture.outside) == sorted(expected)
    assert [pill.text for pill in picture.pills] == [bias]


def test_uninitialised_parameters_have_question_marks_and_become_numbers() -> None:
    text = json.loads(json.dumps(SMALL))
    del text["edges"][0]["weight"], text["nodes"][1]["value"]
    text["edges"][3]["weight"] = None
    network = loads(json.dumps(text))
    picture = shown(network)
    labels = Counter(word.text for word in picture.outside)
    assert (labels["w1 = ?"], labels["?"]) == (2, 1)
    assert [pill.text for pill in picture.pills] == ["b1 = ?"]
    drawn = network.initialised(7)
    picture = shown(drawn)
    labels = Counter(word.text for word in picture.outside)
    w1, unnamed = (tight(float(drawn.weights[edge]), 4) for edge in (0, 3))
    assert (labels[f"w1 = {w1}"], labels[unnamed]) == (2, 1)
    assert picture.pills[0].text == f"b1 = {tight(drawn.bias_value(1), 4)}"
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
    [pill] = shown(network).pills
    assert pill.text == "c = 4"
    picture = shown(network, biases="shared")
    assert [pill.text for pill in picture.pills] == ["c = 4"]  # it feeds no other node
    two = spec(
        [("one", "bias", {"label": "1"}), ("x", "input"), ("y", "output"), ("v", "output")],
        [("one", "y", {"weight": 4}), ("one", "v", {"weight": 2}), ("x", "y"), ("x", "v")],
    )
    picture = shown(two, biases="shared")
    assert [node.texts for node in picture.nodes if node.kind == "bias"] == [["1"]]
    assert {"4", "2"} <= set(picture.texts)


def test_shared_labels_stand_on_each_edge() -> None:
    picture = gallery_picture("full_adder")
    labels = Counter(picture.texts)
    assert (labels["w = 1"], labels["v = −2"]) == (10, 2)
    assert as_set("shared parameters: b_and, b_xor, w, v") in labels


def test_many_parameters_move_into_the_tooltips() -> None:
    picture = gallery_picture("digits")
    captions = ["input", "hidden, ReLU", "output, softmax", "W1, bias b1", "W2, bias b2"]
    note = "the values of 2,410 parameters stand in the SVG's tooltips"
    assert [word.text for word in picture.outside] == [*captions, note]
    network, _ = gallery("digits")
    for arrow in picture.arrows:
        assert bool(arrow.tip) == (network.edge_parameter[arrow.number] >= 0)
    assert picture.pills == []
    assert "\nb2[10] = " in picture.nodes[-1].tip


def test_labels_stand_for_ids() -> None:
    network = spec([("x", "input", {"label": "dose"}), ("y", "output")], [("x", "y")])
    picture = shown(network)
    assert [node.texts for node in picture.nodes] == [["dose"], ["y"]]
    assert picture.nodes[0].tip == "x"


# --- what is off, and what carries 0 --------------------------------------------------------


def paints(picture: Picture) -> dict[str, tuple[str | None, str | None]]:
    """Fill and line of the first shape of each node, and of the head of each edge."""
    found = {}
    for group in picture.root.iter():
        name = group.get("data-node") or (
            group.get("data-edge") if "edge" in group.get("class", "") else None
        )
        if name:
            shape = next(each for each in group if picture.tag(each) in ("circle", "path"))
            found[name] = (shape.get("fill"), shape.get("stroke", group.get("stroke")))
    return found


def test_a_dead_node_and_its_edges_differ_from_living_ones() -> None:
    network, _ = gallery("deep_state")
    found = paints(shown(network, network.trace({"x": -1.0})))  # h1 is 0, h2 is 1.5
    h1, h2 = (f"n{network.index[name]}" for name in ("h1", "h2"))
    assert found[h1] != found[h2]
    w3, w4, w5, w6 = (
        f"e{network.edge_parameter.tolist().index(network.parameters.find(name))}"
        for name in ("w3", "w4", "w5", "w6")
    )
    # The sign stays: w3 and w5 are positive, w4 and w6 negative.
    assert len({found[w3], found[w4], found[w5], found[w6]}) == 4


@pytest.mark.parametrize(
    ("activation", "kind", "off"),
    [
        ("relu", "hidden", True),
        ("relu", "output", False),
        ("step", "hidden", True),
        ("tanh", "hidden", False),
        ("leaky_relu", "hidden", False),
        ("identity", "hidden", False),
        ("hard_sigmoid", "hidden", True),
        ({"name": "leaky_relu", "alpha": 0}, "hidden", True),
    ],
)
def test_a_node_is_off_below_its_bend_and_not_because_it_is_0(
    activation: Any, kind: str, off: bool
) -> None:
    z = 0 if activation in ("tanh", "leaky_relu", "identity") else -9
    nodes = [("x", "input"), ("h", kind, {"activation": activation})]
    edges = [("x", "h", {"label": "w", "weight": 1})]
    if kind == "hidden":
        nodes.append(("y", "output"))
        edges.append(("h", "y", {"label": "v", "weight": -1}))
    network = spec(nodes, edges)
    view = draw.prepare(network, network.trace({"x": z})).view
    assert view.nodes[1].off is off
    assert not view.nodes[0].off
    assert [edge.zero for edge in view.edges] == [z == 0, True][: len(edges)]


def test_an_input_of_0_is_not_pale_and_what_leaves_it_is() -> None:
    network, _ = gallery("xor")
    view = draw.prepare(network, network.trace({"x1": 1, "x2": 0})).view
    off = {node.name: node.off for node in view.nodes}
    assert off == {"x1": False, "x2": False, "h1": False, "h2": True, "XOR": False}
    zero = {edge.name: edge.zero for edge in view.edges}
    assert zero == {"w1": False, "w2": False, "w3": True, "w4": True, "w5": False, "w6": True}
    assert {edge.name: edge.sign for edge in view.edges}["w6"] == -1


def test_without_values_nothing_is_off() -> None:
    view = draw.prepare(gallery("xor")[0]).view
    assert not any(node.off for node in view.nodes)
    assert not any(edge.zero for edge in view.edges)


# --- z ---------------------------------------------------------------------------------------


def z_lines(network: Any, **inputs: float) -> dict[str, str]:
    view = draw.prepare(network, network.trace(inputs)).view
    lines = {node.name: [line.text for line in node.lines[2:]] for node in view.nodes}
    return {name: " ".join(t for t in texts if " = " in t) for name, texts in lines.items()}


def test_every_node_with_an_activation_shows_z_even_where_it_is_the_value() -> None:
    found = z_lines(gallery("deep_state")[0], x=0.5)
    assert (found["h1"], found["h2"]) == ("z = 0.225", "z = −1.275")
    assert (found["g1"], found["g2"], found["y"], found["x"]) == ("z = 1.444", "z = 0.3998", "", "")


def test_a_node_whose_value_is_z_by_nature_shows_none() -> None:
    found = z_lines(gallery("irregular")[0], x1=1, x2=2, x3=0.5)
    assert (found["p"], found["m"]) == ("", "")
    assert found["h"] == "z = 0.3"


def test_an_aggregation_stands_before_the_activation() -> None:
    network, _ = gallery("irregular")
    view = draw.prepare(network, network.trace({"x1": 1, "x2": 2, "x3": 0.5})).view
    q = next(node for node in view.nodes if node.name == "q")
    assert [line.text for line in q.lines] == ["q", "1.524", "softplus(mean)", "z = 1.278"]


@pytest.mark.parametrize(("name", "symbol"), [("z", "Σ"), ("z1", "Σ"), ("zone", "z")])
def test_z_does_not_clash_with_nodes_of_that_name(name: str, symbol: str) -> None:
    network = spec([("x", "input"), (name, "output", {"activation": "tanh"})], [("x", name)])
    assert z_lines(network, x=0.5)[name] == f"{symbol} = 0.5"


# --- numbers in dense pictures ---------------------------------------------------------------


def test_a_dense_layer_has_one_number_of_decimals() -> None:
    network, trace = gallery("iris")
    view = draw.prepare(network, trace).view
    assert view.dense
    texts: dict[int, set[int]] = {}
    for edge in view.edges:
        assert edge.name == ""
        column = view.nodes[edge.target].column
        texts.setdefault(column, set()).add(len(edge.value.partition(".")[2]))
    assert texts == {1: {2}, 2: {2}}
    hidden = [node.lines[1].text for node in view.nodes if node.column == 1]
    assert all(text == "0" or len(text.partition(".")[2]) == 2 for text in hidden)
    assert view.gaps == ("", "W1, bias b1", "W2, bias b2")


def test_names_of_entries_are_shown_if_they_are_asked_for() -> None:
    network, trace = gallery("iris")
    assert draw.prepare(network, trace, weights="both").view.edges[0].name == "W1[1,1]"


# --- biases ----------------------------------------------------------------------------------


def test_a_shared_bias_stands_at_each_node_or_once() -> None:
    network, trace = gallery("mazur")
    each = draw.prepare(network, trace).view
    pills = {node.name: [bias.label for bias in node.biases] for node in each.nodes}
    assert pills["h1"] == pills["h2"] == ["b1 = 0.35"]
    assert all(bias.shared for node in each.nodes for bias in node.biases)
    assert each.notes == ("shared parameters: b1, b2",)
    once = draw.prepare(network, trace, biases="shared").view
    assert [node.name for node in once.nodes if node.role == "bias"] == ["b1 = 0.35", "b2 = 0.6"]
    assert not any(node.biases for node in once.nodes)
    assert once.notes == ()


def test_a_bias_of_one_node_stays_there() -> None:
    network, trace = gallery("deep_state")
    view = draw.prepare(network, trace, biases="shared").view
    assert not any(node.role == "bias" for node in view.nodes)


# --- colours by choice -----------------------------------------------------------------------


def test_a_fill_by_value_has_its_sign() -> None:
    network = spec([("x", "input"), ("y", "output"), ("w", "output")],
                   [("x", "y", {"weight": 1}), ("x", "w", {"weight": -0.5})])  # fmt: skip
    trace = network.trace({"x": 0.8})
    assert {node.glow for node in draw.prepare(network, trace).view.nodes} == {None}
    view = draw.prepare(network, trace, fill="value").view
    assert [node.glow for node in view.nodes] == [1.0, 1.0, -0.5]
    zero = draw.prepare(network, network.trace({"x": 0}), fill="value").view
    assert [node.glow for node in zero.nodes] == [0.0, 0.0, 0.0]
    with pytest.raises(DrawingError, match="a fill that tells the value needs live values"):
        draw.render(network, fill="value")


def test_contributions_have_their_own_sign_and_size() -> None:
    network, _ = gallery("deep_state")
    trace = network.trace({"x": -0.5})
    plain = draw.prepare(network, trace).view.edges
    shown = draw.prepare(network, trace, weights="contribution").view.edges
    w1, w2 = (next(n for n, e in enumerate(plain) if e.name == name) for name in ("w1", "w2"))
    assert (plain[w1].sign, plain[w2].sign) == (1, -1)
    assert (shown[w1].sign, shown[w2].sign) == (-1, 1)
    assert (shown[w1].label, shown[w2].label) == ("w1·x = −0.865", "w2·x = 0.925")
    largest = max(shown, key=lambda edge: edge.size)
    assert (largest.size, largest.name) == (1.0, "w7·g1")


@pytest.mark.parametrize(
    ("choice", "texts", "caption", "sketched"),
    [
        ("name", ["h", "tanh"], "hidden", False),
        ("badge", ["h"], "hidden, tanh", True),
        ("none", ["h"], "hidden, tanh", False),
    ],
)
def test_the_activation_as_asked(
    choice: Any, texts: list[str], caption: str, sketched: bool
) -> None:
    network = spec(
        [("x", "input"), ("h", "hidden", {"activation": "tanh"}), ("y", "output")],
        [("x", "h"), ("h", "y")],
    )
    view = draw.prepare(network, activations=choice).view
    assert [line.text for line in view.nodes[1].lines] == texts
    assert view.captions[1] == caption
    assert bool(view.nodes[1].sketch) == sketched


# --- scales, fractions, gradients, tooltips -------------------------------------------------------


def lines_of(weights: list[Any], **options: Any) -> Any:
    """The view of inputs that feed one output."""
    nodes = [(f"x{n}", "input") for n in range(len(weights))]
    edges = [
        (f"x{n}", "y", {"label": f"w{n}", "weight": weight}) for n, weight in enumerate(weights)
    ]
    return draw.prepare(spec([*nodes, ("y", "output")], edges), **options).view


def test_one_huge_weight_leaves_the_others_apart() -> None:
    small, large, huge = (edge.size for edge in lines_of([0.5, 2.0, -220_000.0]).edges)
    assert huge == 1
    assert large > small + 0.05
    assert [edge.size for edge in lines_of([1.0, 2.0, -4.0]).edges] == [0.25, 0.5, 1]


def test_widths_of_two_pictures_can_be_compared() -> None:
    first = lines_of([1.0, -2.0], scale_width="max=4")
    second = lines_of([1.0, 4.0, 8.0], scale_width="max=4")
    assert [edge.size for edge in first.edges] == [0.25, 0.5]
    assert [edge.size for edge in second.edges] == [0.25, 1, 1]
    logs = [edge.size for edge in lines_of([1.0, 10.0, 1000.0], scale_width="log").edges]
    assert logs == pytest.approx(np.log1p([1, 10, 1000]) / np.log1p(1000))


@pytest.mark.parametrize(
    "scale", ["max=0", "max=", "max=-1", "linear", "max=1e999", "", "max=e5", "max=.e5", "max=0e5"]
)
def test_wrong_scales_are_refused(scale: str) -> None:
    with pytest.raises(DrawingError, match=r'scale-width is "log", or "max=NUMBER"'):
        lines_of([1.0], scale_width=scale)


def test_fractions_as_the_file_has_them() -> None:
    weights = ["1/3", "-2/7", 0.25]
    assert [edge.label for edge in lines_of(weights).edges] == [
        "w0 = 0.3333",
        "w1 = −0.2857",
        "w2 = 0.25",
    ]
    assert [edge.label for edge in lines_of(weights, fractions=True).edges] == [
        "w0 = 1/3",
        "w1 = −2/7",
        "w2 = 0.25",
    ]


def test_a_fraction_that_was_replaced_is_shown_as_the_new_number() -> None:
    edges = [("x", "y", {"label": "w", "weight": "1/3"})]
    network = spec([("x", "input"), ("y", "output")], edges).with_values(w=0.3)
    [edge] = draw.prepare(network, fractions=True).view.edges
    assert edge.label == "w = 0.3"


def test_a_shared_weight_shows_its_part_on_each_edge_and_the_sum_once() -> None:
    nodes = [("x", "input"), ("h", "hidden"), ("y", "output")]
    edges = [("x", "h", {"label": "w", "weight": 2}), ("h", "y", {"label": "w", "weight": 2})]
    network = spec(nodes, edges)
    gradient = network.gradient({"x": 3}, {"y": 0})  # y = w²·x = 12; ∂loss/∂y = y − 0
    view = draw.prepare(network, gradient.trace, gradients=Gradients.of(gradient)).view
    assert [edge.label for edge in view.edges] == ["w = 2  ∂ 72", "w = 2  ∂ 72"]
    assert view.notes == ("shared parameter: w (∂ 144 in all)",)
    assert gradient["w"] == 144


def test_deltas_are_derivatives_by_z() -> None:
    network, trace = gallery("mazur")
    gradient = network.gradient({"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99})
    given = Gradients.of(gradient)
    view = draw.prepare(network, trace, gradients=given, deltas=True, precision=17).view
    for node in view.nodes:
        [*_, last] = node.lines
        number = int(node.key[1:])
        if node.role == "input":
            assert last.role != "gradient"
        else:
            assert last.text == f"δ {read_full(float(gradient.nodes_z[number, 0]))}"


def read_full(value: float) -> str:
    return repr(value).replace("-", "−")


def test_gradients_appear_after_the_values_from_the_loss_backwards() -> None:
    network, _ = gallery("mazur")
    gradient = network.gradient({"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99})
    shown = {"gradients": Gradients.of(gradient), "format": "svg"}
    pictures = [Picture(one.decode()) for one in draw.steps(network, gradient.trace, **shown)]
    forward = draw.steps(network, gradient.trace)
    counts = [sum("∂" in seen(word) for word in one.words) for one in pictures]
    always = ("in all", "∂: ")  # of a shared parameter, and of the legend
    notes = sum(any(part in word.text for part in always) for word in pictures[0].words)
    assert counts[: len(forward)] == [notes] * len(forward)
    assert counts == sorted(counts)
    assert len(pictures) == 2 * len(forward)
    whole = Picture(draw.render(network, gradient.trace, gradients=shown["gradients"]).decode())
    assert counts[-1] == sum("∂" in word.text for word in whole.words)


def seen(word: Any) -> str:
    """The text of a word without what is transparent."""
    pieces = [piece for piece in word.element.iter() if piece.get("fill-opacity") != "0"]
    return "".join(piece.text or "" for piece in pieces)


def test_a_tooltip_of_an_edge_says_what_flows() -> None:
    network, trace = gallery("mazur")
    still, live = (draw.prepare(network, values).view.edges[0].tip for values in (None, trace))
    assert still == "i1 → h1: w1 = 0.15"
    assert live == "i1 → h1: w1 = 0.15\nw1·i1 = 0.0075"


def test_a_constant_called_plus_one_is_shown_once() -> None:
    nodes = [("x", "input"), ("one", "bias", {"label": "+1"}), ("h", "hidden"), ("y", "output")]
    edges = [
        ("x", "h", {"label": "w", "weight": 2}),
        ("one", "h", {"label": "c", "weight": 0.5}),
        ("one", "y", {"label": "d", "weight": 0.25}),
        ("h", "y", {"label": "v", "weight": 1}),
    ]
    view = draw.prepare(spec(nodes, edges), biases="shared").view
    assert [node.name for node in view.nodes if node.role == "bias"] == ["+1"]


# --- what labels leave out --------------------------------------------------------------------


@pytest.mark.parametrize("weights", ["value", "none"])
def test_without_names_derivatives_stand_all_the_same(weights: Any) -> None:
    edges = [("x", "h", {"label": "w", "weight": 2}), ("h", "y", {"label": "w", "weight": 2})]
    network = spec([("x", "input"), ("h", "hidden"), ("y", "output")], edges)
    gradient = network.gradient({"x": 3}, {"y": 0})
    options: Any = {"gradients": Gradients.of(gradient), "weights": weights}
    view = draw.prepare(network, gradient.trace, **options).view
    assert view.notes == ("shared parameter: w (∂ 144 in all)",)
    assert all("∂ 72" in edge.label + edge.tip for edge in view.edges)


def test_tooltips_are_counted_where_there_are_any() -> None:
    network, _ = gallery("digits")
    view = draw.prepare(network, max_width=14).view
    told = sum(bool(edge.tip) for edge in view.edges)
    told += sum(node.tip.count("\nb") for node in view.nodes)
    assert view.footnotes[-1] == f"the values of {told} parameters stand in the SVG's tooltips"
