"""Functions of the tables in JavaScript: recorded from their rows, so that none can be missing."""

from __future__ import annotations

import re

import numpy as np
import pytest

from deepgraph.formats.writers.javascript import JavaScript
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import LOSSES
from deepgraph.functions.node_function import NodeFunction
from deepgraph.live import functions, scripts
from tests.support.live import PLAIN, run_networks, run_node
from tests.support.strategies import bits, network

POINTS = 100_000
ELEMENTARY = ("exp", "expm1", "log", "log1p", "tanh", "sin", "cos")
"""The functions of numpy and of JavaScript's Math that no standard defines to the bit."""
COMPOSED = 3
"""The most ulp by which a row of the table differs, where elementary functions are combined."""
SOUND = 1e-290
"""Below it a result or what it is made of has lost digits, as doubles do near 0."""


def points():
    """Numbers of all sizes, most of them where the functions bend."""
    rng = np.random.default_rng(19)
    signs = rng.choice([-1, 1], POINTS // 10)
    parts = [
        rng.uniform(-6, 6, POINTS * 4 // 10),
        rng.standard_normal(POINTS * 2 // 10) * 30,
        rng.uniform(-700, 700, POINTS * 2 // 10),
        10 ** rng.uniform(-18, 0, POINTS // 10) * signs,
        rng.uniform(-1e6, 1e6, POINTS // 10),
    ]
    return np.concatenate(parts)


SPECIAL = [0.0, -0.0, 3.0, -3.0, 6.0, 1.0, -1.0, 0.5, 2.5, -0.5, 1.5, np.inf, -np.inf, np.nan,
           1e308, -1e308, 5e-324, 800.0, -800.0, 39.0, -39.0]  # fmt: skip


def ulps(found, expected, least=0.0):
    """(n,) the difference in units of the last place of what is expected, at least that of `least`;
    0 where both are NaN or the same infinity."""
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(all="ignore"):
        distance = np.abs(found - expected) / np.spacing(np.maximum(np.abs(expected), least))
    return np.where(same, 0.0, distance)


@pytest.fixture(scope="module")
def computed():
    """Of each activation, value and slope at all points, as JavaScript computes them."""
    rows = [NodeFunction.of(name) for name in ACTIVATIONS]
    net = network(SPEC)
    net.functions = rows
    snippet = "const main = (z) => FUNCTIONS.map((f) => [z.map(f.value), z.map(f.slope)]);"
    given = np.concatenate([points(), SPECIAL])
    found = run_node(snippet, given, before=functions.script(net))
    return given, dict(zip(ACTIVATIONS, found, strict=True))


SPEC = {
    "deepgraph": 1,
    "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_agrees(computed, name):
    z, found = computed
    function = NodeFunction.of(name)
    value, slope = (np.array(part, float) for part in found[name])
    if name in PLAIN:
        assert (bits(value) == bits(function(z))).all()
        assert (bits(slope) == bits(function.derivative(z))).all()
        return
    expected = function(z)
    assert ulps(value, expected, SOUND).max() <= COMPOSED
    # A slope is a sum that cancels where it crosses 0: there its terms, near 1, have the rounding.
    assert ulps(slope, function.derivative(z), 0.5).max() <= COMPOSED


def test_elementary_functions_differ_by_three_ulp_at_most():
    z = points()
    snippet = (
        "const main = (z) => given.names.map((name) =>"
        " given.z.map(name === 'exp' ? exp : Math[name]));"
    )
    found = run_node(snippet, {"names": ELEMENTARY, "z": z})
    for name, values in zip(ELEMENTARY, found, strict=True):
        with np.errstate(all="ignore"):
            assert ulps(np.array(values, float), getattr(np, name)(z)).max() <= 3, name


def test_exp_is_nearly_the_nearest_double():
    """To 0.52 of a unit in the last place; mpmath is the oracle."""
    mpmath = pytest.importorskip("mpmath")
    rng = np.random.default_rng(7)
    z = np.concatenate([rng.uniform(-700, 700, 4000), rng.uniform(-2, 2, 4000), SPECIAL])
    found = np.array(run_node("const main = (z) => z.map(exp);", z), float)
    with mpmath.workprec(200), np.errstate(all="ignore"):
        for x, y in zip(z.tolist(), found.tolist(), strict=True):
            if not 1e-290 < y < 1e300:
                assert y == np.exp(x) or np.isnan(x) or ulps(np.array(y), np.exp(x)) <= 1
                continue
            exact = mpmath.exp(x)
            assert abs(exact - y) <= 0.52 * float(np.spacing(y)), x


@pytest.mark.parametrize(
    "written",
    [
        {"name": "leaky_relu", "alpha": 0},
        {"name": "leaky_relu", "alpha": -0.25, "gain": 2.5},
        {"name": "hard_tanh", "min": -2, "max": 0.5},
        {"name": "step", "at_zero": 0.5, "gain": -1},
        {"name": "thresholded_relu", "alpha": -1.5},
        {"name": "hard_sigmoid", "alpha": 0.2, "beta": 0.25},
    ],
    ids=str,
)
def test_parameters_and_gain(written):
    function, z = NodeFunction.of(written), np.array(SPECIAL)
    net = network(SPEC)
    net.functions = [function]
    snippet = "const main = (z) => [z.map(FUNCTIONS[0].value), z.map(FUNCTIONS[0].slope)];"
    value, slope = run_node(snippet, z, before=functions.script(net))
    assert (bits(np.array(value, float)) == bits(function(z))).all()
    assert (bits(np.array(slope, float)) == bits(function.derivative(z))).all()


def test_every_aggregation_has_a_row():
    """A new row of functions/aggregations.py needs one in deepgraph/live/js/functions.js."""
    found = run_networks("const main = () => Object.keys(AGGREGATIONS);", [network(SPEC)])
    assert found == list(AGGREGATIONS), (
        "deepgraph/live/js/functions.js: add a row to AGGREGATIONS for each row of "
        "deepgraph/functions/aggregations.py"
    )


def test_every_loss_has_a_row():
    """Those that are sums over nodes are recorded; another needs lines in js/gradient.js."""
    found = run_networks("const main = () => Object.keys(LOSSES);", [network(SPEC)])
    by_hand = ["cross_entropy", "output"]
    assert [*found, *by_hand] == list(LOSSES), (
        "deepgraph/live/js/gradient.js: `lossOf` has to compute each loss without f"
    )


def test_losses_give_the_bits_of_python():
    rng = np.random.default_rng(3)
    a, t = rng.standard_normal(2000), rng.standard_normal(2000)
    snippet = """
const main = ({ a, t }) => Object.fromEntries(Object.entries(LOSSES).map(([name, row]) =>
  [name, [a.map((x, i) => row.value(x, t[i])), a.map((x, i) => row.slope(x, t[i]))]]));
"""
    found = run_networks(snippet, [network(SPEC)], {"a": a, "t": t})
    for name, (value, slope) in found.items():
        assert (bits(np.array(value, float)) == bits(LOSSES[name].f(a, t))).all()
        assert (bits(np.array(slope, float)) == bits(LOSSES[name].derivative(a, t))).all()


def test_round_is_that_of_python_on_halves():
    z = np.concatenate(
        [np.arange(-50, 50) / 2, [-0.0, 2.0**53, -(2.0**52) - 0.5, 0.49999999999999994]]
    )
    found = run_node("const main = (z) => z.map(rint);", z)
    assert (bits(np.array(found, float)) == bits(np.rint(z))).all()


def test_scripts_are_strict_and_leave_no_global():
    text = scripts.joined()
    assert text.startswith('(() => {\n"use strict";\n')
    snippet = "const main = () => Object.keys(globalThis).sort();"
    assert run_node(snippet) == run_node(snippet, names=())


def test_helpers_are_those_of_the_exported_javascript():
    """Both follow numpy, where NaN and the two zeros are concerned."""
    text = scripts.source("functions.js")
    for name in ("maximum", "minimum"):
        line = re.search(rf"const {name} = .*", text)[0]
        plain = re.sub(r"/\*\*.*?\*/ ", "", line)
        assert plain == JavaScript.helpers[name]
