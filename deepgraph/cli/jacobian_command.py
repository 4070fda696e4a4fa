"""`deepgraph jacobian`: the derivative of each output by each input, at a point or over a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deepgraph.cli import common, options
from deepgraph.options import shared
from deepgraph.words.columns import aligned
from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from deepgraph.request.slopes import Slopes

SUFFIXES = {".txt": "text", ".md": "markdown", ".csv": "csv", ".json": "json"}
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
    asked = common.request("jacobian", spec, given)
    asked.check()
    slopes = asked.slopes()
    for sentence in slopes.notes:
        common.note(printable(sentence))
    common.write_output(output, _WRITERS[form](slopes))


# --- the formats ----------------------------------------------------------------------------------


def _text(slopes: Slopes) -> str:
    table = slopes.table()
    first = table.numeric.index(True)
    lines = aligned([table.header, *table.rows], right=range(first, len(table.header)))
    return "\n".join([slopes.title, "", *lines, ""])


def _markdown(slopes: Slopes) -> str:
    from deepgraph.embed.content import table  # --help needs no pages

    return table(slopes.table()) + "\n"


def _csv(slopes: Slopes) -> str:
    from deepgraph.words.machine_numbers import csv_line, shortest  # --help needs no numpy

    named = (
        ["derivative"] if slopes.point is not None else ["mean", "mean_absolute", "largest", "row"]
    )
    lines = [csv_line(["output", "input", *named])]
    for node, name, *numbers in slopes.entries():
        cells = [shortest(n) if isinstance(n, float) else str(n) for n in numbers[: len(named)]]
        lines.append(csv_line([node, name, *cells]))
    return b"".join(lines).decode()


def _json(slopes: Slopes) -> str:
    found, point = slopes.found, slopes.point
    content: dict[str, Any] = {"outputs": found.nodes, "inputs": found.inputs, "rows": found.rows}
    if point is not None:
        content |= {"at": point, "derivatives": _values(found.mean.tolist())}
        content["at_bends"] = [{"node": node, "note": told} for node, told in slopes.at_bends]
    else:
        arrays = {"mean": found.mean, "mean_absolute": found.mean_absolute}
        arrays |= {"largest": found.largest}
        content |= {name: _values(array.tolist()) for name, array in arrays.items()}
        content["largest_row"] = found.largest_row.tolist()
    return common.json_text(content)


_WRITERS = {"text": _text, "markdown": _markdown, "csv": _csv, "json": _json}


def _values(matrix: list[list[float]]) -> list[list[Any]]:
    from deepgraph.words.machine_numbers import json_value  # likewise

    return [[json_value(value) for value in row] for row in matrix]
