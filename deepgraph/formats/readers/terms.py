"""Terms: how the pre-activations of several nodes depend on nodes before them.

Nodes have numbers in the order in which they are made. The rows of a term are the entries of the
tensor that it makes, flattened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Labels:
    """The texts of labels, by the places of numbers in an array of the file.

    Attributes:
        base: the name of the array.
        shape: of the array.
    """

    base: str
    shape: tuple[int, ...]

    def __call__(self, number: int) -> str:
        """The label of a number, whose place counts from 1.

        >>> Labels("W", (2, 3))(5)
        'W[2,3]'
        """
        places = np.unravel_index(number, self.shape)
        return f"{self.base}[{','.join(str(int(place) + 1) for place in places)}]"


@dataclass(frozen=True)
class Dense:
    """A weight from each of some nodes to each row.

    Attributes:
        sources: (columns,) nodes.
        matrix: (rows, columns) weights, in the type of the file.
        name: of the matrix in the file; `None` if it has none that a person would know.
    """

    sources: NDArray[np.int64]
    matrix: NDArray[Any]
    name: str | None = None

    @property
    def size(self) -> int:
        """The number of edges."""
        return self.matrix.size

    def scaled(self, factor: NDArray[Any]) -> Dense:
        """The term with every row multiplied by its factor, in double precision."""
        return replace(self, matrix=self.matrix.astype(np.float64) * factor[:, None])

    def rows_at(self, order: NDArray[np.int64]) -> Dense | Sparse:
        """The term of a tensor whose row i is this term's row `order[i]`."""
        if np.array_equal(order, np.arange(len(self.matrix))):
            return self
        return self.sparse().rows_at(order)

    def sparse(self) -> Sparse:
        """The same term edge by edge; labels count from 1, as those of a layer."""
        height, width = self.matrix.shape
        return Sparse(
            np.repeat(np.arange(height), width),
            np.tile(self.sources, height),
            np.ascontiguousarray(self.matrix).reshape(-1),
            np.arange(height * width) if self.name else None,
            Labels(self.name, (height, width)) if self.name else None,
        )


@dataclass(frozen=True)
class Sparse:
    """Single edges.

    Attributes:
        rows: (edges,) the row at the head of each edge.
        sources: (edges,) the node at its tail.
        weights: (edges,) its weight; `None` for wires.
        labels: (edges,) the number of its label; edges with the same one share a weight. −1 is an
            edge without a label, `None` that no edge has one.
        name: the texts of the labels.
    """

    rows: NDArray[np.int64]
    sources: NDArray[np.int64]
    weights: NDArray[Any] | None = None
    labels: NDArray[np.int64] | None = None
    name: Labels | None = None

    @property
    def size(self) -> int:
        """The number of edges."""
        return len(self.rows)

    def scaled(self, factor: NDArray[Any]) -> Sparse:
        """The term with every row multiplied by its factor; labels go where they no longer fit."""
        own = factor[self.rows]
        weights = own if self.weights is None else self.weights.astype(np.float64) * own
        labels, name = self.labels, self.name
        if labels is not None:
            first = np.unique(labels, return_index=True)[1]
            order = np.searchsorted(labels[first], labels)
            if np.any(weights[first][order] != weights):
                labels = name = None
        return replace(self, weights=weights, labels=labels, name=name)

    def rows_at(self, order: NDArray[np.int64]) -> Sparse:
        """The term of a tensor whose row i is this term's row `order[i]`."""
        by_row = np.argsort(self.rows, kind="stable")
        counts = np.bincount(self.rows, minlength=int(order.max(initial=-1)) + 1)
        starts = np.concatenate([[0], np.cumsum(counts)])
        sizes = counts[order]
        new_rows = np.repeat(np.arange(len(order)), sizes)
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.edges_at(by_row[np.repeat(starts[order], sizes) + within], new_rows)

    def edges_at(self, chosen: NDArray[np.int64], rows: NDArray[np.int64]) -> Sparse:
        """Some of the edges, with new rows."""
        return Sparse(
            rows,
            self.sources[chosen],
            None if self.weights is None else self.weights[chosen],
            None if self.labels is None else self.labels[chosen],
            self.name,
        )

    def moved(self, offset: int) -> Sparse:
        """The same edges, with rows that begin at `offset`."""
        return replace(self, rows=self.rows + offset)


Term = Dense | Sparse


@dataclass(frozen=True)
class Bias:
    """The biases of rows.

    Attributes:
        values: (entries,) the biases of the file.
        entry: (rows,) the entry of each row; −1 for a row without a bias.
        name: of the vector in the file; `None` if it has none that a person would know.
        ids: the id of the bias node of each entry, if the file has such names.
        trainable: false for constants, which are no parameters.
    """

    values: NDArray[Any]
    entry: NDArray[np.int64]
    name: str | None = None
    ids: tuple[str, ...] | None = None
    trainable: bool = True

    @classmethod
    def each(cls, values: NDArray[Any], name: str | None = None) -> Bias:
        """A bias of its own for each row."""
        return cls(values, np.arange(len(values)), name)

    @property
    def is_plain(self) -> bool:
        """True if every row has one bias of its own, in order."""
        return np.array_equal(self.entry, np.arange(len(self.values)))

    def by_row(self) -> NDArray[np.float64]:
        """(rows,) the bias of each row, 0 where there is none."""
        if not len(self.values):
            return np.zeros(len(self.entry))
        found = self.values.astype(np.float64)[self.entry]
        return np.where(self.entry < 0, 0.0, found)

    def changed(self, rows: NDArray[np.float64]) -> Bias:
        """The bias with other numbers, (rows,); rows that share an entry share it if they can."""
        if np.all(self.entry >= 0):
            values = np.zeros(len(self.values))
            values[self.entry] = rows
            used = np.zeros(len(values), bool)
            used[self.entry] = True
            if used.all() and np.array_equal(values[self.entry], rows):
                return Bias(values, self.entry, self.name)
        return Bias.each(rows, self.name)

    def rows_at(self, order: NDArray[np.int64]) -> Bias:
        """The biases of a tensor whose row i is row `order[i]` of this one's."""
        return replace(self, entry=self.entry[order])
