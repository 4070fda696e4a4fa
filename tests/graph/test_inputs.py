"""Inputs in every form that a network takes, and those that it refuses."""

from __future__ import annotations

import importlib
import importlib.util
import io
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

import deepgraph
from deepgraph import InputError
from tests.support.needs import need
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
    """The part of a data frame that counts here: `columns`, and columns by name."""

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


NAN = float("nan")
HOLES = {
    "a list": lambda: {"x1": [1.0, None], "x2": [0, 0]},
    "an array of objects": lambda: {"x1": np.array([1, None], object), "x2": [0, 0]},
    "rows": lambda: [[1, 0], [None, 0]],
    "a masked array": lambda: {"x1": np.ma.array([1.0, 7.0], mask=[0, 1]), "x2": [0, 0]},
    "masked rows": lambda: np.ma.array([[1, 0], [7, 0]], mask=[[0, 0], [1, 0]]),
    "Arrow": lambda: pa.table({"x1": [1.0, None], "x2": [0, 0]}),
    "Arrow, integers": lambda: pa.table({"x1": [1, None], "x2": [0, 0]}).to_batches()[0],
    "pandas": lambda: pandas().DataFrame({"x1": [1.0, None], "x2": [0, 0]}),
    "pandas, NaN": lambda: pandas().DataFrame({"x1": [1.0, NAN], "x2": [0, 0]}),
    "pandas, an empty cell": lambda: pandas().read_csv(io.StringIO("x1,x2\n1.0,0\n,0\n")),
    "pandas, a column": lambda: {"x1": pandas().Series([1, NAN]), "x2": [0, 0]},
    "pandas, Int64": lambda: pandas().DataFrame({"x1": [1, None], "x2": [0, 0]}, dtype="Int64"),
    "pandas, objects": lambda: pandas().DataFrame({"x1": [1, None], "x2": [0, 0]}, dtype=object),
    "pandas, Arrow": lambda: pandas().DataFrame(
        {"x1": [1, None], "x2": [0, 0]}, dtype="int64[pyarrow]"
    ),
    "pandas, another index": lambda: pandas().DataFrame(
        {"x1": [1.0, NAN], "x2": [0, 0]}, index=[1, 0]
    ),
    "Polars": lambda: polars().DataFrame({"x1": [1, None], "x2": [0, 0]}),
}


def pandas():
    found = importlib.util.find_spec("pandas")
    need(found, "pandas", "pip install pandas")
    return importlib.import_module("pandas")


def polars():
    return pytest.importorskip("polars")


@pytest.mark.parametrize("made", HOLES.values(), ids=HOLES)
def test_a_missing_cell_is_refused_or_nan_on_request(net, made):
    with pytest.raises(InputError, match=r"the cell in row 2 is missing \(1 in all\); fill it, "):
        net(made())
    for found in (
        net(made(), missing="nan"),
        net.trace(made(), missing="nan").outputs,
        net(made(), missing="nan", dtype="float32"),
    ):
        assert found[0, 0] == 1
        assert np.isnan(found[1, 0])


@pytest.mark.parametrize(
    "X",
    [
        [[1.0, 0], [NAN, 0]],
        np.array([[1.0, 0.0], [NAN, 0.0]]),
        {"x1": [1.0, NAN], "x2": 0},
        pa.table({"x1": [1.0, NAN], "x2": [0, 0]}),
    ],
)
def test_nan_is_a_number_but_for_pandas(net, X):
    assert np.isnan(net(X)[1, 0])
    assert np.isnan(net(X, missing="nan")[1, 0])


def test_missing_is_error_or_nan(net):
    with pytest.raises(InputError, match='missing is "error" or "nan", got 0'):
        net([[0, 0]], missing=0)


FAR = 2**53 + 1
INTEGERS = {
    "a number": lambda: {"x1": FAR, "x2": 0},
    "a list": lambda: {"x1": [0, -FAR], "x2": 0},
    "a list beside doubles": lambda: {"x1": [0.5, FAR], "x2": 0},
    "rows": lambda: [[0, 0], [FAR, 0]],
    "rows beside doubles": lambda: [[0, 0.5], [FAR, 0]],
    "int64": lambda: np.array([[0, 0], [FAR, 0]]),
    "uint64": lambda: {"x1": np.array([0, 2**64 - 1], np.uint64), "x2": 0},
    "objects": lambda: {"x1": np.array([0, 10**30], object), "x2": 0},
    "beyond int64": lambda: {"x1": [0, 10**30], "x2": 0},
    "Arrow": lambda: pa.table({"x1": [0, FAR], "x2": [0, 0]}),
    "pandas": lambda: pandas().DataFrame({"x1": [0, FAR], "x2": [0, 0]}),
    "pandas, Int64": lambda: pandas().DataFrame({"x1": [0, FAR], "x2": [0, 0]}, dtype="Int64"),
    "Polars": lambda: polars().DataFrame({"x1": [0, FAR], "x2": [0, 0]}),
}


@pytest.mark.parametrize("made", INTEGERS.values(), ids=INTEGERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_integer_that_no_double_holds_is_refused(net, made, dtype):
    with pytest.raises(
        InputError, match=r"the integer -?\d+( in row 2)? is beyond 2\*\*53, where "
    ):
        net(made(), dtype=dtype)


def test_an_integer_beside_a_missing_cell_is_refused(net):
    with pytest.raises(InputError, match=f"the integer {FAR} "):
        net(pa.table({"x1": [None, FAR], "x2": [0, 0]}), missing="nan")


def test_the_largest_integers_and_large_doubles_are_inputs(net):
    for given in (2**53, -(2**53), 1e300, np.float64(2**60), [2**53, 1e300], Fraction(FAR)):
        assert np.isfinite(net.input_array({"x1": given, "x2": 0})).all()
    assert net.input_array({"x1": 2**53, "x2": 0})[0, 0] == 2.0**53


class Stream:
    """A table that gives nothing but a stream of Arrow, as a DuckDB relation and others do."""

    def __init__(self, table):
        self.table = table

    columns = ("other", "x2", "x1")

    def __getitem__(self, name):
        raise AssertionError("a relation gives another relation")

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


class Plan:
    """The part of a LazyFrame that counts here: columns are computed when they are asked for."""

    def __init__(self, table):
        self.table = table

    def collect_schema(self):
        return type("Schema", (), {"names": lambda _: self.table.column_names})()

    def select(self, names):
        return Plan(self.table.select(names))

    def collect(self):
        return self.table


def relation(table):
    return pytest.importorskip("duckdb").from_arrow(table)


TABLES = {
    "a stream": Stream,
    "a plan": Plan,
    "a reader of record batches": lambda table: table.to_reader(max_chunksize=1),
    "DuckDB": relation,
    "DuckDB, a query": lambda table: relation(table).filter("x2 >= 0").project("other, x1, x2"),
    "Polars": lambda table: polars().from_arrow(table),
    "Polars, lazy": lambda table: polars().from_arrow(table).lazy(),
    "pandas": lambda table: (pandas(), table.to_pandas())[1],
}


@pytest.mark.parametrize("made", TABLES.values(), ids=TABLES)
def test_tables_of_other_libraries(net, made):
    table = pa.table({"other": ["a", "b"], "x2": [0.0, 1.0], "x1": [1, 1]})
    assert net(made(table)).tolist() == [[1], [0]]
    net = deepgraph.load(SPECS / "deep_state.json")
    with pytest.raises(InputError, match="no value for the input x; given: "):
        net(made(table))


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
            "the input x1: the cell is missing (1 in all); fill it, leave its row out, or",
        ),
        (
            {"x1": 1, "x2": [0, None]},
            "the input x2: the cell in row 2 is missing (1 in all); fill it, leave its row out, or",
        ),
        (
            np.ma.array([[0.0, 1.0]], mask=[[False, True]]),
            "the inputs: the cell in row 1 is missing (1 in all); fill it, leave its row out, or",
        ),
        (
            {"x1": np.ma.array([0.0], mask=[True]), "x2": 1},
            "the input x1: the cell in row 1 is missing (1 in all); fill it, leave its row out, or",
        ),
        (
            [[0, 1], [None, 1]],
            "the inputs: the cell in row 2 is missing (1 in all); fill it, leave its row out, or",
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
            "the input x1: the cell in row 2 is missing (1 in all); fill it, leave its row out, or",
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
