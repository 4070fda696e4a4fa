"""A model of ONNX under construction, and its bytes.

The numbers of fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.writers.names import Identifiers
from deepgraph.formats.writers.protobuf import field, fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

_TYPES = {"float32": 1, "int64": 7, "float64": 11}
OPSET, GELU_OPSET = 18, 20
"""The operators of ONNX 1.13, and those of ONNX 1.15 where Gelu is used."""
_IR_VERSION = 8


class Model:
    """A graph of operators; `y = model.op("Add", a, b)` appends one.

    Attributes:
        dtype: of the values.
        names: gives names to tensors.
    """

    def __init__(self, dtype: str) -> None:
        self.dtype = np.dtype(dtype)
        self.names = Identifiers({"inputs", "outputs"})
        self._nodes: list[tuple[str, list[str], str, dict[str, Any]]] = []
        self._tensors: dict[str, NDArray[Any]] = {}
        self._numbers: dict[bytes, str] = {}

    def op(self, name: str, *operands: str, called: str = "", **attributes: Any) -> str:
        """Append an operator; its result is the returned name, like `called` if that is given."""
        result = self.names.new(called or name.lower())
        self._nodes.append((name, list(operands), result, attributes))
        return result

    def tensor(self, values: ArrayLike, name: str = "", *, whole: bool = False) -> str:
        """A constant; numbers are of the type of the values, or `whole`."""
        array = np.array(values, np.int64 if whole else self.dtype)
        if not name:
            key = array.tobytes() + repr((array.shape, array.dtype.str)).encode()
            if key not in self._numbers:
                self._numbers[key] = self.names.new("c")
                self._tensors[self._numbers[key]] = array
            return self._numbers[key]
        name = self.names.new(name)
        self._tensors[name] = array
        return name

    def rename(self, old: str, new: str) -> None:
        """Call the result of an operator otherwise."""
        self._nodes = [
            (
                operator,
                [new if operand == old else operand for operand in operands],
                new if result == old else result,
                attributes,
            )
            for operator, operands, result, attributes in self._nodes
        ]

    def content(
        self, name: str, about: str, inputs: int, outputs: int, metadata: Mapping[str, str]
    ) -> bytes:
        """The file: a graph from `inputs`, (rows, inputs), to `outputs`, (rows, outputs)."""
        opset = GELU_OPSET if any(node[0] == "Gelu" for node in self._nodes) else OPSET
        graph = b"".join(
            [
                fields(1, map(_node, self._nodes, range(1, len(self._nodes) + 1))),
                field(2, name),
                fields(5, (_tensor(key, array) for key, array in self._tensors.items())),
                field(11, self._declared("inputs", inputs)),
                field(12, self._declared("outputs", outputs)),
            ]
        )
        entries = (field(1, key) + field(2, text) for key, text in metadata.items())
        return b"".join(
            [
                field(1, _IR_VERSION + (opset > OPSET)),
                field(2, "deepgraph"),
                field(6, about),
                field(7, graph),
                field(8, field(1, "") + field(2, opset)),
                fields(14, entries),
            ]
        )

    def _declared(self, name: str, width: int) -> bytes:
        """The type of a tensor, (rows, width)."""
        axes = field(1, field(2, "rows")) + field(1, field(1, width))
        kind = field(1, _TYPES[self.dtype.name]) + field(2, axes)
        return field(1, name) + field(2, field(1, kind))


def _node(node: tuple[str, list[str], str, dict[str, Any]], number: int) -> bytes:
    name, operands, result, attributes = node
    return b"".join(
        [
            fields(1, operands),
            field(2, result),
            field(3, f"{name}_{number}"),
            field(4, name),
            fields(5, (_attribute(key, value) for key, value in attributes.items())),
        ]
    )


def _attribute(name: str, value: int | float | str) -> bytes:
    """A float, an integer or a text, with the number of its type."""
    if isinstance(value, str):
        return field(1, name) + field(4, value) + field(20, 3)
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    return field(1, name) + field(2, value) + field(20, 1)


def _tensor(name: str, array: NDArray[Any]) -> bytes:
    little = array.astype(array.dtype.newbyteorder("<"))
    kind = _TYPES[array.dtype.name]
    return fields(1, array.shape) + field(2, kind) + field(8, name) + field(9, little.tobytes())
