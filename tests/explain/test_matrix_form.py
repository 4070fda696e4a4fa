"""Groups in matrix form: every group into a node is shown, in one sum where that is possible."""

from __future__ import annotations

import json

import deepgraph
from tests.support.worked import lines


def star(groups, count=4, shared=False, **rest):
    """x1 … xn → y by w1 … wn with the weights 1 … n, and a bias b of 5."""
    nodes = [{"id": f"x{n}", "kind": "input"} for n in range(1, count + 1)]
    nodes += [{"id": "b", "kind": "bias", "value": 5}, {"id": "y", "kind": "output"}]
    edges = [
        {"source": f"x{n}", "target": "y", "label": f"w{n}", "weight": n}
        for n in range(1, count + 1)
    ]
    edges.append({"source": "b", "target": "y"})
    if shared:  # the same weights into another output
        nodes.append({"id": "v", "kind": "output"})
        edges += [
            {"source": f"x{n}", "target": "v", "label": f"w{count + 1 - n}"}
            for n in range(1, count + 1)
        ]
    content = {"deepgraph": 1, "nodes": nodes, "edges": edges, "groups": groups, **rest}
    return deepgraph.loads(json.dumps(content))


def matrix_form(net):
    text = str(net.explain(dict.fromkeys(net.input_names, 1)))
    return lines(text[text.index("in matrix form") :]) if "in matrix form" in text else []


def test_two_groups_into_one_node_are_both_shown():
    net = star({"w12": ["w1", "w2"], "w34": ["w3", "w4"]})
    assert matrix_form(net) == [
        "y = w₁₂·[x₁ x₂]ᵀ + w₃₄·[x₃ x₄]ᵀ + b = [1 2]·[1 1]ᵀ + [3 4]·[1 1]ᵀ + 5 = 15"
    ]


def test_groups_with_a_weight_in_common_have_lines_of_their_own():
    net = star({"w12": ["w1", "w2"], "w23": ["w2", "w3"], "w34": ["w3", "w4"], "w41": ["w4", "w1"]})
    assert [line.split(" = ")[1] for line in matrix_form(net)] == [
        "w₁₂·[x₁ x₂]ᵀ + w₃₄·[x₃ x₄]ᵀ + b",
        "w₂₃·[x₂ x₃]ᵀ + w₄₁·[x₄ x₁]ᵀ + b",
    ]


def test_a_group_of_shared_weights_is_shown_at_each_node():
    found = matrix_form(star({"w12": ["w1", "w2"]}, count=2, shared=True))
    assert found == [
        "y = w₁₂·[x₁ x₂]ᵀ + b = [1 2]·[1 1]ᵀ + 5 = 8",
        "v = w₁₂·[x₂ x₁]ᵀ = [1 2]·[1 1]ᵀ = 3",
    ]


def test_a_group_over_two_nodes_is_no_row():
    content = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "y1", "kind": "output"},
            {"id": "y2", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "y1", "label": "w1", "weight": 1},
            {"source": "x", "target": "y2", "label": "w2", "weight": 1},
        ],
        "groups": {"w12": ["w1", "w2"]},
    }
    assert matrix_form(deepgraph.loads(json.dumps(content))) == []


def test_an_irregular_network_has_groups_too():
    content = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "h", "activation": "tanh"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "h", "label": "w1", "weight": 0},
            {"source": "h", "target": "y", "label": "w2", "weight": 2},
            {"source": "x", "target": "y", "label": "w3", "weight": 3},
        ],
        "groups": {"w2,3": ["w2", "w3"]},
    }
    assert matrix_form(deepgraph.loads(json.dumps(content))) == [
        "y = w₂,₃·[h x]ᵀ = [2 3]·[0 1]ᵀ = 3"
    ]


def test_a_layer_that_something_else_enters_is_not_said_by_its_matrix_alone():
    content = {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": 1},
            {"id": "h", "size": 1, "weights": "W1", "bias": None},
            {"id": "y", "size": 1, "weights": "W2", "bias": None},
        ],
        "edges": [{"source": "x", "target": "y", "label": "s", "weight": 1}],
        "parameters": {"W1": [[2]], "W2": [[3]]},
    }
    assert matrix_form(deepgraph.loads(json.dumps(content))) == [
        "[h]ᵀ = W₁·[x]ᵀ = [2]ᵀ   (W1 is 1 × 1)"
    ]
