"""Reads tables: CSV, TSV and Parquet as Arrow record batches, one piece at a time.

Number columns become float64 without nulls; kept columns stay text (CSV) or what they are
(Parquet). A cell that does not fit is an error with row and column, or its row is left out and
listed. Rows are counted from 1 by the text in the file, without the header.

source: the formats, how to open a table of each, and its number of rows, about
base, delimited, parquet: a table; one of text; one of Parquet
number_columns: which Arrow columns hold numbers, and these as doubles
csv_records: splits CSV bytes into whole records
first_bytes: decompresses a text, and knows other files by their first bytes
rejects: counts and lists rows that are left out
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph import lazy

if TYPE_CHECKING:
    from deepgraph.tables.base import Part, Table
    from deepgraph.tables.rejects import Listing, Rejection, Rejects
    from deepgraph.tables.source import Source

__all__ = ["Listing", "Part", "Rejection", "Rejects", "Source", "Table"]

__getattr__, __dir__ = lazy.exports(
    __name__,
    {
        **dict.fromkeys(("Part", "Table"), "tables.base"),
        **dict.fromkeys(("Listing", "Rejection", "Rejects"), "tables.rejects"),
        "Source": "tables.source",
    },
)
