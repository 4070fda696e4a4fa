"""The columns that are drawn as grids: layers whose spec says in how many rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.records import Grid
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.shape import columns

if TYPE_CHECKING:
    from deepgraph.draw.view.records import Selection
    from deepgraph.graph.graph import Graph


def grids(network: Graph) -> dict[int, Grid]:
    """The grid of each column that holds the nodes of one such layer and no others."""
    if not any(layer.grid for layer in network.spec.layers):
        return {}
    column, found = columns(network), {}
    layer_of = np.array([network.columns.get(node, "") for node in range(len(network.ids))])
    for layer in network.spec.layers:
        if layer.grid is None:
            continue
        mine = (layer_of == layer.id) & (network.kind != BIAS)
        [*places] = set(column[mine].tolist())
        alone = len(places) == 1 and np.array_equal(
            mine, (column == places[0]) & (network.kind != BIAS)
        )
        if alone:
            found[int(places[0])] = Grid(*layer.grid)
    return found


def shown_grids(network: Graph, selection: Selection) -> tuple[Grid | None, ...]:
    """For each column its grid, if the picture shows all of its nodes; () if there is none."""
    found = grids(network)
    if not found:
        return ()
    column = columns(network)
    neurons = [int(column[n]) for n in selection.nodes if network.kind[n] != BIAS]
    counts = np.bincount(neurons, minlength=1 + int(column.max()))
    return tuple(
        grid if (grid := found.get(number)) and grid.rows * grid.columns == count else None
        for number, count in enumerate(counts.tolist())
    )
