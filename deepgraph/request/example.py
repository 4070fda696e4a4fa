"""An example of the spec in the place of typed values: `--example NAME`.

The example gives the inputs, and where a loss is asked for, targets, loss and the settings of its
steps as well. Of these, an option that is typed beside it comes first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from deepgraph.errors import InputError
from deepgraph.functions.losses import OUTPUT_LOSS
from deepgraph.graph.examples import OF_STEPS
from deepgraph.words.messages import counted, in_quotes

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from deepgraph.graph.examples import ExampleData, Texts
    from deepgraph.network import Network
    from deepgraph.request.caller import Caller
    from deepgraph.request.options import Kind
    from deepgraph.request.values import Values

ALL_ROWS: tuple[Kind, ...] = ("explain", "eval", "jacobian")
"""Requests about every row of an example; the others show one."""


TAKEN = ("learning_rate", *OF_STEPS, "epochs", "rule")
"""Options about steps, which an example has in its own words."""


class Expanded(NamedTuple):
    """Options and values with the numbers of an example among them, and that example."""

    options: dict[str, Any]
    values: Values
    data: ExampleData


def expanded(
    network: Network, kind: Kind, given: dict[str, Any], values: Values, folder: Path | None
) -> Expanded:
    """Put the numbers of an example in the place of the option `example`.

    Args:
        network: with the examples.
        kind: of the request.
        given: its options.
        values: its source of inputs.
        folder: of the spec, which holds the tables that examples name.

    Raises:
        DeepgraphError: there is no such example or row.
    """
    options = dict(given)
    data = network.example(options.pop("example"))
    if data.table is not None:
        return _of_table(data, kind, options, values, folder)
    if kind == "explain":
        paths, derive = (bool(options.get(name)) for name in ("paths", "derive"))
        data = data.beside(paths=paths, derive=derive)
    several: Texts | None = None
    if "row" in options or kind not in ALL_ROWS or data.rows == 1:
        data = one_row(data, options.pop("row", None), values.caller)
        options["set"] = _pairs(data.input_texts)
        options.pop("rows", None)
    else:
        several = data.input_texts
    if kind in ("explain", "live") or options.get("gradient"):
        options |= _task(data, options)
        if kind == "explain" and (data.target_texts or data.loss is not None):
            options |= data.steps_beside({name: options[name] for name in TAKEN if name in options})
    of_values = {name: value for name, value in options.items() if name in values.options}
    of_values |= {"set": options["set"]} if several is None else {}
    values = replace(values, options=of_values, given=several, title=data.title)
    return Expanded(options, values, data)


def _of_table(
    data: ExampleData, kind: Kind, options: dict[str, Any], values: Values, folder: Path | None
) -> Expanded:
    """The table that an example names; `eval` compares with its classes."""
    if folder is None:
        raise InputError(f"{data.table}: a spec from standard input has no folder to find it in")
    if kind == "eval" and "row" not in options:
        options.setdefault("target", [str(data.class_column)])
    of_values = {name: value for name, value in options.items() if name in values.options}
    values = replace(values, options=of_values, table=str(folder / str(data.table)))
    return Expanded(options, values, data)


def one_row(data: ExampleData, row: int | None, caller: Caller) -> ExampleData:
    """One row of an example, the first unless another is chosen, which a note then tells.

    Raises:
        InputError: it has no such row, or no inputs of its own.
    """
    data.require_inputs()
    if row is None and data.rows > 1:
        other = f"{caller.option('row')} N takes another"
        caller.note(f"row 1 of the example {in_quotes(data.title)} is taken; {other}.")
    if row is not None and row > data.rows:
        has = counted(data.rows, "row")
        raise InputError(f"the example {in_quotes(data.title)} has {has}, and no row {row:,}")
    place = (row or 1) - 1
    inputs = {name: [column[place]] for name, column in data.input_texts.items()}
    targets = {name: [column[place]] for name, column in data.target_texts.items()}
    return replace(data, rows=1, input_texts=inputs, target_texts=targets)


def _pairs(texts: Texts) -> list[str]:
    return [f"{name}={column[0]}" for name, column in texts.items()]


def _task(data: ExampleData, options: dict[str, Any]) -> dict[str, Any]:
    """Targets and loss of an example, as far as no option says others."""
    found: dict[str, Any] = {}
    if data.loss is not None and "rule" not in options:  # a learning rule has a loss of its own
        found = {"loss": data.loss, "reduction": data.reduction}
    if "of" in options:
        found["loss"] = OUTPUT_LOSS
    elif data.of is not None and "loss" not in options:
        found["of"] = data.of
    is_plain = options.get("loss", found.get("loss")) == OUTPUT_LOSS
    if data.target_texts and data.rows == 1 and not is_plain:
        found["target"] = _pairs(data.target_texts)
    return {name: value for name, value in found.items() if name not in options}


def fixed_inputs(network: Network, values: Values, varying: AbstractSet[str]) -> Values:
    """The values of inputs that do not vary, taken from the example that the options name.

    Args:
        network: with the examples.
        values: with the option `example`.
        varying: the inputs that vary.

    Raises:
        DeepgraphError: there is no such example or row, or the options do not go together.
    """
    values.check()
    options = dict(values.options)
    data = network.example(options.pop("example"))
    row = options.pop("row", None)
    if varying >= data.input_texts.keys():
        row = row or 1  # of an input that varies no value is taken
    data = one_row(data, row, values.caller)
    fixed = {name: text for name, text in data.input_texts.items() if name not in varying}
    return replace(values, options={**options, "set": _pairs(fixed)})
