"""`deepgraph new`: a spec from a shape such as 1-2-2-1, or one of the gallery."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import say
from deepgraph.errors import InputError
from deepgraph.files import read_bytes
from deepgraph.words.columns import aligned

SCHEMA_FILE = "deepgraph.schema.json"
"""What `$schema` of a new spec names, if it lies beside the spec; see `deepgraph schema`."""


@click.command("new", short_help="Write a new spec, or copy one of the gallery.")
@click.argument("shape", metavar="[SHAPE]", required=False)
@click.option(
    "--activation",
    default="relu",
    show_default=True,
    metavar="NAME",
    help="The activation of the hidden nodes.",
)
@click.option(
    "--output-activation",
    default="identity",
    show_default=True,
    metavar="NAME",
    help="The activation of the outputs.",
)
@click.option("--layers", is_flag=True, help="Write matrices instead of nodes and edges.")
@options.seed_options
@click.option("--example", metavar="NAME", help="Copy a network of the gallery instead.")
@click.option("--list", "listing", is_flag=True, help="List the gallery.")
@options.json_option("With --list: write one JSON document.")
@options.output_option()
@click.option("--force", is_flag=True, help="Replace files that exist.")
def command(
    shape: str | None,
    activation: str,
    output_activation: str,
    layers: bool,
    seed: int | None,
    init: str,
    example: str | None,
    listing: bool,
    as_json: bool,
    output: str | None,
    force: bool,
) -> None:
    """Write a spec: a dense network of SHAPE, the sizes of its layers, or a network of the gallery.

    Nodes are named x, h1, h2, …, then g1, g2, … in a second hidden layer, and y; with three hidden
    layers or more h1_1, h1_2, …, h2_1, …. Without --seed the parameters have no values yet.

    \b
    deepgraph new 1-2-2-1 --activation relu --seed 7 -o net.json
    deepgraph new --example iris -o iris.json
    """
    if sum((shape is not None, example is not None, listing)) != 1:
        raise click.UsageError("give a shape such as 1-2-2-1, or --example NAME, or --list")
    if as_json and not listing:
        raise click.UsageError("--json is for --list; a spec is JSON already")
    if shape is not None:
        beside = _schema_beside(output)
        text = _dense(shape, activation, output_activation, layers, seed, init, beside)
        common.keep_other_files(output, common.encoded(text), force)
        common.write_output(output, text)
    elif example is not None:
        _copy(example, output, force)
    else:
        _list(as_json)


def _schema_beside(output: str | None) -> str | None:
    """The schema in the folder of the new spec, if there is one; editors read the spec by it."""
    if output in (None, "-") or not Path(str(output)).with_name(SCHEMA_FILE).is_file():
        return None
    return SCHEMA_FILE


def _dense(
    shape: str,
    activation: str,
    output: str,
    layers: bool,
    seed: int | None,
    init: Any,
    schema: str | None,
) -> str:
    import msgspec

    from deepgraph.edit import templates  # --help needs no numpy
    from deepgraph.graph.write_back import initialised
    from deepgraph.network import Network
    from deepgraph.spec.writing import write

    try:
        spec = templates.dense(templates.read_shape(shape), activation, output, layers=layers)
    except InputError as error:
        raise click.UsageError(str(error)) from None
    spec = msgspec.structs.replace(spec, schema=schema)
    return write(spec if seed is None else initialised(Network(spec, shape), seed, init))


def _copy(name: str, output: str | None, force: bool) -> None:
    """Copy a network of the gallery; if it goes to a file, its table goes beside it."""
    from deepgraph.spec import gallery  # --help needs no numpy

    try:
        spec, table = read_bytes(gallery.path(name)), gallery.table(name)
    except InputError as error:
        raise click.UsageError(str(error)) from None
    common.keep_other_files(output, spec, force)
    if output in (None, "-") or table is None:
        common.write_output(output, spec)
        return
    beside, rows = str(Path(str(output)).with_name(table.name)), read_bytes(table)
    common.keep_other_files(beside, rows, force)
    common.write_output(output, spec)
    common.write_output(beside, rows)
    say(f"Wrote its table of inputs beside it: {beside}", err=True)


def _list(as_json: bool) -> None:
    from deepgraph.spec import gallery  # --help needs no numpy

    titles = {name: gallery.title(name) for name in gallery.names()}
    if as_json:
        documents = [{"name": name, "title": title} for name, title in titles.items()]
        common.write_output(None, common.json_text({"networks": documents}))
        return
    for line in aligned([[name, title] for name, title in titles.items()]):
        say(line)
