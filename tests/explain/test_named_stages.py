"""Stages: what each line says of a stage is true of its values, and so are the values."""

from __future__ import annotations

import itertools
import json
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.spec import gallery
from tests.support.strategies import network, specs
from tests.support.worked import lines


def loads(**content):
    return deepgraph.loads(json.dumps({"deepgraph": 1, **content}))


def stages(net, X, **options):
    """The lines of the section Stages."""
    text = str(net.explain(X, **options))
    return lines(text[text.index("\nStages\n") :]) if "\nStages\n" in text else []


def chain(*activations, **rest):
    """x → h1 → h2 → … with these activations, weights w1 = 1, w2 = 2, …; the last is the output."""
    nodes = [{"id": "x", "kind": "input"}]
    nodes += [{"id": f"h{n}", "activation": a} for n, a in enumerate(activations, 1)]
    nodes[-1]["kind"] = "output"
    ids = [node["id"] for node in nodes]
    edges = [
        {"source": a, "target": b, "label": f"w{n}", "weight": n}
        for n, (a, b) in enumerate(itertools.pairwise(ids), 1)
    ]
    return loads(nodes=nodes, edges=edges, **rest)


DENSE = {
    "layers": [
        {"id": "x", "size": 2},
        {"id": "h", "size": 2, "activation": "relu", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 2, "activation": "softmax", "weights": "W2", "bias": None},
    ],
    "parameters": {"W1": [[1, 2], [-1, 1]], "b1": [1, 0], "W2": [[1, 0], [0, 1]]},
}


def test_dense_layers_stand_by_their_matrices():
    net = loads(**DENSE, stages={"Z1": ["z(h1)", "z(h2)"], "A1": ["h1", "h2"]})
    assert stages(net, {"x1": 1, "x2": 0})[:4] == [
        "Z₁ = W₁·[x₁ x₂]ᵀ + b₁ = [2 −1]",
        "A₁ = ReLU(Z₁) = [2 0]",
        "[z(y₁) z(y₂)] = W₂·A₁ = [2 0]",
        "[y₁ y₂] = softmax([z(y₁) z(y₂)]) ≈ [0.8808 0.1192]",
    ]


def test_a_softmax_is_one_of_all_its_members_only():
    half = {"half": ["z(y1)"], "one": ["y1"], "all": ["z(y2)", "z(y1)"], "turned": ["y2", "y1"]}
    found = stages(loads(**DENSE, stages=half), {"x1": 1, "x2": 0})
    assert found[1] == "one = [y₁] ≈ [0.8808]"
    assert found[3] == "turned = softmax(all) ≈ [0.1192 0.8808]"


def test_a_stage_is_said_by_those_before_it_only():
    net = chain("relu", "identity", stages={"a": ["h1"], "z": ["z(h1)"], "again": ["h1"]})
    assert stages(net, {"x": 2})[:3] == [
        "a = [h₁] = [2]",
        "z = w₁·x = 1·2 = [2]",
        "again = a = [2]",
    ]


def test_stages_one_behind_the_other():
    parts = {"a": ["h1"], "b": ["z(h2)"], "ab": ["h1", "z(h2)"]}
    net = chain("relu", "relu", "tanh", stages=parts | {"aby": ["h1", "z(h2)", "x"]})
    found = stages(net, {"x": 1})
    assert found[2] == "ab = [a b] = [1 2]"
    assert found[3] == "aby = [h₁ z(h₂) x] = [1 2 1]"


def test_the_prediction_of_one_output_ends_with_its_function():
    found = stages(chain("relu", "sigmoid", stages={"A": ["h1"]}), {"x": 1})
    assert found == ["A = [h₁] = [1]", "z(h₂) = w₂·h₁ = 2·1 = 2", "h₂ = sigmoid(z(h₂)) ≈ 0.8808"]


def test_an_output_in_a_stage_is_not_predicted_again():
    net = chain("relu", "identity", stages={"y": ["z(h2)"]})
    assert stages(net, {"x": 1}) == ["y = w₂·h₁ = 2·1 = [2]"]


def test_a_node_that_does_not_sum_stands_for_itself():
    nodes = [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "aggregation": "product"}]
    edges = [{"source": "x", "target": "y", "label": "w", "weight": 3}]
    net = loads(nodes=nodes, edges=edges, stages={"s": ["z(y)", "x"], "t": ["x"]})
    assert stages(net, {"x": 2}) == ["s = [y x] = [6 2]", "t = [x] = [2]"]


def test_a_stage_can_be_asked_for_alone():
    net = deepgraph.load(gallery.path("deep_state"))
    whole = str(net.explain({"x": 0.5}))
    found = str(net.explain({"x": 0.5}, node="out3"))
    assert "z(g₁) = " in found
    assert "z(g₂)" not in found
    assert "out3 = w₃₅·out2 + b₃ = " in found
    assert "out4" not in found
    assert all(line in whole for line in lines(found))
    backward = str(net.explain({"x": 0.5}, {"y": 1}, node="out5"))
    assert {f"∂loss/∂w{n}" for n in "₃₄₅₆"} <= set(re.findall(r"∂loss/∂w[₀-₉]+", backward))
    assert "∂loss/∂w₁" not in backward


def test_formats():
    net = deepgraph.load(gallery.path("deep_state"))
    found = net.explain({"x": 0.5})
    assert r"\text{out5} &= \left[\text{out3} \;\; \text{out4}\right]" in found.latex()
    assert r"\text{out3} &= w_{35} \cdot \text{out2} + b_{3}" in found.markdown()
    steps = json.loads(found.json())["sections"][1]["steps"]
    assert [step["title"] for step in steps] == ["stage by stage", "the final prediction"]
    named = {line["name"]: line["vector"] for line in steps[0]["lines"]}
    assert named == {
        "out1": "[0.225 −1.275]",
        "out2": "[0.225 0]",
        "out3": "[1.444]",
        "out4": "[0.39975]",
        "out5": "[1.444 0.39975]",
    }


FUNCTIONS = {"ReLU": lambda z: np.maximum(z, 0), "tanh": np.tanh, "abs": np.abs}


@given(st.data())
def test_what_is_said_of_the_stages_of_any_network_is_true(data):
    """Every claim about earlier stages is read from its text, and holds for the values."""
    content = data.draw(specs())
    net = network(content)
    values = [name for name in net.ids if name.isascii()]
    values += [f"z({net.ids[n]})" for n in np.flatnonzero(net.kind > 1) if net.ids[n].isascii()]
    if not values:
        return
    members = st.lists(st.sampled_from(values), min_size=1, max_size=4, unique=True)
    found = data.draw(st.lists(members, min_size=1, max_size=6))
    content |= {"stages": {f"stage{n}": texts for n, texts in enumerate(found)}}
    net = network(content)
    X = {name: [0.5 * n - 1] for n, name in enumerate(net.input_names)}
    trace = net.trace(X)
    for name, texts in content["stages"].items():
        expected = [
            trace[text] if text in net.index else trace.pre_activation(text[2:-1]) for text in texts
        ]
        assert np.array_equal(trace.stages[name], np.array(expected), equal_nan=True)
    explained = {line.name: line for line in net.explain(X).lines if line.quantity == "stage"}
    assert content["stages"].keys() <= explained.keys()
    for line in stages(net, X, precision=17):
        name, _, claim = line.partition(" = ")
        if name not in trace.stages:
            continue
        for function, inner in re.findall(r"^(\w+)\((stage\d+)\)", claim):
            if function in FUNCTIONS:
                applied = FUNCTIONS[function](trace.stages[inner])
                assert np.array_equal(applied, trace.stages[name], equal_nan=True)
        stacked = re.match(r"\[(stage\d+(?: stage\d+)+)\]", claim)
        if stacked:
            parts = np.concatenate([trace.stages[part] for part in stacked[1].split()])
            assert np.array_equal(parts, trace.stages[name], equal_nan=True)


def test_several_nodes_over_the_same_values_are_a_matrix():
    content = json.loads(gallery.path("deep_state").read_text(encoding="utf-8"))
    content |= {"stages": {"A1": ["h1", "h2"], "Z2": ["z(g1)", "z(g2)"]}, "examples": []}
    net = deepgraph.loads(json.dumps(content))
    assert stages(net, {"x": 0.5})[:2] == [
        "A₁ = [h₁ h₂] = [0.225 0]",
        "Z₂ = [w₃₅; w₄₆]·A₁ + [b₃ b₄] = [1.444 0.39975]",
    ]
    assert r"\begin{bmatrix} w_{35} \\ w_{46} \end{bmatrix}" in net.explain({"x": 0.5}).latex()
    del content["groups"]["w46"]  # a group for each row, or for none
    net = deepgraph.loads(json.dumps(content))
    assert stages(net, {"x": 0.5})[1].startswith("Z₂ = [w₃ w₅; w₄ w₆]·A₁ + [b₃ b₄] = ")


def test_infinity_is_no_equal():
    net = chain("identity", "relu", stages={"out": ["z(h2)"], "both": ["h1", "h2"]})
    assert stages(net, {"x": -1e308})[-1] == "both = [h₁ h₂] ≈ [−1e308 0]"
    assert all(" → [" in line for line in stages(net, {"x": 1e308}))
