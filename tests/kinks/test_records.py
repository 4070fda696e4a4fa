"""Kinks as a caller gets them: values at any position, nodes by id."""

from __future__ import annotations

import pytest

from tests.support.neurons import F, small

RAMP = small(("h", "hard_tanh"), ("y", "step"), edges=[("x", "h", 1), ("x", "y", -1)])


def test_the_value_at_a_kink_at_an_end_and_between():
    found = RAMP.kinks({"x": (-2, 0)}, nodes=["h", "y"])
    h, y = found.nodes
    assert [h(t) for t in (-2, -1, F(-1, 3), 0)] == [-1, -1, F(-1, 3), 0]
    assert (h.first, h.last) == (-1, 0)
    assert [y(t) for t in (-2, 0)] == [1, 1]
    for outside in (F(-21, 10), 1):
        with pytest.raises(ValueError, match=f"^{outside} is outside the range$"):
            h(outside)


def test_nodes_are_found_by_id_and_only_chosen_ones():
    found = RAMP.kinks({"x": (-2, 2)}, nodes=["h"], pre_activations=True)
    assert found["h"] is found.nodes[0]
    assert found["h"].title == "z(h)"
    assert RAMP.kinks({"x": (-2, 2)})["y"].title == "y"
    with pytest.raises(KeyError) as caught:
        found["y"]
    assert caught.value.args == ('no chosen node is "y"; chosen are z(h)',)


def test_only_a_value_off_a_limit_is_a_jump():
    [bend, _] = RAMP.kinks({"x": (-2, 2)}, nodes=["h"])["h"].kinks
    [jump] = RAMP.kinks({"x": (-2, 2)})["y"].kinks
    assert (bend.jumps, jump.jumps) == (False, True)


def test_a_result_names_its_range_and_counts():
    found = RAMP.kinks({"x": ("-3/2", 2)}, nodes=["h", "y"])
    assert repr(found) == "<Kinks over x from -3/2 to 2: 2 kinks of h, 1 kink of y>"


def test_all_of_json():
    assert RAMP.kinks({"x": ("-1/3", 1)}).json(fractions=True) == {
        "over": {
            "name": "x", "start": "-1/3", "end": "1",
            "inputs": {"x": {"slope": "1", "intercept": "0"}},
        },
        "nodes": [
            {
                "node": "y", "value": "a", "first": "1", "last": "0",
                "kinks": [
                    {
                        "position": "0", "left": "1", "at": "1", "right": "0", "slope_left": "0",
                        "slope_right": "0", "jumps": True, "bends": ["y"],
                    },
                ],
                "pieces": [
                    {"start": "-1/3", "end": "0", "slope": "0", "intercept": "1"},
                    {"start": "0", "end": "1", "slope": "0", "intercept": "0"},
                ],
            },
        ],
    }  # fmt: skip


def test_values_of_json_are_doubles():
    [node] = RAMP.kinks({"x": ("-3/2", 0)}, nodes=["h"]).json()["nodes"]
    assert node["pieces"] == [
        {"start": -1.5, "end": -1.0, "slope": 0.0, "intercept": -1.0},
        {"start": -1.0, "end": 0.0, "slope": 1.0, "intercept": 0.0},
    ]
    steep = small(("y", "identity"), edges=[("x", "y", 1e308)])
    found = steep.kinks({"x": (0, 10)}).json()
    assert (found["nodes"][0]["first"], found["nodes"][0]["last"]) == (0.0, "inf")
    assert found["over"]["inputs"] == {"x": {"slope": 1.0, "intercept": 0.0}}


def test_z_and_a_of_nodes_are_asked_for_together():
    net = small(("h", "relu"), ("y", "relu"), edges=[("x", "h", 1), ("h", "y", 2)],
                stages={"both": ["h", "z(h)", "y"]})  # fmt: skip
    found = net.kinks({"x": (-1, 1)}, nodes=["both"])
    assert [node.title for node in found.nodes] == ["h", "z(h)", "y"]
    assert [len(node.kinks) for node in found.nodes] == [1, 0, 1]
    assert [node(1) for node in found.nodes] == [1, 1, 2]
