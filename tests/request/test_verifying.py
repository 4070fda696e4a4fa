"""What `--verify` compares: rows that reach a network as numbers around 0, so that faults show."""

from __future__ import annotations

import json
import pickle
import sys
from importlib.util import find_spec

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

import deepgraph
from deepgraph.errors import OptionError
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Options
from deepgraph.formats.readers.runtimes import DOUBLE, SINGLE, Runtime
from deepgraph.request import verifying
from deepgraph.request.importing import network_of
from tests.support.models import REAL, made

RNG = np.random.default_rng(3)
CUSTOMERS = np.c_[RNG.normal(650, 90, 400), RNG.normal(39, 10, 400), RNG.normal(76e3, 62e3, 400)]
"""CreditScore, Age and Balance, of very different size."""
SCALERS = {
    "none": None,
    "standard": StandardScaler(),
    "min-max": MinMaxScaler(),
    "min-max, clipped": MinMaxScaler(clip=True),
    "max-abs": MaxAbsScaler(),
    "robust": RobustScaler(),
}


def loaded(spec):
    return deepgraph.loads(json.dumps(spec))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A churn model as ONNX, without the scaler that its inputs have gone through."""
    arrays = {
        "W1": RNG.normal(0, 1, (3, 6)),
        "b1": RNG.normal(0, 0.3, 6),
        "W2": RNG.normal(0, 1, (6, 1)),
        "b2": np.array([0.1]),
    }
    steps = [("MatMul", "x W1"), ("Add", "0 b1"), ("Relu", "1"), ("MatMul", "2 W2")]
    steps += [("Add", "3 b2"), ("Sigmoid", "4")]
    nodes = [
        helper.make_node(kind, names.split(), ["y" if place == 5 else str(place)])
        for place, (kind, names) in enumerate(steps)
    ]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, size])
        for name, size in (("x", 3), ("y", 1))
    ]
    numbers = [numpy_helper.from_array(a.astype("f4"), name) for name, a in arrays.items()]
    graph = helper.make_graph(nodes, "churn", ends[:1], ends[1:], numbers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = tmp_path_factory.mktemp("churn") / "model.onnx"
    onnx.save(made, path)
    return path


def read(model, scaler, folder):
    """The network behind a scaler, and the original's runtime."""
    if scaler is not None:
        (folder / "scaler.pkl").write_bytes(pickle.dumps(scaler.fit(CUSTOMERS)))
    options = Options(scaler=None if scaler is None else str(folder / "scaler.pkl"))
    imported = table.read(str(model), options)
    return network_of(imported), verifying.original(str(model), None, options, imported)


@pytest.mark.parametrize("name", SCALERS)
def test_a_perturbed_network_does_not_agree(model, name, tmp_path):
    network, original = read(model, SCALERS[name], tmp_path)
    told = verifying.compared(network, original, 100)
    assert told["agrees"], told
    assert told["difference"] < 1e-6
    assert told["vary"]
    values = network.parameters.values
    for seed, size in ((0, 0.3), (1, 0.3), (2, 0.01)):
        noise = np.random.default_rng(seed).normal(0, size, len(values))
        assert not verifying.compared(network.rewritten(values + noise), original, 100)["agrees"]


@pytest.mark.parametrize("name", [name for name in SCALERS if SCALERS[name] is not None])
def test_rows_lie_where_the_data_of_a_scaler_lay(model, name, tmp_path):
    network, _ = read(model, SCALERS[name], tmp_path)
    X = verifying.drawn(network, 400)
    scaled = SCALERS[name].transform(X)
    assert np.all(np.abs(scaled.mean(0)) < 1)
    assert np.all(scaled.std(0) > 0.2)
    assert np.all(np.abs(scaled) < 6)


def test_a_limit_that_is_lost_does_not_agree(model, tmp_path):
    network, _ = read(model, SCALERS["min-max"], tmp_path)
    _, clipped = read(model, SCALERS["min-max, clipped"], tmp_path)
    assert not verifying.compared(network, clipped, 100)["agrees"]


@pytest.mark.parametrize(
    ("limits", "least", "most"),
    [
        ({"min": 0, "max": 60760, "mean": 19791.09, "scale": 60261}, 0, 60760),
        ({"min": 100, "mean": 0, "scale": 2}, 100, np.inf),
        ({"max": -5, "mean": 7, "scale": -0.5}, -np.inf, -5),
    ],
)
def test_most_rows_lie_within_the_limits_and_some_beyond(limits, least, most):
    nodes = [{"id": "x", "kind": "input", "normalise": limits}, {"id": "y", "kind": "output"}]
    edges = [{"source": "x", "target": "y", "weight": 1}]
    network = loaded({"deepgraph": 1, "nodes": nodes, "edges": edges})
    X = verifying.drawn(network, 1000)
    within = np.mean((least <= X) & (most >= X))
    assert 0.75 < within < 0.95
    inside = X[(least <= X) & (most >= X)]
    assert inside.std() > 0.1 * abs(limits["scale"])


def rescaled(mean, scale, weight=0.5):
    return loaded(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "y", "kind": "output", "rescale": {"mean": mean, "scale": scale}},
            ],
            "edges": [{"source": "x", "target": "y", "weight": weight}],
        }
    )


@pytest.mark.parametrize(("mean", "scale"), [(1e6, 1), (0, 1e-6), (-3e5, -2), (200_000, 50_000)])
@pytest.mark.parametrize(("dtype", "bar"), [("float32", SINGLE), ("float64", DOUBLE)])
def test_neither_the_mean_nor_the_scale_of_an_output_hides_a_difference(mean, scale, dtype, bar):
    original = rescaled(mean, scale)
    runtime = Runtime("itself", lambda X: original(X.astype(dtype), dtype=dtype), bar)
    assert verifying.compared(original, runtime, 100)["agrees"]
    assert not verifying.compared(rescaled(mean, scale, 0.7), runtime, 100)["agrees"]


RUNTIMES = {
    "keras_branches.keras": ("keras", {}),
    "keras_dense.h5": ("keras", {}),
    "state_named.pt": ("torch", {"activations": ["relu", "tanh", "identity"]}),
    "marabou_fc_2-2sigmoids-3.h5": ("keras", {}),
    "neatpython_xor_winner.json": ("neat", {}),
    "neatpython_bipedal_winner.pickle": ("neat", {"inputs": 24, "outputs": 4}),
}


def need_package(name):
    """Skip where a runtime is missing; Keras is not imported, since its backend is still open."""
    if find_spec(name) is None:
        pytest.skip(f"{name} is missing")


@pytest.mark.parametrize("name", RUNTIMES)
@pytest.mark.filterwarnings("ignore")
def test_every_runtime_tells_a_wrong_network(name, tmp_path):
    package, options = RUNTIMES[name]
    need_package(package)
    path = REAL / name if (REAL / name).exists() else made(name, tmp_path)
    options = Options(**options)
    imported = table.read(str(path), options)
    network = network_of(imported)
    original = verifying.original(str(path), None, options, imported)
    told = verifying.compared(network, original, 20)
    assert told["agrees"], told
    values = network.parameters.values
    noise = np.random.default_rng(0).normal(0, 0.3, len(values))
    assert not verifying.compared(network.rewritten(values + noise), original, 20)["agrees"]


@pytest.mark.parametrize(
    ("name", "module", "cure"),
    [
        ("keras_dense.h5", "keras", "pip install keras, which computes with one of tensorflow"),
        ("neatpython_xor_winner.json", "neat.activations", "pip install neat-python"),
        ("sklearn", "sklearn.neural_network", "pip install scikit-learn"),
    ],
)
def test_a_runtime_that_is_missing_is_named_by_its_package(
    name, module, cure, tmp_path, monkeypatch
):
    path = REAL / name if (REAL / name).exists() else tmp_path / "m.pkl"
    if name == "sklearn":
        model = LinearRegression().fit(CUSTOMERS[:, :2], CUSTOMERS[:, 2])
        path.write_bytes(pickle.dumps(model))
    elif not path.exists():
        path = made(name, tmp_path)
    imported = table.read(str(path), Options())
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, module.partition(".")[0], None)
    with pytest.raises(OptionError, match=cure):
        verifying.original(str(path), None, Options(), imported)


def test_a_model_of_keras_1_has_no_runtime():
    need_package("keras")
    path = REAL / "sisl_KerasTestNetwork.h5"
    imported = table.read(str(path), Options())
    with pytest.raises(OptionError, match="does not read a model of Keras 1"):
        verifying.original(str(path), None, Options(), imported)


def test_rows_that_tell_nothing_are_told(model, tmp_path):
    network, original = read(model, None, tmp_path)
    far = Runtime(original.name, lambda X: original.run(np.zeros_like(X)), original.bar)
    assert not verifying.compared(network, far, 20)["vary"]
