"""Writes records as the text of a spec file."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw

from deepgraph.errors import Problem, SpecError
from deepgraph.files import write_bytes
from deepgraph.spec import canonical, literals
from deepgraph.spec.from_python import TOO_DEEP
from deepgraph.spec.lazy_list import LazyList
from deepgraph.spec.reading import read
from deepgraph.spec.records import Record, Spec

if TYPE_CHECKING:
    import os


def write(spec: Spec) -> str:
    """The text of a spec in the canonical layout, numbers exactly as they were written."""
    return canonical.lay_out(_tree_of(spec), Spec)


def save(spec: Spec, path: str | os.PathLike[str]) -> None:
    """Write a spec file, atomically.

    Raises:
        FileError: the file cannot be written.
    """
    write_bytes(path, write(spec).encode())


def checked(spec: Spec, name: str) -> Spec:
    """Check the types in records that were made in Python, by writing and reading them.

    Raises:
        SpecError: a field has a wrong type; there is no file, so no problem has a line.
    """
    try:
        text = write(spec).encode()
    except RecursionError:
        raise SpecError([Problem("$", TOO_DEEP)], name) from None
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        problem = Problem("$", f"something here is no text, number or list of a spec: {error}")
        raise SpecError([problem], name) from None
    try:
        return read(text, name)
    except SpecError as error:
        problems = [replace(problem, line=None, column=None) for problem in error.problems]
        raise SpecError(problems, name, error.count - len(problems)) from None


def number(given: literals.Number | None) -> Raw:
    """Encode a number given in Python for a record; `None` is a number that is left out.

    Raises:
        ValueError: see `deepgraph.spec.literals.encode`.
    """
    return Raw(b"null") if given is None else Raw(literals.encode(given))


def _tree_of(record: Record) -> dict[str, canonical.Tree]:
    """The tree of a record, without keys that hold their default."""
    names = zip(record.__struct_fields__, record.__struct_encode_fields__, strict=True)
    fields = zip(names, _defaults(type(record)), strict=True)
    return {
        key: _tree(content)
        for (name, key), default in fields
        if _written(content := getattr(record, name), default)
    }


def _tree(content: Any) -> canonical.Tree:
    if isinstance(content, Raw):
        text = bytes(content).decode()
        return canonical.tree(text) if text[0] in "[{" else text
    if isinstance(content, Record):
        return _tree_of(content)
    if isinstance(content, dict):
        return {key: _tree(value) for key, value in content.items()}
    if isinstance(content, list | LazyList):
        return [_tree(item) for item in content]
    return json.dumps(content, ensure_ascii=False)


@cache
def _defaults(kind: type[Record]) -> list[Any]:
    """The default of each field; `msgspec.NODEFAULT` for a field without one."""
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
