"""Layers as blocks: all of them, equal ones folded into one, or some that are named.

The arrow between two blocks has the shape of its weight matrix, or counts its edges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.records import EdgeView, GivenColor, Line, NodeView, View
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS, INPUT, OUTPUT
from deepgraph.graph.shape import columns
from deepgraph.words.messages import Nearest, counted
from deepgraph.words.numbers import visible
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

MOST_BLOCKS, MOST_ARROWS = 64, 200
FEWEST_FOLDED, LONGEST_REPEAT = 3, 4
"""So many equal parts become one, each of so many layers at most."""


@dataclass(frozen=True)
class Layer:
    """A column of a network.

    Attributes:
        name: that of the spec, or by its place.
        kind: input or output if all its nodes are that, else hidden.
        nodes: its nodes.
        titles: the names of its activations.
        biases: the number of biases that feed it.
        fed: for each layer that feeds it how far before it that is, and the edges from there with
            the sizes of both layers.
    """

    name: str
    kind: str
    nodes: NDArray[np.intp]
    titles: tuple[str, ...]
    biases: int
    fed: tuple[tuple[int, int, int, int], ...]

    def equals(self, other: Layer, *, fed: bool) -> bool:
        """Whether both look the same but for the name; `fed` if what feeds them counts, too."""
        mine = self.kind, len(self.nodes), self.titles, self.biases
        others = other.kind, len(other.nodes), other.titles, other.biases
        return mine == others and (not fed or self.fed == other.fed)


def collapsed(network: Graph, colors: Mapping[int, GivenColor]) -> View:
    """Show each column of a network as one block, and equal ones behind each other as one.

    Args:
        network: the whole.
        colors: that nodes are given, by number; a block has that of its first node.

    Raises:
        DrawingError: there are more blocks or arrows than a picture can hold.
    """
    layers = _layers(network)
    shown, times = _folded(layers)
    place = {number: at for at, number in enumerate(dict.fromkeys(shown))}
    arrows = [
        (number, number - offset, edges, rows, cells)
        for number, layer in enumerate(layers)
        for offset, edges, rows, cells in layer.fed
    ]
    found: dict[tuple[int, int], EdgeView] = {}
    for target, source, *counts in arrows:
        ends = place[shown[source]], place[shown[target]]
        # Within a folded part, an arrow back to its start would say what "×" says.
        if ends[0] < ends[1] and ends not in found:
            tip = (
                f"{counted(counts[0], 'edge')} from {layers[source].name} to {layers[target].name}"
            )
            key = f"e{len(found)}"
            found[ends] = EdgeView(key, *ends, "", _shape(*counts), size=0.5, tip=visible(tip))
    if len(place) > MOST_BLOCKS or len(found) > MOST_ARROWS:
        what = f"{len(place):,} layers" if len(place) > MOST_BLOCKS else f"{len(found):,} arrows"
        raise DrawingError(
            f"{what} make a picture that nobody can read; draw one node with its "
            f"neighbours ({option('focus', 'ID')})"
        )
    blocks = [_block(network, at, layers[n], colors, times.get(n, 1)) for n, at in place.items()]
    sizes = "-".join(str(len(layer.nodes)) for layer in layers)
    return View(
        visible(network.spec.title or network.spec.name or "network"),
        f"layers of {sizes} nodes, one block each",
        True,
        tuple(blocks),
        tuple(sorted(found.values(), key=lambda edge: (edge.source, edge.target))),
        (),
        footnotes=tuple(_folding(layers, times)),
    )


def chosen(network: Graph, wanted: str) -> list[int]:
    """The columns of some layers, by their names with commas between.

    Raises:
        DrawingError: no layer has such a name.
    """
    numbers = {layer.name: number for number, layer in enumerate(_layers(network))}
    found = []
    for name in filter(None, (part.strip() for part in wanted.split(","))):
        if name not in numbers:
            known = "known: " + ", ".join(numbers)
            raise DrawingError(f'no layer is named "{name}"{Nearest(numbers, known)(name)}')
        found.append(numbers[name])
    return found


def layer_members(network: Graph) -> dict[str, list[int]]:
    """The nodes of each layer, by its name."""
    return {layer.name: layer.nodes.tolist() for layer in _layers(network)}


def with_blocks(
    network: Graph, view: View, numbers: Sequence[int], colors: Mapping[int, GivenColor]
) -> View:
    """A view that lacks some layers, with a block for each of them.

    Args:
        network: the whole.
        view: of the nodes of all other layers.
        numbers: of the columns that are missing in it.
        colors: as in `collapsed`.
    """
    layers, column = _layers(network), columns(network)
    at = np.full(len(network.ids), -1)
    for position, node in enumerate(view.nodes):
        if node.key[0] == "n":
            at[int(node.key[1:])] = position
    blocks: list[NodeView] = []
    sizes: dict[int, int] = {}
    for position, number in enumerate(dict.fromkeys(numbers), len(view.nodes)):
        at[column == number] = position
        sizes[position] = len(layers[number].nodes)
        made = _block(network, number, layers[number], colors)
        blocks.append(replace(made, key=f"l{number}"))
    inner = (network.kind[network.source] != BIAS) & (at[network.source] >= 0)
    inner &= at[network.target] >= 0
    inner &= np.isin(column[network.source], numbers) | np.isin(column[network.target], numbers)
    edges = np.flatnonzero(inner)
    count = len(view.nodes) + len(blocks)
    pair = at[network.source[edges]] * count + at[network.target[edges]]
    bundles = []
    for ends in np.unique(pair).tolist():
        mine = edges[pair == ends]
        source, target = divmod(ends, count)
        rows, cells = sizes.get(target, 1), sizes.get(source, 1)
        text, tip = _shape(len(mine), rows, cells), counted(len(mine), "edge")
        bundles.append(EdgeView(f"e{mine[0]}", source, target, "", text, size=0.5, tip=tip))
    nodes, shown = (*view.nodes, *blocks), (*view.edges, *bundles)
    return replace(view, nodes=nodes, edges=shown, groups=(), whole=None)


def _shape(edges: int, rows: int, cells: int) -> str:
    """The shape of the matrix between all of `rows` and `cells` nodes, or the number of edges."""
    return f"{rows} × {cells}" if edges == rows * cells else counted(edges, "edge")


# --- layers -----------------------------------------------------------------------------------


def _layers(network: Graph) -> list[Layer]:
    """The columns of a network."""
    column = columns(network)
    count = int(column.max()) + 1
    order = np.argsort(column, kind="stable")
    starts = np.searchsorted(column[order], np.arange(count + 1))
    members = [order[starts[n] : starts[n + 1]] for n in range(count)]
    names = _names(network, members)
    biased = network.kind[network.source] == BIAS
    biases = np.bincount(column[network.target[biased]], minlength=count)
    fed = _fed(network, column, ~biased, count)
    return [
        Layer(
            names[n],
            _kind(network, members[n]),
            members[n],
            _titles(network, members[n]),
            int(biases[n]),
            tuple(fed[n]),
        )
        for n in range(count)
    ]


def _fed(
    network: Graph, column: NDArray[np.int32], inner: NDArray[np.bool], count: int
) -> list[list[tuple[int, int, int, int]]]:
    """For each layer what feeds it, as in `Layer.fed`."""
    source, target = network.source[inner], network.target[inner]
    pair = column[target].astype(np.int64) * count + column[source]
    known, edges = np.unique(pair, return_counts=True)
    sizes = np.bincount(column[column >= 0], minlength=count).tolist()
    found: list[list[tuple[int, int, int, int]]] = [[] for _ in range(count)]
    for at, number in enumerate(known.tolist()):
        to, come = divmod(number, count)
        found[to].append((to - come, int(edges[at]), sizes[to], sizes[come]))
    return found


def _kind(network: Graph, nodes: NDArray[np.intp]) -> str:
    kinds = set(network.kind[nodes].tolist())
    return "input" if kinds == {INPUT} else "output" if kinds == {OUTPUT} else "hidden"


def _titles(network: Graph, nodes: NDArray[np.intp]) -> tuple[str, ...]:
    functions = [network.activation(n) for n in nodes if network.kind[n] > BIAS]
    return tuple(sorted({function.caption for function in functions if not function.is_identity}))


def _names(network: Graph, members: list[NDArray[np.intp]]) -> list[str]:
    """The name of each layer: that of the spec, or by its place."""
    names = []
    for number, nodes in enumerate(members):
        found = {network.columns.get(int(n), "") for n in nodes}
        name = found.pop() if len(found) == 1 else ""
        if not number:
            place = "input"
        elif number == len(members) - 1:
            place = "output"
        else:
            place = f"{_kind(network, nodes)} {number}"
        names.append(name or place)
    return names


# --- equal parts ------------------------------------------------------------------------------


def _folded(layers: list[Layer]) -> tuple[list[int], dict[int, int]]:
    """For each layer the one that stands for it, and how often those are there that are folded."""
    shown, at = list(range(len(layers))), 0
    times: dict[int, int] = {}
    last = _last_fed(layers)
    while at < len(layers):
        length, repeats = _repeat(layers, at, last)
        for number in range(at, at + length * repeats):
            shown[number] = at + (number - at) % length
        if repeats > 1:
            times |= dict.fromkeys(range(at, at + length), repeats)
        at += length * repeats
    return shown, times


def _last_fed(layers: list[Layer]) -> list[int]:
    """For each layer the last one that it feeds; itself if it feeds none."""
    last = list(range(len(layers)))
    for number, layer in enumerate(layers):
        for offset, *_ in layer.fed:
            last[number - offset] = number
    return last


def _repeat(layers: list[Layer], at: int, last: list[int]) -> tuple[int, int]:
    """How many layers from one on are a part that is repeated, and how often it is there.

    A part is fed by the last layer of the one before it, and only the last part feeds layers behind
    them all: other edges would be lost in the picture.

    Args:
        layers: all.
        at: the number of the first of the part.
        last: for each layer the last one that it feeds.
    """
    best = 1, 1
    for length in range(1, LONGEST_REPEAT + 1):
        end = at + length
        # What feeds the first layer of all is no part of the repeated one.
        while end < len(layers) and layers[end].equals(layers[end - length], fed=end > at + length):
            if any(offset > (end - at) % length + 1 for offset, *_ in layers[end].fed):
                break
            end += 1
        repeats = (end - at) // length
        while repeats > 1:
            behind = at + length * repeats
            if all(target < behind for target in last[at : behind - length]):
                break
            repeats -= 1
        if repeats >= FEWEST_FOLDED and length * repeats > best[0] * best[1]:
            best = length, repeats
    return best


def _folding(layers: list[Layer], times: dict[int, int]) -> list[str]:
    """A footnote for each part that stands for others: `h3, h4 × 6: each part equals these`."""
    notes, at, last_fed = [], 0, _last_fed(layers)
    while at < len(layers):
        if at not in times:
            at += 1
            continue
        length, repeats = _repeat(layers, at, last_fed)
        names = " and ".join(layer.name for layer in layers[at : at + length])
        last = layers[at + length * repeats - 1].name
        [(_, *counts), *_] = layers[at + length].fed
        between = f"{_shape(*counts)} from one to the next"
        notes.append(f"{names} × {repeats}: the layers up to {last} are equal, {between}")
        at += length * repeats
    return notes


def _block(
    network: Graph, number: int, layer: Layer, colors: Mapping[int, GivenColor], times: int = 1
) -> NodeView:
    """One layer: its name, the numbers of its nodes and biases, its activations."""
    lines = [Line(visible(layer.name), "name")]
    if times > 1:
        lines.append(Line(f"× {times}", "value"))
    lines.append(Line(counted(len(layer.nodes), "node"), "small"))
    if layer.titles:
        lines.append(Line(" · ".join(layer.titles[:3]), "small"))
    if layer.biases:
        lines.append(Line(f"+ {counted(layer.biases, 'bias', 'biases')}", "small"))
    tip = ", ".join(network.ids[int(n)] for n in layer.nodes[:12])
    kind = f"block {layer.kind}"
    block = NodeView(f"n{number}", kind, number, tuple(lines), tip=visible(tip))
    if given := colors.get(int(layer.nodes[0])):
        block = replace(block, color=given.color, color_name=given.name)
    return block
