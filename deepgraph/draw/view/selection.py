"""Selects the part of a network that a picture shows: a focus, the strongest edges, cut layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from deepgraph.draw.view.grids import grids
from deepgraph.draw.view.records import Selection, Whole
from deepgraph.errors import DrawingError, InputError
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.shape import columns
from deepgraph.words.messages import counted
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.draw.view.records import NodeRole
    from deepgraph.graph.graph import Graph

    Mask = NDArray[np.bool]

MOST_WHOLE = 1_500
"""Of a network with more edges a part has a layout of its own."""
MOST_NODES, MOST_EDGES = 3_000, 110_000
"""Above these a picture of every node and edge is unreadable, and slow to make."""


def select(
    network: Graph,
    *,
    focus: str | None,
    top: int | None,
    max_width: int,
    without: Sequence[int] = (),
    keep: Sequence[int] = (),
) -> Selection:
    """Decide which nodes and edges a picture shows.

    Args:
        network: the whole.
        focus: the id of a node, or the name of a stage; only it, what feeds it and what it feeds
            is shown.
        top: the number of edges shown, those with the largest weights.
        max_width: a column with more nodes shows only the first and the last.
        without: the columns that are drawn as blocks.
        keep: nodes that stay in a wide column while there is room, the first ones before others.

    Raises:
        DrawingError: no such node, or a picture that nobody could read.
    """
    nodes = np.ones(len(network.ids), np.bool)
    edges = np.ones(len(network.source), np.bool)
    remarks = []
    kept = list(keep)
    if focus is not None:
        kept = _focused(network, focus)
        nodes, edges = _neighbours(network, kept)
        remarks.append(f"only what feeds {focus} and what it feeds")
    column = columns(network)
    blocks = tuple(number for number in without if nodes[column == number].any())
    for number in without:
        nodes &= column != number
    left_out = _cut(network, nodes, max_width, kept)
    if left_out:
        remarks.append(_cut_remark(left_out, max_width))
    edges &= nodes[network.source] & nodes[network.target]
    if top is not None:
        strongest, biases = _keep_strongest(network, edges, top)
        remarks.append(f"{strongest}{' shown' if left_out else ''}{biases}")
    _drop_idle_biases(network, nodes, edges)
    if int(nodes.sum()) > MOST_NODES or int(edges.sum()) > MOST_EDGES:
        raise DrawingError(
            f"{counted(int(nodes.sum()), 'node')} and {counted(int(edges.sum()), 'edge')} make a "
            "picture that nobody can read; show layers as blocks "
            f"({option('collapse', True)}), fewer nodes a layer ({option('max_width', 12)}), "
            f"or one node with its neighbours ({option('focus', 'ID')})"
        )
    shown = np.flatnonzero(nodes).tolist()
    return Selection(shown, np.flatnonzero(edges).tolist(), left_out, tuple(remarks), blocks)


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
    column, drawn = columns(network), grids(network)
    left_out = {}
    for number in range(int(column.max()) + 1):
        mine = [int(n) for n in np.flatnonzero((column == number) & nodes)]
        if len(mine) <= max_width or max(drawn.get(number, (max_width + 1,))) <= max_width:
            continue
        first = max_width // 2
        last = max_width - 1 - first
        kept = mine[:first] + mine[len(mine) - last :]
        hidden_now = set(mine) - set(kept)
        inner = [n for n in keep if n in hidden_now][:first]
        kept[first - len(inner) : first] = sorted(inner)
        hidden = [n for n in mine if n not in set(kept)]
        nodes[hidden] = False
        left_out[number] = (len(hidden), kept[first - 1])
    return left_out


def _cut_remark(left_out: dict[int, tuple[int, int]], max_width: int) -> str:
    """The footnote about hidden nodes."""
    missing = sum(count for count, _ in left_out.values())
    return (
        f"{counted(missing, 'node')} not shown: no more than {max_width} places a layer (max-width)"
    )


def _keep_strongest(network: Graph, edges: Mask, top: int) -> tuple[str, str]:
    """Hide all but the largest weights, and smaller biases. Gives the footnote about both."""
    bias = network.kind[network.source] == BIAS
    size = np.abs(network.weights)
    for edge in np.flatnonzero(edges & bias).tolist():
        size[edge] *= abs(network.bias_value(int(network.source[edge])))
    size = np.nan_to_num(size, nan=0.0)
    weights = np.flatnonzero(edges & ~bias & (network.edge_parameter >= 0))
    order = weights[np.argsort(-size[weights], kind="stable")]
    edges[order[top:]] = False
    least = size[order[:top]].min(initial=np.inf)
    hidden = edges & bias & (size < least)
    edges[hidden] = False
    biases = ", and biases as strong" if hidden.any() else ""
    return f"the {min(top, len(weights)):,} strongest of {counted(len(weights), 'weight')}", biases


def whole(network: Graph, selection: Selection, shown: Sequence[str]) -> Whole | None:
    """The network behind a picture of a part of it; `None` if it is shown whole.

    Args:
        network: an irregular one.
        selection: what is shown of it.
        shown: the keys of the nodes of the view, `n3` for node 3, in its order.
    """
    inner = np.flatnonzero(network.kind[network.source] != BIAS)
    nodes = np.flatnonzero(network.kind != BIAS)
    drawn = [edge for edge in selection.edges if network.kind[network.source[edge]] != BIAS]
    numbers = [int(key[1:]) if key[0] == "n" else -1 for key in shown]
    if len(drawn) == len(inner) and not selection.left_out and len(numbers) == len(nodes):
        return None
    if len(inner) > MOST_WHOLE or any(n >= 0 and network.kind[n] == BIAS for n in numbers):
        return None
    place = {int(node): at for at, node in enumerate(nodes)} | {-1: -1}
    at = {int(edge): position for position, edge in enumerate(inner)}
    roles = tuple(cast("NodeRole", network.kind_name(int(node))) for node in nodes)
    sources, targets = network.source[inner].tolist(), network.target[inner].tolist()
    pairs = tuple((place[s], place[t]) for s, t in zip(sources, targets, strict=True))
    return Whole(roles, pairs, tuple(place[n] for n in numbers), tuple(at[edge] for edge in drawn))


def _drop_idle_biases(network: Graph, nodes: Mask, edges: Mask) -> None:
    """Hide biases whose edges are all hidden."""
    busy = np.zeros(len(nodes), np.bool)
    busy[network.source[edges]] = True
    nodes &= busy | (network.kind != BIAS)
