"""`deepgraph render`: the diagram, with live values where inputs are given."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common
from deepgraph.errors import InputError

if TYPE_CHECKING:
    from deepgraph.network import Network

SUFFIXES = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"}
STYLED = ("weights", "precision", "theme", "scale")
"""The options that a spec's `style` may preset; others of its keys are for later versions."""


@click.command("render")
@common.spec_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write; by default beside the spec, or to a pipe where stdout is one.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "png", "pdf", "dot"]),
    help="Of the picture; by default the suffix of -o decides, else SVG.",
)
@common.value_options
@click.option(
    "--weights",
    type=click.Choice(["both", "name", "value", "none"]),
    help="How parameters are labelled.  [default: both]",
)
@click.option("--precision", type=click.IntRange(1, 17), help="Significant digits.  [default: 4]")
@click.option("--theme", type=click.Choice(["light", "dark"]), help="Colours.  [default: light]")
@click.option("--scale", type=click.FloatRange(0.1, 20), help="PNG pixels per pixel.  [default: 2]")
@common.seed_options
@click.option(
    "--graphviz",
    type=click.Choice(["auto", "embedded", "system"]),
    default="auto",
    show_default=True,
    help="Which Graphviz draws.",
)
@click.option("--open", "show", is_flag=True, help="Open the picture.")
def command(
    spec: str,
    output: str | None,
    form: str | None,
    settings: tuple[str, ...],
    table: str | None,
    row: int | None,
    columns: tuple[str, ...],
    delimiter: str | None,
    input_format: str | None,
    weights: str | None,
    precision: int | None,
    theme: str | None,
    scale: float | None,
    seed: int | None,
    method: str,
    graphviz: Any,
    show: bool,
) -> None:
    """Draw a network.

    \b
    deepgraph render xor.json
    deepgraph render xor.json --set x1=0 --set x2=1 -o xor.png
    deepgraph render iris.json --input iris.csv --row 3 -o iris.svg
    """
    output, picture_format = _destination(spec, output, form)
    if show and output == "-":
        raise click.UsageError("--open needs a file: -o FILE")
    network = common.read_network(spec, seed, method)
    inputs = common.live_inputs(network, settings, table, row, columns, delimiter, input_format)
    trace = None if inputs is None else network.trace(inputs)
    given = {"weights": weights, "precision": precision, "theme": theme, "scale": scale}
    options: dict[str, Any] = _style(network)
    options |= {key: value for key, value in given.items() if value is not None}
    from deepgraph import draw

    picture = draw.render(network, trace, form=picture_format, graphviz=graphviz, **options)
    with common.open_output(output) as stream:
        stream.write(picture)
    if output != "-":
        click.echo(output)
    if show:
        _open(output)


def _destination(spec: str, output: str | None, form: str | None) -> tuple[str, Any]:
    """File (or `-`) and format of the picture."""
    if output is None:
        form = form or "svg"
        if spec == "-" or not sys.stdout.isatty():
            return "-", form
        return str(Path(spec).with_suffix(f".{form}")), form
    if form is None:
        suffix = Path(output).suffix.lower()
        form = "svg" if output == "-" else SUFFIXES.get(suffix)
        if form is None:
            raise click.UsageError(
                f"{output}: name a format with --format, or end the file in {', '.join(SUFFIXES)}"
            )
    return output, form


def _style(network: Network) -> dict[str, Any]:
    """The options that the spec presets, checked as if they were typed."""
    presets: dict[str, Any] = {}
    for parameter in command.params:
        if parameter.name in STYLED and parameter.name in network.spec.style:
            value = network.spec.style[parameter.name]
            typed = value if isinstance(value, str) else json.dumps(value)
            try:
                presets[parameter.name] = parameter.type.convert(typed, parameter, None)
            except click.BadParameter as error:
                raise InputError(
                    f"{network.name}: $.style.{parameter.name}: {error.message}"
                ) from None
    return presets


def _open(output: str) -> None:
    if click.launch(output):
        raise InputError(f"no program to open {output} was found; the picture is written")
