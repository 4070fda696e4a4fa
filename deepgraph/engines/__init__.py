"""The fast evaluators: a network prepared once for chosen nodes, then run over any number of rows.

    engine = network.engine(["y"], dtype="float32")
    engine.run(inputs)         # (inputs, rows) -> (chosen, rows)
    engine.run_with_z(inputs)  # the same, with z before the activations

`Network.engine` makes one, `Engine.reason` says why it is the one it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from deepgraph.evaluate import select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.network import Network

    Array = NDArray[Any]

EngineName = Literal["auto", "numpy", "numba"]


@dataclass(frozen=True)
class Engine:
    """A network ready to be run; it may be used from several threads at once.

    Attributes:
        network: whose values are computed.
        nodes: (chosen,) the numbers of the nodes whose values `run` returns, in this order.
        dtype: float64 or float32, of the computation and of the results.
        name: "numpy" or "numba".
        reason: why this engine was taken, in a few words for a person.
        threads: how many threads work on one call.
        exact: whether BLAS was kept out, so that the bits are those of the reference.
    """

    network: Network
    nodes: NDArray[np.int64]
    dtype: np.dtype[Any]
    name: str
    reason: str
    threads: int
    exact: bool

    def run(self, inputs: Array) -> Array:
        """The values a of the chosen nodes.

        Args:
            inputs: (inputs, rows) of any layout, so a transposed table needs no copy; converted
                to `dtype` where it has another.

        Returns:
            (chosen, rows), a new array.
        """
        return self.run_with_z(inputs)[1]

    def run_with_z(self, inputs: Array) -> tuple[Array, Array]:
        """z and a of the chosen nodes, (chosen, rows) each; see `run`."""
        return select(self.network, inputs.astype(self.dtype, copy=False), self.nodes)


def prepare(
    network: Network,
    nodes: Sequence[str] | None,
    dtype: np.dtype[Any],
    engine: EngineName,
    exact: bool,
    threads: int | None,
    rows: int | None,
) -> Engine:
    """See `Network.engine`."""
    network.require_values()
    chosen = network.outputs if nodes is None else network.node_numbers(nodes)
    numbers = np.asarray(chosen, np.int64)
    return Engine(network, numbers, dtype, "numpy", "the default", threads or 1, exact)
