"""Exported modules of PyTorch and their state dicts."""

from __future__ import annotations

import json

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.formats import writers
from tests.support.exported import close, module_of, rows_for, tame
from tests.support.strategies import (
    GALLERY,
    LIPSCHITZ,
    examples,
    inputs,
    irregular_specs,
    layered_specs,
    network,
)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is missing (pip install torch)")


def run_torch(torch, net, X, dtype="float64"):
    module = module_of(net, "torch")["Network"]().to(getattr(torch, dtype))
    state = safetensors.numpy.load(writers.write(net, "safetensors", dtype))
    module.load_state_dict({name: torch.tensor(values) for name, values in state.items()})
    with torch.no_grad():
        return module(torch.tensor(np.asarray(X, dtype))).numpy(), module


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery(torch, path):
    net = deepgraph.load(path)
    X = rows_for(net)
    assert close(run_torch(torch, net, X)[0], net(X))
    single = net(X, dtype="float32")
    assert close(run_torch(torch, net, X, "float32")[0], single, 1e-5)


@examples(40)
@given(data=st.data())
def test_smooth_networks(torch, data):
    net = network(data.draw(irregular_specs(LIPSCHITZ, ("sum", "mean", "max", "min"))))
    X = tame(data.draw(inputs(net)))
    assert close(run_torch(torch, net, X)[0], net(X, exact=True))


@examples(40)
@given(data=st.data())
def test_everything_is_a_module(torch, data):
    net = network(data.draw(st.one_of(irregular_specs(), layered_specs())))
    X = data.draw(inputs(net))
    assert run_torch(torch, net, X)[0].shape == (len(X), len(net.outputs))


def test_gradients(torch):
    """Training goes on where the network stands: the module has its gradients, too."""
    net = deepgraph.load(next(path for path in GALLERY if path.stem == "irregular"))
    X = rows_for(net, 20)
    _, module = run_torch(torch, net, X)
    module(torch.tensor(X)).sum().backward()
    expected = net.gradient(X, loss="output", reduction="sum")
    for name, parameter in module.named_parameters():
        assert np.isclose(parameter.grad.item(), expected[name], rtol=1e-10, atol=1e-12), name


def test_a_state_dict_has_the_names_of_the_layers():
    """These need no PyTorch: the file is read by the package safetensors."""
    net = deepgraph.load(next(path for path in GALLERY if path.stem == "iris"))
    state = safetensors.numpy.load(writers.write(net, "safetensors"))
    assert np.array_equal(state["h.weight"], net.parameters["W1"])
    content = writers.write(net, "safetensors", "float32")
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    assert list(header)[1:] == ["h.weight", "h.bias", "y.weight", "y.bias"]
    assert json.loads(header["__metadata__"]["outputs"]) == net.output_names
    assert {entry["dtype"] for name, entry in header.items() if name[0] != "_"} == {"F32"}


def test_names_that_a_module_has_already():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "train", "kind": "bias", "value": 0.5, "trainable": False},
            {"id": "forward", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "forward", "label": "parameters", "weight": 2},
            {"source": "train", "target": "forward"},
        ],
    }
    state = safetensors.numpy.load(writers.write(network(spec), "safetensors"))
    assert {name: float(value) for name, value in state.items()} == {
        "parameters_": 2.0,
        "train_": 0.5,
    }
    assert "requires_grad=False" in writers.write(network(spec), "torch").decode()
