"""Exported modules of PyTorch and their state dicts."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

import deepgraph
from deepgraph.errors import FormatError
from deepgraph.formats import writers
from deepgraph.graph.safetensors import written
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


# --- there and back -------------------------------------------------------------------------------


def chain(**last):
    """A dense chain with scaled inputs, functions with settings and equal sizes."""
    rng = np.random.default_rng(3)
    functions = ["tanh", {"name": "leaky_relu", "alpha": 0.2, "gain": 1.5}, "sigmoid"]
    sizes, ids = [2, 2, 2, 1], ["x", "z", "h", "risk"]
    layers = [
        {"id": name, "size": size, "activation": f, "weights": f"W_{name}", "bias": f"b_{name}"}
        for name, size, f in zip(ids[1:], sizes[1:], functions, strict=True)
    ]
    normalise = {"min": [0, -1], "max": 90, "mean": [40, 0], "scale": ["1/3", 2]}
    first = {"id": "x", "size": 2, "names": ["age", "Balance"], "normalise": normalise}
    layers[-1] |= last
    arrays = {
        f"{kind}_{name}": rng.standard_normal((size, before) if kind == "W" else size).tolist()
        for name, size, before in zip(ids[1:], sizes[1:], sizes, strict=False)
        for kind in "Wb"
    }
    return network({"deepgraph": 1, "layers": [first, *layers], "parameters": arrays})


@pytest.mark.parametrize(
    ("last", "dtype", "bar"),
    [
        ({"classes": ["stays", "exits"], "threshold": 0.3}, "float64", 0),
        ({"activation": "identity", "rescale": {"mean": 20, "scale": 5}}, "float64", 0),
        ({"classes": ["no", "yes"]}, "float32", 1e-6),
    ],
)
def test_a_chain_comes_back_whole(last, dtype, bar, tmp_path):
    net = chain(**last)
    net.export(tmp_path / "net.safetensors", dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = deepgraph.from_file(tmp_path / "net.safetensors")
    X = np.random.default_rng(1).standard_normal((50, 2)) * 60
    assert np.max(np.abs(again(X) - net(X))) <= bar
    assert again.input_names == ["age", "Balance"]
    assert again.output_names == net.output_names
    if "classes" in last:
        assert again.classes.names == last["classes"]
        assert again.classes.threshold == last.get("threshold", 0.5)
    with pytest.raises(FormatError, match="scales its inputs itself"):
        deepgraph.from_file(tmp_path / "net.safetensors", scaler=StandardScaler().fit(X))


def test_the_numbers_of_another_network_are_no_chain(tmp_path):
    for path in GALLERY:
        net = deepgraph.load(path)
        net.export(tmp_path / "net.safetensors")
        if net.spec.layers:
            X = np.random.default_rng(1).standard_normal((20, len(net.inputs)))
            again = deepgraph.from_file(tmp_path / "net.safetensors")
            assert again(X).tobytes() == net(X).tobytes()
            continue
        with pytest.raises(FormatError, match="a network that is not a chain of layers"):
            deepgraph.from_file(tmp_path / "net.safetensors")


def test_notes_of_other_producers_are_left_alone(tmp_path):
    arrays = {"a.weight": np.ones((1, 2)), "a.bias": np.zeros(1)}
    notes = {"inputs": "{", "outputs": '["a", "b"]', "activations": '"relu"', "normalise": "[1]"}
    (tmp_path / "m.safetensors").write_bytes(written(arrays, notes))
    net = deepgraph.from_file(tmp_path / "m.safetensors", activations=["relu"])
    assert net([[1.0, 2.0]]).tolist() == [[3.0]]
    (tmp_path / "m.safetensors").write_bytes(written(arrays, {"normalise": '{"mean": [1]}'}))
    (tmp_path / "n.safetensors").write_bytes(written(arrays, {"activations": "relu"}))
    again = deepgraph.from_file(tmp_path / "n.safetensors", activations=["relu"])
    assert again([[1.0, 2.0]]).tolist() == [[3.0]]
    with pytest.raises(FormatError, match="the mean in the metadata has not 2 numbers"):
        deepgraph.from_file(tmp_path / "m.safetensors", activations=["relu"])
