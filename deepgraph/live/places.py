"""Where each number of a network stands in the text of its spec.

With these places a script writes changed numbers into the text, which keeps its form otherwise:
what `deepgraph.graph.write_back` does with records.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from deepgraph.errors import DeepgraphError
from deepgraph.graph import write_back
from deepgraph.loading import loads
from deepgraph.spec import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.network import Network

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:"\s]+', re.DOTALL)


class Place(NamedTuple):
    """A number in a text: start and end in characters, and the parameter that it gives."""

    start: int
    end: int
    parameter: int


class _Value(NamedTuple):
    """A value of a JSON text: where it stands, and its members or entries if it has some."""

    start: int
    end: int
    inside: dict[str, Any] | list[Any] | None


def places_of(network: Network, text: str) -> list[Place]:
    """The places of all numbers of parameters in the text of a network's spec, in their order."""
    whole = _tree(text).inside
    assert isinstance(whole, dict)
    return sorted(
        [
            *_under_parameters(network, whole),
            *_on_nodes(network, whole, text),
            *_on_edges(network, whole),
        ]
    )


def with_values(text: str, places: list[Place], values: NDArray[np.float64]) -> str:
    """The text with other numbers, as the page writes them."""
    pieces, done = [], 0
    for place in places:
        pieces += [text[done : place.start], repr(float(values[place.parameter]))]
        done = place.end
    return "".join([*pieces, text[done:]])


def sure_places(network: Network, text: str | None) -> tuple[str, list[Place]]:
    """A text of a network's spec and the places in it, tried out with other numbers.

    Args:
        network: all parameters have values.
        text: of its spec; `None` if there is none that holds all numbers.

    Returns:
        The text, or one that deepgraph writes where that does not hold all numbers, with their
        places.
    """
    values = network.parameters.values
    written = writing.write(write_back.restated(network.as_written(), values))
    for candidate in [*([] if text is None else [text]), written]:
        places, trial = places_of(network, candidate), np.linspace(0.25, 999.25, len(values))
        try:
            tried = loads(with_values(candidate, places, trial)).parameters.values
            as_given = loads(candidate).parameters.values
        except DeepgraphError:
            continue
        if np.array_equal(tried, trial) and np.array_equal(as_given, values):
            return candidate, places
    raise AssertionError("the written spec of a network holds its numbers")


def _under_parameters(network: Network, whole: dict[str, Any]) -> Iterator[Place]:
    parameters = network.parameters
    given = whole["parameters"].inside if "parameters" in whole else None
    if not isinstance(given, dict):
        return
    blocks = {block.name: block for block in parameters.blocks}
    for name, value in given.items():
        if name in blocks:
            for number, entry in enumerate(_entries(value), blocks[name].offset):
                yield Place(entry.start, entry.end, number)
        elif name in network.groups:
            for label, entry in zip(network.groups[name], _entries(value), strict=False):
                yield Place(entry.start, entry.end, parameters.find(label) or 0)
        elif (own := parameters.find(name)) is not None:
            yield Place(value.start, value.end, own)


def _on_nodes(network: Network, whole: dict[str, Any], text: str) -> Iterator[Place]:
    for node in whole["nodes"].inside if "nodes" in whole else ():
        if "value" not in node.inside or "id" not in node.inside:
            continue
        value, name = node.inside["value"], node.inside["id"]
        number = network.index[_read(text[name.start : name.end])]
        if network.node_parameter[number] >= 0:
            yield Place(value.start, value.end, int(network.node_parameter[number]))


def _on_edges(network: Network, whole: dict[str, Any]) -> Iterator[Place]:
    edges = whole["edges"].inside if "edges" in whole else []
    first = len(network.source) - len(edges)
    for edge, record in enumerate(edges, first):
        if "weight" in record.inside:
            value = record.inside["weight"]
            yield Place(value.start, value.end, int(network.edge_parameter[edge]))


def _entries(value: _Value) -> Iterator[_Value]:
    """The numbers of a vector or a matrix, row by row."""
    if not isinstance(value.inside, list):
        return
    for entry in value.inside:
        if isinstance(entry.inside, list):
            yield from entry.inside
        else:
            yield entry


def _read(text: str) -> str:
    return msgspec.json.decode(text, type=str)


def _tree(text: str) -> _Value:
    """The tree of a sound JSON text; a gap, `null`, is a value like any other."""
    open_ones: list[tuple[int, Any, str | None]] = []
    inside: Any = None
    start, key, waiting = 0, None, ""
    found: _Value | None = None
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "{[":
            open_ones.append((start, inside, key))
            start, inside, key = token.start(), {} if sign == "{" else [], None
            continue
        if sign == ",":
            key = None
            continue
        if sign == ":":
            key = waiting
            continue
        if sign in "}]":
            found = _Value(start, token.end(), inside)
            start, inside, key = open_ones.pop()
        else:
            if isinstance(inside, dict) and key is None:
                waiting = _read(sign)
                continue
            found = _Value(token.start(), token.end(), None)
        if isinstance(inside, dict):
            inside[key] = found
        elif isinstance(inside, list):
            inside.append(found)
    assert found is not None
    return found
