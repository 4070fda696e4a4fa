"""About how many rows a file has, found without reading it: for the choice of an engine."""

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
"""Bytes of text that are looked at: some milliseconds where they have to be unpacked."""


def about_rows(path: str, form: FormatName) -> int | None:
    """About how many rows a file has.

    Parquet says it. A shorter text is counted. A longer one is taken to go on as it begins, and
    the answer is rounded to two digits, so that nobody takes it for a count.

    Args:
        path: of a plain file.
        form: of its content.

    Returns:
        Rows; `None` where the file cannot be read, which those who read it tell.
    """
    try:
        return _of_text(path) if FORMATS[form].delimiter else _of_parquet(path)
    except (OSError, TableError, pa.ArrowException):
        return None


def _of_parquet(path: str) -> int:
    from pyarrow import parquet  # a CSV does not need it

    return int(parquet.read_metadata(path).num_rows)


def _of_text(path: str) -> int:
    """Lines but the header; a line break inside quotes counts as one, too."""
    with open(path, "rb") as stream:
        text, _ = peeked(unpacked(stream, path), SAMPLE)
        lines = text.count(b"\n")
        if len(text) < SAMPLE:
            return max(0, lines + (text[-1:] not in (b"", b"\n")) - 1)
        read = stream.tell()
        return int(float(f"{lines * os.stat(path).st_size / read:.2g}"))
