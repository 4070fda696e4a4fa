"""Tooltips: every number in full, and the sum of a node."""

from __future__ import annotations

from typing import Any

from deepgraph import draw
from tests.support.picture import gallery, spec


def tips(network: Any, trace: Any = None) -> dict[str, str]:
    view = draw.show(network, trace)
    return {node.lines[0].text: node.tip for node in view.nodes}


def test_a_sum_with_its_activation() -> None:
    network, _ = gallery("deep_state")
    found = tips(network, network.trace({"x": -0.5}))
    assert found["x"] == "x = −0.5"
    assert found["b1 −0.64"] == "b1 = −0.64"
    assert found["h1"] == "z(h1) = 1.73·−0.5 + (−0.64) = −1.505\nh1 = ReLU(z) = 0"
    assert "\n" not in found["y"]


def test_other_aggregations_are_functions_of_their_terms() -> None:
    found = tips(*gallery("irregular"))
    assert found["p"] == "z(p) = product(0.5·−1, (−1)) = 0.5"
    assert found["q"].startswith("z(q) = mean(2·−1 + (−1·−0.5) + 0.3333333333333333·0.5) = −0.4444")
    assert found["m"].startswith("z(m) = max(1.5·−0.0996")


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
    view = draw.show(network)
    assert [edge.tip for edge in view.edges] == ["", "w = ?"]
    network = spec([("x", "input"), ("y", "output")], [("x", "y")])
    assert tips(network, network.trace({"x": 0.1}))["y"] == "z(y) = 0.1 = 0.1"
