"""The texts of a view: captions, footnotes, tooltips, a description.

Everywhere `column` is (nodes,) the column that each node stands in, −1 for a bias.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.node_plots import in_words
from deepgraph.functions.activations import IDENTITY
from deepgraph.functions.aggregations import SUM
from deepgraph.functions.softmax import softmax_group
from deepgraph.graph.kinds import BIAS, HIDDEN, INPUT, OUTPUT
from deepgraph.graph.shape import is_layered
from deepgraph.words.messages import counted
from deepgraph.words.notation import runs, unicode
from deepgraph.words.numbers import number_text, true_minus, visible, z_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curves

MOST_TERMS = 6
"""The terms of a sum that a tooltip writes out."""


def function_name(network: Graph, node: int) -> str:
    """Aggregation and activation of a node, `softplus(mean)`, empty for a plain weighted sum."""
    function, aggregation = network.activation(node), network.aggregations[node]
    name = "" if aggregation == SUM else aggregation
    if function.row is not IDENTITY or function.gain != 1:
        name = f"{function.caption}({name})" if name else function.caption
    if len(network.softmax_groups) > 1 and (group := softmax_group(function.written)):
        name += f" ({group})"
    return " · ".join(filter(None, [name, "rescaled" if function.rescaled else ""]))


def plain_name(network: Graph) -> str:
    """What a plain weighted sum is called in a network, empty where all nodes are that.

    It is a `sum` where others multiply or take the largest, `linear` where others have an
    activation.
    """
    if set(network.aggregations) - {SUM, ""}:
        return "sum"
    computed = np.flatnonzero(network.kind >= HIDDEN).tolist()
    return "linear" if any(function_name(network, node) for node in computed) else ""


def told_function(network: Graph, node: int, plain: str) -> str:
    """The function of a node in words; `plain` is what a plain weighted sum is called."""
    return function_name(network, node) or (plain if network.kind[node] >= HIDDEN else "")


def shared_functions(network: Graph, column: NDArray[np.int32]) -> dict[int, str]:
    """For each column whose neurons all have the same function, the name of that function."""
    shared, plain = {}, plain_name(network)
    for number in range(int(column.max()) + 1):
        nodes = np.flatnonzero(column == number).tolist()
        functions = {told_function(network, node, plain) for node in nodes}
        if len(functions) == 1:
            shared[number] = functions.pop()
    return shared


def column_captions(
    network: Graph, column: NDArray[np.int32], shared: dict[int, str]
) -> tuple[str, ...]:
    """The caption of each column: its name, and the function that its neurons share.

    A column that is no layer has an empty one, unless it holds all inputs or nothing but outputs:
    `hidden 3` would say nothing there.
    """
    last = int(column.max())
    named = {node.id for node in network.spec.nodes if node.layer is not None}
    strict, found = is_layered(network), []
    for number in range(last + 1):
        nodes = np.flatnonzero(column == number)
        kinds = set(network.kind[nodes].tolist())
        name = "" if not strict else "hidden" if last == 2 else f"hidden layer {number}"
        if kinds == {INPUT}:
            name = "input"
        elif kinds == {OUTPUT}:
            name = "output"
        names = {network.columns[int(n)] for n in nodes if network.ids[int(n)] in named}
        name = names.pop() if len(names) == 1 else name
        found.append(visible(", ".join(filter(None, [name, shared.get(number, "")]))))
    return tuple(found)


def gap_captions(network: Graph, column: NDArray[np.int32]) -> tuple[str, ...]:
    """The parameters between two columns, `W1, bias b1`, for the gap before each column."""
    found = [""]
    for number in range(1, int(column.max()) + 1):
        edges = np.flatnonzero(column[network.target] == number)
        bias = network.kind[network.source[edges]] == BIAS
        weights = _blocks(network, network.edge_parameter[edges[~bias]])
        biases = _blocks(network, network.node_parameter[network.source[edges[bias]]])
        parts = [*weights, *(f"bias {name}" for name in biases)]
        found.append(visible(", ".join(parts)))
    return tuple(found)


def _blocks(network: Graph, numbers: NDArray[np.intp]) -> list[str]:
    """The names of the matrices and vectors that hold some parameters."""
    numbers = numbers[numbers >= 0]
    return [
        block.name
        for block in network.parameters.blocks
        if np.any((block.offset <= numbers) & (numbers < block.offset + block.size))
    ]


MOST_SHARED = 8


def shared_parameters(
    network: Graph, uses: NDArray[np.int64], total: Callable[[str], str]
) -> list[str]:
    """A footnote that names the parameters that stand at several places, if there are any.

    `uses` are (parameters,) the numbers of these places, `total` gives what to say behind a name.
    """
    parameters = network.parameters
    numbers = np.flatnonzero(uses > 1)
    blocks = _blocks(network, numbers[numbers < parameters.first_key])
    keys = [parameters.name(int(n)) for n in numbers[numbers >= parameters.first_key]]
    names = [*blocks, *(f"{key}{total(key)}" for key in keys)]
    if not names:
        return []
    what = "parameter" if len(keys) == 1 and not blocks else "parameters"
    more = f" and {len(names) - MOST_SHARED} more" if len(names) > MOST_SHARED else ""
    return [f"shared {what}: {', '.join(names[:MOST_SHARED])}{more}"]


def description(
    network: Graph,
    column: NDArray[np.int32],
    values: NDArray[np.float64] | None,
    curves: Curves | None,
    precision: int,
) -> str:
    """A picture in words, for those who cannot see it.

    `values` are the live values (nodes,), if shown.
    """
    kind = network.kind
    parts = [counted(int(np.sum(kind == INPUT)), "input")]
    if is_layered(network):
        for number in range(1, int(column.max())):
            size = int(np.sum(column == number))
            parts.append(f"a hidden layer of {_nodes(network, column == number, size)}")
    else:
        hidden = int(np.sum(kind != BIAS) - np.sum(kind == INPUT) - np.sum(kind == OUTPUT))
        parts.append(counted(hidden, "hidden node"))
    parts.append(counted(int(np.sum(kind == OUTPUT)), "output"))
    text = ", ".join(parts)
    outputs = network.outputs[:10].tolist()
    if values is not None:
        text += "; " + ", ".join(
            f"{_told(network.label(node))} = {number_text(float(values[node]), precision)}"
            for node in outputs
        )
    if curves is not None:
        labels = {network.ids[node]: _told(network.label(node)) for node in outputs}
        swept = _told(label_of(network, curves.sweep.name))
        text += f"; {in_words(curves, swept, labels, precision)}"
    return text


def _told(label: str) -> str:
    r"""A name in words: a voice would read `\hat{y}` sign by sign.

    >>> _told(r"\hat{y}_1"), _told("w_1")
    ('ŷ₁', 'w_1')
    """
    return unicode(runs(label)) if "\\" in label else label


MOST_FUNCTIONS = 3


def _nodes(network: Graph, members: NDArray[np.bool_], size: int) -> str:
    """The nodes of a layer in words: `2 ReLU nodes`, `2 nodes (ReLU, tanh)`."""
    numbers = np.flatnonzero(members)
    found = list(dict.fromkeys(function_name(network, int(n)) or "linear" for n in numbers))
    if len(found) == 1:
        return counted(size, f"{found[0]} node")
    more = f", {len(found) - MOST_FUNCTIONS} more" if len(found) > MOST_FUNCTIONS else ""
    return f"{counted(size, 'node')} ({', '.join(found[:MOST_FUNCTIONS])}{more})"


def label_of(network: Graph, name: str) -> str:
    """The label of a node; the parameter t between two rows has only its name."""
    return network.label(network.index[name]) if name in network.index else name


def assignment(name: str, value: float) -> str:
    """A name and its value in full.

    >>> assignment("w1", -0.125), assignment("w2", float("nan"))
    ('w1 = −0.125', 'w2 = ?')
    """
    return f"{name} = {_full(value)}"


def class_of(network: Graph, node: int, a: float) -> str:
    """The class that the one output says, as `explain` has it, if the spec names classes."""
    classes = network.classes
    if classes is None or not classes.given or network.outputs.tolist() != [node]:
        return ""
    found = int(classes.predicted(np.array([[a]]))[0])
    return "" if found < 0 else f"class = {classes.names[found]}"


def arithmetic(network: Graph, trace: Trace, row: int, node: int) -> str:
    """The sum of a node with its numbers, and its activation on a second line."""
    name, a, z = network.ids[node], float(trace.a[node, row]), float(trace.z[node, row])
    edges = network.incoming.of(node)
    if not len(edges):
        if not network.has_z(node):
            return assignment(name, a)
        given = assignment(z_of(name), z)
        return given + "\n" + assignment(f"{name} = {_applied(network.activation(node))}", a)
    aggregation = network.aggregations[node]
    terms = []
    for edge in edges[:MOST_TERMS]:
        value = _full(float(trace.a[network.source[edge], row]))
        weight = _full(float(network.weights[edge]))
        factor = f"({value})" if value.startswith("−") else value
        terms.append(value if network.edge_parameter[edge] < 0 else f"{weight}·{factor}")
    if len(edges) > MOST_TERMS:
        terms.append(f"… {len(edges) - MOST_TERMS} more")
    if aggregation == SUM:
        joined = " + ".join(f"({t})" if t.startswith("−") else t for t in terms)
    else:
        joined = f"{aggregation}({', '.join(terms)})"
    text = assignment(f"{z_of(name)} = {joined}", z)
    function = network.activation(node)
    if not function.is_identity:
        text += "\n" + assignment(f"{name} = {_applied(function)}", a)
    return text


def _applied(function: NodeFunction) -> str:
    """A function of z: `ReLU(z)`, `5·tanh(2.5·z) + 3`, `(z − 1)/2`."""
    inside = "z" if function.gain == 1 else f"{_full(function.gain)}·z"
    if function.row is not None and function.row.spelled_out:
        numbers = {name: _full(value) for name, value in function.parameters.items()}
        names = re.compile(r"\b(min|max|mean|scale)\b(?!\()")
        formula = true_minus(names.sub(lambda found: numbers[found[0]], function.row.formula))
        return formula.replace("− −", "+ ")
    shown = inside if function.row is IDENTITY else f"{function.title}({inside})"
    if not function.rescaled:
        return shown
    scale, mean = float(function.scale), float(function.mean)
    shown = shown if scale == 1 else f"{_full(scale)}·{shown}"
    return f"{shown} {'−' if mean < 0 else '+'} {_full(abs(mean))}" if mean else shown


def _full(value: float) -> str:
    return "?" if math.isnan(value) else number_text(value, 17)
