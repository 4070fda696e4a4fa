"""Which nodes a node needs, and which need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from deepgraph.graph.graph import Graph


def ancestors(network: Graph, roots: Collection[int]) -> set[int]:
    """Nodes and everything that they need, softmax groups whole."""
    return _reached(network, roots, lambda node: network.source[network.incoming.of(node)].tolist())


def descendants(network: Graph, node: int) -> set[int]:
    """A node and everything that needs it, softmax groups whole."""
    return _reached(
        network, [node], lambda node: network.target[network.outgoing.of(node)].tolist()
    )


def _reached(
    network: Graph, roots: Collection[int], beside: Callable[[int], list[int]]
) -> set[int]:
    group = {int(n): members.tolist() for members in network.softmax_groups for n in members}
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += group.get(node, [])
            waiting += beside(node)
    return found
