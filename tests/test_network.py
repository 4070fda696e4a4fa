from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from strategies import SPECS

import deepgraph
from deepgraph import InputError, Network, SpecError


@pytest.fixture
def net():
    return deepgraph.load(SPECS / "xor.json")


def test_inputs_by_position_and_by_name(net):
    X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert net(X).tolist() == [[0], [1], [1], [0]]
    assert net({"x2": [0, 1, 0, 1], "x1": [0, 0, 1, 1]}).tolist() == [[0], [1], [1], [0]]
    assert net({"x1": 1, "x2": [0, 1, 1]}).tolist() == [[1], [0], [0]]
    assert net({"x1": 1, "x2": 0}).shape == (1, 1)
    assert net(np.array(X, np.int8)).dtype == np.float64
    assert net(X, dtype="float32").dtype == np.float32
    assert net.trace(X).outputs.tolist() == [[0], [1], [1], [0]]


class Frame(dict):
    """What of a data frame counts here: `columns`, and columns by name."""

    columns = property(list)


def test_a_data_frame_may_have_other_columns(net):
    frame = Frame(other=["a", "b"], x2=[0.0, 1.0], x1=[1.0, 1.0])
    assert net(frame).tolist() == [[1], [0]]
    with pytest.raises(InputError, match="no value for the input x2; given: other, x1"):
        net(Frame(other=[1.0], x1=[1.0]))


def test_an_arrow_table_is_a_data_frame(net):
    table = pa.table({"other": ["a", "b"], "x2": [0, 1], "x1": pa.chunked_array([[1.0], [1.0]])})
    assert net(table).tolist() == [[1], [0]]
    assert net(table.to_batches()[0]).tolist() == [[1]]


class Nullable(list):
    """What of a column of pandas' own types counts here: it tells NA from NaN."""

    dtype = "Float64"

    def isna(self):
        return np.array([one is None for one in self])

    def __array__(self, dtype=None, copy=None):
        return np.array([np.nan if one is None else one for one in self], dtype)


def test_a_hole_of_a_data_frame_is_no_nan(net):
    assert net(Frame(x1=Nullable([1.0, 0.0]), x2=[0, 0])).tolist() == [[1], [0]]
    with pytest.raises(InputError, match="the input x1: missing cells are no numbers; fill them"):
        net(Frame(x1=Nullable([1.0, None]), x2=[0, 0]))


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ({"x1": 1}, "no value for the input x2; given: x1"),
        ({"x1": 1, "x2": 2, "x3": 3}, "no input is named x3; known: x1, x2"),
        (
            {"x1": [1, 2], "x2": [1, 2, 3]},
            "the inputs have different numbers of rows: {'x1': (2,), 'x2': (3,)}",
        ),
        (
            {"x1": [[1]], "x2": [1]},
            "each input is one number or a list of numbers, got shapes {'x1': (1, 1), 'x2': (1,)}",
        ),
        ({"x1": "a", "x2": 1}, "the input x1: expected numbers, got texts"),
        ({"x1": 1, "x2": ["1", 2]}, "the input x2: expected numbers, got texts"),
        ([["0", "1"]], "the inputs: expected numbers, got texts"),
        ({"x1": 1, "x2": 1j}, "the input x2: expected numbers, got complex numbers"),
        (
            {"x1": np.array(["2026-01-01"], "M8[D]"), "x2": 1},
            "the input x1: expected numbers, got datetime64[D]",
        ),
        (
            {"x1": None, "x2": 1},
            "the input x1: None is no number; give a number, or float('nan') on purpose",
        ),
        (
            {"x1": 1, "x2": [0, None]},
            "the input x2: None in row 2 is no number; give a number, or float('nan') on purpose",
        ),
        (
            np.ma.array([[0.0, 1.0]], mask=[[False, True]]),
            "the inputs: masked cells are no numbers; fill them, or leave their rows out",
        ),
        (
            {"x1": np.ma.array([0.0], mask=[True]), "x2": 1},
            "the input x1: masked cells are no numbers; fill them, or leave their rows out",
        ),
        (
            [[0, 1], [None, 1]],
            "the inputs: None in row 2 is no number; give a number, or float('nan') on purpose",
        ),
        ({"x1": 1, "x2": object()}, "the inputs are not numbers of one shape: float() argument"),
        (
            [0, 1],
            "expected inputs of shape (rows, 2), got (2,); the columns are x1, x2; one row is [X]",
        ),
        (
            [[0, 1, 2], [0, 1, 2]],
            "expected inputs of shape (rows, 2), got (2, 3); the columns are x1, x2; X.T has this",
        ),
        (
            [{"x1": 0, "x2": 1}],
            "the inputs: a mapping in row 1; give one mapping, with a list for each input",
        ),
        (
            {"x1": 1, "x2": np.array([2, "3"], object)},
            "the input x2: expected numbers, got texts, the first in row 2: '3'",
        ),
        (
            pa.table([[1.0], [2.0], [3.0]], ["x1", "x2", "x1"]),
            '2 columns are named "x1"; rename one',
        ),
        (pa.table({"x1": [1]}), "no value for the input x2; given: x1"),
        (
            pa.table({"x1": [1], "x2": ["a"]}),
            "the input x2: expected numbers, got texts, the first in row 1: 'a'",
        ),
        (
            pa.table({"x1": [1.0, None], "x2": [1, 2]}),
            "the input x1: missing cells are no numbers; fill them, or leave their rows out",
        ),
        ([[0, 1, 2]], "expected inputs of shape (rows, 2), got (1, 3); the columns are x1, x2"),
        (3.0, "expected inputs of shape (rows, 2), got (); the columns are x1, x2"),
    ],
)
def test_inputs_that_do_not_fit(net, X, message):
    with pytest.raises(InputError) as caught:
        net(X)
    assert str(caught.value).startswith(message)


def test_numbers_of_any_kind_are_inputs(net):
    for one in (True, 1, np.int8(1), np.float16(1), Fraction(1), Decimal(1), 10**30 // 10**30):
        assert net({"x1": one, "x2": [0, 1]}).tolist() == [[1], [0]]
    assert np.isnan(net({"x1": float("nan"), "x2": 1})).all()


def test_ragged_rows_are_an_error_message(net):
    with pytest.raises(InputError, match="the inputs are not numbers of one shape"):
        net([[1, 2], [3]])


@pytest.mark.parametrize("dtype", ["int64", "float16", "complex128"])
def test_dtypes_are_two(net, dtype):
    with pytest.raises(InputError) as caught:
        net([[1, 2]], dtype=dtype)
    assert str(caught.value) == f"dtype is float64 or float32, got {dtype}"


def test_the_input_array_is_not_changed(net):
    X = np.array([[0.0, 1.0]])
    net(X)
    net.trace(X).a[:] = 7
    assert X.tolist() == [[0.0, 1.0]]


def test_what_a_network_says_of_itself(net):
    assert net.input_names == ["x1", "x2"]
    assert net.output_names == ["y"]
    assert [net.kind_name(node) for node in range(len(net.ids))] == [
        "input", "input", "bias", "bias", "hidden", "hidden", "output",
    ]  # fmt: skip
    assert net.label(net.index["y"]) == "XOR"
    assert net.label(net.index["h1"]) == "h1"
    assert repr(net).startswith("<Network xor: 5 nodes, ")
    assert [net.functions[f].name for f in net.function[4:]] == ["relu", "leaky_relu", "identity"]
    assert net.functions[net.function[4]].title == "ReLU"


def test_save_and_load(net, tmp_path):
    net.save(tmp_path / "a.json")
    back = deepgraph.load(tmp_path / "a.json")
    assert back.spec == net.spec
    assert deepgraph.loads((tmp_path / "a.json").read_text()).spec == net.spec
    assert deepgraph.loads((tmp_path / "a.json").read_bytes()).spec == net.spec


def test_other_values_leave_the_network_as_it_was(net):
    before = net([[1, 0]])
    assert net.graph is net.graph
    other = net.with_values(np.zeros(len(net.parameters)))
    assert other([[1, 0]]).tolist() == [[0]]
    assert other.graph.edges["x1", "h1"]["weight"] == 0
    assert (net([[1, 0]]) == before).all()
    assert net.graph.edges["x1", "h1"]["weight"] == 1


def test_a_spec_error_names_the_file(tmp_path):
    (tmp_path / "a.json").write_text('{"deepgraph": 1, "nodes": [{"id": "a"}]}')
    with pytest.raises(SpecError) as caught:
        deepgraph.load(tmp_path / "a.json")
    assert str(caught.value).splitlines() == [
        f'{tmp_path / "a.json"}:1:1: $.edges: there are no edges; connect the nodes under "edges"',
        f'{tmp_path / "a.json"}:1:27: $.nodes: no output node; give one "kind": "output"',
    ]


def test_many_problems_are_counted():
    nodes = [{"id": f"n{i}", "kind": "output"} for i in range(33)]
    content = {"deepgraph": 1, "nodes": nodes, "edges": [{"source": "n0", "target": "n1"}]}
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(json.dumps(content))
    assert len(caught.value.problems) == 32
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 12 more problems"


def test_a_network_of_a_million_edges_is_quick():
    """No object per edge: 0.2 s here; minutes if each weight were one."""
    rows = json.dumps([[0.001] * 1000] * 1000)
    text = (
        '{"deepgraph": 1, "layers": [{"id": "x", "size": 1000}, {"id": "y", "size": 1000, '
        f'"weights": "W", "bias": null}}], "parameters": {{"W": {rows}}}}}'
    )
    net = deepgraph.loads(text)
    assert isinstance(net, Network)
    assert len(net.weights) == 1_000_000
    assert net.parameters.name(999_999) == "W[1000,1000]"
