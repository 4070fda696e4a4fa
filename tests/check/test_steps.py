"""The steps of gradient descent of an example, against plain code and `deepgraph.train`."""

from __future__ import annotations

import json
import math

import pytest

import deepgraph
from deepgraph.check.steps import Settings, after_steps
from deepgraph.spec import gallery
from deepgraph.train import fit

ROWS = {"x": [0.5, -1.0], "t": [1.0, 0.0]}
SPEC = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "b", "kind": "bias", "value": 0.1},
        {"id": "y", "kind": "output", "activation": "sigmoid"},
    ],
    "edges": [
        {"source": "x", "target": "y", "label": "w", "weight": 0.6},
        {"source": "b", "target": "y"},
    ],
}


def network(**example):
    whole = {
        "inputs": {"x": ROWS["x"]},
        "targets": {"y": ROWS["t"]},
        "loss": {"name": "half_squared_error"},
        "learning_rate": 0.5,
        "updated": {"w": 0},
        **example,
    }
    return deepgraph.loads(json.dumps({**SPEC, "examples": [whole]}))


def stepped(net):
    [example] = net.spec.examples
    found = net.gradient(example=1)
    targets = {"y": ROWS["t"]}
    return after_steps(found, targets, example, Settings.of(example))


def by_hand(steps, rate, momentum, decay):
    """The same in a loop of plain Python; the weight decays, the bias does not."""
    w, b, v_w, v_b = 0.6, 0.1, 0.0, 0.0
    for _ in range(steps):
        g_w = g_b = 0.0
        for x, t in zip(ROWS["x"], ROWS["t"], strict=True):
            a = 1 / (1 + math.exp(-(w * x + b)))
            delta = (a - t) * a * (1 - a)
            g_w, g_b = g_w + delta * x / 2, g_b + delta / 2
        v_w, v_b = momentum * v_w + g_w + decay * w, momentum * v_b + g_b
        w, b = w - rate * v_w, b - rate * v_b
    return w, b


@pytest.mark.parametrize(
    ("steps", "momentum", "decay"),
    [(1, 0, 0), (2, 0, 0), (5, 0.9, 0), (3, 0, 0.1), (7, 0.5, 0.01)],
)
def test_steps_are_those_of_a_plain_loop(steps, momentum, decay):
    settings = {"steps": steps, "momentum": momentum, "weight_decay": decay}
    net = network(**settings)
    wanted = by_hand(steps, 0.5, momentum, decay)
    names = net.parameters
    found = dict(zip(map(names.name, range(len(names))), stepped(net), strict=True))
    assert (found["w"], found["b"]) == pytest.approx(wanted, rel=1e-14)


def test_steps_are_those_of_training():
    net = deepgraph.load(gallery.path("mazur"))
    content = json.loads(gallery.path("mazur").read_text(encoding="utf-8"))
    content["examples"] = [
        content["examples"][4] | {"steps": 6, "momentum": 0.9, "weight_decay": 0.03}
    ]
    again = deepgraph.loads(json.dumps(content))
    [example] = again.spec.examples
    X, targets = {"i1": [0.05], "i2": [0.1]}, {"o1": [0.01], "o2": [0.99]}
    found = after_steps(again.gradient(example=1), targets, example, Settings.of(example))
    trained = fit(
        net, X, targets, loss="half_squared_error", epochs=6, learning_rate=0.5,
        momentum=0.9, weight_decay=0.03, keep="last",
    )  # fmt: skip
    assert found == pytest.approx(trained.network.parameters.values, rel=1e-14)


def test_frozen_parameters_stay():
    content = {**SPEC, "nodes": [*SPEC["nodes"][:1], SPEC["nodes"][1] | {"trainable": False}]}
    content["nodes"] = [*content["nodes"], SPEC["nodes"][2]]
    content["examples"] = [
        {
            "inputs": {"x": 1},
            "targets": {"y": 1},
            "loss": {"name": "squared_error"},
            "learning_rate": 1,
            "steps": 2,
            "updated": {"b": 0.1},
        }
    ]
    net = deepgraph.loads(json.dumps(content))
    [result] = deepgraph.check.recompute(net).results
    assert (result.verdict, result.quantity) == ("ok", "b after 2 steps")
