"""The content of an ONNX file as records; https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.

Numbers beside the file are read only from its own folder: see `deepgraph.files.open_beside`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FileError, FormatError, MissingFileError
from deepgraph.files import open_beside
from deepgraph.formats.readers.banks import spelled
from deepgraph.formats.readers.protobuf import Message
from deepgraph.formats.readers.record import LARGEST_FILE
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MOST_NODES = 100_000
MOST_AXES = 32

TYPES = {
    1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2",
    11: "<f8", 12: "<u4", 13: "<u8", 16: "<u2",
}  # fmt: skip
"""Types of numbers; 16 is bfloat16, the upper half of a float32."""

NAMES = {8: "texts", 14: "complex numbers", 15: "complex numbers", 16: "bfloat16"}


@dataclass(frozen=True)
class OnnxNode:
    """One node of the graph.

    Attributes:
        label: for messages: its type with its name, or with the name of its first output.
    """

    op: str
    domain: str
    name: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]

    @property
    def label(self) -> str:
        """The node in messages."""
        named = self.name or (self.outputs[0] if self.outputs else "")
        return f"{self.op} {in_quotes(named)}"


@dataclass(frozen=True)
class Axes:
    """The name of an input or output, and its shape: a number, a name or nothing for each axis."""

    name: str
    shape: list[int | str | None] | None


@dataclass
class OnnxModel:
    """What a file holds.

    Attributes:
        opset: the version of each domain; the domain of ONNX itself is empty.
        metadata: what the producer has noted, texts by key.
        constants: the initializers by name, arrays or what is read when it is asked for.
    """

    producer: str
    opset: dict[str, int]
    nodes: list[OnnxNode]
    constants: dict[str, Any]
    inputs: list[Axes]
    outputs: list[Axes]
    functions: list[str] = field(default_factory=list)
    folder: Path | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    def constant(self, name: str) -> NDArray[Any]:
        """The numbers of an initializer."""
        found = self.constants[name]
        return tensor(found, self.folder) if isinstance(found, Message) else found

    def size(self, name: str) -> int:
        """How many numbers an initializer has."""
        found = self.constants[name]
        return math.prod(found.integers(1).tolist()) if isinstance(found, Message) else found.size


def parse(content: bytes, folder: Path | None) -> OnnxModel:
    """Read the content of a file.

    Args:
        content: of the file.
        folder: where the file lies; numbers may stand in other files there.

    Raises:
        FormatError: it is damaged.
    """
    whole = Message(memoryview(content))
    if 7 not in whole:
        raise FormatError("this is not an ONNX model: it has no graph")
    graph = whole.message(7)
    nodes = [_node(message, folder) for message in graph.messages(1)]
    if len(nodes) > MOST_NODES:
        raise FormatError(f"a graph of {len(nodes):,} nodes; at most {MOST_NODES:,}")
    if 15 in graph:
        raise FormatError("a graph with sparse initializers, which are not read")
    names = ("ai.onnx", "")
    opset = {m.text(1): m.integer(2) for m in whole.messages(8)}
    opset[""] = max(opset.get(name, 0) for name in names) or 1
    return OnnxModel(
        " ".join(part for part in (whole.text(2), whole.text(3)) if part),
        opset,
        nodes,
        {message.text(8): message for message in graph.messages(5)},
        [_axes(message) for message in graph.messages(11)],
        [_axes(message) for message in graph.messages(12)],
        [message.text(1) for message in whole.messages(25)],
        folder,
        {message.text(1): message.text(2) for message in whole.messages(14)},
    )


def _node(message: Message, folder: Path | None) -> OnnxNode:
    attributes = {m.text(1): _attribute(m, folder) for m in message.messages(5)}
    return OnnxNode(
        message.text(4),
        message.text(7).removeprefix("ai.onnx").removeprefix("."),
        message.text(3),
        message.texts(1),
        message.texts(2),
        attributes,
    )


def _attribute(message: Message, folder: Path | None) -> Any:
    """The value of an attribute, by its type; a graph is only said to be there."""
    kinds: dict[int, Any] = {
        1: lambda: message.single(2),
        2: lambda: message.integer(3),
        3: lambda: message.text(4),
        4: lambda: tensor(message.message(5), folder),
        6: lambda: message.floats(7, "<f4").astype(np.float64).tolist(),
        7: lambda: message.integers(8).tolist(),
        8: lambda: message.texts(9),
    }
    kind = message.integer(20)
    if not kind:  # files of the first version do not say it
        fields = {2: 1, 3: 2, 4: 3, 5: 4, 7: 6, 8: 7, 9: 8}
        kind = next((kind for number, kind in fields.items() if number in message), 0)
    return kinds[kind]() if kind in kinds else None


def _axes(message: Message) -> Axes:
    """Name and shape; the shape is `None` for anything but a tensor of known rank."""
    kind = message.message(2).message(1)
    if 2 not in kind:
        return Axes(message.text(1), None)
    axes = kind.message(2).messages(1)
    shape = [axis.integer(1) if 1 in axis else axis.text(2) or None for axis in axes]
    return Axes(message.text(1), shape)


# --- numbers --------------------------------------------------------------------------------------


def tensor(message: Message, folder: Path | None) -> NDArray[Any]:
    """The numbers of a tensor.

    Raises:
        FormatError: they do not fit its shape, or are of a type that is not read.
        FileError: they are in another file, which does not lie in the folder.
    """
    name, shape = in_quotes(message.text(8)), message.integers(1).tolist()
    kind = message.integer(2)
    if kind == 8:
        return _texts(message, shape)
    if kind not in TYPES:
        raise FormatError(f"the tensor {name} holds {NAMES.get(kind, f'numbers of type {kind}')}")
    if len(shape) > MOST_AXES or any(size < 0 for size in shape):
        raise FormatError(f"the tensor {name} has an impossible shape")
    count, numbers = math.prod(shape), np.dtype(TYPES[kind])
    if message.integer(14) == 1:
        content: Any = _beside(message, folder, count * numbers.itemsize)
        data = np.frombuffer(content, numbers)
    elif 9 in message:
        content = message.bytes(9)
        if len(content) != count * numbers.itemsize:
            raise FormatError(f"the bytes of {name} do not fit its shape {spelled(shape)}")
        data = np.frombuffer(content, numbers)
    else:
        data = _listed(message, kind)
        if len(data) != count:
            raise FormatError(
                f"the tensor {name} holds {len(data):,} numbers, not those of {spelled(shape)}"
            )
    if kind == 16:
        data = (data.astype(np.uint32) << 16).view(np.float32)
    return data.reshape(shape)


def _texts(message: Message, shape: list[int]) -> NDArray[Any]:
    found = message.texts(6)
    if len(found) != math.prod(shape):
        raise FormatError(f"the tensor {in_quotes(message.text(8))} does not fit its shape")
    return np.array(found, object).reshape(shape)


def _listed(message: Message, kind: int) -> NDArray[Any]:
    """Numbers that stand one by one; small ones share a list of larger ones."""
    if kind == 1:
        return message.floats(4, "<f4")
    if kind == 11:
        return message.floats(10, "<f8")
    if kind == 7:
        return message.integers(7)
    if kind in (12, 13):
        return message.integers(11).astype(TYPES[kind])
    data = message.integers(5)
    if kind == 10:
        return data.astype(np.uint16).view(np.float16)
    return data.astype(TYPES[kind])


def _beside(message: Message, folder: Path | None, size: int) -> bytes:
    """The bytes of a tensor in another file of the same folder."""
    told = {entry.text(1): entry.text(2) for entry in message.messages(13)}
    name, place = told.get("location", ""), in_quotes(message.text(8))
    if folder is None:
        raise FormatError(
            f"the numbers of {place} are in another file, which a model in memory lacks"
        )
    offset, length = told.get("offset", "0"), told.get("length", str(size))
    if not offset.isdecimal() or length != str(size) or len(offset) > 18:
        raise FormatError(f"the numbers of {place} are said to be at an impossible place")
    if size > LARGEST_FILE:
        raise FormatError(f"the numbers of {place} have more than {LARGEST_FILE >> 30} GiB")
    try:
        with open_beside(folder, name) as stream:
            stream.seek(int(offset))
            found = stream.read(size)
    except MissingFileError:
        raise FormatError(
            f"the numbers of {place} are in {in_quotes(name)}, which does not lie beside the file"
        ) from None
    except FileError as error:
        what = str(error).replace("beside the spec", "beside it").replace("the spec's", "its")
        raise FormatError(f"the numbers of {place} are in another file: {what}") from None
    if len(found) != size:
        raise FormatError(f"{in_quotes(name)} ends before the numbers of {place}")
    return found
