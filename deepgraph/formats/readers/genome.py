"""Assembles networks that a file gives node by node, as genomes and graphs do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.banks import Bank, Nodes
from deepgraph.formats.readers.names import as_id
from deepgraph.formats.readers.terms import Bias, Sparse
from deepgraph.graph.layers import LARGEST_LAYER
from deepgraph.words.messages import counted, in_quotes, listed
from deepgraph.words.option_names import at_door

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from deepgraph.formats.readers.record import Options, Report
    from deepgraph.formats.readers.terms import Term
    from deepgraph.functions.written import Function


@dataclass(frozen=True)
class Stage:
    """A further node behind a node: a = f(weight·a + bias) of the node before it."""

    function: Function
    weight: float = 1.0
    bias: float = 0.0


@dataclass
class Neuron:
    """A hidden or output node of a file.

    Attributes:
        key: what the file calls it.
        function: of its pre-activation.
        stages: what its value goes through then, where one function does not say it.
        aggregation: of its terms, before the bias.
        bias: added to them; `None` for none.
        response: their factor.
        name: its id, if another than the key.
    """

    key: Hashable
    function: Function = "identity"
    stages: Sequence[Stage] = ()
    aggregation: str = "sum"
    bias: float | None = None
    response: float = 1.0
    name: str | None = None

    @property
    def id(self) -> str:
        """Its id in the spec."""
        return as_id(str(self.key) if self.name is None else self.name)


@dataclass
class Graph:
    """The nodes and connections of a file.

    Attributes:
        inputs: keys of the inputs.
        outputs: keys of the outputs.
        neurons: all other nodes by key.
        links: source, target and weight of every connection; `None` is a wire.
        input_names: ids of the inputs, if others than their keys.
        ones: keys of nodes whose value is 1, which feed others as a bias.
        what: what the file calls a node, for messages.
    """

    inputs: list[Hashable]
    outputs: list[Hashable]
    neurons: dict[Hashable, Neuron]
    links: list[tuple[Hashable, Hashable, float | None]] = field(default_factory=list)
    input_names: Sequence[str] | None = None
    ones: Sequence[Hashable] = ()
    what: str = "node"


def assembled(graph: Graph, options: Options, report: Report) -> Assembly:
    """The network of a graph; the report names what no output depends on.

    Raises:
        FormatError: a connection leads from or to nothing, there is a cycle, or no output.
    """
    assembly = Assembly(options.max_edges)
    if not 1 <= len(graph.inputs) <= LARGEST_LAYER or not graph.outputs:
        raise FormatError(
            f"{counted(len(graph.inputs), 'input')} and {counted(len(graph.outputs), 'output')}; "
            "a network has at least one of each"
        )
    names = graph.input_names or [str(key) for key in graph.inputs]
    made = assembly.input((len(graph.inputs),), ids=[as_id(name) for name in names])
    number: dict[Hashable, int] = dict(zip(graph.inputs, made.numbers.tolist(), strict=True))
    for key in graph.ones:
        one = assembly.bank(Bank(0, (1,), kind="bias", ids=[as_id(str(key))]))
        number[key] = int(one.numbers[0])
    incoming = _incoming(graph)
    for key in _in_order(graph, incoming):
        number[key] = _neuron(assembly, graph.neurons[key], incoming.get(key, {}), number)
    lost = [f"{a}→{b}" for a, b, _ in graph.links if b not in number]
    if lost:
        what = counted(len(lost), "connection")
        report.unused.append(f"{what} that no output depends on: {listed(lost)}")
    for key in graph.outputs:
        assembly.output(Nodes(np.array([number[key]])))
    return assembly


def _incoming(graph: Graph) -> dict[Hashable, dict[Hashable, float | None]]:
    """The sources and weights of every target; two connections of one pair add up."""
    known = {*graph.inputs, *graph.ones, *graph.neurons}
    found: dict[Hashable, dict[Hashable, float | None]] = {}
    for source, target, weight in graph.links:
        for end in (source, target):
            if end not in known:
                raise FormatError(
                    f"a connection from {in_quotes(str(source))} to {in_quotes(str(target))}, but "
                    f"there is no {graph.what} {in_quotes(str(end))}"
                )
        if target not in graph.neurons:
            raise FormatError(f"a connection leads into the input {in_quotes(str(target))}")
        into = found.setdefault(target, {})
        if source in into:
            both = (weight, into[source])
            into[source] = sum(1.0 if one is None else one for one in both)
        else:
            into[source] = weight
    return found


def _in_order(
    graph: Graph, incoming: Mapping[Hashable, Mapping[Hashable, float | None]]
) -> Iterable[Hashable]:
    """The neurons that outputs need, each behind its sources.

    Raises:
        FormatError: there is a cycle; the message names the nodes on it.
    """
    done, open_keys = {*graph.inputs, *graph.ones}, set()
    order: list[Hashable] = []
    missing = [key for key in graph.outputs if key not in done and key not in graph.neurons]
    if missing:
        raise FormatError(f"there is no {graph.what} {in_quotes(str(missing[0]))} for an output")
    stack: list[tuple[Hashable, bool]] = [(key, False) for key in reversed(graph.outputs)]
    path: list[Hashable] = []
    while stack:
        key, left = stack.pop()
        if left:
            open_keys.discard(key)
            path.pop()
            done.add(key)
            order.append(key)
            continue
        if key in done:
            continue
        if key in open_keys:
            cycle = [str(other) for other in path[path.index(key) :]]
            raise FormatError(
                f"{graph.what}s on a cycle: {listed([*cycle, str(key)])}; this network is "
                "recurrent, which no spec can express"
            )
        open_keys.add(key)
        path.append(key)
        stack.append((key, True))
        stack += [(source, False) for source in incoming.get(key, ()) if source not in done]
    return order


def _neuron(
    assembly: Assembly,
    neuron: Neuron,
    sources: Mapping[Hashable, float | None],
    number: Mapping[Hashable, int],
) -> int:
    """Make the nodes of a neuron; the number of the last one."""
    response, bias, aggregation = neuron.response, neuron.bias, neuron.aggregation
    into = np.array([number[source] for source in sources], np.int64)
    weights = list(sources.values())
    if not sources:  # a product of nothing is 1, and everything else of nothing is 0
        bias = (bias or 0.0) + (response if aggregation == "product" else 0.0)
    elif aggregation == "sum":
        weights = [response if w is None else w * response for w in weights]
        weights = weights if response != 1 else list(sources.values())
    terms = _terms(into, weights)
    if aggregation != "sum" and sources and (bias or response != 1):
        joined = assembly.bank(Bank(0, (1,), aggregation=aggregation, terms=terms))
        terms = _terms(joined.numbers, [None if response == 1 else response])
        aggregation = "sum"
    bank = Bank(0, (1,), activation=neuron.function, ids=[neuron.id], terms=terms)
    if sources and aggregation != "sum":
        bank.aggregation = aggregation
    elif bias is not None:
        bank.bias = _bias(bias, neuron.id)
    if neuron.stages:
        bank.ids = [neuron.id + len(neuron.stages) * "'"]
    last = assembly.bank(bank)
    for place, stage in enumerate(neuron.stages):
        name = neuron.id + (len(neuron.stages) - 1 - place) * "'"
        last = _behind(assembly, last, stage, name)
    return int(last.numbers[0])


def _behind(assembly: Assembly, before: Nodes, stage: Stage, name: str) -> Nodes:
    """A node behind a node."""
    terms = _terms(before.numbers, [None if stage.weight == 1 else stage.weight])
    bank = Bank(0, (1,), activation=stage.function, ids=[name], terms=terms)
    bank.bias = _bias(stage.bias, name) if stage.bias else None
    return assembly.bank(bank)


def _terms(sources: np.ndarray, weights: list[float | None]) -> list[Term]:
    """Weighted edges, and wires, into one node."""
    found: list[Term] = []
    weighted = [place for place, weight in enumerate(weights) if weight is not None]
    wires = [place for place, weight in enumerate(weights) if weight is None]
    if weighted:
        numbers = np.array([weights[place] for place in weighted], np.float64)
        found.append(Sparse(np.zeros(len(weighted), np.int64), sources[weighted], numbers))
    if wires:
        found.append(Sparse(np.zeros(len(wires), np.int64), sources[wires]))
    return found


def _bias(value: float, name: str) -> Bias:
    return Bias(np.array([value]), np.zeros(1, np.int64), ids=(f"b({name})",))


def names_or_count(given: Sequence[str] | int | None, what: str) -> tuple[int, list[str] | None]:
    """How many inputs or outputs a person says there are, and their names if those were given."""
    if given is None:
        flag = what.rstrip("s") + "s"
        raise FormatError(
            f"this file does not say how many {what} there are; say it with "
            + at_door(command=f"--{flag} N", page=f"{flag} N", python=f"{flag}=N")
        )
    if isinstance(given, int) and given > LARGEST_LAYER:
        raise FormatError(f"{given:,} {what}; a network has up to {LARGEST_LAYER:,}")
    return (given, None) if isinstance(given, int) else (len(given), list(given))
