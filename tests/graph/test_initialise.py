from __future__ import annotations

import hashlib
import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.errors import InputError
from deepgraph.graph.initialise import METHODS, uniform
from tests.support.strategies import irregular_specs, network


def by_hand(seed, *name):
    text = json.dumps([seed, *name], separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


@given(st.integers(), st.text())
def test_uniform_is_the_hash_of_seed_and_name(seed, name):
    drawn = uniform(seed, name)
    assert drawn == by_hand(seed, name)
    assert 0 <= drawn < 1


def test_these_numbers_may_never_change():
    """Files in the world were drawn with them."""
    assert uniform(1, "w1") == by_hand(1, "w1") == 0.8605473367793335
    assert uniform(7, ("x", "ü")) == by_hand(7, "x", "ü") == 0.4686964803540036


def test_names_do_not_run_together():
    assert uniform(1, ("a", "b,c")) != uniform(1, ("a,b", "c"))
    assert uniform(1, "1") != uniform(11, "")


SPEC = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x1", "kind": "input"},
        {"id": "x2", "kind": "input"},
        {"id": "x3", "kind": "input"},
        {"id": "b", "kind": "bias"},
        {"id": "u", "kind": "bias", "value": 1},
        {"id": "h"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x1", "target": "h", "label": "w1"},
        {"source": "x2", "target": "h", "label": "w2"},
        {"source": "x3", "target": "h", "weight": None},
        {"source": "b", "target": "h"},
        {"source": "u", "target": "y", "label": "v"},
        {"source": "h", "target": "y", "label": "w4"},
        {"source": "x1", "target": "y", "label": "w5", "weight": 0.25},
    ],
}


@pytest.mark.parametrize(
    ("method", "limits"),
    [
        # fan-in of h is 3 (its bias is none), of y 2; fan-out of x1 is 2, of the others 1
        ("uniform", {"w1": 3**-0.5, "w2": 3**-0.5, "w4": 2**-0.5, "b": 3**-0.5, "v": 2**-0.5}),
        ("he", {"w1": 2**0.5, "w2": 2**0.5, "w4": 3**0.5, "b": 3**-0.5, "v": 2**-0.5}),
        (
            "xavier",
            {"w1": (6 / 5) ** 0.5, "w2": 1.5**0.5, "w4": 2**0.5, "b": 3**-0.5, "v": 2**-0.5},
        ),
    ],
)
def test_scales(method, limits):
    net = network(SPEC).initialised(5, method)
    values = net.parameters.values
    for name, limit in limits.items():
        drawn = (2 * uniform(5, name) - 1) * limit
        assert values[net.parameters.find(name)] == float(f"{drawn:.6g}")
    unlabelled = net.parameters.numbers["x3", "h"]
    scale = {"uniform": 3**-0.5, "he": 2**0.5, "xavier": 1.5**0.5}[method]
    expected = (2 * uniform(5, ("x3", "h")) - 1) * scale
    assert values[unlabelled] == float(f"{expected:.6g}")
    assert values[net.parameters.find("w5")] == 0.25
    assert not len(net.parameters.missing)


def test_the_spec_stays_as_it_was():
    net = network(SPEC)
    before = net.parameters.values.copy()
    drawn = net.initialised(1)
    assert np.array_equal(net.parameters.values, before, equal_nan=True)
    assert np.isnan(net.weights).any()
    assert not np.isnan(drawn.weights).any()
    assert drawn.spec is net.spec


@given(st.data(), st.sampled_from(METHODS))
def test_the_order_of_the_edges_changes_no_value(data, method):
    spec = data.draw(irregular_specs())
    spec["parameters"] = {}
    for edge in spec["edges"]:
        if "weight" in edge:
            edge["weight"] = None
    net = network(spec).initialised(3, method)
    rng = random.Random(data.draw(st.integers(0, 9)))
    spec["edges"] = rng.sample(spec["edges"], len(spec["edges"]))
    spec["nodes"] = rng.sample(spec["nodes"], len(spec["nodes"]))
    other = network(spec).initialised(3, method)
    assert not len(net.parameters.missing)
    for number, value in enumerate(net.parameters.values):
        key = net.parameters.key(number)
        assert other.parameters.values[other.parameters.numbers[key]] == value


def test_entries_of_layers_are_drawn_by_their_names():
    layers = [
        {"id": "x", "size": 2},
        {"id": "y", "size": 2, "weights": "W", "bias": "b"},
    ]
    net = network(
        {"deepgraph": 1, "layers": layers, "parameters": {"W": [[1, None], [None, 4]]}}
    ).initialised(2)
    scale = 2**-0.5
    expected = [
        1,
        *((2 * uniform(2, name) - 1) * scale for name in ("W[1,2]", "W[2,1]")),
        4,
        *((2 * uniform(2, name) - 1) * scale for name in ("b[1]", "b[2]")),
    ]
    assert net.parameters.values.tolist() == [float(f"{value:.6g}") for value in expected]


def test_a_shared_parameter_takes_its_largest_fan_in():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x1", "kind": "input"},
            {"id": "x2", "kind": "input"},
            {"id": "y1", "kind": "output"},
            {"id": "y2", "kind": "output"},
        ],
        "edges": [
            {"source": "x1", "target": "y1", "label": "w"},
            {"source": "x1", "target": "y2", "label": "w"},
            {"source": "x2", "target": "y2", "label": "v"},
        ],
    }
    net = network(spec).initialised(1)
    assert net.parameters.values[0] == float(f"{(2 * uniform(1, 'w') - 1) * 2**-0.5:.6g}")


def test_an_unknown_method():
    with pytest.raises(InputError) as caught:
        network(SPEC).initialised(1, "glorot")
    assert str(caught.value) == ('no method "glorot" of initialisation; known: uniform, he, xavier')
