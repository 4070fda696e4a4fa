"""What is too large for a format is said, and what bounds nothing is left out."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

import deepgraph
from deepgraph.formats import writers
from tests.support import exported

FAR = float(np.finfo(np.float64).max)


def neuron(weight=2.0, activation="identity"):
    nodes = [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "activation": activation}]
    edges = [{"source": "x", "target": "y", "label": "w", "weight": weight}]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))


@pytest.mark.parametrize("form", ["onnx", "keras", "safetensors", "c", "numpy"])
@pytest.mark.parametrize("weight", [1e39, -1e300])
def test_a_weight_beyond_float32_is_refused(form, weight):
    words = rf"w: {weight:g} is too large for float32".replace("+", r"\+")
    with pytest.raises(deepgraph.InputError, match=words):
        writers.write(neuron(weight), form, "float32")
    writers.write(neuron(3e38), form, "float32")


@pytest.mark.parametrize("ends", [(-1.0, FAR), (-FAR, 1.0), (-FAR, FAR), (-1.0, 1.0)])
@pytest.mark.parametrize("form", ["c", "numpy"])
def test_bounds_beyond_float32_bound_nothing(form, ends):
    net = neuron(2.0, {"name": "hard_tanh", "min": ends[0], "max": ends[1]})
    X = np.array([[3.0], [-3.0], [0.25], [np.inf], [-np.inf]], np.float32)
    text = writers.write(net, form, "float32").decode()
    assert "e+308" not in text
    found = exported.PROGRAMS[form](net, X, "float32")
    assert found.tolist() == net(X, dtype="float32", exact=True).tolist()


def softmax(size):
    matrix = np.linspace(-1, 1, 2 * size).reshape(size, 2).round(2).tolist()
    layers = [
        {"id": "x", "size": 2},
        {"id": "y", "size": size, "activation": "softmax", "weights": "W", "bias": None},
    ]
    spec = {"deepgraph": 1, "layers": layers, "parameters": {"W": matrix}}
    return deepgraph.loads(json.dumps(spec))


def deepest(formula):
    """How many parentheses are open at once."""
    steps = np.array([(sign == "(") - (sign == ")") for sign in formula])
    return int(np.cumsum(steps).max())


def test_the_largest_of_a_hundred_is_one_call():
    """Excel allows 64 calls in each other."""
    openpyxl = pytest.importorskip("openpyxl", reason="pip install 'deepgraph-nn[xlsx]'")
    sheet = openpyxl.load_workbook(io.BytesIO(writers.write(softmax(100), "xlsx"))).active
    formulas = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert max(deepest(text) for text in formulas if text.startswith("=")) <= 6
    assert any(text.count("MAX(") == 1 and text.count(",") == 99 for text in formulas)


def test_a_sheet_has_no_date_of_its_own():
    pytest.importorskip("openpyxl", reason="pip install 'deepgraph-nn[xlsx]'")
    with zipfile.ZipFile(io.BytesIO(writers.write(neuron(), "xlsx"))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_more_parameters_than_rows_are_refused(monkeypatch):
    monkeypatch.setattr("deepgraph.formats.writers.xlsx.MOST_PARAMETERS", 100)
    with pytest.raises(deepgraph.InputError, match="1,048,576 rows, too few for 200 parameters"):
        writers.write(softmax(100), "xlsx")
