"""`deepgraph explain`: the network's arithmetic, written out line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common
from deepgraph.options import shared

if TYPE_CHECKING:
    from deepgraph.network import Network

SUFFIXES = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".tex": "latex",
    ".json": "json",
}
LIMIT = 10
"""Rows of a table that `--rows` explains unless it is told otherwise."""


@click.command("explain")
@common.spec_argument
@common.value_options
@click.option(
    "--rows",
    type=click.IntRange(1),
    is_flag=False,
    flag_value=LIMIT,
    metavar="[N]",
    help=f"Explain the rows of the table one after the other, at most N.  [N: {LIMIT}]",
)
@common.option_of(shared.NODE)
@common.option_of(shared.BACKWARD)
@common.loss_options
@common.option_of(shared.REDUCTION)
@common.option_of(shared.LEARNING_RATE)
@common.option_of(shared.FRACTIONS)
@click.option(
    "--precision",
    metavar="N",
    help="Significant digits, 1 to 17, or full.  [default: 4, and short numbers whole]",
)
@click.option("-o", "--output", metavar="FILE", help="Where to write; by default standard output.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "latex", "json"]),
    help="Format; by default the suffix of -o decides, else text.",
)
@common.seed_options
def command(
    spec: str,
    values: common.Values,
    rows: int | None,
    node: str | None,
    backward: bool,
    targets: tuple[str, ...],
    loss: str,
    reduction: str,
    learning_rate: float | None,
    fractions: bool,
    precision: str | None,
    output: str | None,
    form: str | None,
    seed: int | None,
    method: str,
) -> None:
    """Write a network's arithmetic out: symbols, then numbers, then the result.

    = stands where the printed numbers give the printed result exactly, ≈ where it is rounded.

    \b
    deepgraph explain deep_state.json --set x=0.5
    deepgraph explain mazur.json --set i1=0.05 --set i2=0.1 --target o1=0.01 --target o2=0.99 \\
        --learning-rate 0.5
    deepgraph explain xor.json --input xor.csv --rows -o xor.md
    """
    form = form or common.output_format(output, SUFFIXES, "text")
    digits = _precision(precision)
    _check(values, rows, targets, backward, loss, learning_rate)
    common.refuse_one_stdin_for_two(spec, values.table)
    network = common.read_network(spec, seed, method)
    inputs: dict[str, Any] | None
    if values.settings:
        inputs = _as_typed(values.settings, "--set")
    elif rows is not None:
        inputs = _many(network, values, rows)
    else:
        inputs = common.live_inputs(network, values)
    if inputs is None:
        raise common.give_inputs(network)
    explanation = network.explain(
        inputs,
        _as_typed(targets, "--target") or None,
        backward=backward or None,
        loss=loss,
        reduction=reduction,
        learning_rate=learning_rate,
        node=node,
        fractions=fractions,
        precision=digits,
    )
    written = getattr(explanation, form)()
    with common.open_output(output) as stream:
        stream.write(written.encode("utf-8", "backslashreplace"))


def _check(
    values: common.Values,
    rows: int | None,
    targets: tuple[str, ...],
    backward: bool,
    loss: str,
    learning_rate: float | None,
) -> None:
    """Options that exclude or need each other."""
    table, row = values.table, values.row
    if values.settings and table is not None:
        raise click.UsageError("--set and --input exclude each other")
    if table is None and (row is not None or rows is not None):
        raise click.UsageError("--row and --rows need a table: --input FILE")
    if row is not None and rows is not None:
        raise click.UsageError("--row and --rows exclude each other")
    if (backward or learning_rate is not None) and not targets and loss != "output":
        raise click.UsageError(
            "derivatives are those of a loss: give --target ID=NUMBER, or --loss output"
        )


def _precision(text: str | None) -> Any:
    if text is None or text == "full":
        return text
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 17:
        return int(text)
    raise click.UsageError(f"--precision is 1 to 17, or full; got {text!r}")


def _as_typed(texts: tuple[str, ...], option: str) -> dict[str, str]:
    """Numbers by name, checked and left as text, so that a fraction stays one."""
    common.numbers(texts, option)
    return common.pairs(texts, option)


def _many(network: Network, values: common.Values, limit: int) -> dict[str, list[float]]:
    """The first rows of a table, by input."""
    from deepgraph.errors import InputError  # --help needs nothing of this
    from deepgraph.tables.source import first_rows

    table = values.table
    assert table is not None
    with common.opened_table(network, table, *values.reader) as (opened, headers):
        found, more = first_rows(opened, list(headers.values()), [], limit)
    if not any(found.values()):
        raise InputError(f"{table}: the table has no rows")
    if more:
        click.echo(
            f"Note: the first {limit:,} rows are explained; --rows N explains more.", err=True
        )
    return {name: found[header] for name, header in headers.items()}
