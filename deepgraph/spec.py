"""The file, format 1: typed records, read and written; DESIGN of the format in docs/format.md.

Records hold what the file holds, nothing derived. Numbers stay text (`msgspec.Raw`), so that
what was written can be shown, compared to its last decimal, and written back unchanged.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Raw

from deepgraph import numeral
from deepgraph.errors import Problem, SpecError
from deepgraph.files import read_bytes, write_bytes

if TYPE_CHECKING:
    import os

VERSION = 1
"""The format that this version writes, and the newest that it reads."""

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


class _Version(msgspec.Struct):
    deepgraph: int | msgspec.UnsetType = msgspec.UNSET


_READERS: dict[int, msgspec.json.Decoder[Spec]] = {1: msgspec.json.Decoder(Spec)}


def read(text: bytes, name: str = "spec") -> Spec:
    """Read a spec from its bytes (UTF-8, a byte order mark is accepted).

    Only the form is checked here; what the spec means is checked by `deepgraph.validate`.

    Args:
        text: the content of the file.
        name: what to call it in messages.

    Raises:
        SpecError: not JSON, an unknown key, a wrong type, a version from the future.
    """
    text = text.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise SpecError([Problem("$", "the file is empty; `deepgraph new 1-2-1` writes one")], name)
    try:
        version = msgspec.json.decode(text, type=_Version).deepgraph
        if version is msgspec.UNSET:
            raise SpecError(
                [Problem("$.deepgraph", f'missing; write "deepgraph": {VERSION}')], name
            )
        if version not in _READERS:
            raise SpecError([Problem("$.deepgraph", _unknown_version(version))], name)
        return _READERS[version].decode(text)
    except msgspec.ValidationError as error:
        raise SpecError([_problem(str(error))], name) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SpecError([_syntax_problem(str(error), text)], name) from None
    except RecursionError:
        raise SpecError([Problem("$", "nested too deeply to be a spec")], name) from None


def load(path: str | os.PathLike[str]) -> Spec:
    """Read a spec file; see `read`.

    Raises:
        FileError: the file cannot be read.
        SpecError: it is not a spec.
    """
    return read(read_bytes(path), str(path))


def _unknown_version(version: int) -> str:
    if version > VERSION:
        return (
            f"this file has format {version}, newer than this deepgraph reads ({VERSION}); "
            "pip install --upgrade deepgraph-nn"
        )
    return f"there is no format {version}; write {VERSION}"


_AT = re.compile(r"(.*?)(?: - at `(?:key in )?(\$.*)`)?", re.DOTALL)
_UNKNOWN_KEY = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)


def _problem(message: str) -> Problem:
    """msgspec's words for a wrong type or key, with what to write."""
    match = _AT.fullmatch(message)
    what, path = (match[1], match[2] or "$") if match else (message, "$")
    unknown = _UNKNOWN_KEY.fullmatch(what)
    if unknown:
        return Problem(path, f'unknown key "{unknown[1]}"; {_suggestion(unknown[1], path)}')
    return Problem(path, what.replace("`", "").replace("Expected", "expected", 1))


_RECORDS: dict[str, type[Record]] = {
    "nodes": Node,
    "edges": Edge,
    "layers": Layer,
    "examples": Example,
    "loss": Loss,
}


def _suggestion(key: str, path: str) -> str:
    import difflib  # only errors need it

    names = re.findall(r"\.([a-z]+)", path)
    record = _RECORDS.get(names[-1], Spec) if names else Spec
    known = record.__struct_encode_fields__
    near = difflib.get_close_matches(key, known, 1)
    return f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(known)}"


def _syntax_problem(message: str, text: bytes) -> Problem:
    """A place in the file for a syntax error, which msgspec gives as a byte offset."""
    what = message.removeprefix("JSON is malformed: ")
    match = re.search(r"\(byte (\d+)\)", what)
    if text.startswith((b"\xff\xfe", b"\xfe\xff")) or text[:2].strip(b"\0") != text[:2]:
        return Problem("$", "this is not UTF-8 (it looks like UTF-16); save the file as UTF-8")
    if match is None:
        return Problem("$", f"not valid JSON: {what}")
    before = text[: int(match[1])]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    what = what.replace(match[0], "").strip()
    return Problem("$", f"not valid JSON: {what}", line, column)


def write(spec: Spec) -> str:
    """The text of a spec: one node and one edge a line, numbers exactly as they were written."""
    parts = []
    for field, default in _fields(spec):
        content = getattr(spec, field)
        if content == default and field != "deepgraph":
            continue
        key = json.dumps(_encoded_name(spec, field))
        if isinstance(content, list):
            lines = ",\n".join(f"    {_inline(item)}" for item in content)
            parts.append(f"  {key}: [\n{lines}\n  ]")
        elif isinstance(content, dict) and field in ("parameters", "groups"):
            lines = ",\n".join(f"    {_text(k)}: {_inline(v)}" for k, v in content.items())
            parts.append(f"  {key}: {{\n{lines}\n  }}")
        else:
            parts.append(f"  {key}: {_inline(content)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def save(spec: Spec, path: str | os.PathLike[str]) -> None:
    """Write a spec file, atomically.

    Raises:
        FileError: the file cannot be written.
    """
    write_bytes(path, write(spec).encode())


def number(given: numeral.Number | None) -> Raw:
    """A number given in Python as a record holds it; `None` is one that is left out.

    Raises:
        ValueError: see `deepgraph.numeral.encode`.
    """
    return Raw(b"null") if given is None else Raw(numeral.encode(given))


def _fields(record: Record) -> list[tuple[str, Any]]:
    """Each field of a record with its default; a field without one has `msgspec.NODEFAULT`."""
    defaults: list[Any] = []
    for field in msgspec.structs.fields(record):
        made = field.default_factory
        defaults.append(field.default if made is msgspec.NODEFAULT else made())
    return list(zip(record.__struct_fields__, defaults, strict=True))


def _encoded_name(record: Record, field: str) -> str:
    return record.__struct_encode_fields__[record.__struct_fields__.index(field)]


def _inline(content: Any) -> str:
    """A value on one line; a number or matrix keeps its own text, line breaks included."""
    if isinstance(content, Raw):
        return bytes(content).decode()
    if isinstance(content, Record):
        items = [
            f"{_text(_encoded_name(content, field))}: {_inline(getattr(content, field))}"
            for field, default in _fields(content)
            if _written(getattr(content, field), default)
        ]
        return "{" + ", ".join(items) + "}"
    if isinstance(content, dict):
        return "{" + ", ".join(f"{_text(k)}: {_inline(v)}" for k, v in content.items()) + "}"
    if isinstance(content, list):
        return "[" + ", ".join(_inline(item) for item in content) + "]"
    return json.dumps(content, ensure_ascii=False)


def _written(content: Any, default: Any) -> bool:
    if isinstance(content, Raw):
        return len(bytes(content)) > 0
    return bool(
        content is not msgspec.UNSET and (content != default or type(content) is not type(default))
    )


def _text(content: str) -> str:
    return json.dumps(content, ensure_ascii=False)
