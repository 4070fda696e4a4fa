"""The kinks of whole networks: by hand, against the evaluator, and the errors."""

from __future__ import annotations

import json
from inspect import signature

import numpy as np
import pytest

import deepgraph
from deepgraph.edit.templates import dense
from deepgraph.errors import InputError
from deepgraph.kinks import LIMIT
from deepgraph.network import Network
from tests.support.neurons import F, on_curve, small
from tests.support.strategies import SPECS


def test_deep_state_bends_where_its_source_says():
    found = deepgraph.load(SPECS / "deep_state.json").kinks({"x": (-1, 1)})["y"]
    assert [kink.position for kink in found.kinks] == [
        F(-356, 851),
        F(-7, 37),
        F(64, 173),
        F(1432, 2249),
    ]
    assert [kink.nodes for kink in found.kinks] == [("g2",), ("h2",), ("h1",), ("g2",)]
    # On the flat stretch both ReLUs of the first layer are off: g1 = 1.30, g2 = 0.78.
    assert found(0) == F("0.67") * F("1.30") + F("1.05") * F("0.78") - F("0.90")
    assert found.pieces[2].slope == 0
    # x = 0.5, worked out in the spec's source.
    assert found(F(1, 2)) == F("0.4872175")


def test_a_segment_between_two_rows():
    net = deepgraph.load(SPECS / "xor.json")
    found = net.kinks(between=({"x1": 0, "x2": 0}, {"x1": 1, "x2": 1}))
    assert found.sweep.name == "t"
    # relu(2t) - 2·relu(2t - 1)
    assert [kink.position for kink in found.nodes[0].kinks] == [F(1, 2)]
    assert [piece.slope for piece in found.nodes[0].pieces] == [2, -2]


def test_numbers_without_a_text(tmp_path):
    blank = small(("y", "relu"), edges=[("x", "y", None), ("b", "y", "1/3")])
    drawn = blank.initialised(3)
    drawn.save(tmp_path / "drawn.json")
    ways = [net.kinks({"x": (-9, 9)}) for net in (drawn, deepgraph.load(tmp_path / "drawn.json"))]
    assert ways[0].nodes == ways[1].nodes
    [computed] = np.nextafter([0.1], 1).tolist()
    net = small(("y", "relu"), edges=[("x", "y", 3)])
    found = net.with_values(np.array([computed])).kinks({"x": (-1, 1)})["y"]
    assert found.pieces[1].slope == F(computed)
    spec = {
        "deepgraph": 1,
        "layers": [{"id": "x", "size": 1}, {"id": "y", "size": 1, "weights": "W", "bias": None}],
        "parameters": "w.npz",
    }
    np.savez(tmp_path / "w.npz", W=np.array([[0.1]]))
    found = deepgraph.loads(json.dumps(spec), folder=tmp_path).kinks({"x": (0, 1)})["y"]
    assert found.pieces[0].slope == F(0.1) != F("0.1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"over": {"x": (1, 1)}}, "the range of x is from 1 to 1: nothing lies between"),
        ({"over": {"x": (0, float("inf"))}}, "the range of x: inf is not a finite number"),
        ({"over": {"x": (0, "1/0")}}, "the range of x: '1/0' is not a finite number"),
        ({"over": {"z": (0, 1)}}, 'no input is named "z"; known: x'),
        ({"over": {"x": (0, 1)}, "at": {"x": 1}}, "the input x has a range, and a value as well"),
        ({"over": {"x": (0, 1)}, "nodes": ["q"]}, 'no node or stage is named "q"'),
        ({"over": {"x": (0, 1)}, "limit": 0}, "at least 1, got 0"),
        ({}, r"^give a range of one input \(over\), or two rows \(between\)$"),
        ({"over": {"x": (1, -1)}}, "nothing lies between; the lower end comes first"),
        (
            {"between": ({"x": 1}, {"x": 2}), "at": {"x": 1}},
            r"^both rows hold all inputs: no further values \(at\) beside between$",
        ),
        (
            {"between": ({"x": 1}, {"x": 1})},
            "^both rows have the same inputs: nothing lies between them$",
        ),
        ({"between": ({"x": 1}, {})}, "no value for the input x"),
        ({"between": ({"x": "q"}, {"x": 1})}, "^x: 'q' is not a finite number$"),
        ({"between": ({"x": 1}, {"x": "q"})}, "^x: 'q' is not a finite number$"),
        ({"over": {"x": (-1, 1)}, "limit": 3}, "g2 has 5 pieces, more than the limit of 3"),
    ],
)
def test_what_does_not_fit(arguments, message):
    net = deepgraph.load(SPECS / "deep_state.json")
    with pytest.raises(InputError, match=message):
        net.kinks(**arguments)


def test_the_limit_is_the_same_at_every_door():
    written = signature(Network.kinks).parameters["limit"].default
    assert written == LIMIT
    fold = Network(dense([1] * 17, "abs", layers=True))  # each |2a - 1| doubles the pieces
    values = np.full(len(fold.parameters), 2.0)
    values[[block.offset for block in fold.parameters.blocks if len(block.shape) == 1]] = -1
    name = fold.input_names[0]
    with pytest.raises(InputError, match=f"has 16,384 pieces, more than the limit of {LIMIT:,}"):
        fold.with_values(values).kinks({name: (-1, 1)})


def test_wide_networks_are_quick_and_right():
    net = Network(dense([1, 32, 32, 1], "relu", layers=True)).initialised(1, "he")
    found = net.kinks({"x": (-1, 1)}).nodes[0]
    t = np.linspace(-1, 1, 2001)
    assert np.allclose(on_curve(found, t), net({"x": t})[:, 0], rtol=0, atol=1e-12)
    assert len(found.kinks) > 30
