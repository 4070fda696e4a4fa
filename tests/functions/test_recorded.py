"""Recorded functions: run again, an expression computes what the function computes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.node_function import NodeFunction
from deepgraph.functions.recorded import CONSTANT, NAME, SIMPLER, constant, named
from deepgraph.functions.scaling import normalise_row
from tests.support.strategies import same

Z = np.concatenate(
    [
        np.linspace(-45, 45, 901),
        np.arange(-8, 9) / 2,
        [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-300, 5e-324, 1e300, -1e300],
    ]
)


def computed(expression, z):
    """The value of an expression, with numpy's own functions."""
    if expression.operation == NAME:
        return z
    if expression.operation == CONSTANT:
        return expression.value
    operands = [computed(operand, z) for operand in expression.operands]
    with np.errstate(all="ignore"):
        return getattr(np, expression.operation)(*operands)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_every_row(row, dtype):
    with np.errstate(over="ignore"):
        z = Z.astype(dtype)
    found = computed(row.recorded(named("z", np.dtype(dtype))), z)
    assert same(np.asarray(found, dtype), row.f(z))


def test_parameters_and_defaults():
    row = ACTIVATIONS["leaky_relu"]
    assert same(computed(row.recorded(named("z"), alpha=0.25), Z), row.f(Z, alpha=0.25))
    assert same(computed(row.recorded(named("z")), Z), row.f(Z))


@pytest.mark.parametrize(
    "written",
    [
        {"name": "sigmoid", "gain": 5},
        {"name": "leaky_relu", "alpha": 0.1, "gain": -2},
        {"name": "sigmoid", "gain": 2},
        {"name": "tanh"},
    ],
)
def test_a_gain(written):
    function = NodeFunction.of(written)
    assert same(computed(function.recorded(named("z")), Z), function(Z))
    with np.errstate(all="ignore"):
        slope = function.derivative(Z)
    assert same(computed(function.recorded_derivative(named("z")), Z), slope)


@pytest.mark.parametrize(
    "given",
    [
        {"mean": 3.0, "scale": 7.0},
        {"min": -1.0, "max": 2.0},
        {"max": 0.0, "scale": -2.0},
        {"min": 0.5, "max": 2.0, "mean": 0.25, "scale": 0.1},
    ],
)
def test_normalised_inputs(given):
    row = normalise_row(tuple(given))
    assert same(computed(row.recorded(named("z"), **given), Z), row.f(Z, **given))


OPERANDS = {
    "clip": ("z", -1.0, 2.5),
    "heaviside": ("z", 0.5),
    "logaddexp": (0.0, "z"),
    "sign": ("z",),
    "rint": ("z",),
}


@pytest.mark.parametrize("name", SIMPLER)
def test_functions_by_simpler_ones(name):
    function = getattr(np, name)
    symbols = [named("z") if operand == "z" else operand for operand in OPERANDS[name]]
    values = [Z if operand == "z" else operand for operand in OPERANDS[name]]
    simpler = SIMPLER[name](*function(*symbols).operands)
    with np.errstate(all="ignore"):
        expected = function(*values)
    assert np.allclose(computed(simpler, Z), expected, rtol=1e-15, atol=0, equal_nan=True)


def test_what_an_expression_cannot_record():
    with pytest.raises(TypeError):
        np.add(named("z"), 1.0, out=np.zeros(1))
    with pytest.raises(TypeError):
        np.add.reduce(named("z"))


@pytest.mark.parametrize("written", ["identity", "tanh", {"name": "softplus", "gain": -3}])
@pytest.mark.parametrize(("scale", "mean"), [(2.5, 0.75), (-0.1, 1e6), (1.0, -3.0), (4.0, 0.0)])
def test_an_output_that_is_scaled_back(written, scale, mean):
    bare = NodeFunction.of(written)
    function = replace(bare, rescaled=True, scale=scale, mean=mean)
    with np.errstate(all="ignore"):
        wanted = bare(Z) * scale + mean
    assert same(computed(function.recorded(named("z")), Z), wanted)
    assert same(function(Z), wanted)


@pytest.mark.parametrize("left", [0.0, -0.0, 1.5, -700.0, None])
def test_the_logarithm_of_a_sum_of_exponentials(left):
    """Oracle: numpy's own, which languages without it spell by others; None stands for z itself."""
    finite = Z[np.isfinite(Z)]
    first = named("z") if left is None else constant(left)
    found = computed(SIMPLER["logaddexp"](first, 0.5 * named("z")), finite)
    wanted = np.logaddexp(finite if left is None else left, 0.5 * finite)
    assert found == pytest.approx(wanted, rel=1e-15, abs=1e-300)


@pytest.mark.parametrize("limits", [{"min": -1.0}, {"max": 2.0}, {"min": -1.0, "max": 2.0}])
def test_the_method_of_arrays_that_losses_use(limits):
    assert same(computed(named("z").clip(**limits), Z), Z.clip(**limits))
