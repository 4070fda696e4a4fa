"""Comments and metadata: what is said about a network, its names and its classes."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest

import deepgraph
from deepgraph.formats import writers
from deepgraph.formats.writers.texts import about, filled, metadata_of
from deepgraph.spec import gallery
from tests.support.exported import module_of, run_node
from tests.support.live_gallery import SPECS
from tests.support.strategies import network


def classifier(classes=("no", "yes"), threshold=0.25):
    return network(
        {
            "deepgraph": 1,
            "name": "churn",
            "nodes": [
                {"id": "x", "kind": "input", "label": "age"},
                {
                    "id": "y",
                    "kind": "output",
                    "activation": "sigmoid",
                    "classes": list(classes),
                    "threshold": threshold,
                },
            ],
            "edges": [{"source": "x", "target": "y"}],
        }
    )


def test_the_comment():
    assert about(classifier()) == [
        "churn",
        "Written by deepgraph export; change the spec, not this file.",
        "",
        "inputs[0]  x (age)",
        "",
        "outputs[0]  y",
        "",
        'The class is "yes" from 0.25 on, below it "no".',
    ]


@pytest.mark.parametrize("form", ["c", "javascript", "python", "sql", "torch"])
def test_classes_stay_in_the_comment(form):
    net = classifier(['*/ evil("', "</script>\u2028\u202e"])
    text = writers.write(net, form).decode()
    assert not set(text) & set("\u2028\u202e")
    assert "</script>" not in text
    [line] = [line for line in text.splitlines() if "The class is" in line]
    assert "*/" not in line


def test_classes_in_programs():
    net = classifier(['a"b', "</c>"])
    module = module_of(net)
    assert (module["CLASSES"], module["THRESHOLD"]) == (('a"b', "</c>"), 0.25)
    module = module_of(net, "numpy")
    assert (module["CLASSES"], module["THRESHOLD"]) == (('a"b', "</c>"), 0.25)
    text = writers.write(net, "javascript").decode()
    assert 'network.classes = ["a\\"b", "\\u003c/c>"];' in text
    assert "network.threshold = 0.25;" in text
    assert run_node(net, net.input_array([[0.0]]).T).tolist() == [[0.5]]


@pytest.mark.parametrize("name", ["iris", "irregular", "study_hours"])
def test_numpy_takes_a_row_as_well_as_a_table(name):
    net = deepgraph.load(gallery.path(name))
    program = module_of(net, "numpy")["network"]
    X = np.random.default_rng(1).standard_normal((3, len(net.inputs)))
    table = program(X)
    assert table.shape == (3, len(net.outputs))
    for row, outputs in zip(X, table, strict=True):
        found = program(row.tolist())
        assert found.shape == (len(net.outputs),)
        assert found.tobytes() == outputs.tobytes()
    assert program(X[:0]).shape == (0, len(net.outputs))
    with pytest.raises(ValueError, match=f"columns of inputs, not {len(net.inputs)}"):
        program(np.zeros((2, len(net.inputs) + 1)))


def test_classes_in_metadata():
    assert metadata_of(classifier()) == {
        "inputs": '["x"]',
        "outputs": '["y"]',
        "classes": '["no", "yes"]',
        "threshold": "0.25",
    }
    model = onnx.load_model_from_string(writers.write(classifier(), "onnx"))
    assert {entry.key: json.loads(entry.value) for entry in model.metadata_props}["classes"] == [
        *("no", "yes")
    ]


@pytest.mark.parametrize(("name", "has_classes"), [("iris", True), ("full_adder", False)])
def test_several_outputs_have_classes_in_metadata_where_they_tell_them(name, has_classes):
    net = deepgraph.load(SPECS / f"{name}.json")
    assert ("classes" in metadata_of(net)) == net.tells_classes == has_classes


def test_classes_in_a_spreadsheet():
    reason = "openpyxl is missing (pip install 'deepgraph-nn[xlsx]')"
    openpyxl = pytest.importorskip("openpyxl", reason=reason)
    from tests.formats.writers.test_xlsx import sheet_of

    sheet = sheet_of(openpyxl, classifier(['="a"', "yes"]))
    [cell] = [cell for cell in sheet[4] if cell.value == "class"]
    formula = sheet[f"{cell.column_letter}5"].value
    assert formula == '=IF(F5>=0.25,"yes","=""a""")'


def test_long_lists_take_several_lines():
    lines = filled(map(str, range(60)), "    ").splitlines()
    assert len(lines) > 1
    assert all(len(line) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == ",".join(map(str, range(60)))
