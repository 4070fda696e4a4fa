"""Packs a network for training: nodes that are computed together become one block.

Values lie in an array (places, rows): first the inputs, then the nodes block by block, so that each
block reads only places above its own. Below the inputs and below each block lie rows of ones, one
for each bias that a node may have. A value-style bias becomes the weight of a one, so that a layer
with its biases is a single product of matrices whose sources lie side by side.

The weights of all blocks lie one after another in one flat array, the *slots*. A slot holds a
trained parameter or a constant: a frozen parameter, the 1 of a wire, or the 0 of an edge that does
not exist. Nodes that the targets do not depend on are left out.

`deepgraph.engines.blocks` cuts a network as well, but adds up the terms of a node in the order of
the file, so that its values have the bits of the reference. Training does not need that: it pads a
matrix with zeros for the edges that are missing, and leaves the order of summation to the BLAS.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.reach import needed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph

    Numbers = NDArray[np.intp]
    Places = slice | NDArray[np.intp]

WIRE, ABSENT = -1, -2
"""The codes of slots without a parameter: the constant 1, and the constant 0."""

ROOMY = 2
"""Columns that a matrix may have for each of its sources, if they then lie side by side."""
SPARE = 4
"""This many columns more are always allowed: they cost next to nothing."""
DENSE = 8
"""Entries of a matrix for each edge; with more, it is too sparse: terms are taken one by one."""
SMALL_MATRIX = 1024
"""A matrix of up to this many entries is never too sparse."""


@dataclass(frozen=True)
class Matrix:
    """Nodes that add up (or average) their terms: z = W · sources.

    Attributes:
        nodes: their places.
        function: the number of their activation.
        sources: (sources,) places; a slice if they lie side by side.
        slots: those of W.
        shape: of W, (nodes, sources).
        back: runs of columns of W, each with the places of its sources, whose derivative is needed.
        terms: (nodes, 1) the number of terms that a mean divides by; `None` for a sum.
    """

    nodes: slice
    function: int
    sources: Places
    slots: slice
    shape: tuple[int, int]
    back: list[tuple[Places, Places]]
    terms: NDArray[np.float64] | None


@dataclass(frozen=True)
class Terms:
    """Nodes with the same number of edges, whose terms are taken one by one.

    Attributes:
        nodes: their places.
        function: the number of their activation.
        aggregation: of the terms.
        sources: (terms, nodes) places, in the order of the file.
        slots: those of the weights, in the same shape.
        back: (wanting,) the flat numbers of the terms whose source needs a derivative, by source.
        starts: where in `back` the terms of each source begin.
        places: of these sources.
    """

    nodes: slice
    function: int
    aggregation: str
    sources: Numbers
    slots: slice
    back: Numbers
    starts: Numbers
    places: Numbers


@dataclass(frozen=True)
class Softmax:
    """A softmax group, once all of its members have their z; `nodes` are their places."""

    nodes: Places


PackedStep = Matrix | Terms | Softmax


class Blocks:
    """The blocks of the part of a network that some nodes depend on.

    Args:
        network: all of its parameters must have values.
        targets: node numbers.

    Attributes:
        needed: (nodes,) true for the targets and all nodes that they depend on.
        place: (nodes,) the place of a node; −1 if it has none.
        height: the number of places.
        constants: (places,) the values of places that never change; NaN elsewhere.
        steps: the blocks, in the order of evaluation.
        codes: (slots,) parameter numbers, `WIRE` or `ABSENT`.
    """

    def __init__(self, network: Graph, targets: Numbers) -> None:
        self.network = network
        self.needed = needed(network, targets)[: len(network.ids)]
        self._counted = self._count_ones()
        self.place = np.full(len(network.ids), -1, np.intp)
        most = (len(network.ids) + 1) * (1 + self._ones)
        self.height = 0
        self.constants = np.full(most, np.nan)
        self._first_one = np.zeros(most, np.intp)  # of each place: the ones below its block
        self.steps: list[PackedStep] = []
        self._codes: list[NDArray[np.int64]] = []
        self._slots = 0
        self._place_inputs()
        for nodes in self._order():
            self._cut(nodes)
        self.codes = np.concatenate([np.zeros(0, np.int64), *self._codes])
        self.constants = self.constants[: self.height]

    def places_of(self, nodes: Numbers) -> Places:
        """The places of nodes; a slice if they lie side by side."""
        return tidy(self.place[nodes])

    def activation(self, block: Matrix | Terms) -> NodeFunction:
        """The activation of a block, for its z as (nodes, rows) of float64."""
        nodes = self._nodes[block.nodes]
        return self.network.activations(block.function, nodes, np.dtype(np.float64))

    @cached_property
    def _nodes(self) -> Numbers:
        """(places,) the node of each place; −1 for the ones."""
        nodes = np.full(self.height, -1, np.intp)
        placed = np.flatnonzero(self.place >= 0)
        nodes[self.place[placed]] = placed
        return nodes

    # --- places --------------------------------------------------------------------------

    def _count_ones(self) -> NDArray[np.bool]:
        """(edges,) true for the weights of ones: edges from a value-style bias, or a bias of 1."""
        network = self.network
        unit = (network.node_constant == 1.0) & (network.kind == BIAS)
        ones = (network.node_parameter >= 0) | unit
        counted: NDArray[np.bool] = ones[network.source]
        per_node = np.bincount(network.target[counted], minlength=len(network.ids))
        self._ones: int = int(per_node.max(initial=0))
        return counted

    def _place_inputs(self) -> None:
        network = self.network
        fixed = (network.kind == BIAS) & (network.node_parameter < 0)
        fixed &= network.node_constant != 1.0
        self._place([*network.inputs, *np.flatnonzero(fixed)], network.node_constant)

    def _place(self, nodes: list[int] | Numbers, values: NDArray[np.float64]) -> slice:
        """Give the next places to nodes, with ones below them."""
        first, behind = self.height, self.height + len(nodes)
        self.height = behind + self._ones
        self.place[nodes] = np.arange(first, behind)
        self.constants[first:behind] = values[nodes]
        self.constants[behind : self.height] = 1.0
        self._first_one[first : self.height] = behind
        return slice(first, behind)

    def _order(self) -> list[Numbers]:
        """The nodes of each block in the order of evaluation; for a softmax group its step."""
        network = self.network
        known: dict[tuple[int, int, str, int], list[int]] = {}
        count = len(network.ids)
        for step in network.steps.tolist():
            if step >= count:
                if self.needed[network.softmax_groups[step - count][0]]:
                    known[len(known), -1, "", step] = [step]
            elif self.needed[step] and network.kind[step] not in (INPUT, BIAS):
                aggregation = network.aggregations[step]
                size = 0 if AGGREGATIONS[aggregation].adds else len(network.incoming.of(step))
                key = (int(network.rank[step]), int(network.function[step]), aggregation, size)
                known.setdefault(key, []).append(step)
        return [np.array(nodes, np.intp) for nodes in known.values()]

    # --- blocks --------------------------------------------------------------------------

    def _cut(self, nodes: Numbers) -> None:
        network = self.network
        if nodes[0] >= len(network.ids):
            group = network.softmax_groups[nodes[0] - len(network.ids)]
            self.steps.append(Softmax(self.places_of(group.astype(np.intp))))
            return
        aggregation = network.aggregations[nodes[0]]
        edges = network.incoming.of_all(nodes)
        degree = np.diff(network.incoming.start)[nodes]
        if AGGREGATIONS[aggregation].adds:
            row = np.repeat(np.arange(len(nodes)), degree)
            used = len(np.unique(self.place[network.source[edges]]))
            if len(nodes) * used <= max(DENSE * len(edges), SMALL_MATRIX):
                divides = AGGREGATIONS[aggregation].divides
                self._add_matrix(nodes, edges, row, degree if divides else None)
                return
        for size in np.unique(degree).tolist():
            self._add_terms(nodes[degree == size], size, aggregation)

    def _add_matrix(
        self, nodes: Numbers, edges: Numbers, row: Numbers, degree: Numbers | None
    ) -> None:
        network = self.network
        own = self._place(nodes, np.full(len(network.ids), np.nan))
        places = self._sources(edges, row)
        low, high = int(places.min()), int(places.max()) + 1
        columns = np.unique(places)
        if high - low <= ROOMY * len(columns) + SPARE:
            columns = np.arange(low, high)
        shape = (len(nodes), len(columns))
        codes = np.full(shape, ABSENT, np.int64)
        codes[row, np.searchsorted(columns, places)] = self._codes_of(edges)
        wanting = np.isnan(self.constants[columns]) & (columns >= len(network.inputs))
        back = [(tidy(run), tidy(columns[run])) for run in _runs(np.flatnonzero(wanting), columns)]
        terms = None if degree is None else degree[:, np.newaxis].astype(np.float64)
        function = int(network.function[nodes[0]])
        slots = self._add_slots(codes)
        self.steps.append(Matrix(own, function, tidy(columns), slots, shape, back, terms))

    def _add_terms(self, nodes: Numbers, size: int, aggregation: str) -> None:
        network = self.network
        own = self._place(nodes, np.full(len(network.ids), np.nan))
        edges = network.incoming.of_all(nodes)
        places = self._sources(edges, np.repeat(np.arange(len(nodes)), size))
        sources = places.reshape(len(nodes), size).T
        codes = self._codes_of(edges).reshape(len(nodes), size).T
        flat = sources.ravel()
        wanting = np.isnan(self.constants[flat]) & (flat >= len(network.inputs))
        back = np.flatnonzero(wanting)
        back = back[np.argsort(flat[back], kind="stable")]
        read, starts = np.unique(flat[back], return_index=True)
        function = int(network.function[nodes[0]])
        slots = self._add_slots(codes)
        self.steps.append(
            Terms(own, function, aggregation, sources, slots, back, starts.astype(np.intp), read)
        )

    def _sources(self, edges: Numbers, row: Numbers) -> Numbers:
        """The places of the sources of edges; biases take the ones below the last source.

        Args:
            edges: edge numbers, grouped by target.
            row: (edges,) the number of the target in its block.
        """
        places = self.place[self.network.source[edges]].copy()
        biases = np.flatnonzero(self._counted[edges])
        if len(biases):
            others = np.delete(places, biases)
            last = int(others.max()) if len(others) else 0
            # The first bias of a node takes the first of the ones, the second the next.
            before = np.searchsorted(row[biases], row[biases])
            places[biases] = self._first_one[last] + np.arange(len(biases)) - before
        return places

    def _codes_of(self, edges: Numbers) -> NDArray[np.int64]:
        network = self.network
        own = network.edge_parameter[edges].astype(np.int64)
        of_bias = network.node_parameter[network.source[edges]]
        return np.where(own >= 0, own, np.where(of_bias >= 0, of_bias, WIRE))

    def _add_slots(self, codes: NDArray[np.int64]) -> slice:
        first = self._slots
        self._slots += codes.size
        self._codes.append(codes.ravel())
        return slice(first, self._slots)


def tidy(numbers: Numbers) -> Places:
    """A slice for consecutive numbers; others as they are."""
    if len(numbers) and (np.diff(numbers) == 1).all():
        return slice(int(numbers[0]), int(numbers[-1]) + 1)
    return numbers


def _runs(wanted: Numbers, columns: Numbers) -> list[Numbers]:
    """The wanted columns, cut into consecutive runs; in one piece if the columns have gaps."""
    if not len(wanted):
        return []
    if (np.diff(columns) != 1).any():
        return [wanted]
    return np.split(wanted, np.flatnonzero(np.diff(wanted) != 1) + 1)
