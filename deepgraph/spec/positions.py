"""JSON path, byte offset, line and column: each from the others.

msgspec gives the values in a container as views of the file's bytes, all at once and without
decoding them; their addresses in memory give their offsets. Only the containers on the way to a
place are opened.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from codecs import BOM_UTF8
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from msgspec import Raw

from deepgraph.errors import LOCATED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.errors import Problem

_INDEX = re.compile(r"\[([0-9]{1,12})\]")
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_COLON = rb"([ \t\n\r]*:)"
_TEXT = re.compile(rb'("(?:[^"\\]|\\.)*")' + _COLON + b"?", re.DOTALL)
"""A whole string and, behind a key, its colon."""
_BLANK = b" \t\n\r"

Container = dict[str, Raw] | list[Raw]


def without_mark(content: bytes) -> bytes:
    """The bytes of a file without the byte order mark, which some editors put first."""
    return content.removeprefix(BOM_UTF8)


class Places:
    """The places in a sound JSON text.

    Args:
        content: its bytes, without a byte order mark.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._root = len(content) - len(content.lstrip(_BLANK))
        self._whole = Raw(content[self._root :])
        self._base = address_of(self._whole) - self._root
        self._containers: dict[int, Container] = {}

    def of(self, path: str, *, key: bool = False) -> int:
        """The offset of the value at a path, or of the last value on the way if there is none.

        Args:
            path: such as `$.edges[3].weight`; keys are not escaped, not even dots and brackets.
            key: give the offset of the value's key instead.
        """
        _, start, named = self._find(path)
        return self._key(start) if key and named else start

    def around(self, offset: int) -> tuple[str, int]:
        """The path and the offset of the innermost value that begins at an offset or before it."""
        path, start, value = "$", self._root, self._whole
        while True:
            container = self._open(value, start)
            names = range(len(container)) if isinstance(container, list) else list(container)
            values = container if isinstance(container, list) else list(container.values())
            number = bisect_right(values, offset, key=self._offset) - 1
            if number < 0:
                return path, start
            path += f"[{number}]" if isinstance(container, list) else f".{names[number]}"
            value = values[number]
            start = self._offset(value)

    def keys(self, path: str, key: str) -> Iterator[int]:
        """The offsets of a key in the object at a path; several if the key is repeated."""
        value, start, _ = self._find(path)
        whole = bytes(value)
        exact = re.compile(
            b"(" + re.escape(json.dumps(key, ensure_ascii=False).encode()) + b")" + _COLON
        )
        # With escapes, one key can be spelled in many ways.
        pattern = _TEXT if b"\\" in whole else exact
        depth = _Depth(whole)
        for match in pattern.finditer(whole):
            if match[2] and depth.at(match.start()) == 1 and msgspec.json.decode(match[1]) == key:
                yield start + match.start()

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1, the column in characters."""
        return self.content.count(b"\n", 0, offset) + 1, self.column(offset)

    def column(self, offset: int) -> int:
        """The column of a byte in its line, in characters from 1."""
        before = self.content[self.content.rfind(b"\n", 0, offset) + 1 : offset]
        return len(before.decode()) + 1

    def _find(self, path: str) -> tuple[Raw, int, bool]:
        """The value at a path, its offset, and `True` if it is a member of an object.

        If there is no such value: the last one on the way, its offset, and `False`.
        """
        best, shortest = (self._whole, self._root, False), len(path)
        pending = [(*best, path.removeprefix("$"))]
        while pending:
            value, start, named, rest = pending.pop()
            if len(rest) < shortest:
                best, shortest = (value, start, named and not rest), len(rest)
            if not rest:
                break
            for inner, behind in self._steps(value, start, rest):
                pending.append((inner, self._offset(inner), rest[0] == ".", behind))
        return best

    def _steps(self, value: Raw, start: int, rest: str) -> Iterator[tuple[Raw, str]]:
        """The values that a path may mean next, each with the rest of the path; likeliest last."""
        container = self._open(value, start)
        if isinstance(container, list):
            match = _INDEX.match(rest)
            if match and int(match[1]) < len(container):
                yield container[int(match[1])], rest[match.end() :]
        elif rest[0] == ".":
            ends = [i for i in range(1, len(rest)) if rest[i] in ".["]
            for end in [*ends, len(rest)]:
                if rest[1:end] in container:
                    yield container[rest[1:end]], rest[end:]

    def _open(self, value: Raw, start: int) -> Container:
        """The values in a container, the last one for a repeated key; a scalar has none."""
        if start not in self._containers:
            kind = {b"{": dict[str, Raw], b"[": list[Raw]}.get(self.content[start : start + 1])
            self._containers[start] = msgspec.json.decode(value, type=kind) if kind else []
        return self._containers[start]

    def _offset(self, value: Raw) -> int:
        """The offset at which a view of the content begins."""
        return address_of(value) - self._base

    def _key(self, start: int) -> int:
        """The offset of the key of a value that starts here."""
        closing = self.content.rindex(b'"', 0, start)
        while True:
            opening = self.content.rindex(b'"', 0, closing)
            before = opening
            while self.content[before - 1] == ord("\\"):  # a "{" stands somewhere before
                before -= 1
            if (opening - before) % 2 == 0:
                return opening
            closing = opening


def without_escapes(text: bytes) -> bytes:
    """A sound text of equal length in which every quote opens or closes a string."""
    return _ESCAPE.sub(b"__", text) if b"\\" in text else text


class _Depth:
    """Counts the containers that are open at growing offsets of a sound text."""

    def __init__(self, text: bytes) -> None:
        self._text = without_escapes(text)
        self._place = self._depth = self._quotes = 0

    def at(self, offset: int) -> int:
        """The depth before an offset that is not smaller than at the last call."""
        for start in range(self._place, offset, STRETCH):
            part = np.frombuffer(self._text, np.uint8, min(STRETCH, offset - start), start)
            quotes = np.cumsum(part == ord('"'), dtype=np.uint8) + np.uint8(self._quotes)
            outside = part[quotes & 1 == 0] & ~np.uint8(0x20)  # { as [, and } as ]
            self._depth += int(np.count_nonzero(outside == ord("[")))
            self._depth -= int(np.count_nonzero(outside == ord("]")))
            self._quotes = int(quotes[-1]) & 1
        self._place = max(self._place, offset)
        return self._depth


STRETCH = 1 << 16
"""Bytes that are counted at once; so many stay in the processor's cache."""


def address_of(view: Raw | bytes) -> int:
    """The address in memory at which a view begins."""
    address: int = np.frombuffer(view, np.uint8).__array_interface__["data"][0]
    return address


def located(problems: list[Problem], content: bytes, limit: int = LOCATED) -> list[Problem]:
    """Add line and column to problems, and sort them by their place in the file.

    Args:
        problems: of the spec in `content`.
        content: the bytes of the file, sound JSON without a byte order mark.
        limit: the number of problems to look up; further ones follow unchanged.
    """
    if all(problem.line is not None for problem in problems[:limit]):
        return problems
    places = Places(content)
    offsets = [
        (places.of(problem.path, key=problem.rule == "unknown_key"), problem)
        for problem in problems[:limit]
        if problem.line is None
    ]
    found = [problem for problem in problems[:limit] if problem.line is not None]
    line, counted = 1, 0
    for offset, problem in sorted(offsets, key=lambda pair: pair[0]):
        line, counted = line + content.count(b"\n", counted, offset), offset
        found.append(replace(problem, line=line, column=places.column(offset)))
    found.sort(key=lambda problem: (problem.line or 0, problem.column or 0))
    return found + problems[limit:]
