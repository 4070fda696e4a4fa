"""Gradients: the steps of the forward pass in reverse, node by node, by the chain rule.

    ∂L/∂a = the loss's own ∂L/∂a + Σ over the outgoing edges of weight · ∂L/∂term
    ∂L/∂z = ∂L/∂a · activation'(z)
    ∂L/∂term = ∂L/∂z · ∂z/∂term, where term = weight · source value
    ∂L/∂weight = Σ over the rows of source value · ∂L/∂term

This is reverse accumulation (Rumelhart, Hinton, Williams, Learning representations by
back-propagating errors, Nature 323, 1986), without recursion. Derivatives at kinks are those of
the table of activations; max and min give everything to the first of equal terms.

Every sum is accumulated explicitly, the first term first: over edges in the file's order, over rows
from the first to the last. So ∂L/∂a and ∂L/∂z of one row have the same bits alone and in a batch
(with the reduction "mean" up to the division by the number of rows), and the derivative by a
parameter depends only on the batch and its order. A node on which the loss does not depend gets an
exact 0, whatever its value; elsewhere infinity and NaN flow through as IEEE says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.evaluate.loss import evaluate_loss
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import DEFAULT_LOSS
from deepgraph.functions.ordered_sums import ordered_sum
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.graph.parameters import EdgeKey

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Gradient:
    """The derivatives of a loss over a batch.

    Frozen parameters (`"trainable": false`) have a gradient like all others; `step` and `update`
    leave them as they are.

    Attributes:
        trace: the forward pass.
        loss: its value, after the reduction.
        row_losses: (rows,) the loss of each row, before the reduction.
        parameters: (parameters,) ∂loss/∂parameter, the sum over all edges with its label.
        edges: (edges,) ∂loss/∂weight of each edge on its own, wires included.
        nodes_a: (nodes, rows) ∂loss/∂a over all paths to the loss. For a target node of
            cross_entropy it may be infinite; nothing is computed from it there, see `nodes_z`.
        nodes_z: (nodes, rows) ∂loss/∂z; for biases and for inputs that are not normalised the same
            as `nodes_a`.
    """

    trace: Trace
    loss: float
    row_losses: Array
    parameters: Array
    edges: Array
    nodes_a: Array
    nodes_z: Array

    def __repr__(self) -> str:
        name = self.trace.network.spec.name or self.trace.network.name
        counts = f"{counted(len(self.parameters), 'parameter')}, {counted(self.trace.rows, 'row')}"
        return f"<Gradient of {name}: loss {self.loss:.4g}, {counts}>"

    def __getitem__(self, parameter: str | EdgeKey) -> Any:
        """∂loss/∂parameter by the name of a parameter, or of several.

        Args:
            parameter: a name as `network.parameters[name]` takes it: `w3` and `W1[2,3]` give a
                float, the group `w35` and the vector `b1` an array (labels,), the matrix `W1`
                (targets, sources).

        Raises:
            UnknownNameError: there is no such parameter; this is a `KeyError`, too.
        """
        return self.trace.network.parameters.of(parameter, self.parameters)

    @cached_property
    def by_name(self) -> dict[str, float]:
        """∂loss/∂parameter by the name of the parameter; an unlabelled edge is called `x→h1`."""
        name = self.trace.network.parameters.name
        return {name(number): value for number, value in enumerate(self.parameters.tolist())}

    @property
    def inputs(self) -> Array:
        """(rows, inputs) ∂loss/∂input, by the value in the table where inputs are normalised."""
        return self.nodes_z[self.trace.network.inputs].T

    def step(self, learning_rate: float) -> Array:
        """(parameters,) the values after one step of gradient descent.

        They are value − learning_rate · gradient; frozen parameters keep their values.
        """
        parameters = self.trace.network.parameters
        with np.errstate(all="ignore"):  # infinity and NaN flow through, as in the forward pass
            stepped = parameters.values - learning_rate * self.parameters
        return np.where(parameters.trainable, stepped, parameters.values)

    def update(self, learning_rate: float) -> Graph:
        """The network after one step of gradient descent; see `step`.

        Raises:
            InputError: a parameter would become NaN, which marks a parameter without a value.
        """
        network, stepped = self.trace.network, self.step(learning_rate)
        lost = np.flatnonzero(np.isnan(stepped))
        if len(lost):
            number = int(lost[0])
            raise InputError(
                f"the step makes {network.parameters.name(number)} NaN: learning rate "
                f"{learning_rate:g}, gradient {self.parameters[number]:g}; look for NaN or "
                "infinity in the inputs, targets and values"
            )
        return network.with_computed(stepped)


def gradient(
    trace: Trace,
    targets: Mapping[str, ArrayLike] | None = None,
    loss: str = DEFAULT_LOSS,
    reduction: str = "mean",
    of: str | None = None,
) -> Gradient:
    """The gradient of a loss; arguments and errors as in `evaluate_loss`."""
    value = evaluate_loss(trace, targets, loss, reduction, of)
    with np.errstate(all="ignore"):  # infinity and NaN flow through, as IEEE says
        walk = _Walk(trace, value.by_a, value.by_z)
        parameters = _by_parameter(trace.network, walk.edges, walk.nodes_a)
    nodes_a, nodes_z = walk.nodes_a, walk.nodes_z
    return Gradient(trace, value.value, value.rows, parameters, walk.edges, nodes_a, nodes_z)


def jacobian(trace: Trace, nodes: Sequence[str] | None = None) -> Array:
    """(rows, outputs, inputs) the derivative of every output by every input, in float64.

    Of a normalised input it is that by the value in the table.

    Args:
        trace: the forward pass in float64.
        nodes: instead of the outputs: ids, `z(id)`, and names of stages.

    Raises:
        InputError: no such node, or a trace in another type.
    """
    if trace.a.dtype != np.float64:
        raise InputError(f"derivatives are computed in float64, got {trace.a.dtype}")
    network = trace.network
    members = network.members(network.output_names if nodes is None else nodes)
    result = np.empty((trace.rows, len(members), len(network.inputs)))
    for position, (node, is_z) in enumerate(members):
        one = {node: np.ones(trace.rows)}
        with np.errstate(all="ignore"):  # likewise
            walk = _Walk(trace, *(({}, one) if is_z else (one, {})))
        result[:, position] = walk.nodes_z[network.inputs].T
    return result


def _by_parameter(network: Graph, edges: Array, nodes_a: Array) -> Array:
    """(parameters,) the gradients of edges added up in the file's order, and those of biases."""
    gradients = np.full(len(network.parameters), -0.0)  # -0.0 + x is x, whatever its sign
    weighted = np.flatnonzero(network.edge_parameter >= 0)
    np.add.at(gradients, network.edge_parameter[weighted], edges[weighted])
    biases = np.flatnonzero(network.node_parameter >= 0)
    gradients[network.node_parameter[biases]] = ordered_sum(nodes_a[biases].T)
    return gradients


class _Walk:
    """One walk from the loss back to the inputs: the arrays of a `Gradient`.

    Args:
        trace: the forward pass.
        by_a: the loss's own derivatives, see `LossValue`.
        by_z: likewise.
    """

    def __init__(self, trace: Trace, by_a: dict[int, Array], by_z: dict[int, Array]) -> None:
        self.trace, self.network = trace, trace.network
        self.by_a, self.by_z = by_a, by_z
        self.nodes_a = np.zeros(trace.a.shape)
        self.nodes_z = np.zeros(trace.a.shape)
        self.edges = np.zeros(len(self.network.source))
        # True where the loss depends on the z of a node.
        self.reached = np.zeros(len(self.network.ids), np.bool)
        # By edge, ∂loss/∂term where it is not ∂loss/∂z of the target; the source removes it.
        self.by_term: dict[int, Array] = {}
        nodes = len(self.network.ids)
        for step in reversed(self.network.steps.tolist()):
            if step >= nodes:
                self._through_softmax(self.network.softmax_groups[step - nodes].tolist())
            else:
                self._through_activation(step)
                if self.reached[step]:
                    self._through_aggregation(step)

    def _through_activation(self, node: int) -> None:
        """From ∂loss/∂a to ∂loss/∂z of one node; a softmax node already has its ∂loss/∂z."""
        function = self.network.activation(node)
        given = not self.network.has_z(node)  # z and a are one number
        if function.row is None and not given:
            return
        carried = self._take(node)
        if carried is not None:
            self.reached[node] = True
            if function.row is None or given:
                self.nodes_z[node] = carried
            else:
                self.nodes_z[node] = carried * function.derivative(self.trace.z[node])
        self._add_by_z(node)

    def _through_softmax(self, members: list[int]) -> None:
        """From ∂loss/∂a to ∂loss/∂z of a group: s·(g − Σ s·g), as ∂sᵢ/∂zⱼ = sᵢ(δᵢⱼ − sⱼ)."""
        carried = [self._take(node) for node in members]
        if any(part is not None for part in carried):
            self.reached[members] = True
            none = np.zeros(self.trace.rows)
            g = np.array([none if part is None else part for part in carried])
            s = self.trace.a[members]
            self.nodes_z[members] = s * (g - ordered_sum(s * g))
        for node in members:
            self._add_by_z(node)

    def _take(self, node: int) -> Array | None:
        """Write ∂loss/∂a of a node from the nodes that it feeds.

        Returns:
            (rows,) the part to be carried through the activation: all of it, or without the loss's
            own part if that is in `by_z`; `None` if the loss does not depend on the node.
        """
        edges: NDArray[np.int64] = self.network.outgoing.of(node)
        edges = edges[self.reached[self.network.target[edges]]]
        terms = self.nodes_z[self.network.target[edges]]
        if self.by_term:
            for position, edge in enumerate(edges.tolist()):
                terms[position] = self.by_term.pop(edge, terms[position])
        terms *= self.network.weights[edges, np.newaxis]
        own = self.by_a.get(node)
        if own is None:
            self.nodes_a[node] = ordered_sum(terms)
        else:
            self.nodes_a[node] = ordered_sum(np.concatenate([own[np.newaxis], terms]))
            if node not in self.by_z:
                return np.asarray(self.nodes_a[node])
        return ordered_sum(terms) if len(edges) else None

    def _add_by_z(self, node: int) -> None:
        """Add the loss's own derivative by z, if it has one."""
        own = self.by_z.get(node)
        if own is not None:
            self.nodes_z[node] += own
            self.reached[node] = True

    def _through_aggregation(self, node: int) -> None:
        """From ∂loss/∂z of a node to its edges: ∂loss/∂weight, and ∂loss/∂term for the sources."""
        edges = self.network.incoming.of(node)
        a = self.trace.a[self.network.source[edges]]
        by_term = self.nodes_z[node]
        derivative = AGGREGATIONS[self.network.aggregations[node]].derivative
        if derivative is not None:
            terms = self.network.weights[edges, np.newaxis] * a
            by_term = derivative(terms, self.trace.z[node], by_term)
            self.by_term.update(zip(edges.tolist(), by_term, strict=True))
        self.edges[edges] = ordered_sum((by_term * a).T)
