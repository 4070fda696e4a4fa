"""Computes accuracies over the tables that examples name."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from deepgraph.errors import DeepgraphError, InputError, Problem, TableError
from deepgraph.files import open_beside
from deepgraph.words.messages import listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deepgraph.graph.classes import Classes
    from deepgraph.graph.graph import Graph
    from deepgraph.spec.records import Example
    from deepgraph.tables.base import Table


def accuracy(network: Graph, example: Example, folder: Path | None) -> tuple[float, str | None]:
    """The share of the rows of a table whose class, as the table has it, the network tells.

    With it comes a message if there are no rows or if the classes look wrong.

    Raises:
        DeepgraphError: the table cannot be read.
    """
    from deepgraph.scoring.evaluation import Evaluation, evaluate  # imports pyarrow
    from deepgraph.scoring.report import Report

    evaluation = Evaluation(network, nodes=(), target=example.class_column)
    report = Report()
    with _opened(network, example, folder) as table:
        batches = table.batches(evaluation.headers, evaluation.kept)
        for _ in evaluate(evaluation, batches, report):
            pass
        table.check_count(report.rows, 0)
    if not report.rows:
        return report.accuracy, "the table has no rows"
    if not report.strange:
        return report.accuracy, None
    odd, row = next(iter(report.strange.items()))
    return report.accuracy, (
        f'"{odd}" (row {row:,}) is no {evaluation.classes.kind}; {evaluation.classes.known()}'
    )


@contextmanager
def _opened(network: Graph, example: Example, folder: Path | None) -> Iterator[Table]:
    """Open the table of an example and check that it has all the columns that are needed."""
    from deepgraph.tables.source import Source, format_of  # imports pyarrow

    assert example.table is not None
    assert example.class_column is not None
    if folder is None:
        what = f"{example.table}: a spec from standard input has no folder to find the table in"
        raise InputError(what)
    with open_beside(folder, example.table) as stream:
        table = Source(stream, example.table, format_of(example.table)).open()
        wanted = [*network.input_names, example.class_column]
        lacking = [header for header in wanted if header not in table.header]
        if lacking:
            raise TableError(
                f"{example.table}: no column {_names(lacking)}; "
                f"the columns are {_names(table.header)}"
            )
        yield table


def table_problems(network: Graph, folder: Path) -> Iterator[Problem]:
    """Problems of the tables in a folder that examples name, found before rows are evaluated."""
    classes = network.classes
    for position, example in enumerate(network.spec.examples):
        if example.table is None or classes is None:
            continue
        path = f"$.examples[{position}]"
        try:
            with _opened(network, example, folder) as table:
                odd = _odd_class(table, str(example.class_column), classes)
        except DeepgraphError as error:
            yield Problem(f"{path}.table", str(error), rule="tables_can_be_read")
            continue
        if odd is not None:
            column = f'"{shown(str(example.class_column))}" of {example.table}'
            what = f'{column} holds no class of this network in any row ("{shown(odd)}" in the '
            what += f"first); {classes.known()}"
            yield Problem(f"{path}.class", what, rule="tables_can_be_read")


def _odd_class(table: Table, column: str, classes: Classes) -> str | None:
    """The first text of a column; `None` if it has no rows, or any of its texts is a class."""
    first, meant = None, cache(classes.meant)
    for batch in table.batches([], [column]):
        texts = [str(text) for text in batch.column(0).to_pylist()]
        if not set(classes.names).isdisjoint(map(meant, texts)):
            return None
        first = texts[0] if first is None and texts else first
    return first


def _names(names: list[str]) -> str:
    return listed(names, spell='"{}"'.format)
