"""Every printed line read back; values those of the evaluator; fractions; mistakes."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.errors import InputError
from deepgraph.explain.expressions import Number
from deepgraph.explain.formula import slope_forms, value_forms
from deepgraph.explain.rounding import Printer
from deepgraph.explain.spelling import SPELLER
from deepgraph.explain.text import one_line
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.node_function import NodeFunction
from deepgraph.spec import gallery
from tests.support import truth
from tests.support.explained import cases, explained, judged
from tests.support.neurons import small
from tests.support.strategies import SPECS, examples, irregular, network, same, specs
from tests.support.worked import lines

PRECISIONS = (None, 2, 6, 12, "full")
NAMES = [
    pytest.param(name, marks=pytest.mark.slow) if name == "digits" else name
    for name in gallery.names(more=False)
]
"""Of the networks whose lines are read back; the widest one has 7,000 for each precision."""


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_the_gallery_reads_back(name, precision):
    net = deepgraph.load(gallery.path(name))
    for inputs, targets, loss in cases(net):
        counts = judged(explained(net, inputs, targets, loss, precision=precision), precision)
        assert counts["exact"] + counts["rounded"] > 5
        assert not counts["not finite"]


@pytest.mark.parametrize("name", NAMES)
def test_every_fraction_of_the_gallery_reads_back(name):
    net = deepgraph.load(gallery.path(name))
    for inputs, targets, loss in cases(net):
        judged(explained(net, inputs, targets, loss, fractions=True), None)


@pytest.mark.slow
@examples(150)
@given(st.data())
def test_random_networks_read_back(data):
    net = network(data.draw(specs()))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    inputs = {name: float(rng.normal() * 3) for name in net.input_names}
    targets = {name: float(rng.normal()) for name in net.output_names}
    precision = data.draw(st.sampled_from([None, 1, 3, 9, "full"]))
    fractions = data.draw(st.booleans())
    explanation = net.explain(
        inputs, targets, learning_rate=0.1, precision=precision, fractions=fractions
    )
    judged(explanation, precision)
    same_as_evaluator(net, inputs, targets, "half_squared_error", explanation)


@pytest.mark.slow
@examples(400)
@given(st.integers(0, 2**32))
def test_every_sign_is_true_of_the_real_values(seed):
    truth.check(seed)


def same_as_evaluator(net, inputs, targets, loss, explanation):
    """Bit by bit, for explanations of one row."""
    trace = net.trace(inputs)
    gradient = net.gradient(inputs, targets, loss)
    stepped = gradient.step(0.1)
    edges = {}
    for line in explanation.lines:
        if line.result is None:
            continue
        if line.quantity in ("a", "z"):
            values = trace.a if line.quantity == "a" else trace.z
            expected = values[net.index[line.name], 0]
        elif line.quantity == "loss":
            expected = gradient.loss
        elif line.quantity == "da" and line.name:
            expected = gradient.nodes_a[net.index[line.name], 0]
        elif line.quantity == "dz":
            expected = gradient.nodes_z[net.index[line.name], 0]
        elif line.quantity == "dparameter":
            expected = gradient.by_name[line.name]
            edges[line.name] = True
        elif line.quantity == "updated" and line.name:
            number = list(gradient.by_name).index(line.name)
            expected = stepped[number]
        else:
            continue
        assert line.value == expected or (math.isnan(line.value) and math.isnan(expected)), line


@pytest.mark.parametrize("name", gallery.names(more=False))
def test_the_values_are_those_of_trace_and_gradient(name):
    net = deepgraph.load(gallery.path(name))
    rng = np.random.default_rng(0)
    inputs = {name: float(rng.normal()) for name in net.input_names}
    targets = {net.output_names[0]: 1.0}
    explanation = net.explain(inputs, targets, learning_rate=0.1)
    same_as_evaluator(net, inputs, targets, "half_squared_error", explanation)
    named = {line.name for line in explanation.lines if line.quantity == "a"}
    neurons = [net.ids[n] for n in range(len(net.ids)) if net.kind[n] > 1]
    assert named >= set(neurons)


def test_the_seed_example():
    net = deepgraph.load(SPECS / "deep_state.json")
    text = str(net.explain({"x": 0.5}))
    assert text.startswith("One input, two layers of two ReLU nodes\n\nForward\n\n  input\n")
    assert lines(text) == [
        "x = 0.5",
        "z(h₁) = w₁·x + b₁ = 1.73·0.5 + (−0.64) = 0.225",
        "h₁ = ReLU(z(h₁)) = ReLU(0.225) = 0.225",
        "z(h₂) = w₂·x + b₂ = −1.85·0.5 + (−0.35) = −1.275",
        "h₂ = ReLU(z(h₂)) = ReLU(−1.275) = 0",
        "z(g₁) = w₃·h₁ + w₅·h₂ + b₃ = 0.64·0.225 + 1.26·0 + 1.3 = 1.444",
        "g₁ = ReLU(z(g₁)) = ReLU(1.444) = 1.444",
        "z(g₂) = w₄·h₁ + w₆·h₂ + b₄ = −1.69·0.225 + (−1.84·0) + 0.78 = 0.39975",
        "g₂ = ReLU(z(g₂)) = ReLU(0.39975) = 0.39975",
        "y = w₇·g₁ + w₈·g₂ + b₅ = 0.67·1.444 + 1.05·0.39975 + (−0.9) = 0.4872175",
        "out1 = [w₁ w₂]·x + [b₁ b₂] = [0.225 −1.275]",
        "out2 = ReLU(out1) = [0.225 0]",
        "out3 = w₃₅·out2 + b₃ = [0.64 1.26]·[0.225 0]ᵀ + 1.3 = [1.444]",
        "out4 = w₄₆·out2 + b₄ = [−1.69 −1.84]·[0.225 0]ᵀ + 0.78 = [0.39975]",
        "out5 = [out3 out4] = [1.444 0.39975]",
        "[g₁ g₂] = ReLU(out5) = [1.444 0.39975]",
        "y = w₇₈·[g₁ g₂]ᵀ + b₅ = [0.67 1.05]·[1.444 0.39975]ᵀ + (−0.9) = 0.4872175",
    ]


def test_fractions_stay_exact():
    net = deepgraph.load(SPECS / "deep_state.json")
    for x in ("1/2", "1/3", "-356/851", Fraction(64, 173)):
        explanation = net.explain({"x": x}, {"y": 1}, learning_rate=0.1, fractions=True)
        assert all(line.sign == "=" for line in explanation.lines)
        assert all(line.exact is not None for line in explanation.lines if line.result)
        exact = {line.name: line.exact for line in explanation.lines if line.quantity == "a"}
        value = Fraction(str(x))
        assert exact["h1"] == max(0, Fraction("1.73") * value - Fraction("0.64"))
    assert explanation.lines[0].result.text == "64/173"
    half = net.explain({"x": "1/2"}, fractions=True)
    exact = {line.name: line.exact for line in half.lines if line.quantity == "a"}
    assert exact["y"] == Fraction("0.4872175")


def test_a_fraction_ends_where_a_step_is_not_rational():
    net = deepgraph.load(SPECS / "irregular.json")
    found = net.explain({"x1": 1, "x2": 2, "x3": "1/2"}, fractions=True).lines
    by_name = {(line.quantity, line.name): line for line in found}
    assert by_name["z", "q"].result.text == "23/18"
    assert by_name["a", "q"].note == "in decimals from here: exp has no exact fraction"
    assert by_name["a", "q"].sign == "≈"


def test_one_node_and_what_it_needs():
    net = deepgraph.load(SPECS / "deep_state.json")
    found = net.explain({"x": 0.5}, node="g1").lines
    assert [line.name for line in found] == ["x", "h1", "h1", "h2", "h2", "g1", "g1"]
    back = net.explain({"x": 0.5}, {"y": 1}, node="g1").lines
    names = [line.name for line in back if line.quantity == "dparameter"]
    assert names == ["w3", "w5", "b3"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": {"x": 1}, "node": "h9"}, 'no node or stage is named "h9"'),
        ({"X": {"x": 1}, "precision": 0}, "the precision is 1 to 17"),
        ({"X": {"x": "a/b"}}, '"x": .*no fraction'),
        ({"X": {"x": []}}, "without a row"),
        ({"X": {"z": 1}}, "no input is named z"),
        ({"X": {"x": 1}, "targets": {"h1": 1}, "node": "y"}, 'does not depend on "y"'),
        ({"X": {"x": 1}, "learning_rate": math.inf}, "learning rate"),
        ({"X": {"x": 1}, "backward": True}, "needs targets"),
    ],
)
def test_mistakes(arguments, message):
    net = deepgraph.load(SPECS / "deep_state.json")
    with pytest.raises(InputError, match=message):
        net.explain(**arguments)


def test_against_the_published_numbers():
    """Mazur's page: 0.082167041 = 0.74136507 · 0.186815602 · 0.593269992."""
    net = deepgraph.load(SPECS / "mazur.json")
    targets = {"o1": 0.01, "o2": 0.99}
    explanation = net.explain({"i1": 0.05, "i2": 0.1}, targets, precision=9)
    text = str(explanation)
    assert "0.7413650696·0.1868156018·0.5932699921 ≈ 0.0821670406" in text.replace("\n", " ")


@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
def test_every_formula_is_its_function(row):
    """The formulas of the table, read as a reader reads them, give f and its derivative."""
    function = NodeFunction.of(row.name)
    for z in [-7.5, -3.0, -1.0, -0.6, -1e-3, 0.0, 0.25, 1.0, 2.5, 3.0, 6.5]:
        if (z <= 0 and row.name in ("log", "sqrt")) or (z == 0 and row.name == "inverse"):
            continue
        array = np.array([z])
        a = float(row.f(array)[0])
        printed = [
            Printer("full").computed(form, a, why) for form, why in value_forms(function, Number(z))
        ]
        slope = float(row.derivative(array)[0])
        forms = slope_forms(function, Number(z), Number(a))
        printed += [Printer("full").computed(form, slope, why) for form, why in forms]
        assert all(one.sign in "=≈" for one in printed), (z, printed)


BENDS = {"hard_tanh": (-1, 1), "hard_sigmoid": (-3, 3), "hard_swish": (-3, 3), "relu6": (0, 6),
         "thresholded_relu": (1,), "round": (0.5, 2.5)}  # fmt: skip
POINTS = [
    (row, bend + offset)
    for row in ACTIVATIONS.values()
    for bend in BENDS.get(row.name, (0,))
    for offset in (-2, 0, 1.5)
]


@pytest.mark.parametrize(("row", "x"), POINTS, ids=lambda value: getattr(value, "name", None))
def test_a_line_says_nothing_twice_on_any_piece(row, x):
    """Below, at and above each bend, forward and backward."""
    net = small(("y", row.name), edges=[("x", "y", 1)])
    for line in net.explain({"x": x}, {"y": 1}).lines:
        parts = [SPELLER.spell(part) for _, part in line.segments]
        assert all(one != other for one, other in pairwise(parts)), parts
        if line.quantity == "slope" and row.pieces and line.numbers is None:
            assert line.reasons or line.note, "a slope that nothing explains"
        if line.value != line.value:
            assert "is not defined at" in line.note or line.quantity not in ("a", "slope")


@pytest.mark.parametrize(
    ("name", "x", "value", "slope"),
    [
        ("sign", -2, "y = sign(z(y)) = −1, as −2 < 0",
         "∂y/∂z(y) = 0   (sign is flat but for its jump at 0, and there the slope is set to 0)"),
        ("abs", -2, "y = abs(z(y)) = abs(−2) = 2", "∂y/∂z(y) = −1, as −2 < 0"),
        ("floor", -2.5, "y = floor(z(y)) = floor(−2.5) = −3",
         ("∂y/∂z(y) = 0   (floor is flat but for its jumps at the integers, and there the slope is "
          "set to 0)")),
        ("round", 2.5, "y = round(z(y)) = round(2.5) = 2",
         ("∂y/∂z(y) = 0   (round is flat but for its jumps halfway between the integers, and there "
          "the slope is set to 0)")),
        ("relu6", 7, "y = ReLU6(z(y)) = max(0, min(6, 7)) = 6", "∂y/∂z(y) = 0, as 7 ≥ 6"),
        ("thresholded_relu", 1, "y = thresholded ReLU(z(y)) = 0, as 1 ≤ 1",
         "∂y/∂z(y) = 0, as 1 ≤ 1"),
        ("sqrt", 4, "y = sqrt(z(y)) = √4 = 2", "∂y/∂z(y) = 1/(2·y) = 1/(2·2) = 0.25"),
        ("sqrt", -4, "y = sqrt(z(y)) = √(−4) → NaN   (sqrt is not defined at −4)",
         "∂y/∂z(y) → NaN   (sqrt is not defined at −4)"),
        ("selu", 2, "y = SELU(z(y)) ≈ 1.0507·2 ≈ 2.101, as 2 > 0", "∂y/∂z(y) ≈ 1.051, as 2 > 0"),
        ("log", -2, "y = log(z(y)) = ln(−2) → NaN   (log is not defined at −2)",
         "∂y/∂z(y) → NaN   (log is not defined at −2)"),
        ("hard_tanh", -3, "y = hard tanh(z(y)) = max(−1, min(1, −3)) = −1",
         "∂y/∂z(y) = 0, as −3 ≤ −1"),
        ("hard_sigmoid", 0, "y = hard sigmoid(z(y)) = max(0, min(1, (1/6)·0 + 0.5)) = 0.5",
         "∂y/∂z(y) = 1/6 ≈ 0.1667, as 0 < (1/6)·0 + 0.5 and (1/6)·0 + 0.5 < 1"),
    ],
)  # fmt: skip
def test_lines_as_a_student_reads_them(name, x, value, slope):
    net = small(("y", name), edges=[("x", "y", 1)])
    found = {line.quantity: one_line(line) for line in net.explain({"x": x}, {"y": 1}).lines}
    found["a"] = found.get("a", "")
    assert (found["a"], found["slope"]) == (value, slope)


@pytest.mark.parametrize(
    ("written", "x", "value", "slope"),
    [
        ({"name": "sigmoid", "gain": 5}, 0, "y = sigmoid(5·z(y)) = 1/(1 + exp(−5·0)) = 0.5",
         "∂y/∂z(y) = 5·y·(1 − y) = 5·0.5·(1 − 0.5) = 1.25"),
        ({"name": "relu", "gain": 2.5}, 3, "y = ReLU(2.5·z(y)) = ReLU(2.5·3) = 7.5",
         "∂y/∂z(y) = 2.5, as 2.5·3 > 0"),
        ({"name": "relu", "gain": -2}, 3, "y = ReLU(−2·z(y)) = ReLU(−2·3) = 0",
         "∂y/∂z(y) = 0, as −2·3 ≤ 0"),
        ({"name": "identity", "gain": 3}, 2, "y = 3·z(y) = 3·2 = 6", "∂y/∂z(y) = 3"),
        ({"name": "square", "gain": 3}, 2, "y = square(3·z(y)) = (3·2)² = 36",
         "∂y/∂z(y) = 3·2·3·z(y) = 3·2·3·2 = 36"),
        ({"name": "log", "gain": 3}, -2,
         "y = log(3·z(y)) = ln(3·(−2)) → NaN   (log(3z) is not defined at −2)",
         "∂y/∂z(y) → NaN   (log(3z) is not defined at −2)"),
    ],
)  # fmt: skip
def test_a_gain_stands_in_every_line(written, x, value, slope):
    net = small(("y", written), edges=[("x", "y", 1)])
    found = {line.quantity: one_line(line) for line in net.explain({"x": x}, {"y": 1}).lines}
    assert (found["a"], found["slope"]) == (value, slope)


SCALED = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input",
         "normalise": {"min": 0, "max": 9, "mean": 1.5, "scale": "5/2"}},
        {"id": "y", "kind": "output", "activation": {"name": "tanh", "gain": 2},
         "rescale": {"mean": -3, "scale": 10}},
    ],
    "edges": [{"source": "x", "target": "y", "label": "w", "weight": 0}],
}  # fmt: skip


def test_scaled_inputs_and_outputs_line_by_line():
    explanation = network(SCALED).explain({"x": 4}, {"y": 1})
    found = [one_line(line) for line in explanation.lines]
    assert found[:4] == [
        "z(x) = 4",
        "x = (max(0, min(9, z(x))) − 1.5)/2.5 = (max(0, min(9, 4)) − 1.5)/2.5 = 1",
        "z(y) = w·x = 0·1 = 0",
        "y = 10·tanh(2·z(y)) − 3 = 10·tanh(2·0) − 3 = −3",
    ]
    assert any(line.endswith("= 10·2·(4/(exp(2·0) + exp(−2·0))²) = 20") for line in found)
    assert "∂x/∂z(x) = 1/2.5 = 0.4, as 0 < 4 and 4 < 9" in found
    assert "∂loss/∂z(x) = ∂loss/∂x · ∂x/∂z(x) = 0·0.4 = 0" in found
    clipped = network(SCALED).explain({"x": -4}, {"y": 1})
    found = [one_line(line) for line in clipped.lines]
    assert "x = (max(0, min(9, z(x))) − 1.5)/2.5 = (max(0, min(9, −4)) − 1.5)/2.5 = −0.6" in found
    assert "∂x/∂z(x) = 0, as −4 ≤ 0" in found
    assert r"x &= \frac{\max\left(0, \min\left(9, z\left(x\right)\right)\right) - 1.5}{2.5}" in (
        explanation.latex()
    )
    [_, line] = json.loads(explanation.json())["sections"][0]["steps"][0]["lines"]
    assert (line["quantity"], line["value"]) == ("a", 1.0)


def test_many_inputs_are_two_vectors():
    size = 15
    spec = {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": size, "normalise": {"mean": 1, "scale": 2}},
            {"id": "y", "size": 1, "weights": "W", "bias": None, "rescale": {"scale": 3}},
        ],
        "parameters": {"W": [[1] * size]},
    }
    text = str(network(spec).explain({f"x{n + 1}": n for n in range(size)}))
    assert "inputs = [0 1 2 … 13 14]" in text
    assert "normalised inputs = [−0.5 0 0.5 … 6 6.5]" in text
    assert "y = 3·z(y) = 3·45 = 135" in text


@pytest.mark.parametrize("seed", range(25))
def test_every_line_of_a_scaled_network_is_right(seed):
    rng = random.Random(seed)
    made = irregular(rng, 3, 2, 6, None, list(AGGREGATIONS), scaled=True)
    net = network(made)
    inputs = {
        name: rng.choice([rng.uniform(-3, 3), rng.randint(-2, 2)]) for name in net.input_names
    }
    targets = {name: rng.uniform(-2, 2) for name in net.output_names}
    for precision in (None, 2, "full"):
        explanation = net.explain(inputs, targets, learning_rate=0.1, precision=precision)
        assert judged(explanation, precision)
    trace = net.trace({name: [value] for name, value in inputs.items()})
    by_name = {line.name: line.value for line in explanation.lines if line.quantity == "a"}
    for node, name in enumerate(net.ids):
        if name in by_name:
            assert same(np.float64(by_name[name]), trace.a[node, 0]), name


def test_cross_entropy_with_a_gain_is_gain_times_a_minus_t():
    net = small(("y", {"name": "sigmoid", "gain": 5}), edges=[("x", "y", 1)])
    explanation = net.explain({"x": 0.25}, {"y": 1}, loss="cross_entropy")
    text = str(explanation)
    assert "∂loss/∂z(y) = 5·(y − t(y)) ≈ 5·(0.7773 − 1)" in text
    found = net.gradient({"x": [0.25]}, {"y": 1}, "cross_entropy")
    h = 1e-6
    losses = [net.loss({"x": [0.25 + d]}, {"y": 1}, "cross_entropy") for d in (h, -h)]
    assert found.inputs[0, 0] == pytest.approx((losses[0] - losses[1]) / (2 * h), rel=1e-8)
    assert r"5 \cdot \left(y - t" in explanation.latex()


def test_a_rounded_number_is_put_in_behind_an_approximate_sign():
    net = small(("h", "sigmoid"), ("y", "identity"), edges=[("x", "h", 0.3), ("h", "y", 10)])
    for precision, shown in ((None, "10·0.5744 = 5.744"), (1, "10·0.6 = 6")):
        text = str(net.explain({"x": 1}, precision=precision))
        assert f"y = w(h→y)·h ≈ {shown}" in text
    assert r"\cdot h \approx 10 \cdot 0.5744 = 5.744" in net.explain({"x": 1}).latex()


LOOKALIKES = [
    # A rounded number that is printed like a constant of its formula is rounded all the same.
    (
        {"name": "relu", "gain": 0.6667},
        None,
        "2/3",
        None,
        "y = ReLU(0.6667·z(y)) ≈ ReLU(0.6667·0.6667) ≈ 0.4445",
    ),
    (
        "relu",
        {"scale": 0.3333},
        "1/3",
        None,
        "y = 0.3333·ReLU(z(y)) ≈ 0.3333·ReLU(0.3333) ≈ 0.1111",
    ),
    ("softplus", None, "1.04", 1, "∂y/∂z(y) = 1/(1 + exp(−z(y))) ≈ 1/(1 + exp(−1)) ≈ 0.7"),
    ("softsign", None, "1.04", 1, "∂y/∂z(y) = 1/(1 + abs(z(y)))² ≈ 1/(1 + abs(1))² ≈ 0.2"),
]


@pytest.mark.parametrize(("activation", "rescale", "x", "precision", "line"), LOOKALIKES)
def test_a_rounded_number_that_looks_like_a_constant(activation, rescale, x, precision, line):
    output = {"id": "y", "kind": "output", "activation": activation}
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, output | ({"rescale": rescale} if rescale else {})],
        "edges": [{"source": "x", "target": "y"}],
    }
    told = network(spec).explain({"x": x}, {"y": 0}, precision=precision)
    assert line in [one_line(found).partition(", as ")[0] for found in told.lines]
    if rescale is None:  # the independent reader agrees, and sees the false sign
        truth.read(told, spec, {"x": x}, {"y": 0}, precision)
        forged = str(told).replace(line, line.replace(" ≈ ", " = ", 1))
        assert forged != str(told)
        with pytest.raises(AssertionError):
            truth.read(Forged(forged, told.lines), spec, {"x": x}, {"y": 0}, precision)


class Forged:
    """The text of an explanation with another sign in it."""

    def __init__(self, text, made):
        self.text, self.lines = text, made

    def __str__(self):
        return self.text


ALIKE = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "h1"},
        {"id": "h_1", "label": "out"},
        {"id": "k"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h1", "label": "y", "weight": 2},
        {"source": "x", "target": "h_1", "label": "h₁", "weight": 3},
        {"source": "x", "target": "k", "label": "a", "weight": 4},
        {"source": "h1", "target": "y", "label": "b", "weight": 5},
        {"source": "h_1", "target": "y", "label": "c", "weight": 6},
        {"source": "k", "target": "y", "label": "d", "weight": 7},
    ],
    "groups": {"x": ["b", "c", "d"]},
    "stages": {"out": ["h1", "h_1"], "y": ["k"]},
}


def test_each_name_means_one_thing():
    """What is called alike, or set alike, is told apart."""
    spec = json.loads(json.dumps(ALIKE))
    del spec["stages"]["y"]  # a stage may not have the id of a node
    text = str(network(spec).explain({"x": 1}))
    for line in (
        'h₁" = ',
        '  "h1" = w(y)·x = 2·1 = 2',
        '  "h_1" = w(h₁)·x = 3·1 = 3',
        '  y = b·"h1" + c·"h_1" + d·k = 5·2 + 6·3 + 7·4 = 56',
        "  out = [w(y) w(h₁)]·x = [2 3]",
    )[1:]:
        assert line in text, text
    assert "x·[" not in text  # the group called like the input


def test_what_double_precision_has_lost_is_said_where_it_is_put_in():
    told = deepgraph.load(gallery.path("deep_state")).explain({"x": "-7/37"}, node="y")
    notes = {line.name: line.note for line in told.lines if line.quantity in "az"}
    assert notes["h1"] == ""
    assert notes["h2"] == "double precision rounds"
    lines_of = [one_line(line) for line in told.lines]
    [of_h2] = [line for line in lines_of if line.startswith("h₂")]
    assert of_h2 == "h₂ = ReLU(z(h₂)) ≈ ReLU(5.551e−17) = 5.551e−17   (double precision rounds)"
