"""`deepgraph live`: the page to touch, as one HTML file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import say
from deepgraph.errors import InputError
from deepgraph.options import shared
from deepgraph.options.drawing import OPTIONS
from deepgraph.request.options import LIVE_DRAWING

_target = replace(
    shared.TARGET,
    help="Wanted value of an output, which the loss compares; of a table the column of an output, "
    "ID=COLUMN, or a column of classes. By default the columns ID or target_ID.",
    metavar="ID=NUMBER",
)
_rows = click.option(
    "--rows",
    type=click.IntRange(min=1),
    metavar="N",
    help="Most rows of the table that it carries.  [default: 200]",
)


@options.command("live", short_help="Make a page to touch, in one file.")
@options.spec_argument
@options.output_option(
    "Where to write; by default beside the spec, or standard output if that is no terminal."
)
@options.value_options
@_rows
@options.options_of(shared.OVER, _target, shared.LOSS)
@options.option_of(shared.LANG)
@options.options_of(*(OPTIONS[name] for name in LIVE_DRAWING), preset=True)
@options.seed_options
@click.option("--open", "opens", is_flag=True, help="Open the page.")
def command(spec: str, output: str | None, opens: bool, **given: Any) -> None:
    """Make a page to touch: sliders, weights to change, steps, gradients, a quiz.

    It is one HTML file that computes by itself: no server, and nothing is loaded.

    \b
    deepgraph live xor.json
    deepgraph live iris.json --input iris.csv -o iris.html
    deepgraph live deep_state.json --over x=-1:1 --set x=0.5 --lang de -o page.html
    """
    common.refuse_one_stdin_for_two(spec, given["input"])
    path = _path(spec, output)
    if path == "-" and opens:
        raise click.UsageError("--open needs a file: -o FILE")
    given["lang"] = None if given["lang"] == shared.LANG.default else given["lang"]
    asked = common.request("live", spec, given)
    asked.check()
    from deepgraph.live.asked import page_of  # --help needs no numpy

    common.write_output(path, page_of(asked))
    if path != "-":
        say(path)
    if opens and click.launch(path):
        raise InputError(f"no program to open {path} was found; the page is written")


def _path(spec: str, output: str | None) -> str:
    """The file of the page."""
    if output is None:
        return common.picture_path(spec, None, "html", {".html": "html"})[0]
    if output != "-" and Path(output).suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(f"{output}: the page is HTML; end the file in .html")
    return output
