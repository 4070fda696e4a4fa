"""One call of an operator of ONNX: its node, the values of its inputs, its attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.banks import Nodes, Pending
from deepgraph.formats.readers.names import readable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.onnx_file import OnnxNode
    from deepgraph.formats.readers.record import Report

Value = Any
"""An array, `Nodes` or `Pending`; `None` for an input that is left out."""

CHOICE = "the choice of a class, which is not a number"
"""Why the label of a classifier is no output."""


@dataclass
class Call:
    """One node of the graph with the values of its inputs.

    Attributes:
        names: the names of its inputs.
        batch: the number of rows that the file fixes; its tensors are read with one row.
        makers: the nodes that make its inputs; `None` for one that no node makes.
    """

    assembly: Assembly
    report: Report
    node: OnnxNode
    values: list[Value]
    names: list[str]
    opset: int
    batch: int = 1
    makers: tuple[OnnxNode | None, ...] = ()

    def value(self, place: int) -> Value:
        """The value of an input; `None` if it is left out."""
        return self.values[place] if place < len(self.values) else None

    def tensor(self, place: int = 0) -> Tensor:
        """An input that the network computes.

        Raises:
            FormatError: it is a constant or is left out.
        """
        found = self.value(place)
        if not isinstance(found, Nodes | Pending):
            raise self.refusal("its input is not a tensor of numbers that the network computes")
        return found

    def operands(self) -> list[Value]:
        """The two inputs of arithmetic; before opset 7 `axis` says where the second one lies."""
        left, right = self.values[:2]
        axis = self.get("axis")
        if self.opset < 7 and axis is not None:
            rank = len(left.shape)
            behind = rank - axis % max(rank, 1) - len(right.shape)
            shape = (*right.shape, *[1] * behind)
            is_constant = isinstance(right, np.ndarray)
            right = right.reshape(shape) if is_constant else self.assembly.reshaped(right, shape)
        return [left, right]

    def constant(self, place: int, what: str) -> NDArray[Any]:
        """An input that has to be a constant."""
        found = self.value(place)
        if not isinstance(found, np.ndarray):
            raise self.refusal(f"{what} is computed, and a spec holds only a constant one")
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute."""
        found = self.node.attributes.get(name)
        return default if found is None else found

    def name_of(self, place: int) -> str | None:
        """What the file calls a constant, if a person gave it that name."""
        return readable(self.names[place]) if place < len(self.names) else None

    def refusal(self, what: str) -> FormatError:
        """An error by the name of this node."""
        return FormatError(f"{self.node.label}: {what}")
