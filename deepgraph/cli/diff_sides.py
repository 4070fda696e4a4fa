"""The two sides of `deepgraph diff`, as they are typed, and their comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.cli import common, stdin

if TYPE_CHECKING:
    from deepgraph.diff import Difference
    from deepgraph.request.sides import Side


def opened(given: str) -> Side:
    """One side, as it is typed."""
    common.load_numpy()
    from deepgraph.request.sides import side  # --help needs no numpy

    return side(given, piped=stdin.whole)


def compared(a: Side, b: Side, given: dict[str, Any]) -> Difference:
    """The comparison of two sides, by the options that were typed."""
    from deepgraph.diff import compare  # --help needs no numpy

    texts = None if a.content is None or b.content is None else (a.content, b.content)
    return compare(
        a.network,
        b.network,
        rtol=given["rtol"],
        atol=given["atol"],
        strict=given["strict"],
        ignore=given["ignore"],
        names=(a.name, b.name),
        texts=texts,
    )
