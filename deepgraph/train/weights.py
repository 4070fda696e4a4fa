"""The parameters that are trained, and the slots of the blocks that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.evaluate.optimisers import weight_parameters
from deepgraph.train.packing import WIRE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.train.packing import Blocks

    Array = NDArray[np.float64]


class Weights:
    """The trainable parameters, and the slots, where a shared parameter occurs several times.

    Args:
        network: all of its parameters must have values.
        blocks: of the part of the network that the targets depend on.

    Attributes:
        theta: (free,) the trained parameters, each once; a step changes them in place.
        gradient: (free,) ∂loss/∂theta; shared parameters add up.
        slots: (slots,) the weights that the blocks read.
        slot_gradient: (slots,) where the blocks leave ∂loss/∂slot.

    Raises:
        InputError: there is nothing to train.
    """

    def __init__(self, network: Graph, blocks: Blocks) -> None:
        codes, values = blocks.codes, network.parameters.values
        trained = codes >= 0
        trained[trained] = network.parameters.trainable[codes[trained]]
        used, first = np.unique(codes[trained], return_index=True)
        self._free = used[np.argsort(first)]  # in the order of the slots
        if not len(self._free):
            raise InputError(
                "there is nothing to train: the targets depend on no parameter that may change"
            )
        self._decays = weight_parameters(network)[self._free]
        self._decay = np.zeros(len(self._free))
        self._values = values.copy()
        self.theta = values[self._free].copy()
        self.slots, self.gradient = self.theta, np.zeros_like(self.theta)
        self.slot_gradient = self.gradient
        # If each slot holds a trained parameter of its own, theta itself holds the slots, and the
        # gradient theirs; else `_index` leads from each slot into `_all`.
        self._index: NDArray[np.intp] | None = None
        if len(codes) > len(self._free):
            self.slots, self.slot_gradient = np.zeros(len(codes)), np.zeros(len(codes))
            self._set_apart(codes, trained)
            self.spread()

    def _set_apart(self, codes: NDArray[np.int64], trained: NDArray[np.bool]) -> None:
        free = np.full(len(self._values), -1, np.intp)
        free[self._free] = np.arange(len(self._free))
        fixed = np.where(codes == WIRE, 1.0, 0.0)  # 0 where the code is ABSENT
        fixed[codes >= 0] = self._values[codes[codes >= 0]]
        constants, place = np.unique(fixed[~trained], return_inverse=True)
        self._index = np.empty(len(codes), np.intp)
        self._index[trained] = free[codes[trained]]
        self._index[~trained] = len(self._free) + place
        self._all = np.concatenate([self.theta, constants])
        self.theta = self._all[: len(self._free)]

    def decay(self, share: float) -> None:
        """Add the derivative λ·w of the penalty to the gradient of each weight, after `collect`."""
        np.multiply(self.theta, self._decays, self._decay)
        np.multiply(self._decay, share, self._decay)
        np.add(self.gradient, self._decay, self.gradient)

    def penalty(self, share: float) -> float:
        """λ/2·Σw² over the trained weights, each parameter once."""
        if not share:
            return 0.0
        weights = self.theta[self._decays]
        return share / 2.0 * float(np.dot(weights, weights))

    def spread(self) -> None:
        """Copy the parameters into their slots, after a step."""
        if self._index is not None:
            np.take(self._all, self._index, 0, self.slots, "clip")

    def collect(self) -> None:
        """Add the derivatives of the slots up to those of the parameters, after a walk."""
        if self._index is not None:
            found = np.bincount(self._index, self.slot_gradient, len(self._all))
            self.gradient[:] = found[: len(self.gradient)]

    def values(self, theta: Array) -> Array:
        """(parameters,) the values of the network, the trained ones from `theta`."""
        found = self._values.copy()
        found[self._free] = theta
        return found

    def whole(self, numbers: Array) -> Array:
        """(parameters,) numbers about the trained parameters, (free,); 0 for all others."""
        found = np.zeros(len(self._values))
        found[self._free] = numbers
        return found
