"""An array in a file of parameters, whose numbers are read only if the network needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

Shape = tuple[int, ...]

MOST_AXES = 64
"""The most axes of an array, as in numpy."""
LONGEST_INTEGER = 19
"""The most digits of a size: those of 2**63."""


@dataclass(frozen=True)
class Entry:
    """An array in a file whose numbers are not read yet.

    Attributes:
        name: in the file.
        shape: of the array.
        read: reads its numbers.
    """

    name: str
    shape: Shape
    read: Callable[[], NDArray[Any]]


def require_few_axes(name: str, shape: Sequence[Any]) -> None:
    """Check that numpy can hold an array of this shape.

    Raises:
        ValueError: it has more axes than `MOST_AXES`.
    """
    if len(shape) > MOST_AXES:
        raise ValueError(f'"{name}" has {len(shape):,} axes')


def spelled(shape: tuple[int, ...]) -> str:
    """A shape for a message.

    >>> spelled((2, 3)), spelled(())
    ('2 × 3', '()')
    """
    return " × ".join(map(str, shape)) or "()"
