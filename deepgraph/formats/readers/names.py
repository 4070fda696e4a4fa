"""Names in a spec for the things in a file: as they are there, if a person can read them."""

from __future__ import annotations

import math
import re
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 100
"""The most characters of a name that is taken from a file; an id may have 256."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_GENERATED = re.compile(r"[\d._/:]*|.*::.*|.*[<>{}].*|/.*")
_WEIGHTS = re.compile(r"(.*[^/._])(?:[/._](?:weights?|kernel|matrix|W)(?::0)?)")


def readable(name: str | None) -> str | None:
    """A name of a file without control characters; `None` for one that a program made up.

    >>> readable("fc1.weight"), readable("onnx::MatMul_7"), readable("12")
    ('fc1.weight', None, None)
    """
    if name is None:
        return None
    plain = _CONTROL.sub("", name).strip()
    if not plain or len(plain) > LONGEST or _GENERATED.fullmatch(plain):
        return None
    return plain


def layer_of(weights: str | None) -> str | None:
    """The layer of a matrix by its name; `None` for a layer that is only numbered.

    >>> layer_of("fc1.weight"), layer_of("dense_12_1/kernel:0"), layer_of("net.0.weight")
    ('fc1', 'dense_12_1', None)
    """
    match = _WEIGHTS.fullmatch(weights or "")
    if match is None or re.split(r"[/.]", match[1])[-1].isdigit():
        return None
    return readable(match[1])


def as_id(name: str) -> str:
    """A name that a person gave to one thing, such as a column; always an id.

    >>> as_id(" sepal length ")
    'sepal length'
    """
    return _CONTROL.sub("", name).strip()[:LONGEST] or "?"


def entries(base: str, shape: Sequence[int]) -> list[str]:
    """The names of the entries of a tensor, counted from 1.

    >>> entries("h", (2,)), entries("fc1", (2,)), entries("y", (1,))
    (['h1', 'h2'], ['fc1.1', 'fc1.2'], ['y'])
    >>> entries("conv", (1, 1, 2))[:2], entries("conv", (1, 2, 2))[:2]
    (['conv1', 'conv2'], ['conv[1,1]', 'conv[1,2]'])
    """
    if math.prod(shape) == 1:
        return [base]
    sizes = [size for size in shape if size != 1]
    if len(sizes) == 1:
        start = stem(base)
        return [f"{start}{number + 1}" for number in range(sizes[0])]
    places = product(*(range(1, size + 1) for size in sizes))
    return [f"{base}[{','.join(map(str, place))}]" for place in places]


def stem(base: str) -> str:
    """The name before a number: `fc1` would run into it.

    >>> stem("h"), stem("fc1")
    ('h', 'fc1.')
    """
    return f"{base}." if base[-1:].isdigit() else base


class Unique:
    """Gives out names, each once: one that is taken gets a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        """The name, or one like it that is free."""
        found = name
        while found in self._taken:
            self._counts[name] = self._counts.get(name, 1) + 1
            found = f"{name}_{self._counts[name]}"
        self._taken.add(found)
        return found
