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

_CONSTANT = re.compile(
    r"(?:(?P<step>[xy]\d+_step\d+)[._](?P<setting>\w+)|(?P<array>b\d+|IW\d+_\d+|LW\d+_\d+))"
    r"\s*=\s*(?P<value>.+)"
)
"""Settings of a step are fields of a structure, and variables in older files: `x1_step1_gain`."""

LONGEST = 1000
"""The most characters of a line that is no constant."""

_NAME = r"\w+(?:\{[\w,]*\})?"
_PRODUCT = rf"[IL]W\d+_\d+\s*\*\s*{_NAME}"
_LAYER = re.compile(
    r"(?P<new>a(?P<layer>\d+))\s*=\s*(?:(?P<function>[a-z]\w*)_apply\(\s*)?"
    r"(?P<bias>repmat\(b(?P=layer),1,Q\)\s*\+\s*)?"
    rf"(?P<sum>{_PRODUCT}(?:\s*\+\s*{_PRODUCT})*)\s*(?(function)\)\s*);?"
)
_TERM = re.compile(rf"([IL]W\d+_\d+)\s*\*\s*({_NAME})")
_APPLIED = re.compile(
    rf"(?P<new>{_NAME})\s*=\s*(?P<kind>[a-z]\w*)_(?P<way>apply|reverse)"
    rf"\(\s*(?P<old>{_NAME})\s*,\s*(?P<constant>[xy]\d+_step\d+)"
    r"(?:_\w+(?:\s*,\s*(?P=constant)_\w+)*)?\s*\)\s*;?"
)
_SAME = re.compile(rf"(?P<new>{_NAME})\s*=\s*(?P<old>{_NAME})'?\s*;?")
_FUNCTION = re.compile(r"function\s*\[?\s*(\w+)[^=]*\]?\s*=\s*\w+\s*\(\s*(\w+)[^)]*\)")
_AROUND = re.compile(
    r"end;?|else|isCellX = iscell\(X\);|if ~isCellX|X = \{X\};|TS = size\(X,2\);|if ~isempty\(X\)"
    r"|Q = size\(\w+(\{1\})?,[12]\);|Q = 0;|Y = cell\(1,TS\);|for ts\s?=\s?1:TS"
    r"|[XA]f = cell\(\d+,\d+\);|Y = cell2mat\(Y\);"
    r"|if ~isCellX, (X = \{X\}|Y = cell2mat\(Y\)); end;?"
)
"""The lines around the arithmetic: one table or a cell of them, samples, steps of time."""


@dataclass(frozen=True)
class _Step:
    """What one line does to the values of the line before.

    Attributes:
        what: of the step: `layer`, `apply` or `reverse`.
        name: of a matrix, or of the constants of the step.
        function: what MATLAB calls it.
        layer: the number of a layer.
        biased: true if the layer adds its biases.
    """

    what: str
    name: str
    function: str
    layer: int = 0
    biased: bool = False


@dataclass
class _Function:
    """What the lines of a file say.

    Attributes:
        constants: numbers by name.
        steps: what is done to the inputs, in order.
        current: the variable that holds the values of the last step.
        returned: the variable that the function returns.
    """

    constants: dict[str, NDArray[Any]] = field(default_factory=dict)
    steps: list[_Step] = field(default_factory=list)
    current: str = ""
    returned: str = ""

    def get(self, name: str) -> NDArray[Any]:
        """A constant of the file."""
        if name not in self.constants:
            raise FormatError(f"the file lacks {name}")
        return self.constants[name]


def read(source: Source, options: Options) -> Imported:
    """The network of a function."""
    told = _parsed(source.text())
    layers = [step for step in told.steps if step.what == "layer"]
    if [step.layer for step in layers] != list(range(1, len(layers) + 1)) or not layers:
        raise FormatError(
            "this is not a function that MATLAB's genFunction writes: "
            "it has no layers 1, 2 and so on"
        )
    report = Report("MATLAB function")
    assembly = Assembly(options.max_edges)
    inputs = [step for step in told.steps if step.what == "apply"]
    count = _input_count(told, inputs, told.get("IW1_1").shape[1])
    tensor: Tensor = assembly.input((count,))
    if any(step.function == "removeconstantrows" for step in inputs):
        report.notes.append(
            f"{count} inputs: the file does not say whether there are "
            "columns behind the last used one"
        )
    for step in told.steps:
        if step.what == "layer":
            tensor = _layer(assembly, tensor, step, told)
            continue
        make = _applied if step.what == "apply" else _reversed
        tensor = make(assembly, tensor, step.function, step.name, told)
        place = "inputs" if step.what == "apply" else "outputs"
        report.merged.append(f"{step.name}, {step.function}, into the {place}")
    assembly.output(tensor)
    return emit.imported(assembly, report, options, source.name)


def _parsed(text: str) -> _Function:
    told = _Function()
    # A matrix may go on over several lines, by three dots or inside of its brackets.
    lines = (line.partition("...") for line in text.splitlines())
    joined = "".join(line + (" " if dots else "\n") for line, dots, _ in lines)
    joined = re.sub(r"\[[^\[\]]*\]", lambda match: match[0].replace("\n", ";"), joined)
    if (
        "TDL" in joined
        or "xi1" in joined
        or re.search(r"^\s*xd\d+\s*=|_step0", joined, re.MULTILINE)
    ):
        raise FormatError("this function has delays: it is recurrent, which no spec can express")
    for line in joined.splitlines():
        plain = line.partition("%")[0].strip()
        if match := _CONSTANT.fullmatch(plain):
            name = match["array"] or f"{match['step']}.{match['setting']}"
            if name in told.constants or told.steps:
                raise FormatError(f"{name} is defined twice, or after it is used")
            told.constants[name] = _matrix(match["value"].rstrip("; \t"), name)
        elif len(plain) > LONGEST:
            raise FormatError(f"a line of {len(plain):,} characters: {in_quotes(plain[:40])}")
        elif plain.startswith("function"):
            if told.returned:
                break  # the functions behind are those of the toolbox
            match = _FUNCTION.fullmatch(plain)
            if match is None:
                raise FormatError(
                    f"{in_quotes(plain)}: this is not the head of "
                    "a function with inputs and outputs"
                )
            told.returned, told.current = match[1], match[2]
        elif plain and not _AROUND.fullmatch(plain):
            _take(told, plain)
    if told.steps and _whole(told.current) != told.returned:
        raise FormatError(
            f"it returns {in_quotes(told.returned)}, and the last value is {told.current}"
        )
    return told


def _take(told: _Function, line: str) -> None:
    """Take a line that computes something, which has to begin where the last one has ended."""
    if match := _LAYER.fullmatch(line):
        terms = _TERM.findall(match["sum"])
        if len(terms) != 1:
            raise FormatError(f"layer {match['layer']}: only a chain of layers is read")
        (name, old), layer = terms[0], int(match["layer"])
        function = match["function"] or "purelin"
        step = _Step("layer", name, function, layer, match["bias"] is not None)
    elif match := _APPLIED.fullmatch(line):
        old, step = match["old"], _Step(match["way"], match["constant"], match["kind"])
    elif match := _SAME.fullmatch(line):
        old, step = match["old"], None  # a copy, or samples that become columns
    else:
        raise FormatError(f"{in_quotes(line)}: a line that genFunction does not write")
    if old != told.current and _whole(old) != told.current:
        raise FormatError(
            f"{in_quotes(line)}: it takes {old}, and what is computed so far is {told.current}"
        )
    told.current = match["new"]
    if step is not None:
        told.steps.append(step)


def _whole(name: str) -> str:
    """The variable that a part of a cell belongs to: `X{1,ts}` is one of X."""
    return name.partition("{")[0]


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


def _input_count(told: _Function, steps: list[_Step], width: int) -> int:
    """How many columns a table has: some may be dropped before the first layer."""
    for step in steps:
        if step.function == "removeconstantrows" and f"{step.name}.keep" in told.constants:
            return max(width, int(told.constants[f"{step.name}.keep"].max()))
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
        raise FormatError(f"{name}: a gain is 0, or there is not one for each number")
    return offset - least.item() / gain, 1 / gain


def _reversed(assembly: Assembly, tensor: Tensor, kind: str, name: str, told: _Function) -> Tensor:
    """The way back, a·scale + mean."""
    mean, scale = _line(kind, name, told)
    if len(mean) != tensor.shape[-1]:
        raise FormatError(f"{name}: {len(mean)} numbers for {tensor.shape[-1]} outputs")
    return assembly.rescaled(tensor, mean, scale)


def _layer(assembly: Assembly, tensor: Tensor, step: _Step, told: _Function) -> Tensor:
    at, layer = f"layer {step.layer}", step.layer
    wanted = f"IW{layer}_1" if layer == 1 else f"LW{layer}_{layer - 1}"
    if step.name != wanted:
        raise FormatError(f"{at}: only a chain of layers is read, and this layer is not part of it")
    if step.function not in FUNCTIONS:
        what = in_quotes(step.function)
        raise FormatError(f"{at}: the function {what}, which no spec can express")
    made: Tensor = assembly.linear(tensor, told.get(wanted), wanted, at)
    if step.biased:
        bias = told.get(f"b{layer}").reshape(-1)
        if len(bias) != made.shape[-1]:
            raise FormatError(f"{at}: {len(bias)} biases for {made.shape[-1]} nodes")
        made = assembly.affine(made, shift=bias, name=f"b{layer}")
    return assembly.commit(made, FUNCTIONS[step.function])
