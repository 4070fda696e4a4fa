"""What changed, as nodes and edges of the union: what a picture of a part shows first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.diff.functions import function_words
from deepgraph.graph.kinds import BIAS
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.diff.pairing import Pairing
    from deepgraph.diff.union import Union
    from deepgraph.draw.view.records import View
    from deepgraph.graph.graph import Graph

    Pair = tuple[int, int]

WHOLE = 1e300
"""The size of what is no number: a node that came, went or has another function."""


class Changed(NamedTuple):
    """What changed.

    Attributes:
        graph: the union.
        nodes: (nodes,) how much each node itself changed; 0 for one that is as before.
        edges: (edges,) how much each edge changed, or the bias that it brings.
    """

    graph: Graph
    nodes: NDArray[np.float64]
    edges: NDArray[np.float64]

    @classmethod
    def of(cls, sides: tuple[Graph, Graph], pairing: Pairing, both: Union) -> Changed:
        """What changed from A to B, the two sides."""
        graph, renamed = both.graph, set(pairing.renamed)
        nodes = np.array([_size_of_node(*sides, *pair, renamed) for pair in both.nodes])
        moved = np.where(graph.edge_parameter >= 0, np.abs(graph.weights), 0.0)
        one_side = np.array([min(pair) < 0 for pair in both.edges], np.bool)
        edges = np.where(one_side, np.maximum(moved, 1.0), moved)
        of_bias = graph.kind[graph.source] == BIAS
        edges[of_bias] = np.maximum(edges, nodes[graph.source])[of_bias]
        return cls(graph, nodes, np.nan_to_num(edges, nan=1.0, posinf=WHOLE))

    def by_size(self) -> list[int]:
        """The nodes that changed or are at a changed edge, the largest change first."""
        size = self.nodes.copy()
        for ends in (self.graph.source, self.graph.target):
            np.maximum.at(size, ends, self.edges)
        order = np.argsort(-size, kind="stable")
        return [int(node) for node in order if size[node] > 0]

    def hidden(self, view: View) -> list[str]:
        """A footnote about what changed and is not in a picture; none if all is.

        A bias is there with its node, whose tooltip has it where pills find no room.
        """
        graph, keys = self.graph, {edge.key for edge in view.edges}
        ids = {node.id for node in view.nodes}
        bias = graph.kind == BIAS
        nodes = sum(graph.ids[node] not in ids for node in np.flatnonzero((self.nodes > 0) & ~bias))
        edges = sum(
            graph.ids[graph.target[edge]] not in ids if bias[graph.source[edge]]
            else f"e{edge}" not in keys
            for edge in np.flatnonzero(self.edges)
        )  # fmt: skip
        words = [counted(nodes, "changed node")] * bool(nodes)
        words += [counted(edges, "changed edge")] * bool(edges)
        return [f"not shown: {' and '.join(words)}"] if words else []


def _size_of_node(before: Graph, after: Graph, a: int, b: int, renamed: set[Pair]) -> float:
    """How much a node changed; of a bias by its number."""
    if a < 0 or b < 0:
        return WHOLE
    if before.kind[a] == BIAS and after.kind[b] == BIAS:
        was, now = before.bias_value(a), after.bias_value(b)
        same = was == now or (np.isnan(was) and np.isnan(now))
        return 0.0 if same else float(np.nan_to_num(abs(now - was), nan=1.0, posinf=WHOLE))
    if function_words(before, a) != function_words(after, b):
        return WHOLE
    return 1.0 if (a, b) in renamed else 0.0
