"""The plane of a map: two inputs that vary, the others fixed, and the values of nodes over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.engines import prepare
from deepgraph.errors import InputError
from deepgraph.kinks.curves import LARGEST, require_drawable
from deepgraph.kinks.sweep import held, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.sweep import Number

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """Two inputs that vary, and the values of the others.

    Attributes:
        x, y: the ids of the inputs that vary.
        left, right, bottom, top: the ends of their ranges.
        at: the values of all other inputs.
    """

    x: str
    y: str
    left: float
    right: float
    bottom: float
    top: float
    at: dict[str, float]

    @classmethod
    def over(
        cls,
        network: Graph,
        over: Mapping[str, tuple[Number, Number]],
        at: Mapping[str, Number] | None,
    ) -> Plane:
        """The plane of two ranges and the values of all other inputs, as a caller gives them.

        Raises:
            InputError: no such input, an empty range or one that cannot be drawn, a value too few
                or too many, or no number.
        """
        fixed = held(network, over, at)
        x, y = over
        edges: list[float] = []
        for name, bounds in over.items():
            ends = span(name, bounds)
            require_drawable(name, *ends)
            edges += map(float, ends)
        left, right, bottom, top = edges
        values = {name: float(value) for name, value in fixed.items()}
        return cls(x, y, left, right, bottom, top, values)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """The four edges, as matplotlib takes them."""
        return self.left, self.right, self.bottom, self.top

    def axis(self, samples: int) -> tuple[Floats, Floats]:
        """(samples,) evenly spaced positions along x, and as many along y."""
        return (
            np.linspace(self.left, self.right, samples),
            np.linspace(self.bottom, self.top, samples),
        )

    def values(
        self, network: Graph, nodes: Sequence[str], samples: int, *, pre_activations: bool
    ) -> Floats:
        """(nodes, y, x) values at evenly spaced positions; NaN where they cannot be drawn.

        Raises:
            InputError: no such node, or one without any value.
        """
        x, y = (side.ravel() for side in np.meshgrid(*self.axis(samples)))
        rows = {name: np.full(len(x), value) for name, value in self.at.items()}
        inputs = network.input_array({**rows, self.x: x, self.y: y})
        z, a = prepare(network, nodes, exact=True).run_with_z(inputs)
        found = (z if pre_activations else a).reshape(len(nodes), samples, samples)
        found = np.where(np.abs(found) <= LARGEST, found, np.nan)
        for name, values in zip(nodes, found, strict=True):
            if np.isnan(values).all():
                raise InputError(f"{name} has no value in this plane that can be drawn")
        return found
