"""Networks of other tools: from a file, or from the object that lies in memory."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from deepgraph.formats.readers import emit, table
from deepgraph.formats.readers.record import Options
from deepgraph.network import Network

if TYPE_CHECKING:
    import os

    from deepgraph.formats.readers.record import Imported


def from_file(path: str | os.PathLike[str], format: str | None = None, **options: Any) -> Network:
    """The network in a file of another tool; docs/import.md lists the formats.

    Nothing in the file is run, and no other file is opened but those that the options name.

    Args:
        path: the file.
        format: its format; by default its suffix and its content say it.
        options: those of `deepgraph import`: `scaler`, `activations`, `output`, `inputs`,
            `outputs`, `config`, `names` (a list) and `max_edges`.

    Raises:
        FormatError: the file is of no known format, is damaged, or holds what no spec can.
        FileError: a file cannot be read.
    """
    return network_of(table.read(str(path), Options(**options), format))


def network_of(imported: Imported) -> Network:
    """The network of what a reader gives, with all numbers inside its spec."""
    spec = emit.with_numbers(imported)
    return Network(spec, spec.name or "network")


OPTIONS = tuple(known.name for known in fields(Options))
"""The names of all options."""
