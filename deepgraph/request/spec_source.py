"""The spec of a request: a file or a text -> the network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.errors import FileError
from deepgraph.files import note_input, read_bytes
from deepgraph.loading import loads
from deepgraph.options.shared import INIT
from deepgraph.request.caller import NO_SEED, PAGE, Caller
from deepgraph.spec import reading

if TYPE_CHECKING:
    from deepgraph.network import Network
    from deepgraph.options.shared import Method


@dataclass(frozen=True)
class SpecSource:
    """A spec as a person gives it.

    Attributes:
        name: what messages call it.
        path: of its file; `None` for a text.
        text: of a spec without a file.
        folder: where the files lie that a text names; `None` is nowhere.
    """

    name: str
    path: str | None = None
    text: str | bytes = ""
    folder: Path | None = None

    @cached_property
    def content(self) -> bytes:
        """The bytes of the spec, read once.

        Raises:
            FileError: the file cannot be read.
        """
        if self.path is not None:
            return read_bytes(self.path, ".json")
        text = self.text
        return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text

    @property
    def beside(self) -> Path | None:
        """The folder of the files that the spec names."""
        return self.folder if self.path is None else Path(self.path).parent

    @property
    def parameter_file(self) -> Path | None:
        """The file of parameters that the spec names, if it may name it; it need not exist."""
        try:
            spec = reading.parse(self.content).spec
        except FileError:
            return None
        if spec is None or not isinstance(spec.parameters, str) or self.beside is None:
            return None
        from deepgraph.graph.parameter_files import place  # imports zipfile; few specs have one

        return place(spec.parameters, self.beside)

    def note_files(self) -> None:
        """Note the files that the spec names as read, so that no output replaces them."""
        spec, folder = reading.parse(self.content).spec, self.beside
        if spec is not None and folder is not None:
            for name in spec.files:
                note_input(folder / name)

    def network(
        self, seed: int | None = None, init: Method | None = None, caller: Caller = PAGE
    ) -> Network:
        """The network; with a seed, its missing values are drawn.

        Args:
            seed: the same one draws the same values.
            init: the method of drawing.
            caller: for messages.

        Raises:
            FileError: the spec cannot be read.
            SpecError: it is not valid.
            OptionError: a method without a seed.
        """
        found = loads(self.content, self.name, self.beside)
        if seed is not None:
            return found.initialised(seed, init or INIT.default)
        if init is not None:
            raise caller.refusal(NO_SEED)
        return found
