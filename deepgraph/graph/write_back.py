"""Writes parameter values back into the records of a spec; everything else stays the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from msgspec import Raw
from msgspec.structs import replace

from deepgraph.errors import InputError
from deepgraph.graph.assignment import Assignment
from deepgraph.graph.draft import Draft
from deepgraph.graph.graph import Graph
from deepgraph.spec import literals
from deepgraph.spec.records import ABSENT
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.parameters import EdgeKey, ParameterBlock
    from deepgraph.options.shared import Method
    from deepgraph.spec.records import Edge, Spec

Texts = dict["str | EdgeKey", bytes]
"""Numbers that are still to be written, by the key of their parameter."""


def initialised(network: Graph, seed: int, init: Method = "uniform") -> Spec:
    """The spec of a network with its uninitialised parameters drawn by `Graph.initialised`.

    Raises:
        InputError: no such method.
    """
    return filled(network, network.initialised(seed, init).parameters.values)


def filled(network: Graph, values: NDArray[np.float64]) -> Spec:
    """The spec of a network with values for its uninitialised parameters.

    A number replaces a `null` that stands for it under `parameters`. Otherwise a matrix or vector
    goes under `parameters`, a bias onto its node, and a weight onto the first edge that bears it.
    Numbers that are there keep their text.

    Args:
        network: a network with uninitialised parameters.
        values: (parameters,) all values; only those of uninitialised parameters are used.

    Raises:
        ValueError: a value that is used is not finite.
        InputError: the parameters are in a file beside the spec.
    """
    spec, parameters = network.spec, network.parameters
    missing = parameters.missing
    if isinstance(spec.parameters, str):
        name = parameters.name(int(missing[0])) if len(missing) else "nothing"
        raise InputError(
            f"the parameters of this spec are in {spec.parameters}, which lacks {name}; numbers "
            "are written into specs only. Add it to that file, or draw it on the fly: "
            f"{option('seed', 1, argument='network.initialised(1)')}"
        )
    given = dict(spec.parameters)
    for block in parameters.blocks:
        inside = missing[(missing >= block.offset) & (missing < block.offset + block.size)]
        if len(inside):
            entries = [b"null"] * block.size  # stays where a group gives the number
            for number in inside.tolist():
                entries[number - block.offset] = literals.encode(float(values[number]))
            given[block.name] = _block(block, bytes(given.get(block.name, ABSENT)), entries)
    texts: Texts = {
        parameters.key(number): literals.encode(float(values[number]))
        for number in missing[missing >= parameters.first_key].tolist()
    }
    written: set[str] = set()
    for name, raw in given.items():
        if name in network.groups:
            given[name] = _group(bytes(raw), network.groups[name], texts, written)
        elif literals.missing(bytes(raw)) and name in texts:
            given[name] = Raw(texts[name])
            written.add(name)
    for name in written:
        del texts[name]
    # A bias whose edges carry weights has no parameter, but a label may equal its id.
    is_parameter = network.node_parameter[len(network.ids) - len(spec.nodes) :] >= 0
    nodes = [
        replace(node, value=Raw(texts.pop(node.id))) if bias and node.id in texts else node
        for node, bias in zip(spec.nodes, is_parameter.tolist(), strict=True)
    ]
    edges = [_edge(edge, texts) for edge in spec.edges]
    return replace(spec, nodes=nodes, edges=edges, parameters=given)


def restated(network: Graph, values: NDArray[np.float64]) -> Spec:
    """The spec of a network with other parameter values in place of its own.

    A number that stands in several places (the label of two edges, a group) changes in all of
    them. A number that stays the same keeps its text. Missing numbers are added as `filled` adds
    them. If the parameters are in a file beside the spec, the new spec holds them itself.

    Args:
        network: a network with the values of its spec.
        values: (parameters,) the new values.

    Raises:
        ValueError: a value is not finite.
    """
    if isinstance(network.spec.parameters, str):
        draft = Draft(replace(network.spec, parameters={}))
        network = Graph(draft, Assignment(draft), network.name)
    spec, parameters = filled(network, values), network.parameters
    before = parameters.values
    changed = np.flatnonzero((values != before) & ~np.isnan(before))
    assert not isinstance(spec.parameters, str)
    given = dict(spec.parameters)
    for block in parameters.blocks:
        inside = changed[(changed >= block.offset) & (changed < block.offset + block.size)]
        if len(inside) and block.name in given:
            texts = {n - block.offset: literals.encode(float(values[n])) for n in inside.tolist()}
            given[block.name] = _restated_block(bytes(given[block.name]), block, texts)
    others: Texts = {
        parameters.key(number): literals.encode(float(values[number]))
        for number in changed[changed >= parameters.first_key].tolist()
    }
    is_changed = set(changed.tolist())
    for name, raw in given.items():
        if name in network.groups:
            numbers = [parameters.find(label) for label in network.groups[name]]
            own = {
                i: literals.encode(float(values[n]))
                for i, n in enumerate(numbers)
                if n in is_changed
            }
            given[name] = _listed(_restated(_entries(bytes(raw)), own))
        elif name in others and not literals.missing(bytes(raw)):
            given[name] = Raw(others[name])
    is_parameter = network.node_parameter[len(network.ids) - len(spec.nodes) :] >= 0
    nodes = [
        replace(node, value=Raw(others[node.id]))
        if bias and node.id in others and not literals.missing(bytes(node.value))
        else node
        for node, bias in zip(spec.nodes, is_parameter.tolist(), strict=True)
    ]
    edges = [_restated_edge(edge, others) for edge in spec.edges]
    return replace(spec, nodes=nodes, edges=edges, parameters=given)


def _restated_block(given: bytes, block: ParameterBlock, texts: dict[int, bytes]) -> Raw:
    """A matrix or vector with new texts for some entries, given by position."""
    if literals.missing(given):  # groups hold its numbers
        return Raw(given)
    if len(block.shape) == 1:
        return _listed(_restated(_entries(given), texts))
    rows = msgspec.json.decode(given, type=list[list[Raw]])
    flat = _restated([bytes(entry) for row in rows for entry in row], texts)
    width = block.shape[1]
    lines = [bytes(_listed(flat[at : at + width])) for at in range(0, len(flat), width)]
    return _listed(lines)


def _entries(given: bytes) -> list[bytes]:
    return [bytes(entry) for entry in msgspec.json.decode(given, type=list[Raw])]


def _restated(entries: list[bytes], texts: dict[int, bytes]) -> list[bytes]:
    """Entries with new texts; a gap stays, since its number stands elsewhere."""
    return [
        entry if literals.missing(entry) else texts.get(number, entry)
        for number, entry in enumerate(entries)
    ]


def _listed(entries: list[bytes]) -> Raw:
    return Raw(b"[" + b", ".join(entries) + b"]")


def _restated_edge(edge: Edge, texts: Texts) -> Edge:
    key = (edge.source, edge.target) if edge.label is None else edge.label
    if key not in texts or literals.missing(bytes(edge.weight)):
        return edge
    return replace(edge, weight=Raw(texts[key]))


def _block(block: ParameterBlock, given: bytes, entries: list[bytes]) -> Raw:
    """The text of a matrix or vector: a new one, or the given one with its gaps filled."""
    matrix = len(block.shape) == 2
    if not literals.missing(given):
        rows = msgspec.json.decode(given if matrix else b"[" + given + b"]", type=list[list[Raw]])
        return _fill_gaps(given, [entry for row in rows for entry in row], entries)
    width = block.shape[-1]
    lines = [b", ".join(entries[at : at + width]) for at in range(0, len(entries), width)]
    if not matrix:
        return Raw(b"[" + lines[0] + b"]")
    return Raw(b"[\n" + b",\n".join(b"      [" + line + b"]" for line in lines) + b"\n    ]")


def _group(given: bytes, labels: Sequence[str], texts: Texts, written: set[str]) -> Raw:
    """The vector of a group with its gaps filled; a gap stays if its number stands elsewhere."""
    present = msgspec.json.decode(given, type=list[Raw])
    gaps = [label for label, e in zip(labels, present, strict=True) if bytes(e) == b"null"]
    written.update(label for label in gaps if label in texts)
    return _fill_gaps(given, present, [texts.get(label, b"null") for label in labels])


def _fill_gaps(given: bytes, present: list[Raw], entries: list[bytes]) -> Raw:
    """Replace each `null` of a list by the entry at its position; the rest keeps its text.

    A list of numbers holds no other word, so every `null` in its text is a gap.
    """
    gaps = (n for old, n in zip(present, entries, strict=True) if bytes(old) == b"null")
    return Raw(re.sub(rb"null", lambda _: next(gaps), given))


def _edge(edge: Edge, texts: Texts) -> Edge:
    key = (edge.source, edge.target) if edge.label is None else edge.label
    if key not in texts:
        return edge
    return replace(edge, weight=Raw(texts.pop(key)))
