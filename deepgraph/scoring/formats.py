"""The formats of results: a row for each, with its suffixes and the class that writes it.

Nothing here needs numpy or pyarrow; a writer is imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

if TYPE_CHECKING:
    from deepgraph.scoring.results import Writer

FormatName = Literal["csv", "jsonl", "parquet"]


class Format(NamedTuple):
    """A format of results.

    Attributes:
        suffixes: of its files.
        writer: module and name of the class that writes it, a `Writer`.
    """

    suffixes: tuple[str, ...]
    writer: str


FORMATS: dict[FormatName, Format] = {
    "csv": Format((".csv",), "results.CsvWriter"),
    "jsonl": Format((".jsonl", ".ndjson"), "results.JsonLinesWriter"),
    "parquet": Format((".parquet", ".pq"), "results.ParquetWriter"),
}

SUFFIXES = {suffix: name for name, row in FORMATS.items() for suffix in row.suffixes}


def writer_of(name: FormatName) -> type[Writer]:
    """The class that writes a format."""
    module, _, writer = FORMATS[name].writer.partition(".")
    return cast("type[Writer]", getattr(import_module(f"deepgraph.scoring.{module}"), writer))
