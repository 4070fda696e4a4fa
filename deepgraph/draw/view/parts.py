"""Which part of a network a picture shows: a focus, the strongest edges, layers cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.records import EdgeView, Line, NodeView, Shown, View
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS, INPUT, OUTPUT
from deepgraph.graph.shape import columns
from deepgraph.words.messages import counted
from deepgraph.words.numbers import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Mask = NDArray[np.bool_]

MOST_NODES, MOST_EDGES = 3_000, 110_000
"""Above these a picture of every node and edge is unreadable, and slow to make."""


def choose(
    network: Graph,
    *,
    focus: str | None = None,
    top: int | None = None,
    max_width: int,
) -> Shown:
    """Decide which nodes and edges a picture shows.

    Args:
        network: the whole.
        focus: the id of a node: only it, what feeds it and what it feeds.
        top: only so many edges, those with the largest weights.
        max_width: of a column with more nodes only the first and the last.

    Raises:
        DrawingError: no such node, or a picture nobody could read.
    """
    nodes = np.ones(len(network.ids), np.bool_)
    edges = np.ones(len(network.source), np.bool_)
    remarks = []
    if focus is not None:
        nodes, edges = _focus(network, focus)
        remarks.append(f"only what feeds {network.ids[network.index[focus]]} and what it feeds")
    left_out = _cut(network, nodes, max_width, keep=focus)
    if top is not None:
        remarks.append(_strongest(network, edges, top))
    edges &= nodes[network.source] & nodes[network.target]
    _drop_idle_biases(network, nodes, edges)
    if int(nodes.sum()) > MOST_NODES or int(edges.sum()) > MOST_EDGES:
        raise DrawingError(
            f"{counted(int(nodes.sum()), 'node')} and {counted(int(edges.sum()), 'edge')} make a "
            "picture that nobody can read; show layers as blocks (--collapse), fewer nodes a layer "
            "(--max-width 12), or one node with its neighbours (--focus ID)"
        )
    shown = np.flatnonzero(nodes).tolist()
    return Shown(shown, np.flatnonzero(edges).tolist(), left_out, tuple(remarks))


def _focus(network: Graph, focus: str) -> tuple[Mask, Mask]:
    node = network.index.get(focus)
    if node is None:
        known = ", ".join(network.ids[:20])
        raise DrawingError(f'no node is named "{focus}"; known: {known}')
    edges = (network.source == node) | (network.target == node)
    nodes = np.zeros(len(network.ids), np.bool_)
    nodes[node] = True
    nodes[network.source[edges]] = True
    nodes[network.target[edges]] = True
    return nodes, edges


def _cut(
    network: Graph,
    nodes: Mask,
    max_width: int,
    keep: str | None,
) -> dict[int, tuple[int, int]]:
    """Hide the inner nodes of wide columns; of each column how many, and behind which node."""
    column = columns(network)
    left_out = {}
    for number in range(int(column.max()) + 1):
        mine = [int(n) for n in np.flatnonzero((column == number) & nodes)]
        if len(mine) <= max_width:
            continue
        first = max_width // 2
        last = max_width - 1 - first
        kept = mine[:first] + mine[len(mine) - last :]
        if keep is not None and network.index[keep] in mine:
            kept[first - 1] = network.index[keep]
        hidden = [n for n in mine if n not in set(kept)]
        nodes[hidden] = False
        left_out[number] = (len(hidden), kept[first - 1])
    return left_out


def _strongest(network: Graph, edges: Mask, top: int) -> str:
    """Keep only the largest weights; wires of biases stay. What a caption says about it."""
    weighted = edges & (network.edge_parameter >= 0) & (network.kind[network.source] != BIAS)
    numbers = np.flatnonzero(weighted)
    size = np.nan_to_num(np.abs(network.weights[numbers]), nan=0.0)
    weakest = numbers[np.argsort(-size, kind="stable")[top:]]
    edges[weakest] = False
    return f"the {min(top, len(numbers)):,} strongest of {counted(len(numbers), 'weight')}"


def _drop_idle_biases(network: Graph, nodes: Mask, edges: Mask) -> None:
    """Biases whose edges are all hidden."""
    busy = np.zeros(len(nodes), np.bool_)
    busy[network.source[edges]] = True
    nodes &= busy | (network.kind != BIAS)


def collapsed(network: Graph) -> View:
    """A picture with one block for each column, and the shape of the weights on each arrow.

    Raises:
        DrawingError: more blocks than a picture can hold.
    """
    column = columns(network)
    last = int(column.max())
    if last + 1 > 64:
        raise DrawingError(
            f"{last + 1:,} layers make a picture that nobody can read; draw one node with its "
            "neighbours (--focus ID)"
        )
    names = _layer_names(network, column, last)
    nodes = []
    for number in range(last + 1):
        members = np.flatnonzero(column == number)
        kinds = set(network.kind[members].tolist())
        kind = "input" if kinds == {INPUT} else "output" if kinds == {OUTPUT} else "hidden"
        lines = [Line(visible(names[number]), "name"), Line(counted(len(members), "node"), "small")]
        titles = {
            network.functions[network.function[n]].title for n in members if network.kind[n] > BIAS
        } - {"linear"}
        if titles:
            lines.append(Line(" · ".join(sorted(titles)[:3]), "small"))
        biases = int(
            np.sum(np.isin(network.target, members) & (network.kind[network.source] == BIAS))
        )
        if biases:
            lines.append(Line(f"+ {counted(biases, 'bias', 'biases')}", "small"))
        tip = ", ".join(network.ids[int(n)] for n in members[:12])
        nodes.append(
            NodeView(f"n{number}", "block", number, tuple(lines), tip=visible(tip), sign=0)
        )
        nodes[-1] = _as(nodes[-1], kind)
    edges = []
    inner = network.kind[network.source] != BIAS
    pairs = np.unique(
        np.stack([column[network.source[inner]], column[network.target[inner]]], 1), axis=0
    )
    for number, (source, target) in enumerate(pairs.tolist()):
        between = inner & (column[network.source] == source) & (column[network.target] == target)
        rows = len(np.unique(network.target[between]))
        columns_ = len(np.unique(network.source[between]))
        total = int(between.sum())
        text = f"{rows} × {columns_}" if total == rows * columns_ else counted(total, "edge")
        tip = f"{counted(total, 'edge')} from {names[source]} to {names[target]}"
        edges.append(EdgeView(f"e{number}", source, target, text, size=0.5, tip=visible(tip)))
    title = visible(network.spec.title or network.spec.name or "network")
    sizes = "-".join(str(int(np.sum(column == number))) for number in range(last + 1))
    description = f"layers of {sizes} nodes, one block each"
    return View(title, description, True, tuple(nodes), tuple(edges), ())


def _as(node: NodeView, kind: str) -> NodeView:
    return NodeView(node.key, f"block {kind}", node.column, node.lines, tip=node.tip)


def _layer_names(network: Graph, column: NDArray[np.int32], last: int) -> list[str]:
    names = []
    for number in range(last + 1):
        members = np.flatnonzero(column == number)
        found = {network.columns.get(int(n), "") for n in members}
        name = found.pop() if len(found) == 1 else ""
        default = "input" if not number else "output" if number == last else f"hidden {number}"
        names.append(name or default)
    return names
