"""Reads state dicts of PyTorch: `.pth` and `.pt` of any version, and `.safetensors`.

https://pytorch.org/docs/stable/notes/serialization.html
"""

from __future__ import annotations

import io
import math
import struct
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit, state_dict
from deepgraph.formats.readers.archives import ZIP, Archive
from deepgraph.formats.readers.inert_pickle import Unpickler, names_in
from deepgraph.formats.readers.noted import Noted
from deepgraph.formats.readers.pickle_machine import Global, Instance
from deepgraph.formats.readers.pickled_arrays import MAKERS, MOST_AXES, NUMPY_NAMES
from deepgraph.formats.readers.record import Report
from deepgraph.graph import safetensors
from deepgraph.words.messages import counted, in_quotes, listed, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.record import Imported, Options, Source

TYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "BFloat16Storage": "<u2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}
"""The numbers of each storage; a bfloat16 is the upper half of a float32."""

_NAMES = (
    *NUMPY_NAMES,
    *(f"torch.{name}" for name in TYPES),
    *(f"torch.{name}" for name in ("device", "Size", "float32", "float64", "float16", "Tensor")),
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_parameter",
    "torch.nn.parameter.Parameter",
    "torch.storage.UntypedStorage",
    "torch.serialization._get_layout",
    "argparse.Namespace",
)

_KNOWN = names_in(_NAMES)

MAGIC = 0x1950A86A20F9469CFC6C
"""The first number in a file of PyTorch before 1.6."""

ADVICE = (
    "save its numbers, torch.save(model.state_dict(), FILE), or read the model from memory, "
    "deepgraph.from_torch(model), or export it to ONNX"
)
"""What to do with a model that was saved whole, whose code would have to run."""

NESTED = ("state_dict", "model_state_dict", "model_state", "model", "net", "weights", "params")
"""Where checkpoints keep the state dict, among other things."""


@dataclass(frozen=True)
class _Storage:
    """Numbers of a file, not yet read."""

    kind: str
    key: str
    count: int


MOST_VIEWS = 8
"""How often the numbers of a file may stand in tensors, some of which share them."""


@dataclass(frozen=True)
class _Tensor:
    """A view of a storage."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def with_state(self, _: Any) -> _Tensor:
        """The same: what a pickle adds to a tensor are hooks."""
        return self

    def of(self, numbers: NDArray[Any], name: str) -> NDArray[Any]:
        """The array, from all numbers of its storage."""
        reach = self.offset + sum(
            (size - 1) * step for size, step in zip(self.shape, self.strides, strict=True)
        )
        count = math.prod(self.shape)
        if count and not (count <= len(numbers) and reach < len(numbers)):
            raise FormatError(f"{in_quotes(name)} reaches beyond its numbers")
        steps = tuple(step * numbers.itemsize for step in self.strides)
        view = np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, steps)
        return np.ascontiguousarray(view)


@dataclass(frozen=True)
class State:
    """What a file of a state dict holds.

    Attributes:
        arrays: by name.
        report: names what else it holds.
        noted: what deepgraph's own export has noted in it.
        in_order: true if the arrays stand in the order of the layers.
    """

    arrays: dict[str, NDArray[Any]]
    report: Report
    noted: Noted
    in_order: bool

    def layers(self) -> list[state_dict.Module]:
        """The layers, in the order in which they compute."""
        sure = self.noted.activations() is not None
        return state_dict.layers_of(self.arrays, self.report, in_order=self.in_order, sure=sure)

    def with_activations(self, options: Options) -> Options:
        """The options with the activations that the file notes, unless they name some."""
        if options.activations is not None:
            return options
        return replace(options, activations=self.noted.activations())


def read(source: Source, options: Options) -> Imported:
    """The network of a state dict, in a `.pth`, `.pt` or `.safetensors` file."""
    state = state_of(source)
    tracked = [name for name in state.arrays if name.endswith("num_batches_tracked")]
    if tracked:
        state.report.unused.append(f"{listed(tracked)}: a counter of training")
    options = state.with_activations(options)
    made = state_dict.assembled(state.layers(), options, state.report)
    state.noted.name(made)
    state.noted.scale(made)
    return emit.imported(made, state.report, options, source.name)


def state_of(source: Source) -> State:
    """What a file holds.

    Raises:
        FormatError: it is no state dict, or is damaged.
    """
    if source.path.suffix.lower() == ".safetensors":
        arrays = _safetensors(source)
        noted = Noted(safetensors.remarks(source.content))
        own = noted.activations() is not None  # others sort their arrays by name
        return State(arrays, Report("safetensors"), noted, own)
    report = Report("PyTorch state dict")
    read_arrays = _zipped if source.content.startswith(ZIP) else _old
    return State(read_arrays(source.content, report), report, Noted({}), True)


def _safetensors(source: Source) -> dict[str, NDArray[Any]]:
    stream = io.BytesIO(source.content)
    try:
        entries = safetensors.entries(stream, len(source.content), 1 << 24)
        return {entry.name: entry.read() for entry in entries}
    except ValueError as error:
        raise FormatError(f"{source.name}: not a .safetensors file: {error}") from None


# --- files ----------------------------------------------------------------------------------------


def _zipped(content: bytes, report: Report) -> dict[str, NDArray[Any]]:
    """The tensors of a file of PyTorch since 1.6: an archive with a pickle and raw numbers."""
    archive = Archive(content)
    pickle = archive.ending_in(["data.pkl"])
    if pickle is None:
        raise FormatError("this zip archive has no data.pkl, as that of PyTorch has")
    folder = pickle.removesuffix("data.pkl")
    if f"{folder}constants.pkl" in archive.names:
        raise FormatError(f"this is a TorchScript program, which holds code; {ADVICE}")
    order = f"{folder}byteorder"
    big = order in archive.names and archive.read(order) == b"big"
    tree = Unpickler(archive.read(pickle), _allowed, _makers(), _storage).load()

    @cache  # many tensors may be views of one storage
    def numbers(storage: _Storage) -> NDArray[Any]:
        name = f"{folder}data/{storage.key}"
        kind = np.dtype(TYPES[storage.kind]).newbyteorder(">" if big else "<")
        if archive.size(name) != storage.count * kind.itemsize:
            raise FormatError(f"{in_quotes(name)} in the archive has another size than it says")
        return np.frombuffer(archive.read(name), kind)

    return _arrays(tree, numbers, report)


def _old(content: bytes, report: Report) -> dict[str, NDArray[Any]]:
    """The tensors of a file of PyTorch before 1.6: five pickles, then the storages."""
    place, parts = 0, []
    for _ in range(5):
        machine = Unpickler(content, _allowed, _makers(), _storage, place=place)
        parts.append(machine.load())
        place = machine.place
        if len(parts) == 1 and parts[0] != MAGIC:
            raise FormatError(
                "no state dict of PyTorch; save one with torch.save(model.state_dict(), FILE)"
            )
    tree, keys = parts[3], parts[4]
    known = {tensor.storage.key: tensor.storage for tensor in _inside(tree, {}).values()}
    found: dict[str, NDArray[Any]] = {}
    for key in keys if isinstance(keys, list) else []:
        if place + 8 > len(content):
            raise FormatError("the file is cut off")
        (count,) = struct.unpack_from("<q", content, place)
        kind = np.dtype(TYPES[known[key].kind]) if key in known else None
        if kind is None or count < 0 or place + 8 + count * kind.itemsize > len(content):
            raise FormatError("the file is cut off")
        found[key] = np.frombuffer(content, kind, count, place + 8)
        place += 8 + count * kind.itemsize
    report.producer = "PyTorch before 1.6"
    return _arrays(tree, lambda storage: found[storage.key], report)


def _allowed(found: Global) -> bool:
    """True for a name that a state dict may hold.

    Raises:
        FormatError: it is that of a class of layers, so that this is no state dict.
    """
    if f"{found.module}.".startswith(("torch.nn.modules.", "torch.fx.")):
        raise FormatError(
            "this is a whole model of PyTorch, saved by torch.save(model): "
            f"it names {in_quotes(str(found))}, "
            f"and nothing of it was run; {ADVICE}"
        )
    if not _KNOWN(found):
        raise FormatError(
            f"the pickle names {in_quotes(str(found))}, which no state dict needs; nothing was "
            f"imported or run. If this is a whole model, saved by torch.save(model), {ADVICE}"
        )
    return True


def _storage(key: Any) -> _Storage:
    """A persistent id: ("storage", type, key, device, count, …)."""
    if not isinstance(key, tuple) or len(key) < 5 or key[0] != "storage":
        raise ValueError("a persistent id that PyTorch does not write")
    kind, name, count = key[1], key[2], key[4]
    if not isinstance(kind, Global) or kind.name not in TYPES:
        raise FormatError(f"numbers of the type {in_quotes(str(kind))}, which are not read")
    if type(count) is not int or count < 0:
        raise ValueError("a storage has no size")
    return _Storage(kind.name, str(name), count)


def _makers() -> dict[str, Any]:
    def tensor(given: tuple[Any, ...]) -> _Tensor:
        storage, offset, shape, strides = given[:4]
        sizes = (offset, *shape, *strides)
        if not isinstance(storage, _Storage) or len(shape) != len(strides):
            raise ValueError("a tensor has no storage")
        if len(shape) > MOST_AXES or not all(type(n) is int and n >= 0 for n in sizes):
            raise ValueError("a tensor has an impossible shape")
        return _Tensor(storage, offset, tuple(shape), tuple(strides))

    return MAKERS | {
        "torch._utils._rebuild_tensor": tensor,
        "torch._utils._rebuild_tensor_v2": tensor,
        "torch._utils._rebuild_parameter": lambda given: given[0],
    }


def _tensors(tree: Any, report: Report) -> dict[str, _Tensor]:
    """The tensors of a state dict, or of the one in a checkpoint; the report names the rest."""
    if isinstance(tree, Instance):
        raise FormatError(
            f"an object of the class {in_quotes(str(tree.kind))}, not a state dict; {ADVICE}"
        )
    if not isinstance(tree, dict):
        raise FormatError("this is not a state dict: its top level is not a dictionary of tensors")
    found = {str(key): value for key, value in tree.items() if isinstance(value, _Tensor)}
    nested = next((key for key in NESTED if isinstance(tree.get(key), dict)), None)
    if not found and nested is None:
        raise FormatError(
            "this is not a state dict: its top level holds "
            f"{counted(len(tree), 'entry', 'entries')}, "
            f"{listed([str(key) for key in tree])}, and no tensor"
        )
    rest = {str(key): value for key, value in tree.items() if str(key) not in (*found, nested)}
    report.unused += [f"{name}: {_content(value)}" for name, value in rest.items()]
    return found or _tensors(tree[nested], report)


def _content(value: Any) -> str:
    """What an entry of a checkpoint holds, for the report."""
    if isinstance(value, bool | int | float | str) or value is None:
        return shown(repr(value))
    tensors = _inside(value, {})
    numbers = sum(math.prod(tensor.shape) for tensor in tensors.values())
    return f"{counted(len(tensors), 'tensor')} with {counted(numbers, 'number')}"


def _inside(value: Any, found: dict[int, _Tensor]) -> dict[int, _Tensor]:
    """All tensors in a tree of dictionaries and lists, each once, by identity."""
    stack, seen = [value], set()
    while stack:
        inner = stack.pop()
        if id(inner) in seen:
            continue
        seen.add(id(inner))
        if isinstance(inner, _Tensor):
            found[id(inner)] = inner
        elif isinstance(inner, dict):
            stack += inner.values()
        elif isinstance(inner, list | tuple):
            stack += inner
        elif isinstance(inner, Instance):
            stack += [inner.state, inner.members, inner.entries, inner.arguments]
    return found


def _arrays(tree: Any, numbers: Any, report: Report) -> dict[str, NDArray[Any]]:
    found = {}
    tensors = _tensors(tree, report)
    stored = {tensor.storage.key: tensor.storage.count for tensor in tensors.values()}
    shown_as = sum(math.prod(tensor.shape) for tensor in tensors.values())
    if shown_as > MOST_VIEWS * sum(stored.values()):
        raise FormatError(
            f"its tensors have {shown_as:,} numbers, and only {sum(stored.values()):,} are stored"
        )
    for name, tensor in tensors.items():
        array = tensor.of(numbers(tensor.storage), name)
        if tensor.storage.kind == "BFloat16Storage":
            array = (array.astype(np.uint32) << 16).view(np.float32)
        found[name] = array.astype(array.dtype.newbyteorder("="), copy=False)
    return found
