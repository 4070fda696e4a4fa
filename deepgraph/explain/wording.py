"""The words of worked arithmetic: every sentence and every name in words of its lines, by key.

The live page computes the same lines with other numbers while a reader moves them. It takes its
words from this table, so that none of them is written twice.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SENTENCES: dict[str, str] = {
    # Sections and steps.
    "Forward": "Forward",
    "Stages": "Stages",
    "Loss": "Loss",
    "Backward": "Backward",
    "input": "input",
    "inputs": "inputs",
    "normalised inputs": "normalised inputs",
    "softmax": "softmax",
    "softmax shifted": "exp(z)/Σ exp(z), each z shifted by the largest of the group",
    "stage by stage": "stage by stage",
    "the final prediction": "the final prediction",
    "the final predictions": "the final predictions",
    "layer by layer": "layer by layer",
    "in matrix form": "in matrix form",
    "shared weights": "shared weights",
    "more weights": "{0} more weights likewise",
    # Names in words, and what stands between parts of a line.
    "loss": "loss",
    "largest z": "largest z",
    "class": "class",
    "new": "new",
    "weighted of": "weighted",
    "bias": "bias",
    "weighted": "weighted {0}",
    "weighted and bias": "weighted {0} + bias",
    "values": "values",
    "activation": "activation",
    "shape": "{0} is {1}",
    "terms": "{0} terms",
    "factors": "{0} factors",
    "as": ", as ",
    "and": " and ",
    # Remarks on derivatives.
    "value as loss": "the value that is differentiated takes the place of a loss",
    "through edges": "through its edges alone",
    "is largest": "its term is the largest",
    "is smallest": "its term is the smallest",
    "first of equal largest": "its term is the first of {0} equal largest ones, "
    "and answers for all",
    "first of equal smallest": "its term is the first of {0} equal smallest ones, "
    "and answers for all",
    "equal to largest": "its term is as large as the largest, "
    "but the first of equal terms answers for all",
    "equal to smallest": "its term is as small as the smallest, "
    "but the first of equal terms answers for all",
    "rounded off largest": "exactly it would be as large or larger, "
    "but in double precision, which rounds, its term is smaller",
    "rounded off smallest": "exactly it would be as small or smaller, "
    "but in double precision, which rounds, its term is larger",
    "is not largest": "its term is not the largest",
    "is not smallest": "its term is not the smallest",
    "flat": "{0} is flat but for {1}, and there the slope is set to 0",
    "undefined": "{0} is not defined at {1}",
    # Why a line is not exact.
    "zero": "division by zero",
    "irrational": "{0} has no exact fraction",
    "long": "the exact fraction has {0} characters",
    "lost": "in double precision, which rounds, this is not {0}",
    "its exact value": "its exact value",
    "otherwise": "double precision rounds, and without that the condition does not hold",
    "undecided": "double precision rounds, and that may have decided",
    "in decimals": "in decimals from here: {0}",
    "drift": "double precision rounds",
    "drift exactly": "double precision rounds; exactly {0}",
    "drift really": "double precision rounds; really {0}",
}
"""English, and the keys of every other language; {0} and {1} are put in."""


_spoken: ContextVar[Mapping[str, str]] = ContextVar("spoken", default=SENTENCES)


@contextmanager
def spoken(sentences: Mapping[str, str]) -> Iterator[None]:
    """While the block runs, `say` has other sentences."""
    before = _spoken.set(sentences)
    try:
        yield
    finally:
        _spoken.reset(before)


def say(key: str, *values: object) -> str:
    """A sentence with its values put in.

    >>> say("more weights", "1,000")
    '1,000 more weights likewise'
    """
    return _spoken.get()[key].format(*values)
