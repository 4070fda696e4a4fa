"""Reads a malformed spec anyway: collects every type and key error, keeps what is sound.

msgspec stops at the first mistake, and only then is this slower reader used. It reads the same
records, so that the keys of the format are defined in one place. In the records that it returns,
everything wrong is left out, and it lists the keys that can no longer be trusted.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Raw

from deepgraph.errors import LOCATED, Problem
from deepgraph.functions.losses import ELSEWHERE
from deepgraph.spec.literals import shown
from deepgraph.spec.suggestions import ALONE, EXAMPLES, HINTS, INSTEAD, NEEDED, OTHER_WORDS
from deepgraph.words.elsewhere import bare_word
from deepgraph.words.messages import Nearest

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
_LONGEST_SHOWN = 30

BROKEN: Any = msgspec.UNSET
"""Stands for a value that is wrong."""


class LenientReader:
    """Reads one text.

    Attributes:
        problems: the first mistakes, in the order of the text.
        more: the number of further mistakes, or of records that hold some.
        doubtful: keys with a mistake anywhere, such as `Node.kind`; rules that read them are
            skipped.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.more = 0
        self.doubtful: set[str] = set()
        self._nearest: dict[type, Nearest] = {}
        self._key = ""  # the one being read, such as `Node.kind`

    def read(self, text: bytes, kind: Any, path: str = "$") -> Any:
        """Read a value without what is wrong in it; `BROKEN` if nothing is left.

        Args:
            text: sound JSON.
            kind: the type of a record or of one of its fields.
            path: of the value in the file.
        """
        if kind is Raw:
            return Raw(text)
        with suppress(msgspec.DecodeError):  # a mistake: read it piece by piece
            return _decoder(kind).decode(text)
        origin, first = get_origin(kind), text[:1]
        found = BROKEN
        if origin in (Union, UnionType):
            found = self._read_one_of(text, get_args(kind), path)
        elif origin is list and first == b"[":
            found = self._read_list(text, get_args(kind)[0], path)
        elif origin is dict and first == b"{":
            inner = get_args(kind)[1]
            members = _decoder(dict[str, Raw]).decode(text)
            values = {k: self.read(bytes(v), inner, f"{path}.{k}") for k, v in members.items()}
            found = {key: value for key, value in values.items() if value is not BROKEN}
        elif hasattr(kind, "__struct_fields__") and first == b"{":
            found = self._read_record(text, kind, path)
        else:
            want = "an object { … }" if path == "$" else _named(kind)
            self._add(path, f"expected {want}, got {_got(text)}{self._cure(text, kind, path)}")
        return found

    def _read_list(self, text: bytes, inner: Any, path: str) -> list[Any]:
        items = _decoder(list[Raw]).decode(text)
        if hasattr(inner, "__struct_fields__"):
            return self._read_records(items, inner, path)
        found = [self.read(bytes(item), inner, f"{path}[{n}]") for n, item in enumerate(items)]
        return [item for item in found if item is not BROKEN]

    def _read_records(
        self, items: list[Raw], kind: type[msgspec.Struct], path: str
    ) -> list[msgspec.Struct]:
        """Read each item as a record; one of which nothing is left becomes an empty record.

        After `LOCATED` broken records the others are only counted.
        """
        decode, found, broken = _decoder(kind).decode, [], 0
        for number, item in enumerate(items):
            try:
                found.append(decode(item))
                continue
            except msgspec.DecodeError:
                broken += 1
            if broken <= LOCATED and len(self.problems) < LOCATED:
                record = self.read(bytes(item), kind, f"{path}[{number}]")
                found.append(self._empty(kind) if record is BROKEN else record)
            else:
                # If no problem was found so far, the fault is a duplicate key, already reported.
                self.more += len(self.problems) > 0
                found.append(self._empty(kind))
        return found

    def _read_record(self, text: bytes, kind: type[msgspec.Struct], path: str) -> msgspec.Struct:
        fields, _ = _fields(kind)
        values = dict(_placeholders(kind))
        meant: set[str | None] = set()  # the keys that unknown ones seem to stand for
        renamed: dict[str, str] = {}
        written = _decoder(dict[str, Raw]).decode(text)
        for key, raw in written.items():
            if key in fields:
                value = self._read_field(raw, kind, key, path)
                if value is not BROKEN:
                    values[fields[key].name] = value
                continue
            word = OTHER_WORDS.get(kind.__name__, {}).get(key.lower())
            if word and word not in written:
                renamed[key] = word
            elif len(self.problems) >= LOCATED:
                self.more += 1
            else:
                meant.add(self._report_unknown(kind, key, path))
        if renamed:
            self._report_renamed(renamed, path)
            meant.update(renamed.values())
        missing = {key for key, field in fields.items() if field.required and key not in written}
        for key in fields:
            if key in missing and key not in meant:
                self._add(path, f'"{key}" is missing; {NEEDED[f"{kind.__name__}.{key}"]}')
        self.doubtful |= {f"{kind.__name__}.{key}" for key in meant | missing if key}
        return kind(**values)

    def _read_field(self, raw: Raw, kind: type[msgspec.Struct], key: str, path: str) -> Any:
        """The value of a known key, which is doubtful if there is a mistake in it."""
        fields, hints = _fields(kind)
        inner, before = hints[fields[key].name], len(self.problems)
        self._key = f"{kind.__name__}.{key}"
        value = self.read(bytes(raw), inner, f"{path}.{key}")
        one_by_one = _holds_records(inner) and get_origin(inner) is not dict
        if value is BROKEN or (len(self.problems) > before and not one_by_one):
            self.doubtful.add(f"{kind.__name__}.{key}")
        return value

    def _report_unknown(self, kind: type[msgspec.Struct], key: str, path: str) -> str | None:
        """Report an unknown key; the known key that it seems to stand for, if there is one."""
        hint = HINTS.get(f"{kind.__name__}.{key.lower()}")
        nearest = self._nearest.setdefault(kind, Nearest(_fields(kind)[0], _known(kind)))
        cure = f"; {hint}" if hint else nearest(key)
        self._add(f"{path}.{key}", f'unknown key "{_quoted(key)}"{cure}', "unknown_key")
        return None if hint else nearest.name(key)

    def _report_renamed(self, renamed: dict[str, str], path: str) -> None:
        """Report the keys of another tool in one record, all in one message."""
        keys = " and ".join(f'"{_quoted(key)}"' for key in renamed)
        words = " and ".join(f'"{word}"' for word in renamed.values())
        several = "s" * (len(renamed) > 1)
        what = f"unknown key{several} {keys}; write {words}"
        self._add(f"{path}.{next(iter(renamed))}", what, "unknown_key")

    def _read_one_of(self, text: bytes, kinds: tuple[Any, ...], path: str) -> Any:
        """Read a value that may have several types as the one that its first letter says."""
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
        lists = (kind for kind in kinds if get_origin(kind) is list)
        one = kinds[0] if len(set(kinds) - {type(None)}) == 1 else next(lists, object)
        cure = self._cure(text, one, path)
        what = f"expected {words}{empty}, got {_got(text)}{cure}"
        if float in kinds and text[:1] in b"-0123456789":
            what = f"{shown(text)} is too large for a double"
        self._add(path, what)
        return BROKEN

    def _cure(self, text: bytes, kind: Any, path: str) -> str:
        """A guess at what to write instead of a value of a wrong type; empty if there is none."""
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
                _decoder(kind).decode(text.strip(b'"'))
                found = "; write it without quotes"
        elif get_origin(kind) is list and inner is str and first == b'"':
            found = f"; write [{shown(text, _LONGEST_SHOWN)}]"
        elif get_origin(kind) is list and getattr(inner, "__name__", "") in EXAMPLES:
            found = f"; write [{EXAMPLES[getattr(inner, '__name__', '')]}, …]"
        elif first == b'"' and name in ALONE:
            word = ELSEWHERE.get(bare_word(msgspec.json.decode(text))) if name == "Loss" else None
            value = f'"{word}"' if word else shown(text, _LONGEST_SHOWN)
            found = f'; write {{"{ALONE[name]}": {value}}}'
        elif name in EXAMPLES:
            found = f"; write {EXAMPLES[name]}"
        return found

    def _empty(self, kind: type[msgspec.Struct]) -> msgspec.Struct:
        """A record in the place of something else."""
        self.doubtful.add(kind.__name__)
        return kind(**_placeholders(kind))

    def _add(self, path: str, message: str, rule: str = "form") -> None:
        if len(self.problems) < LOCATED:
            self.problems.append(Problem(path, message, rule=rule))
        else:
            self.more += 1


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of a record by their keys in the file, and the types by the fields' names."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    return fields, get_type_hints(kind)


@cache
def _known(kind: type[msgspec.Struct]) -> str:
    return f"known here: {', '.join(_fields(kind)[0])}"


@cache
def _placeholders(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Values for the fields that a record cannot do without, by name."""
    fields, hints = _fields(kind)
    required = [field.name for field in fields.values() if field.required]
    return {name: 1 if hints[name] is int else "" for name in required}


def _holds_records(kind: Any) -> bool:
    """Check whether a type holds records, whose keys are doubted one by one."""
    return hasattr(kind, "__struct_fields__") or any(map(_holds_records, get_args(kind)))


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
