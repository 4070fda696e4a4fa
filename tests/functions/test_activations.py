"""The table of activations against mpmath, row by row, at every awkward point."""

from __future__ import annotations

import math
import pickle
from typing import TYPE_CHECKING, Any

import mpmath as mp
import numpy as np
import onnx.defs
import pytest

from deepgraph.functions.activations import ACTIVATIONS, find, names
from deepgraph.functions.softmax import SOFTMAX
from tests.support.dtypes import BOTH_DTYPES
from tests.support.strategies import same

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.functions.elementwise import Activation

INF, NAN = math.inf, math.nan


def clip(z, min, max):
    return mp.mpf(min) if z < min else mp.mpf(max) if z > max else z


ORACLES: dict[str, Callable[..., Any]] = {
    "identity": lambda z: z,
    "relu": lambda z: z if z > 0 else mp.mpf(0),
    "relu6": lambda z: clip(z, 0, 6),
    "thresholded_relu": lambda z, alpha: z if z > alpha else mp.mpf(0),
    "leaky_relu": lambda z, alpha: z if z > 0 else alpha * z,
    "elu": lambda z, alpha: z if z > 0 else alpha * (mp.exp(z) - 1),
    "selu": lambda z, alpha, gamma: gamma * (z if z > 0 else alpha * (mp.exp(z) - 1)),
    "celu": lambda z, alpha: z if z > 0 else alpha * (mp.exp(z / alpha) - 1),
    "gelu": lambda z: z / 2 * (1 + mp.erf(z / mp.sqrt(2))),
    "gelu_tanh": lambda z: (
        z / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mp.mpf("0.044715") * z**3)))
    ),
    "silu": lambda z: z / (1 + mp.exp(-z)),
    "mish": lambda z: z * mp.tanh(mp.log(1 + mp.exp(z))),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": mp.tanh,
    "hard_sigmoid": lambda z, alpha, beta: clip(alpha * z + beta, 0, 1),
    "hard_swish": lambda z: z * clip(z + 3, 0, 6) / 6,
    "hard_tanh": clip,
    "bent_identity": lambda z: (mp.sqrt(z**2 + 1) - 1) / 2 + z,
    "step": lambda z, at_zero: mp.mpf(1 if z > 0 else 0 if z < 0 else at_zero),
    "sign": mp.sign,
    "floor": mp.floor,
    "round": mp.nint,
    "abs": abs,
    "square": lambda z: z**2,
    "cube": lambda z: z**3,
    "sqrt": lambda z: mp.sqrt(z) if z >= 0 else mp.nan,
    "exp": mp.exp,
    "log": lambda z: mp.log(z) if z > 0 else mp.nan,
    "inverse": lambda z: 1 / z,
    "sin": mp.sin,
    "cos": mp.cos,
    "gaussian": lambda z: mp.exp(-(z**2)),
}


# (f(-inf), f(inf), derivative(-inf), derivative(inf)), by analysis.
LIMITS: dict[str, Callable[..., tuple[float, float, float, float]]] = {
    "identity": lambda: (-INF, INF, 1, 1),
    "relu": lambda: (0, INF, 0, 1),
    "relu6": lambda: (0, 6, 0, 0),
    "thresholded_relu": lambda alpha: (0, INF, 0, 1),
    "leaky_relu": lambda alpha: (-math.copysign(INF, alpha) if alpha else 0, INF, alpha, 1),
    "elu": lambda alpha: (-alpha, INF, 0, 1),
    "selu": lambda alpha, gamma: (-alpha * gamma, INF, 0, gamma),
    "celu": lambda alpha: (-alpha, INF, 0, 1) if alpha > 0 else (-INF, INF, INF, 1),
    "gelu": lambda: (0, INF, 0, 1),
    "gelu_tanh": lambda: (0, INF, 0, 1),
    "silu": lambda: (0, INF, 0, 1),
    "mish": lambda: (0, INF, 0, 1),
    "softplus": lambda: (0, INF, 0, 1),
    "softsign": lambda: (-1, 1, 0, 0),
    "sigmoid": lambda: (0, 1, 0, 0),
    "tanh": lambda: (-1, 1, 0, 0),
    "hard_sigmoid": lambda alpha, beta: (0, 1, 0, 0),
    "hard_swish": lambda: (0, INF, 0, 1),
    "hard_tanh": lambda min, max: (min, max, 0, 0),
    "bent_identity": lambda: (-INF, INF, 0.5, 1.5),
    "step": lambda at_zero: (0, 1, 0, 0),
    "sign": lambda: (-1, 1, 0, 0),
    "floor": lambda: (-INF, INF, 0, 0),
    "round": lambda: (-INF, INF, 0, 0),
    "abs": lambda: (INF, INF, -1, 1),
    "square": lambda: (INF, INF, -INF, INF),
    "cube": lambda: (-INF, INF, INF, INF),
    "sqrt": lambda: (NAN, INF, NAN, 0),
    "exp": lambda: (0, INF, 0, INF),
    "log": lambda: (NAN, INF, NAN, 0),
    "inverse": lambda: (0, 0, 0, 0),
    "sin": lambda: (NAN, NAN, NAN, NAN),
    "cos": lambda: (NAN, NAN, NAN, NAN),
    "gaussian": lambda: (0, 0, 0, 0),
}


# The derivative at kinks, {z: value}: conventions, so written down rather than derived.
KINKS: dict[str, Callable[..., dict[float, float]]] = {
    "relu": lambda: {0: 0},
    "relu6": lambda: {0: 0, 6: 0},
    "thresholded_relu": lambda alpha: {alpha: 0},
    "leaky_relu": lambda alpha: {0: alpha},
    "elu": lambda alpha: {0: alpha},
    "selu": lambda alpha, gamma: {0: alpha * gamma},
    "hard_sigmoid": lambda alpha, beta: {-beta / alpha: 0, (1 - beta) / alpha: 0},
    "hard_swish": lambda: {-3: 0, 3: 1},
    "hard_tanh": lambda min, max: {min: 0, max: 0},
    "step": lambda at_zero: {0: 0},
    "sign": lambda: {0: 0},
    "abs": lambda: {0: 0},
    "floor": lambda: dict.fromkeys(range(-4, 5), 0),
    "round": lambda: dict.fromkeys((n + 0.5 for n in range(-5, 5)), 0),
}


# The edge of a domain, (z, f, derivative).
EDGES = {
    "sqrt": [(0.0, 0.0, INF), (-0.0, -0.0, INF)],
    "log": [(0.0, -INF, INF), (-0.0, -INF, INF)],
    "inverse": [(0.0, INF, -INF), (-0.0, -INF, -INF)],
}


SETTINGS: dict[str, list[dict[str, float]]] = {
    "thresholded_relu": [{"alpha": 0.0}, {"alpha": 0.5}, {"alpha": -1.5}],
    "leaky_relu": [{"alpha": 0.0}, {"alpha": 0.2}, {"alpha": -0.5}, {"alpha": 3.0}],
    "elu": [{"alpha": 0.0}, {"alpha": 0.3}],
    "selu": [{"alpha": 0.7, "gamma": 2.0}],
    "celu": [{"alpha": 0.3}, {"alpha": 2.0}, {"alpha": -0.5}],
    "hard_sigmoid": [{"alpha": 0.2, "beta": 0.5}, {"alpha": 0.25, "beta": 0.75}],
    "hard_tanh": [{"min": 0.0, "max": 6.0}, {"min": -0.5, "max": 2.0}],
    "step": [{"at_zero": 0.0}, {"at_zero": 0.5}],
}


CASES = [
    pytest.param(row, row.defaults | given, id="-".join([name, *map(str, given.values())]))
    for name, row in ACTIVATIONS.items()
    for given in [{}, *SETTINGS.get(name, [])]
]


ALL_ROWS = pytest.mark.parametrize(("row", "parameters"), CASES)


def awkward_points(dtype, parameters):
    """±{…} in `dtype`, both zeros included, and the parameters (which are hard_tanh's kinks)."""
    sizes = {
        np.float64: [1e-300, 1e-8, 38.0, 88.7, 372.0, 709.8, 745.2, 1e153, 1e155, 1e308],
        np.float32: [1e-38, 1e-4, 9.0, 38.0, 88.7, 103.9, 1e18, 1e20, 3e38],
    }[dtype]
    sizes += [0.0, np.finfo(dtype).smallest_subnormal, 0.1, 0.5, 0.75, 1.0, 1.3, 2.0, 3.0, 5.5]
    sizes += [13.0, 20.0, *parameters.values()]
    sizes = np.asarray(sizes, dtype)
    return np.concatenate([sizes, -sizes])


def spread(function, z, value):
    """|z f'(z)|: by how much of an eps f moves when z moves by an eps of itself."""
    h = mp.mpf(10) ** -18
    return abs(function(z * (1 + h)) - value) / h


def assert_close(got, z, function, label):
    """One number against the oracle `function`.

    A row is a chain of a few steps that numpy rounds well: 8 eps of the value cover them. Rounding
    in the middle of the chain acts like moving z by an eps of itself, and the spread says what
    becomes of that; it is cut so that sin(1e308), with a spread of 1e308, is tested all the same.
    The floor is for values of the order of subnormals, which keep no relative accuracy: a factor of
    up to 3·745 (in the tail of gelu_tanh) multiplies a number that was rounded to a subnormal.
    """
    info = np.finfo(got.dtype)
    z = mp.mpf(float(z))
    true = function(z)
    if mp.isnan(true):
        assert np.isnan(got), label
        return
    assert not np.isnan(got), label
    moved = min(spread(function, z, true), 64 * max(1, abs(true)))
    tolerance = (8 * abs(true) + moved) * mp.mpf(float(info.eps))
    tolerance += 4096 * mp.mpf(float(info.smallest_subnormal))
    largest = mp.mpf(float(info.max))
    if np.isinf(got):
        assert abs(true) > largest - tolerance, f"{label}: infinite, not {mp.nstr(true, 17)}"
        assert (got > 0) == (true > 0), label
    else:
        error = abs(mp.mpf(float(got)) - true)
        assert error <= tolerance, f"{label}: {got!r}, not {mp.nstr(true, 17)}"


@BOTH_DTYPES
@ALL_ROWS
def test_f_is_mpmaths(row: Activation, parameters, dtype):
    edges = [z for z, _, _ in EDGES.get(row.name, [])]
    points = awkward_points(dtype, parameters)
    for z, got in zip(points, row.f(points, **parameters), strict=True):
        if z not in edges:
            exact = {name: mp.mpf(value) for name, value in parameters.items()}
            assert_close(got, z, lambda x, p=exact: ORACLES[row.name](x, **p), f"{row.name}({z!r})")


@BOTH_DTYPES
@ALL_ROWS
def test_derivative_is_mpmaths_and_at_kinks_as_agreed(row: Activation, parameters, dtype):
    edges = [z for z, _, _ in EDGES.get(row.name, [])]
    exact = {name: mp.mpf(value) for name, value in parameters.items()}
    agreed = KINKS.get(row.name, lambda **_: {})(**parameters)
    kinks = {dtype(z): float(value) for z, value in agreed.items()}
    rel = float(4 * np.finfo(dtype).eps)  # selu's is a product

    def slope(z):
        return mp.diff(lambda x: ORACLES[row.name](x, **exact), z)

    points = np.concatenate([awkward_points(dtype, parameters), np.asarray([*kinks], dtype)])
    for z, got in zip(points, row.derivative(points, **parameters), strict=True):
        if z in kinks:
            assert got == pytest.approx(kinks[z], rel=rel, abs=0), z
        elif row.jumps:  # every large number is an integer, on which floor jumps
            assert got == 0, z
        elif z not in edges:
            assert_close(got, z, slope, f"{row.name}'({z!r})")


@BOTH_DTYPES
@ALL_ROWS
def test_limits_edges_and_nan(row: Activation, parameters, dtype):
    low, high, slope_low, slope_high = LIMITS[row.name](**parameters)
    expected = [(-INF, low, slope_low), (INF, high, slope_high), (NAN, NAN, NAN)]
    for z, value, slope in expected + EDGES.get(row.name, []):
        at = np.asarray([z], dtype)
        rel = float(4 * np.finfo(dtype).eps)  # selu's limit is a product
        assert row.f(at, **parameters)[0] == pytest.approx(value, rel=rel, abs=0, nan_ok=True), z
        got = row.derivative(at, **parameters)[0]
        assert got == pytest.approx(slope, rel=rel, abs=0, nan_ok=True), z


@ALL_ROWS
def test_derivative_is_the_central_difference(row: Activation, parameters):
    z = np.random.default_rng(1).uniform(-4, 4, 500)
    h = 1e-6
    for kink in KINKS.get(row.name, lambda **_: {})(**parameters):
        z = z[np.abs(z - kink) > 10 * h]
    if row.name in ("log", "inverse", "sqrt"):
        z = np.abs(z) + 0.1
    difference = (row.f(z + h, **parameters) - row.f(z - h, **parameters)) / (2 * h)
    # Truncation is h²f'''/6, rounding eps·|f|/h: 1e-8 of the largest covers both.
    got = row.derivative(z, **parameters)
    assert np.abs(got - difference).max() <= 1e-8 * max(1, np.abs(row.f(z, **parameters)).max())


def layouts(z):
    """The values of z again: (what, view) for every length, offset and stride numpy tells apart."""
    for length in range(1, len(z) + 1):
        offset = (7 * length) % (len(z) - length + 1)
        part = z[offset : offset + length]
        yield f"{length} from {offset}", slice(offset, offset + length), part
        for stride in (2, 3, -1, -2):
            spaced = np.zeros(length * abs(stride), z.dtype)[::stride]
            spaced[:] = part
            yield f"{length} by {stride}", slice(offset, offset + length), spaced
        unaligned = np.frombuffer(b"x" + part.tobytes(), np.uint8)[1:].view(z.dtype)
        yield f"{length} unaligned", slice(offset, offset + length), unaligned


@BOTH_DTYPES
@pytest.mark.parametrize("column", ["f", "derivative"])
@ALL_ROWS
def test_a_value_has_the_same_bits_in_any_array(row: Activation, parameters, column, dtype):
    function = getattr(row, column)
    rng = np.random.default_rng(2)
    z = (rng.standard_normal(67) * rng.choice([0.1, 1, 10, 100], 67)).astype(dtype)
    z[rng.permutation(67)[:16]] = [0.0, -0.0, INF, -INF, NAN, -3, 3, -1, 1] + [-0.0] * 7
    whole = function(z, **parameters)
    assert whole.shape == z.shape
    assert whole.dtype == dtype
    assert not np.shares_memory(whole, z)
    for what, part, view in layouts(z):
        assert same(function(view, **parameters), whole[part]), what
    for i, scalar in enumerate(z):
        alone = [function(z[i : i + 1][::-1], **parameters)[0], function(scalar, **parameters)]
        alone.append(function(z[i : i + 1].reshape(()), **parameters))
        assert all(same(np.asarray(a), whole[i : i + 1].reshape(())) for a in alone), scalar
    table = z[:66].reshape(6, 11)
    assert same(function(table.T, **parameters), whole[:66].reshape(6, 11).T)
    assert same(function(table[::-1, ::-1], **parameters), whole[:66][::-1].reshape(6, 11))


@BOTH_DTYPES
def test_zeros_without_a_sign(dtype):
    minus_zero = np.full(9, -0.0, dtype)
    for name, parameters in [
        ("relu", {}),
        ("leaky_relu", {"alpha": 0.0}),
        ("abs", {}),
        ("hard_tanh", {"min": 0.0, "max": 6.0}),
        ("relu6", {}),
        ("thresholded_relu", {}),
    ]:
        row = ACTIVATIONS[name]
        assert not np.signbit(row.f(minus_zero, **parameters)).any(), name
        assert not np.signbit(row.f(np.asarray([-0.0, -2.0, -INF], dtype)[:2], **parameters)).any()
    assert not np.signbit(ACTIVATIONS["leaky_relu"].f(np.asarray([-INF], dtype), alpha=0.0)).any()


def test_the_table_is_complete():
    assert set(ORACLES) == set(ACTIVATIONS) == set(LIMITS)
    assert set(KINKS) | set(EDGES) | set(SETTINGS) <= set(ACTIVATIONS)
    assert SOFTMAX not in ACTIVATIONS
    for name, row in ACTIVATIONS.items():
        assert row.name == name
        assert all(
            text.strip() for text in (row.title, row.formula, row.derivative_formula, row.note)
        ), name
        assert callable(row.f), name
        assert callable(row.derivative), name
        assert all(parameter.name in row.formula for parameter in row.parameters), name
        assert row.problems(row.defaults) == [], name


def test_aliases_are_unique_and_found():
    aliases = [alias for row in ACTIVATIONS.values() for alias in row.aliases]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & set(names())
    for row in ACTIVATIONS.values():
        assert all(find(name) is row for name in (row.name, *row.aliases))
    assert find("linear") is ACTIVATIONS["identity"]
    assert find("swish") is ACTIVATIONS["silu"]
    assert find(SOFTMAX) is None
    assert find("ReLU") is None
    assert names() == (*ACTIVATIONS, "softmax")


def test_rows_pickle_by_name():
    row = ACTIVATIONS["leaky_relu"]
    assert pickle.loads(pickle.dumps(row)) is row


ONNX_OPERATORS = {
    "leaky_relu": "LeakyRelu",
    "elu": "Elu",
    "selu": "Selu",
    "celu": "Celu",
    "hard_sigmoid": "HardSigmoid",
    "thresholded_relu": "ThresholdedRelu",
}


@pytest.mark.parametrize(("name", "operator"), ONNX_OPERATORS.items())
def test_defaults_are_onnxs(name, operator):
    attributes = onnx.defs.get_schema(operator).attributes
    theirs = {key: np.float32(value.default_value.f) for key, value in attributes.items()}
    ours = {key: np.float32(value) for key, value in ACTIVATIONS[name].defaults.items()}
    if name == "hard_sigmoid":  # the design's one exception, which its note owns up to
        assert theirs.pop("alpha") == np.float32(0.2)
        assert ours.pop("alpha") == np.float32(1 / 6)
        assert "0.2" in ACTIVATIONS[name].note
    assert ours == theirs


def test_onnx_gelu_is_exact_by_default():
    default = onnx.defs.get_schema("Gelu").attributes["approximate"].default_value.s
    assert default == b"none"
    assert "exact" in ACTIVATIONS["gelu"].note


def test_selu_constants_are_the_fixed_point():
    """Klambauer et al. 2017, equation 14: they keep mean 0 and variance 1."""
    e, root_2 = mp.e, mp.sqrt(2)
    alpha = -mp.sqrt(2 / mp.pi) / (mp.erfc(1 / root_2) * mp.sqrt(e) - 1)
    a, b = mp.erfc(root_2) * e**2, mp.erfc(1 / root_2) * mp.sqrt(e)
    # Second moment over a standard normal z: gamma²·(½ + alpha²·½·(a - 2b + 1)) = 1.
    gamma = 1 / mp.sqrt(mp.mpf(1) / 2 + alpha**2 * (a - 2 * b + 1) / 2)
    assert ACTIVATIONS["selu"].defaults == {"alpha": float(alpha), "gamma": float(gamma)}


@ALL_ROWS
def test_a_leak_is_the_slope_below_0_of_what_is_z_above(row: Activation, parameters):
    if row.leak is None:
        return
    z = np.array([-INF, -2.5, -0.0, 0.0, 3.5, INF])
    leak = row.leak(**parameters)
    expected = np.where(z > 0, z, leak * z if leak else 0.0)
    assert row.f(z, **parameters).tolist() == expected.tolist()


@ALL_ROWS
def test_a_threshold_of_a_half_is_that_of_values_from_0_to_1(row: Activation, parameters):
    values = row.f(np.linspace(-50, 50, 1001), **parameters)
    assert row.threshold in (0.0, 0.5)
    if row.threshold:
        assert values.min() >= 0.0
        assert 0.5 < values.max() <= 1.0


def test_a_title_is_the_name_in_words_unless_the_row_has_another():
    titles = {name: ACTIVATIONS[name].title for name in ("hard_sigmoid", "identity", "tanh")}
    assert titles == {"hard_sigmoid": "hard sigmoid", "identity": "linear", "tanh": "tanh"}
