"""Explanations as JSON."""

from __future__ import annotations

import json
import math

import deepgraph
from tests.support.strategies import SPECS


def test_json_holds_the_lines():
    net = deepgraph.load(SPECS / "deep_state.json")
    explanation = net.explain({"x": 0.5}, {"y": 1})
    content = json.loads(explanation.json())
    found = [line for s in content["sections"] for step in s["steps"] for line in step["lines"]]
    assert len(found) == len(explanation.lines)
    assert found[1] == {
        "quantity": "z",
        "name": "h1",
        "left": "z(h₁)",
        "symbols": "w₁·x + b₁",
        "sign_of_numbers": "=",
        "numbers": "1.73·0.5 + (−0.64)",
        "sign": "=",
        "result": "0.225",
        "value": 0.22499999999999998,
    }


def test_the_sign_before_the_numbers():
    net = deepgraph.load(SPECS / "mazur.json")
    content = json.loads(net.explain({"i1": 0.05, "i2": 0.1}, node="o1").json())
    found = {line["left"]: line for section in content["sections"]
             for step in section["steps"] for line in step["lines"]}  # fmt: skip
    assert "sign_of_numbers" not in found["i₁"]
    assert found["h₁"]["sign_of_numbers"] == "="
    assert found["o₁"]["sign_of_numbers"] == "≈"


def test_what_a_line_lacks_is_left_out():
    net = deepgraph.load(SPECS / "deep_state.json")
    content = json.loads(net.explain({"x": "1/3"}, fractions=True).json())
    assert content["title"] == "One input, two layers of two ReLU nodes"
    forward, stages = content["sections"]
    assert forward["steps"][0]["title"] == "input"
    assert "node" not in forward["steps"][0]
    assert forward["steps"][1] | {"lines": []} == {"title": "h1", "node": True, "lines": []}
    assert forward["steps"][0]["lines"] == [
        {"quantity": "a", "name": "x", "left": "x", "sign": "=", "result": "1/3",
         "value": 1 / 3, "exact": "1/3"}
    ]  # fmt: skip
    out1, out2, out3, *_ = stages["steps"][0]["lines"]
    assert (out1["quantity"], out1["name"], out1["left"]) == ("stage", "out1", "out1")
    assert all("vector" in line and "value" not in line for line in (out1, out2))
    assert (out3["result"], out3["vector"]) == ("13/10", "[(13/10)]")  # a vector of one value
    assert out3["value"] == 1.3


def test_nan_is_a_text():
    net = deepgraph.load(SPECS / "deep_state.json")
    content = json.loads(net.explain({"x": math.nan}).json())
    assert content["sections"][0]["steps"][0]["lines"][0]["value"] == "NaN"


def test_a_stage_has_its_values():
    net = deepgraph.load(SPECS / "deep_state.json")
    content = json.loads(net.explain({"x": 0.5}).json())
    lines = [line for s in content["sections"] for step in s["steps"] for line in step["lines"]]
    found = {line.get("name"): line["values"] for line in lines if "values" in line}
    trace = net.trace({"x": 0.5})
    for name, values in trace.stages.items():
        assert found[name] == values[:, 0].tolist()
