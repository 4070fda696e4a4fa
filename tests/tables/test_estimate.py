"""The number of rows of a file, about."""

from __future__ import annotations

import gzip

import pytest

from deepgraph.tables import estimate
from deepgraph.tables.estimate import about_rows
from tests.support.tables import parquet


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
    monkeypatch.setattr(estimate, "SAMPLE", 1000)
    path = tmp_path / "t.tsv"
    path.write_text("nine\n" + "123456789\n" * 12_345)
    assert about_rows(str(path), "tsv") == 12_000


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
