"""One layer of Keras: its configuration, its weights, and what messages call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.record import Report

RENAMED = {
    "output_dim": "units",
    "bias": "use_bias",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "pool_length": "pool_size",
    "stride": "strides",
    "atrous_rate": "dilation_rate",
}
"""What Keras 1 called the settings of layers."""


@dataclass
class Layer:
    """A layer with its weights, and how it is called in messages.

    Attributes:
        version: of Keras, its first number.
    """

    assembly: Assembly
    report: Report
    kind: str
    name: str
    config: dict[str, Any]
    weights: list[NDArray[Any]]
    version: int

    def get(self, key: str, default: Any = None) -> Any:
        """A setting of the layer, by its name of today."""
        for old, new in RENAMED.items():
            if new == key and old in self.config and key not in self.config:
                key = old
        found = self.config.get(key)
        return default if found is None else found

    def pair(self, key: str, axes: int, default: Any = 1) -> list[int]:
        """A setting with a number for each spatial axis."""
        found = self.get(key, default)
        return [int(n) for n in (found if isinstance(found, list | tuple) else [found] * axes)]

    def refusal(self, what: str) -> FormatError:
        """An error by the name of this layer."""
        return FormatError(f'{self.kind} "{self.name}": {what}')

    def weight(self, place: int) -> NDArray[Any]:
        """One of its weights."""
        if place >= len(self.weights):
            raise self.refusal(f"the file holds {counted(len(self.weights), 'array')} for it")
        return self.weights[place]

    def named(self, last: str) -> str:
        """The name of one of its weights."""
        return f"{self.name}.{last}"
