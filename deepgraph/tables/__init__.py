"""Tables in: CSV, TSV and Parquet as Arrow record batches, one piece at a time.

Number columns arrive as float64 without nulls, kept columns as text (CSV) or as they are
(Parquet). Whatever does not fit is an error with row and column, or is listed and left out; rows
are counted from 1 by the text in the file, the header not among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph import lazy

if TYPE_CHECKING:
    from deepgraph.tables.base import Part, Table
    from deepgraph.tables.rejects import Listing, Rejection, Rejects
    from deepgraph.tables.source import Source, first_rows, format_of, rows_at

__all__ = [
    "Listing",
    "Part",
    "Rejection",
    "Rejects",
    "Source",
    "Table",
    "first_rows",
    "format_of",
    "rows_at",
]

__getattr__, __dir__ = lazy.exports(
    __name__,
    {
        **dict.fromkeys(("Part", "Table"), "tables.base"),
        **dict.fromkeys(("Listing", "Rejection", "Rejects"), "tables.rejects"),
        **dict.fromkeys(("Source", "first_rows", "format_of", "rows_at"), "tables.source"),
    },
)
