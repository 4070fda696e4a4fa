"""Reads functions that MATLAB's `genFunction` has written (`myNeuralNetworkFunction.m`).

The numbers stand at the head of the function; what is done with them follows line by line. No line
is run: each has to be one that `genFunction` writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.numbers_in_text import number
from deepgraph.formats.readers.record import Report
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

FUNCTIONS: Mapping[str, Function] = {
    "purelin": "identity",
    "tansig": "tanh",
    "logsig": "sigmoid",
    "poslin": "relu",
    "radbas": "gaussian",
    "elliotsig": "softsign",
    "satlin": {"name": "hard_tanh", "min": 0.0, "max": 1.0},
    "satlins": "hard_tanh",
    "hardlim": "step",
    "softmax": "softmax",
}
"""MATLAB's functions as ours; tansig(n) = 2/(1 + exp(−2n)) − 1 is tanh."""

_CONSTANT = re.compile(r"([xy]\d+_step\d+\.\w+|b\d+|IW\d+_\d+|LW\d+_\d+)\s*=\s*(.+)")
_LAYER = re.compile(
    r"a(?P<layer>\d+)\s*=\s*(?:(?P<function>\w+)_apply\()?\s*"
    r"(?:repmat\(b(?P=layer),1,Q\)\s*\+\s*)?(?P<sum>[A-Z]W\d+_\d+\s*\*.*?)\)?\s*;\s*$"
)
_TERM = re.compile(r"([IL]W)(\d+)_(\d+)\s*\*\s*(?:Xp?(\d+)|a(\d+)|X\{1,ts\}|\w+)")
_STEP = re.compile(r"([xy]\d+)_step(\d+)")
_APPLIED = re.compile(
    r"=\s*(\w+?)_(apply|reverse)\(([^()]*|X\{[^}]*\}[^()]*),\s*([xy]\d+_step\d+)\)"
)


@dataclass
class _Function:
    """What the lines of a file say.

    Attributes:
        constants: numbers by name.
        layers: the function of each layer by number.
        steps: what is applied to inputs and outputs: name, direction and constant, in order.
    """

    constants: dict[str, NDArray[Any]] = field(default_factory=dict)
    layers: dict[int, tuple[str, list[tuple[str, str]]]] = field(default_factory=dict)
    steps: list[tuple[str, str, str]] = field(default_factory=list)

    def get(self, name: str) -> NDArray[Any]:
        """A constant of the file."""
        if name not in self.constants:
            raise FormatError(f"the file lacks {name}")
        return self.constants[name]


def read(source: Source, options: Options) -> Imported:
    """The network of a function."""
    told = _parsed(source.text())
    if 1 not in told.layers:
        raise FormatError("no function of MATLAB's genFunction: it has no layer 1")
    report = Report("MATLAB function")
    assembly = Assembly(options.max_edges)
    first = told.get("IW1_1")
    inputs = [step for step in told.steps if step[1] == "apply"]
    count = _input_count(told, inputs, first.shape[1])
    tensor: Tensor = assembly.input((count,))
    if any(kind == "removeconstantrows" for kind, _, _ in inputs):
        report.notes.append(
            f"{count} inputs: the file does not say whether columns behind the last used one exist"
        )
    for kind, _, name in inputs:
        tensor = _applied(assembly, tensor, kind, name, told)
        report.merged.append(f"{name}, {kind}, into the inputs")
    for layer in sorted(told.layers):
        tensor = _layer(assembly, tensor, layer, told)
    outputs = [step for step in told.steps if step[1] == "reverse"]
    for kind, _, name in outputs:
        tensor = _reversed(assembly, tensor, kind, name, told)
        report.merged.append(f"{name}, {kind}, into the outputs")
    assembly.output(tensor)
    return emit.imported(assembly, report, options, source.name)


def _parsed(text: str) -> _Function:
    told = _Function()
    # A matrix may go on over several lines, by three dots or inside of its brackets.
    joined = re.sub(r"\.\.\.[^\n]*\n", " ", text)
    joined = re.sub(r"\[[^\[\]]*\]", lambda match: match[0].replace("\n", ";"), joined)
    for line in joined.splitlines():
        plain = line.partition("%")[0].strip()
        if match := _CONSTANT.fullmatch(plain):
            told.constants[match[1]] = _matrix(match[2].rstrip("; \t"), match[1])
        elif match := _LAYER.search(plain):
            told.layers[int(match["layer"])] = (
                match["function"] or "purelin",
                [(term[1] + term[2] + "_" + term[3], term[5] or "") for term in
                 _TERM.finditer(match["sum"])],
            )  # fmt: skip
        elif match := _APPLIED.search(plain):
            told.steps.append((match[1], match[2], match[4]))
    delays = [name for name in told.constants if re.fullmatch(r"xd\d+|.*_step0.*", name)]
    if delays or "TDL" in text or "xi1" in text:
        raise FormatError("a function with delays, which is recurrent; no spec of today holds it")
    return told


def _matrix(text: str, name: str) -> NDArray[Any]:
    """A matrix as MATLAB writes it: blanks or commas between columns, semicolons between rows."""
    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1]
    rows = [row for row in inner.split(";") if row.strip()]
    cells = [[number(cell, name) for cell in re.split(r"[\s,]+", row.strip())] for row in rows]
    if len({len(row) for row in cells}) != 1:
        raise FormatError(f"{name}: rows of different lengths")
    return np.array(cells)


def _input_count(told: _Function, steps: list[tuple[str, str, str]], width: int) -> int:
    """How many columns a table has: some may be dropped before the first layer."""
    for kind, _, name in steps:
        if kind == "removeconstantrows" and f"{name}.keep" in told.constants:
            return max(width, int(told.constants[f"{name}.keep"].max()))
    return width


def _applied(assembly: Assembly, tensor: Tensor, kind: str, name: str, told: _Function) -> Tensor:
    if kind == "removeconstantrows":
        kept = told.get(f"{name}.keep").reshape(-1).astype(np.int64) - 1
        if len(kept) and not 0 <= kept.min() <= kept.max() < tensor.shape[-1]:
            raise FormatError(f"{name}: it keeps columns that are not there")
        return assembly.picked(tensor, kept)
    mean, scale = _line(kind, name, told)
    if len(mean) != tensor.shape[-1]:
        raise FormatError(f"{name}: {len(mean)} numbers for {tensor.shape[-1]} inputs")
    return assembly.normalised(tensor, mean, scale)


def _line(kind: str, name: str, told: _Function) -> tuple[NDArray[Any], NDArray[Any]]:
    """What a step does, as (z − mean)/scale."""
    gain = told.get(f"{name}.gain").reshape(-1)
    if kind == "mapminmax":
        offset, least = told.get(f"{name}.xoffset").reshape(-1), told.get(f"{name}.ymin")
    elif kind == "mapstd":
        offset, least = told.get(f"{name}.xoffset").reshape(-1), told.get(f"{name}.ymean")
    else:
        raise FormatError(f"{name}: {in_quotes(kind)}, which no spec can express")
    if not gain.all() or len(gain) != len(offset):
        raise FormatError(f"{name}: a gain that is none")
    return offset - least.item() / gain, 1 / gain


def _reversed(assembly: Assembly, tensor: Tensor, kind: str, name: str, told: _Function) -> Tensor:
    """The way back, a·scale + mean."""
    mean, scale = _line(kind, name, told)
    if len(mean) != tensor.shape[-1]:
        raise FormatError(f"{name}: {len(mean)} numbers for {tensor.shape[-1]} outputs")
    return assembly.rescaled(tensor, mean, scale)


def _layer(assembly: Assembly, tensor: Tensor, layer: int, told: _Function) -> Tensor:
    function, terms = told.layers[layer]
    at = f"layer {layer}"
    wanted = f"IW{layer}_1" if layer == 1 else f"LW{layer}_{layer - 1}"
    if [name for name, _ in terms] != [wanted]:
        raise FormatError(f"{at}: only a chain of layers is read, and this one is no part of it")
    if function not in FUNCTIONS:
        raise FormatError(f"{at}: the function {in_quotes(function)}, which no spec can express")
    made: Tensor = assembly.linear(tensor, told.get(wanted), wanted, at)
    if f"b{layer}" in told.constants:
        bias = told.get(f"b{layer}").reshape(-1)
        if len(bias) != made.shape[-1]:
            raise FormatError(f"{at}: {len(bias)} biases for {made.shape[-1]} nodes")
        made = assembly.affine(made, shift=bias, name=f"b{layer}")
    return assembly.commit(made, FUNCTIONS[function])
