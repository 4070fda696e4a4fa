"""The values that a request asks for, as a table: columns of computed numbers, cells as texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from deepgraph.errors import InputError, OptionError
from deepgraph.functions.losses import DEFAULT_LOSS
from deepgraph.graph.kinds import INPUT
from deepgraph.graph.target_columns import node_and_column
from deepgraph.options.drawing import OPTIONS as STYLE
from deepgraph.options.shared import DTYPE
from deepgraph.request import parsing
from deepgraph.scoring.results import require_distinct, value_columns
from deepgraph.words.messages import counted
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deepgraph.evaluate.reference import Trace
    from deepgraph.network import Network
    from deepgraph.request.values import Values
    from deepgraph.scoring.evaluation import Evaluation
    from deepgraph.scoring.judgement import Judgement

    Options = Mapping[str, Any]

MOST_ROWS = 500
"""A longer table on a page is a mistake unless `rows` asks for it."""


@dataclass(frozen=True)
class Table:
    """Values as a reader sees them.

    Attributes:
        header: of every column: inputs, columns of the table that are kept, values.
        rows: the cells, as texts.
        numeric: for every column, True if it holds numbers.
        note: a sentence for the caption, such as the accuracy; or empty.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""


def nodes_of(network: Network, options: Options) -> list[str] | None:
    """The ids that `nodes` names; `None` without it, which means the outputs."""
    return parsing.node_names(network, options["nodes"]) if "nodes" in options else None


def one_row(
    network: Network, inputs: Mapping[str, float], options: Options, beside: Iterable[str] = ()
) -> tuple[list[str], list[Any], Trace]:
    """Evaluate one row of inputs, without pyarrow.

    Args:
        network: all of its parameters must have values.
        inputs: a value for each input.
        options: `nodes`, `pre_activations` and `dtype` are taken.
        beside: headers of further columns, which no value may have.

    Returns:
        The headers of the values, the numbers, and the trace that they are from.

    Raises:
        InputError: no such node, or two columns of one name.
    """
    nodes = nodes_of(network, options)
    named = network.output_names if nodes is None else nodes
    before = options.get("pre_activations", False)
    columns = value_columns(network, named, pre_activations=before)
    names = [column.header for column in columns]
    require_distinct([*beside, *names])
    trace = network.trace(inputs, dtype=options.get("dtype", DTYPE.default))
    return names, [column.of(trace)[0] for column in columns], trace


def evaluation_of(
    network: Network, options: Options, columns: dict[str, str], keep: Sequence[str], **engine: Any
) -> Evaluation:
    """The evaluation of the rows of tables that the options describe.

    Args:
        network: all of its parameters must have values.
        options: by name.
        columns: headers by input where they differ from the id.
        keep: columns of the table to pass on.
        engine: further fields of the `Evaluation`.
    """
    from deepgraph.scoring.evaluation import Evaluation  # imports pyarrow

    target, targets = compared(network, options.get("target", ()))
    return Evaluation(
        network,
        columns,
        nodes_of(network, options),
        options.get("pre_activations", False),
        keep,
        options.get("argmax", False),
        target,
        options.get("dtype", DTYPE.default),
        rename=parsing.pairs(options.get("rename", ()), option("rename"), first=True),
        targets=targets,
        **engine,
    )


def compared(network: Network, texts: Sequence[str]) -> tuple[str | None, dict[str, str]]:
    """What `target` names: one column, or a column for each of some nodes.

    >>> import deepgraph
    >>> net = deepgraph.loads('{"deepgraph": 1, "layers": [{"id": "x", "size": 1},'
    ...     '{"id": "y", "size": 2, "weights": "W", "bias": null}]}')
    >>> compared(net, ["species"]), compared(net, ["y1=a", "y2=b"])
    (('species', {}), (None, {'y1': 'a', 'y2': 'b'}))

    Raises:
        InputError: no such node, or one that is there twice.
    """
    if len(texts) == 1 and not any(texts[0].startswith(f"{name}=") for name in network.index):
        return texts[0], {}
    found: dict[str, str] = {}
    for text in texts:
        name, column = node_and_column(network, text, len(texts))
        assert name is not None, "several texts, or a node in front"
        if name in found:
            raise InputError(f'{option("target")}: "{name}" is given twice')
        found[name] = column
    return None, found


def of_one_row(
    network: Network, inputs: Mapping[str, float], options: Options, note: str = ""
) -> Table:
    """The table of one row: the inputs, unless `nodes` names some of them, and the values."""
    shown = {} if _shows_input(network, options) else inputs
    names, numbers, _ = one_row(network, inputs, options, shown)
    cells = (*shown.values(), *map(float, numbers))
    return _formatted([*shown, *names], [cells], options, note)


def of_rows(network: Network, values: Values, options: Options, note: str = "") -> Table:
    """The table of many rows: inputs, kept columns and values of each row of a table.

    Raises:
        OptionError: there are more than `MOST_ROWS` rows, and `rows` does not say how many to show.
        DeepgraphError: the table or an option is wrong.
    """
    from deepgraph.scoring.evaluation import evaluate  # imports pyarrow
    from deepgraph.scoring.judgement import loss_of
    from deepgraph.scoring.report import Report

    report = Report()
    limit = options.get("rows", MOST_ROWS + 1)
    found: list[tuple[Any, ...]] = []
    with values.opened(network) as (table, headers):
        shown = [] if _shows_input(network, options) else list(headers.values())
        keep = list(dict.fromkeys([*shown, *options.get("keep", [])]))
        evaluation = evaluation_of(network, options, headers, keep)
        evaluation.require_columns(table)
        batches = table.batches(evaluation.headers, evaluation.kept)
        for batch in evaluate(evaluation, batches, report):
            columns = [column.slice(0, limit - len(found)).to_pylist() for column in batch.columns]
            found += zip(*columns, strict=True)
            if len(found) >= limit and not evaluation.judges:
                break
    if "rows" not in options and len(found) > MOST_ROWS:
        name, rows = PurePath(values.name).name, values.caller.option("rows")
        raise OptionError(f"{name} has more than {MOST_ROWS} rows; say how many to show: {rows} N")
    if evaluation.targets:
        note = ", ".join(of_numbers(report.judgement))
    elif evaluation.target is not None:
        if evaluation.classify:
            note = f"accuracy {report.accuracy:.4g} ({report.correct:,} of {report.rows:,} rows)"
        else:
            note = f"{loss_of(network)} {report.judgement.mean_loss:.4g} ({report.rows:,} rows)"
    return _formatted(evaluation.names, found, options, note)


def of_numbers(found: Judgement) -> Iterator[str]:
    """Loss and accuracy of rows that were compared with numbers, in words."""
    rows = counted(found.rows, "row")
    yield f"{DEFAULT_LOSS} {found.mean_loss:.4g} ({rows})"
    if found.right is not None:
        count, what = found.right
        yield f"accuracy {count / found.rows:.4g} ({count:,} of {rows}, {what})"


def _shows_input(network: Network, options: Options) -> bool:
    """True if `nodes` names an input, or a stage with one, which then stands among the values."""
    shown = network.members(nodes_of(network, options) or ())
    return any(network.kind[member.node] == INPUT for member in shown)


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
    """A value as text; `None`, the prediction where an output is NaN, is an empty cell."""
    if _is_number(cell):
        from deepgraph.words.numbers import number_text  # `deepgraph eval` formats no cell

        return number_text(float(cell), digits)
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
