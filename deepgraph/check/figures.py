"""Recomputes the figures of the examples of a spec and compares them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from deepgraph.check.steps import after_steps
from deepgraph.check.tables import accuracy
from deepgraph.errors import DeepgraphError
from deepgraph.evaluate.gradient import gradient
from deepgraph.evaluate.reference import trace as forward_pass
from deepgraph.graph.examples import entries_of, rows_in, rows_of, title_of, tolerance_of
from deepgraph.graph.stages import member
from deepgraph.spec import literals
from deepgraph.words.numbers import z_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from msgspec import Raw
    from numpy.typing import NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.spec.records import Example, Loss

RELATIVE = 1e-12
"""Error that is allowed beyond half a unit of the last decimal, relative to the figure."""

Verdict = Literal["ok", "FAIL"]


@dataclass(frozen=True)
class Result:
    """One figure, compared.

    Attributes:
        spec: the name of the spec.
        example: the name of the example, or `example 2`.
        quantity: the name of the figure: `y`, `y, row 2`, `z(h1)`, `out5: z(g1)`,
            `loss half_squared_error`, …
        expected: the figure as written.
        computed: the recomputed value; `None` where nothing was computed.
        difference: computed less expected.
        tolerance: the largest difference that is allowed.
        verdict: "ok" if the difference is allowed, else "FAIL".
        message: why nothing was computed, what may explain the difference, or why an "ok" says
            little.
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


class _Figure(NamedTuple):
    """A published number as written, and the value that the network computes, if it can.

    The message says what prevents the value, or what may explain a difference. The tolerance is
    written; it is empty if the example gives none.
    """

    quantity: str
    text: bytes
    computed: float | None
    message: str | None = None
    tolerance: bytes = b""


def recompute(network: Graph, folder: Path | None = None) -> Checks:
    """Recompute every figure of every example.

    A table that cannot be read is a result that fails. All other mistakes in an example are
    mistakes of the spec, which does not load then (see `deepgraph.rules.examples`).

    Args:
        network: if it has examples, all of its parameters must have values.
        folder: the folder of the spec, which holds the tables that its examples name.

    Raises:
        UninitialisedError: a parameter has no value.
    """
    results = [result for of_one in results_by_example(network, folder) for result in of_one]
    return Checks(_name(network), len(network.spec.examples), results)


def results_by_example(network: Graph, folder: Path | None = None) -> Iterator[list[Result]]:
    """The results of each example, in the order of the file; see `recompute`."""
    if network.spec.examples:
        network.require_values()
    for number, example in enumerate(network.spec.examples, 1):
        title = title_of(example, number)
        figures = _figures(network, example, folder)
        yield [_result(_name(network), title, figure) for figure in figures]


def _name(network: Graph) -> str:
    return network.spec.name or Path(network.name).stem


def _result(spec: str, example: str, figure: _Figure) -> Result:
    """The verdict on one figure."""
    quantity, text, computed, message, tolerance = figure
    expected = allowed = difference = None
    verdict: Verdict = "FAIL"
    if computed is not None:
        expected = literals.value(text)
        allowed = _tolerance(text, expected, tolerance)
        difference = computed - expected
        verdict = "ok" if abs(difference) <= allowed else "FAIL"  # NaN fails
    if verdict == "ok":
        message = _vague(text, difference, tolerance)
    written = literals.shown(text).strip('"')
    return Result(spec, example, quantity, written, computed, difference, allowed, verdict, message)


def _vague(text: bytes, difference: float | None, tolerance: bytes) -> str | None:
    """A word on a 0.0, which holds of all that rounds to it; `None` where the value is 0, too."""
    width = literals.half_unit(text)
    if not difference or not literals.missing(tolerance) or not width or literals.value(text):
        return None
    return f"but {text.decode()} is anything up to {width:g}; write more digits"


def _tolerance(text: bytes, figure: float, given: bytes) -> float:
    if not literals.missing(given):
        return literals.value(given)
    return literals.half_unit(text) + RELATIVE * abs(figure)


# --- the figures of an example -----------------------------------------------------------


def _figures(network: Graph, example: Example, folder: Path | None) -> Iterator[_Figure]:
    """The figures of an example, each with the value that the network computes."""
    if example.table is not None:
        try:
            share, message = accuracy(network, example, folder)
        except DeepgraphError as error:
            share, message = None, str(error)
        quantity = f"accuracy ({example.table})"
        tolerance = bytes(example.tolerance)
        yield _Figure(quantity, bytes(example.accuracy), share, message, tolerance)
        return
    rows = rows_in(example)
    inputs = {name: _numbers(raw, rows) for name, raw in example.inputs.items()}
    trace = forward_pass(network, network.input_array(inputs))
    for name, raw in example.expect.items():
        if member(name, network.index) is None:
            found = _of_stage(trace, name, raw)
        else:
            found = _over_rows(name, raw, trace[name].tolist())
        yield from _within(example, "expect", name, found)
    for node, raw in example.pre_activations.items():
        found = _over_rows(z_of(node), raw, trace.pre_activation(node).tolist())
        yield from _within(example, "pre_activations", node, found)
    if example.loss is not None:
        yield from _derived(trace, example, example.loss)


def _within(example: Example, key: str, name: str, figures: Iterable[_Figure]) -> Iterator[_Figure]:
    """Figures with the tolerance that the example has for them."""
    tolerance = tolerance_of(example, key, name)
    return (figure._replace(tolerance=tolerance) for figure in figures)


def _numbers(raw: Raw, rows: int) -> list[float]:
    """(rows,) numbers from the text of a list, or of one number for all rows."""
    numbers = [literals.value(entry) for entry in rows_of(bytes(raw))]
    return numbers if len(numbers) == rows else numbers * rows


def _over_rows(quantity: str, raw: Raw | bytes, values: list[float]) -> Iterator[_Figure]:
    """The figures of one node, one for each row."""
    texts = rows_of(bytes(raw))
    texts = texts if len(texts) == len(values) else texts * len(values)
    for row, (text, value) in enumerate(zip(texts, values, strict=True), 1):
        yield _Figure(f"{quantity}, row {row}" if len(values) > 1 else quantity, text, value)


def _of_stage(trace: Trace, name: str, raw: Raw) -> Iterator[_Figure]:
    """The figures of a stage: for each member a number, or a list over the rows."""
    entries = zip(trace.network.stages[name], trace.stages[name], rows_of(bytes(raw)), strict=True)
    for one, values, entry in entries:
        quantity = f"{name}: {trace.network.member_name(one)}"
        yield from _over_rows(quantity, entry, values.tolist())


def _derived(trace: Trace, example: Example, loss: Loss) -> Iterator[_Figure]:
    """The figures of loss, gradients and the parameters after one step of training."""
    targets = {name: _numbers(raw, trace.rows) for name, raw in example.targets.items()}
    found = gradient(trace, targets, loss.name, loss.reduction, loss.node)
    if bytes(loss.expect):
        figure = _Figure(f"loss {loss.name}", bytes(loss.expect), found.loss)
        yield from _within(example, "loss", "", [figure])
    network = trace.network
    for name, raw in example.gradients.items():
        figures = _of_parameter(network, "∂loss/∂{}", name, raw, found.parameters)
        yield from _within(example, "gradients", name, figures)
    # A figure of one row is that of the row's own loss, as worked arithmetic writes it.
    each = found if trace.rows == 1 else gradient(trace, targets, loss.name, "sum", loss.node)
    for key, letter, array in (
        ("node_gradients", "a", each.nodes_a),
        ("deltas", "z", each.nodes_z),
    ):
        for node, raw in getattr(example, key).items():
            slopes = array[network.index[node]].tolist()
            figures = _over_rows(f"∂loss/∂{letter}({node})", raw, slopes)
            if trace.rows > 1 and loss.reduction == "mean":
                figures = map(partial(_of_the_mean, rows=trace.rows), figures)
            yield from _within(example, key, node, figures)
    if example.updated:
        stepped = after_steps(found, targets, example)
        after = "the step" if example.steps == 1 else f"{example.steps:,} steps"
        for name, raw in example.updated.items():
            figures = _of_parameter(network, f"{{}} after {after}", name, raw, stepped)
            figures = map(_diverged, figures)
            yield from _within(example, "updated", name, figures)


def _of_the_mean(figure: _Figure, rows: int) -> _Figure:
    """A figure of one row, with a word if it is that of the mean over the rows."""
    part = figure.computed / rows if figure.computed is not None else math.nan
    expected = literals.value(figure.text)
    if not abs(part - expected) <= _tolerance(figure.text, expected, b""):
        return figure
    what = (
        f"the figure is that of the mean over the {rows:,} rows; write that of the row's own loss"
    )
    return figure._replace(message=what)


def _diverged(figure: _Figure) -> _Figure:
    """A figure with a word where the steps do not stay finite."""
    if figure.computed is None or math.isfinite(figure.computed):
        return figure
    what = "the steps diverge: their learning rate is too large"
    return figure._replace(message=what)


def _of_parameter(
    network: Graph, quantity: str, name: str, raw: Raw, values: NDArray[np.float64]
) -> Iterator[_Figure]:
    """The figure of one parameter, or those of the entries of a matrix, a vector or a group.

    Args:
        network: with the parameters.
        quantity: a pattern that takes the name of a parameter.
        name: of the parameter, the matrix, the vector or the group.
        raw: the figure, or a list of them, where `null` was not published.
        values: (parameters,) what the network computes.
    """
    parameters = network.parameters
    block = next((block for block in parameters.blocks if block.name == name), None)
    names = [name]
    if block is not None:
        names = [block.entry_name(number) for number in range(block.size)]
    elif name in network.groups:
        names = list(network.groups[name])
    for one, text in zip(names, entries_of(bytes(raw)), strict=True):
        number = parameters.find(one)
        assert number is not None
        if not literals.missing(text):
            yield _Figure(quantity.format(one), text, float(values[number]))
