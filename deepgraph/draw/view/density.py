"""How full a picture is: columns or levels, numbers or tooltips, usual or small sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.shape import columns
from deepgraph.words.messages import counted
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from deepgraph.draw.view.records import Selection
    from deepgraph.graph.graph import Graph
    from deepgraph.options.drawing import Weights

MOST_SKIPS, DENSE = 4, 0.6
"""Columns are drawn with so many edges that skip some, if so large a share of all the edges that
could join neighbouring columns is there; else levels in an order of their own cross less."""

MOST_LABELS = 150
"""Above so many parameters shown, their numbers go to the tooltips."""
MOST_PLACED = 400
"""More labels than this are not placed even if they are asked for."""
DENSE_GAP, DENSE_COLUMN, DENSE_WHOLE = 20, 6, 36
"""A picture is dense with more labels between two columns, or nodes in one; an irregular one with
more nodes in all."""


def mostly_layered(network: Graph) -> bool:
    """True if columns show the structure: no edge skips one, or few of a dense network do.

    The first column holds inputs alone; with such edges the last one has all outputs.
    """
    column = columns(network)
    inner = network.kind[network.source] != BIAS
    steps = column[network.target[inner]] - column[network.source[inner]]
    skips = int(np.sum(steps > 1))
    sizes = np.bincount(column[column >= 0])
    possible = int(np.sum(sizes[:-1] * sizes[1:]))
    dense = np.sum(steps == 1) >= DENSE * possible
    ending = np.all(column[network.outputs] == column.max())
    few = not skips or (skips <= MOST_SKIPS and dense and ending)
    return bool(few and np.all(network.kind[column == 0] == INPUT))


def shown_weights(
    network: Graph, selection: Selection, wanted: Weights | None
) -> tuple[bool, Weights]:
    """True if there are so many labels that they are left out; and how the others are.

    Raises:
        DrawingError: more are asked for than find room.
    """
    labels = int(np.sum(network.edge_parameter[selection.edges] >= 0))
    if wanted not in (None, "none") and labels > MOST_PLACED:
        raise DrawingError(
            f"{counted(labels, 'label')} find no room in which they can be read; show "
            f"fewer nodes a layer ({option('max_width', 6)}), the strongest edges "
            f"({option('top', 50)}), one node with its neighbours ({option('focus', 'ID')}), "
            f"or no numbers but in tooltips ({option('weights', 'none')})"
        )
    crowded = wanted is None and labels > MOST_LABELS
    return crowded, "none" if crowded else wanted or "both"


def is_dense(network: Graph, selection: Selection, *, layered: bool, labelled: bool) -> bool:
    """True if the picture needs small circles and texts."""
    nodes = [node for node in selection.nodes if network.kind[node] != BIAS]
    if not layered:
        return len(nodes) > DENSE_WHOLE
    column = columns(network)
    if np.bincount(column[nodes]).max(initial=0) > DENSE_COLUMN:
        return True
    inner = network.kind[network.source] != BIAS
    wide = [e for e in selection.edges if inner[e] and network.edge_parameter[e] >= 0]
    if not labelled or not wide:
        return False
    return bool(max(np.bincount(column[network.target[wide]])) > DENSE_GAP)
