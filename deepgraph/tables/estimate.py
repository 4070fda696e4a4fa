"""Estimates the number of rows of a file without reading it all, for the choice of an engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow as pa

from deepgraph.errors import TableError
from deepgraph.tables.compression import peeked, unpacked
from deepgraph.tables.source import FORMATS

if TYPE_CHECKING:
    from deepgraph.tables.source import FormatName

SAMPLE = 1 << 20
"""Bytes of text that are looked at; it takes some milliseconds to decompress so many."""


def about_rows(path: str, form: FormatName) -> int | None:
    """Estimate the number of rows of a file.

    Parquet stores it. A text shorter than `SAMPLE` is counted. A longer one is taken to go on as
    it begins, and the result is rounded to two digits, so that nobody takes it for a count.

    Args:
        path: of a plain file.
        form: its format.

    Returns:
        Rows; `None` if the file cannot be read, which whoever reads it then reports.
    """
    try:
        return _of_text(path) if FORMATS[form].delimiter else _of_parquet(path)
    except (OSError, TableError, pa.ArrowException):
        return None


def _of_parquet(path: str) -> int:
    from pyarrow import parquet  # a CSV does not need it

    return int(parquet.read_metadata(path).num_rows)


def _of_text(path: str) -> int:
    """Lines without the header; a line break inside quotes counts, too."""
    with open(path, "rb") as stream:
        text, _ = peeked(unpacked(stream, path), SAMPLE)
        lines = text.count(b"\n")
        if len(text) < SAMPLE:
            return max(0, lines + (text[-1:] not in (b"", b"\n")) - 1)
        read = stream.tell()
        return int(float(f"{lines * os.stat(path).st_size / read:.2g}"))
