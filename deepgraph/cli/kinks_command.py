"""`deepgraph kinks`: where a piecewise-linear network bends, exactly."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options, sweep_options
from deepgraph.options import shared
from deepgraph.options.drawing import OPTIONS
from deepgraph.words.columns import aligned
from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from deepgraph.kinks import Kink, Kinks, NodeKinks

    Spell = Callable[[Fraction], str]

SUFFIXES = {".txt": "text", ".csv": "csv", ".json": "json"}
_precision = replace(OPTIONS["precision"], default=6, help="Significant digits of the text.")
COLUMNS = ("node", "position", "left", "at", "right", "slope_left", "slope_right", "bends")


@options.command("kinks", short_help="List where a piecewise-linear network bends, exactly.")
@options.spec_argument
@sweep_options.line_options
@sweep_options.nodes_options
@click.option("--fractions", is_flag=True, help="Print every number exactly, as a fraction p/q.")
@options.option_of(_precision)
@options.option_of(shared.LIMIT)
@options.output_option()
@options.format_option(SUFFIXES.values(), "The format", "text")
@options.json_option()
@options.seed_options
def command(
    spec: str,
    ranges: tuple[str, ...],
    rows: str | None,
    nodes: tuple[str, ...],
    pre_activations: bool,
    fractions: bool,
    precision: int,
    limit: int,
    output: str | None,
    form: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """List the kinks of a network's outputs as functions of one input.

    Every piece of every node is found by exact arithmetic with the numbers of the spec, none by
    sampling. All nodes must be piecewise linear: relu, relu6, thresholded_relu, leaky_relu, abs,
    step, sign, floor, round, hard_sigmoid, hard_tanh, identity. With --pre-activations the nodes
    shown may be any.

    \b
    deepgraph kinks deep_state.json --over x=-1:1 --fractions
    deepgraph kinks xor.json --over x1=0:1 --set x2=1/2 --nodes all
    deepgraph kinks xor.json --input xor.csv --rows 1:4
    """
    form = options.asked_format(form, as_json) or common.output_format(output, SUFFIXES, "text")
    common.refuse_one_stdin_for_two(spec, given["input"])
    over = sweep_options.over(ranges)
    if len(over) > 1:
        raise click.UsageError("kinks lie along a line: --over takes one input; --set fixes others")
    if rows is not None and given["example"] is not None:
        raise click.UsageError("--rows gives all inputs; drop --example")
    network, values = sweep_options.read(spec, given, over)
    found = network.kinks(
        **sweep_options.arguments(network, over, rows, values),
        nodes=sweep_options.chosen(network, nodes),
        pre_activations=pre_activations,
        limit=limit,
    )
    if form == "text":
        written = _text(found, fractions, precision)
    elif form == "csv":
        written = _csv(found, fractions)
    else:
        written = common.json_text(found.json(fractions=fractions))
    common.write_output(output, written)


# --- text ---------------------------------------------------------------------------------------


def _text(found: Kinks, fractions: bool, precision: int) -> str:
    from deepgraph.graph.exact import double  # --help needs nothing of this
    from deepgraph.words.numbers import held_at, number_text, true_minus

    def spell(number: Fraction) -> str:
        if fractions:
            return true_minus(str(number))
        return number_text(double(number), precision)

    way = found.sweep
    fixed = held_at({name: spell(value) for name, value in way.fixed.items()})
    over = f"over {way.name} from {spell(way.start)} to {spell(way.end)}{fixed}"
    return "\n".join("\n".join(_block(found, node, over, spell)) + "\n" for node in found.nodes)


def _block(found: Kinks, node: NodeKinks, over: str, spell: Spell) -> list[str]:
    count = sum(kink.left is not None and kink.right is not None for kink in node.kinks)
    kinks = f"{count:,} kink{'s' * (count != 1)}" if count else "no kinks"
    if len(node.kinks) > count:
        kinks += ", and a jump at an end"
    name = node.title
    line = f"{name} {over}: {kinks}"
    if not node.kinks:
        values = f"a line from {spell(node.first)} to {spell(node.last)}"
        return [printable(f"{line}, {values} with slope {spell(node.pieces[0].slope)}")]
    jumps = any(kink.jumps for kink in node.kinks)
    middle = ["left", "at", "right"] if jumps else [name]
    rows = [[found.sweep.name, *middle, "slope left", "slope right", "bends"]]
    rows += [_cells(kink, spell, jumps) for kink in node.kinks]
    return [printable(line), *aligned(rows, range(len(rows[0]) - 1))]


def _cells(kink: Kink, spell: Spell, jumps: bool) -> list[str]:
    values = (kink.left, kink.at, kink.right) if jumps else (kink.at,)
    numbers = (kink.position, *values, kink.slope_left, kink.slope_right)
    return [*("" if n is None else spell(n) for n in numbers), ", ".join(kink.nodes)]


# --- for machines -------------------------------------------------------------------------------


def _csv(found: Kinks, fractions: bool) -> str:
    from deepgraph.graph.exact import double  # --help needs no numpy
    from deepgraph.words.machine_numbers import shortest

    def spell(number: Fraction | None) -> str:
        if number is None:
            return ""
        return str(number) if fractions else shortest(double(number))

    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    for node in found.nodes:
        for kink in node.kinks:
            values = (kink.left, kink.at, kink.right)
            numbers = (kink.position, *values, kink.slope_left, kink.slope_right)
            writer.writerow([node.title, *map(spell, numbers), " ".join(kink.nodes)])
    return lines.getvalue()
