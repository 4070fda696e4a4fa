"""The live page of a request: a spec, a table and options, as command line and pages give them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.graph.target_columns import Wanted
from deepgraph.live.document import Rows, page
from deepgraph.options.drawing import OPTIONS as STYLE
from deepgraph.request import parsing
from deepgraph.train.rows import one_hot
from deepgraph.words.messages import shown
from deepgraph.words.option_names import read_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.network import Network
    from deepgraph.request.request import Request
    from deepgraph.tables.base import Table

MOST_ROWS = 200
"""Rows of a table that a page carries unless it is asked for more."""


def page_of(request: Request, reload: str = "") -> str:
    """The page of a request of the kind "live"; `reload` as in `deepgraph.live.document.page`.

    Raises:
        DeepgraphError: the spec, the table or the options are wrong.
    """
    with read_at(request.caller.door):
        return _page(request, reload)


def _page(request: Request, reload: str) -> str:
    request = request.resolved
    network, options, values = request.network, request.options, request.values
    caller = request.caller
    given = options.get("target", ())
    rows, targets = None, {}
    if values.table is None:
        targets = parsing.numbers(given, caller.option("target"))
    else:
        rows = _rows(request, given)
    inputs = None
    if "set" in options or "row" in options:
        inputs = values.one_row(network)
    over = {
        name: tuple(parsing.number(name, bound, caller.option("over")) for bound in bounds)
        for name, bounds in parsing.ranges(options.get("over", ()), caller.option("over")).items()
    }
    if options.get("reduction") == "sum":
        caller.note(
            "where the page takes several rows, it takes the mean of their losses, not the sum."
        )
    spec = request.spec
    drawing: dict[str, Any] = {name: options[name] for name in STYLE if name in options}
    return page(
        network,
        inputs,
        over=over,  # type: ignore[arg-type]
        rows=rows,
        targets=targets,
        loss=options.get("loss"),
        of=options.get("of"),
        lang=options.get("lang", "en"),
        blank=parsing.names(network, options.get("blank", ())),
        text=_text(spec.content),
        file=Path(spec.path).name if spec.path else "network.json",
        reload=reload,
        **drawing,
    )


def _text(content: bytes) -> str | None:
    """The text of a spec, without the mark that some editors put first."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _rows(request: Request, given: Sequence[str]) -> Rows:
    """The first rows of the table, with the targets that it holds."""
    from deepgraph.tables.source import first_rows  # imports pyarrow

    network, values = request.network, request.values
    assert values.table is not None
    most = request.options.get("rows", MOST_ROWS)
    with values.opened(network) as (table, headers):
        wanted = _wanted(network, table, headers, given)
        kept = [*wanted.nodes.values(), *([wanted.classes] if wanted.classes else [])]
        found, more = first_rows(table, list(headers.values()), list(dict.fromkeys(kept)), most)
    if more:
        request.caller.note(f"the page carries the first {most:,} rows of {values.table}.")
    X = np.array([found[header] for header in headers.values()], np.float64).T
    if not len(X):
        raise InputError(f"{values.table}: the table has no rows")
    targets = _targets(network, wanted, found, bool(given))
    of_targets = {wanted.nodes[name]: column for name, column in targets.items() if wanted.nodes}
    for header, column in [*zip(headers.values(), X.T, strict=True), *of_targets.items()]:
        for row in np.flatnonzero(~np.isfinite(column)).tolist():
            raise InputError(
                f'{values.table}: row {row + 1:,}, column "{shown(header)}": {column[row]:g}; '
                "a page steps through finite numbers only"
            )
    return Rows(Path(values.table).name, X, targets)


def _wanted(
    network: Network, table: Table, headers: dict[str, str], given: Sequence[str]
) -> Wanted:
    """The columns of targets: those that are named, else those whose headers say so."""
    if given:
        wanted = Wanted.of(network, given, table.header)
        for header in (*wanted.nodes.values(), *([wanted.classes] if wanted.classes else [])):
            table.column(header, "target")
        return wanted
    others = [header for header in table.header if header not in headers.values()]
    nodes = {
        name: header
        for name in network.output_names
        for header in (name, f"target_{name}")
        if header in others
    }
    if not nodes and len(others) == 1 and network.classes is not None:
        return Wanted({}, others[0])
    return Wanted(nodes)


def _targets(
    network: Network, wanted: Wanted, found: dict[str, list[Any]], named: bool
) -> dict[str, list[float]]:
    """The targets of each row by node; of columns that nobody named none, if they do not fit."""
    try:
        if wanted.classes is None:
            return {name: list(map(float, found[header])) for name, header in wanted.nodes.items()}
        texts = [str(text) for text in found[wanted.classes]]
        return {name: column.tolist() for name, column in one_hot(network, texts)[0].items()}
    except (InputError, TypeError, ValueError) as error:
        if not named:
            return {}
        if isinstance(error, InputError):
            raise
        raise InputError(f"a target is not a number: {error}") from None
