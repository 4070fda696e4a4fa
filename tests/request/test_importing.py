# ruff: noqa: E501 (names of files and packages)
"""Networks from files and from objects in memory, whose libraries are not imported here."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import onnx
import pytest

import deepgraph
from deepgraph.errors import FormatError, InputError, OptionError
from tests.support.models import REAL, RECORDS, distance, imported, made


def test_from_file_takes_the_options_of_the_command():
    file = REAL / "neatpython_bipedal_winner.pickle"
    network = deepgraph.from_file(file, inputs=24, outputs=["a", "b", "c", "d"])
    assert network.output_names == ["a", "b", "c", "d"]
    with pytest.raises(FormatError, match="inputs=N"):
        deepgraph.from_file(file)
    with pytest.raises(OptionError, match=r"config: an \.nnet file has no use for it"):
        deepgraph.from_file(REAL / "sisl_TestNetwork.nnet", config="x")
    assert deepgraph.from_file(REAL / "marabou_fc_2-2-3.onnx", format="onnx").inputs is not None


def test_a_network_from_a_file_can_be_saved(tmp_path):
    network = deepgraph.from_file(REAL / "sisl_TestNetwork.nnet")
    network.save(tmp_path / "net.json")
    again = deepgraph.load(tmp_path / "net.json")
    assert again.parameters.values.tobytes() == network.parameters.values.tobytes()


def test_from_onnx_takes_a_model_or_its_bytes():
    path = REAL / "marabou_fc_2-2-3.onnx"
    one, other = deepgraph.from_onnx(onnx.load(path)), deepgraph.from_onnx(path.read_bytes())
    X = np.random.default_rng(1).standard_normal((4, 2))
    assert one(X).tobytes() == other(X).tobytes() == imported(path)[1](X).tobytes()


def genome():
    nodes = {
        key: SimpleNamespace(activation="tanh", aggregation="sum", bias=0.5, response=1.0)
        for key in (0, 3)
    }
    links = {
        ends: SimpleNamespace(weight=weight, enabled=True)
        for ends, weight in {(-1, 3): 2.0, (3, 0): -1.0}.items()
    }
    return SimpleNamespace(nodes=nodes, connections=links)


def test_from_neat_takes_a_genome_and_its_configuration():
    config = SimpleNamespace(genome_config=SimpleNamespace(num_inputs=1, num_outputs=1))
    network = deepgraph.from_neat(genome(), config)
    expected = np.tanh(2.5 * (0.5 - np.tanh(2.5 * (0.5 + 2.0 * 0.3))))
    assert network([[0.3]])[0, 0] == pytest.approx(expected, abs=1e-15)


def test_names_of_a_genome_agree_with_its_configuration():
    config = SimpleNamespace(genome_config=SimpleNamespace(num_inputs=1, num_outputs=1))
    network = deepgraph.from_neat(genome(), config, inputs=["x"], outputs=["y"])
    assert (network.input_names, network.output_names) == (["x"], ["y"])
    with pytest.raises(InputError, match="num_inputs is 1 in the configuration, and inputs say 2"):
        deepgraph.from_neat(genome(), config, inputs=["x", "z"])


def test_a_recurrent_genome_is_refused_by_its_nodes():
    looped = genome()
    looped.connections[0, 3] = SimpleNamespace(weight=1.0, enabled=True)
    config = SimpleNamespace(genome_config=SimpleNamespace(num_inputs=1, num_outputs=1))
    with pytest.raises(FormatError, match="nodes on a cycle: 0, 3, 0"):
        deepgraph.from_neat(looped, config)


def keras_model():
    """A model as Keras describes it, with what `from_keras` asks for and nothing more."""
    layers = [
        ("InputLayer", {"name": "x", "batch_shape": [None, 2]}, []),
        ("Dense", {"name": "d", "units": 1, "activation": "tanh"}, [[[2.0], [3.0]], [0.5]]),
    ]
    config = [{"class_name": kind, "config": told} for kind, told, _ in layers]
    text = {
        "class_name": "Sequential",
        "config": {"name": "s", "layers": config},
        "keras_version": "3",
    }
    live = []
    for kind, told, arrays in layers:
        layer = type(kind, (), {})()
        layer.name = told["name"]
        layer.get_weights = lambda arrays=arrays: [np.array(array) for array in arrays]
        live.append(layer)
    return SimpleNamespace(name="s", layers=live, to_json=lambda: json.dumps(text))


def test_from_keras_asks_a_model_for_its_description():
    network = deepgraph.from_keras(keras_model())
    assert network([[1.0, -1.0]])[0, 0] == pytest.approx(np.tanh(-0.5), abs=1e-15)
    assert network.output_names == ["d"]


def test_from_torch_needs_a_module_of_pytorch():
    if "torch.fx" in sys.modules:
        pytest.skip("PyTorch is here already; the next test is the one")
    with pytest.raises(FormatError, match="not a module of PyTorch"):
        deepgraph.from_torch(object())


def test_from_torch_traces_a_module():
    torch = pytest.importorskip("torch", reason="pip install torch")
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    X = np.random.default_rng(1).standard_normal((4, 3))
    with torch.no_grad():
        Y = module.double()(torch.tensor(X)).numpy()
    assert distance(deepgraph.from_torch(module), X, Y) <= 1e-12


def test_what_a_module_of_pytorch_tells():
    torch = pytest.importorskip("torch", reason="pip install torch")
    nn = torch.nn
    network = deepgraph.from_torch(nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5), nn.ReLU()))
    assert network.report.format == "PyTorch module"
    assert network.report.merged == ['Dropout "1": dropout does nothing outside of training']
    assert network.spec.source.startswith("Sequential, PyTorch module, PyTorch 2")
    with pytest.raises(FormatError, match='GRU "0": no spec can express this module'):
        deepgraph.from_torch(nn.Sequential(nn.GRU(3, 2)), shape=(3,))
    with pytest.raises(FormatError, match="LSTM: its forward pass cannot be traced"):
        deepgraph.from_torch(nn.LSTM(3, 2))


def test_from_torch_reads_a_layer_alone_and_weights_of_its_own():
    torch = pytest.importorskip("torch", reason="pip install torch")

    class Held(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.randn(2, 3))
            self.bias = torch.nn.Parameter(torch.randn(2))

        def forward(self, x):
            return torch.nn.functional.linear(x, self.weight, bias=self.bias)

    X = np.random.default_rng(1).standard_normal((5, 3))
    for module in (torch.nn.Linear(3, 2), Held(), torch.nn.Linear(3, 2, bias=False)):
        with torch.no_grad():
            Y = module.double()(torch.tensor(X)).numpy()
        assert distance(deepgraph.from_torch(module), X, Y) <= 1e-12


def test_no_library_is_imported():
    """But h5py for a model of Keras, which is its extra, and networkx for graphs."""
    code = """
import sys, deepgraph
for path in sys.argv[1:]:
    deepgraph.from_file(path)
print(sorted(set(sys.modules) & {"onnx", "onnxruntime", "keras", "tensorflow", "torch", "sklearn", "joblib", "neat", "pickle"}))
"""
    files = [
        str(REAL / name)
        for name in ("marabou_fc_2-2-3.onnx", "pmml_nn-iris.pmml", "sisl_TestNetwork.nnet")
    ]
    done = subprocess.run(
        [sys.executable, "-c", code, *files], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() in ("[]", "['pickle']")  # numpy imports pickle


@pytest.mark.parametrize(
    "name", ["from_torch", "from_keras", "from_sklearn", "from_onnx", "from_neat"]
)
def test_each_says_what_it_raises(name):
    assert "FormatError" in inspect.getdoc(getattr(deepgraph, name))


def test_a_record_is_read_under_another_name(tmp_path):
    name = "state_named.pt"
    path = made(name, tmp_path).rename(tmp_path / "weights.backup")
    told = RECORDS[name]
    network = deepgraph.from_file(path, format="pytorch", **told["options"])
    assert distance(network, told["inputs"], told["outputs"]) <= 1e-12
    with pytest.raises(FormatError, match="format=NAME names the format"):
        deepgraph.from_file(path)
