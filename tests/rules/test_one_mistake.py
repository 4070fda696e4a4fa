"""One slip of the hand gives one problem, at its place: all slips over small specs."""

from __future__ import annotations

import json

import pytest

import deepgraph
from deepgraph.check import recompute
from deepgraph.errors import UninitialisedError
from deepgraph.loading import diagnose
from tests.support.mistakes import mistakes
from tests.support.strategies import GALLERY, SPECS

LAYERED = {
    "deepgraph": 1,
    "name": "layered",
    "layers": [
        {"id": "x", "size": 2},
        {"id": "h", "size": 3, "activation": "relu", "weights": "W1", "bias": "b1"},
        {
            "id": "y", "size": 2, "activation": "softmax", "weights": "W2", "bias": "b2",
            "from": ["h"], "names": ["no", "yes"],
        },
    ],
    "edges": [{"source": "x1", "target": "yes", "label": "s", "weight": 0.5}],
    "parameters": {
        "W1": [[1, 2], [3, 4], [5, 6]], "b1": [1, 2, 3],
        "W2": [[1, 2, 3], [6, 7, 8]], "b2": [0, 0.5],
    },
    "groups": {"g": ["W1[1,1]", "W1[1,2]"]},
    "examples": [
        {
            "inputs": {"x1": [1, 2], "x2": 0.5}, "expect": {"yes": [1, 1]},
            "targets": {"yes": 1, "no": 0}, "loss": {"name": "cross_entropy"},
            "gradients": {"W1[1,1]": 0, "b2[2]": 0},
        }
    ],
}  # fmt: skip
SMALL = {path.stem: json.loads(path.read_text()) for path in GALLERY if path.stem != "digits"}
CASES = {**SMALL, "layered": LAYERED}

SEVERAL = {
    # A label that another edge has: that parameter has two values now, and the old label is gone.
    "a label that another edge has": lambda mistake: mistake.place.endswith(".label"),
    # What a layer makes has many names, and each that is gone is told once.
    "the names that a layer makes": lambda mistake: (
        mistake.place.startswith("$.layers[") and mistake.place.endswith(("]", ".id", ".names"))
    ),
}
"""Where one slip may give more than one problem, and why."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_one_mistake_is_one_problem(name):
    refused, several = 0, []
    for mistake in mistakes(CASES[name]):
        found = diagnose(json.dumps(mistake.content).encode(), name, SPECS)
        if found.network is not None:
            _compare(found.network)
            continue
        refused += 1
        if len(found.problems) + found.more > 1 and not any(
            holds(mistake) for holds in SEVERAL.values()
        ):
            several.append([str(mistake), *map(str, found.problems)])
        for problem in found.problems:
            assert problem.line is not None
            if problem.rule in ("form", "unknown_key") and mistake.what != "left out":
                assert problem.path.startswith(mistake.place), (str(mistake), str(problem))
    assert several == []
    assert refused > 100


def _compare(network):
    """No excuse for an echo hides a mistake: what has no problem has figures to compare."""
    try:
        recompute(network, SPECS)
    except UninitialisedError:
        assert len(network.parameters.missing)


def test_the_cases_are_sound():
    for content in CASES.values():
        deepgraph.loads(json.dumps(content))
