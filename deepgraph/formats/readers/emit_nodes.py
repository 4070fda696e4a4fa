"""Any network as a spec in nodes and edges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import names
from deepgraph.formats.readers.emit_numbers import scaling
from deepgraph.formats.readers.terms import Dense
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.graph.parameter_files import value_misfit
from deepgraph.spec import literals
from deepgraph.spec.records import ABSENT, VERSION, Edge, Node, Normalise, Rescale, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Bank
    from deepgraph.formats.readers.naming import Naming
    from deepgraph.formats.readers.terms import Bias, Labels, Sparse
    from deepgraph.functions.written import Function


class NodeWriter:
    """Writes a network node by node and edge by edge.

    Attributes:
        network: with its names.
    """

    def __init__(self, network: Naming) -> None:
        self.network = network
        self.parameter_names = names.Unique()
        self.arrays_of_labels: dict[Any, list[tuple[NDArray[np.float64], str]]] = {}

    def in_nodes(self) -> Spec:
        """The spec of any network."""
        dense = sum(
            t.size for bank in self.network.banks for t in bank.terms if isinstance(t, Dense)
        )
        self.network.assembly.require_edges(dense)
        outputs = set(self.network.outputs)
        nodes: dict[int, Node] = {}
        biases: list[Node] = []
        edges: list[Edge] = []
        for number, bank in enumerate(self.network.banks):
            for row, node in enumerate(bank.nodes.tolist()):
                if self.network.needed[node] or bank.kind == "input":
                    kind = "output" if node in outputs else bank.kind
                    nodes[node] = self._node(number, row, self.network.ids[node], kind)
            if not self.network.needed[bank.nodes].any():
                continue
            for term in bank.terms:
                edges += self._edges(bank, self._with_name(term, number))
            if bank.bias is not None:
                made, wires = self._biases(bank, bank.bias, number)
                biases += made
                edges += wires
        last = [nodes.pop(node) for node in self.network.outputs]
        return Spec(deepgraph=VERSION, nodes=[*nodes.values(), *biases, *last], edges=edges)

    def _node(self, number: int, row: int, name: str, kind: Any) -> Node:
        bank = self.network.banks[number]
        activation: Function = "identity"
        given, joined = bank.activation, bank.aggregation
        if bank.kind == "hidden":
            activation = given[row] if isinstance(given, list) else given
        if activation == SOFTMAX:
            activation = {"name": SOFTMAX, "group": self.network.base[number]}
        aggregation = joined[row] if isinstance(joined, list) else joined
        normalise = {key: value[row : row + 1] for key, value in bank.normalise.items()}
        rescale = {key: value[row : row + 1] for key, value in bank.rescale.items()}
        return Node(
            name,
            kind,
            activation,
            aggregation,
            label=self.network.labels.get(bank.first + row),
            normalise=scaling(Normalise, normalise),
            rescale=scaling(Rescale, rescale),
            classes=self.network.classes(bank.first + row),
            threshold=self.network.threshold(bank.first + row),
        )

    def _with_name(self, term: Dense | Sparse, number: int) -> Sparse:
        if isinstance(term, Dense):
            name = self.parameter_names(term.name or f"W{number}")
            return replace(term, name=name).sparse()
        if term.labels is None or term.name is None or term.weights is None:
            return term
        return replace(term, name=replace(term.name, base=self._label_base(term, term.name)))

    def _label_base(self, term: Sparse, name: Labels) -> str:
        """The name of the array of a term: the same for the same numbers, else one of its own."""
        assert term.labels is not None
        assert term.weights is not None
        labelled = term.labels >= 0
        values = np.full(int(np.prod(name.shape)), np.nan)
        values[term.labels[labelled]] = term.weights[labelled]
        for known, base in self.arrays_of_labels.get((name.base, name.shape), ()):
            both = ~np.isnan(known) & ~np.isnan(values)
            if np.array_equal(known[both], values[both]):
                known[~np.isnan(values)] = values[~np.isnan(values)]
                return base
        base = self.parameter_names(name.base)
        self.arrays_of_labels.setdefault((name.base, name.shape), []).append((values, base))
        return base

    def _edges(self, bank: Bank, term: Sparse) -> list[Edge]:
        """The edges of a term into needed nodes; the first with a label bears its number."""
        targets = bank.first + term.rows
        kept = np.flatnonzero(self.network.needed[targets])
        if term.weights is None:
            ends = zip(term.sources[kept].tolist(), targets[kept].tolist(), strict=True)
            return [
                Edge(self.network.ids[source], self.network.ids[target]) for source, target in ends
            ]
        if misfit := value_misfit(np.asarray(term.weights[kept])):
            raise FormatError(
                f"the weights of {self.network.base[self.network.banks.index(bank)]}: {misfit}"
            )
        labels = None if term.labels is None else term.labels[kept].tolist()
        named: set[int] = set()
        edges = []
        for place, edge in enumerate(kept.tolist()):
            label, weight = None, msgspec.Raw(literals.encode(float(term.weights[edge])))
            if labels is not None and term.name is not None and labels[place] >= 0:
                label = term.name(labels[place])
                if labels[place] in named:
                    weight = ABSENT
                named.add(labels[place])
            source, target = self.network.ids[term.sources[edge]], self.network.ids[targets[edge]]
            edges.append(Edge(source, target, label, weight))
        return edges

    def _biases(self, bank: Bank, bias: Bias, number: int) -> tuple[list[Node], list[Edge]]:
        """A bias node for each entry, and its wires."""
        needed = self.network.needed[bank.nodes]
        used = np.unique(bias.entry[needed & (bias.entry >= 0)]).tolist()
        if misfit := value_misfit(np.asarray(bias.values)[used]):
            raise FormatError(f"the biases of {self.network.base[number]}: {misfit}")
        base = self.parameter_names(bias.name or f"b{number}") if bias.ids is None else ""
        ids = {}
        for entry in used:
            own = bias.ids[entry] if bias.ids is not None else f"{base}[{entry + 1}]"
            ids[entry] = self.network.node_names(own)
        made = [
            Node(
                ids[entry],
                "bias",
                value=msgspec.Raw(literals.encode(float(bias.values[entry]))),
                trainable=bias.trainable,
            )
            for entry in used
        ]
        wires = [
            Edge(ids[entry], self.network.ids[bank.first + row])
            for row, entry in enumerate(bias.entry.tolist())
            if entry >= 0 and needed[row]
        ]
        return made, wires
