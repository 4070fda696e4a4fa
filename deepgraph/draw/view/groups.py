"""Groups in matrix form: a brace over the edges of each, and a line that says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.records import GroupView
from deepgraph.graph.kinds import BIAS
from deepgraph.words.numbers import visible

if TYPE_CHECKING:
    from deepgraph.draw.view.records import EdgeView
    from deepgraph.graph.graph import Graph


def group_views(
    network: Graph, position: dict[int, int], edges: tuple[EdgeView, ...]
) -> tuple[GroupView, ...]:
    """A brace for each group whose edges feed one node and are all shown.

    `position` is the place of each shown node in the view.
    """
    places = {edge.key: number for number, edge in enumerate(edges)}
    found = []
    for name, labels in network.groups.items():
        numbers = [n for n in map(network.parameters.find, labels) if n is not None]
        members = np.flatnonzero(np.isin(network.edge_parameter, numbers)).tolist()
        targets = {int(network.target[edge]) for edge in members}
        shown = [places[f"e{edge}"] for edge in members if f"e{edge}" in places]
        if len(targets) == 1 and len(shown) == len(members) > 1:
            target = position[targets.pop()]
            found.append(GroupView(visible(name), target, tuple(shown)))
    return tuple(found)


def group_lines(network: Graph) -> list[str]:
    """What each group is: `weights → g1: w35 = [w3 w5]`, the node only if it is one.

    The numbers are those of its edges, where the picture shows them. A group with biases among its
    members is not called weights.
    """
    is_bias = network.kind[network.source] == BIAS
    found = []
    for name, labels in network.groups.items():
        numbers = [n for n in map(network.parameters.find, labels) if n is not None]
        members = np.isin(network.edge_parameter, numbers)
        targets = set(network.target[members].tolist())
        text = f"{name} = [{' '.join(labels)}]"
        if len(targets) == 1:
            what = "" if is_bias[members].any() else "weights "
            text = f"{what}→ {network.label(targets.pop())}: {text}"
        found.append(text)
    return found
