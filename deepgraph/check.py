"""The published numbers of a spec, recomputed: every figure of every example gets a verdict."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Raw

from deepgraph import numeral
from deepgraph.errors import DeepgraphError, FileError, InputError, TableError
from deepgraph.files import read_bytes
from deepgraph.gradient import Gradient, gradient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deepgraph.evaluate import Trace
    from deepgraph.network import Network
    from deepgraph.spec import Example

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

    A mistake in an example (a missing table, lists of different lengths) is a result that fails.

    Args:
        network: all of its parameters must have values if it has examples.
        folder: where the spec lies, and so the tables that its examples name.

    Raises:
        UninitialisedError: a parameter has no value.
    """
    spec = network.spec
    name = spec.name or Path(network.name).stem
    if spec.examples:
        network.require_values()
    results: list[Result] = []
    for number, example in enumerate(spec.examples, 1):
        title = example.name or f"example {number}"
        results += _results(network, example, folder, name, title)
    return Checks(name, len(spec.examples), results)


def _results(
    network: Network, example: Example, folder: Path | None, spec: str, title: str
) -> Iterator[Result]:
    try:
        for figure in _figures(network, example, folder):
            yield _result(spec, title, figure, bytes(example.tolerance))
    except DeepgraphError as error:  # nothing of this example can be computed
        yield _result(spec, title, Figure("", b"", None, str(error)), b"")


def _result(spec: str, example: str, figure: Figure, tolerance: bytes) -> Result:
    """The verdict on one figure."""
    text, computed, message = figure.text, figure.computed, figure.message
    expected = allowed = difference = None
    verdict: Verdict = "FAIL"
    if computed is not None:
        try:
            expected = numeral.value(text)
            allowed = _tolerance(text, expected, tolerance)
            difference = computed - expected
            verdict = "ok" if abs(difference) <= allowed else "FAIL"  # NaN fails
        except ValueError as error:
            message = str(error)
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
    """Every figure with what the network makes of it.

    Raises:
        DeepgraphError: a mistake in the example that leaves nothing to compute.
    """
    if example.table is not None:
        values = (example.inputs, example.expect, example.pre_activations, example.targets)
        derived = (example.loss, example.gradients, example.node_gradients, example.updated)
        if any(values) or any(derived):
            raise InputError(
                'a table example holds "class" and "accuracy"; figures for inputs of their own '
                "belong to another example"
            )
        yield _accuracy(network, example, folder)
    elif example.class_column is not None or bytes(example.accuracy):
        raise InputError('"class" and "accuracy" need a "table"')
    else:
        trace, targets = _forward(network, example)
        yield from _values(trace, example)
        yield from _derived(trace, targets, example)


def _forward(network: Network, example: Example) -> tuple[Trace, dict[str, list[float]]]:
    """The forward pass over the inputs, and the targets, one for each row.

    Raises:
        InputError: lists of different lengths, or an entry that is no number.
    """
    inputs = {name: _Column.of(raw) for name, raw in example.inputs.items()}
    rows = next((len(column.entries) for column in inputs.values() if column.listed), 1)
    trace = network.trace(
        {name: column.numbers(rows, f"the input {name}") for name, column in inputs.items()}
    )
    targets = {
        name: _Column.of(raw).numbers(rows, f"the target of {name}")
        for name, raw in example.targets.items()
    }
    return trace, targets


def _values(trace: Trace, example: Example) -> Iterator[Figure]:
    """The values of nodes, a and z, row by row."""
    for node, raw in example.expect.items():
        yield from _rows(node, raw, trace[node].tolist())
    for node, raw in example.pre_activations.items():
        yield from _rows(f"z({node})", raw, trace.pre_activation(node).tolist())


def _rows(quantity: str, raw: Raw, values: list[float]) -> Iterator[Figure]:
    """The figures of one node, one for each row."""
    try:
        entries = _Column.of(raw).over(len(values), quantity)
    except InputError as error:
        yield Figure(quantity, bytes(raw), None, str(error))
        return
    for row, (entry, value) in enumerate(zip(entries, values, strict=True), 1):
        yield Figure(f"{quantity}, row {row}" if len(values) > 1 else quantity, entry, value)


def _derived(trace: Trace, targets: dict[str, list[float]], example: Example) -> Iterator[Figure]:
    """Loss, gradients and the step of training; a mistake fails the figures that it prevents."""
    wanted: list[tuple[str, Raw, Callable[[Gradient], list[float]]]] = []
    if example.loss is not None and bytes(example.loss.expect):
        wanted.append((f"loss {example.loss.name}", example.loss.expect, lambda g: [g.loss]))
    for name, raw in example.gradients.items():
        wanted.append((f"∂loss/∂{name}", raw, partial(_by_parameter, name)))
    for node, raw in example.node_gradients.items():
        wanted.append((f"∂loss/∂a({node})", raw, partial(_by_node, node)))
    for name, raw in example.updated.items():
        step = partial(_stepped, name, bytes(example.learning_rate))
        wanted.append((f"{name} after the step", raw, step))
    found: Gradient | None = None
    for quantity, raw, compute in wanted:
        try:
            if example.loss is None:
                raise InputError('gradients and updates need a "loss"')
            loss = example.loss
            found = found or gradient(trace, targets, loss.name, loss.reduction)
            yield from _rows(quantity, raw, compute(found))
        except InputError as error:
            yield Figure(quantity, bytes(raw), None, str(error))


def _by_parameter(name: str, found: Gradient) -> list[float]:
    return [float(found.parameters[_number(name, found)])]


def _by_node(node: str, found: Gradient) -> list[float]:
    return list(map(float, found.nodes_a[found.trace.network.index[node]]))


def _stepped(name: str, learning_rate: bytes, found: Gradient) -> list[float]:
    if numeral.missing(learning_rate):
        raise InputError('"updated" needs a "learning_rate"')
    stepped = found.update(numeral.value(learning_rate)).parameters.values
    return [float(stepped[_number(name, found)])]


def _number(name: str, found: Gradient) -> int:
    number = found.trace.network.parameters.find(name)
    if number is None:
        raise InputError(f'no parameter is named "{name}"')
    return number


@dataclass(frozen=True)
class _Column:
    """Numbers over rows, as written: a list, or one for all rows."""

    entries: list[bytes]
    listed: bool

    @classmethod
    def of(cls, raw: Raw) -> _Column:
        text = bytes(raw)
        if not text.startswith(b"["):
            return cls([text], listed=False)
        return cls([bytes(e) for e in msgspec.json.decode(text, type=list[Raw])], listed=True)

    def over(self, rows: int, what: str) -> list[bytes]:
        """One entry for each row.

        Raises:
            InputError: the list has another length.
        """
        if not self.listed:
            return self.entries * rows
        if not self.entries:
            raise InputError(f"{what}: the list is empty")
        if len(self.entries) != rows:
            there = "is 1 row" if rows == 1 else f"are {rows} rows"
            raise InputError(f"{what} has {len(self.entries)} values, and there {there} of inputs")
        return self.entries

    def numbers(self, rows: int, what: str) -> list[float]:
        """One number for each row.

        Raises:
            InputError: the list has another length, or an entry is no number.
        """
        try:
            return [numeral.value(entry) for entry in self.over(rows, what)]
        except ValueError as error:
            raise InputError(f"{what}: {error}") from None


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
    from deepgraph.tables import Source, format_of

    assert example.table is not None
    assert example.class_column is not None
    path = _beside(folder, example.table)
    evaluation = Evaluation(network, nodes=(), target=example.class_column)
    report = Report()
    with path.open("rb") as stream:
        table = Source(stream, example.table, format_of(example.table)).open()
        wanted = [*evaluation.headers, example.class_column]
        lacking = [header for header in wanted if header not in table.header]
        if lacking:
            raise TableError(
                f"{example.table}: no column {_listed(lacking)}; "
                f"the columns are {_listed(table.header)}"
            )
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


def _listed(names: list[str], limit: int = 10) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit:,} more"


def _beside(folder: Path | None, name: str) -> Path:
    """The table of an example: a file in the spec's own folder, and nowhere else.

    A spec may come from anywhere, so it must not make a reader open files of its choice.

    Raises:
        InputError: the name leads elsewhere.
        FileError: there is no such file.
    """
    if folder is None:
        raise InputError(f"{name}: a spec from standard input has no folder to find the table in")
    plain = name not in ("", ".", "..") and not {"/", "\\", "\0"} & set(name)
    if not plain or Path(name).name != name:
        raise InputError(f"{name!r}: a table is named by its plain file name, beside the spec")
    path = folder / name
    if not path.exists():
        raise FileError(f"{name}: no such file beside the spec")
    if not path.is_file():
        raise FileError(f"{name}: this is no file")
    if path.resolve().parent != folder.resolve():
        raise InputError(f"{name}: this link leads out of the spec's folder")
    return path


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
