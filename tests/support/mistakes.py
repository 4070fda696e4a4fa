"""Single mistakes as people make them, in every place of a spec: where it was made, and the result.

Each is one slip of the hand: a key left out or misspelled, a name that is another's, a value of a
wrong type, an element twice or not at all, a matrix of a wrong shape.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

OTHER_WORDS = {
    "nodes": {"id": "name", "kind": "type", "activation": "function", "value": "bias"},
    "edges": {"label": "name", "weight": "w"},
    "layers": {"id": "name", "size": "units", "weights": "kernel", "bias": "biases"},
    "examples": {"expect": "outputs", "inputs": "x", "learning_rate": "lr", "tolerance": "atol"},
}
"""Keys as other tools have them, by the section that they stand in."""

ENDS = [("from", "to"), ("a", "b"), ("src", "dst"), ("start", "end"), ("tail", "head")]
"""Other names for the ends of an edge."""


@dataclass(frozen=True)
class Mistake:
    """One of them.

    Attributes:
        what: the slip, in words.
        place: the JSON path where it was made.
        content: the spec with it.
    """

    what: str
    place: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.content.get('name', '')}: {self.what} at {self.place}"


def mistakes(content: dict[str, Any]):
    """Every single mistake of these kinds in a spec."""
    for keys in _places(content):
        inner = _at(content, keys)
        for what, value in _slips(content, keys, inner):
            yield _changed(content, keys, what, value)
    yield from _wrong_words(content)


_GONE = object()
_TWICE = object()
_FREE = {"$schema", "deepgraph", "name", "title", "description", "source", "note", "style"}


def _places(content, keys=()):
    if keys:
        yield keys
    items = content.items() if isinstance(content, dict) else ()
    items = enumerate(content) if isinstance(content, list) else items
    for key, inner in items:
        free = key in _FREE and (len(keys) < 1 or "examples" in keys) and "loss" not in keys
        if not free:
            yield from _places(inner, (*keys, key))


def _slips(content, keys, inner):
    """Values that may stand in a place by mistake, with a word for each."""
    parent = _at(content, keys[:-1])
    yield "left out", _GONE
    if isinstance(parent, list) and keys[0] in ("nodes", "edges", "layers", "groups"):
        yield "twice", _TWICE
    if isinstance(inner, str):
        yield "misspelled", f"{inner}{inner[-1:]}"
        yield "a number", 3
        yield "a list", [inner]
    elif isinstance(inner, list):
        yield "a text", "all of it"
        yield "an object", {}
        if inner and isinstance(inner[0], list):
            yield "transposed", [list(column) for column in zip(*inner, strict=True)]
    elif isinstance(inner, dict):
        yield "a text", "all of it"
        yield "a list", []
    elif not isinstance(inner, bool):
        yield "a text", "one half"
        yield "a list", [inner, inner]
        yield "true", True
    if keys[-1] == "kind":
        yield from ((f"{kind} for {inner}", kind) for kind in KINDS if kind != inner)
    if keys[-1] in ("source", "target") and keys[0] == "edges":
        others = [node["id"] for node in content.get("nodes", []) if node["id"] != inner]
        yield from ((f"{other} for {inner}", other) for other in others)
    if keys[-1] == "label" and keys[0] == "edges":
        others = [edge["label"] for edge in content["edges"] if "label" in edge]
        yield from ((f"{other} for {inner}", other) for other in others[:2] if other != inner)


KINDS = ("input", "bias", "hidden", "output")


def _wrong_words(content):
    """Keys as other tools call them, and the ends of edges the other way round."""
    for section, words in OTHER_WORDS.items():
        for number, record in enumerate(content.get(section, [])):
            for key, word in words.items():
                if key in record:
                    yield _renamed(content, (section, number), {key: word})
    for number, edge in enumerate(content.get("edges", [])):
        for source, target in ENDS:
            yield _renamed(content, ("edges", number), {"source": source, "target": target})
        turned = edge | {"source": edge["target"], "target": edge["source"]}
        yield _changed(content, ("edges", number), "turned round", turned)
    for section in ("nodes", "layers", "edges", "parameters", "groups", "examples"):
        for record in _records(content, section):
            for key in _at(content, record):
                yield _renamed(content, record, {key: key[:1] + key})


def _records(content, section):
    held = content.get(section, [])
    if isinstance(held, dict):
        yield (section,)
        return
    for number, record in enumerate(held):
        yield (section, number)
        yield from ((section, number, key) for key in record if isinstance(record[key], dict))


def _renamed(content, keys, words):
    record = _at(content, keys)
    other = {words.get(key, key): value for key, value in record.items()}
    what = ", ".join(f"{word} for {key}" for key, word in words.items())
    found = _changed(content, keys, what, other)
    return Mistake(found.what, f"{found.place}.{next(iter(words.values()))}", found.content)


def _changed(content, keys, what, value):
    content = copy.deepcopy(content)
    parent = _at(content, keys[:-1])
    if value is _GONE:
        del parent[keys[-1]]
    elif value is _TWICE:
        parent.insert(keys[-1] + 1, copy.deepcopy(parent[keys[-1]]))
    else:
        parent[keys[-1]] = value
    path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return Mistake(what, f"${path}", content)


def _at(content, keys):
    for key in keys:
        content = content[key]
    return content
