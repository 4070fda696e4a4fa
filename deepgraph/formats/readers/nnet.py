"""Reads `.nnet`, the format of the networks of ACAS Xu; https://github.com/sisl/NNet.

The file holds the range, the mean and the scale of each input, and mean and scale of the outputs:
a network takes raw values, keeps them within their range, and gives raw values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.numbers_in_text import numbers, whole
from deepgraph.formats.readers.record import Report
from deepgraph.graph.layers import LARGEST_LAYER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.record import Imported, Options, Source


class _Lines:
    """The lines of a file behind its comments, each with its number."""

    def __init__(self, text: str) -> None:
        lines = enumerate(text.splitlines(), 1)
        self._lines = [(n, line) for n, line in lines if line.strip() and line[:2] != "//"]
        self._next = 0

    def cells(self, what: str) -> tuple[list[str], str]:
        """The cells of the next line, and where it is."""
        if self._next == len(self._lines):
            raise FormatError(f"the file ends before {what}")
        number, line = self._lines[self._next]
        self._next += 1
        cells = [cell for cell in line.split(",") if cell.strip()]
        return cells, f"line {number}, {what}"

    def row(self, what: str, count: int) -> NDArray[np.float64]:
        """So many numbers on the next line."""
        cells, where = self.cells(what)
        if len(cells) != count:
            raise FormatError(f"{where}: expected {count:,} numbers, got {len(cells):,}")
        return np.array(numbers(cells, where))


def read(source: Source, options: Options) -> Imported:
    """The network of a `.nnet` file."""
    lines = _Lines(source.text())
    cells, where = lines.cells("the numbers of layers, inputs and outputs")
    if len(cells) < 3:
        raise FormatError(f"{where}: expected four numbers")
    count = whole(cells[0], where, 10_000)
    cells, where = lines.cells("the sizes of the layers")
    sizes = [whole(cell, where, LARGEST_LAYER) for cell in cells]
    if len(sizes) != count + 1 or min(sizes) < 1 or count < 1:
        raise FormatError(f"{where}: expected {count + 1} sizes, the inputs first")
    lines.cells("a flag that is not used")
    inputs = sizes[0]
    low, high = lines.row("the least inputs", inputs), lines.row("the largest inputs", inputs)
    mean = lines.row("the means", inputs + 1)
    scale = lines.row("the ranges", inputs + 1)
    if not scale.all() or np.any(low > high):
        raise FormatError("an input has a range of 0, or a minimum above its maximum")
    assembly = Assembly(options.max_edges)
    tensor: Tensor = assembly.normalised(
        assembly.input((inputs,)), mean[:-1], scale[:-1], low, high
    )
    for layer, (size, width) in enumerate(zip(sizes[1:], sizes[:-1], strict=True), 1):
        matrix = np.stack([lines.row(f"weights of layer {layer}", width) for _ in range(size)])
        bias = np.concatenate([lines.row(f"a bias of layer {layer}", 1) for _ in range(size)])
        tensor = assembly.affine(assembly.linear(tensor, matrix), shift=bias)
        if layer < count:
            tensor = assembly.commit(tensor, "relu")
    last = (sizes[-1],)
    assembly.output(assembly.rescaled(tensor, np.full(last, mean[-1]), np.full(last, scale[-1])))
    report = Report(".nnet")
    report.merged.append("the ranges, means and scales of the file into inputs and outputs")
    return emit.imported(assembly, report, options, source.name)
