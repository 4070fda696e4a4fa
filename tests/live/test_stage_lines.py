"""Stages, layers and matrices: the lines of the page are those of `explain`, with its numbers."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

import deepgraph
from deepgraph.live.stage_lines import stage_steps
from deepgraph.spec import gallery
from tests.support.spoken import case, compared, programmed, spoken
from tests.support.strategies import network

VECTORS = {
    "deepgraph": 1,
    "layers": [
        {"id": "x", "size": 3},
        {"id": "h", "size": 4, "activation": "tanh", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 2, "activation": "softmax", "weights": "W2", "bias": "b2"},
    ],
    "parameters": {
        "W1": [[0.5, -1, "1/3"], [2, 0.25, 1], [0, 1, -1], [1.5, 0.1, 0.2]],
        "b1": [0.1, -0.2, 0.3, 0],
        "W2": [[1, -1, 0.5, 2], ["2/7", 0, 1, 1]],
        "b2": [0, 0.5],
    },
    "stages": {
        "s1": ["z(h1)", "z(h2)", "z(h3)", "z(h4)"],
        "s2": ["h1", "h2", "h3", "h4"],
        "one": ["z(h2)"],
    },
}


def test_named_stages_groups_and_matrices():
    nets = [network(VECTORS), network({k: v for k, v in VECTORS.items() if k != "stages"})]
    rng = random.Random(7)
    cases = []
    for net in nets:
        found = []
        for precision in (None, 2, 9, "full"):
            inputs = {name: rng.choice((0.0, 0.5, rng.gauss(0, 2))) for name in net.input_names}
            found.append(case(net, inputs, precision=precision))
        found.append(case(net, dict.fromkeys(net.input_names, "1/3"), fractions=True))
        cases.append(found)
    assert all(
        "Stages" in [title for title, _ in expected] for each in cases for _, expected in each
    )
    assert compared(nets, cases) > 100


@pytest.mark.parametrize("name", gallery.names(more=False))
def test_the_data_hold_no_number_of_a_row(name):
    net = deepgraph.load(gallery.path(name))
    text = json.dumps(stage_steps(net), allow_nan=False)
    assert text == json.dumps(
        stage_steps(net.with_values(np.zeros(len(net.parameters)))), allow_nan=False
    )


def test_other_languages_say_the_same_numbers():
    net = network({k: v for k, v in VECTORS.items() if k != "stages"})
    one, _ = case(net, dict.fromkeys(net.input_names, 0.5))
    english, german = spoken([programmed(net, [one]), programmed(net, [one], "de")])
    [(title, steps)] = [section for section in german[0] if section[0] == "Stufen"]
    assert title == "Stufen"
    assert steps[0][0] == "Schicht für Schicht"
    first, ours = steps[0][2][0], english[0][1][1][0][2][0]
    assert first.startswith("Z¹ = gewichtete Summe (Eingaben) + Bias ≈ [")
    assert first.split("≈")[1] == ours.split("≈")[1]
