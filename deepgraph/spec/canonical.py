"""Writes a spec in its canonical layout: a line for each node and edge, every value as written.

A file becomes a tree whose leaves are pieces of its text, so that `1.30` stays `1.30` and an escape
stays an escape. Only the keys are encoded anew, in the order of the records' fields.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WIDTH = 100
"""Characters; an object stays on one line if the line is no longer than this."""

Tree = str | list["Tree"] | dict[str, "Tree"]
"""A JSON value: leaves are pieces of the text, keys are decoded."""

Object = dict[str, Tree]
"""The tree of a JSON object."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^\s\[\]{},:"]+|[\[\]{}]')


def tree(text: str) -> Tree:
    """The tree of a sound JSON text.

    >>> tree('{"a": [1.30, "1/3"]}')
    {'a': ['1.30', '"1/3"']}
    """
    try:
        members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:  # no object, or a key that is no Unicode
        return _scanned(text)
    return {key: _section(bytes(member)) for key, member in members.items()}


def _section(text: bytes) -> Tree:
    """The tree of a section: quickly, if it is a list of records or an object."""
    kind: Any = {b"[": list[dict[str, msgspec.Raw]], b"{": dict[str, msgspec.Raw]}.get(text[:1])
    if kind is None:
        return text.decode()
    try:
        found = msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError:
        return _scanned(text.decode())
    if isinstance(found, list):
        return [{key: _leaf(bytes(value)) for key, value in record.items()} for record in found]
    return {key: _leaf(bytes(value)) for key, value in found.items()}


def _leaf(text: bytes) -> Tree:
    return _scanned(text.decode()) if text[:1] in b"[{" else text.decode()


def _scanned(text: str) -> Tree:
    """The tree of any sound JSON text, token by token, however deep it is."""
    root: list[Tree] = []
    open_containers: list[list[Tree] | dict[str, Tree]] = [root]
    keys: list[str | None] = [None]
    for match in _TOKEN.finditer(text):
        token = match[0]
        inside = open_containers[-1]
        if token in "]}":
            open_containers.pop()
            keys.pop()
            continue
        if isinstance(inside, dict) and keys[-1] is None:
            keys[-1] = json.loads(token)
            continue
        value: Tree = [] if token == "[" else {} if token == "{" else token
        if isinstance(inside, list):
            inside.append(value)
        else:
            inside[str(keys[-1])] = value
            keys[-1] = None
        if not isinstance(value, str):
            open_containers.append(value)
            keys.append(None)
    return root[0]


@lru_cache(1024)  # the keys of records come again and again
def quoted(text: str) -> str:
    """A text as a leaf of a tree."""
    return json.dumps(text, ensure_ascii=False)


def lay_out(content: dict[str, Tree], kind: type[msgspec.Struct]) -> str:
    """The text of a spec from its tree; the fields of its record give the order of keys."""
    sections = ordered(content, kind).items()
    parts = [f"  {quoted(key)}: {_SECTIONS.get(key, inline)(value)}" for key, value in sections]
    return "{\n" + ",\n".join(parts) + "\n}\n" if parts else "{}\n"


def inline(value: Tree) -> str:
    """A tree on one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return f"[{', '.join(value)}]"  # type: ignore[arg-type]
        return f"[{', '.join(map(inline, value))}]"
    parts = [
        f"{quoted(key)}: {item if isinstance(item, str) else inline(item)}"
        for key, item in value.items()
    ]
    return "{" + ", ".join(parts) + "}"


def _listed(value: Tree, write: Callable[[Tree], str]) -> str:
    """Write each record of a list on a line of its own."""
    if not isinstance(value, list):
        return inline(value)
    return _block("[]", (f"    {write(item)}" for item in value), 2)


def _layer(value: Tree) -> str:
    """Write a layer on one line; many names fill further lines."""
    line = inline(value)
    if not isinstance(value, dict) or len(line) + 5 <= WIDTH:
        return line
    parts = []
    for key, item in value.items():
        text = inline(item)
        if isinstance(item, list) and len(text) > WIDTH // 2:
            text = _filled("[]", [inline(entry) for entry in item], 4)
        parts.append(f"{quoted(key)}: {text}")
    return "{" + ", ".join(parts) + "}"


def _example(value: Tree) -> str:
    """Write an example on one line if it fits, else one key on each line."""
    return _fitted(value, 4, 4, lambda figures, before: _fitted(figures, 6, before))


def _lists(value: Tree) -> str:
    """Write groups, stages or `style` on one line if they fit, else one on each line."""
    return _fitted(value, 2, len('  "groups": '))


def _parameters(value: Tree) -> str:
    """Write one parameter on each line, and one row of a matrix on each line."""
    if not isinstance(value, dict) or not any(isinstance(item, list) for item in value.values()):
        return _fitted(value, 2, len('  "parameters": '))
    return _block("{}", (f"    {quoted(key)}: {_matrix(item)}" for key, item in value.items()), 2)


def _matrix(value: Tree) -> str:
    if not isinstance(value, list) or not any(isinstance(row, list) for row in value):
        return inline(value)
    return _block("[]", (f"      {inline(row)}" for row in value), 4)


_SECTIONS: dict[str, Callable[[Tree], str]] = {
    "layers": partial(_listed, write=_layer),
    "nodes": partial(_listed, write=inline),
    "edges": partial(_listed, write=inline),
    "parameters": _parameters,
    "groups": _lists,
    "stages": _lists,
    "style": _lists,
    "examples": partial(_listed, write=_example),
}


def _fitted(
    value: Tree, indent: int, before: int, inner: Callable[[Tree, int], str] | None = None
) -> str:
    """Write an object on one line if it fits there.

    Otherwise an object of scalars fills lines, and any other has one key on each line.

    Args:
        value: the object.
        indent: spaces before its closing bracket.
        before: characters before it on its first line.
        inner: writes a member, given its value and the characters before it.
    """
    line = inline(value)
    if not isinstance(value, dict) or not value or before + len(line) + 1 <= WIDTH:
        return line
    if inner is None and all(isinstance(item, str) for item in value.values()):
        return _filled("{}", [f"{quoted(key)}: {item}" for key, item in value.items()], indent)
    lines = []
    for key, item in value.items():
        start = " " * (indent + 2) + f"{quoted(key)}: "
        text = inner(item, len(start)) if inner else inline(item)
        lines.append(start + text)
    return _block("{}", lines, indent)


def _filled(brackets: str, pieces: list[str], indent: int) -> str:
    """Write pieces between brackets, as many on a line as fit, or eight if they come in eights."""
    lines: list[str] = []
    if len(pieces) > 16 and len(pieces) % 8 == 0:
        eights = (", ".join(pieces[at : at + 8]) for at in range(0, len(pieces), 8))
        lines = [" " * (indent + 2) + line for line in eights]
        if max(map(len, lines)) <= WIDTH * 3 // 2:
            return _block(brackets, lines, indent)
        lines = []
    for piece in pieces:
        if lines and len(lines[-1]) + len(piece) + 3 <= WIDTH:
            lines[-1] += f", {piece}"
        else:
            lines.append(" " * (indent + 2) + piece)
    return _block(brackets, lines, indent)


def _block(brackets: str, lines: Iterable[str], indent: int) -> str:
    inside = ",\n".join(lines)
    return f"{brackets[0]}\n{inside}\n{' ' * indent}{brackets[1]}" if inside else brackets


def ordered(content: dict[str, Tree], kind: type[msgspec.Struct]) -> dict[str, Tree]:
    """Put the keys of records in the order of their fields, and drop what is none."""
    records = _records_by_key(kind)
    result: dict[str, Tree] = {}
    for key in _in_order(kind, tuple(content)):
        inner, named = records[key]
        value = content[key]
        if inner is None or isinstance(value, str):
            pass
        elif isinstance(value, list):
            value = [ordered(item, inner) if isinstance(item, dict) else item for item in value]
        elif named:
            value = {
                name: ordered(item, inner) if isinstance(item, dict) else item
                for name, item in value.items()
            }
        else:
            value = ordered(value, inner)
        result[key] = value
    return result


@lru_cache(1024)  # most records of a file have the same keys
def _in_order(kind: type[msgspec.Struct], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some keys that a record has, in the order of its fields."""
    return tuple(key for key in _records_by_key(kind) if key in keys)


@cache
def _records_by_key(
    kind: type[msgspec.Struct],
) -> dict[str, tuple[type[msgspec.Struct] | None, bool]]:
    """The records under the keys of a record, the keys in order; true for records by name."""
    hints = get_type_hints(kind)
    names = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
    return {
        encoded: (_record_in(hints[name]), get_origin(hints[name]) is dict)
        for encoded, name in names
    }


def _record_in(kind: Any) -> type[msgspec.Struct] | None:
    """The record that a type is, or holds in a list."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and get_origin(kind) is None:
        return kind
    return next((found for inner in get_args(kind) if (found := _record_in(inner))), None)
