"""Exported spreadsheets: their formulas, computed."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.formats import writers
from deepgraph.functions.activations import ACTIVATIONS
from tests.support.exported import close, rows_for, tame
from tests.support.spreadsheet import values_of
from tests.support.strategies import (
    GALLERY,
    LIPSCHITZ,
    examples,
    inputs,
    irregular_specs,
    layered_specs,
    network,
)

HEAD = 4
HOSTILE = ("=1+1", "+A1", "@SUM(A1)", "-2", '=HYPERLINK("http://x","y")', "a\u202eb", "'", "100%")


@pytest.fixture(scope="module")
def openpyxl():
    reason = "openpyxl is missing (pip install 'deepgraph-nn[xlsx]')"
    return pytest.importorskip("openpyxl", reason=reason)


def sheet_of(openpyxl, net):
    return openpyxl.load_workbook(io.BytesIO(writers.write(net, "xlsx"))).active


def run_xlsx(openpyxl, net, X):
    """The outputs of the exported sheet, filled down for all rows."""
    sheet = sheet_of(openpyxl, net)
    values = values_of(sheet, HEAD, X)
    marked = [cell.column_letter for cell in sheet[HEAD - 1][3:] if cell.value == "output"]
    columns = {sheet[f"{letter}{HEAD}"].value: values[letter] for letter in marked}
    found = [np.broadcast_to(columns[name], len(X)) for name in net.output_names]
    return np.stack(found, axis=1)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery(openpyxl, path):
    net = deepgraph.load(path)
    X = rows_for(net)
    assert close(run_xlsx(openpyxl, net, X), net(X, exact=True), 1e-12)


@pytest.mark.parametrize("name", ["deep_state", "irregular", "iris"])
def test_by_another_program(openpyxl, tmp_path, name):
    formulas = pytest.importorskip("formulas", reason="formulas is missing (pip install formulas)")
    net = deepgraph.load(GALLERY[0].parent / f"{name}.json")
    path = tmp_path / "net.xlsx"
    net.export(path)
    sheet = openpyxl.load_workbook(path).active
    result = formulas.ExcelModel().loads(str(path)).finish().calculate()

    def value(cell):
        if cell.data_type != "f":
            return cell.value
        return float(result[f"'[net.xlsx]NETWORK'!{cell.coordinate}"].value[0, 0])

    marks = [cell.value for cell in sheet[HEAD - 1]]
    rows = [[value(cell) for cell in row] for row in sheet.iter_rows(min_row=HEAD + 1)]
    rows = [row for row in rows if row[3] is not None]
    assert rows
    for row in rows:
        given = [v for v, mark in zip(row, marks, strict=True) if mark == "input"]
        found = [v for v, mark in zip(row, marks, strict=True) if mark == "output"]
        assert np.allclose(found, net([given])[0], rtol=1e-13, atol=1e-14)


@examples(40)
@given(data=st.data())
def test_smooth_networks(openpyxl, data):
    net = network(data.draw(irregular_specs(LIPSCHITZ)))
    X = tame(data.draw(inputs(net)))
    found, expected = run_xlsx(openpyxl, net, X), net(X, exact=True)
    assert close(found, expected, 1e-12)


@examples(40)
@given(data=st.data())
def test_everything_is_a_sheet(openpyxl, data):
    net = network(data.draw(st.one_of(irregular_specs(), layered_specs())))
    X = tame(data.draw(inputs(net)))
    assert run_xlsx(openpyxl, net, X).shape == (len(X), len(net.outputs))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function(openpyxl, name):
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "activation": name}],
        "edges": [{"source": "x", "target": "y"}],
    }
    z = np.concatenate([np.linspace(-30, 30, 601), np.arange(-8, 9) / 2])
    net = network(spec)
    assert close(run_xlsx(openpyxl, net, z[:, None]), net(z[:, None]), 1e-12)


def test_names_never_become_formulas(openpyxl):
    nodes = [{"id": name, "kind": "input", "label": name} for name in HOSTILE]
    spec = {
        "deepgraph": 1,
        "title": "=1+1",
        "source": "=cmd|' /C calc'!A0",
        "nodes": [*nodes, {"id": "=y", "kind": "output"}],
        "edges": [
            {"source": name, "target": "=y", "label": f"=w{name}", "weight": 1} for name in HOSTILE
        ],
    }
    sheet = sheet_of(openpyxl, network(spec))
    formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) == 1
    assert sheet["A1"].value == "=1+1"
    assert sheet["A1"].data_type == "s"


def test_the_examples_are_the_first_rows(openpyxl):
    sheet = sheet_of(openpyxl, deepgraph.load(GALLERY[0].parent / "xor.json"))
    assert [[cell.value for cell in row] for row in sheet["D4:E8"]] == [
        ["x1", "x2"],
        *([0, 0], [0, 1], [1, 0], [1, 1]),
    ]
    assert sheet["F5"].value == "=$B$7 * D5 + $B$8 * E5 + $B$5"
    assert sheet["F8"].value == "=$B$7 * D8 + $B$8 * E8 + $B$5"
    assert sheet["G5"].value == "=MAX(F5, 0)"


def test_the_same_bytes():
    pytest.importorskip("openpyxl", reason="openpyxl is missing (pip install openpyxl)")
    net = deepgraph.load(GALLERY[0])
    assert writers.write(net, "xlsx") == writers.write(net, "xlsx")


def test_without_openpyxl(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(deepgraph.MissingExtraError, match=r"pip install 'deepgraph-nn\[xlsx\]'"):
        writers.write(deepgraph.load(GALLERY[0]), "xlsx")
