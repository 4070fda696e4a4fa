"""`deepgraph train`: gradient descent on the rows of a table."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli import train_reports as reports
from deepgraph.cli.text import Progress, say
from deepgraph.cli.train_request import CURVE_SUFFIXES, TrainRequest
from deepgraph.errors import DivergedError
from deepgraph.files import write_bytes
from deepgraph.functions.losses import CLASSES_LOSS, DEFAULT_LOSS, ELSEWHERE, LOSSES
from deepgraph.options import shared
from deepgraph.options.training import LEARNING_RATES, OPTIMISERS
from deepgraph.words import elsewhere
from deepgraph.words.messages import either, printable_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from deepgraph.network import Network
    from deepgraph.train import Epoch, Training

PROGRESS_SECONDS = 0.1

_curves = replace(
    shared.CURVES,
    help="In the pictures of --frames, each node's value as a function of an input; see render.",
)


@options.command("train")
@options.spec_argument
@click.option(
    "--input",
    metavar="FILE",
    required=True,
    help="The rows to learn from: CSV or TSV (also .gz or .zst), Parquet; - is standard input.",
)
@click.option(
    "--target",
    metavar="NODE=COLUMN",
    multiple=True,
    required=True,
    help="The column with the wanted value of a node, once for each; or one COLUMN of classes, "
    "which are labels of outputs, or ids of those without.",
)
@options.table_options
@click.option(
    "--loss",
    type=options.Choice(
        (row.name for row in LOSSES.values() if row.needs_targets), elsewhere=ELSEWHERE
    ),
    help=f"What becomes smaller; by default {CLASSES_LOSS} for classes on softmax or sigmoid "
    f"outputs, else {DEFAULT_LOSS}.",
)
@click.option(
    "--epochs",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    metavar="N",
    help="How often every row is learned from.",
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(0, min_open=True),
    metavar="NUMBER",
    help="The size of a step.  [default: "
    + ", ".join(f"{rate} for {name}" for name, rate in LEARNING_RATES.items())
    + "]",
)
@click.option(
    "--optimiser",
    "--optimizer",
    "optimiser",
    type=options.Choice(OPTIMISERS, elsewhere.OPTIMISERS),
    default=OPTIMISERS[0],
    show_default=True,
    help="How a step is made of a gradient.",
)
@click.option(
    "--momentum",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    metavar="NUMBER",
    help="Of sgd, from 0 to less than 1.",
)
@click.option(
    "--batch",
    type=click.IntRange(1),
    metavar="N",
    help="Rows for each step, shuffled in every epoch; by default all.",
)
@click.option(
    "--validation",
    metavar="SHARE|FILE",
    help="Rows to judge the epochs by: a share of the table (0.2), or another table.",
)
@click.option(
    "--seed",
    type=int,
    metavar="N",
    help="Of the shuffling and the share (0 by default); and draws uninitialised parameters.",
)
@click.option(
    "--freeze",
    metavar="NAME",
    multiple=True,
    help="A parameter, group, matrix or vector that stays as it is; once for each.",
)
@options.option_of(shared.INIT)
@options.output_option("Where the trained spec goes; by default beside SPEC, NAME.trained.json.")
@click.option(
    "--curve",
    metavar="FILE",
    help=f"A picture of the loss over the epochs: {either('or', CURVE_SUFFIXES)}.",
)
@click.option("--log", metavar="FILE", help="A CSV with the losses of every epoch.")
@click.option("--frames", metavar="FOLDER", help="A picture of the network every few epochs.")
@click.option(
    "--every",
    type=click.IntRange(1),
    metavar="N",
    help="Epochs from one picture of --frames to the next; by default for about 20.",
)
@options.option_of(_curves)
@click.option(
    "--frame-option",
    metavar="NAME=VALUE",
    multiple=True,
    help="An option of render for --frames, such as theme=dark or format=png.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what came out as JSON.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Train a network on the rows of a table, by gradient descent.

    The trained network is a spec of its own; SPEC stays as it is. Ctrl-C ends
    the training early and keeps the best so far.

    \b
    deepgraph train net.json --seed 1 --input t.csv --target y=price --epochs 500
    deepgraph train iris.json --input iris.csv --target species --optimiser adam --validation 0.2
    """
    request = TrainRequest(**given)
    request.check()
    from deepgraph.rules.traps import ones_are_wires  # --help needs no numpy

    seed = {"seed": request.seed, "init": request.init}
    network = common.read_network(common.source(request.spec), seed)
    request.require_writable()
    for problem in ones_are_wires(network):
        common.note(f"{network.name}:{problem.path}: {problem.message}")
    found = _trained(network, request)
    if found.interrupted and len(found.history) == 1:
        say("Interrupted before the first epoch was complete; nothing is written.", err=True)
        ctx.exit(128 + signal.SIGINT)
    _write_losses(network, found.loss, found.history, request)
    from deepgraph.spec.writing import write  # --help needs no numpy

    # Last, so that whoever sees it finds the rest.
    common.write_output(request.path, write(found.network.spec))
    _report(found, request)
    if found.interrupted:
        ctx.exit(128 + signal.SIGINT)


def _trained(network: Network, request: TrainRequest) -> Training:
    """Train; where the loss diverges, its log and its curve are written all the same."""
    X, targets, validation = _data(network, request)
    frames = None
    if request.frames is not None:
        frames = reports.Frames(network, request, request.frames)
    progress = Progress(PROGRESS_SECONDS)

    def watch(epoch: Epoch, values: Callable[[], Any]) -> None:
        progress.show(lambda: reports.progress(epoch, request.epochs))
        if frames is not None:
            frames.draw(epoch.number, values)

    from deepgraph.train import chosen_loss, fit  # --help needs no numpy

    loss = chosen_loss(network, targets, request.loss)
    try:
        with _interruptible() as stopped, progress:
            return fit(
                network,
                X,
                targets,
                loss=loss,
                epochs=request.epochs,
                learning_rate=request.learning_rate,
                optimiser=request.optimiser,
                momentum=request.momentum,
                batch=request.batch,
                seed=request.seed or 0,
                freeze=request.freeze,
                validation=validation,
                source=request.command_line(loss),
                folder=request.folder,
                watch=watch,
                stop=stopped,
            )
    except DivergedError as error:
        hint = ""
        if error.history:  # there were steps, which may have been too long
            _write_losses(network, loss, error.history, request)
            hint = "; a smaller --learning-rate often helps"
        raise DivergedError(f"{error}. No spec is written{hint}") from None


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a flag that is read before every step; the second one ends."""
    pressed = []

    def note(*_: object) -> None:
        pressed.append(True)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = None
    with suppress(ValueError):  # only the main thread of a program may say what signals do
        before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


# --- rows ------------------------------------------------------------------------------------


def _data(network: Network, request: TrainRequest) -> tuple[Any, Any, Any]:
    """Inputs, targets, and the validation: a share, other rows, or `None`."""
    X, targets = _rows(network, request, request.input)
    if request.validation is None or request.share is not None:
        return X, targets, request.share
    return X, targets, _rows(network, request, request.validation)


def _rows(network: Network, request: TrainRequest, table: str) -> tuple[Any, Any]:
    import numpy as np  # --help needs none of these

    from deepgraph.tables.sentinels import Sentinels
    from deepgraph.train.reading import Wanted, read

    form = request.input_format if table == request.input else None
    given = {"column": request.column, "delimiter": request.delimiter, "input_format": form}
    given["decimal"] = request.decimal
    with common.values({"input": table, **given}).opened(network) as (opened, headers):
        found = read(opened, headers, Wanted.of(network, request.target, opened.header))
    columns = np.array([found[0][name] for name in network.input_names])
    for text in Sentinels.of(columns).notes(network.input_names):
        common.note(f"{opened.name}: {text}")
    return found


# --- what came out ---------------------------------------------------------------------------


def _write_losses(
    network: Network, loss: str, history: Sequence[Epoch], request: TrainRequest
) -> None:
    if request.log is not None:
        common.write_output(request.log, reports.losses_table(history))
    if request.curve is not None:
        picture = reports.losses_picture(network, loss, history, Path(request.curve))
        write_bytes(request.curve, picture)


def _report(found: Training, request: TrainRequest) -> None:
    """Write notes on standard error, and the name of the file, or JSON, on standard output."""
    for line in reports.notes(found, request.epochs):
        say(line, err=True)
    if request.as_json:
        content = {"output": request.path, **reports.summary(found)}
        click.echo(printable_json(json.dumps(content, ensure_ascii=False)))
    elif "-" not in (request.path, request.log):
        say(request.path)
