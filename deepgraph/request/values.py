"""The values that a request names -> one row of inputs, worked arithmetic, a table of texts."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepgraph.errors import OptionError
from deepgraph.files import open_binary
from deepgraph.options.drawing import OPTIONS as STYLE
from deepgraph.options.shared import LOSS
from deepgraph.request import typed
from deepgraph.scoring.results import require_distinct, value_columns
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from deepgraph.explain.explanation import Explanation
    from deepgraph.kinks.curves import Curves
    from deepgraph.network import Network
    from deepgraph.request.options import Kind
    from deepgraph.tables.base import Table as Opened

    Options = Mapping[str, Any]

MOST_ROWS = 500
"""A longer table on a page is a mistake unless `rows` asks for it."""


def check(kind: Kind, options: Options) -> None:
    """Check that options go together.

    Raises:
        OptionError: they do not.
    """
    for wrong in (*_values_clash(options), *_losses_clash(kind, options)):
        raise OptionError(wrong)


def _values_clash(options: Options) -> Iterator[str]:
    if "set" in options and "input" in options:
        yield "set and input exclude each other"
    if "input" not in options:
        for name in ("row", "rows", "column", "delimiter", "input_format", "keep"):
            if name in options:
                yield f"{_flag(name)} needs a table: input FILE"
    if "row" in options and "rows" in options:
        yield "row and rows exclude each other"
    if "init" in options and "seed" not in options:
        yield "init says how to draw missing values; say seed N to draw them"


def _losses_clash(kind: Kind, options: Options) -> Iterator[str]:
    if kind == "diagram" and "target" in options and not options.get("gradient"):
        yield "target is what gradient compares with; say gradient, too"
    if kind == "explain" and options.get("loss") != "output" and "target" not in options:
        for name in ("backward", "learning_rate"):
            if name in options and options[name] is not False:
                yield f"{_flag(name)} needs a loss: give target ID=NUMBER"
    if kind == "eval" and ("row" in options or "input" not in options):
        for name in ("keep", "argmax", "target"):
            if options.get(name):
                yield f"{name} needs a whole table: input FILE, without row"


def no_inputs(network: Network) -> OptionError:
    """What to say where values are needed and none are given."""
    pairs = " ".join(shlex.quote(f"{name}=NUMBER") for name in network.input_names[:5])
    return OptionError(f"give the inputs: input FILE, or set {pairs}")


def one_row(network: Network, table: Path | None, options: Options) -> dict[str, float] | None:
    """One value for each input, from `set` or from a row of the table; `None` without either."""
    if table is None:
        given = typed.numbers(options.get("set", []), "set")
        return given or None
    from deepgraph.tables.source import rows_at  # imports pyarrow

    with _opened(network, table, options) as (opened, headers):
        [found] = rows_at(opened, list(headers.values()), [options.get("row", 1)])
    return {name: found[header] for name, header in headers.items()}


def shown(
    network: Network, table: Path | None, options: Options
) -> tuple[dict[str, float] | None, Curves | None]:
    """What a diagram shows beside the network: live values, functions of an input, both or none."""
    inputs = one_row(network, table, options)
    ranges = typed.ranges(options.get("curves", []), "curves")
    if not ranges:
        return inputs, None
    if len(ranges) > 1:
        raise OptionError("a curve is drawn over one input: curves ID=FROM:TO once")
    from deepgraph.kinks.curves import beside

    return beside(network, ranges, typed.pairs(options.get("set", []), "set"), inputs)


def explanation(network: Network, table: Path | None, options: Options) -> Explanation:
    """See `Request.explanation`."""
    inputs: dict[str, Any] | None
    if table is not None and "row" not in options and "rows" in options:
        inputs = _first_rows(network, table, options)
    elif table is not None:
        inputs = one_row(network, table, options)
    else:
        inputs = _as_typed(options.get("set", []), "set") or None
    if inputs is None:
        raise no_inputs(network)
    precision = options.get("precision")
    return network.explain(
        inputs,
        _as_typed(options.get("target", []), "target") or None,
        backward=options.get("backward") or None,
        loss=options.get("loss", LOSS.default),
        reduction=options.get("reduction", "mean"),
        learning_rate=options.get("learning_rate"),
        node=options.get("node"),
        fractions=options.get("fractions", False),
        precision=precision if precision in (None, "full") else int(precision),
    )


@dataclass(frozen=True)
class Table:
    """Values as a reader sees them.

    Attributes:
        header: of every column: inputs, columns of the table that are kept, values.
        rows: the cells, as texts.
        numeric: of every column whether it holds numbers.
        note: what a caption should add: the accuracy, rows that are not shown; or nothing.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""


def table(network: Network, path: Path | None, options: Options) -> Table:
    """See `Request.table`."""
    nodes = typed.node_names(network, options["nodes"]) if "nodes" in options else None
    if path is None or "row" in options:
        return _single(network, path, options, nodes)
    from deepgraph.scoring.evaluation import Evaluation, Report, evaluate  # imports pyarrow

    report = Report()
    limit = options.get("rows", MOST_ROWS + 1)
    found: list[tuple[Any, ...]] = []
    with _opened(network, path, options) as (opened, headers):
        inputs = [] if _holds_input(network, nodes) else list(headers.values())
        evaluation = Evaluation(
            network,
            headers,
            nodes,
            options.get("pre_activations", False),
            list(dict.fromkeys([*inputs, *options.get("keep", [])])),
            options.get("argmax", False),
            options.get("target"),
            options.get("dtype", "float64"),
        )
        for batch in evaluate(
            evaluation, opened.batches(evaluation.headers, evaluation.kept), report
        ):
            columns = [column.slice(0, limit - len(found)).to_pylist() for column in batch.columns]
            found += zip(*columns, strict=True)
            if len(found) >= limit and evaluation.target is None:
                break
    if "rows" not in options and len(found) > MOST_ROWS:
        raise OptionError(
            f"{path.name} has more than {MOST_ROWS} rows; say how many to show: rows N"
        )
    note = "" if evaluation.target is None else f"accuracy {report.accuracy:.4g}"
    if note:
        note += f" ({report.correct:,} of {report.rows:,} rows)"
    return _formatted(evaluation.names, found, options, note)


def _single(
    network: Network, path: Path | None, options: Options, nodes: list[str] | None
) -> Table:
    inputs = one_row(network, path, options)
    if inputs is None:
        raise no_inputs(network)
    wanted = network.output_names if nodes is None else nodes
    shown = {} if _holds_input(network, nodes) else inputs
    values = value_columns(
        network,
        network.node_numbers(wanted),
        pre_activations=options.get("pre_activations", False),
    )
    header = [*shown, *(value.header for value in values)]
    require_distinct(header)
    trace = network.trace(inputs, dtype=options.get("dtype", "float64"))
    cells = [*shown.values(), *(float(value.of(trace)[0]) for value in values)]
    return _formatted(header, [tuple(cells)], options)


def _holds_input(network: Network, nodes: list[str] | None) -> bool:
    return bool(set(nodes or ()) & set(network.input_names))


def _formatted(
    header: list[str], rows: list[tuple[Any, ...]], options: Options, note: str = ""
) -> Table:
    digits = options.get("precision", STYLE["precision"].default)
    numeric = tuple(all(_is_number(row[column]) for row in rows) for column in range(len(header)))
    cells = tuple(tuple(_cell(cell, digits) for cell in row) for row in rows)
    return Table(tuple(header), cells, numeric, note)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _cell(cell: Any, digits: int) -> str:
    """A value as text; nothing, as a prediction is where an output is NaN, is an empty cell."""
    if _is_number(cell):
        return number_text(float(cell), digits)
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


@contextmanager
def _opened(
    network: Network, table: Path, options: Options
) -> Iterator[tuple[Opened, dict[str, str]]]:
    """The table that the options name, and the headers of the inputs by their ids, all in it."""
    from deepgraph.tables.source import Source, format_of  # imports pyarrow

    delimiter = options.get("delimiter")
    if delimiter is not None:
        delimiter = typed.delimiter(delimiter, "delimiter")
    form: Any = options.get("input_format") or format_of(str(table))
    headers = typed.headers(network, options.get("column", []), "column")
    with open_binary(table) as stream:
        opened = Source(stream, str(table), form, delimiter).open()
        opened.require_inputs(headers)
        yield opened, headers


def _first_rows(network: Network, table: Path, options: Options) -> dict[str, list[float]]:
    """The first rows of a table, by input."""
    from deepgraph.tables.source import first_rows  # imports pyarrow

    with _opened(network, table, options) as (opened, headers):
        found, _ = first_rows(opened, list(headers.values()), [], options["rows"])
    return {name: found[header] for name, header in headers.items()}


def _as_typed(texts: list[str], option: str) -> dict[str, str]:
    """Numbers by name, checked and left as text, so that a fraction stays one."""
    typed.numbers(texts, option)
    return typed.pairs(texts, option)


def _flag(name: str) -> str:
    return name.replace("_", "-")
