"""The form of a file against the records that it should hold: every mistake, and what is left.

msgspec stops at the first mistake; this walk is taken when it met one. It reads the same records,
so that the keys of the format stand in one place, and gives back records in which what was wrong
is left out, with a note of which keys can no longer be trusted.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Raw

from deepgraph.errors import Problem
from deepgraph.functions.losses import ALIASES
from deepgraph.spec.literals import shown
from deepgraph.spec.suggestions import (
    ALONE,
    EXAMPLES,
    HINTS,
    INSTEAD,
    NEEDED,
    OTHER_WORDS,
)
from deepgraph.words.messages import Nearest

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
_LONGEST_SHOWN = 30

LISTED = 1000
"""How many mistakes are told; the rest are counted."""

BROKEN: Any = msgspec.UNSET
"""What is left of a value that is wrong."""


class Form:
    """One walk over a text.

    Attributes:
        problems: the first mistakes, in the order of the text.
        more: how many further ones there are, or records with some.
        doubtful: keys with a mistake anywhere, as `Node.kind`; rules that read them are skipped.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.more = 0
        self.doubtful: set[str] = set()
        self._decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
        self._nearest: dict[type, Nearest] = {}
        self._key = ""  # that is read, as `Node.kind`

    def read(self, text: bytes, kind: Any, path: str = "$") -> Any:
        """The value of a text, without what is wrong in it; `BROKEN` if nothing is left.

        Args:
            text: sound JSON.
            kind: a record, or a type that stands in one.
            path: where the text stands.
        """
        if kind is Raw:
            return Raw(text)
        with suppress(msgspec.DecodeError):  # then it is looked at more closely
            return self._decoder(kind).decode(text)
        origin, first = get_origin(kind), text[:1]
        found = BROKEN
        if origin in (Union, UnionType):
            found = self._read_one_of(text, get_args(kind), path)
        elif origin is list and first == b"[":
            found = self._read_list(text, get_args(kind)[0], path)
        elif origin is dict and first == b"{":
            inner = get_args(kind)[1]
            members = self._decoder(dict[str, Raw]).decode(text)
            values = {k: self.read(bytes(v), inner, f"{path}.{k}") for k, v in members.items()}
            found = {key: value for key, value in values.items() if value is not BROKEN}
        elif hasattr(kind, "__struct_fields__") and first == b"{":
            found = self._read_record(text, kind, path)
        else:
            want = "an object { … }" if path == "$" else _named(kind)
            self._add(path, f"expected {want}, got {_got(text)}{self._cure(text, kind, path)}")
        return found

    def _read_list(self, text: bytes, inner: Any, path: str) -> list[Any]:
        items = self._decoder(list[Raw]).decode(text)
        if hasattr(inner, "__struct_fields__"):
            return self._read_records(items, inner, path)
        found = [self.read(bytes(item), inner, f"{path}[{n}]") for n, item in enumerate(items)]
        return [item for item in found if item is not BROKEN]

    def _read_records(
        self, items: list[Raw], kind: type[msgspec.Struct], path: str
    ) -> list[msgspec.Struct]:
        """Each item as a record, an empty one where there is nothing left of it.

        After so many broken records the others are only counted.
        """
        decode, found, walked = self._decoder(kind).decode, [], 0
        for number, item in enumerate(items):
            try:
                found.append(decode(item))
                continue
            except msgspec.DecodeError:
                walked += 1
            if walked <= LISTED and len(self.problems) < LISTED:
                record = self.read(bytes(item), kind, f"{path}[{number}]")
                found.append(self._empty(kind) if record is BROKEN else record)
            else:
                # Where walks found nothing, a key stands twice, which is told already.
                self.more += len(self.problems) > 0
                found.append(self._empty(kind))
        return found

    def _read_record(self, text: bytes, kind: type[msgspec.Struct], path: str) -> msgspec.Struct:
        fields, hints = _fields(kind)
        values: dict[str, Any] = {}
        meant: set[str | None] = set()
        renamed: dict[str, str] = {}
        written = self._decoder(dict[str, Raw]).decode(text)
        for key, raw in written.items():
            if key in fields:
                name, before = fields[key].name, len(self.problems)
                self._key = f"{kind.__name__}.{key}"
                value = self.read(bytes(raw), hints[name], f"{path}.{key}")
                if value is not BROKEN:
                    values[name] = value
                if value is BROKEN or (len(self.problems) > before and not _records(hints[name])):
                    self.doubtful.add(f"{kind.__name__}.{key}")
                continue
            word = OTHER_WORDS.get(kind.__name__, {}).get(key.lower())
            if word and word not in written:
                renamed[key] = word
                continue
            if len(self.problems) >= LISTED:  # only counted
                self.more += 1
                continue
            hint = HINTS.get(f"{kind.__name__}.{key.lower()}")
            nearest = self._nearest.setdefault(kind, Nearest(fields, _known(kind)))
            cure = f"; {hint}" if hint else nearest(key)
            self._add(f"{path}.{key}", f'unknown key "{_quoted(key)}"{cure}', "unknown_key")
            meant.add(None if hint else nearest.name(key))
        if renamed:  # one habit of another tool, told once
            keys = " and ".join(f'"{_quoted(key)}"' for key in renamed)
            words = " and ".join(f'"{word}"' for word in renamed.values())
            several = "s" * (len(renamed) > 1)
            what = f"unknown key{several} {keys}; write {words}"
            self._add(f"{path}.{next(iter(renamed))}", what, "unknown_key")
            meant.update(renamed.values())
        for key, field in fields.items():
            if field.required and field.name not in values:
                values[field.name] = _placeholder(hints[field.name])
                if key not in written and key not in meant:
                    meant.add(key)
                    cure = NEEDED[f"{kind.__name__}.{key}"]
                    self._add(path, f'"{key}" is missing; {cure}')
        self.doubtful |= {f"{kind.__name__}.{key}" for key in meant if key}
        return kind(**values)

    def _read_one_of(self, text: bytes, kinds: tuple[Any, ...], path: str) -> Any:
        """A value that may have several types: looked at as the one that its first letter says."""
        empty = " or null" if msgspec.UnsetType in kinds else ""
        kinds = tuple(kind for kind in kinds if kind is not msgspec.UnsetType)
        for kind in kinds:
            opening = b"[" if get_origin(kind) is list else b"{"
            container = get_origin(kind) in (list, dict) or hasattr(kind, "__struct_fields__")
            if container and text[:1] == opening:
                return self.read(text, kind, path)
        words = " or ".join(_named(kind) for kind in kinds if kind is not type(None))
        if set(kinds) == {str, int, float}:
            words = "a number or a text"
        one = kinds[0] if len(set(kinds) - {type(None)}) == 1 else object
        cure = self._cure(text, one, path)
        what = f"expected {words}{empty}, got {_got(text)}{cure}"
        if float in kinds and text[:1] in b"-0123456789":
            what = f"{shown(text)} is too large for a double"
        self._add(path, what)
        return BROKEN

    def _cure(self, text: bytes, kind: Any, path: str) -> str:
        """What to write instead of a value of another type, where one can guess."""
        instead = INSTEAD.get(self._key)
        if instead and path.endswith(self._key[self._key.index(".") :]):
            return f"; {instead}"
        first, inner = text[:1], next(iter(get_args(kind)), None)
        name, found = getattr(kind, "__name__", ""), ""
        if get_origin(kind) is Literal and first == b'"':
            nearest = self._nearest.setdefault(kind, Nearest(get_args(kind)))
            found = nearest(msgspec.json.decode(text))
        elif kind is str and first in b"-0123456789":
            found = f'; write it in quotes, "{shown(text, _LONGEST_SHOWN)}"'
        elif kind in (int, float, bool) and first == b'"':
            with suppress(msgspec.DecodeError):
                self._decoder(kind).decode(text.strip(b'"'))
                found = "; write it without quotes"
        elif get_origin(kind) is list and inner is str and first == b'"':
            found = f"; write [{shown(text, _LONGEST_SHOWN)}]"
        elif get_origin(kind) is list and getattr(inner, "__name__", "") in EXAMPLES:
            found = f"; write [{EXAMPLES[getattr(inner, '__name__', '')]}, …]"
        elif first == b'"' and name in ALONE:
            word = ALIASES.get(msgspec.json.decode(text).lower()) if name == "Loss" else None
            value = f'"{word}"' if word else shown(text, _LONGEST_SHOWN)
            found = f'; write {{"{ALONE[name]}": {value}}}'
        elif name in EXAMPLES:
            found = f"; write {EXAMPLES[name]}"
        return found

    def _empty(self, kind: type[msgspec.Struct]) -> msgspec.Struct:
        """A record in the place of something else."""
        self.doubtful.add(kind.__name__)
        return _placeholders(kind)

    def _decoder(self, kind: Any) -> msgspec.json.Decoder[Any]:
        if kind not in self._decoders:
            self._decoders[kind] = msgspec.json.Decoder(kind)
        return self._decoders[kind]

    def _add(self, path: str, message: str, rule: str = "form") -> None:
        if len(self.problems) < LISTED:
            self.problems.append(Problem(path, message, rule=rule))
        else:
            self.more += 1


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of a record the fields by the keys of the file, and their types by their names."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    return fields, get_type_hints(kind)


@cache
def _known(kind: type[msgspec.Struct]) -> str:
    return f"known here: {', '.join(_fields(kind)[0])}"


@cache
def _placeholders(kind: type[msgspec.Struct]) -> msgspec.Struct:
    """A record that holds nothing but what it must."""
    fields, hints = _fields(kind)
    required = [field.name for field in fields.values() if field.required]
    return kind(**{name: _placeholder(hints[name]) for name in required})


def _records(kind: Any) -> bool:
    """Whether records stand in a type, whose keys are doubted one by one."""
    return hasattr(kind, "__struct_fields__") or any(map(_records, get_args(kind)))


def _placeholder(kind: Any) -> Any:
    return 1 if kind is int else ""


def _quoted(key: str) -> str:
    return shown(key.encode())


def _named(kind: Any) -> str:
    """A type in words."""
    origin = get_origin(kind)
    if origin is Literal:
        *others, last = (f'"{name}"' for name in get_args(kind))
        return f"{', '.join(others)} or {last}" if others else last
    return _WORDS.get(kind) or ("a list" if origin is list else "an object")


def _got(text: bytes) -> str:
    """A value as a message names it."""
    return {b"{": "an object", b"[": "a list"}.get(text[:1]) or shown(text, _LONGEST_SHOWN)
