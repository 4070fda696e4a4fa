"""`deepgraph init`: values for the uninitialised parameters of a spec, written into it."""

from __future__ import annotations

from typing import Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import listed
from deepgraph.options import shared


@click.command("init")
@options.spec_argument
@click.option(
    "--seed",
    type=int,
    metavar="N",
    required=True,
    help="Draw the numbers at random; the same N draws the same ones.",
)
@options.option_of(shared.INIT)
@options.output_option("Where to write; by default into SPEC itself.")
def command(spec: str, seed: int, init: Any, output: str | None) -> None:
    """Fill the uninitialised parameters of a network, in place.

    Numbers that are there stay as they are written. The numbers are those that the other commands
    draw from the same --seed and --init.

    \b
    deepgraph init net.json --seed 1
    """
    from deepgraph.graph import write_back  # --help needs no numpy
    from deepgraph.spec.writing import write

    source = common.source(spec)
    found, text = source.network(), source.content
    missing = found.parameters.missing
    if len(missing):
        text = write(write_back.initialised(found, seed, init)).encode()
    if len(missing) or output is not None or spec == "-":
        with common.open_output(output or spec) as stream:
            stream.write(text)
    if len(missing):
        names = [found.parameters.name(int(number)) for number in missing[:10]]
        click.echo(f"Filled {len(missing):,}: {listed(names, len(missing))}", err=True)
    else:
        click.echo("Nothing to fill: every parameter has a value.", err=True)
