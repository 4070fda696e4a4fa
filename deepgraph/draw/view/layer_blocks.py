"""The collapsed view: one block for each layer, the shape of the weight matrix on each arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.records import EdgeView, Line, NodeView, View
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS, INPUT, OUTPUT
from deepgraph.graph.shape import columns
from deepgraph.words.messages import counted
from deepgraph.words.numbers import visible
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

MOST_BLOCKS = 64


def collapsed(network: Graph) -> View:
    """Show each column of a network as one block.

    Raises:
        DrawingError: there are more blocks than a picture can hold.
    """
    column = columns(network)
    layers = int(column.max()) + 1
    if layers > MOST_BLOCKS:
        raise DrawingError(
            f"{layers:,} layers make a picture that nobody can read; draw one node with its "
            f"neighbours ({option('focus', 'ID')})"
        )
    members = [np.flatnonzero(column == number) for number in range(layers)]
    names = _names(network, members)
    sizes = "-".join(str(len(nodes)) for nodes in members)
    return View(
        visible(network.spec.title or network.spec.name or "network"),
        f"layers of {sizes} nodes, one block each",
        True,
        tuple(_block(network, number, names[number], members[number]) for number in range(layers)),
        tuple(_arrows(network, column, names)),
        (),
    )


def _names(network: Graph, members: list[NDArray[np.intp]]) -> list[str]:
    """The name of each layer: that of the spec, or by its place."""
    names = []
    for number, nodes in enumerate(members):
        found = {network.columns.get(int(n), "") for n in nodes}
        name = found.pop() if len(found) == 1 else ""
        last = number == len(members) - 1
        names.append(name or ("input" if not number else "output" if last else f"hidden {number}"))
    return names


def _block(network: Graph, number: int, name: str, members: NDArray[np.intp]) -> NodeView:
    """One layer: its name, the numbers of its nodes and biases, its activations."""
    kinds = set(network.kind[members].tolist())
    kind = "input" if kinds == {INPUT} else "output" if kinds == {OUTPUT} else "hidden"
    lines = [Line(visible(name), "name"), Line(counted(len(members), "node"), "small")]
    functions = [network.activation(n) for n in members if network.kind[n] > BIAS]
    titles = {function.caption for function in functions if not function.is_identity}
    if titles:
        lines.append(Line(" · ".join(sorted(titles)[:3]), "small"))
    biases = int(np.sum(np.isin(network.target, members) & (network.kind[network.source] == BIAS)))
    if biases:
        lines.append(Line(f"+ {counted(biases, 'bias', 'biases')}", "small"))
    tip = ", ".join(network.ids[int(n)] for n in members[:12])
    return NodeView(f"n{number}", f"block {kind}", number, tuple(lines), tip=visible(tip))


def _arrows(network: Graph, column: NDArray[np.int32], names: list[str]) -> Iterator[EdgeView]:
    """One arrow for each pair of layers with edges between them."""
    inner = network.kind[network.source] != BIAS
    ends = np.stack([column[network.source[inner]], column[network.target[inner]]], 1)
    for number, (source, target) in enumerate(np.unique(ends, axis=0).tolist()):
        between = inner & (column[network.source] == source) & (column[network.target] == target)
        rows = len(np.unique(network.target[between]))
        columns_ = len(np.unique(network.source[between]))
        total = int(between.sum())
        text = f"{rows} × {columns_}" if total == rows * columns_ else counted(total, "edge")
        tip = f"{counted(total, 'edge')} from {names[source]} to {names[target]}"
        yield EdgeView(f"e{number}", source, target, text, size=0.5, tip=visible(tip))
