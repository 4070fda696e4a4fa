"""Columns and layers of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.graph.kinds import BIAS, INPUT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph


def columns(network: Graph) -> NDArray[np.int32]:
    """(nodes,) the length of the longest path to each node from another kind than a bias.

    Bias nodes have −1. The array is the network's own and cannot be written.
    """
    return network.longest_paths


def is_layered(network: Graph) -> bool:
    """Check whether the columns are layers.

    Every edge then goes from one column to the next, the first column holds nothing but the inputs,
    and the outputs are in the last one. Bias nodes and their edges do not count.
    """
    column = columns(network)
    first, last = column == 0, column.max()
    inner = network.kind[network.source] != BIAS
    steps = column[network.target[inner]] - column[network.source[inner]]
    return bool(
        np.all(steps == 1)
        and np.all(column[network.outputs] == last)
        and np.all(network.kind[first] == INPUT)
    )


def layer_sizes(network: Graph) -> list[int]:
    """The number of nodes in each column, as in 4-8-3."""
    column = columns(network)
    return [int(size) for size in np.bincount(column[column >= 0])]
