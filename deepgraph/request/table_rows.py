"""Rows of a table with their targets, for arithmetic: columns of it, or one number for all rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from deepgraph.errors import InputError
from deepgraph.graph.target_columns import Wanted, node_and_column
from deepgraph.request import parsing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.network import Network
    from deepgraph.request.caller import Caller
    from deepgraph.request.values import Values
    from deepgraph.tables.base import Table

EVERY_ROW = 1 << 62


@dataclass
class _Targets:
    """What `target` names.

    Attributes:
        nodes: headers by node id.
        numbers: texts by node id, where it is a number and no column.
        classes: the header of a column of classes, or `None`.
    """

    nodes: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    classes: str | None = None


def rows_of(
    network: Network, values: Values, options: Mapping[str, Any]
) -> tuple[dict[str, list[float]], dict[str, Any] | list[str] | None]:
    """The rows of a table that are explained, and their targets.

    Args:
        network: with the inputs.
        values: with the table.
        options: by name; `target`, `row`, `rows` and those of several steps are taken.

    Returns:
        The inputs by id, (rows,) each; and the targets by node id, a text or (rows,) numbers each,
        or the class of each row; `None` without targets.

    Raises:
        DeepgraphError: the table has no such row or column, or holds something else there.
    """
    from deepgraph.tables.source import first_rows, rows_at  # imports pyarrow

    caller = values.caller
    most = options.get("rows", EVERY_ROW if is_walk(options) else 1)
    with values.opened(network) as (table, headers):
        targets = _read(network, options.get("target", ()), table, caller)
        numbers = list(dict.fromkeys([*headers.values(), *targets.nodes.values()]))
        kept = [] if targets.classes is None else [targets.classes]
        if "row" in options:
            [row] = rows_at(table, numbers, [options["row"]], kept)
            found, more = {header: [cell] for header, cell in row.items()}, False
        else:
            found, more = first_rows(table, numbers, kept, most)
    if not found[numbers[0]]:
        raise InputError(f"{values.name}: the table has no rows")
    if more:
        _note(caller, values.name, most, "rows" in options)
    inputs = {name: found[header] for name, header in headers.items()}
    if targets.classes is not None:
        return inputs, ["" if cell is None else str(cell) for cell in found[targets.classes]]
    columns = {name: found[header] for name, header in targets.nodes.items()}
    return inputs, {**columns, **targets.numbers} or None


def targets_of_row(
    network: Network, values: Values, options: Mapping[str, Any]
) -> tuple[dict[str, float], str | None]:
    """The targets of the one row that a picture shows, and the loss; errors as in `rows_of`."""
    quiet = replace(values, caller=values.caller._replace(note=_drop))  # the inputs were told
    _, targets = rows_of(network, quiet, {**options, "row": options.get("row", 1)})
    loss: str | None = options.get("loss")
    if isinstance(targets, list):
        from deepgraph.train.given import compared  # few pictures compare with classes

        found, loss = compared(network, targets, loss)
        return {name: column[0] for name, column in found.items()}, loss
    given = {} if targets is None else targets
    option = values.caller.option("target")
    return {
        name: parsing.number(name, content, option) if isinstance(content, str) else content[0]
        for name, content in given.items()
    }, loss


def _drop(_: str) -> None:
    """Drop a note."""


def is_walk(options: Mapping[str, Any]) -> bool:
    """Check whether several steps are asked for, which learn from all rows."""
    return "steps" in options or "epochs" in options or "rule" in options


def _note(caller: Caller, name: str, most: int, asked: bool) -> None:
    """Say that more rows follow."""
    rows = caller.option("rows")
    if asked:
        caller.note(f"the first {most:,} rows are explained; {rows} N explains more.")
    else:
        caller.note(f"row 1 of {name} is taken; {caller.option('row')} N takes another.")


def _read(network: Network, texts: Sequence[str], table: Table, caller: Caller) -> _Targets:
    """Read `y=price`, `y=0.5`, or one column of classes; a column comes before a number.

    Raises:
        InputError: no such node, or one that is there twice.
        TableError: no such column.
    """
    header, found = table.header, _Targets()
    if len(texts) == 1 and (texts[0] in header or "=" not in texts[0]):
        wanted = Wanted.of(network, texts, header)
        if wanted.classes is not None:
            table.column(wanted.classes, "target")
            return _Targets(classes=wanted.classes)
    for text in texts:
        name, column = node_and_column(network, text, len(texts))
        assert name is not None  # a single column of classes is read above
        if name in found.nodes or name in found.numbers:
            raise InputError(f'{caller.option("target")}: "{name}" is given twice')
        number = _is_number(column)
        if number and column not in header:
            found.numbers[name] = column
            continue
        table.column(column, "target")
        found.nodes[name] = column
        if number:
            option = caller.option("target")
            caller.note(f'{option} {text} is the column "{column}"; {column}.0 is the number.')
    return found


def _is_number(text: str) -> bool:
    try:
        parsing.number("", text, "")
    except InputError:
        return False
    return True
