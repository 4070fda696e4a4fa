"""The shortest decimals that read back the same, JSON without NaN, and lines of CSV."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.words.machine_numbers import csv_line, json_value, shortest
from tests.support.strategies import examples


def arrow_text(number):
    stream = io.BytesIO()
    batch = pa.record_batch([pa.array([number])], ["x"])
    arrow_csv.write_csv(batch, stream, arrow_csv.WriteOptions(include_header=False))
    return stream.getvalue().decode().removesuffix("\n")


SPECIAL = [0.0, -0.0, 1.0, 0.1, 5e-324, 1e22, 1e23, math.inf, -math.inf, math.nan, 2.0**53, 1 / 3]
POWERS = [
    sign * 10.0**e * m for e in range(-15, 20) for m in (1, 1.5, 9.999999) for sign in (1, -1)
]


@examples(1000)
@given(st.floats(), st.integers(-12, 14))
def test_shortest_is_what_pyarrow_writes(number, exponent):
    for value in (number, number * 10.0**exponent, math.ldexp(1.1, exponent)):
        assert shortest(value) == arrow_text(np.float64(value))
        assert math.isnan(value) or float(shortest(value)) == value


@examples(1000)
@given(st.floats(width=32), st.integers(-12, 14))
def test_shortest_of_float32(number, exponent):
    with np.errstate(all="ignore"):
        values = (np.float32(number), np.float32(number) * np.float32(10.0**exponent))
    for value in values:
        text = shortest(value)
        assert text == arrow_text(value)
        assert np.isnan(value) or np.float32(text) == value


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_shortest_at_every_size(kind):
    with np.errstate(all="ignore"):
        for number in [*SPECIAL, *POWERS]:
            value = kind(number)
            assert shortest(value) == arrow_text(value)


def test_json_has_no_nan_and_no_infinity():
    given = {"a": [math.nan, {"b": math.inf}], "c": -math.inf, "d": "NaN", "e": None, "f": True}
    assert json_value(given) == {
        "a": ["NaN", {"b": "Infinity"}], "c": "-Infinity", "d": "NaN", "e": None, "f": True,
    }  # fmt: skip


def test_json_has_the_short_digits_of_float32():
    assert repr(json_value(np.float32(0.1))) == "0.1"
    assert json_value(np.float32("nan")) == "NaN"
    assert json_value([np.float32(-np.inf)]) == ["-Infinity"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_any_cells_read_back(cells):
    line = csv_line(cells).decode()
    assert line.endswith("\n")
    assert list(csv.reader(io.StringIO(line, newline=""))) == [cells]


def test_a_cell_is_quoted_only_where_it_must_be():
    assert csv_line(["a b", "a,b", 'a"b', "a\rb", "ü"]) == 'a b,"a,b","a""b","a\rb",ü\n'.encode()
