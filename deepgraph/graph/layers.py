"""Reads the layers of a spec: the nodes that each makes, the layers that feed it, its mistakes.

`deepgraph.graph.draft` gives numbers to these nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

import msgspec

from deepgraph.errors import Problem
from deepgraph.functions.softmax import SOFTMAX, softmax_group
from deepgraph.words.messages import Nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deepgraph.functions.written import Function
    from deepgraph.spec.records import Layer

LARGEST_LAYER = 1_000_000
"""The most nodes in one layer."""
LARGEST_MATRIX = 100_000_000
"""The most weights in one layer; 800 MB as doubles."""


@dataclass(frozen=True)
class Made:
    """A layer that makes nodes.

    Attributes:
        layer: the record of the spec.
        number: its position among the layers; the first is the input.
        path: its path in the file.
        sources: the ids of the layers that feed it, in the order of the columns of its matrix;
            `None` if it has no matrix.
    """

    layer: Layer
    number: int
    path: str
    sources: list[str] | None

    @property
    def ids(self) -> list[str]:
        """The ids of its nodes."""
        layer = self.layer
        if layer.names is not None:
            return layer.names
        if layer.size == 1:
            return [layer.id]
        return [f"{layer.id}{i + 1}" for i in range(layer.size)]

    @property
    def paths(self) -> Iterable[str]:
        """The path in the file at which each of its nodes is made."""
        if self.layer.names:
            return (f"{self.path}.names[{i}]" for i in range(self.layer.size))
        return repeat(self.path, self.layer.size)

    @property
    def biases(self) -> list[str]:
        """The ids of its bias nodes, one for each node; empty without a vector."""
        bias = self.layer.bias
        if not self.number or not isinstance(bias, str):
            return []
        return [f"{bias}[{i + 1}]" for i in range(self.layer.size)]

    @property
    def activation(self) -> Function:
        """The activation of its nodes; a softmax layer is a group of its own."""
        if softmax_group(self.layer.activation) == "":
            return {"name": SOFTMAX, "group": f"layer {self.layer.id}"}
        return self.layer.activation


class Layers:
    """The layers of a spec.

    Attributes:
        made: the layers that make nodes.
        problems: the mistakes in all layers.
        doubtful: the keys with these mistakes, such as `Layer.weights`.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.made: list[Made] = []
        self.problems: list[Problem] = []
        self.doubtful: set[str] = set()
        self._sizes: dict[str, int] = {}
        previous: list[str] = []
        for number, layer in enumerate(layers):
            path = f"$.layers[{number}]"
            if layer.id in self._sizes:
                message = f'the id "{layer.id}" is already that of a layer; give each its own'
                self._problem(f"{path}.id", message, "id")
                continue
            size = 0
            if self._has_nodes(layer, path):
                size, sources = layer.size, None
                if not number:
                    self._is_bare(layer, path)
                elif self._names_parameters(layer, number, path):
                    names = previous if layer.sources is None else layer.sources
                    sources = self._sources(layer, names, path)
                self.made.append(Made(layer, number, path, sources))
            self._sizes[layer.id] = size
            previous = [layer.id]

    def _has_nodes(self, layer: Layer, path: str) -> bool:
        if not 1 <= layer.size <= LARGEST_LAYER:
            message = f"a layer has 1 to {LARGEST_LAYER:,} nodes, not {layer.size:,}"
            self._problem(f"{path}.size", message, "size")
        elif layer.names is not None and len(layer.names) != layer.size:
            given = f"{len(layer.names)} name{'s' * (len(layer.names) != 1)}"
            message = f'{given} for {layer.size} nodes; "size" and "names" have to agree'
            self._problem(f"{path}.names", message, "names")
        else:
            if layer.grid is not None:
                self._fits(layer, *layer.grid, path)
            return True
        return False

    def _fits(self, layer: Layer, rows: int, columns: int, path: str) -> None:
        """Check that a grid has a place for each node."""
        if min(rows, columns) >= 1 and rows * columns == layer.size:
            return
        near = [n for n in range(1, layer.size + 1) if layer.size % n == 0]
        best = min(near, key=lambda n: abs(n - max(rows, 1)))
        message = (
            f"a grid of {rows:,} rows and {columns:,} columns for {layer.size:,} nodes; "
            f'such as "grid": [{best}, {layer.size // best}]'
        )
        self._problem(f"{path}.grid", message, "grid")

    def _is_bare(self, layer: Layer, path: str) -> None:
        """Check that the first layer has only nodes."""
        given = {
            "weights": layer.weights,
            "bias": layer.bias,
            "from": layer.sources,
            "activation": layer.activation != "identity",
        }
        for key in [key for key, content in given.items() if content][:1]:
            message = f'the first layer is the input, which computes nothing; drop "{key}"'
            self._problem(f"{path}.{key}", message, key)

    def _names_parameters(self, layer: Layer, number: int, path: str) -> bool:
        if layer.weights is None:
            message = f'"weights" is missing, the name of the matrix; write "weights": "W{number}"'
            self._problem(path, message, "weights")
        if layer.bias is msgspec.UNSET:
            message = f'"bias" is missing; write "bias": "b{number}", or "bias": null for none'
            self._problem(path, message, "bias")
        return layer.weights is not None

    def _sources(self, layer: Layer, names: list[str], path: str) -> list[str] | None:
        """The earlier layers that feed a layer; `None` if that makes too many weights."""
        sources = []
        for position, name in enumerate(names):
            if name in names[:position]:
                message = f'"{shown(name)}" is named twice; name each layer once'
                self._problem(f"{path}.from[{position}]", message, "from")
            elif name in self._sizes:
                sources.append(name)
            else:
                known = list(self._sizes)
                nearest = Nearest(known, f"known: {', '.join(known)}")
                message = f'no layer "{shown(name)}" before this one{nearest(name)}'
                self._problem(f"{path}.from[{position}]", message, "from")
        weights = layer.size * sum(self._sizes[name] for name in sources)
        if weights > LARGEST_MATRIX:
            message = f"{weights:,} weights in one layer; at most {LARGEST_MATRIX:,}"
            self._problem(path, message, "size")
            return None
        return sources

    def _problem(self, path: str, message: str, key: str) -> None:
        self.problems.append(Problem(path, message))
        self.doubtful.add(f"Layer.{key}")
