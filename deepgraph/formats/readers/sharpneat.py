"""Reads `.net` files of SharpNEAT 4, acyclic ones; https://github.com/colgreen/sharpneat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.banks import LARGEST
from deepgraph.formats.readers.genome import Graph, Neuron, Stage, assembled
from deepgraph.formats.readers.numbers_in_text import number, whole
from deepgraph.formats.readers.record import Report
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

_LEAKY: Function = {"name": "leaky_relu", "alpha": 0.001}

FUNCTIONS: Mapping[str, tuple[Function, Sequence[Stage]]] = {
    "ReLU": ("relu", ()),
    "LeakyReLU": (_LEAKY, ()),
    "LeakyReLUShifted": ("identity", [Stage(_LEAKY, 1.0, 0.5)]),
    "MaxMinusOne": ({"name": "hard_tanh", "min": -1.0, "max": LARGEST}, ()),
    "ScaledELU": ("selu", ()),
    "Logistic": ("sigmoid", ()),
    "LogisticSteep": ({"name": "sigmoid", "gain": 4.9}, ()),
    "SoftSignSteep": ({"name": "softsign", "gain": 5.0}, [Stage("identity", 0.5, 0.5)]),
    "TanH": ("tanh", ()),
    "Linear": ("hard_tanh", ()),
    "Sine": ({"name": "sin", "gain": 2.0}, ()),
    "Gaussian": ({"name": "gaussian", "gain": 2.5}, ()),
    "BipolarSigmoid": ({"name": "tanh", "gain": 2.45}, ()),
    "BipolarGaussian": ({"name": "gaussian", "gain": 2.5}, [Stage("identity", 2.0, -1.0)]),
}
"""Its functions as ours; the bipolar sigmoid 2/(1 + exp(−4.9z)) − 1 is tanh(2.45z)."""


def read(source: Source, options: Options) -> Imported:
    """The network of a `.net` file."""
    counts, kind, links, functions, nodes = _sections(source.text())
    if len(counts) != 1 or len(counts[0]) != 2:
        raise FormatError("its first section has to be the numbers of inputs and outputs")
    inputs, outputs = (whole(cell, "the numbers of inputs and outputs") for cell in counts[0])
    if kind != [["acyclic"]]:
        raise FormatError(
            "the network is cyclic, which no spec can express"
            if kind == [["cyclic"]]
            else "its second section is neither acyclic nor cyclic"
        )
    by_number = {cells[0]: _function(cells) for cells in functions}
    default = next(iter(by_number.values()), None)
    chosen = {cells[0]: by_number.get(cells[1]) for cells in nodes if len(cells) == 2}
    edges: list[tuple[Hashable, Hashable, float | None]] = []
    for cells in links:
        if len(cells) != 3:
            raise FormatError(f"a connection has three numbers, not {' '.join(cells)[:60]!r}")
        ends = [whole(cell, "the end of a connection") for cell in cells[:2]]
        edges.append((ends[0], ends[1], number(cells[2], "the weight of a connection")))
    keys = {end for edge in edges for end in edge[:2]} | set(range(inputs, inputs + outputs))
    neurons: dict[Hashable, Neuron] = {}
    for key in sorted(keys - set(range(inputs)), key=lambda end: int(str(end))):
        found = chosen.get(str(key), default)
        if found is None:
            raise FormatError(f"node {key} has no activation function")
        neurons[key] = Neuron(key, *found)
    graph = Graph(list(range(inputs)), list(range(inputs, inputs + outputs)), neurons, edges)
    report = Report("SharpNEAT")
    return emit.imported(assembled(graph, options, report), report, options, source.name)


def _function(cells: list[str]) -> tuple[Function, Sequence[Stage]]:
    if len(cells) != 2 or cells[1] not in FUNCTIONS:
        name = cells[1] if len(cells) > 1 else "?"
        raise FormatError(f"the activation function {in_quotes(name)}, which no spec can express")
    return FUNCTIONS[cells[1]]


def _sections(text: str) -> list[list[list[str]]]:
    """The five sections, which blank lines divide: lines of cells, without comments."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        plain = line.strip()
        if not plain:
            if found[-1]:
                found.append([])
        elif not plain.startswith("#"):
            found[-1].append(plain.split())
    sections = [section for section in found if section]
    if not 4 <= len(sections) <= 5:
        raise FormatError(f"a file of SharpNEAT has four or five sections, not {len(sections)}")
    return sections if len(sections) == 5 else [*sections, []]
