"""The published numbers of a spec, recomputed: every figure of every example gets a verdict."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Raw

from deepgraph import numeral
from deepgraph.errors import DeepgraphError, FileError, InputError, Problem, TableError
from deepgraph.examples import rows_in, rows_of
from deepgraph.files import open_beside, read_bytes
from deepgraph.gradient import gradient
from deepgraph.nearest import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.evaluate import Trace
    from deepgraph.network import Network
    from deepgraph.spec import Example, Loss
    from deepgraph.tables import Table

Verdict = Literal["ok", "FAIL"]

RELATIVE = 1e-12
"""What a figure is allowed beyond half a unit of its last decimal, as a share of its size."""


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


def check(network: Network, folder: Path | None = None) -> Checks:
    """Recompute every figure of every example.

    A table that cannot be read is a result that fails; other mistakes in an example are those of
    the spec, and no network comes of it (see `deepgraph.examples`).

    Args:
        network: all of its parameters must have values if it has examples.
        folder: where the spec lies, and so the tables that its examples name.

    Raises:
        UninitialisedError: a parameter has no value.
    """
    results = [result for of_one in by_example(network, folder) for result in of_one]
    return Checks(_name(network), len(network.spec.examples), results)


def by_example(network: Network, folder: Path | None = None) -> Iterator[list[Result]]:
    """The results of each example, in the order of the file; see `check`."""
    if network.spec.examples:
        network.require_values()
    for number, example in enumerate(network.spec.examples, 1):
        title, tolerance = title_of(example, number), bytes(example.tolerance)
        figures = _figures(network, example, folder)
        yield [_result(_name(network), title, figure, tolerance) for figure in figures]


def title_of(example: Example, number: int) -> str:
    """What to call an example; two may have one name."""
    return example.name or f"example {number}"


def _name(network: Network) -> str:
    return network.spec.name or Path(network.name).stem


def _result(spec: str, example: str, figure: Figure, tolerance: bytes) -> Result:
    """The verdict on one figure."""
    text, computed, message = figure.text, figure.computed, figure.message
    expected = allowed = difference = None
    verdict: Verdict = "FAIL"
    if computed is not None:
        expected = numeral.value(text)
        allowed = _tolerance(text, expected, tolerance)
        difference = computed - expected
        verdict = "ok" if abs(difference) <= allowed else "FAIL"  # NaN fails
    message = message if verdict == "FAIL" else None
    written = numeral.shown(text).strip('"')
    quantity = figure.quantity
    return Result(spec, example, quantity, written, computed, difference, allowed, verdict, message)


def _tolerance(text: bytes, figure: float, given: bytes) -> float:
    if not numeral.missing(given):
        return numeral.value(given)
    return numeral.half_unit(text) + RELATIVE * abs(figure)


# --- the figures of an example -----------------------------------------------------------


def _figures(network: Network, example: Example, folder: Path | None) -> Iterator[Figure]:
    """Every figure with what the network makes of it."""
    if example.table is not None:
        yield _accuracy(network, example, folder)
        return
    rows = rows_in(example)
    trace = network.trace({name: _numbers(raw, rows) for name, raw in example.inputs.items()})
    for node, raw in example.expect.items():
        yield from _over_rows(node, raw, trace[node].tolist())
    for node, raw in example.pre_activations.items():
        yield from _over_rows(f"z({node})", raw, trace.pre_activation(node).tolist())
    if example.loss is not None:
        yield from _derived(trace, example, example.loss)


def _numbers(raw: Raw, rows: int) -> list[float]:
    """(rows,) numbers as written: a list, or one for all rows."""
    numbers = [numeral.value(entry) for entry in rows_of(bytes(raw))]
    return numbers if len(numbers) == rows else numbers * rows


def _over_rows(quantity: str, raw: Raw, values: list[float]) -> Iterator[Figure]:
    """The figures of one node, one for each row."""
    texts = rows_of(bytes(raw))
    texts = texts if len(texts) == len(values) else texts * len(values)
    for row, (text, value) in enumerate(zip(texts, values, strict=True), 1):
        yield Figure(f"{quantity}, row {row}" if len(values) > 1 else quantity, text, value)


def _derived(trace: Trace, example: Example, loss: Loss) -> Iterator[Figure]:
    """Loss, gradients and the step of training."""
    targets = {name: _numbers(raw, trace.rows) for name, raw in example.targets.items()}
    found = gradient(trace, targets, loss.name, loss.reduction)
    if bytes(loss.expect):
        yield Figure(f"loss {loss.name}", bytes(loss.expect), found.loss)
    for name, raw in example.gradients.items():
        yield Figure(f"∂loss/∂{name}", bytes(raw), found[name])
    for node, raw in example.node_gradients.items():
        by_a = found.nodes_a[trace.network.index[node]]
        yield from _over_rows(f"∂loss/∂a({node})", raw, by_a.tolist())
    if example.updated:
        stepped = found.step(numeral.value(bytes(example.learning_rate)))
        for name, raw in example.updated.items():
            number = trace.network.parameters.find(name)
            yield Figure(f"{name} after the step", bytes(raw), float(stepped[number]))


# --- a whole table -----------------------------------------------------------------------


def _accuracy(network: Network, example: Example, folder: Path | None) -> Figure:
    """The share of the rows of a table whose largest output is the class in it."""
    quantity, text = f"accuracy ({example.table})", bytes(example.accuracy)
    try:
        computed, message = _classified(network, example, folder)
    except DeepgraphError as error:
        return Figure(quantity, text, None, str(error))
    return Figure(quantity, text, computed, message)


def _classified(
    network: Network, example: Example, folder: Path | None
) -> tuple[float, str | None]:
    """The accuracy over a table, and what is odd about its classes."""
    from deepgraph.data import Evaluation, Report, evaluate  # imports pyarrow

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
        f'"{odd}" (row {row:,}) is no output; the outputs are {_listed(evaluation.classes)}'
    )


@contextmanager
def _opened(network: Network, example: Example, folder: Path | None) -> Iterator[Table]:
    """The table of an example, which has all the columns that it needs.

    Raises:
        InputError: the spec has no folder.
        FileError: its name leads elsewhere, or there is no such file.
        TableError: it is no table, or lacks a column.
    """
    from deepgraph.tables import Source, format_of  # imports pyarrow

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
                f"{example.table}: no column {_listed(lacking)}; "
                f"the columns are {_listed(table.header)}"
            )
        yield table


def table_problems(network: Network, folder: Path) -> Iterator[Problem]:
    """What keeps the tables of a spec's examples from being checked, before any row is evaluated.

    Args:
        network: of the spec.
        folder: where the spec lies, and so the tables that its examples name.
    """
    classes = [network.label(node) for node in network.outputs.tolist()]
    for position, example in enumerate(network.spec.examples):
        if example.table is None:
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
            what += f"first); the outputs are {_listed(classes)}"
            yield Problem(f"{path}.class", what, rule="tables_can_be_read")


def _odd_class(table: Table, column: str, classes: list[str]) -> str | None:
    """The first text of a column none of whose texts is a class; `None` if one is, or no row."""
    first = None
    for batch in table.batches([], [column]):
        texts = [str(text) for text in batch.column(0).to_pylist()]
        if not set(classes).isdisjoint(texts):
            return None
        first = texts[0] if first is None and texts else first
    return first


def _listed(names: list[str], limit: int = 10) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit:,} more"


# --- folders of specs --------------------------------------------------------------------


def find_specs(folder: Path) -> tuple[list[Path], list[Path]]:
    """The specs in a folder and the folders below it, and the JSON files that are none, sorted.

    A spec is a JSON file with the key `deepgraph`; one that is broken and holds that word counts,
    so that a misplaced comma does not hide it. Hidden folders are left out.
    """
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place, name) for name in files if name.endswith(".json")]
    specs: list[Path] = []
    others: list[Path] = []
    for path in sorted(found):
        (specs if _is_spec(path) else others).append(path)
    return specs, others


def _is_spec(path: Path) -> bool:
    try:
        text = read_bytes(path)
    except FileError:
        return True  # the error belongs to whoever reads it
    try:
        content = msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"), type=dict[str, Raw])
    except msgspec.ValidationError:
        return False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return b'"deepgraph"' in text
    return "deepgraph" in content
