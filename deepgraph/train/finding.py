"""A cause that keeps a network from learning, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Cause = Literal[
    "one value", "steps", "zero", "symmetric", "range", "unscaled", "saturated", "dead", "frozen",
    "rate", "epochs", "linear", "start", "class", "targets", "decay", "unlike",
]  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One cause.

    Attributes:
        cause: its kind.
        text: what is wrong, with numbers; a clause without a full stop.
        cure: what to do about it; one sentence, or empty.
    """

    cause: Cause
    text: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.text}. {self.cure}".rstrip()


def figure(value: float) -> str:
    """A number in a message, with three digits."""
    return number_text(value, 3)
