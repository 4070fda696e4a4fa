"""A plan with its numbers, and with a buffer as a program: the part that all engines share.

The engines differ in how a block joins its terms. All of them leave activations, softmax and BLAS
to numpy, so that all have the same bits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.engines.blocks import CONSTANT, DenseBlock, SoftmaxBlock
from deepgraph.functions.aggregations import SUM
from deepgraph.functions.scaling import normalise
from deepgraph.graph.kinds import BIAS, INPUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.engines.blocks import Block
    from deepgraph.engines.plan import Plan
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph

    Array = NDArray[Any]
    Step = tuple[Callable[..., Any], tuple[Any, ...], Array]

BLAS_WEIGHTS = 1024
"""A dense block with this many weights goes to BLAS; the number of rows never matters."""

CACHE = 1 << 20
"""Bytes of the cache for the buffer of one thread."""
NARROWEST = 512
"""Rows in a tile: fewer make the calls cost more than the numbers."""
BLAS_ROWS = 2048
"""Rows in a tile of a network with products of matrices, which BLAS divides by itself."""
LARGEST = 1 << 26
"""The largest size of a buffer in bytes, even if smaller tiles are slower."""


class PlanValues:
    """A plan with a network's values in one dtype.

    A term of a bias, w · b, is one number. An engine that reads it like any other term computes it
    as (w · b) · 1, with the 1 from the slot of ones, which follows the slots of the plan.

    Attributes:
        weights: (edges,) in the dtype.
        bias: (nodes,) the value of a bias, 1 for other nodes, in the dtype.
        slot: (nodes,) the slot from which a node is read; for a bias the slot of ones.
        ones: the slot of ones.
    """

    def __init__(self, network: Graph, plan: Plan, dtype: np.dtype[Any]) -> None:
        self.network = network
        self.plan = plan
        self.dtype = dtype
        self.ones = plan.slots
        self.slot = np.where(network.kind == BIAS, self.ones, plan.slot)
        self.bias: Array = np.ones(len(network.ids), dtype)
        with np.errstate(over="ignore"):  # 1e300 is infinite in float32
            self.weights = network.weights.astype(dtype)
            biases = np.flatnonzero(network.kind == BIAS)
            self.bias[biases] = [network.bias_value(node) for node in biases.tolist()]

    def activation(self, block: Block) -> NodeFunction:
        """The activation of a block, for its z as (nodes, rows)."""
        return self.network.activations(block.function, block.nodes, self.dtype)

    @cached_property
    def terms(self) -> Array:
        """(edges,) the weights, for edges out of a bias times the bias."""
        with np.errstate(all="ignore"):
            return np.asarray(self.weights * self.bias[self.network.source])


@dataclass(frozen=True, eq=False)
class Product:
    """A dense block for BLAS.

    Attributes:
        matrix: (n, k).
        slots: (k,) the slots that its columns read.
        biases: (n, 1) numbers to add; `None` for none.
        inputs: True if its columns are all inputs of the network in their order.
    """

    matrix: Array
    slots: Array
    biases: Array | None
    inputs: bool

    @classmethod
    def of(cls, block: DenseBlock, numbers: PlanValues) -> Product:
        """The product of a block, with its biases added up."""
        own = block.pattern == CONSTANT
        biases = None
        if own.any():
            terms = numbers.terms[block.edges()[:, own]]
            biases = np.add.accumulate(terms, axis=1)[:, -1:]
        matrix = np.ascontiguousarray(block.matrix(numbers.weights))
        bare = numbers.network.normalise is None  # else the inputs are not what flows on
        inputs = bare and np.array_equal(block.sources, numbers.network.inputs)
        return cls(matrix, numbers.slot[block.sources], biases, inputs)


@dataclass(frozen=True, eq=False)
class _Normalised:
    """The inputs of a plan that are normalised, in their slots.

    Attributes:
        slots: (n,) of these inputs.
        constants: by key (n, 1) in the dtype of the buffer.
        kept: (k,) slots of inputs whose z is wanted, too.
        raw: (k,) where it goes.
    """

    slots: Array
    constants: dict[str, Array]
    kept: Array
    raw: Array

    @classmethod
    def of(cls, numbers: PlanValues) -> _Normalised | None:
        """The normalised inputs that a plan needs; `None` if there are none."""
        network, plan = numbers.network, numbers.plan
        if network.normalise is None:
            return None
        needed = network.inputs[plan.inputs]
        own = np.isin(needed, network.normalise.nodes)
        if not own.any():
            return None
        constants = network.normalise.columns(needed[own], numbers.dtype)
        kept = plan.raw_slots >= 0
        return cls(plan.input_slots[own], constants, plan.input_slots[kept], plan.raw_slots[kept])

    def apply(self, values: Array, count: int) -> None:
        """Turn z in the slots into a, in the first `count` rows of the tile."""
        values[self.raw, :count] = values[self.kept, :count]
        rows = rows_of(values, self.slots)
        if rows is not None:
            normalise(rows[:, :count], rows[:, :count], **self.constants)
        else:
            z = values[self.slots, :count]
            values[self.slots, :count] = normalise(z, z, **self.constants)


class Backend(ABC):
    """Makes the programs of one engine.

    Attributes:
        numbers: the plan and its values.
        products: the blocks that go to BLAS, by their position in the plan.
        joins: for each block, True if the engine itself joins its terms; see `Program.add_shared`.
        copies_inputs: True if a block reads the inputs from their slots.
        widest: rows in a tile from which on more bring no gain.
        scratch: rows of numbers that a program needs beside its buffer.
    """

    widest: int
    scratch = 0

    def __init__(self, numbers: PlanValues, *, exact: bool) -> None:
        self.numbers = numbers
        self.products: dict[int, Product] = {}
        network, plan = numbers.network, numbers.plan
        copies = bool(np.isin(plan.chosen, network.inputs).any())
        for position, block in enumerate(plan.blocks):
            if (
                not exact
                and isinstance(block, DenseBlock)
                and block.aggregation == SUM
                and len(block.nodes) * len(block.sources) >= BLAS_WEIGHTS
            ):
                product = self.products[position] = Product.of(block, numbers)
                if product.inputs:
                    continue
            copies = copies or bool((network.kind[block.sources] == INPUT).any())
        self.copies_inputs = copies
        self.joins = [
            position not in self.products and not isinstance(block, SoftmaxBlock)
            for position, block in enumerate(plan.blocks)
        ]

    def width(self) -> int:
        """The number of rows of a tile that is fastest: of one that stays in the cache."""
        size = self.numbers.dtype.itemsize
        row = size * (self.numbers.plan.slots + 1 + self.scratch)
        best = min(max(CACHE // row, NARROWEST), self.widest)
        if self.products:
            best = BLAS_ROWS
        elif self.scratch and best == NARROWEST:
            # The buffer stays in no cache. What one call works on does, in a wider tile, too: fewer
            # and longer calls, between which threads hand over the lock of the interpreter.
            best = max(best, min(CACHE // (size * self.scratch), BLAS_ROWS))
        return max(min(best, LARGEST // row), 1)

    @abstractmethod
    def program(self, width: int) -> Program:
        """The steps for a tile of this many rows."""


class Program:
    """Steps over a buffer for a tile of rows; used by one thread at a time.

    Attributes:
        width: the rows of a tile, at most.
        numbers: the plan and its values.
        values: (slots + 1, width) the buffer; its last row holds ones.
        steps: the calls in their order, each `function(*arguments, out=out)`.
    """

    def __init__(self, backend: Backend, width: int) -> None:
        self.width = width
        self.numbers = numbers = backend.numbers
        self.plan = numbers.plan
        self._copies_inputs = backend.copies_inputs
        self.values = np.empty((self.plan.slots + 1, width), numbers.dtype)
        self.values[numbers.ones] = 1
        self.steps: list[Step] = []
        self._zeros = np.zeros(width, numbers.dtype)
        self._inputs = self.values[:0]  # of the tile that is run
        self._taken = rows_of(self.values, self.plan.input_slots)
        self._all_inputs = len(self.plan.inputs) == len(numbers.network.inputs)
        self._normalised = _Normalised.of(numbers)

    def run(self, inputs: Array, first: int, end: int, z: Array | None, a: Array) -> None:
        """Compute one tile.

        Args:
            inputs: (inputs, rows) of the whole run.
            first: the first row of the tile.
            end: the row after its last; the tile may be narrower than the buffer.
            z: (chosen, rows) to be filled; `None` if it is not wanted.
            a: (chosen, rows) to be filled.
        """
        plan, count = self.plan, end - first
        given = inputs[:, first:end]
        if self._copies_inputs:
            needed = given if self._all_inputs else given[plan.inputs]
            if self._taken is not None:
                np.copyto(self._taken[:, :count], needed, casting="same_kind")
            else:
                self.values[plan.input_slots, :count] = needed
            if self._normalised is not None:
                self._normalised.apply(self.values, count)
        self._inputs = given
        for function, arguments, out in self.steps:
            function(*arguments, out=out)
        self._inputs = self.values[:0]  # a program that waits for the next run holds no table
        self._give(plan.a_slots, count, a[:, first:end])
        if z is not None:
            self._give(plan.z_slots, count, z[:, first:end])

    def _give(self, slots: Array, count: int, out: Array) -> None:
        """Copy the values of chosen nodes to `out`, which already holds those of biases."""
        rows = rows_of(self.values, slots)
        if rows is not None:
            np.copyto(out, rows[:, :count])
            return
        for row, slot in zip(out, slots.tolist(), strict=True):
            if slot >= 0:
                row[:] = self.values[slot, :count]

    # --- steps that all engines share ----------------------------------------------------

    def add(self, function: Callable[..., Any], *arguments: Any, out: Array) -> None:
        """Append a step."""
        self.steps.append((function, arguments, out))

    def add_shared(self, block: Block, product: Product | None) -> None:
        """Append a block that all engines compute alike: a product by BLAS, or else a softmax."""
        if product is None:
            self.add_copy(block)
            self.add_activation_of(block)
            return
        rows = rows_of(self.values, block.slots)
        z = rows
        if z is None:
            z = np.empty((len(block.nodes), self.width), self.values.dtype)
        if product.inputs:
            self.add(self._multiply_inputs, product.matrix, out=z)
        else:
            read = rows_of(self.values, product.slots)
            if read is None:
                read = np.empty((len(product.slots), self.width), self.values.dtype)
                self.add(gather, self.values, product.slots, out=read)
            self.add(np.matmul, product.matrix, read, out=z)
        if product.biases is not None:
            self.add(np.add, z, product.biases, out=z)
        self.add_finish(block, z, scattered=rows is None)

    def add_finish(self, block: Block, z: Array, *, scattered: bool) -> None:
        """Append the steps after z: keep it if it is wanted, compute a, move a to its slots."""
        self.add_copy(block, z)
        function = self.numbers.activation(block)
        if function.row is not None:
            self.add_activation(function, z)
        if scattered:
            self.add(scatter, z, block.slots, out=self.values)

    def _multiply_inputs(self, matrix: Array, out: Array) -> None:
        """Multiply the caller's own array: BLAS reads a transposed table without a copy."""
        given = self._inputs.astype(matrix.dtype, copy=False)
        np.matmul(matrix, given, out=out[:, : given.shape[1]])

    def add_copy(self, block: Block, z: Array | None = None) -> None:
        """Append a copy of z if it is wanted; it is in `z`, or else in the block's slots."""
        wanted = np.flatnonzero(block.z_slots >= 0)
        if not len(wanted):
            return
        source, held = (self.values, block.slots[wanted]) if z is None else (z, wanted)
        self.add(_copy, source, held, block.z_slots[wanted], out=self.values)

    def add_activation(self, function: NodeFunction, z: Array) -> None:
        """Append the activation, in place."""
        if function.leak == 0:
            # A row of zeros: numpy compares two arrays four times as fast as array and number.
            self.add(np.maximum, z, self._zeros, out=z)
            self.add(np.add, z, self.numbers.dtype.type(0), out=z)
        elif not function.is_identity:
            self.add(_apply, function, z, out=z)

    def add_activation_of(self, block: Block) -> None:
        """Append the activation of a block, in its slots."""
        function = self.numbers.activation(block)
        rows = rows_of(self.values, block.slots)
        if rows is not None:
            self.add_activation(function, rows)
        elif not function.is_identity:
            self.add(_apply_scattered, function, block.slots, out=self.values)


def rows_of(values: Array, slots: Array) -> Array | None:
    """A view of adjacent slots in their order; `None` for others."""
    if not len(slots):
        return values[:0]
    first = int(slots[0])
    if len(slots) > 1 and (first < 0 or (np.diff(slots) != 1).any()):
        return None
    return None if first < 0 else values[first : first + len(slots)]


def gather(values: Array, slots: Array, out: Array) -> None:
    """Copy slots into adjacent rows."""
    np.take(values, slots, 0, out, "clip")  # "raise" would take a detour through a copy


def scatter(rows: Array, slots: Array, out: Array) -> None:
    """Copy rows to their slots."""
    out[slots] = rows


def _copy(values: Array, source: Array, target: Array, out: Array) -> None:
    out[target] = values[source]


def _apply(function: NodeFunction, z: Array, out: Array) -> None:
    out[...] = function(z)


def _apply_scattered(function: NodeFunction, slots: Array, out: Array) -> None:
    out[slots] = function(out[slots])
