"""Terms in which a node feeds a row once, and a node that is always 0 feeds none needlessly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.readers.terms import Dense, Sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Pending
    from deepgraph.formats.readers.terms import Term


def without_repeats(term: Term, zero: int | None) -> Term:
    """The same sums with at most one edge between two nodes, as a spec wants them.

    Edges between the same two nodes become one, whose weight is their sum; it has no label. Edges
    from the node that is always 0 go, but for one in a row that has no other.

    Args:
        term: of the pre-activations of nodes that add.
        zero: the number of the node that is always 0, if there is one.
    """
    if isinstance(term, Dense):
        if len(np.unique(term.sources)) == len(term.sources) and zero not in term.sources:
            return term
        term = term.sparse()
    if zero is not None:
        term = _without_zero(term, zero)
    return _added_up(term)


def _without_zero(term: Sparse, zero: int) -> Sparse:
    empty = term.sources == zero
    if not empty.any():
        return term
    fed = np.zeros(int(term.rows.max()) + 1, bool)
    fed[term.rows[~empty]] = True
    first = np.unique(term.rows, return_index=True)[1]
    kept = ~empty
    kept[first] |= ~fed[term.rows[first]]
    chosen = np.flatnonzero(kept)
    return term.edges_at(chosen, term.rows[chosen])


def _added_up(term: Sparse) -> Sparse:
    pairs = term.rows * (int(term.sources.max(initial=0)) + 1) + term.sources
    _, first, place = np.unique(pairs, return_index=True, return_inverse=True)
    if len(first) == len(pairs):
        return term
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    place, first = rank[place.reshape(-1)], first[order]  # edges stay in their order
    given: NDArray[Any] = np.ones(len(pairs)) if term.weights is None else term.weights
    weights = np.bincount(place, given.astype(np.float64))
    added = term.edges_at(first, term.rows[first])
    labels = added.labels
    if labels is not None:
        labels = np.where(np.bincount(place) == 1, labels, -1)
    return replace(added, weights=weights, labels=labels)


def overlap(one: Pending, other: Pending) -> bool:
    """True if a node feeds the same row of both."""
    return any(_share_edges(a, b) for a in one.terms for b in other.terms)


def _share_edges(one: Term, other: Term) -> bool:
    if isinstance(one, Dense):
        return bool(np.isin(other.sources, one.sources).any())
    if isinstance(other, Dense):
        return _share_edges(other, one)
    width = int(max(one.sources.max(initial=0), other.sources.max(initial=0))) + 1
    pairs, others = (term.rows * width + term.sources for term in (one, other))
    return bool(np.isin(pairs, others).any())
