"""Exported models of Keras."""

from __future__ import annotations

import json
import os
import sys
import warnings
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.formats import writers
from deepgraph.functions.activations import ACTIVATIONS
from tests.support.exported import close, rows_for, tame
from tests.support.strategies import (
    GALLERY,
    LIPSCHITZ,
    examples,
    inputs,
    irregular_specs,
    layered_specs,
    network,
)


def loaded(path, net):
    """The model that Keras reads from the exported file, on PyTorch."""
    pytest.importorskip("h5py", reason="h5py is missing (pip install 'deepgraph-nn[keras]')")
    pytest.importorskip("torch", reason="PyTorch is missing (pip install torch)")
    os.environ.setdefault("KERAS_BACKEND", "torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keras = pytest.importorskip("keras", reason="Keras is missing (pip install keras)")
    net.export(path)
    return keras.models.load_model(path)


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    return partial(loaded, tmp_path_factory.mktemp("keras") / "net.keras")


def run_keras(load, net, X):
    return np.asarray(load(net)(np.asarray(X, np.float32)).detach())


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery(load, path):
    net = deepgraph.load(path)
    X = rows_for(net).astype(np.float32)
    assert close(run_keras(load, net, X), net(X, dtype="float32"), 1e-5)


def test_a_dense_network_is_a_chain_of_dense_layers(load):
    model = load(deepgraph.load(GALLERY[0].parent / "iris.json"))
    kinds = [(layer.name, type(layer).__name__) for layer in model.layers]
    assert kinds == [
        ("inputs", "InputLayer"),
        ("h", "Dense"),
        ("y", "Dense"),
        ("activation", "Activation"),
    ]


@examples(40)
@given(data=st.data())
def test_smooth_networks(load, data):
    net = network(data.draw(irregular_specs(LIPSCHITZ, ("sum", "mean", "max", "min"))))
    X = tame(data.draw(inputs(net))).astype(np.float32)
    assert close(run_keras(load, net, X), net(X, dtype="float32"), 1e-5)


@pytest.mark.filterwarnings("ignore:(?s).*softmax over axis")  # of one node: it is 1
@examples(40)
@given(data=st.data())
def test_everything_is_a_model(load, data):
    net = network(data.draw(st.one_of(irregular_specs(), layered_specs())))
    X = tame(data.draw(inputs(net)))
    assert run_keras(load, net, X).shape == (len(X), len(net.outputs))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function(load, name):
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "activation": name}],
        "edges": [{"source": "x", "target": "y"}],
    }
    z = np.concatenate([np.linspace(-12, 12, 601), np.arange(-8, 9) / 2]).astype(np.float32)
    net = network(spec)
    assert close(run_keras(load, net, z[:, None]), net(z[:, None], dtype="float32"), 1e-5)


def test_the_same_bytes():
    pytest.importorskip("h5py", reason="h5py is missing (pip install 'deepgraph-nn[keras]')")
    net = deepgraph.load(GALLERY[0].parent / "irregular.json")
    assert writers.write(net, "keras") == writers.write(net, "keras")


def test_without_h5py(monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(deepgraph.MissingExtraError, match=r"pip install 'deepgraph-nn\[keras\]'"):
        writers.write(deepgraph.load(GALLERY[0]), "keras")


def test_names_are_those_of_layers(load):
    """Keras takes no slash in a name, and no name twice."""
    spec = {
        "deepgraph": 1,
        "layers": [
            {"id": "a/b", "size": 2},
            {"id": "inputs", "size": 2, "activation": "relu", "weights": "W", "bias": None},
            {"id": "dense", "size": 1, "weights": "V", "bias": None},
        ],
        "parameters": {"W": [[1, 2], [3, 4]], "V": [[1, 1]]},
    }
    net = network(json.loads(json.dumps(spec)))
    X = np.array([[0.5, -0.25]])
    assert close(run_keras(load, net, X), net(X), 1e-6)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_there_and_back(path, tmp_path):
    pytest.importorskip("h5py", reason="h5py is missing (pip install 'deepgraph-nn[keras]')")
    net = deepgraph.load(path)
    net.export(tmp_path / "net.keras")
    again = deepgraph.from_file(tmp_path / "net.keras")
    X = rows_for(net, 50)
    assert close(again(X), net(X), 1e-6)
    assert (again.input_names, again.output_names) == (net.input_names, net.output_names)


SETTINGS = {"threshold": 0.4, "at_zero": 0.25, "alpha": 0.3, "gain": 1.5}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_comes_back(name, tmp_path):
    pytest.importorskip("h5py", reason="h5py is missing (pip install 'deepgraph-nn[keras]')")
    known = {"gain", *ACTIVATIONS[name].parameters}
    given = {key: value for key, value in SETTINGS.items() if key in known}
    nodes = [
        {"id": "age", "kind": "input"},
        {"id": "h", "activation": {"name": name, **given}},
        {"id": "g", "activation": name},
        {"id": "risk", "kind": "output"},
    ]
    ends = [("age", "h", 0.75), ("age", "g", -0.5), ("h", "risk", 2), ("g", "risk", 1)]
    edges = [{"source": s, "target": t, "weight": w} for s, t, w in ends]
    net = network({"deepgraph": 1, "nodes": nodes, "edges": edges})
    net.export(tmp_path / "net.keras")
    again = deepgraph.from_file(tmp_path / "net.keras")
    X = np.linspace(0.1, 3, 30)[:, None]
    assert close(again(X), net(X), 1e-6)
    assert (again.input_names, again.output_names) == (["age"], ["risk"])
