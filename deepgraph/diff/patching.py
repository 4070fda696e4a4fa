"""Applies a JSON patch (RFC 6902) to a spec file, whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from deepgraph.diff.json_patch import Operation
from deepgraph.errors import DeepgraphError, SpecError
from deepgraph.graph.draft import Draft
from deepgraph.rules.run import problems
from deepgraph.spec import literals, reading
from deepgraph.spec.canonical import Object, inline, lay_out, tree
from deepgraph.spec.positions import without_mark
from deepgraph.spec.records import Spec
from deepgraph.words.messages import counted, shown

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from deepgraph.spec.canonical import Tree


OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")
"""The operations of RFC 6902."""
DEEPEST = 200
"""How deep lists and objects may lie within each other: far more than any spec needs."""
MOST_COPIED = 10_000_000
"""How many values the copies of one patch may make."""

_NUMBER = re.compile("0|[1-9][0-9]{0,17}")
"""A place in a list (RFC 6901, section 4)."""


class PatchError(DeepgraphError, ValueError):
    """A patch is none, or does not fit the file; the message names the operation."""


def patched(
    content: bytes,
    patch: bytes,
    name: str = "spec",
    patch_name: str = "patch",
    folder: str | os.PathLike[str] | None = None,
) -> str:
    """The text of a spec after a patch, in the canonical layout.

    Args:
        content: of the spec file.
        patch: what `deepgraph diff --format json` writes, or a list of operations of RFC 6902.
        name: the name of the spec in messages.
        patch_name: that of the patch.
        folder: the folder of the spec; without it a file of parameters is not opened.

    Raises:
        SpecError: the file is no spec, or what the patch makes of it is no valid one; the error
            holds every problem.
        PatchError: the patch is none, or does not fit the file.
    """
    if _is_patch(content):
        order = f"the spec comes first: deepgraph patch {patch_name} {name}"
        raise PatchError(f"{name}: this is a patch, and no spec; {order}")
    reading.read(content, name)
    try:
        text = without_mark(patch)
        msgspec.json.decode(text)  # the tree below takes its soundness for granted
        document: Tree = tree(text.decode())
    except RecursionError:
        raise PatchError(f"{patch_name}: its lists and objects lie too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        cure = "a patch is the JSON that `deepgraph diff` writes"
        raise PatchError(f"{patch_name}: this is no JSON: {error}; {cure}") from None
    try:
        operations = _read(document)
        whole = _applied(cast("Object", tree(without_mark(content).decode())), operations)
    except PatchError as error:
        raise PatchError(f"{patch_name}: {error}") from None
    _validate(inline(whole).encode(), f"{name} (after the patch)", folder)
    return lay_out(whole, Spec)


def _validate(content: bytes, name: str, folder: str | os.PathLike[str] | None) -> None:
    """Check all that `deepgraph validate` calls an error.

    This must see the whole of what a patch makes, since the layout drops what it does not know.
    The text has one line, so its problems are told by their JSON paths alone.

    Raises:
        SpecError: something is wrong.
    """
    parsed = reading.parse(content)
    found = parsed.problems
    if parsed.spec is not None:
        where = None if folder is None else Path(folder)
        _, more = problems(Draft(parsed.spec), where, parsed.doubtful)
        unseen = where is None and isinstance(parsed.spec.parameters, str)
        found = [*found, *(p for p in more if not unseen or p.rule != "parameters")]
    if found:
        raise SpecError(found, name, parsed.more)


def _is_patch(content: bytes) -> bool:
    """True for a document of `deepgraph diff` or a bare list of operations."""
    try:
        found = msgspec.json.decode(without_mark(content))
    except (msgspec.DecodeError, RecursionError):
        return False
    if isinstance(found, dict):
        found = None if "deepgraph" in found else found.get("patch")
    return isinstance(found, list) and all(isinstance(e, dict) and "op" in e for e in found)


def _read(document: Tree) -> list[Operation]:
    """The operations of a patch: of a list, or of the document that `deepgraph diff` writes.

    Raises:
        PatchError: it holds none.
    """
    listed = document.get("patch") if isinstance(document, dict) else document
    if not isinstance(listed, list):
        raise PatchError(
            'this is no patch: it is a list of operations, or an object with such a list as "patch"'
        )
    return [_operation(number, found) for number, found in enumerate(listed, 1)]


def _operation(number: int, found: Tree) -> Operation:
    keys = {
        key: msgspec.json.decode(value) if isinstance(value, str) and key != "value" else value
        for key, value in (found.items() if isinstance(found, dict) else ())
    }
    name, path = keys.get("op"), keys.get("path")
    if not isinstance(name, str) or not isinstance(path, str):
        raise PatchError(f'operation {number}: an object with "op" and "path" belongs here')
    if name not in OPERATIONS:
        known = f"; there are {', '.join(OPERATIONS)}"
        raise PatchError(f'operation {number}: "{shown(name)}" is no operation{known}')
    if name in ("test", "add", "replace") and "value" not in keys:
        raise PatchError(f'operation {number}: "{name}" needs a "value"')
    if name in ("move", "copy") and not isinstance(keys.get("from"), str):
        raise PatchError(f'operation {number}: "{name}" needs a "from"')
    return Operation(name, path, keys.get("value"), str(keys.get("from", "")))


def _applied(tree: Object, operations: Sequence[Operation]) -> Object:
    """The tree that a patch makes of another, which stays as it is.

    Raises:
        PatchError: an operation does not fit.
    """
    root: dict[str, Any] = {"": _copied(tree)}
    copied = 0
    for number, operation in enumerate(operations, 1):
        try:
            value, size = _value(root, operation)
            copied += size * (operation.op == "copy")
            if copied > MOST_COPIED:
                raise _MisfitError(f"its copies would make more than {MOST_COPIED:,} values")
            _apply(root, operation, _copied(value))
        except _MisfitError as error:
            raise PatchError(
                f"operation {number} ({operation.op} {shown(operation.path, 200)}) does not fit "
                f"this file: {error}; nothing was changed"
            ) from None
    whole = root.get("")
    if not isinstance(whole, dict):
        raise PatchError("the patch leaves no spec")
    return whole


class _MisfitError(Exception):
    """Why an operation does not fit."""


def _value(root: dict[str, Any], operation: Operation) -> tuple[Any, int]:
    """What an operation brings, and of how many values that consists.

    Raises:
        _MisfitError: there is nothing at the origin, or the whole would be too deep.
    """
    value: Any = operation.value
    if operation.op == "move":
        value = _taken(root, operation.origin)
    elif operation.op == "copy":
        origin, place = _holder(root, operation.origin)
        _require(origin, place)
        value = origin[place]
    depth, size = _extent(value)
    if depth + operation.path.count("/") > DEEPEST:
        raise _MisfitError(f"lists and objects would lie more than {DEEPEST} deep")
    return value, size


def _extent(tree: Any) -> tuple[int, int]:
    """How deep a tree is, and how many values it holds."""
    depth, size, row = 0, 0, [tree]
    while row:
        size += len(row)
        row = [
            inner
            for value in row
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        depth += 1
    return depth, size


def _apply(root: dict[str, Any], operation: Operation, value: Any) -> None:
    if operation.op == "remove":
        _taken(root, operation.path)
        return
    holder, key = _holder(root, operation.path)
    if operation.op in ("test", "replace"):
        _require(holder, key)
    if operation.op == "test":
        if not _equal(holder[key], value):
            there, wanted = (shown(inline(found), 80) for found in (holder[key], value))
            raise _MisfitError(f"there is {there}, not {wanted}")
    elif isinstance(holder, list) and operation.op != "replace":
        if not 0 <= key <= len(holder):
            raise _MisfitError(f"the list has {counted(len(holder), 'entry', 'entries')}")
        holder.insert(key, value)
    else:
        holder[key] = value


def _taken(root: dict[str, Any], path: str) -> Any:
    holder, key = _holder(root, path)
    _require(holder, key)
    return holder.pop(key)


def _holder(root: dict[str, Any], path: str) -> tuple[Any, Any]:
    """The object or list that a pointer leads into, and the key or the number in it."""
    if path and not path.startswith("/"):
        raise _MisfitError("a path begins with /")
    if re.search("~(?![01])", path):
        raise _MisfitError("in a path ~ is written ~0")
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")]
    holder: Any = root
    for at, part in enumerate(parts):
        key = _key(holder, part)
        if at == len(parts) - 1:
            return holder, key
        _require(holder, key)
        holder = holder[key]
    raise AssertionError("a pointer has at least one part")


def _key(holder: Any, part: str) -> str | int:
    if isinstance(holder, dict):
        return part
    if isinstance(holder, list):
        if part == "-":
            return len(holder)
        if _NUMBER.fullmatch(part):
            return int(part)
        raise _MisfitError(f'"{shown(part)}" is no place in a list')
    raise _MisfitError(f'there is nothing with "{shown(part)}" in it')


def _require(holder: Any, key: str | int) -> None:
    there = key in holder if isinstance(holder, dict) else 0 <= int(key) < len(holder)
    if there:
        return
    if isinstance(holder, dict):
        raise _MisfitError(f'there is no "{shown(str(key))}"')
    last = f", numbered from 0 to {len(holder) - 1:,}" if holder else ""
    raise _MisfitError(f"the list has {counted(len(holder), 'entry', 'entries')}{last}")


def _copied(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _copied(value) for key, value in tree.items()}
    return [_copied(item) for item in tree] if isinstance(tree, list) else tree


def _equal(mine: Any, yours: Any) -> bool:
    """Equality of JSON: numbers by their value, objects in any order."""
    if isinstance(mine, dict) and isinstance(yours, dict):
        return mine.keys() == yours.keys() and all(_equal(mine[k], yours[k]) for k in mine)
    if isinstance(mine, list) and isinstance(yours, list):
        return len(mine) == len(yours) and all(map(_equal, mine, yours))
    if not isinstance(mine, str) or not isinstance(yours, str):
        return False
    return mine == yours or equal_numbers(mine, yours) or _equal_texts(mine, yours)


def equal_numbers(mine: str, yours: str) -> bool:
    """True if two texts of JSON are numbers of one value, `0.50` and `0.5`.

    >>> equal_numbers("0.50", "5e-1"), equal_numbers("1", '"1"')
    (True, False)
    """
    if '"' in (mine[:1], yours[:1]):
        return False
    try:
        return literals.decimal(mine) == literals.decimal(yours)
    except (AssertionError, ValueError):
        return False


def _equal_texts(mine: str, yours: str) -> bool:
    both = mine[:1] == yours[:1] == '"'
    return both and bool(msgspec.json.decode(mine) == msgspec.json.decode(yours))
