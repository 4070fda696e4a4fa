"""Reads a spec file into records, or reports every mistake of form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw

from deepgraph.errors import Problem, SpecError
from deepgraph.files import read_bytes
from deepgraph.spec import edge_columns, json_text, literals, positions
from deepgraph.spec.lenient import BROKEN, LenientReader
from deepgraph.spec.records import ABSENT, VERSION, Spec

if TYPE_CHECKING:
    import os


LARGE = 1 << 20
"""The size in bytes from which the edges of a file are read as columns, without a record each."""


class _Version(msgspec.Struct):
    deepgraph: Raw = ABSENT


_READERS: dict[int, msgspec.json.Decoder[Spec]] = {1: msgspec.json.Decoder(Spec)}


@dataclass
class Parsed:
    """The result of reading a file.

    Attributes:
        spec: the records without the wrong parts; `None` if nothing can be read.
        problems: the mistakes of form.
        more: the number of further mistakes, which are only counted.
        content: sound JSON to which the paths of the problems lead; empty if there is none.
        doubtful: keys with a mistake, such as `Node.kind`.
    """

    spec: Spec | None
    problems: list[Problem]
    more: int = 0
    content: bytes = b""
    doubtful: set[str] = field(default_factory=set)


def parse(content: bytes) -> Parsed:
    """Read a spec from any bytes and collect the problems."""
    parsed = _parse_large(positions.without_mark(content)) if len(content) >= LARGE else None
    if parsed is not None:
        return parsed
    checked = json_text.check(content)
    if checked.usable is None:
        return Parsed(None, checked.problems)
    parsed = _parse_json(checked.usable)
    parsed.problems[:0] = checked.problems
    parsed.more += checked.more
    parsed.content = checked.usable
    return parsed


def _parse_large(content: bytes) -> Parsed | None:
    """Read a file without a record for each edge; `None` unless all of it is sound."""
    found = edge_columns.read(content)
    if found is None:
        return None
    edges, rest = found
    if json_text.check(rest).problems:
        return None
    parsed = _parse_json(rest)
    if parsed.problems or parsed.spec is None:
        return None
    return Parsed(msgspec.structs.replace(parsed.spec, edges=edges or []), [], content=content)


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
        pass  # `LenientReader` finds out what is wrong
    reader = LenientReader()
    found = reader.read(content.strip(), Spec)
    whole = None if found is BROKEN else found
    return Parsed(whole, reader.problems, reader.more, doubtful=reader.doubtful)


def read(text: bytes, name: str = "spec") -> Spec:
    """Read a spec from its bytes (UTF-8, a byte order mark is accepted).

    Only the form is checked; `deepgraph.rules.run` checks the meaning.

    Args:
        text: the content of the file.
        name: the name of the spec in messages.

    Raises:
        SpecError: no JSON, an unknown key, a wrong type or a later version of the format; the error
            holds every such mistake.
    """
    parsed = parse(text)
    if parsed.problems or parsed.spec is None:
        raise SpecError(positions.located(parsed.problems, parsed.content), name, parsed.more)
    return parsed.spec


def load(path: str | os.PathLike[str]) -> Spec:
    """Read a spec file; see `read`.

    Raises:
        FileError: the file cannot be read.
        SpecError: it is not a spec.
    """
    return read(read_bytes(path, ".json"), str(path))


def _unknown_version(written: bytes) -> str:
    text = literals.shown(written, 20)
    if not written.startswith(b"-") and written.strip(b"0"):
        return (
            f"this file has format {text}, newer than this deepgraph reads ({VERSION}); "
            "pip install --upgrade deepgraph-nn"
        )
    return f"there is no format {text}; write {VERSION}"
