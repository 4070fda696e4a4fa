"""The formats of tables, some rows of a table, and about how many it has."""

from __future__ import annotations

import gzip
import io

import pytest

from deepgraph.errors import TableError
from deepgraph.tables.source import (
    COMPRESSED,
    FORMATS,
    INPUT_FORMAT,
    SUFFIXES,
    Source,
    about_rows,
    first_rows,
    format_of,
    rows_at,
)
from tests.support.tables import BLOCKS, parquet, read_columns


@pytest.mark.parametrize("name", FORMATS)
def test_every_suffix_belongs_to_one_format(name):
    assert [suffix for suffix in SUFFIXES if SUFFIXES[suffix] == name] == [*FORMATS[name].suffixes]
    for suffix in FORMATS[name].suffixes:
        assert format_of(f"a.b{suffix.upper()}") == name
        assert [format_of(f"t{suffix}{packed}") for packed in COMPRESSED] == [name] * 2


def test_a_file_without_a_known_suffix_is_a_csv():
    assert [format_of(name) for name in ("t", "-", "t.gz", "t.data", ".parquet")] == ["csv"] * 5


def test_the_option_offers_every_format():
    assert INPUT_FORMAT.choices == tuple(FORMATS)


@pytest.mark.parametrize("name", [name for name in FORMATS if FORMATS[name].delimiter])
def test_a_delimiter_goes_before_that_of_the_format(name):
    own = FORMATS[name].delimiter
    assert read_columns(f"x{own}y\n1{own}2\n", format=name) == {"x": [1.0], "y": [2.0]}
    assert read_columns("x|y\n1|2\n", format=name, delimiter="|") == {"x": [1.0], "y": [2.0]}


# --- some rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("rows", [[1], [3], [3, 1], [2, 2]])
def test_rows_by_their_numbers(rows, block):
    content = b"x,y\n1,10\n2,20\n3,30\n"
    for source in (
        Source(io.BytesIO(content), "t", block=block),
        Source(io.BytesIO(parquet(x=[1, 2, 3], y=[10, 20, 30])), "t", "parquet", block=block),
    ):
        wanted = [{"x": float(row), "y": 10.0 * row} for row in rows]
        assert rows_at(source.open(), ["y", "x"], rows) == wanted


def test_a_row_that_is_not_there():
    with pytest.raises(TableError) as caught:
        rows_at(Source(io.BytesIO(b"x\n1\n2\n"), "t.csv").open(), ["x"], [1, 1003])
    assert str(caught.value) == "t.csv: there is no row 1,003; the table has 2"


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(("most", "more"), [(0, True), (2, True), (3, False), (9, False)])
def test_the_first_rows(most, more, block):
    source = Source(io.BytesIO(b"x,y,k\n1,10,a\n2,20,b\n3,30,c\n"), "t", block=block)
    columns = {"y": [10.0, 20.0, 30.0][:most], "k": ["a", "b", "c"][:most]}
    assert first_rows(source.open(), ["y"], ["k"], most) == (columns, more)


def test_nothing_behind_the_rows_is_read():
    content = b"x\n1\n2\n" + b"3\n" * 100 + b"oops\n"
    source = Source(io.BytesIO(content), "t", block=8)
    assert rows_at(source.open(), ["x"], [2, 1]) == [{"x": 2.0}, {"x": 1.0}]
    source = Source(io.BytesIO(content), "t", block=8)
    assert first_rows(source.open(), ["x"], [], 2) == ({"x": [1.0, 2.0]}, True)


# --- the number of rows, about ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("", 0),
        ("name\n", 0),
        ("name", 0),
        ("name\n1\n2\n", 2),
        ("name\n1\n2", 2),
        ("name\n\n\n", 2),
    ],
)
def test_a_short_text_is_counted(tmp_path, content, rows):
    path = tmp_path / "t.csv"
    for written in (content.encode(), gzip.compress(content.encode())):
        path.write_bytes(written)
        assert about_rows(str(path), "csv") == rows


def test_a_long_text_is_taken_to_go_on_as_it_begins(tmp_path, monkeypatch):
    monkeypatch.setattr("deepgraph.tables.source.SAMPLE", 1000)
    path = tmp_path / "t.tsv"
    path.write_text("nine\n" + "123456789\n" * 12_345)
    assert about_rows(str(path), "tsv") == 12_000


@pytest.mark.parametrize("header", ["", "x", "xy", "xyz", "a,b", "\ufeffx", "x\r"])
def test_a_short_header_does_not_end_the_estimate(tmp_path, monkeypatch, header):
    lines = f"{header}\n".encode() + b"123456789\n" * 12_345
    for name, content in (("t.csv", lines), ("t.csv.gz", gzip.compress(lines))):
        (tmp_path / name).write_bytes(content)
        assert about_rows(str(tmp_path / name), "csv") == 12_345, name
    monkeypatch.setattr("deepgraph.tables.source.SAMPLE", 1000)
    assert about_rows(str(tmp_path / "t.csv"), "csv") == 12_000


def test_parquet_stores_the_number(tmp_path):
    path = tmp_path / "t.parquet"
    path.write_bytes(parquet(x=[1, 2, 3]))
    assert about_rows(str(path), "parquet") == 3


def test_nothing_is_said_of_a_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "t"
    assert about_rows(str(path), "csv") is None
    path.write_bytes(gzip.compress(b"name\n1\n" * 100)[:20])
    assert about_rows(str(path), "csv") is None
    assert about_rows(str(path), "parquet") is None
