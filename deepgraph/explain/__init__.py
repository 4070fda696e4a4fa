"""Worked arithmetic: the forward and backward pass of a network, line by line, to be printed.

    h₁ = ReLU(0.225) = 0.225

The values are those of the evaluator, to the last bit. `rounding` says what `=` and `≈` promise
about the printed numbers.

rows: the sections of each row, and of all rows together
forward, stages: the lines of the forward pass, node by node and layer by layer
loss, backward: the lines of the loss and of the backward pass
paths: the lines of a value as a sum over paths
derivation: why the backward pass begins with p − t, in letters
exercise, origins: a sheet with gaps, and its answers; which line a number comes from
batch: the lines about all rows together
update, new_values: the lines of a step of gradient descent, and of each optimiser
walk: several steps, one after the other, and the weights after each
values, derivatives: the numbers of one row, with the names for them
given: the numbers of a caller, exactly
formula, local: the formulas of activations, and the derivatives of aggregations
expressions, records, grid: a line as a tree of arithmetic; lines, steps, sections; tables
rounding, arithmetic: printed numbers, and whether they give the result
number_texts, real_values: one number as text; what is known of the real value of arithmetic
spelling, text, latex, as_json: the formats; explanation: the result in any of them
wording: the sentences, which the live page has, too
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.evaluate.reference import trace as forward_pass
from deepgraph.explain import derivation
from deepgraph.explain.explanation import Explanation
from deepgraph.explain.given import numbers
from deepgraph.explain.paths import PATHS_LIMIT
from deepgraph.explain.rounding import Printer
from deepgraph.explain.rows import Focus, Rows, Task
from deepgraph.functions.losses import DEFAULT_LOSS, OUTPUT_LOSS, REDUCTIONS
from deepgraph.options.explanation_formats import NOTATIONS, Notation
from deepgraph.words.messages import Nearest, either
from deepgraph.words.numbers import is_whole
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from deepgraph.evaluate.optimisers import StepSettings
    from deepgraph.explain.arithmetic import Precision
    from deepgraph.explain.given import Given
    from deepgraph.graph.graph import Graph


def write_out(
    network: Graph,
    X: Given,
    targets: Given | None = None,
    *,
    backward: bool | None = None,
    loss: str | None = None,
    of: str | None = None,
    reduction: str | None = None,
    settings: StepSettings | None = None,
    node: str | None = None,
    derive: bool = False,
    notation: Notation = NOTATIONS[0],
    fractions: bool = False,
    precision: Precision = None,
    paths: bool = False,
    paths_limit: int = PATHS_LIMIT,
) -> Explanation:
    """Write a network's arithmetic out; see `Network.explain`, and `StepSettings` for a step."""
    printer = printer_of(precision, fractions)
    focus = Focus.on(network, node)
    inputs, exact_inputs = numbers(X)
    given, exact_targets = ({}, {}) if targets is None else numbers(targets)
    if backward is None:
        backward = targets is not None or loss == OUTPUT_LOSS or settings is not None
    if derive and not backward:
        raise InputError("a derivation belongs to the backward pass: give targets")
    if not backward and (loss is not None or reduction is not None):
        what = option("loss" if loss is not None else "reduction")
        give = option("target", "ID=NUMBER", argument="targets={ID: NUMBER}")
        raise InputError(f"{what} says how targets are compared, and there are none: give {give}")
    if paths and backward:
        raise InputError("paths add up to values, not to derivatives: leave one of the two out")
    if not is_whole(paths_limit, 1):
        raise InputError(f"the limit is a number of paths, at least 1, got {paths_limit}")
    trace = forward_pass(network, network.input_array(inputs))
    if not trace.rows:
        raise InputError("there is nothing to explain without a row of inputs")
    deltas = is_delta(notation)
    rows = Rows(network, trace, printer, exact_inputs, focus, deltas=deltas)
    if paths:
        sections = rows.along_paths(paths_limit)
    elif backward:
        loss, reduction = loss or DEFAULT_LOSS, reduction or REDUCTIONS[0]
        sections = rows.backward(Task(given, exact_targets, loss, of, reduction, settings))
        if derive:
            sections = derivation.put_in(sections, network, loss, list(given))
    else:
        sections = rows.forward()
    return Explanation(title_of(network), tuple(sections))


def printer_of(precision: Precision, fractions: bool) -> Printer:
    """The printer of numbers.

    Raises:
        InputError: the precision is none.
    """
    if precision is not None and precision != "full" and not is_whole(precision, 1, 17):
        raise InputError(f'the precision is 1 to 17 significant digits, or "full", got {precision}')
    return Printer(precision, fractions)


def is_delta(notation: str) -> bool:
    """Check whether a notation writes δ for ∂loss/∂z.

    Raises:
        InputError: there is no such notation.
    """
    if notation not in NOTATIONS:
        known = either("or", [f'"{one}"' for one in NOTATIONS])
        raise InputError(f'the notation is {known}, got "{notation}"{Nearest(NOTATIONS)(notation)}')
    return notation == "delta"


def title_of(network: Graph) -> str:
    """The title of an explanation."""
    return network.spec.title or network.spec.name or network.name


__all__ = ["Explanation", "write_out"]
