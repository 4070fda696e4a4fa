"""Reads the champions of Weight Agnostic Neural Networks (`.out`).

A matrix of weights from row to column, with the number of each node's function in the last column:
https://github.com/google/brain-tokyo-workshop/tree/master/WANNRelease. Nodes are a bias of 1, the
inputs, hidden nodes in an order in which they can be computed, and the outputs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.genome import Graph, Neuron, assembled, names_or_count
from deepgraph.formats.readers.numbers_in_text import number
from deepgraph.formats.readers.record import Report
from deepgraph.words.messages import listed

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

FUNCTIONS: Mapping[int, tuple[Function, float]] = {
    1: ("identity", 1.0),
    2: ({"name": "step", "at_zero": 0.0}, 1.0),
    3: ({"name": "sin", "gain": math.pi}, 1.0),
    4: ({"name": "gaussian", "gain": math.sqrt(0.5)}, 1.0),
    5: ("tanh", 1.0),
    6: ("sigmoid", 1.0),
    7: ("identity", -1.0),
    8: ("abs", 1.0),
    9: ("relu", 1.0),
    10: ({"name": "cos", "gain": math.pi}, 1.0),
    11: ("square", 1.0),
}
"""By number: our function, and the factor of its sum. Number 7, called inverse, is −z."""

MOST_NODES = 5000


def read(source: Source, options: Options) -> Imported:
    """The network of a matrix."""
    rows = [line.split(",") for line in source.text().splitlines() if line.strip()]
    size = len(rows)
    if not 2 <= size <= MOST_NODES or any(len(row) != size + 1 for row in rows):
        raise FormatError("expected a square matrix with a column of functions behind it")
    inputs, input_names = names_or_count(options.inputs, "inputs")
    outputs, output_names = names_or_count(options.outputs, "outputs")
    if inputs < 1 or outputs < 1 or 1 + inputs + outputs > size:
        raise FormatError(f"{size} nodes are not {inputs} inputs, {outputs} outputs and a bias")
    neurons: dict[Hashable, Neuron] = {}
    factors = {}
    names = dict(zip(range(size - outputs, size), output_names or [], strict=False))
    for key in range(1 + inputs, size):
        kind = int(number(rows[key][-1], f"row {key + 1}, the function"))
        if kind not in FUNCTIONS:
            raise FormatError(f"row {key + 1}: the function {kind} is not known")
        function, factors[key] = FUNCTIONS[kind]
        default = f"y{key - size + outputs + 1}" if key >= size - outputs else f"h{key - inputs}"
        neurons[key] = Neuron(key, function, name=names.get(key, default))
    links: list[tuple[Hashable, Hashable, float | None]] = []
    lost = []
    for start, row in enumerate(rows):
        for end, text in enumerate(row[:-1]):
            weight = 0.0 if text.strip().lower() == "nan" else number(text, f"row {start + 1}")
            if weight and end > inputs:
                links.append((start, end, weight * factors[end]))
            elif weight:
                lost.append(f"{start}→{end}")
    report = Report("WANN")
    if lost:
        report.unused.append(f"weights into inputs: {', '.join(lost)}")
    fed = {end for _, end, _ in links}
    if idle := [neurons[key].name or str(key) for key in neurons if key not in fed]:
        report.notes.append(f"nothing leads to {listed(idle)}; are there {inputs} inputs?")
    ones = [0] if any(start == 0 for start, _, _ in links) else []
    graph = Graph(
        list(range(1, inputs + 1)),
        list(range(size - outputs, size)),
        neurons,
        links,
        input_names or [f"x{n}" for n in range(1, inputs + 1)],
        ones=list(ones),
    )
    return emit.imported(assembled(graph, options, report), report, options, source.name)
