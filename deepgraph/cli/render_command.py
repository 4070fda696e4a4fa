"""`deepgraph render`: the diagram, with live values where inputs are given."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import say
from deepgraph.errors import DeepgraphError, InputError, OptionError
from deepgraph.files import Stamps, read_bytes, stamps, write_bytes
from deepgraph.options import shared
from deepgraph.options.drawing import OPTIONS
from deepgraph.options.picture_formats import FORMATS, SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deepgraph.request.request import Request

SECONDS = 0.2
"""Seconds between two looks at the time stamps of the files that `--watch` follows."""
SHOWN = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf", "html": "text/html"}
"""The media types of pictures that a browser shows, which --watch --open keeps up to date there."""


@options.command("render")
@options.spec_argument
@options.output_option(
    "Where to write; by default beside the spec, or standard output if that is no terminal."
)
@click.option(
    "--format",
    "form",
    metavar=f"[{'|'.join(FORMATS)}]",
    help="The format of the picture; by default the suffix of -o decides, else SVG.",
)
@options.value_options
@options.options_of(shared.CURVES, shared.GRADIENT)
@options.loss_options
@options.options_of(*OPTIONS.values(), preset=True)
@options.seed_options
@options.options_of(shared.GRAPHVIZ, shared.FONT)
@click.option(
    "--steps", metavar="FOLDER", help="Write one picture for each step of the evaluation."
)
@click.option("--open", "opens", is_flag=True, help="Open the picture.")
@click.option(
    "--watch",
    "watches",
    is_flag=True,
    help="Draw again whenever the spec, its parameters or the table change; with --open a browser "
    "shows each new picture.",
)
def command(
    spec: str,
    output: str | None,
    form: str | None,
    steps: str | None,
    opens: bool,
    watches: bool,
    **given: Any,
) -> None:
    """Draw a network.

    \b
    deepgraph render xor.json
    deepgraph render xor.json --set x1=0 x2=1 -o xor.png
    deepgraph render iris.json --input iris.csv --row 3 -o iris.svg
    deepgraph render deep_state.json --set x=0.5 --target y=1 --gradient -o g.svg
    deepgraph render deep_state.json --set x=0.5 --curves x=-1:1 -o curves.svg
    deepgraph render xor.json --inline -o xor.html
    deepgraph render xor.json --renderer graphviz -o xor.jpg
    """
    common.refuse_one_stdin_for_two(spec, given["input"])
    if steps is not None and (output is not None or opens or watches):
        raise click.UsageError("--steps writes a folder of pictures; drop -o, --open and --watch")
    if given["inline"] and form is None and output in (None, "-"):
        form = "html"  # a box that scrolls, and the SVG in it
    output, form = _target(spec, output, form, given["renderer"] == "graphviz")
    if output == "-" and (opens or watches):
        raise click.UsageError("--open and --watch need a file: -o FILE")
    if watches and "-" in (spec, given["input"]):
        raise click.UsageError("--watch looks at files; standard input does not change")
    if form not in ("svg", "html") and (given["animate"] or given["inline"]):
        raise click.UsageError("--animate and --inline are for SVG and HTML")
    if form not in ("png", "pdf") and given["font"]:
        raise click.UsageError(
            "--font is for PNG and PDF; other pictures name no font of their own"
        )
    request = partial(common.request, "diagram", spec, given)
    asked = request()
    asked.check()
    if given["curves"] and not (form in FORMATS and FORMATS[form].curves):
        raise click.UsageError(f"--curves draws SVG, PNG, PDF and HTML, not {form}")
    if steps is not None:
        _write_steps(asked, form, Path(steps))
        return
    seen = stamps(request().files) if watches else {}
    try:
        _write(asked, form, output)
    except DeepgraphError as error:
        if not watches or isinstance(error, OptionError):  # which no change of a file mends
            raise
        click.echo(f"Error: {error}", err=True)
    shown = SHOWN.get(form or "") if watches else None
    with _served(output, shown) if opens and shown else nullcontext(output) as place:
        if opens and click.launch(place):
            raise InputError(f"no program to open {place} was found; the picture is written")
        if watches:
            _watch(request, seen, lambda: _write(request(), form, output), output)


@contextmanager
def _served(output: str, kind: str) -> Iterator[str]:
    """The address at which a browser shows a picture, and loads it anew when it is written."""
    from deepgraph.live import serve  # --help needs no server

    path = Path(output)

    def make(news: str) -> str:
        return serve.picture_page(path.name, kind, news)

    server = serve.Server(0, make, lambda: [path], lambda: (kind, read_bytes(path)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    say(f"{server.url} shows {output}.", err=True)
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()


def _target(spec: str, output: str | None, form: str | None, by_graphviz: bool) -> tuple[str, str]:
    """The file of the picture and its format, which may be any of Graphviz if that draws."""
    if not by_graphviz:
        if form is not None and form not in FORMATS:
            ctx = click.get_current_context()
            click.Choice(list(FORMATS)).convert(
                form, next(p for p in ctx.command.params if p.name == "form"), ctx
            )
        return common.picture_path(spec, output, form, SUFFIXES)
    suffix = "" if output in (None, "-") else Path(str(output)).suffix.lower()
    # A spec is JSON, and a picture must not take its place by a slip.
    if form is None and suffix not in ("", ".json"):
        form = SUFFIXES.get(suffix, suffix[1:])
    suffixes: dict[str, str] = dict(SUFFIXES)
    if form:
        suffixes.setdefault(f".{form}", form)
    return common.picture_path(spec, output, form, suffixes)


def _write(asked: Request, form: Any, output: str) -> None:
    with common.warnings_as_notes():
        picture = asked.diagram().file(form)
    common.write_output(output, picture)
    if output != "-":
        say(output)


def _write_steps(asked: Request, form: Any, folder: Path) -> None:
    """`step-00.svg` and so on: all in one layout, the values appear one step after the other."""
    from deepgraph import draw

    network, trace, shown = asked.shown()
    if trace is None:
        raise click.UsageError("--steps shows values appear: give inputs, --set ID=NUMBER")
    with common.warnings_as_notes():
        pictures = draw.steps(network, trace, format=form, **shown)
    common.make_folder(folder)
    for number, picture in enumerate(pictures):
        path = folder / f"step-{number:02}.{form}"
        write_bytes(path, picture)
        say(str(path))


def _watch(
    request: Callable[[], Request], seen: Stamps, action: Callable[[], None], output: str
) -> None:
    """Call `action` after every change of a file, or when `output` is gone, until the user ends it.

    An action that fails is reported and tried again after the next change: an editor may have been
    caught in the middle of writing. After a change, the request may depend on other files. `seen`
    holds the stamps from before the first action, so that no change is missed.
    """
    say(f"Watching {', '.join(map(str, seen))}; Ctrl-C ends it.", err=True)
    gone = False  # after the last attempt
    while True:
        time.sleep(SECONDS)
        now = stamps(list(seen))
        if now == seen and (gone or os.path.exists(output)):
            continue
        seen = now
        try:
            asked = request()
            seen = stamps(asked.files)
            action()
        except DeepgraphError as error:
            click.echo(f"Error: {error}", err=True)
        gone = not os.path.exists(output)
