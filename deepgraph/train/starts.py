"""Other starting values, as an advice names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.reference import trace
from deepgraph.graph.initialise import METHODS
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.train.case import Case

    Array = NDArray[np.float64]

STARTS = (1, 2, 3, 4, 5)
"""The seeds of other starts that are tried."""
LOOKED_AT = range(1, 21)
"""The seeds of other starts that are looked at without a training, which takes no time."""


def draw_anew(network: Graph, seed: int = 1) -> str:
    """The advice to draw other starting values.

    Args:
        network: before the training; numbers that its spec has are not drawn.
        seed: another one than that of this start, as far as it is known.
    """
    if _is_drawn_with(network, seed):
        seed += 1
    method = "" if network.drawn_by == METHODS[0] else f', "{network.drawn_by}"'
    given = option("seed", seed, argument=f"network.initialised({seed}{method})")
    if network.unwritten.any():
        return f"draw others: give {given}"
    return f"draw others: leave the numbers out of the spec and give {given}"


def redrawn(network: Graph, seed: int) -> Graph:
    """The network with other starting values, by the same method.

    As with another seed, what is drawn anew is what the spec has no number for. Of a spec with all
    of its numbers it is whatever may be trained.
    """
    left_out = network.unwritten if network.unwritten.any() else network.parameters.trainable
    bare = network.with_computed(np.where(left_out, np.nan, network.parameters.values))
    return bare.initialised(seed, network.drawn_by)


def seed_with_life(case: Case, nodes: list[int]) -> int | None:
    """The first seed that draws a start where each of some rectifiers is on in some row."""
    for seed in LOOKED_AT:
        start = redrawn(case.network, seed)
        with np.errstate(all="ignore"):
            z = trace(start, case.sample.inputs, normalised=True).z[nodes]
        if (z > 0).any(axis=1).all():
            return seed
    return None


def _is_drawn_with(network: Graph, seed: int) -> bool:
    """True if the values are those that a seed draws."""
    again = network.as_written().initialised(seed, network.drawn_by).parameters.values
    return bool(network.unwritten.any() and (again == network.parameters.values).all())
