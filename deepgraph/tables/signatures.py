"""Recognises files that are not text tables by their first bytes, and says what to do with each.

The marks are those of the formats' specifications. If a header could begin with a mark, a byte that
no text has is added to it.
"""

from __future__ import annotations

import re

LENGTH = 16
"""The number of first bytes that are compared."""

_EXCEL = "; save the sheet as CSV (UTF-8)"
_ARROW = "; write it as Parquet (pyarrow.parquet.write_table), which is read"
_PACKED = "; decompress it first, or use gzip or Zstandard, which are read"

BINARY = tuple(
    (re.compile(mark), what)
    for mark, what in (
        (rb"PAR1\x15", "a Parquet file; say --input-format parquet"),
        (rb"PK\x03\x04", f"an Excel workbook (.xlsx) or another zip archive{_EXCEL}, or unpack it"),
        (rb"\xd0\xcf\x11\xe0", f"an old Excel workbook (.xls){_EXCEL}"),
        (rb"ARROW1\0\0|FEA1\0", f"an Arrow or Feather file{_ARROW}"),
        (rb"\xff\xff\xff\xff", f"an Arrow stream{_ARROW}"),
        (rb"\x93NUMPY", "a NumPy array; write it as text: numpy.savetxt with a header"),
        (rb"\x89HDF", "an HDF5 file; export the table as CSV or Parquet"),
        (rb"SQLite format 3\0", "an SQLite database; export the table as CSV"),
        (rb"%PDF-", "a PDF; export the table as CSV"),
        (rb"BZh[1-9]1AY&SY", f"a file compressed by bzip2{_PACKED}"),
        (rb"\xfd7zXZ\0", f"a file compressed by xz{_PACKED}"),
    )
)
"""Pattern of the first bytes, and the words for a file that has them."""

IS_JSON = "this is JSON, not a CSV; write the names in one line and the numbers below them"

_JSON = re.compile(rb'\s*(?:\{\s*"|\{\s*$|\[\s*[\[{]|\[\s*$)')


def binary(head: bytes) -> str:
    r"""The words for a file that is no text table, and what to do with it; else empty.

    >>> binary(b"PAR1\x15\x04"), binary(b"PAR1,x")
    ('a Parquet file; say --input-format parquet', '')
    """
    return next((what for mark, what in BINARY if mark.match(head)), "")


def is_json(line: bytes) -> bool:
    """Check whether a first line that makes no sense as a header begins a JSON file.

    >>> is_json(b'[{"x": 1}]'), is_json(b"x,y")
    (True, False)
    """
    return _JSON.match(line) is not None
