"""Exported programs, compiled and run: C, JavaScript, Python with and without numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.functions.activations import ACTIVATIONS
from tests.support import exported
from tests.support.exported import PROGRAMS, close, rows_for, tame
from tests.support.strategies import (
    GALLERY,
    LIPSCHITZ,
    examples,
    inputs,
    irregular_specs,
    layered_specs,
    network,
    same,
)

PIECEWISE = [name for name, row in ACTIVATIONS.items() if row.pieces is not None]
ARITHMETIC = [*PIECEWISE, "hard_swish", "softsign", "square", "cube", "inverse"]


def is_arithmetic(net):
    used = {net.functions[number].name for number in net.function[net.kind > 1]}
    return used <= set(ARITHMETIC)


@pytest.mark.parametrize("form", PROGRAMS)
@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery(path, form):
    net = deepgraph.load(path)
    X = rows_for(net)
    found, expected = PROGRAMS[form](net, X), net(X, exact=True)
    if is_arithmetic(net) or form == "numpy":
        assert same(found, expected)
    assert close(found, expected)


@pytest.mark.parametrize("run", [exported.run_c, exported.run_numpy])
@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_in_single_precision(path, run):
    net = deepgraph.load(path)
    X = rows_for(net).astype(np.float32)
    found, expected = run(net, X, "float32"), net(X, dtype="float32", exact=True)
    assert found.dtype == np.float32
    if is_arithmetic(net):
        assert same(found, expected)
    assert close(found, expected, 1e-5)


def test_a_module_of_javascript():
    net = deepgraph.load(GALLERY[0])
    X = rows_for(net)
    found = exported.run_node(net, X, "javascript-module")
    assert same(found, exported.run_node(net, X))


@pytest.mark.parametrize("flags", [("-O3", "-march=native"), ("-O0",), ("-O3", "-flto")])
def test_the_bits_of_c_do_not_depend_on_the_compiler(flags):
    """A processor with fused multiply-add would round once where the network rounds twice."""
    net = deepgraph.load(next(path for path in GALLERY if path.stem == "deep_state"))
    X = rows_for(net, 2000)
    assert same(exported.run_c(net, X, flags=flags), net(X))


@examples(40)
@given(st.data())
@pytest.mark.parametrize("form", PROGRAMS)
def test_plain_arithmetic_has_the_same_bits(form, data):
    net = network(data.draw(irregular_specs(ARITHMETIC)))
    X = data.draw(inputs(net))
    assert same(PROGRAMS[form](net, X), net(X, exact=True))


@examples(40)
@given(st.data())
@pytest.mark.parametrize("form", PROGRAMS)
def test_smooth_networks(form, data):
    """Slopes of at most 1, so that an ulp of tanh stays an ulp."""
    net = network(data.draw(irregular_specs(LIPSCHITZ, ("sum", "mean", "max", "min"))))
    X = tame(data.draw(inputs(net)))
    found, expected = PROGRAMS[form](net, X), net(X, exact=True)
    assert same(found, expected) if form == "numpy" else close(found, expected)


@examples(40)
@given(st.data())
@pytest.mark.parametrize("form", PROGRAMS)
def test_layers(form, data):
    """Columns from several layers, skip edges, softmax; the last activation may be any."""
    net = network(data.draw(layered_specs()))
    X = tame(data.draw(inputs(net)))
    found, expected = PROGRAMS[form](net, X), net(X, exact=True)
    assert found.shape == expected.shape
    if form == "numpy" or is_arithmetic(net):
        assert same(found, expected)


@examples(40)
@given(st.data())
@pytest.mark.parametrize("form", PROGRAMS)
def test_softmax_groups_and_everything_else(form, data):
    net = network(data.draw(irregular_specs()))
    X = data.draw(inputs(net))
    found, expected = PROGRAMS[form](net, X), net(X, exact=True)
    assert found.shape == expected.shape
    assert form != "numpy" or same(found, expected)


# --- each function by itself ----------------------------------------------------------------------


def one_neuron(function):
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "y", "kind": "output", "activation": function},
            ],
            "edges": [{"source": "x", "target": "y"}],
        }
    )


Z = np.concatenate(
    [
        np.linspace(-45, 45, 1801),
        [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-300, -1e-300, 5e-324, 1e300, -1e300, 709.0, 745.2],
        np.arange(-8, 9) / 2,
        np.geomspace(1e-20, 1e3, 200),
        -np.geomspace(1e-20, 1e3, 200),
    ]
)


@pytest.mark.parametrize("form", PROGRAMS)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function(name, form):
    """Within a few units in the last place, and the same where infinity and NaN come out."""
    net = one_neuron(name)
    found, expected = PROGRAMS[form](net, Z[:, None]), net(Z[:, None])
    if name in ARITHMETIC or form == "numpy":
        assert same(found, expected)
        return
    with np.errstate(invalid="ignore"):
        error = np.abs(found - expected) / np.spacing(np.maximum(np.abs(expected), 1e-300))
    equal = (found == expected) | (np.isnan(found) & np.isnan(expected))
    assert np.all(equal | (error <= 16)), (Z[~equal & ~(error <= 16).ravel()], found, expected)
