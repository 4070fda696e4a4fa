"""The figures of a spec and the verdicts on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["ok", "FAIL"]


@dataclass(frozen=True)
class Result:
    """One figure, compared.

    Attributes:
        spec: the name of the spec.
        example: the name of the example, or `example 2`.
        quantity: the name of the figure: `y`, `y, row 2`, `z(h1)`, `loss half_squared_error`, …
        expected: the figure as written.
        computed: the recomputed value; `None` where nothing was computed.
        difference: computed less expected.
        tolerance: the largest difference that is allowed.
        verdict: "ok" if the difference is allowed, else "FAIL".
        message: why nothing was computed, or what may explain the difference.
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
        name: the name of the spec.
        examples: the number of its examples.
        results: one for each figure, in the order of the file.
    """

    name: str
    examples: int
    results: list[Result] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """The number of results with this verdict."""
        return sum(result.verdict == verdict for result in self.results)


@dataclass(frozen=True)
class Figure:
    """A published number, and the value that the network computes.

    Attributes:
        quantity: the name of the figure, see `Result`.
        text: the figure as written.
        computed: the value; `None` where a mistake prevents it.
        message: the mistake, or what may explain a difference.
    """

    quantity: str
    text: bytes
    computed: float | None = None
    message: str | None = None
