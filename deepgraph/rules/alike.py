"""Names that are shown alike and are not the same: `h1`, `h_1` and `h₁`; a group beside a node."""

from __future__ import annotations

import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.words.messages import shown
from deepgraph.words.notation import runs

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from deepgraph.graph.graph import Graph

MOST_READ = 10_000
"""The number of names up to which all are read as notation; among more, equal texts are found."""


class _Name(NamedTuple):
    """A name that people see.

    Attributes:
        text: as it stands in the spec.
        kind: what it names, for a message.
        node: the number of the node that it names; `None` for other things.
        number: that of the parameter that is a label; −1 for other things.
        path: where it stands; empty for a label of edges, whose place is looked up if it is needed.
    """

    text: str
    kind: str
    node: int | None
    number: int
    path: str


def pairs(graph: Graph) -> Iterator[tuple[str, str]]:
    """The path of each name that is shown like an earlier one, and a message that has both."""
    names = [*_nodes(graph), *_labels(graph), *_others(graph)]
    first: dict[Hashable, list[_Name]] = {}
    for name in names:
        look = _look(name.text) if len(names) <= MOST_READ else name.text
        before = first.setdefault(look, [])
        other = next((one for one in before if _are_confused(one, name)), None)
        if other is not None:
            what = f'the {name.kind} "{shown(name.text)}" looks like the {other.kind} '
            what += f'"{shown(other.text)}" at {_path(graph, other)}; rename one of them'
            yield _path(graph, name), what
        before.append(name)


def _look(text: str) -> Hashable:
    return runs(unicodedata.normalize("NFC", text))


def _are_confused(one: _Name, other: _Name) -> bool:
    """True unless both name one node, or are the same label on two nodes, as the 1 of biases is."""
    if one.node is None or other.node is None:
        return True
    same_label = one.text == other.text and one.kind == other.kind
    return one.node != other.node and not same_label


def _nodes(graph: Graph) -> Iterator[_Name]:
    for node, name in enumerate(graph.ids):
        yield _Name(name, "node", node, -1, graph.paths[node])
    for node, label in graph.labels.items():
        yield _Name(label, "label of a node", node, -1, f"{graph.paths[node]}.label")


def _labels(graph: Graph) -> Iterator[_Name]:
    """The labels of edges; a bias whose value is a parameter is there as a node."""
    parameters = graph.parameters
    biases = set(graph.node_parameter[graph.node_parameter >= 0].tolist())
    for number, key in enumerate(parameters.keys, parameters.first_key):
        if isinstance(key, str) and number not in biases:
            yield _Name(key, "label", None, number, "")


def _others(graph: Graph) -> Iterator[_Name]:
    """Matrices and vectors, groups, stages."""
    blocks = ((block.name, "matrix" if len(block.shape) > 1 else "vector", block.path)
              for block in graph.parameters.blocks)  # fmt: skip
    groups = ((name, "group", f"$.groups.{name}") for name in graph.groups)
    stages = ((name, "stage", f"$.stages.{name}") for name in graph.spec.stages)
    for text, kind, path in chain(blocks, groups, stages):
        yield _Name(text, kind, None, -1, path)


def _path(graph: Graph, name: _Name) -> str:
    if name.path:
        return name.path
    edge = int(np.flatnonzero(graph.edge_parameter == name.number)[0])
    return f"$.edges[{edge - (len(graph.source) - len(graph.spec.edges))}].label"
