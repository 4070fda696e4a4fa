"""The file, format 1: typed records, read and written; DESIGN of the format in docs/format.md.

Records hold what the file holds, nothing derived. Numbers stay text (`msgspec.Raw`), so that
what was written can be shown, compared to its last decimal, and written back unchanged.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Raw

from deepgraph import edgecolumns, jsontext, layout, numeral, places
from deepgraph.errors import Problem, SpecError
from deepgraph.files import read_bytes, write_bytes
from deepgraph.form import BROKEN, Form
from deepgraph.lazylist import LazyList

if TYPE_CHECKING:
    import os

    from deepgraph.edgecolumns import Columns

VERSION = 1
"""The format that this version writes, and the newest that it reads."""

LARGE = 1 << 20
"""Bytes of a file from which on its edges are read as columns first."""

Kind = Literal["input", "bias", "hidden", "output"]
Function = str | dict[str, str | int | float]
"""An activation: its name, or an object with `name`, its parameters, and `group` for softmax."""

ABSENT = Raw()
"""A number that the file does not hold."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The base of all records: frozen, and an unknown key is an error."""


class Node(Record, frozen=True):
    """One neuron, input or bias node."""

    id: str
    kind: Kind = "hidden"
    activation: Function = "identity"
    aggregation: str = "sum"
    label: str | None = None
    layer: str | None = None
    value: Raw = ABSENT
    trainable: bool = True
    note: str | None = None


class Edge(Record, frozen=True):
    """One connection; a wire if it has neither label nor weight."""

    source: str
    target: str
    label: str | None = None
    weight: Raw = ABSENT
    trainable: bool = True
    note: str | None = None


class Layer(Record, frozen=True):
    """A dense layer, kept as a matrix."""

    id: str
    size: int
    activation: Function = "identity"
    weights: str | None = None
    bias: str | msgspec.UnsetType | None = msgspec.UNSET
    sources: list[str] | None = msgspec.field(default=None, name="from")
    names: list[str] | None = None
    note: str | None = None


class Loss(Record, frozen=True):
    """The loss of an example and its published value."""

    name: str
    expect: Raw = ABSENT
    reduction: Literal["mean", "sum"] = "mean"


class Example(Record, frozen=True):
    """A test case of the spec itself, which `deepgraph check` recomputes."""

    name: str | None = None
    source: str | None = None
    note: str | None = None
    inputs: dict[str, Raw] = {}
    expect: dict[str, Raw] = {}
    pre_activations: dict[str, Raw] = {}
    targets: dict[str, Raw] = {}
    loss: Loss | None = None
    gradients: dict[str, Raw] = {}
    node_gradients: dict[str, Raw] = {}
    learning_rate: Raw = ABSENT
    updated: dict[str, Raw] = {}
    table: str | None = None
    class_column: str | None = msgspec.field(default=None, name="class")
    accuracy: Raw = ABSENT
    tolerance: Raw = ABSENT


class Spec(Record, frozen=True, kw_only=True):
    """A whole spec file."""

    schema: str | None = msgspec.field(default=None, name="$schema")
    deepgraph: int
    name: str | None = None
    title: str | None = None
    description: str | None = None
    source: str | None = None
    note: str | None = None
    layers: list[Layer] = []
    nodes: list[Node] = []
    edges: list[Edge] = []
    parameters: dict[str, Raw] | str = {}
    groups: dict[str, list[str]] = {}
    examples: list[Example] = []
    style: dict[str, Any] = {}


class Edges(LazyList[Edge]):
    """The edges of a large file: columns at once, records when they are asked for.

    Args:
        columns: what they hold.
        text: the list, as the file has it.
    """

    def __init__(self, columns: Columns, text: memoryview) -> None:
        super().__init__(len(columns.source), lambda: _EDGES.decode(text))
        self.columns = columns


_EDGES = msgspec.json.Decoder(list[Edge])


class _Version(msgspec.Struct):
    deepgraph: Raw = ABSENT


_READERS: dict[int, msgspec.json.Decoder[Spec]] = {1: msgspec.json.Decoder(Spec)}


@dataclass
class Parsed:
    """What reading a file gives, problems included.

    Attributes:
        spec: the records, without what is wrong in them; `None` if nothing can be read.
        problems: every mistake of form.
        more: how many further ones were counted.
        doubtful: keys with a mistake, as `Node.kind`.
        content: sound JSON in which the problems have their places; empty if there is none.
    """

    spec: Spec | None
    problems: list[Problem]
    more: int = 0
    content: bytes = b""
    doubtful: set[str] = field(default_factory=set)


def parse(content: bytes) -> Parsed:
    """Read a spec from its bytes, whatever they are; see `read`."""
    parsed = _parse_large(places.without_mark(content)) if len(content) >= LARGE else None
    if parsed is not None:
        return parsed
    checked = jsontext.check(content)
    if checked.usable is None:
        return Parsed(None, checked.problems)
    parsed = _parse_json(checked.usable)
    parsed.problems[:0] = checked.problems
    parsed.more += checked.more
    parsed.content = checked.usable
    return parsed


def _parse_large(content: bytes) -> Parsed | None:
    """A file whose edges are sound, without a record for each; `None` for any other."""
    found = edgecolumns.read(content)
    if found is None:
        return None
    start, end, columns = found
    rest = content[:start] + b"[]" + content[end:]
    if jsontext.check(rest).problems:
        return None
    parsed = _parse_json(rest)
    if parsed.problems or parsed.spec is None:
        return None
    edges = Edges(columns, memoryview(content)[start:end]) if len(columns.source) else []
    return Parsed(msgspec.structs.replace(parsed.spec, edges=edges), [], content=content)


def _parse_json(content: bytes) -> Parsed:
    try:
        written = bytes(msgspec.json.decode(content, type=_Version).deepgraph)
        if not written:
            message = f'missing; write "deepgraph": {VERSION}'
            return Parsed(None, [Problem("$.deepgraph", message, rule="version")])
        if re.fullmatch(rb"-?[0-9]+", written):
            if written != b"%d" % VERSION:
                message = _unknown_version(written)
                return Parsed(None, [Problem("$.deepgraph", message, rule="version")])
            return Parsed(_READERS[VERSION].decode(content), [])
    except (msgspec.DecodeError, RecursionError):
        pass  # looked at more closely
    form = Form()
    found = form.read(content.strip(), Spec)
    whole = None if found is BROKEN else found
    return Parsed(whole, form.problems, form.more, doubtful=form.doubtful)


def read(text: bytes, name: str = "spec") -> Spec:
    """Read a spec from its bytes (UTF-8, a byte order mark is accepted).

    Only the form is checked here; what the spec means is checked by `deepgraph.validate`.

    Args:
        text: the content of the file.
        name: what to call it in messages.

    Raises:
        SpecError: no JSON, an unknown key, a wrong type, a version from the future; with every
            such mistake.
    """
    parsed = parse(text)
    if parsed.problems or parsed.spec is None:
        raise SpecError(places.located(parsed.problems, parsed.content), name, parsed.more)
    return parsed.spec


def load(path: str | os.PathLike[str]) -> Spec:
    """Read a spec file; see `read`.

    Raises:
        FileError: the file cannot be read.
        SpecError: it is not a spec.
    """
    return read(read_bytes(path), str(path))


def _unknown_version(written: bytes) -> str:
    text = numeral.shown(written, 20)
    if not written.startswith(b"-") and written.strip(b"0"):
        return (
            f"this file has format {text}, newer than this deepgraph reads ({VERSION}); "
            "pip install --upgrade deepgraph-nn"
        )
    return f"there is no format {text}; write {VERSION}"


def write(spec: Spec) -> str:
    """The text of a spec in the canonical layout, numbers exactly as they were written."""
    return layout.lay_out(_tree_of(spec), Spec)


def save(spec: Spec, path: str | os.PathLike[str]) -> None:
    """Write a spec file, atomically.

    Raises:
        FileError: the file cannot be written.
    """
    write_bytes(path, write(spec).encode())


def checked(spec: Spec, name: str) -> Spec:
    """The same spec, its types held to the format: for records that were made in Python.

    Raises:
        SpecError: a field has a wrong type.
    """
    try:
        text = write(spec).encode()
    except (AttributeError, TypeError, ValueError) as error:
        problem = Problem("$", f"something here is no text, number or list of a spec: {error}")
        raise SpecError([problem], name) from None
    return read(text, name)


def number(given: numeral.Number | None) -> Raw:
    """A number given in Python as a record holds it; `None` is one that is left out.

    Raises:
        ValueError: see `deepgraph.numeral.encode`.
    """
    return Raw(b"null") if given is None else Raw(numeral.encode(given))


def _tree_of(record: Record) -> dict[str, layout.Tree]:
    """The keys of a record that hold something, as `deepgraph.layout` lays them out."""
    names = zip(record.__struct_fields__, record.__struct_encode_fields__, strict=True)
    fields = zip(names, _defaults(type(record)), strict=True)
    return {
        key: _tree(content)
        for (name, key), default in fields
        if _written(content := getattr(record, name), default)
    }


def _tree(content: Any) -> layout.Tree:
    if isinstance(content, Raw):
        text = bytes(content).decode()
        return layout.tree(text) if text[0] in "[{" else text
    if isinstance(content, Record):
        return _tree_of(content)
    if isinstance(content, dict):
        return {key: _tree(value) for key, value in content.items()}
    if isinstance(content, list | LazyList):
        return [_tree(item) for item in content]
    return json.dumps(content, ensure_ascii=False)


@cache
def _defaults(kind: type[Record]) -> list[Any]:
    """Of each field its default; of one without it `msgspec.NODEFAULT`."""
    found: list[Any] = []
    for known in msgspec.structs.fields(kind):
        made = known.default_factory
        found.append(known.default if made is msgspec.NODEFAULT else made())
    return found


def _written(content: Any, default: Any) -> bool:
    if isinstance(content, Raw):
        return len(bytes(content)) > 0
    return bool(
        content is not msgspec.UNSET and (content != default or type(content) is not type(default))
    )
