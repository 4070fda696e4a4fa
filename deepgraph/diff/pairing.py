"""Pairs the nodes and edges of two networks: by id, and by what shows that a node was renamed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.diff.renamed_nodes import renamed_nodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Pairing:
    """Which node and which edge of B is which of A.

    Attributes:
        b_of: (nodes of A,) numbers of the nodes of B, −1 for a node that is only in A.
        a_of: (nodes of B,) the other way round.
        renamed: numbers in A and in B of the nodes with another id.
        edges_a, edges_b: (common,) numbers of the edges that are in both, in the order of B.
        removed: the edges that are only in A.
        added: the edges that are only in B.
    """

    b_of: Numbers
    a_of: Numbers
    renamed: tuple[tuple[int, int], ...]
    edges_a: Numbers
    edges_b: Numbers
    removed: Numbers
    added: Numbers


def paired(a: Graph, b: Graph) -> Pairing:
    """Pair two networks.

    Nodes of one id are one node. A node that is only in A and one that is only in B are one node
    if nothing but their ids tells them apart, and no other node could be meant; see
    `renamed_nodes`.
    """
    b_of = np.array([b.index.get(name, -1) for name in a.ids], np.int64)
    a_of = _inverse(b_of, len(b.ids))
    found = renamed_nodes(a, b, b_of, a_of)
    for one, other in found.items():
        b_of[one], a_of[other] = other, one
    both = _edges(a, b, b_of, a_of)
    return Pairing(b_of, a_of, tuple(sorted(found.items())), *both)


def _inverse(b_of: Numbers, count: int) -> Numbers:
    a_of = np.full(count, -1, np.int64)
    known = np.flatnonzero(b_of >= 0)
    a_of[b_of[known]] = known
    return a_of


def _edges(a: Graph, b: Graph, b_of: Numbers, a_of: Numbers) -> tuple[Numbers, ...]:
    """The edges in both, in A alone and in B alone, by sorted keys of their ends."""
    size = len(b.ids)
    source, target = b_of[a.source], b_of[a.target]
    keys_a = np.where((source >= 0) & (target >= 0), source * size + target, -1)
    keys_b = b.source.astype(np.int64) * size + b.target
    if np.array_equal(keys_a, keys_b):  # the usual case, which needs no sorting
        every, none = np.arange(len(keys_a)), np.zeros(0, np.int64)
        return every, every, none, none
    order = np.argsort(keys_a, kind="stable")
    ordered = keys_a[order]
    place = np.minimum(np.searchsorted(ordered, keys_b), max(len(ordered) - 1, 0))
    same = ordered[place] == keys_b if len(ordered) else np.zeros(len(keys_b), np.bool)
    edges_b = np.flatnonzero(same)
    edges_a = order[place[edges_b]]
    left = np.ones(len(keys_a), np.bool)
    left[edges_a] = False
    return edges_a, edges_b, np.flatnonzero(left), np.flatnonzero(~same)
