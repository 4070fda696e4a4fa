"""Normalised inputs and rescaled outputs, in every format: tables hold raw values."""

from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from deepgraph.formats import writers
from tests.formats.writers.test_onnx import run_onnx
from tests.formats.writers.test_sql import DATABASES, run_sql
from tests.support.exported import PROGRAMS, close
from tests.support.strategies import network, same

LAYERS = {
    "deepgraph": 1,
    "layers": [
        {
            "id": "x",
            "size": 3,
            "normalise": {"min": [0, -1, -5], "max": 10, "mean": [5, 0, 0.5], "scale": [2, 3, 0.1]},
        },
        {"id": "h", "size": 3, "activation": "relu", "weights": "W", "bias": "b"},
        {
            "id": "y",
            "size": 2,
            "weights": "V",
            "bias": None,
            "rescale": {"mean": [1, 2], "scale": [10, 20]},
        },
    ],
    "edges": [{"source": "x2", "target": "y1", "label": "s", "weight": 0.5}],
    "parameters": {
        "W": [[0.5, 1, 2], [-1, 0.25, 1], [0.3, 0.7, -1]],
        "b": [0.1, 0.2, -0.3],
        "V": [[1, 2, -1], [0.5, 0.25, 1]],
    },
}
NODES = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input", "normalise": {"mean": 2026, "scale": 7}},
        {"id": "v", "kind": "input", "normalise": {"max": 1}},
        {"id": "raw", "kind": "input"},
        {
            "id": "y",
            "kind": "output",
            "activation": {"name": "leaky_relu", "gain": 2},
            "rescale": {"scale": -3, "mean": 100},
        },
        {"id": "q", "kind": "output", "aggregation": "max", "rescale": {"scale": 2}},
        {"id": "p", "kind": "output", "aggregation": "product"},
    ],
    "edges": [
        {"source": "x", "target": "y", "weight": 2, "label": "w"},
        {"source": "v", "target": "y", "weight": -1},
        {"source": "x", "target": "q"},
        {"source": "raw", "target": "q"},
        {"source": "raw", "target": "p"},
        {"source": "x", "target": "p", "label": "w"},
    ],
}
TABLE = np.array([[2026, 0.5, -1], [2033, 3, 2], [2019, -4, 0.25], [-0.0, 0.0, -0.0]])


@pytest.fixture(params=["layers", "nodes"])
def net(request):
    return network(LAYERS if request.param == "layers" else NODES)


@pytest.mark.parametrize("form", PROGRAMS)
def test_programs(net, form):
    assert same(PROGRAMS[form](net, TABLE), net(TABLE, exact=True))


@pytest.mark.parametrize("database", DATABASES)
def test_queries(net, database):
    assert np.array_equal(run_sql(net, TABLE, database), net(TABLE, exact=True))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_onnx(net, dtype):
    unit = 1e-5 if dtype == "float32" else 1e-12
    assert close(run_onnx(net, TABLE, dtype), net(TABLE, dtype=dtype), unit)


def test_keras(net, tmp_path):
    from tests.formats.writers.test_keras import loaded

    model = loaded(tmp_path / "net.keras", net)
    found = np.asarray(model(TABLE.astype(np.float32)).detach())
    assert close(found, net(TABLE, dtype="float32"), 1e-5)


def test_torch(net):
    from tests.formats.writers.test_torch import run_torch

    torch = pytest.importorskip("torch", reason="PyTorch is missing (pip install torch)")
    assert close(run_torch(torch, net, TABLE)[0], net(TABLE))


def test_a_spreadsheet(net):
    from tests.formats.writers.test_xlsx import HEAD, run_xlsx, sheet_of

    reason = "openpyxl is missing (pip install 'deepgraph-nn[xlsx]')"
    openpyxl = pytest.importorskip("openpyxl", reason=reason)
    assert close(run_xlsx(openpyxl, net, TABLE), net(TABLE), 1e-12)
    sheet = sheet_of(openpyxl, net)
    marked = [cell.column_letter for cell in sheet[HEAD - 1] if cell.value == "input"]
    assert [sheet[f"{letter}{HEAD}"].value for letter in marked] == net.input_names


def test_a_genome():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input", "normalise": {"mean": 3, "scale": 7}},
            {"id": "y", "kind": "output", "activation": "tanh"},
        ],
        "edges": [{"source": "x", "target": "y", "label": "w", "weight": 2}],
    }
    neat = pytest.importorskip("neat", reason="neat-python is missing (pip install neat-python)")
    from tests.formats.writers.test_neat import run_neat

    net = network(spec)
    X = np.linspace(-10, 10, 11)[:, None]
    assert close(run_neat(neat, net, X), net(X), 1e-12)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            LAYERS,
            'node "x1": an input that is cut at its min or max, which has no gene of neat-python',
        ),
        (
            {
                **NODES,
                "nodes": [*NODES["nodes"][:1], {"id": "v", "kind": "input"}, *NODES["nodes"][2:]],
            },
            'node "y": a rescaled output, which has no gene of neat-python',
        ),
    ],
)
def test_what_no_genome_can_express(spec, message):
    with pytest.raises(deepgraph.InputError) as caught:
        writers.write(network(spec), "neat")
    assert str(caught.value) == message


def test_a_constant_too_large_for_single_precision():
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "weight": 1e300}],
    }
    with pytest.raises(deepgraph.InputError, match=r"1e\+300 is too large for float32"):
        writers.write(network(spec), "c", "float32")
