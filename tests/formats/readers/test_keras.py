"""Layers of Keras by hand: forms of tensors, statistics, and models within models."""

from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import FormatError
from tests.support.keras_models import dense, layer, nested, sequential, write_hdf5

RNG = np.random.default_rng(4)
CUBE = RNG.standard_normal((2, 3, 3))
FIRST = {"data_format": "channels_first"}


def computed(array, *layers):
    return deepgraph.from_keras(sequential(array.shape, *layers))([array.reshape(-1)])[0]


def test_channels_in_front_are_flattened_last():
    found = computed(CUBE, layer("Flatten", "f", **FIRST))
    assert found.tolist() == np.moveaxis(CUBE, 0, -1).reshape(-1).tolist()


@pytest.mark.parametrize("kind", ["Conv2D", "DepthwiseConv2D", "SeparableConv2D"])
def test_biases_of_channels_in_front_go_to_their_channels(kind):
    """The tensor has as many columns as channels, so that a wrong axis would fit."""
    bias = np.array([10.0, 20.0])
    depthwise, pointwise = np.ones((2, 2, 2, 1)), np.eye(2)[None, None]
    kernels = {
        "Conv2D": [np.tile(np.eye(2), (2, 2, 1, 1))],
        "DepthwiseConv2D": [depthwise],
        "SeparableConv2D": [depthwise, pointwise],
    }[kind]
    found = computed(CUBE, layer(kind, "c", *kernels, bias, kernel_size=[2, 2], **FIRST))
    sums = sum(CUBE[:, i : i + 2, j : j + 2] for i in (0, 1) for j in (0, 1))
    assert found.reshape(2, 2, 2) == pytest.approx(sums + bias[:, None, None], abs=1e-12)


@pytest.mark.parametrize("form", [{}, FIRST])
def test_padding_and_cropping_leave_the_channels(form):
    given = CUBE if form else np.moveaxis(CUBE, 0, -1)
    padded = np.pad(CUBE, ((0, 0), (1, 0), (0, 2)))
    wanted = padded if form else np.moveaxis(padded, 0, -1)
    found = computed(given, layer("ZeroPadding2D", "p", padding=[[1, 0], [0, 2]], **form))
    assert found.tolist() == wanted.reshape(-1).tolist()
    cut = CUBE[:, 1:, :2]
    wanted = cut if form else np.moveaxis(cut, 0, -1)
    found = computed(given, layer("Cropping2D", "c", cropping=[[1, 0], [0, 1]], **form))
    assert found.tolist() == wanted.reshape(-1).tolist()


@pytest.mark.parametrize("axis", [1, -1, 2, [1], [1, 2], None])
def test_a_normalisation_goes_along_its_axes(axis):
    X = CUBE[0]
    axes = [] if axis is None else axis if isinstance(axis, list) else [axis]
    form = [3 if place in {a % 3 for a in axes} else 1 for place in (1, 2)]
    mean, variance = RNG.standard_normal(form), RNG.random(form) + 0.5
    flat = (mean.reshape(-1), variance.reshape(-1)) if len(axes) < 2 else (mean, variance)
    found = computed(X, layer("Normalization", "n", *flat, axis=axis))
    assert found.reshape(3, 3) == pytest.approx((X - mean) / np.sqrt(variance), abs=1e-12)


def test_statistics_of_another_shape_are_refused():
    with pytest.raises(FormatError, match=r'Normalization "n": statistics of shape 2 for 1×3×3'):
        computed(CUBE[0], layer("Normalization", "n", [0.0, 1.0], [1.0, 1.0], axis=1))


def test_masking_is_refused():
    with pytest.raises(FormatError, match='Masking "m": it hides rows'):
        computed(CUBE[0], layer("Masking", "m", mask_value=0.0))


def test_the_logarithm_of_softmax_is_finite():
    found = computed(
        np.array([1000.0, 0.0, -900.0]), layer("Activation", "a", activation="log_softmax")
    )
    assert found.tolist() == [0.0, -1000.0, -1900.0]


ONE, TWO = np.diag([2.0, 2.0]), np.diag([3.0, 3.0])
INSIDE = {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 2]}}


def within(folder, names):
    """A model within models that has layers with one name."""
    inner, other = nested("inner", INSIDE, dense("d", 2)), nested("other", dense("d", 2))
    whole = nested("whole", INSIDE, nested("mid", INSIDE, inner, other))
    weights = {}
    for start, matrix in zip(names, (ONE, TWO), strict=True):
        weights |= {f"{start}/kernel": matrix, f"{start}/bias": np.zeros(2)}
    path = folder / "m.h5"
    write_hdf5(path, whole, {"mid": weights})
    return path


def test_a_layer_within_has_its_own_weights(tmp_path):
    network = deepgraph.from_file(within(tmp_path, ["inner/d", "other/d"]))
    assert network([[1.0, 0.5]]).tolist() == [[6.0, 3.0]]


def test_layers_within_that_cannot_be_told_apart_are_refused(tmp_path):
    path = within(tmp_path, ["x/d", "y/d"])
    with pytest.raises(FormatError, match='several layers within are called "d"'):
        deepgraph.from_file(path)
