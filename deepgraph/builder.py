"""Builds a network from a few lines of Python instead of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from deepgraph.network import Network
from deepgraph.spec.records import (
    ABSENT,
    VERSION,
    Edge,
    Group,
    Kind,
    Node,
    Normalise,
    Rescale,
    Spec,
)
from deepgraph.spec.writing import checked, number
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.functions.written import Function
    from deepgraph.spec.literals import Number

Scaled = TypeVar("Scaled", Normalise, Rescale)


class Builder:
    """Collects nodes and edges, and makes a network or its spec of them.

    >>> net = Builder("unit")
    >>> net.input("x")
    >>> net.output("y", "relu")
    >>> net.edge("x", "y", "w1", 2)
    >>> net.bias("b1", -1, "y")
    >>> float(net.build()({"x": 3.0})[0, 0])
    5.0

    Args:
        name: the name of the network.
        texts: `title`, `description`, `source` and `note` of the spec.
    """

    def __init__(self, name: str | None = None, **texts: Any) -> None:
        self._name = name
        self._texts = texts
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._groups: dict[str, list[str] | Group] = {}
        self._stages: dict[str, list[str]] = {}

    def input(
        self,
        id: str,
        *,
        label: str | None = None,
        normalise: Mapping[str, Number] | None = None,
    ) -> None:
        """Add an input node; its id is also the header of its column in tables.

        Args:
            id: of the node.
            label: shown instead of the id.
            normalise: constants `min`, `max`, `mean`, `scale`, each optional; the table then holds
                z, and (clip(z) − mean)/scale is what flows on.
        """
        scaling = None if normalise is None else _scaling(Normalise, normalise)
        self._nodes.append(Node(id, "input", normalise=scaling, label=label))

    def node(
        self,
        id: str,
        activation: Function = "identity",
        *,
        aggregation: str = "sum",
        kind: Kind = "hidden",
        rescale: Mapping[str, Number] | None = None,
        classes: Sequence[str] | None = None,
        threshold: Number | None = None,
        label: str | None = None,
        layer: str | None = None,
    ) -> None:
        """Add a neuron, hidden unless `kind` says otherwise.

        An output may `rescale` its value by constants `mean` and `scale`, each optional: it is then
        f(z)·scale + mean. The one output of a network may name its two `classes`, of which it says
        the second from the `threshold` on.
        """
        scaling = None if rescale is None else _scaling(Rescale, rescale)
        made = Node(
            id,
            kind,
            activation,
            aggregation,
            rescale=scaling,
            classes=None if classes is None else list(classes),
            threshold=ABSENT if threshold is None else number(threshold),
            label=label,
            layer=layer,
        )
        self._nodes.append(made)

    def output(self, id: str, activation: Function = "identity", **options: Any) -> None:
        """Add an output node; the options are those of `node`."""
        self.node(id, activation, kind="output", **options)

    def bias(self, id: str, value: Number | None = None, *targets: str) -> None:
        """Add a bias node, and a wire to each of the targets.

        The value is a parameter named like the node; `None` leaves it uninitialised. For a bias
        whose edges have the weights, give no targets here and add the edges with `edge`.
        """
        self._nodes.append(Node(id, "bias", value=ABSENT if value is None else number(value)))
        for target in targets:
            self.wire(id, target)

    def edge(
        self,
        source: str,
        target: str,
        label: str | None = None,
        weight: Number | None = None,
        *,
        trainable: bool = True,
    ) -> None:
        """Add a weighted edge; `None` leaves the weight uninitialised.

        Raises:
            ValueError: the weight is not finite, or is a text other than "p/q".
        """
        self._edges.append(Edge(source, target, label, number(weight), trainable))

    def wire(self, source: str, target: str) -> None:
        """Add an edge of weight 1 that is no parameter."""
        self._edges.append(Edge(source, target))

    def group(self, name: str, *labels: str, trainable: bool = True) -> None:
        """Name several edge labels together, as in w35 = [w3 w5]; they may be frozen together."""
        self._groups[name] = list(labels) if trainable else Group(list(labels), trainable)

    def stage(self, name: str, *values: str) -> None:
        """Name several values together: ids of nodes, and `z(id)` for z of a node."""
        self._stages[name] = list(values)

    def spec(self) -> Spec:
        """The spec so far.

        Raises:
            SpecError: a field has a wrong type.
        """
        collected = Spec(
            deepgraph=VERSION,
            name=self._name,
            nodes=list(self._nodes),
            edges=list(self._edges),
            groups=dict(self._groups),
            stages=dict(self._stages),
            **self._texts,
        )
        return checked(collected, self._name or "network")

    def build(self) -> Network:
        """The network so far; `Network.save` writes it to a file.

        Raises:
            SpecError: with every problem found.
        """
        return Network(self.spec(), self._name or "network")


def _scaling(kind: type[Scaled], constants: Mapping[str, Number]) -> Scaled:
    """The record of some constants.

    Raises:
        ValueError: there is no such constant, or see `deepgraph.spec.literals.encode`.
    """
    known = kind.__struct_fields__
    for name in constants:
        if name not in known:
            near = Nearest(known, f"known: {', '.join(known)}")(name)
            raise ValueError(f'{kind.__name__.lower()} has no "{name}"{near}')
    return kind(**{name: number(value) for name, value in constants.items()})
