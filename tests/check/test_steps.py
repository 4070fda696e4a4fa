"""The steps of gradient descent of an example, against plain code and `deepgraph.train`."""

from __future__ import annotations

import json
import math
import random

import pytest

import deepgraph
from deepgraph.check import recompute
from deepgraph.check.steps import after_steps
from deepgraph.embed import ask
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
    return after_steps(found, targets, example)


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
    found = after_steps(again.gradient(example=1), targets, example)
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


# --- every door --------------------------------------------------------------------------

THREE = {
    "inputs": {"i1": [0.05, 0.6, -1.0], "i2": [0.1, "1/3", 2.0]},
    "targets": {"o1": [0.01, 0.9, 0.2], "o2": [0.99, 0.2, 0.4]},
}


def drawn(seed):
    """The settings of steps of an example, drawn at random; some are left out."""
    rng = random.Random(seed)
    optimiser = rng.choice([None, "sgd", "adam"])
    found = {
        "learning_rate": rng.choice([0.5, 0.02, "1/3"]),
        "optimiser": optimiser,
        "momentum": None if optimiser == "adam" else rng.choice([None, 0.9, "1/2"]),
        "weight_decay": rng.choice([None, 0.05, "1/30"]),
        "freeze": rng.choice([None, ["b1", "b2"], ["w12"], ["w5"]]),
        "batch": rng.choice([None, 1, 2, 7]),
        "steps": rng.choice([None, 1, 2, 5]),
    }
    loss = {"name": "half_squared_error", "reduction": rng.choice(["mean", "sum"])}
    return {key: one for key, one in found.items() if one is not None}, loss


@pytest.mark.parametrize("seed", range(40))
def test_check_explain_and_training_agree_on_the_steps_of_an_example(seed, tmp_path):
    settings, loss = drawn(seed)
    content = json.loads(gallery.path("mazur").read_text(encoding="utf-8"))
    names = [f"w{n}" for n in range(1, 9)] + ["b1", "b2"]
    figures = {"updated": dict.fromkeys(names, 0), "tolerance": 100}
    content["examples"] = [{"name": "walk", **THREE, "loss": loss, **settings, **figures}]
    net = deepgraph.loads(json.dumps(content))
    checked = {r.quantity.split(" ")[0]: r.computed for r in recompute(net).results}
    # Python, and the same example named on a page.
    written = net.explain(example="walk")
    text, options = json.dumps(content), [("example", "walk")]
    asked = ask("explain", None, options, text=text, folder=tmp_path)
    assert asked.explanation().json() == written.json()
    explained = {line.name: line.value for line in written.lines if line.quantity == "updated"}
    frozen = net.frozen(settings.get("freeze", []))
    for number, name in enumerate(names):
        if frozen.parameters.trainable[net.parameters.find(name)]:
            assert explained[name] == pytest.approx(checked[name], rel=1e-12), (number, settings)
        else:
            assert name not in explained
            assert checked[name] == net.parameters[name]
    # Training takes whole epochs.
    steps, batch = settings.get("steps", 1), settings.get("batch", 3)
    per_epoch = math.ceil(3 / batch)
    if steps % per_epoch:
        return
    data = net.example("walk")
    given = {k: one for k, one in settings.items() if k in ("optimiser", "freeze", "batch")}
    given |= {k: parsed(settings[k]) for k in ("momentum", "weight_decay") if k in settings}
    trained = fit(
        net, data.inputs, data.targets, loss=loss["name"], reduction=loss["reduction"],
        epochs=steps // per_epoch, learning_rate=parsed(settings["learning_rate"]), **given,
        order="file", keep="last",
    )  # fmt: skip
    for name in names:
        assert trained.network.parameters[name] == pytest.approx(checked[name], rel=1e-12)


def parsed(number):
    above, _, below = str(number).partition("/")
    return float(above) / float(below or 1)


def test_inputs_that_are_normalised_are_so_once_in_every_step():
    content = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input", "normalise": {"mean": 10, "scale": 4}},
            {"id": "y", "kind": "output"},
        ],
        "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
        "examples": [
            {
                "inputs": {"x": 14},
                "targets": {"y": 3},
                "loss": {"name": "half_squared_error"},
                "learning_rate": 0.5,
                "steps": 2,
                # x is 1: w = 1 − (1 − 3)/2 = 2, then 2 − (2 − 3)/2 = 2.5
                "updated": {"w": 2.5},
            }
        ],
    }
    assert [r.verdict for r in recompute(deepgraph.loads(json.dumps(content))).results] == ["ok"]


def test_weights_that_the_loss_does_not_depend_on_do_not_decay():
    """Neither does training move them: they are no part of what is learned."""
    content = json.loads(gallery.path("mazur").read_text(encoding="utf-8"))
    content["examples"] = [
        {
            "inputs": {"i1": 0.05, "i2": 0.1},
            "targets": {"o1": 0.01},
            "loss": {"name": "half_squared_error"},
            "learning_rate": 0.5,
            "weight_decay": 0.1,
            "updated": {"w7": 0.5},
            "tolerance": 0,
        }
    ]
    assert [r.verdict for r in recompute(deepgraph.loads(json.dumps(content))).results] == ["ok"]


DIVERGING = {
    "inputs": {"x": [1, 2]},
    "targets": {"y": [0, 1]},
    "loss": {"name": "half_squared_error"},
    "learning_rate": 1e200,
    "updated": {"w": 1},
}


@pytest.mark.parametrize("more", [{"steps": 3}, {"batch": 1}, {"steps": 2, "momentum": 0.9}])
def test_steps_that_diverge_fail_by_themselves(more):
    """NaN is no parameter without a value, and the other examples have their verdicts."""
    fine = {"name": "fine", "inputs": {"x": 0}, "expect": {"y": 0.1}}
    content = LINE | {"examples": [DIVERGING | more, fine]}
    found = recompute(deepgraph.loads(json.dumps(content))).results
    assert [one.verdict for one in found] == ["FAIL", "ok"]
    if not math.isfinite(found[0].computed):
        assert found[0].message == "the steps diverge: their learning rate is too large"


LINE = SPEC | {"nodes": [*SPEC["nodes"][:2], {"id": "y", "kind": "output"}]}


def test_steps_down_an_output_are_written_out_as_they_are_checked():
    """y = w·x + b falls by η·x and η in each step, whatever the weights are."""
    example = {
        "name": "down",
        "inputs": {"x": [1, 2]},
        "loss": {"name": "output"},
        "learning_rate": "1/4",
        "batch": 1,
        "steps": 3,
        "updated": {"w": -0.4},
    }
    net = deepgraph.loads(json.dumps(LINE | {"examples": [example]}))
    assert [one.verdict for one in recompute(net).results] == ["ok"]
    for found in (net.explain(example="down"), net.explain({"x": [1, 2]}, of="y", steps=3, batch=1,
                  learning_rate="1/4")):  # fmt: skip
        table = next(section.table for section in found.sections if section.table)
        w = [row[table.header.index("w")] for row in table.values]
        assert w == pytest.approx([0.6, 0.35, -0.15, -0.4])
        new = [
            line.value for line in found.lines if line.quantity == "updated" and line.name == "w"
        ]
        assert new == w[1:]


def test_steps_of_a_rate_of_0_are_written_out_as_they_are_checked():
    example = DIVERGING | {"name": "still", "learning_rate": 0, "steps": 2, "updated": {"w": 0.6}}
    net = deepgraph.loads(json.dumps(LINE | {"examples": [example]}))
    assert [one.verdict for one in recompute(net).results] == ["ok"]
    assert "new w = w − η · ∂loss/∂w" in str(net.explain(example="still"))
