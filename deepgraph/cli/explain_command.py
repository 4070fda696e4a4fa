"""`deepgraph explain`: the network's arithmetic, written out line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from deepgraph.cli import common, options
from deepgraph.options import shared
from deepgraph.options.explanation_formats import FORMATS, SUFFIXES

LIMIT = 10
"""Rows of a table that `--rows` explains where it names no number."""


_target = replace(
    shared.TARGET,
    help="The wanted value of a node, a number or a column of the table, once for each; "
    "or one COLUMN of classes.",
    metavar="ID=VALUE",
)
_loss = replace(
    shared.LOSS,
    help="The loss, by default half_squared_error, or for classes cross_entropy where "
    "the outputs allow it. With output it is the one output, or the node of --of, "
    "without targets.",
)


@options.command("explain", short_help="Write the arithmetic out, line by line.")
@options.spec_argument
@options.value_options
@click.option(
    "--rows",
    type=click.IntRange(1),
    is_flag=False,
    flag_value=LIMIT,
    metavar="[N]",
    help=f"Explain the rows of the table one after the other, at most N.  [N: {LIMIT}]",
)
@options.options_of(shared.NODE, shared.BACKWARD)
@options.option_of(_target)
@options.options_of(_loss, shared.REDUCTION, preset=True)
@options.options_of(shared.OF, shared.LEARNING_RATE)
@options.option_of(shared.OPTIMISER, preset=True, also=("--optimizer",))
@options.options_of(shared.MOMENTUM, shared.WEIGHT_DECAY, shared.FREEZE)
@options.options_of(shared.STEPS, shared.EPOCHS, shared.BATCH)
@options.options_of(shared.RULE, preset=True)
@options.options_of(shared.SHORT, shared.FRACTIONS, shared.PATHS, shared.PATHS_LIMIT)
@options.options_of(shared.DERIVE, shared.NOTATION, shared.BLANK, shared.SOLUTION)
@click.option(
    "--precision",
    metavar="N",
    help="Significant digits, 1 to 17, or full.  [default: 4, and short numbers whole]",
)
@options.output_option()
@options.format_option(FORMATS, "The format", "text")
@options.json_option()
@options.seed_options
def command(spec: str, output: str | None, form: str | None, as_json: bool, **given: Any) -> None:
    """Write a network's arithmetic out: symbols, then numbers, then the result.

    = is exact: what stands on its two sides is equal. ≈ stands where a rounded number comes in.

    \b
    deepgraph explain deep_state.json --set x=0.5
    deepgraph explain mazur.json --set i1=0.05 i2=0.1 --target o1=0.01 o2=0.99 \\
        --learning-rate 0.5
    deepgraph explain deep_state.json --set x=0.5 --paths
    deepgraph explain xor.json --input xor.csv --rows -o xor.md
    deepgraph explain xor.json --input xor.csv --target y=target_y \\
        --steps 4 --batch 1 --short
    deepgraph explain mazur.json --example "the backward pass" \\
        --blank h1,o1,w5 -o exercise.tex
    """
    form = options.asked_format(form, as_json) or common.output_format(output, SUFFIXES, "text")
    _check_digits(given["precision"])
    common.refuse_one_stdin_for_two(spec, given["input"])
    asked = common.request("explain", spec, given)
    asked.check()
    common.write_output(output, getattr(asked.explanation(), form)())


def _check_digits(text: str | None) -> None:
    """Refuse a precision that is none; click would list all of its values in the help."""
    from deepgraph.request.options import DIGITS  # --help imports no requests

    try:
        DIGITS.check("full" if text is None else text)
    except ValueError as error:
        raise click.UsageError(f"--{error}") from None
