"""From node to node: nodes that are smooth, and random networks against an oracle in fractions."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.errors import InputError
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.graph.exact import exact_constants, exact_parameters, exact_rescaling, exact_settings
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.kinks import propagate
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.sweep import along_input
from deepgraph.spec import literals
from tests.support.neurons import LINEAR, F, on_curve, small
from tests.support.strategies import SPECS, examples, irregular, network, renamed

JUMPING = ("step", "sign", "floor", "round", "thresholded_relu")


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in LINEAR])
def test_a_smooth_node_is_named(name):
    net = small(
        ("h", name),
        ("k", "relu"),
        ("y", "relu"),
        edges=[("x", "h", 1), ("h", "y", 1), ("x", "k", 1), ("k", "y", 1)],
    )
    with pytest.raises(InputError) as caught:
        net.kinks({"x": (-1, 1)})
    assert str(caught.value) == (
        f"h is {name}, which is not piecewise linear: its curve has no kinks to list, nor has what "
        "it feeds; list those of its z (pre-activations), choose nodes that it does not feed, or "
        "see the curve itself with `deepgraph plot`"
    )
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


def exactly(net, inputs):
    """The value of every node in fractions, node by node: the oracle."""
    parameters, constants = exact_parameters(net), exact_constants(net)
    a, z = {}, {}
    for node in net.steps.tolist():
        if net.kind[node] == INPUT:
            z[node] = inputs[net.ids[node]]
            a[node] = normalised(net, node, z[node])
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
            function = net.activation(node)
            inside = F(function.gain) * z[node]
            a[node] = activation(function.name, inside, exact_settings(function))
            if function.rescaled:
                scale, mean = exact_rescaling(function)
                a[node] = a[node] * scale + mean
    return z, a


def normalised(net, node, z):
    """What flows on from an input, by the numbers that the spec writes."""
    texts = {}
    if net.normalise is not None and node in net.normalise.place:
        texts = net.normalise.texts[net.normalise.place[node]]
    constants = {key: literals.exact(text) for key, text in texts.items()}
    z = max(z, constants.get("min", z))
    z = min(z, constants.get("max", z))
    return (z - constants.get("mean", 0)) / constants.get("scale", 1)


def activation(name, z, p):
    """The textbook's rules."""
    return {
        "identity": lambda: z,
        "relu": lambda: max(z, 0),
        "relu6": lambda: max(min(z, 6), 0),
        "thresholded_relu": lambda: z if z > p["alpha"] else 0,
        "floor": lambda: math.floor(z),
        "round": lambda: round(z),
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
        scaled=True,
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
        if net.activation(node).name in JUMPING:
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
            assert net.activation(i).name != "identity" or net.aggregations[i] in (
                "max",
                "min",
            )


@pytest.mark.slow
@given(st.integers(0, 2**32))
@examples(100)
def test_random_networks(seed):
    judge(seed, 500, 8)


def test_random_networks_do_bend():
    assert sum(judge(seed, 200, 4) for seed in range(20)) > 60


def test_digits_of_all_curves_together_are_bounded(monkeypatch):
    """A chain of abs whose weights have 53 bits: pieces and digits grow with each node."""
    names = [f"h{number}" for number in range(40)]
    edges = [("x", "h0", 1 / 3)]
    for number, (before, name) in enumerate(pairwise(names), 1):
        edges += [(before, name, 1 + number / 47), ("x", name, -number / 53)]
    network = small(*((name, "abs") for name in names), edges=edges)
    assert network.kinks({"x": (-1, 1)}, nodes=["h9"])["h9"].pieces
    monkeypatch.setattr(propagate, "MOST_BITS", 10)
    with pytest.raises(
        InputError,
        match=r"^the exact curves up to h\d+ hold more than 30,000 digits; take a shorter range, "
        "nodes nearer to the inputs or weights of fewer digits, raise the limit of pieces, or see "
        "the curve with `deepgraph plot`$",
    ):
        network.kinks({"x": (-1, 1)})
    curves = node_curves(network, along_input(network, {"x": (-1, 1)}, {}))
    for most in range(1, 13):  # wherever it is met: in the sources, in z or in a
        monkeypatch.setattr(propagate, "MOST_BITS", most)
        with pytest.raises(InputError, match=r"^the exact curves up to h\d+ hold more than"):
            network.kinks({"x": (-1, 1)})
    assert curves.nodes["h0"].exact
    assert not curves.nodes["h39"].exact  # it is sampled


def test_the_digits_of_a_and_of_z_are_counted(monkeypatch):
    """Oracle: the digits of the values alone, which each curve has at its points."""
    monkeypatch.setattr(propagate, "LIMIT", 1)
    monkeypatch.setattr(propagate, "MOST_BITS", 5)
    assert sum(step.bit_length() for step in range(100)) > 5 * 100
    net = small(("y", "floor"), edges=[("x", "y", 1)])
    with pytest.raises(InputError, match=r"^the exact curves up to y hold more than 150 digits"):
        net.kinks({"x": (0, 99)}, limit=100)
    # y is its own z, so that no a is counted; the numbers of the others are 0 and 1.
    monkeypatch.setattr(propagate, "MOST_BITS", 100)
    third = F(1 / 3)
    assert 3 * (third.numerator.bit_length() + third.denominator.bit_length()) > 3 * 100
    for weight, fits in ((1, True), (1 / 3, False)):
        net = small(
            ("p", "relu"), ("q", "abs"), ("y", "identity"),
            edges=[("x", "p", 1), ("x", "q", 1), ("p", "y", weight), ("q", "y", weight)],
        )  # fmt: skip
        if fits:
            assert net.kinks({"x": (-1, 1)}, limit=3)["y"].pieces
            continue
        with pytest.raises(InputError, match=r"^the exact curves up to y hold more than 90 digits"):
            net.kinks({"x": (-1, 1)}, limit=3)
