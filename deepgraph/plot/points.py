"""Rows of a table, shown as points on top of a plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Points:
    """Rows of a table to show on top of a plot.

    Attributes:
        inputs: (rows,) values by input id.
        target: (rows,) the wanted value of each row: numbers, or a list of classes.
        name: of the target.
    """

    inputs: dict[str, NDArray[np.float64]]
    target: NDArray[np.float64] | list[str]
    name: str


def by_class(target: list[str], first: list[str]) -> list[tuple[str, NDArray[np.intp]]]:
    """Each class with the numbers of its rows; classes in `first` come before the others.

    >>> [(name, rows.tolist()) for name, rows in by_class(["b", "c", "a", "b"], ["c"])]
    [('c', [1]), ('a', [2]), ('b', [0, 3])]
    """
    names = sorted(
        set(target), key=lambda name: (first.index(name) if name in first else len(first), name)
    )
    values = np.array(target, object)
    return [(name, np.flatnonzero(values == name)) for name in names]
