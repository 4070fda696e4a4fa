"""The assembled network as a spec: in layers if it is a dense chain, else in nodes and edges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import names, scaling
from deepgraph.formats.readers.reaching import banks_that_feed, lost_numbers, needed_nodes
from deepgraph.formats.readers.record import Imported
from deepgraph.formats.readers.terms import Dense
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.graph.parameter_files import value_misfit
from deepgraph.spec import literals
from deepgraph.spec.records import (
    ABSENT,
    VERSION,
    Edge,
    Layer,
    Node,
    Normalise,
    Rescale,
    Spec,
)
from deepgraph.words.messages import counted, in_quotes, listed, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.banks import Bank
    from deepgraph.formats.readers.record import Options, Report, Scale
    from deepgraph.formats.readers.terms import Bias, Labels, Sparse
    from deepgraph.functions.written import Function

WRITTEN_INSIDE = 150
"""The most parameters of a network in layers that stand in the spec and not in a file beside it."""


def imported(assembly: Assembly, report: Report, options: Options, source: str) -> Imported:
    """The network that a reader has assembled.

    Args:
        assembly: the network.
        report: what the reader has to say.
        options: what a person said beside the file.
        source: the name of the file.

    Raises:
        FormatError: it has no output, or a number that a spec cannot hold.
    """
    if not assembly.outputs:
        raise FormatError("no output was found in this network")
    if options.scale is not None:
        _scale_inputs(assembly, options.scale, report)
    scaling.absorb(assembly, report)
    writer = _Writer(assembly, report, options)
    spec = writer.in_layers() or writer.in_nodes()
    origin = ", ".join(part for part in (source, report.format, report.producer) if part)
    name = names.as_id(source.rpartition(".")[0] or source)
    return Imported(msgspec.structs.replace(spec, name=name, source=origin), writer.arrays, report)


def _scale_inputs(assembly: Assembly, scale: Scale, report: Report) -> None:
    """Put a scaler in front of all inputs."""
    banks = [bank for bank in assembly.banks if bank.kind == "input"]
    if any(bank.normalise for bank in banks):
        raise FormatError("this network scales its inputs itself, so that a scaler is one too many")
    scale.require(sum(bank.size for bank in banks))
    report.merged.append(scale.told)
    start = 0
    for bank in banks:
        end = start + bank.size
        bank.normalise = {key: value[start:end] for key, value in scale.given().items()}
        if scale.columns is not None:
            _name_by_columns(bank, scale.columns[start:end], report)
        start = end


def _name_by_columns(bank: Bank, columns: Sequence[str], report: Report) -> None:
    """Call inputs as the scaler's columns are called, and say so if the file calls them others."""
    if bank.ids is None:
        bank.ids = list(columns)
    elif bank.ids != list(columns):
        report.notes.append(
            f"the scaler was fitted on the columns {listed(columns)}, the model on "
            f"{listed(bank.ids)}; is this its scaler?"
        )


def with_numbers(imported: Imported) -> Spec:
    """The spec with its numbers inside, for one that has no file beside it."""
    if not imported.arrays:
        return imported.spec
    return msgspec.structs.replace(imported.spec, parameters=_inside(imported.arrays))


def _inside(arrays: dict[str, NDArray[Any]]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(_text(array)) for name, array in arrays.items()}


class _Writer:
    """Names everything once, and writes it in one of two ways."""

    def __init__(self, assembly: Assembly, report: Report, options: Options) -> None:
        self.assembly = assembly
        self.report = report
        self.arrays: dict[str, NDArray[Any]] = {}
        self.outputs = assembly.outputs
        self.needed = needed_nodes(assembly.banks, self.outputs)
        self.banks = [
            bank for bank in assembly.banks if bank.kind == "input" or self.needed[bank.nodes].any()
        ]
        report.unused += lost_numbers(assembly.banks, self.needed)
        self.parameter_names = names.Unique()
        self.node_names = names.Unique()
        self._bases()
        self.labels: dict[int, str] = {}
        self.arrays_of_labels: dict[Any, list[tuple[NDArray[np.float64], str]]] = {}
        self.ids = self._ids(options)

    # --- names ----------------------------------------------------------------------------

    def _bases(self) -> None:
        """A name for every bank."""
        unique, hidden = names.Unique(), 0
        outputs = set(self.outputs)
        self.base: list[str] = []
        for bank in self.banks:
            default = "x" if bank.kind == "input" else "y"
            if bank.kind != "input" and bank.first not in outputs:
                default = names.letter(hidden)
                hidden += names.readable(bank.name) is None
            self.base.append(unique(names.readable(bank.name) or default))

    def _ids(self, options: Options) -> list[str]:
        """The id of every node; `options.names` has those of inputs, perhaps of outputs."""
        ids = [""] * len(self.needed)
        for bank, base in zip(self.banks, self.base, strict=True):
            ids[bank.first : bank.first + bank.size] = bank.ids or names.entries(base, bank.shape)
        if options.names is not None:
            inputs = [int(n) for bank in self.banks if bank.kind == "input" for n in bank.nodes]
            for node, name in zip(
                _named(inputs, self.outputs, options), options.names, strict=False
            ):
                ids[node] = names.as_id(name)
            if len(options.names) == len(inputs) + 1 and len(self.outputs) > 1:
                last = in_quotes(options.names[-1])
                self.report.notes.append(f"the last name, {last}, belongs to no input; it is left")
        found = [self.node_names(name) if name else "" for name in ids]
        outputs = set(self.outputs)
        for bank in self.banks:
            for node in bank.nodes.tolist() if bank.ids else ():
                if found[node] != ids[node] and node in outputs:
                    self.labels[node] = ids[node]  # the class that an input is called like
        return found

    # --- layers ---------------------------------------------------------------------------

    def in_layers(self) -> Spec | None:
        """The spec of a dense chain; `None` for another network."""
        first, *rest = self.banks
        if first.kind != "input" or not rest or self._need_labels():
            return None
        if not all(self.needed[bank.nodes].all() for bank in self.banks):
            return None
        if self.outputs != rest[-1].nodes.tolist():
            return None
        by_first = {(bank.first, bank.size): number for number, bank in enumerate(self.banks)}
        layers = [self._layer(0, None, None, None)]
        count = 0
        for number, bank in enumerate(rest, 1):
            feeding = banks_that_feed(bank, by_first, self.banks)
            if feeding is None or not _is_dense(bank):
                return None
            term = bank.terms[0]
            assert isinstance(term, Dense)
            weights = self.parameter_names(term.name or f"W{number}")
            self.arrays[weights] = _kept(term.matrix, weights)
            bias = None
            if bank.bias is not None:
                bias = self.parameter_names(bank.bias.name or f"b{number}")
                self.arrays[bias] = _kept(bank.bias.values, bias)
            sources = None if feeding == [number - 1] else feeding
            layers.append(self._layer(number, weights, bias, sources))
            count += term.matrix.size + (bank.size if bias else 0)
        spec = Spec(deepgraph=VERSION, layers=layers)
        if count > WRITTEN_INSIDE:
            return spec
        inside = _inside(self.arrays)
        self.arrays = {}
        return msgspec.structs.replace(spec, parameters=inside)

    def _need_labels(self) -> bool:
        """True if outputs have labels beside their ids, and there is room for nodes and edges."""
        if not self.labels:
            return False
        size = sum(term.size for bank in self.banks for term in bank.terms)
        if size <= self.assembly.max_edges:
            return True
        renamed = listed([in_quotes(self.ids[node]) for node in self.labels])
        self.report.notes.append(f"inputs are called like classes, which therefore are {renamed}")
        return False

    def _layer_id(self, number: int) -> str:
        bank, base = self.banks[number], self.base[number]
        return base if bank.size == 1 else names.stem(base)

    def _layer(
        self, number: int, weights: str | None, bias: str | None, sources: list[int] | None
    ) -> Layer:
        bank, name = self.banks[number], self._layer_id(number)
        ids = self.ids[bank.first : bank.first + bank.size]
        default = [name] if bank.size == 1 else [f"{name}{i + 1}" for i in range(bank.size)]
        activation = bank.activation
        assert not isinstance(activation, list)
        return Layer(
            name,
            bank.size,
            activation,
            weights=weights,
            bias=msgspec.UNSET if number == 0 else bias,
            sources=None if sources is None else [self._layer_id(n) for n in sources],
            names=None if ids == default else ids,
            normalise=_scaling(Normalise, bank.normalise),
            rescale=_scaling(Rescale, bank.rescale),
            classes=self._classes(bank.first),
            threshold=self._threshold(bank.first),
        )

    # --- nodes and edges ------------------------------------------------------------------

    def in_nodes(self) -> Spec:
        """The spec of any network."""
        self.arrays = {}
        self.parameter_names = names.Unique()
        dense = sum(t.size for bank in self.banks for t in bank.terms if isinstance(t, Dense))
        self.assembly.require_edges(dense)
        outputs = set(self.outputs)
        nodes: dict[int, Node] = {}
        biases: list[Node] = []
        edges: list[Edge] = []
        for number, bank in enumerate(self.banks):
            for row, node in enumerate(bank.nodes.tolist()):
                if self.needed[node] or bank.kind == "input":
                    kind = "output" if node in outputs else bank.kind
                    nodes[node] = self._node(number, row, self.ids[node], kind)
            if not self.needed[bank.nodes].any():
                continue
            for term in bank.terms:
                edges += self._edges(bank, self._with_name(term, number))
            if bank.bias is not None:
                made, wires = self._biases(bank, bank.bias, number)
                biases += made
                edges += wires
        last = [nodes.pop(node) for node in self.outputs]
        return Spec(deepgraph=VERSION, nodes=[*nodes.values(), *biases, *last], edges=edges)

    def _node(self, number: int, row: int, name: str, kind: Any) -> Node:
        bank = self.banks[number]
        activation: Function = "identity"
        given, joined = bank.activation, bank.aggregation
        if bank.kind == "hidden":
            activation = given[row] if isinstance(given, list) else given
        if activation == SOFTMAX:
            activation = {"name": SOFTMAX, "group": self.base[number]}
        aggregation = joined[row] if isinstance(joined, list) else joined
        normalise = {key: value[row : row + 1] for key, value in bank.normalise.items()}
        rescale = {key: value[row : row + 1] for key, value in bank.rescale.items()}
        return Node(
            name,
            kind,
            activation,
            aggregation,
            label=self.labels.get(bank.first + row),
            normalise=_scaling(Normalise, normalise),
            rescale=_scaling(Rescale, rescale),
            classes=self._classes(bank.first + row),
            threshold=self._threshold(bank.first + row),
        )

    def _classes(self, node: int) -> list[str] | None:
        """The two classes of the one output, where they are not those that it has anyway."""
        found = self.assembly.classes
        return found if self.outputs == [node] and found != ["0", "1"] else None

    def _threshold(self, node: int) -> msgspec.Raw:
        """The threshold of the one output, if the file says it."""
        found = self.assembly.threshold
        if found is None or self.outputs != [node]:
            return ABSENT
        return msgspec.Raw(literals.encode(found))

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
        kept = np.flatnonzero(self.needed[targets])
        if term.weights is None:
            ends = zip(term.sources[kept].tolist(), targets[kept].tolist(), strict=True)
            return [Edge(self.ids[source], self.ids[target]) for source, target in ends]
        if misfit := value_misfit(np.asarray(term.weights[kept])):
            raise FormatError(f"the weights of {self.base[self.banks.index(bank)]}: {misfit}")
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
            source, target = self.ids[term.sources[edge]], self.ids[targets[edge]]
            edges.append(Edge(source, target, label, weight))
        return edges

    def _biases(self, bank: Bank, bias: Bias, number: int) -> tuple[list[Node], list[Edge]]:
        """A bias node for each entry, and its wires."""
        needed = self.needed[bank.nodes]
        used = np.unique(bias.entry[needed & (bias.entry >= 0)]).tolist()
        if misfit := value_misfit(np.asarray(bias.values)[used]):
            raise FormatError(f"the biases of {self.base[number]}: {misfit}")
        base = self.parameter_names(bias.name or f"b{number}") if bias.ids is None else ""
        ids = {}
        for entry in used:
            own = bias.ids[entry] if bias.ids is not None else f"{base}[{entry + 1}]"
            ids[entry] = self.node_names(own)
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
            Edge(ids[entry], self.ids[bank.first + row])
            for row, entry in enumerate(bias.entry.tolist())
            if entry >= 0 and needed[row]
        ]
        return made, wires


def _named(inputs: list[int], outputs: list[int], options: Options) -> list[int]:
    """The nodes that the given names are for: the inputs, then the outputs if there are so many."""
    assert options.names is not None
    given = len(options.names)
    if given == len(inputs) + len(outputs):
        return [*inputs, *outputs]
    if given in (len(inputs), len(inputs) + 1):  # a table often ends with a column of classes
        return inputs
    raise FormatError(
        f"{counted(given, 'name')} for {counted(len(inputs), 'input')} and "
        f"{counted(len(outputs), 'output')}: give those of the inputs, or of both"
    )


def _is_dense(bank: Bank) -> bool:
    """True for what a layer can say of its nodes."""
    plain = not isinstance(bank.activation, list) and bank.aggregation == "sum"
    return plain and bank.kind == "hidden" and (bank.bias is None or bank.bias.is_plain)


def _kept(array: NDArray[Any], name: str) -> NDArray[Any]:
    """An array of weights in a type that a file of parameters has."""
    if misfit := value_misfit(array):
        raise FormatError(f"{shown(name)} {misfit}")
    kinds = (np.float16, np.float32, np.float64)
    return array if array.dtype in kinds else array.astype(np.float64)


Scaling = TypeVar("Scaling", Normalise, Rescale)

_DOES_NOTHING = {"mean": 0.0, "scale": 1.0}


def _scaling(kind: type[Scaling], given: dict[str, NDArray[np.float64]]) -> Scaling | None:
    """The record of some constants; one number stands for a list of the same."""
    texts = {}
    if (
        "min" in given and "max" in given
    ):  # of a constant column they are equal, which a spec refuses
        above = np.nextafter(given["min"], np.inf)
        given = {**given, "max": np.maximum(given["max"], above)}
    for key, numbers in given.items():
        if misfit := value_misfit(numbers):
            raise FormatError(f"the {key} of a scaler: {misfit}")
        if np.any(numbers != _DOES_NOTHING.get(key)):
            same = np.all(numbers == numbers[0])
            texts[key] = msgspec.Raw(_text(numbers[:1])[1:-1] if same else _text(numbers))
    return kind(**texts) if texts else None


def _text(array: NDArray[Any]) -> bytes:
    """A vector or matrix as JSON, each number the shortest that gives its double."""
    if array.ndim == 1:
        return b"[" + b", ".join(literals.encode(float(number)) for number in array) + b"]"
    return b"[" + b", ".join(_text(row) for row in array) + b"]"
