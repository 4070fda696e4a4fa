"""The formats of results: a row for each, with its suffixes and the class that writes it.

Nothing here needs numpy or pyarrow; the writers are imported when one is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from deepgraph.scoring.results import Writer

FormatName = Literal["csv", "jsonl", "parquet"]


class Format(NamedTuple):
    """A format of results: the suffixes of its files, and the name of its `Writer`."""

    suffixes: tuple[str, ...]
    writer: str


FORMATS: dict[FormatName, Format] = {
    "csv": Format((".csv",), "CsvWriter"),
    "jsonl": Format((".jsonl", ".ndjson"), "JsonLinesWriter"),
    "parquet": Format((".parquet", ".pq"), "ParquetWriter"),
}

SUFFIXES = {suffix: name for name, row in FORMATS.items() for suffix in row.suffixes}


def writer_of(name: FormatName) -> type[Writer]:
    """The class that writes a format."""
    from deepgraph.scoring import results

    writer: type[Writer] = getattr(results, FORMATS[name].writer)
    return writer
