"""`deepgraph train`: gradient descent on the rows of a table."""

from __future__ import annotations

import json
import os
import shlex
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common
from deepgraph.cli.trained import losses_picture, losses_table, notes, summary
from deepgraph.cli.training import Frames, Progress, interruptible
from deepgraph.errors import DivergedError
from deepgraph.files import require_writable, write_bytes
from deepgraph.functions.losses import LOSSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepgraph.network import Network
    from deepgraph.train import Epoch, Training
    from deepgraph.train.optimisers import Optimiser


@click.command("train")
@common.spec_argument
@click.option(
    "--input",
    "table",
    metavar="FILE",
    required=True,
    help="The rows to learn from: CSV or TSV (also .gz or .zst), Parquet; - is standard input.",
)
@click.option(
    "--target",
    "targets",
    metavar="NODE=COLUMN",
    multiple=True,
    required=True,
    help="The column with the wanted value of a node, once for each; or one COLUMN of classes, "
    "which are labels of outputs, or ids of those without.",
)
@common.table_options
@click.option(
    "--loss",
    type=click.Choice([row.name for row in LOSSES.values() if row.needs_targets]),
    help="What becomes smaller; by default cross_entropy for classes on softmax or sigmoid "
    "outputs, else half_squared_error.",
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
    help="The size of a step.  [default: 0.1 for sgd, 0.01 for adam]",
)
@click.option(
    "--optimiser",
    "--optimizer",
    "optimiser",
    type=click.Choice(["sgd", "adam"]),
    default="sgd",
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
@common.init_option
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where the trained spec goes; by default beside SPEC, NAME.trained.json.",
)
@click.option(
    "--curve", metavar="FILE", help="A picture of the loss over the epochs: .svg or .png."
)
@click.option("--log", metavar="FILE", help="A CSV with the losses of every epoch.")
@click.option("--frames", metavar="FOLDER", help="A picture of the network every few epochs.")
@click.option(
    "--every",
    type=click.IntRange(1),
    metavar="N",
    help="Epochs from one picture of --frames to the next; by default for about 20.",
)
@click.option(
    "--curves",
    "ranges",
    metavar="ID=FROM:TO",
    multiple=True,
    help="In the pictures of --frames, the function that each node is of an input; see render.",
)
@click.option(
    "--frame-option",
    "frame_options",
    metavar="NAME=VALUE",
    multiple=True,
    help="An option of render for --frames, such as theme=dark or format=png.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what came out as JSON.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Train a network on the rows of a table, by gradient descent.

    The trained network is a spec of its own; SPEC stays as it is unless -o names it. Ctrl-C ends
    the training early and keeps the best so far.

    \b
    deepgraph train net.json --seed 1 --input t.csv --target y=price --epochs 500
    deepgraph train iris.json --input iris.csv --target species --optimiser adam --validation 0.2
    """
    request = _Request(**given)
    request.check()
    network = common.read_network(
        request.spec, request.seed, request.method if request.seed is not None else "uniform"
    )
    X, targets, validation = _data(network, request)
    frames = None
    if request.frames is not None:
        options = (request.every, request.ranges, request.frame_options)
        frames = Frames(network, request.frames, request.epochs, *options)
    progress = Progress(request.epochs)

    def watch(epoch: Epoch, values: Callable[[], Any]) -> None:
        progress.show(epoch)
        if frames is not None:
            frames.draw(epoch.number, values)

    from deepgraph.spec.writing import write  # --help needs none of these
    from deepgraph.train import chosen_loss, fit

    loss = chosen_loss(network, targets, request.loss)
    try:
        with interruptible() as stopped, progress:
            found = fit(
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
                validation=validation,
                source=request.retold(loss),
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
    if found.interrupted and len(found.history) == 1:
        click.echo("Interrupted before the first epoch was complete; nothing is written.", err=True)
        ctx.exit(128 + signal.SIGINT)
    _write_losses(network, loss, found.history, request)
    with common.open_output(request.path) as stream:  # last, so that whoever sees it finds the rest
        stream.write(write(found.network.spec).encode())
    _tell(found, request)
    if found.interrupted:
        ctx.exit(128 + signal.SIGINT)


@dataclass(frozen=True)
class _Request:
    """What was typed."""

    spec: str
    table: str
    targets: tuple[str, ...]
    columns: tuple[str, ...]
    delimiter: str | None
    input_format: str | None
    loss: str | None
    epochs: int
    learning_rate: float | None
    optimiser: Optimiser
    momentum: float
    batch: int | None
    validation: str | None
    seed: int | None
    method: Any
    output: str | None
    curve: str | None
    log: str | None
    frames: str | None
    every: int | None
    ranges: tuple[str, ...]
    frame_options: tuple[str, ...]
    as_json: bool

    def check(self) -> None:
        """Refuse what cannot be meant, and what would fail only after the training.

        Raises:
            click.UsageError: with what to write instead.
            FileError: nothing can be written there.
        """
        common.refuse_one_stdin_for_two(self.spec, self.table)
        if self.validation == "-" and "-" in (self.spec, self.table):
            raise click.UsageError("standard input can be read once; name a file for --validation")
        if self.seed is None and self.method != "uniform":
            raise click.UsageError(
                "--init says how to draw missing values; say --seed N to draw them"
            )
        if self.momentum and self.optimiser != "sgd":
            raise click.UsageError(f"--momentum belongs to sgd; {self.optimiser} has its own")
        if self.frames is None and (self.every or self.ranges or self.frame_options):
            raise click.UsageError("--every, --curves and --frame-option are for --frames FOLDER")
        if self.curve is not None and Path(self.curve).suffix.lower() not in (".svg", ".png"):
            raise click.UsageError(f"--curve {self.curve}: the picture is .svg or .png")
        printed = {"-o -": self.path == "-", "--log -": self.log == "-", "--json": self.as_json}
        if sum(printed.values()) > 1:
            both = " and ".join(option for option, given in printed.items() if given)
            raise click.UsageError(f"{both} share standard output; name files")
        beside = [path for path in (self.curve, self.log) if path is not None and path != "-"]
        written = beside if self.path == "-" else [self.path, *beside]
        if len({os.path.realpath(path) for path in written}) < len(written):
            raise click.UsageError("-o, --curve and --log name different files")
        read = {os.path.realpath(path) for path in (self.table, self.validation) if path}
        for path in written:  # the trained spec may take the place of SPEC, no other file may
            spec = {os.path.realpath(self.spec)} if path in beside else set()
            if os.path.realpath(path) in read | spec:
                raise click.UsageError(f"{path} is read, and would be written over")
        for path in written:
            require_writable(path)

    @property
    def path(self) -> str:
        """Where the trained spec goes; `-` is standard output."""
        if self.output is not None:
            return self.output
        return "-" if self.spec == "-" else str(Path(self.spec).with_suffix(".trained.json"))

    @property
    def folder(self) -> Path | None:
        """Where the trained spec will lie, and so the tables of its examples."""
        return None if self.path == "-" else Path(self.path).parent

    @property
    def share(self) -> float | None:
        """The validation share; `None` where another table is named, or nothing."""
        try:
            return None if self.validation is None else float(self.validation)
        except ValueError:
            return None

    def retold(self, loss: str) -> str:
        """The command that does this again, its defaults spelled out, without what it writes."""
        from deepgraph.train.optimisers import LEARNING_RATES  # --help needs no numpy

        rate = LEARNING_RATES[self.optimiser]
        rate = rate if self.learning_rate is None else self.learning_rate
        said: dict[str, list[Any]] = {
            "input": [self.table],
            "column": list(self.columns),
            "delimiter": [self.delimiter],
            "input-format": [self.input_format],
            "target": list(self.targets),
            "loss": [loss],
            "epochs": [self.epochs],
            "optimiser": [self.optimiser],
            "learning-rate": [rate],
            "momentum": [self.momentum or None],
            "batch": [self.batch],
            "validation": [self.validation],
            "seed": [self.seed or 0],
            "init": [self.method if self.method != "uniform" else None],
        }
        words = ["deepgraph", "train", self.spec]
        for name, values in said.items():
            for value in values:
                words += [] if value is None else [f"--{name}", str(value)]
        return shlex.join(words)


# --- rows ------------------------------------------------------------------------------------


def _data(network: Network, request: _Request) -> tuple[Any, Any, Any]:
    """Inputs, targets, and what to validate with: a share, other rows, or `None`."""
    X, targets = _rows(network, request, request.table)
    if request.validation is None or request.share is not None:
        return X, targets, request.share
    return X, targets, _rows(network, request, request.validation)


def _rows(network: Network, request: _Request, table: str) -> tuple[Any, Any]:
    from deepgraph.train.reading import Wanted, read  # imports pyarrow

    form = request.input_format if table == request.table else None
    reader = (request.columns, request.delimiter, form)
    with common.opened_table(network, table, *reader) as (opened, headers):
        wanted = Wanted.of(network, request.targets, opened.header)
        return read(opened, headers, wanted)


# --- what came out ---------------------------------------------------------------------------


def _write_losses(network: Network, loss: str, history: Sequence[Epoch], request: _Request) -> None:
    """The log and the curve."""
    if request.log is not None:
        with common.open_output(request.log) as stream:
            stream.write(losses_table(history).encode())
    if request.curve is not None:
        write_bytes(request.curve, losses_picture(network, loss, history, Path(request.curve)))


def _tell(found: Training, request: _Request) -> None:
    """What a person should know, on stderr; the file's name, or JSON, on stdout."""
    for line in notes(found, request.epochs):
        click.echo(line, err=True)
    if request.as_json:
        click.echo(json.dumps({"output": request.path, **summary(found)}, ensure_ascii=False))
    elif "-" not in (request.path, request.log):
        click.echo(request.path)
