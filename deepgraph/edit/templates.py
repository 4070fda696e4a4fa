"""Makes new specs from a shape such as 1-2-2-1, named as people name them on paper.

Nodes are x, h1, h2, g1, g2, y; with more than two hidden layers h1_1, h1_2, h2_1, …, drawn with two
indices. Weights are w1, w2, … by source and then target. The weights into one node are a group
named by their numbers, w35 = [w3, w5]; beyond nine weights the numbers have commas between them,
w9,11 = [w9, w11]. Biases are b1, b2, … by node.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.errors import InputError
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.graph.layers import LARGEST_LAYER, LARGEST_MATRIX
from deepgraph.rules.activations import function_problems
from deepgraph.spec.records import VERSION, Edge, Layer, Node, Spec
from deepgraph.words.layer_names import hidden_names
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from deepgraph.functions.written import Function
    from deepgraph.spec.records import Group, Kind

MOST_EDGES = 10_000
"""The largest number of weights that are written edge by edge instead of as layers."""


class _Column(NamedTuple):
    """One layer, whose nodes are named by its letter and a number, or by the letter alone."""

    letter: str
    names: list[str]
    kind: Kind
    activation: str

    @property
    def function(self) -> Function:
        """The activation of its nodes; softmax nodes without a group would all share one group."""
        if self.activation == SOFTMAX and self.kind == "hidden":
            return {"name": SOFTMAX, "group": self.letter}
        return self.activation


def read_shape(text: str) -> list[int]:
    """The sizes of the layers in a text such as `1-2-2-1`.

    Raises:
        InputError: the text is no shape.

    >>> read_shape("1-2-2-1")
    [1, 2, 2, 1]
    """
    parts = text.split("-")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise InputError(
            f'"{text}" is no shape; write the sizes of two layers or more, as in 1-2-2-1'
        )
    if any(len(part.lstrip("0")) > len(str(LARGEST_LAYER)) for part in parts):
        raise InputError(f"a layer has at most {LARGEST_LAYER:,} nodes")
    return [int(part) for part in parts]


def dense(
    sizes: list[int],
    activation: str = "relu",
    output_activation: str = "identity",
    *,
    layers: bool = False,
) -> Spec:
    """The spec of an uninitialised dense network.

    Args:
        sizes: the sizes of the layers, inputs first.
        activation: the activation of the hidden nodes.
        output_activation: the activation of the outputs.
        layers: True to write layers instead of nodes and edges.

    Raises:
        InputError: a size or an activation is invalid, or there are too many weights.
    """
    _check_sizes(sizes, layers)
    for function in (activation, output_activation):
        for problem in function_problems(function):
            raise InputError(problem)
    columns = _columns(sizes, activation, output_activation)
    shown = "-".join(map(str, sizes))
    if layers:
        return Spec(deepgraph=VERSION, name=shown, layers=_layers(columns))
    nodes, edges, groups = _graph(columns)
    return Spec(deepgraph=VERSION, name=shown, nodes=nodes, edges=edges, groups=groups)


def _check_sizes(sizes: list[int], layers: bool) -> None:
    if len(sizes) < 2:
        raise InputError("a network has two layers or more, as in 1-2-2-1")
    if not 1 <= min(sizes) <= max(sizes) <= LARGEST_LAYER:
        raise InputError(f"a layer has 1 to {LARGEST_LAYER:,} nodes")
    weights = [sources * targets for sources, targets in pairwise(sizes)]
    if max(weights) > LARGEST_MATRIX:
        raise InputError(f"one layer has at most {LARGEST_MATRIX:,} weights")
    if sum(weights) > MOST_EDGES and not layers:
        raise InputError(
            f"{sum(weights):,} weights are too many to write edge by edge; "
            f"{option('layers', True)} writes them as matrices"
        )


def _columns(sizes: list[int], activation: str, output_activation: str) -> list[_Column]:
    hidden = len(sizes) - 2
    letters = ["x", *hidden_names(hidden), "y"]
    kinds: list[Kind] = ["hidden" for _ in sizes]
    kinds[0], kinds[-1] = "input", "output"
    functions = ["identity", *[activation] * hidden, output_activation]
    columns = []
    for size, letter, kind, function in zip(sizes, letters, kinds, functions, strict=True):
        alone = size == 1 and kind != "hidden"
        names = [letter] if alone else [f"{letter}{i + 1}" for i in range(size)]
        columns.append(_Column(letter, names, kind, function))
    return columns


def _graph(columns: list[_Column]) -> tuple[list[Node], list[Edge], dict[str, list[str] | Group]]:
    """Nodes, edges and groups; the edges in the order of their labels, then wires of biases."""
    neurons = [
        Node(name, column.kind, column.function) for column in columns for name in column.names
    ]
    inputs = len(columns[0].names)
    biases = [Node(f"b{i + 1}", "bias") for i in range(len(neurons) - inputs)]
    edges: list[Edge] = []
    incoming: dict[str, list[int]] = {}
    for sources, targets in pairwise(columns):
        for source in sources.names:
            for target in targets.names:
                edges.append(Edge(source, target, f"w{len(edges) + 1}"))
                incoming.setdefault(target, []).append(len(edges))
    # w35 is only unambiguous while each number has one digit.
    between = "" if len(edges) < 10 else ","
    groups: dict[str, list[str] | Group] = {
        "w" + between.join(map(str, numbers)): [f"w{number}" for number in numbers]
        for numbers in incoming.values()
        if len(numbers) > 1
    }
    wires = [
        Edge(bias.id, neuron.id) for bias, neuron in zip(biases, neurons[inputs:], strict=True)
    ]
    return [*neurons[:inputs], *biases, *neurons[inputs:]], edges + wires, groups


def _layers(columns: list[_Column]) -> list[Layer]:
    """The same network as layers, which by default name a lone node h and not h1."""
    first, *fed = columns
    layers = [Layer(first.letter, len(first.names))]
    for number, column in enumerate(fed, 1):
        lone = column.names if len(column.names) == 1 and column.kind == "hidden" else None
        layers.append(
            Layer(
                column.letter,
                len(column.names),
                column.activation,
                weights=f"W{number}",
                bias=f"b{number}",
                names=lone,
            )
        )
    return layers
