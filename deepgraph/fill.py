"""Values written into the places of a spec that lack them; everything else stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from deepgraph import numeral
from deepgraph.spec import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from deepgraph.network import Network
    from deepgraph.parameters import Block, EdgeKey
    from deepgraph.spec import Edge, Node, Spec

Texts = dict["str | EdgeKey", bytes]
"""The number of each parameter that is still to be written, by its key."""


def filled(network: Network, values: NDArray) -> Spec:  # type: ignore[type-arg]
    """The spec of a network with its uninitialised parameters written in.

    A number goes where its author left a `null` for it under `parameters`; else a matrix or vector
    goes under `parameters`, a bias onto its node, and a weight onto the first edge that bears it.
    Numbers that are there keep their text.

    Args:
        network: with parameters that have no value.
        values: (parameters,) as of `Network.initialised`; only those of the former are used.

    Raises:
        ValueError: one of these values is not finite.
    """
    spec, parameters = network.spec, network.parameters
    given = dict(spec.parameters) if isinstance(spec.parameters, dict) else {}
    missing = parameters.missing.tolist()
    for block in parameters.blocks:
        end = block.offset + block.size
        numbers = [numeral.encode(values[n]) for n in missing if block.offset <= n < end]
        if numbers:
            given[block.name] = _block(block, bytes(given.get(block.name, ABSENT)), numbers)
    texts: Texts = {
        parameters.key(n): numeral.encode(values[n]) for n in missing if n >= parameters.first_key
    }
    written: set[str] = set()
    for name, raw in given.items():
        if name in spec.groups:
            given[name] = _group(bytes(raw), spec.groups[name], texts, written)
        elif numeral.missing(bytes(raw)) and name in texts:
            given[name] = Raw(texts[name])
            written.add(name)
    for name in written:
        del texts[name]
    nodes = [_node(node, texts) for node in spec.nodes]
    edges = [_edge(edge, texts) for edge in spec.edges]
    return replace(spec, nodes=nodes, edges=edges, parameters=given)


def _block(block: Block, given: bytes, numbers: list[bytes]) -> Raw:
    """The text of a matrix or vector, written anew or with its gaps filled."""
    if not numeral.missing(given):
        return _fill_gaps(given, numbers)
    width = block.shape[-1]
    rows = [b", ".join(numbers[at : at + width]) for at in range(0, len(numbers), width)]
    if len(block.shape) == 1:
        return Raw(b"[" + rows[0] + b"]")
    return Raw(b"[\n" + b",\n".join(b"      [" + row + b"]" for row in rows) + b"\n    ]")


def _group(given: bytes, labels: list[str], texts: Texts, written: set[str]) -> Raw:
    """The vector of a group with its gaps filled; a gap whose number stands elsewhere remains."""
    entries = [bytes(entry) for entry in msgspec.json.decode(given, type=list[Raw])]
    gaps = [label for label, entry in zip(labels, entries, strict=True) if entry == b"null"]
    written.update(label for label in gaps if label in texts)
    return _fill_gaps(given, [texts.get(label, b"null") for label in gaps])


def _fill_gaps(given: bytes, numbers: Iterable[bytes]) -> Raw:
    """Each `null` replaced by the next number; no other word stands in a list of numbers."""
    following: Iterator[bytes] = iter(numbers)
    return Raw(re.sub(rb"null", lambda _: next(following), given))


def _node(node: Node, texts: Texts) -> Node:
    if node.kind != "bias" or node.id not in texts:
        return node
    return replace(node, value=Raw(texts.pop(node.id)))


def _edge(edge: Edge, texts: Texts) -> Edge:
    key = (edge.source, edge.target) if edge.label is None else edge.label
    if key not in texts:
        return edge
    return replace(edge, weight=Raw(texts.pop(key)))
