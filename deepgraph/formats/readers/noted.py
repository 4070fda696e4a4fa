"""What deepgraph's own exports note beside the numbers: names, classes, scaling, activations.

ONNX, Keras and `.safetensors` have room for texts by key; each text here is JSON. A file of another
producer may have texts under the same keys, so that names which do not fit are no notes of ours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.names import as_id
from deepgraph.formats.readers.numbers_in_text import number
from deepgraph.rules.activations import function_problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.functions.written import Function

CONSTANTS = {"normalise": ("min", "max", "mean", "scale"), "rescale": ("mean", "scale")}


@dataclass(frozen=True)
class Noted:
    """The texts of a file by key."""

    texts: Mapping[str, str]

    def name(self, assembly: Assembly) -> None:
        """Give inputs, outputs and the two classes of a lone output their names."""
        banks = [bank for bank in assembly.banks if bank.kind == "input"]
        names = self._names("inputs", sum(bank.size for bank in banks))
        for bank in banks if names else ():
            bank.ids, names = names[: bank.size], names[bank.size :]
        outputs = assembly.outputs
        named = dict(zip(outputs, self._names("outputs", len(outputs)), strict=False))
        for bank in assembly.banks if named else ():
            if set(bank.nodes.tolist()) <= set(outputs):
                bank.ids = [named[node] for node in bank.nodes.tolist()]
        if len(outputs) == 1 and (classes := self._names("classes", 2)):
            assembly.classes = classes
            assembly.threshold = self._threshold()

    def scale(self, assembly: Assembly) -> None:
        """Let the inputs and outputs of a chain of layers scale as those of the network did."""
        first, last = assembly.banks[0], assembly.banks[-1]
        first.normalise |= self.constants("normalise", first.size)
        last.rescale |= self.constants("rescale", last.size)

    def activations(self) -> Sequence[Function] | None:
        """The activations of a chain of layers; `None` if the file does not say them.

        Raises:
            FormatError: the network was no chain of layers.
        """
        found = self._read("activations")
        if self.texts.get("activations") == "null":
            raise FormatError(
                "deepgraph has written these numbers of a network that "
                "is not a chain of layers, for "
                "its module of PyTorch; export that network to ONNX, which holds its structure"
            )
        plain = isinstance(found, list) and all(isinstance(f, str | dict) for f in found)
        return found if plain else None

    def functions(self) -> dict[str, tuple[str, Function]]:
        """By the last layer of some operations what they compute: of which layer, and what."""
        found = self._read("functions")
        if not isinstance(found, dict):
            return {}
        functions: dict[str, tuple[str, Function]] = {}
        for name, entry in found.items():
            told = entry if isinstance(entry, dict) else {}
            source, function = told.get("of"), told.get("activation")
            if not isinstance(source, str) or not isinstance(function, str | dict):
                continue
            if not any(function_problems(function)):
                functions[name] = source, function
        return functions

    def _names(self, key: str, count: int) -> list[str]:
        """A list of so many names; empty if there is none."""
        found = self._read(key)
        is_list = isinstance(found, list) and len(found) == count
        return [as_id(name) for name in found] if is_list and all(map(_is_text, found)) else []

    def _threshold(self) -> float | None:
        text = self.texts.get("threshold", "")
        return number(text, "the threshold in the metadata") if text else None

    def constants(self, key: str, size: int) -> dict[str, NDArray[np.float64]]:
        """The (size,) constants of `normalise` or `rescale` by name; empty if there are none.

        Raises:
            FormatError: they are as many as another number of nodes has.
        """
        found = self._read(key)
        if not isinstance(found, dict):
            return {}
        arrays = {}
        for name in CONSTANTS[key]:
            if name in found:
                array = np.array(found[name], np.float64)
                if array.shape != (size,):
                    raise FormatError(f"the {name} in the metadata has not {size} numbers")
                arrays[name] = array
        return arrays

    def _read(self, key: str) -> Any:
        """The content of a text; `None` if there is none, or it is no JSON."""
        try:
            return json.loads(self.texts.get(key, "null"))
        except (ValueError, RecursionError):
            return None


NOTHING = Noted({})
"""What files without such texts have noted."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
