"""`deepgraph render`: the diagram, with live values where inputs are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from deepgraph.cli import common, ways
from deepgraph.cli.watch import files_of, stamps
from deepgraph.cli.watch import watch as follow
from deepgraph.errors import DeepgraphError, InputError
from deepgraph.options import shared
from deepgraph.options.drawing import OPTIONS
from deepgraph.options.picture_formats import FORMATS, SUFFIXES, Format

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.draw.view.records import Gradients
    from deepgraph.network import Network


@dataclass
class _Request:
    """What was typed.

    Attributes:
        spec: the SPEC argument.
        output, form: where to and in which format; `-` is standard output.
        values: of the inputs.
        seed: the arguments of `common.read_network`.
        loss: targets and name, as typed; `None` where no gradient is to be drawn.
        ranges: of `--curves`.
        options: of `deepgraph.draw.render`; `None` was not typed.
    """

    spec: str
    output: str
    form: Any
    values: common.Values
    seed: tuple[Any, ...]
    loss: tuple[tuple[str, ...], str] | None = None
    ranges: dict[str, tuple[str, str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def _style_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(OPTIONS.values()):
        command = common.option_of(option, preset=True)(command)
    return command


@click.command("render")
@common.spec_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write; by default beside the spec, or standard output if that is no terminal.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(get_args(Format)),
    help="Format of the picture; by default the suffix of -o decides, else SVG.",
)
@common.value_options
@common.option_of(shared.CURVES, "ranges")
@common.option_of(shared.GRADIENT)
@common.loss_options
@_style_options
@common.seed_options
@common.option_of(shared.GRAPHVIZ)
@click.option(
    "--steps", metavar="FOLDER", help="Write one picture for each step of the evaluation."
)
@click.option("--open", "show", is_flag=True, help="Open the picture.")
@click.option(
    "--watch",
    is_flag=True,
    help="Draw again whenever the spec, its parameters or the table change.",
)
def command(
    spec: str,
    output: str | None,
    form: str | None,
    values: common.Values,
    ranges: tuple[str, ...],
    gradient: bool,
    targets: tuple[str, ...],
    loss: str,
    seed: int | None,
    method: str,
    graphviz: str,
    steps: str | None,
    show: bool,
    watch: bool,
    **style: Any,
) -> None:
    """Draw a network.

    \b
    deepgraph render xor.json
    deepgraph render xor.json --set x1=0 --set x2=1 -o xor.png
    deepgraph render iris.json --input iris.csv --row 3 -o iris.svg
    deepgraph render deep_state.json --set x=0.5 --target y=1 --gradient -o gradient.svg
    deepgraph render deep_state.json --set x=0.5 --curves x=-1:1 -o curves.svg
    """
    common.refuse_one_stdin_for_two(spec, values.table)
    if steps is not None and (output is not None or show or watch):
        raise click.UsageError("--steps writes a folder of pictures: without -o, --open, --watch")
    output, form = common.picture_path(spec, output, form, SUFFIXES)
    if output == "-" and (show or watch):
        raise click.UsageError("--open and --watch need a file: -o FILE")
    if watch and "-" in (spec, values.table):
        raise click.UsageError("--watch looks at files; standard input does not change")
    if form != "svg" and (style["animate"] or style["inline"]):
        raise click.UsageError("--animate and --inline are for SVG")
    if len(ranges) > 1:
        raise click.UsageError("a curve is drawn over one input: --curves ID=FROM:TO once")
    if ranges and not FORMATS[form].curves:
        raise click.UsageError(f"--curves draws SVG, PNG and PDF, not {form}")
    if targets and not gradient:
        raise click.UsageError("--target is what --gradient compares with; say --gradient, too")
    request = _Request(
        spec,
        output,
        form,
        values,
        (seed, method),
        (targets, loss) if gradient else None,
        ways.ranges_of(ranges, "--curves"),
        {**style, "graphviz": graphviz},
    )
    if steps is not None:
        _write_steps(request, Path(steps))
        return
    seen = stamps(files_of(spec, values.table)) if watch else {}
    try:
        _write(request)
    except DeepgraphError as error:
        if not watch:
            raise
        click.echo(f"Error: {error}", err=True)
    if show and click.launch(output):
        raise InputError(f"no program to open {output} was found; the picture is written")
    if watch:
        follow(lambda: files_of(spec, values.table), seen, lambda: _write(request))


def _write(request: _Request) -> None:
    from deepgraph import draw

    network, trace, options = _prepared(request)
    picture = draw.render(network, trace, format=request.form, **options)
    with common.open_output(request.output) as stream:
        stream.write(picture)
    if request.output != "-":
        click.echo(request.output)


def _prepared(request: _Request) -> tuple[Network, Any, dict[str, Any]]:
    network = common.read_network(request.spec, *request.seed)
    inputs = common.live_inputs(network, request.values)
    if request.ranges:
        from deepgraph.kinks import curves  # --help needs no numpy

        typed = common.pairs(request.values.settings, "--set")
        inputs, request.options["curves"] = curves.beside(network, request.ranges, typed, inputs)
    trace = None if inputs is None else network.trace(inputs)
    if request.loss is not None:
        request.options["gradients"] = _gradients(network, inputs, *request.loss)
    return network, trace, request.options


def _gradients(network: Network, inputs: Any, targets: tuple[str, ...], loss: str) -> Gradients:
    """What the picture shows of the gradient, at the inputs that it shows."""
    from deepgraph.draw.view.records import Gradients  # --help needs no numpy

    if inputs is None:
        raise click.UsageError("a gradient needs live values: give inputs, --set ID=NUMBER")
    found = network.gradient(inputs, common.numbers(targets, "--target") or None, loss)
    return Gradients.of(found)


def _write_steps(request: _Request, folder: Path) -> None:
    """`step-00.svg` and so on: all in one layout, the values appear one step after the other."""
    from deepgraph import draw
    from deepgraph.errors import FileError
    from deepgraph.files import reason, write_bytes

    network, trace, options = _prepared(request)
    if trace is None:
        raise click.UsageError("--steps shows values appear: give inputs, --set ID=NUMBER")
    pictures = draw.steps(network, trace, format=request.form, **options)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{folder}: cannot be made: {reason(error)}") from None
    for number, picture in enumerate(pictures):
        path = folder / f"step-{number:02}.{request.form}"
        write_bytes(path, picture)
        click.echo(path)
