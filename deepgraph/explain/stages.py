"""The forward pass of a layered network once more: in stages out1, out2, …, and in matrix form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Symbol
from deepgraph.explain.records import Step
from deepgraph.explain.values import MOST, Values, vector, weighted
from deepgraph.functions.aggregations import SUM
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.shape import columns, is_layered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.explain.records import Line


def steps(values: Values) -> list[Step]:
    """The stages and the matrix form; none unless the network is layered and all nodes sum."""
    network = values.network
    neurons = np.flatnonzero(network.kind > BIAS).tolist()
    summed = all(network.aggregations[node] == SUM for node in neurons)
    if not summed or not is_layered(network):
        return []
    found = [Step("layer by layer", tuple(_stages(values)))]
    matrices = [*_groups(values), *_layers(values)]
    if matrices:
        found.append(Step("in matrix form", tuple(matrices)))
    return found


def _stages(values: Values) -> Iterator[Line]:
    """A line for each stage: out1 = weighted inputs + bias, out2 = ReLU(out1), and so on."""
    network, column = values.network, columns(values.network)
    before, count = "inputs", 0
    for layer in range(1, int(column.max()) + 1):
        nodes = np.flatnonzero(column == layer).tolist()
        edges = np.concatenate([network.incoming.of(node) for node in nodes])
        biased = bool(np.any(network.kind[network.source[edges]] == BIAS))
        count += 1
        stage = Symbol(f"out{count}", "word")
        symbols = Symbol(f"weighted {before}{' + bias' if biased else ''}", "word")
        yield values.vector_line(stage, symbols, [values.z(node) for node in nodes])
        titles = {network.functions[network.function[node]].title for node in nodes}
        if not all(values.plain(node) for node in nodes):
            count += 1
            title = titles.pop() if len(titles) == 1 else "activation"
            here, symbols_of = Symbol(f"out{count}", "word"), ex.Call(title, (stage,))
            yield values.vector_line(here, symbols_of, [values.a(node) for node in nodes])
        before = f"out{count}"


def _groups(values: Values) -> Iterator[Line]:
    """z = w35·[h1 h2]ᵀ + b3, for each group of weights into one node."""
    network = values.network
    for name, labels in network.spec.groups.items():
        numbers = [network.parameters.find(label) for label in labels]
        edges = [np.flatnonzero(network.edge_parameter == number).tolist() for number in numbers]
        if any(len(found) != 1 for found in edges) or len(edges) > MOST:
            continue
        taken = [found[0] for found in edges]
        targets = {int(network.target[edge]) for edge in taken}
        if len(targets) == 1:
            yield _group(values, Symbol(name), taken, targets.pop())


def _group(values: Values, name: Symbol, taken: list[int], node: int) -> Line:
    network = values.network
    weights = [values.weight(edge) for edge in taken]
    sources = network.source[taken].tolist()
    row = ex.Vector(tuple(weight[1] for weight in weights if weight is not None))
    rest = [
        weighted(values.factors(edge))
        for edge in network.incoming.of(node).tolist()
        if edge not in taken
    ]
    named = ex.Vector(tuple(values.name(source) for source in sources), upright=True)
    given = ex.Vector(tuple(values.a(source) for source in sources), upright=True)
    symbols: list[Expression] = [ex.Dot(name, named), *(term.symbols for term in rest)]
    numbers: list[Expression] = [ex.Dot(row, given), *(term.numbers for term in rest)]
    z = values.z(node).value
    left, at = values.z_name(node), network.ids[node]
    return values.line("group", at, left, ex.total(symbols), ex.total(numbers), z)


def _layers(values: Values) -> Iterator[Line]:
    """[z(h1) … z(h8)]ᵀ = W1·[x1 … x4]ᵀ + b1, for each dense layer."""
    for layer in values.network.dense:
        targets = list(layer.targets)
        left = vector([values.z_name(node) for node in targets], upright=True)
        column = vector([values.name(node) for node in layer.sources.tolist()], upright=True)
        symbols: list[Expression] = [ex.Dot(Symbol(layer.weights.name), column)]
        if layer.bias is not None:
            symbols.append(Symbol(layer.bias.name))
        note = f"{layer.weights.name} is {' × '.join(map(str, layer.weights.shape))}"
        numbers = [values.z(node) for node in targets]
        yield values.vector_line(left, ex.total(symbols), numbers, note, upright=True)
