"""The numbers of an assembled network as a spec writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np

from deepgraph.errors import FormatError
from deepgraph.graph.parameter_files import value_misfit
from deepgraph.spec import literals
from deepgraph.spec.records import Normalise, Rescale
from deepgraph.words.messages import shown

if TYPE_CHECKING:
    from numpy.typing import NDArray


def kept(array: NDArray[Any], name: str) -> NDArray[Any]:
    """An array of weights in a type that a file of parameters has."""
    if misfit := value_misfit(array):
        raise FormatError(f"{shown(name)} {misfit}")
    kinds = (np.float16, np.float32, np.float64)
    return array if array.dtype in kinds else array.astype(np.float64)


Scaling = TypeVar("Scaling", Normalise, Rescale)

_DOES_NOTHING = {"mean": 0.0, "scale": 1.0}


def scaling(kind: type[Scaling], given: dict[str, NDArray[np.float64]]) -> Scaling | None:
    """The record of some constants; one number stands for a list of the same."""
    texts = {}
    if (
        "min" in given and "max" in given
    ):  # of a constant column they are equal, which a spec refuses
        above = np.nextafter(given["min"], np.inf)
        given = {**given, "max": np.maximum(given["max"], above)}
    for key, numbers in given.items():
        if misfit := value_misfit(numbers):
            raise FormatError(f"the {key} of a scaler: {misfit}")
        if np.any(numbers != _DOES_NOTHING.get(key)):
            same = np.all(numbers == numbers[0])
            texts[key] = msgspec.Raw(text(numbers[:1])[1:-1] if same else text(numbers))
    return kind(**texts) if texts else None


def text(array: NDArray[Any]) -> bytes:
    """A vector or matrix as JSON, each number the shortest that gives its double."""
    if array.ndim == 1:
        return b"[" + b", ".join(literals.encode(float(number)) for number in array) + b"]"
    return b"[" + b", ".join(text(row) for row in array) + b"]"


def inside(arrays: dict[str, NDArray[Any]]) -> dict[str, msgspec.Raw]:
    """The parameters of a spec that holds its numbers itself."""
    return {name: msgspec.Raw(text(array)) for name, array in arrays.items()}
