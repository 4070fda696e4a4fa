"""The two sides of `deepgraph diff`, as they are typed, and their comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.cli import common, stdin

if TYPE_CHECKING:
    from deepgraph.request.comparing import Comparison
    from deepgraph.request.sides import Side


def opened(given: str) -> Side:
    """One side, as it is typed."""
    common.load_numpy()
    from deepgraph.request.sides import side  # --help needs no numpy

    return side(given, piped=stdin.whole)


def compared(a: Side, b: Side, given: dict[str, Any]) -> Comparison:
    """The comparison of two sides, by the options that were typed."""
    from deepgraph.request.comparing import Comparison  # --help needs no numpy

    return Comparison(a, b, common.given_options(given), common.values(given))
