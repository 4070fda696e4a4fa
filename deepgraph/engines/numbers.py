"""The numbers of a plan: weights by edge, those of biases multiplied by the bias."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.graph.kinds import BIAS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.engines.plan import Plan
    from deepgraph.graph.graph import Graph

    Array = NDArray[Any]


class Numbers:
    """A network's values in one dtype.

    A term of a bias, w · b, is one number. An engine that reads it like any other term computes it
    as (w · b) · 1, with the 1 from the slot of ones, which follows the slots of the plan.

    Attributes:
        weights: (edges,) in the dtype.
        bias: (nodes,) the value of a bias, 1 for other nodes, in the dtype.
        slot: (nodes,) the slot from which a node is read; for a bias the slot of ones.
        ones: the slot of ones.
    """

    def __init__(self, network: Graph, plan: Plan, dtype: np.dtype[Any]) -> None:
        self.network = network
        self.plan = plan
        self.dtype = dtype
        self.ones = plan.slots
        self.slot = np.where(network.kind == BIAS, self.ones, plan.slot)
        self.bias = np.ones(len(network.ids), dtype)
        with np.errstate(over="ignore"):  # 1e300 is infinite in float32
            self.weights = network.weights.astype(dtype)
            biases = np.flatnonzero(network.kind == BIAS)
            self.bias[biases] = [network.bias_value(node) for node in biases.tolist()]

    @cached_property
    def terms(self) -> Array:
        """(edges,) the weights, for edges out of a bias times the bias."""
        with np.errstate(all="ignore"):
            return np.asarray(self.weights * self.bias[self.network.source])
