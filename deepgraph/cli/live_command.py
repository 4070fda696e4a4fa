"""`deepgraph live`: the interactive page, as one HTML file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import say
from deepgraph.errors import InputError
from deepgraph.options import shared
from deepgraph.options.drawing import OPTIONS
from deepgraph.request.options import LIVE_DRAWING

if TYPE_CHECKING:
    from deepgraph.request.request import Request

PORT = 8765
"""The port of --serve unless another is named."""

_target = replace(
    shared.TARGET,
    help="The wanted value of an output, which the loss compares; with a table, the "
    "column of an output, ID=COLUMN, or a column of classes. By default the columns "
    "ID or target_ID.",
    metavar="ID=NUMBER",
)
_rows = click.option(
    "--rows",
    type=click.IntRange(min=1),
    metavar="N",
    help="The most rows of the table that the page carries.  [default: 200]",
)


@options.command("live", short_help="Make an interactive page, in one HTML file.")
@options.spec_argument
@options.output_option(
    "Where to write; by default beside the spec, or standard output if that is no terminal."
)
@options.row_options
@_rows
@options.options_of(shared.SLIDER, _target)
@options.options_of(shared.LOSS, preset=True)  # that of an example of the spec comes before it
@options.options_of(shared.OF, shared.LANG, shared.HIDDEN)
@options.options_of(*(OPTIONS[name] for name in LIVE_DRAWING), preset=True)
@options.seed_options
@click.option("--open", "opens", is_flag=True, help="Open the page.")
@click.option(
    "--serve",
    "serves",
    is_flag=True,
    help="Serve the page on this machine, and reload it whenever a file changes.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help=f"The port of --serve; 0 takes any that is free.  [default: {PORT}]",
)
def command(
    spec: str, output: str | None, opens: bool, serves: bool, port: int | None, **given: Any
) -> None:
    """Make an interactive page: sliders, weights to change, steps, gradients, a quiz.

    It is one HTML file that computes by itself: it needs no server and loads nothing.

    \b
    deepgraph live xor.json
    deepgraph live iris.json --input iris.csv -o iris.html
    deepgraph live deep_state.json --over x=-1:1 --set x=0.5 --lang de -o p.html
    deepgraph live xor.json --serve --open
    """
    common.refuse_one_stdin_for_two(spec, given["input"])
    given["lang"] = None if given["lang"] == shared.LANG.default else given["lang"]
    if serves:
        if output is not None or "-" in (spec, given["input"]):
            raise click.UsageError(
                "--serve watches files and writes none; drop -o, and name the files instead of -"
            )
        _serve(spec, given, PORT if port is None else port, opens)
        return
    if port is not None:
        raise click.UsageError("--port is for --serve")
    path = _path(spec, output)
    if path == "-" and opens:
        raise click.UsageError("--open needs a file: -o FILE")
    asked = common.request("live", spec, given)
    asked.check()
    from deepgraph.live.asked import page_of  # --help needs no numpy

    common.write_output(path, page_of(asked))
    if path != "-":
        say(path)
    if opens and click.launch(path):
        raise InputError(f"no program to open {path} was found; the page is written")


def _serve(spec: str, given: dict[str, Any], port: int, opens: bool) -> None:
    """Serve the page until the user ends it; mistakes in the files end it before it starts."""
    common.request("live", spec, given).check()
    from deepgraph.live import serve  # --help needs no server
    from deepgraph.live.asked import page_of

    def asked() -> Request:
        return common.request("live", spec, given)

    page_of(asked())
    server = serve.Server(port, lambda news: page_of(asked(), news), lambda: asked().files)
    say(f"{server.url} shows {spec}; Ctrl-C ends it.", err=True)
    if opens:
        click.launch(server.url)
    serve.serve(server)


def _path(spec: str, output: str | None) -> str:
    """The file of the page."""
    if output is None:
        return common.picture_path(spec, None, "html", {".html": "html"})[0]
    if output != "-" and Path(output).suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(f"{output}: the page is HTML; end the file in .html")
    return output
