"""What a reader of another tool's network gets and gives."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.files import read_bytes
from deepgraph.words.messages import counted, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    import numpy as np
    from numpy.typing import NDArray

    from deepgraph.functions.written import Function
    from deepgraph.spec.records import Spec

MOST_EDGES = 200_000
"""The default of the largest number of edges that a network is unrolled to."""

LARGEST_FILE = 1 << 31
"""The largest size in bytes of a file, or of what a file unpacks to."""


@dataclass(frozen=True)
class Scale:
    """What a scaler does to each input: (clip(z) − mean)/scale, arrays of (inputs,).

    Attributes:
        mean: what is taken away.
        scale: what the rest is divided by.
        low: the least value, if it has one.
        high: the largest value, if it has one.
        name: of the scaler, for messages.
        columns: the names of the columns that it was fitted on, if it knows them.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
    name: str = "a scaler"
    columns: tuple[str, ...] | None = None

    def given(self) -> dict[str, NDArray[np.float64]]:
        """The arrays by their names in a spec, without those that do nothing."""
        found = {"min": self.low, "max": self.high, "mean": self.mean, "scale": self.scale}
        return {key: value for key, value in found.items() if value is not None}

    def require(self, size: int) -> None:
        """Check that it has a column for each input.

        Raises:
            FormatError: it has not.
        """
        if len(self.mean) != size:
            raise FormatError(
                f"{self.name}: {counted(len(self.mean), 'column')} for {counted(size, 'input')}"
            )

    @property
    def told(self) -> str:
        """What the report says where it was merged."""
        return f"{self.name}, into the inputs, which take raw values"


@dataclass(frozen=True)
class Options:
    """What a person says beside the file.

    Attributes:
        scaler: the scaler that the inputs went through: its file, or itself.
        scale: what that scaler does.
        activations: of the layers, where the file holds none.
        output: the name of the one output to keep.
        inputs: names of the inputs of a genome, or how many there are.
        outputs: names of its outputs, or how many there are.
        config: the configuration file of a genome.
        delimiter: of a list of edges; by default the first of comma, semicolon and tab in it.
        names: names of the inputs, perhaps with those of the outputs behind.
        max_edges: the most edges of a network that is unrolled.
    """

    scaler: Any = None
    scale: Scale | None = None
    activations: Sequence[Function] | None = None
    output: str | None = None
    inputs: Sequence[str] | int | None = None
    outputs: Sequence[str] | int | None = None
    config: str | None = None
    delimiter: str | None = None
    names: Sequence[str] | None = None
    max_edges: int = MOST_EDGES


@dataclass
class Report:
    """What became of the things in a file, or in an object; as text it is a line for each.

    Attributes:
        format: the name of the format.
        producer: what wrote the file, with its version; empty if unknown.
        merged: what went into other numbers, a line each.
        unused: numbers of the file that the network does not use, a line each.
        left_out: outputs that a spec cannot express, with the reason.
        notes: what else a person should know.
    """

    format: str
    producer: str = ""
    merged: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report as lines of text."""
        kinds = {
            "Merged": self.merged,
            "Not used": self.unused,
            "Left out": self.left_out,
            "Note": self.notes,
        }
        return [f"{kind}: {line}" for kind, found in kinds.items() for line in found]

    def __str__(self) -> str:
        """The report as text."""
        made_by = f" by {self.producer}" if self.producer else ""
        return "\n".join([f"Read {self.format}{made_by}.", *self.lines()])


@dataclass
class Imported:
    """A network that was read.

    Attributes:
        spec: its parameters are numbers, or the name of a file that is still to be written.
        arrays: the content of that file, by name; empty if the spec holds its numbers.
        report: what became of the things in the file.
    """

    spec: Spec
    arrays: dict[str, NDArray[Any]]
    report: Report


@dataclass(frozen=True)
class Source:
    """A file to read.

    Attributes:
        path: where it lies.
        content: its bytes.
    """

    path: Path
    content: bytes

    @classmethod
    def of(cls, path: str | PathLike[str]) -> Source:
        """The content of a file.

        Raises:
            FileError: it cannot be read.
            FormatError: it is too large.
        """
        size = Path(path).stat().st_size if Path(path).is_file() else 0
        if size > LARGEST_FILE:
            raise FormatError(f"{path}: more than {LARGEST_FILE >> 30} GiB")
        return cls(Path(path), read_bytes(path))

    @property
    def name(self) -> str:
        """The name of the file, without its folder; � for bytes that are no character."""
        return shown(os.fsencode(self.path.name).decode("utf-8", "replace"), 200)

    def text(self) -> str:
        """The content as text.

        Raises:
            FormatError: it is no UTF-8.
        """
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FormatError(f"{self.name}: byte {error.start:,} is not UTF-8 text") from None
