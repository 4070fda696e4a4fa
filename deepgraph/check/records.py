"""The verdicts on the figures of a spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["ok", "FAIL"]


@dataclass(frozen=True)
class Result:
    """One figure, compared.

    Attributes:
        spec: the name of the spec.
        example: the example's name, or `example 2`.
        quantity: what the figure is: `y`, `y, row 2`, `z(h1)`, `loss half_squared_error`, …
        expected: the figure as written.
        computed: what came out; `None` where nothing was computed.
        difference: computed less expected.
        tolerance: how large the difference may be.
        verdict: whether it is.
        message: why nothing was computed, where that is a mistake in the example.
    """

    spec: str
    example: str
    quantity: str
    expected: str
    computed: float | None
    difference: float | None
    tolerance: float | None
    verdict: Verdict
    message: str | None = None


@dataclass(frozen=True)
class Checks:
    """The results of one spec.

    Attributes:
        name: of the spec.
        examples: how many it has.
        results: figure by figure, in the order of the file.
    """

    name: str
    examples: int
    results: list[Result] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """How many results have this verdict."""
        return sum(result.verdict == verdict for result in self.results)


@dataclass(frozen=True)
class Figure:
    """A published number, and what the network makes of it.

    Attributes:
        quantity: what it is.
        text: as written.
        computed: `None` where nothing was computed, or where a mistake prevents it.
        message: the mistake, or what may explain a difference.
    """

    quantity: str
    text: bytes
    computed: float | None = None
    message: str | None = None
