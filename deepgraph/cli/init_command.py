"""`deepgraph init`: values for the uninitialised parameters of a spec, written into it."""

from __future__ import annotations

from typing import Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import say
from deepgraph.files import may_replace
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
    network = source.network()
    missing = common.uninitialised(network)
    text = write(write_back.initialised(network, seed, init)) if missing else source.content
    may_replace(spec)  # filling it in place is what it is for
    if missing or output is not None or spec == "-":
        common.write_output(output or spec, text)
    done = f"Filled {missing}" if missing else "Nothing to fill: every parameter has a value."
    say(done, err=True)
