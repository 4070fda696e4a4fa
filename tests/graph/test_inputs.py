"""Inputs in every form that a network takes, and those that it refuses."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

import deepgraph
from deepgraph import InputError
from tests.support.strategies import SPECS


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
