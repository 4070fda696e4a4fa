"""The canonical layout of a spec file: one node and one edge a line, every value as written.

A file is a tree here whose leaves are pieces of its text, so that `1.30` stays `1.30` and an
escape stays an escape. Only keys are spelled anew, and put into the order of the records.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 100
"""A short object stays on one line if the line is no longer than this."""

Tree = str | list["Tree"] | dict[str, "Tree"]
"""A text of JSON without its blanks: leaves are pieces of the text, keys are decoded."""

Object = dict[str, Tree]
"""The tree of a JSON object."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^\s\[\]{},:"]+|[\[\]{}]')


def tree(text: str) -> Tree:
    """The tree of a sound text.

    >>> tree('{"a": [1.30, "1/3"]}')
    {'a': ['1.30', '"1/3"']}
    """
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


def quoted(text: str) -> str:
    """A text as a leaf of a tree."""
    return json.dumps(text, ensure_ascii=False)


def lay_out(content: dict[str, Tree], kind: type[msgspec.Struct]) -> str:
    """The text of a spec.

    Args:
        content: its tree.
        kind: the record of a whole spec, whose fields say the order of keys.
    """
    content = _ordered(content, kind)
    parts = [
        f"  {quoted(key)}: {_SECTIONS.get(key, _plain)(value)}" for key, value in content.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n" if parts else "{}\n"


def _records(value: Tree) -> str:
    """One record a line."""
    if not isinstance(value, list):
        return inline(value)
    return _block("[]", (f"    {inline(item)}" for item in value), 2)


def _layers(value: Tree) -> str:
    """One layer a line; many names fill further lines."""
    if not isinstance(value, list):
        return inline(value)
    return _block("[]", ("    " + _layer(item) for item in value), 2)


def _layer(value: Tree) -> str:
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


def _examples(value: Tree) -> str:
    """One example a line where it fits, else one key a line."""
    if not isinstance(value, list):
        return inline(value)
    return _block("[]", ("    " + _fitted(item, 4, 4, _figures) for item in value), 2)


def _figures(value: Tree, before: int) -> str:
    return _fitted(value, 6, before)


def _plain(value: Tree) -> str:
    return inline(value)


def _group(value: Tree) -> str:
    return _fitted(value, 2, len('  "groups": '))


def _parameters(value: Tree) -> str:
    """One parameter a line, and of a matrix one row a line."""
    if not isinstance(value, dict) or not any(isinstance(item, list) for item in value.values()):
        return _fitted(value, 2, len('  "parameters": '))
    return _block("{}", (f"    {quoted(key)}: {_matrix(item)}" for key, item in value.items()), 2)


def _matrix(value: Tree) -> str:
    if not isinstance(value, list) or not any(isinstance(row, list) for row in value):
        return inline(value)
    return _block("[]", (f"      {inline(row)}" for row in value), 4)


_SECTIONS = {
    "layers": _layers,
    "nodes": _records,
    "edges": _records,
    "parameters": _parameters,
    "groups": _group,
    "style": _group,
    "examples": _examples,
}


def _fitted(value: Tree, indent: int, before: int, inner: Any = None) -> str:
    """An object on one line if it fits behind what stands `before` it.

    Otherwise scalars fill lines, and with anything longer in it there is one key a line.
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
    """Pieces between brackets, as many on a line as fit; eight where they come in eights."""
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


def inline(value: Tree) -> str:
    """A tree on one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return f"[{', '.join(value)}]"  # type: ignore[arg-type]
        return f"[{', '.join(map(inline, value))}]"
    return "{" + ", ".join(f"{quoted(key)}: {inline(item)}" for key, item in value.items()) + "}"


_ORDERS: dict[type, dict[str, Any]] = {}


def _ordered(content: dict[str, Tree], kind: type[msgspec.Struct]) -> dict[str, Tree]:
    """The keys of records in the order of their fields; other keys as they are."""
    if kind not in _ORDERS:
        hints = get_type_hints(kind)
        names = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
        _ORDERS[kind] = {encoded: _record_in(hints[name]) for encoded, name in names}
    result: dict[str, Tree] = {}
    for key, inner in _ORDERS[kind].items():
        if key not in content:
            continue
        value = content[key]
        if inner is not None and isinstance(value, list):
            value = [_ordered(item, inner) if isinstance(item, dict) else item for item in value]
        elif inner is not None and isinstance(value, dict):
            value = _ordered(value, inner)
        result[key] = value
    return result


def _record_in(kind: Any) -> type[msgspec.Struct] | None:
    """The record that a type is, or holds in a list."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and get_origin(kind) is None:
        return kind
    return next((found for inner in get_args(kind) if (found := _record_in(inner))), None)
