"""Selects the part of a network that a picture shows: a focus, the strongest edges, cut layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.records import Selection
from deepgraph.errors import DrawingError, InputError
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.shape import columns
from deepgraph.words.messages import counted
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Mask = NDArray[np.bool]

MOST_NODES, MOST_EDGES = 3_000, 110_000
"""Above these a picture of every node and edge is unreadable, and slow to make."""


def select(network: Graph, *, focus: str | None, top: int | None, max_width: int) -> Selection:
    """Decide which nodes and edges a picture shows.

    Args:
        network: the whole.
        focus: the id of a node, or the name of a stage; only it, what feeds it and what it feeds
            is shown.
        top: the number of edges shown, those with the largest weights.
        max_width: a column with more nodes shows only the first and the last.

    Raises:
        DrawingError: no such node, or a picture that nobody could read.
    """
    nodes = np.ones(len(network.ids), np.bool)
    edges = np.ones(len(network.source), np.bool)
    remarks = []
    kept: list[int] = []
    if focus is not None:
        kept = _focused(network, focus)
        nodes, edges = _neighbours(network, kept)
        remarks.append(f"only what feeds {focus} and what it feeds")
    left_out = _cut(network, nodes, max_width, kept)
    if top is not None:
        remarks.append(_keep_strongest(network, edges, top))
    edges &= nodes[network.source] & nodes[network.target]
    _drop_idle_biases(network, nodes, edges)
    if int(nodes.sum()) > MOST_NODES or int(edges.sum()) > MOST_EDGES:
        raise DrawingError(
            f"{counted(int(nodes.sum()), 'node')} and {counted(int(edges.sum()), 'edge')} make a "
            "picture that nobody can read; show layers as blocks "
            f"({option('collapse', True)}), fewer nodes a layer ({option('max_width', 12)}), "
            f"or one node with its neighbours ({option('focus', 'ID')})"
        )
    shown = np.flatnonzero(nodes).tolist()
    return Selection(shown, np.flatnonzero(edges).tolist(), left_out, tuple(remarks))


def _focused(network: Graph, focus: str) -> list[int]:
    """The numbers of the node of this id, or of the nodes of this stage."""
    try:
        return sorted({member.node for member in network.members([focus])})
    except InputError as error:
        raise DrawingError(str(error)) from None


def _neighbours(network: Graph, focus: list[int]) -> tuple[Mask, Mask]:
    """The nodes and edges of some nodes and their neighbours."""
    edges = np.isin(network.source, focus) | np.isin(network.target, focus)
    nodes = np.zeros(len(network.ids), np.bool)
    nodes[focus] = True
    nodes[network.source[edges]] = True
    nodes[network.target[edges]] = True
    return nodes, edges


def _cut(
    network: Graph, nodes: Mask, max_width: int, keep: list[int]
) -> dict[int, tuple[int, int]]:
    """Hide the inner nodes of wide columns; give how many are hidden, and behind which node."""
    column = columns(network)
    left_out = {}
    for number in range(int(column.max()) + 1):
        mine = [int(n) for n in np.flatnonzero((column == number) & nodes)]
        if len(mine) <= max_width:
            continue
        first = max_width // 2
        last = max_width - 1 - first
        kept = mine[:first] + mine[len(mine) - last :]
        inner = sorted(set(keep) & set(mine) - set(kept))[:first]
        kept[first - len(inner) : first] = inner
        hidden = [n for n in mine if n not in set(kept)]
        nodes[hidden] = False
        left_out[number] = (len(hidden), kept[first - 1])
    return left_out


def _keep_strongest(network: Graph, edges: Mask, top: int) -> str:
    """Hide all but the largest weights; wires of biases stay. Gives the footnote about it."""
    weighted = edges & (network.edge_parameter >= 0) & (network.kind[network.source] != BIAS)
    numbers = np.flatnonzero(weighted)
    size = np.nan_to_num(np.abs(network.weights[numbers]), nan=0.0)
    weakest = numbers[np.argsort(-size, kind="stable")[top:]]
    edges[weakest] = False
    return f"the {min(top, len(numbers)):,} strongest of {counted(len(numbers), 'weight')}"


def _drop_idle_biases(network: Graph, nodes: Mask, edges: Mask) -> None:
    """Hide biases whose edges are all hidden."""
    busy = np.zeros(len(nodes), np.bool)
    busy[network.source[edges]] = True
    nodes &= busy | (network.kind != BIAS)
