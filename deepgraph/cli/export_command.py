"""`deepgraph export`: the network as a program, or as a file of another tool."""

from __future__ import annotations

import sys
from typing import Any

import click

from deepgraph.cli import common, options
from deepgraph.errors import InputError, OptionError
from deepgraph.options.export_formats import DTYPE, FORMATS, KEEP, SUFFIXES, TABLE


@options.command("export", short_help="Write a network as C, Python, JavaScript, ONNX and others.")
@options.spec_argument
@options.output_option()
@click.option(
    "--format",
    "form",
    type=options.Choice([*FORMATS]),
    help=options.with_choices("The format; by default the suffix of -o decides.", FORMATS),
)
@options.options_of(DTYPE, TABLE, KEEP)
@options.seed_options
def command(
    spec: str,
    output: str | None,
    form: str | None,
    dtype: str | None,
    table: str | None,
    keep: tuple[str, ...],
    **given: Any,
) -> None:
    """Write a network as a program in another language, or as a file of another tool.

    The result computes the outputs of the network from its inputs, with sums in the same order,
    and works without deepgraph.

    \b
    deepgraph export deep_state.json -o deep_state.c
    deepgraph export iris.json -o iris.onnx
    deepgraph export iris.json --format numpy -o iris.py
    """
    if form is None and output in (None, "-"):
        raise click.UsageError("name a file with -o, or a format with --format")
    form = form or common.output_format(output, SUFFIXES, "")
    if not FORMATS[form].is_text and output in (None, "-") and _is_terminal():
        raise click.UsageError(f"{form} is a binary format; name a file with -o")
    common.load_numpy()
    network = common.read_network(common.source(spec), given)
    from deepgraph.formats import writers  # --help needs no numpy

    special = common.given_options({"table": table, "keep": keep})
    try:
        content = writers.write(network, form, dtype, **special)
    except OptionError:
        raise
    except InputError as error:
        raise InputError(f"{spec}: {error}") from None
    common.write_output(output, content)


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()
