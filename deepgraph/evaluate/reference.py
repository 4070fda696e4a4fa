"""The reference evaluator: node by node, readable beside a textbook.

    z = aggregate over the incoming edges, in the file's order, of weight · source value
    a = activation(z)

z of an input is what the table holds, and a is what flows on: the same, or z normalised.

Every sum is accumulated explicitly, the first term first, so that one row has the same bits alone
and in a batch; `np.sum`, `mean` and `einsum` would group their terms by the shape of the array. A
wire has weight 1, and 1 · a is a, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.graph.stages import Member

    Array = NDArray[Any]


@dataclass(frozen=True)
class Trace:
    """The value of every node for a batch of rows.

    Attributes:
        network: the network.
        z: (nodes, rows) before the activation; for inputs and biases their value, of a normalised
            input the value in the table.
        a: (nodes, rows) after the activation.
    """

    network: Graph
    z: Array
    a: Array

    def __getitem__(self, name: str) -> Array:
        """The values that a name means.

        Args:
            name: the id of a node, `h1`, for its a, (rows,); `z(h1)` for its z, (rows,); the name
                of a stage, for the values of its members, (members, rows).

        Raises:
            UnknownNameError: there is no such node or stage; this is a `KeyError`, too.
        """
        node = self.network.index.get(name)
        if node is not None:
            return np.asarray(self.a[node])
        found = self._values(self.network.members([name]))
        return found if name in self.network.stages else found[0]

    def pre_activation(self, node: str) -> Array:
        """(rows,) the z of the node with this id; of an input or a bias its value.

        Raises:
            UnknownNameError: there is no such node; this is a `KeyError`, too.
        """
        number = self.network.index.get(node)
        if number is None:
            raise self.network.unknown(node, stages=False)
        return np.asarray(self.z[number])

    def _values(self, members: Iterable[Member]) -> Array:
        """(members, rows) values z or a."""
        return np.array([(self.z if is_z else self.a)[node] for node, is_z in members])

    @property
    def rows(self) -> int:
        """The number of rows."""
        return int(self.a.shape[1])

    @cached_property
    def outputs(self) -> Array:
        """(rows, outputs) the values of the output nodes."""
        return np.asarray(self.a[self.network.outputs].T)

    @cached_property
    def stages(self) -> dict[str, Array]:
        """The values of each stage by its name, (members, rows)."""
        return {name: self._values(members) for name, members in self.network.stages.items()}

    def __repr__(self) -> str:
        name = self.network.spec.name or self.network.name
        return f"<Trace of {name}: {len(self.z)} nodes, {counted(self.rows, 'row')}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """The form for notebooks: the picture with the values of the first row."""
        notebook = import_module("deepgraph.embed.notebook")  # a room above this one
        return notebook.bundle(self.network, self, include=include, exclude=exclude)

    def first_nan(self) -> tuple[str, int] | None:
        """The first node with NaN in the first row (from 0) that has NaN from finite inputs."""
        born = np.isnan(self.a) | np.isnan(self.z)
        born &= np.isfinite(self.z[self.network.inputs]).all(axis=0)
        rows = np.flatnonzero(born.any(axis=0))
        if not len(rows):
            return None
        nodes = self.network.steps[self.network.steps < len(self.network.ids)]
        node = next(int(node) for node in nodes if born[node, rows[0]])
        return self.network.ids[node], int(rows[0])


def trace(network: Graph, inputs: Array, *, normalised: bool = False) -> Trace:
    """The forward pass: z and a of every node.

    Args:
        network: all of its parameters must have values.
        inputs: (inputs, rows), float64 or float32; the result has the same dtype.
        normalised: True if the inputs are their values a already; z is then a, too.

    Raises:
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    nodes, rows = len(network.ids), inputs.shape[1]
    z = np.empty((nodes, rows), inputs.dtype)
    a = np.empty((nodes, rows), inputs.dtype)
    z[network.inputs] = inputs
    a[network.inputs] = inputs if normalised else network.normalised(inputs)
    with np.errstate(all="ignore"):  # infinity and NaN flow through, as IEEE says
        weights = network.weights.astype(inputs.dtype)
        for step in network.steps.tolist():
            if step >= nodes:
                members = network.softmax_groups[step - nodes]
                a[members] = network.activation(members[0])(z[members])
            elif network.kind[step] == BIAS:
                a[step] = z[step] = network.bias_value(step)
            elif network.kind[step] != INPUT:
                _aggregate(network, step, weights, a, z[step])
                function = network.activation(step)
                if function.row is not None:
                    a[step] = function(z[step])
    return Trace(network, z, a)


def _aggregate(network: Graph, node: int, weights: Array, a: Array, z: Array) -> None:
    """Write the z of one node, (rows,), from the values a of its sources."""
    aggregation = AGGREGATIONS[network.aggregations[node]]
    edges = network.incoming.of(node)
    first, *others = edges
    np.multiply(weights[first], a[network.source[first]], out=z)
    term = np.empty_like(z)
    for edge in others:
        np.multiply(weights[edge], a[network.source[edge]], out=term)
        aggregation.join(z, term, out=z)
    if aggregation.divides:
        np.divide(z, z.dtype.type(len(edges)), out=z)
