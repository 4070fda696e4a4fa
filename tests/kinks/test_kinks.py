"""Kinks: exact against arithmetic by hand, a pointwise oracle in fractions, and the evaluator."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from inspect import signature
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deepgraph
from deepgraph.cli import kinks_command
from deepgraph.edit.templates import dense
from deepgraph.errors import InputError, UninitialisedError
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.graph.exact import exact_constants, exact_parameters, exact_settings
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.kinks import LIMIT
from deepgraph.kinks.curves import node_curves
from deepgraph.network import Network
from tests.support.strategies import SPECS, irregular, network, renamed

F = Fraction
LINEAR = tuple(name for name, row in ACTIVATIONS.items() if row.pieces is not None)
JUMPING = ("step", "sign")


def small(*neurons, edges=(), inputs=("x",), **keys):
    """A network of neurons (id, activation, aggregation or sum), the last one its output."""
    nodes = [{"id": name, "kind": "input"} for name in inputs]
    for name, activation, *aggregation in neurons:
        node = {"id": name, "activation": activation}
        if aggregation:
            node["aggregation"] = aggregation[0]
        nodes.append(node)
    nodes[-1]["kind"] = "output"
    made = []
    for source, target, weight in edges:
        if source not in {node["id"] for node in nodes}:
            nodes.append({"id": source, "kind": "bias", "value": weight})
            made.append({"source": source, "target": target})
        else:
            made.append({"source": source, "target": target, "weight": weight})
    return network({"deepgraph": 1, "nodes": nodes, "edges": made, **keys})


# --- by hand ------------------------------------------------------------------------------------


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


def test_a_step_has_its_value_between_two_limits():
    for at_zero in (0, 0.5, 1):
        net = small(
            ("y", {"name": "step", "at_zero": at_zero}), edges=[("x", "y", 2), ("b", "y", -1)]
        )
        [kink] = net.kinks({"x": (0, 1)})["y"].kinks
        assert (kink.position, kink.left, kink.at, kink.right) == (F(1, 2), 0, F(at_zero), 1)
        assert (kink.slope_left, kink.slope_right, kink.nodes) == (0, 0, ("y",))
        assert kink.jumps


def test_a_jump_at_an_end_has_one_side():
    net = small(("y", "step"), edges=[("x", "y", -1)])
    [kink] = net.kinks({"x": (0, 1)})["y"].kinks
    assert (kink.position, kink.left, kink.at, kink.right) == (0, None, 1, 0)
    assert (kink.slope_left, kink.slope_right) == (None, 0)


def test_a_value_apart_from_both_limits_is_a_kink():
    # sign(x)² as |sign(x)|: 1 everywhere but at 0.
    net = small(("s", "sign"), ("y", "abs"), edges=[("x", "s", 1), ("s", "y", 1)])
    found = net.kinks({"x": (-1, 1)})["y"]
    [kink] = found.kinks
    assert (kink.left, kink.at, kink.right) == (1, 0, 1)
    assert [piece.slope for piece in found.pieces] == [0, 0]


def test_bends_that_cancel_are_none():
    # relu(x) - relu(-x) is x.
    net = small(
        ("p", "relu"), ("m", "relu"), ("y", "identity"),
        edges=[("x", "p", 1), ("x", "m", -1), ("p", "y", 1), ("m", "y", -1)],
    )  # fmt: skip
    found = net.kinks({"x": (-1, 1)})["y"]
    assert found.kinks == ()
    assert [(piece.slope, piece.intercept) for piece in found.pieces] == [(1, 0)]


def test_a_relu_behind_a_relu_adds_nothing():
    net = small(("h", "relu"), ("y", "relu"), edges=[("x", "h", 1), ("h", "y", 1)])
    [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
    assert kink.nodes == ("h",)


def test_the_maximum_bends_where_its_sources_cross():
    net = small(
        ("p", "identity"), ("m", "identity"), ("y", "identity", "max"),
        edges=[("x", "p", 1), ("x", "m", -2), ("p", "y", 1), ("m", "y", 1), ("b", "y", "1/3")],
    )  # fmt: skip
    found = net.kinks({"x": (-1, 1)})["y"]
    assert [(kink.position, kink.nodes) for kink in found.kinks] == [
        (F(-1, 6), ("y",)),
        (F(1, 3), ("y",)),
    ]


def test_a_product_of_a_gate_and_a_line():
    edges = [("x", "g", 1), ("x", "l", 2), ("g", "y", 1), ("l", "y", 1)]
    net = small(("g", "step"), ("l", "identity"), ("y", "identity", "product"), edges=edges)
    [kink] = net.kinks({"x": (-1, 1)})["y"].kinks
    assert (kink.position, kink.slope_left, kink.slope_right, kink.nodes) == (0, 0, 2, ("g",))
    both = small(("g", "abs"), ("l", "identity"), ("y", "identity", "product"), edges=edges)
    with pytest.raises(
        InputError, match="y multiplies g and l, which both vary between x = -1 and 0"
    ):
        both.kinks({"x": (-1, 1)})


def test_a_segment_between_two_rows():
    net = deepgraph.load(SPECS / "xor.json")
    found = net.kinks(between=({"x1": 0, "x2": 0}, {"x1": 1, "x2": 1}))
    assert found.sweep.name == "t"
    # relu(2t) - 2·relu(2t - 1)
    assert [kink.position for kink in found.nodes[0].kinks] == [F(1, 2)]
    assert [piece.slope for piece in found.nodes[0].pieces] == [2, -2]


def test_bounds_and_values_count_as_typed():
    net = small(("y", "relu"), inputs=("x", "u"), edges=[("x", "y", "1/3"), ("u", "y", 1)])
    found = net.kinks({"x": ("-1/3", 0.1)}, at={"u": "0.1"})
    assert (found["y"].pieces[0].start, found["y"].pieces[-1].end) == (F(-1, 3), F(1, 10))
    assert [kink.position for kink in found["y"].kinks] == [F(-3, 10)]


def test_default_and_typed_parameters_of_activations():
    net = small(("y", "hard_sigmoid"), edges=[("x", "y", 1)])
    assert [kink.position for kink in net.kinks({"x": (-5, 5)})["y"].kinks] == [-3, 3]
    assert net.kinks({"x": (-5, 5)})["y"].pieces[1].slope == F(1, 6)
    net = small(("y", {"name": "leaky_relu", "alpha": 0.1}), edges=[("x", "y", 1)])
    assert net.kinks({"x": (-5, 5)})["y"].pieces[0].slope == F(1, 10)


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
        ({"over": {"x": (0, 1)}, "nodes": ["q"]}, 'no node is named "q"'),
        ({"over": {"x": (0, 1)}, "limit": 0}, "at least 1, got 0"),
        ({}, r"give a range of one input \(over\), or two rows \(between\)"),
        ({"over": {"x": (1, -1)}}, "nothing lies between; the lower end comes first"),
        ({"between": ({"x": 1}, {"x": 2}), "at": {"x": 1}}, "both rows hold all inputs"),
        ({"between": ({"x": 1}, {"x": 1})}, "both rows have the same inputs"),
        ({"between": ({"x": 1}, {})}, "no value for the input x"),
        ({"over": {"x": (-1, 1)}, "limit": 3}, "g2 has 5 pieces, more than the limit of 3"),
    ],
)
def test_what_does_not_fit(arguments, message):
    net = deepgraph.load(SPECS / "deep_state.json")
    with pytest.raises(InputError, match=message):
        net.kinks(**arguments)


def test_the_limit_is_the_same_at_every_door():
    written = signature(Network.kinks).parameters["limit"].default
    assert LIMIT == kinks_command.LIMIT == written
    fold = Network(dense([1] * 17, "abs", layers=True))  # each |2a - 1| doubles the pieces
    values = np.full(len(fold.parameters), 2.0)
    values[[block.offset for block in fold.parameters.blocks if len(block.shape) == 1]] = -1
    name = fold.input_names[0]
    with pytest.raises(InputError, match=f"has 16,384 pieces, more than the limit of {LIMIT:,}"):
        fold.with_values(values).kinks({name: (-1, 1)})


def test_inputs_that_lack_a_value():
    net = deepgraph.load(SPECS / "xor.json")
    with pytest.raises(InputError, match=r"no value for the input x2: each .* such as x2=0"):
        net.kinks({"x1": (0, 1)})
    with pytest.raises(UninitialisedError):
        small(("y", "relu"), edges=[("x", "y", None)]).kinks({"x": (0, 1)})


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in LINEAR])
def test_a_smooth_node_is_named(name):
    net = small(
        ("h", name),
        ("k", "relu"),
        ("y", "relu"),
        edges=[("x", "h", 1), ("h", "y", 1), ("x", "k", 1), ("k", "y", 1)],
    )
    with pytest.raises(InputError, match=f"^h is {name}, which is not piecewise linear"):
        net.kinks({"x": (-1, 1)})
    assert len(net.kinks({"x": (-1, 1)}, nodes=["k"])["k"].kinks) == 1


def test_softmax_is_refused():
    with pytest.raises(InputError, match="is softmax, which is not piecewise linear"):
        deepgraph.load(SPECS / "iris.json").kinks(
            {"sepal_length": (4, 8)},
            at={"sepal_width": 3, "petal_length": 4, "petal_width": 1},
        )


def test_z_of_a_smooth_node_is_piecewise_linear():
    net = small(
        ("h", "relu"), ("s", "sigmoid"), ("y", "tanh"),
        edges=[("x", "h", 1), ("b", "h", "-1/3"), ("h", "s", 2), ("h", "y", 3), ("x", "y", 1)],
    )  # fmt: skip
    found = net.kinks({"x": (-1, 1)}, nodes=["s", "y"], pre_activations=True)
    for node, slopes in (("s", (0, 2)), ("y", (1, 4))):
        [kink] = found[node].kinks
        assert (kink.position, kink.nodes) == (F(1, 3), ("h",))
        assert (kink.slope_left, kink.slope_right) == slopes
    drawn = node_curves(net, found.sweep, pre_activations=True)
    assert [curve.exact for curve in drawn.nodes.values()] == [True] * 3
    behind = small(("h", "sigmoid"), ("y", "relu"), edges=[("x", "h", 1), ("h", "y", 1)])
    with pytest.raises(InputError, match=r"^h is sigmoid"):
        behind.kinks({"x": (-1, 1)}, nodes=["h", "y"], pre_activations=True)
    iris = deepgraph.load(SPECS / "iris.json")
    at = {"sepal_length": 6, "sepal_width": 3, "petal_width": 1}
    logits = iris.kinks({"petal_length": (0, 7)}, at=at, pre_activations=True)
    values = iris.trace({**{k: float(v) for k, v in at.items()}, "petal_length": 2.5}).z
    for name in iris.output_names:
        assert abs(float(logits[name](F(5, 2))) - values[iris.index[name]].item()) < 1e-12


# --- the table of activations -------------------------------------------------------------------


@pytest.mark.parametrize("name", LINEAR)
def test_pieces_say_what_the_function_does(name):
    row = ACTIVATIONS[name]
    rng = random.Random(name)
    for _ in range(20):
        given = {
            p.name: rng.choice(p.choices or [-1.5, -0.25, 0.0, 0.125, 0.75]) for p in row.parameters
        }
        if row.problems(given):
            continue
        pieces = row.pieces(**{key: F(value) for key, value in given.items()})
        grid = [F(n, 16) for n in range(-320, 321)] + [*pieces.breaks]
        wanted = row.f(np.array([float(z) for z in grid]), **given)
        assert np.allclose([float(pieces(z)) for z in grid], wanted, rtol=1e-15, atol=1e-15)
        assert list(pieces.breaks) == sorted(set(pieces.breaks))


# --- random networks ----------------------------------------------------------------------------


def exactly(net, inputs):
    """The value of every node in fractions, node by node: the oracle."""
    parameters, constants = exact_parameters(net), exact_constants(net)
    a, z = {}, {}
    for node in net.steps.tolist():
        if net.kind[node] == INPUT:
            a[node] = z[node] = inputs[net.ids[node]]
        elif net.kind[node] == BIAS:
            number = net.node_parameter[node]
            a[node] = z[node] = constants[node] if number < 0 else parameters[number]
        else:
            terms = []
            for edge in net.incoming.of(node):
                number = net.edge_parameter[edge]
                terms.append((parameters[number] if number >= 0 else F(1)) * a[net.source[edge]])
            joined = {"max": max, "min": min}.get(net.aggregations[node], sum)
            z[node] = joined(terms) / (len(terms) if net.aggregations[node] == "mean" else 1)
            function = net.functions[net.function[node]]
            a[node] = activation(function.name, z[node], exact_settings(function))
    return z, a


def activation(name, z, p):
    """The textbook's rules."""
    return {
        "identity": lambda: z,
        "relu": lambda: max(z, 0),
        "leaky_relu": lambda: z if z > 0 else p["alpha"] * z,
        "abs": lambda: abs(z),
        "sign": lambda: (z > 0) - (z < 0),
        "step": lambda: p["at_zero"] if z == 0 else int(z > 0),
        "hard_sigmoid": lambda: min(max(p["alpha"] * z + p["beta"], 0), 1),
        "hard_tanh": lambda: min(max(z, p["min"]), p["max"]),
    }[name]()


def random_network(seed):
    """An irregular network of piecewise-linear nodes, and the values of all inputs but one."""
    rng = random.Random(seed)
    made = irregular(
        rng,
        rng.randint(1, 3),
        rng.randint(0, 3),
        rng.choice([3, 8, 25]),
        LINEAR,
        ("sum", "sum", "mean", "max", "min"),
    )
    net = network(renamed(rng, made))
    name = rng.choice(net.input_names)
    at = {other: F(rng.randint(-30, 30), 10) for other in net.input_names if other != name}
    return net, name, at, rng


def judge(seed, samples, exact_samples=40):
    """Hold the kinks of a random network against the oracle and the evaluator; how many kinks."""
    net, name, at, rng = random_network(seed)
    found = net.kinks({name: (-3, 3)}, at=at, nodes=net.ids)
    before = net.kinks({name: (-3, 3)}, at=at, nodes=net.ids, pre_activations=True)
    for way, which in ((before, 0), (found, 1)):
        places = [F(rng.randint(-3000, 3000), 1000) for _ in range(exact_samples)]
        places += [F(-3), F(3)]
        places += [kink.position for node in way.nodes for kink in node.kinks][:20]
        for place in places:
            wanted = exactly(net, {**at, name: place})[which]
            assert [node(place) for node in way.nodes] == [wanted[i] for i in range(len(net.ids))]
        for node in way.nodes:
            check_form(net, node)
    t = np.random.default_rng(seed).uniform(-3, 3, samples)
    trace = net.trace(
        {**{key: np.full(samples, float(value)) for key, value in at.items()}, name: t}
    )
    # Where z of a jumping node is within rounding of its jump, the evaluator may round across it.
    doubtful = np.zeros(samples, bool)
    for node, curve in enumerate(before.nodes):
        if net.functions[net.function[node]].name in JUMPING:
            doubtful |= np.abs(on_curve(curve, t)) < 1e-9
    assert doubtful.mean() < 0.01 or any(
        piece.slope == 0 and abs(piece.intercept) < F(1, 10**9)
        for curve in before.nodes for piece in curve.pieces
    )  # fmt: skip
    for node, curve in enumerate(found.nodes):
        scale = 1 + np.abs(trace.a).max()
        off = np.abs(on_curve(curve, t) - trace.a[node])
        assert off[~doubtful].max(initial=0) < 1e-11 * scale, (seed, net.ids[node])
    return sum(len(node.kinks) for node in found.nodes)


def on_curve(curve, t):
    """Doubles on the pieces of a curve; samples at random hit no kink."""
    starts = np.array([float(piece.start) for piece in curve.pieces])
    slopes = np.array([float(piece.slope) for piece in curve.pieces])
    intercepts = np.array([float(piece.intercept) for piece in curve.pieces])
    place = np.clip(np.searchsorted(starts, t, "right") - 1, 0, None)
    return slopes[place] * t + intercepts[place]


def check_form(net, node):
    """Pieces cover the range, neighbours differ, every kink has a cause that can bend."""
    ends = [piece.start for piece in node.pieces] + [node.pieces[-1].end]
    assert ends == sorted(set(ends))
    inner = {
        kink.position: kink
        for kink in node.kinks
        if kink.left is not None and kink.right is not None
    }
    assert ends[1:-1] == list(inner)
    for left, right in pairwise(node.pieces):
        kink = inner[right.start]
        assert left.end == right.start
        assert left.slope != right.slope or kink.jumps
        assert (kink.slope_left, kink.slope_right) == (left.slope, right.slope)
        assert (kink.left, kink.right) == (left(kink.position), right(kink.position))
    for kink in node.kinks:
        assert kink.nodes
        for name in kink.nodes:
            i = net.index[name]
            assert net.functions[net.function[i]].name != "identity" or net.aggregations[i] in (
                "max",
                "min",
            )


@given(st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_random_networks(seed):
    judge(seed, 500, 8)


def test_random_networks_do_bend():
    assert sum(judge(seed, 200, 4) for seed in range(20)) > 60


def test_wide_networks_are_quick_and_right():
    net = Network(dense([1, 32, 32, 1], "relu", layers=True)).initialised(1, "he")
    found = net.kinks({"x": (-1, 1)}).nodes[0]
    t = np.linspace(-1, 1, 2001)
    assert np.allclose(on_curve(found, t), net({"x": t})[:, 0], rtol=0, atol=1e-12)
    assert len(found.kinks) > 30
