"""`deepgraph jacobian`: the derivative of each output by each input, at a point or over a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deepgraph.cli import common, options, sweep_options
from deepgraph.options import shared
from deepgraph.words.columns import aligned
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.evaluate.sensitivity import Sensitivity
    from deepgraph.network import Network
    from deepgraph.request.request import Request

SUFFIXES = {".txt": "text", ".csv": "csv", ".json": "json"}
_nodes = replace(
    shared.NODES,
    help="Nodes and stages to differentiate instead of the outputs: all (every neuron), or "
    "id,id,…; z(id) is z of a node, and an id with a comma stands by itself.",
)


@options.command("jacobian", short_help="Show the derivatives of the outputs by the inputs.")
@options.spec_argument
@options.value_options
@options.option_of(_nodes)
@options.output_option()
@options.format_option(SUFFIXES.values(), "The format", "text")
@options.json_option()
@options.seed_options
def command(spec: str, output: str | None, form: str | None, as_json: bool, **given: Any) -> None:
    """Show how the outputs answer to the inputs: the Jacobian, ∂output/∂input.

    At one point, --set, --example or --row, these are the derivatives there. Over several rows,
    --input, --over or an example, it is the sensitivity: the mean of the derivatives, the mean of
    their absolute values, and the largest absolute value with its row.

    \b
    deepgraph jacobian iris.json --example "flower 71"
    deepgraph jacobian iris.json --input iris.csv
    deepgraph jacobian deep_state.json --over x=-1:1:0.1 --nodes all -o out.csv
    """
    common.refuse_one_stdin_for_two(spec, given["input"])
    form = options.asked_format(form, as_json) or common.output_format(output, SUFFIXES, "text")
    asked = common.request("eval", spec, given)
    asked.check()
    asked = asked.resolved
    network = asked.network
    nodes = sweep_options.chosen(network, given["nodes"])
    if asked.values.has_rows and "row" not in asked.options:
        found, point = _over_rows(asked, network, nodes), None
    else:
        point = asked.inputs()
        found = network.sensitivity(point, nodes)
    if form == "text":
        text = _text(found, point, "output" if nodes is None else "node")
    else:
        text = {"csv": _csv, "json": _json}[form](found, point)
    common.write_output(output, text)


def _over_rows(asked: Request, network: Network, nodes: list[str] | None) -> Sensitivity:
    """The sensitivity over all rows of a table, which is read one piece at a time."""
    from deepgraph.evaluate.sensitivity import Sensitivity

    found = Sensitivity.of(network, nodes)
    with asked.values.opened(network) as (table, headers):
        for batch in table.batches(list(headers.values()), []):
            columns = {name: batch.column(header) for name, header in headers.items()}
            found.add(network.trace({name: column.to_numpy() for name, column in columns.items()}))
        table.check_count(found.rows, 0)
    return found


# --- the formats ----------------------------------------------------------------------------------


def _text(found: Sensitivity, point: dict[str, float] | None, of: str) -> str:
    if point is not None:
        at = ", ".join(f"{name} = {number_text(value)}" for name, value in point.items())
        head = f"∂{of}/∂input at {at}"
        rows = [["", *found.inputs]]
        rows += [
            [node, *map(number_text, slopes)]
            for node, slopes in zip(found.nodes, found.mean.tolist(), strict=True)
        ]
        lines = aligned(rows, right=range(1, len(found.inputs) + 1))
    else:
        head = (
            f"∂{of}/∂input over {found.rows:,} rows: mean, mean of the absolute value, largest "
            "absolute value and its row"
        )
        rows = [[of, "input", "mean", "mean |∂|", "largest |∂|", "row"]]
        rows += [
            [node, name, *map(number_text, three), f"{row:,}" if row else ""]
            for node, name, *three, row in _entries(found)
        ]
        lines = aligned(rows, right=range(2, 6))
    return "\n".join([head, "", *lines, ""])


def _entries(found: Sensitivity) -> Iterator[tuple[Any, ...]]:
    """Node, input, mean, mean absolute and largest absolute derivative, and its row."""
    arrays = (found.mean, found.mean_absolute, found.largest, found.largest_row)
    numbers = [array.tolist() for array in arrays]
    for place, node in enumerate(found.nodes):
        for at, name in enumerate(found.inputs):
            yield (node, name, *(array[place][at] for array in numbers))


def _csv(found: Sensitivity, point: dict[str, float] | None) -> str:
    from deepgraph.words.machine_numbers import csv_line, shortest  # --help needs no numpy

    named = ["derivative"] if point is not None else ["mean", "mean_absolute", "largest", "row"]
    lines = [csv_line(["output", "input", *named])]
    for node, name, *numbers in _entries(found):
        cells = [shortest(n) if isinstance(n, float) else str(n) for n in numbers[: len(named)]]
        lines.append(csv_line([node, name, *cells]))
    return b"".join(lines).decode()


def _json(found: Sensitivity, point: dict[str, float] | None) -> str:
    content: dict[str, Any] = {"outputs": found.nodes, "inputs": found.inputs, "rows": found.rows}
    if point is not None:
        content |= {"at": point, "derivatives": _values(found.mean.tolist())}
    else:
        arrays = {"mean": found.mean, "mean_absolute": found.mean_absolute}
        arrays |= {"largest": found.largest}
        content |= {name: _values(array.tolist()) for name, array in arrays.items()}
        content["largest_row"] = found.largest_row.tolist()
    return common.json_text(content)


def _values(matrix: list[list[float]]) -> list[list[Any]]:
    from deepgraph.words.machine_numbers import json_value  # likewise

    return [[json_value(value) for value in row] for row in matrix]
