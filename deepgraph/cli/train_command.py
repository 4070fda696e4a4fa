"""`deepgraph train`: gradient descent on the rows of a table."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from deepgraph.cli import common, options
from deepgraph.cli import train_reports as reports
from deepgraph.cli.text import Progress, say
from deepgraph.cli.train_options import train_options
from deepgraph.cli.train_request import TrainRequest
from deepgraph.cli.train_rows import read_rows, refuse_no_target
from deepgraph.errors import DivergedError
from deepgraph.files import write_bytes
from deepgraph.options.training import RULES
from deepgraph.words.messages import printable_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from deepgraph.network import Network
    from deepgraph.train import Epoch, Training
    from deepgraph.train.several import Several

PROGRESS_SECONDS = 0.1


@options.command("train")
@options.spec_argument
@train_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Train a network on the rows of a table, by gradient descent.

    The trained network is a spec of its own; SPEC stays as it is. Ctrl-C ends
    the training early and keeps the best so far.

    \b
    deepgraph train net.json --seed 1 --input t.csv --target y=price --epochs 500
    deepgraph train iris.json --input iris.csv --target species \\
        --optimiser adam --validation 0.2
    """
    typed = {
        name for name in given if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE
    }
    request = TrainRequest(**given, typed=frozenset(typed))
    request.check()
    from deepgraph.rules.traps import ones_are_wires  # --help needs no numpy

    seed = {"seed": request.seed, "init": request.init}
    if request.seed is None:
        seed = {}  # several seeds draw later, each its own values
    network = common.read_network(common.source(request.spec), seed)
    request.require_writable()
    for problem in ones_are_wires(network):
        common.note(f"{network.name}:{problem.path}: {problem.message}")
    if request.rule != RULES[0]:
        _learn(network, request)
        return
    found, table = _trained(network, request)
    if found.interrupted and len(found.history) == 1:
        say("Interrupted before the first epoch was complete; nothing is written.", err=True)
        ctx.exit(128 + signal.SIGINT)
    _write_losses(network, found.loss, found.history, found.recorded, request)
    from deepgraph.spec.writing import write  # --help needs no numpy

    # Last, so that whoever sees it finds the rest.
    common.write_output(request.path, write(found.network.spec))
    _report(found, request, table)
    if table is not None and len(table.runs) > 1 and not network.unwritten.any():
        say(
            "Note: every seed has the same start, since the spec has all numbers; leave out those "
            "that are to be drawn",
            err=True,
        )
    if found.interrupted:
        ctx.exit(128 + signal.SIGINT)


def _learn(network: Network, request: TrainRequest) -> None:
    """Learn by a rule; write the spec, and every step with `--log`."""
    from deepgraph.request import parsing
    from deepgraph.spec.writing import write
    from deepgraph.train import learn  # --help needs no numpy

    X, targets, _ = _data(network, request)
    with _interruptible() as stopped:
        found = learn(
            network,
            X,
            targets,
            request.rule,
            learning_rate=request.learning_rate,
            epochs=request.given_epochs,
            freeze=parsing.parameter_names(network, request.freeze),
            source=request.rule_line(),
            folder=request.folder,
            stop=stopped,
        )
    if request.log is not None:
        common.write_output(request.log, reports.steps_table(found))
    common.write_output(request.path, write(found.network.spec))
    for line in reports.rule_notes(found):
        say(line, err=True)
    if request.as_json:
        content = {"output": request.path, **reports.rule_summary(found)}
        click.echo(printable_json(json.dumps(content, ensure_ascii=False)))
    elif "-" not in (request.path, request.log):
        say(request.path)


def _trained(network: Network, request: TrainRequest) -> tuple[Training, Several | None]:
    """Train, with several seeds as the case may be, and keep the best."""
    from deepgraph.train import chosen_loss
    from deepgraph.train.several import several  # --help needs no numpy

    data = _data(network, request)
    loss = chosen_loss(network, data[1], request.loss)
    with _interruptible() as stopped, Progress(PROGRESS_SECONDS) as progress:
        one = partial(_train_once, request=request, data=data, loss=loss)
        one = partial(one, stopped=stopped, progress=progress)
        try:
            if request.seeds is None:
                return one(network, request.seed or 0), None
            found = several(network, request.all_seeds, one, request.init)
        except DivergedError as error:
            raise _told(network, loss, error, request) from None
    return found.training, found


def _train_once(
    network: Network,
    seed: int,
    *,
    request: TrainRequest,
    data: tuple[Any, Any, Any],
    loss: str,
    stopped: Callable[[], bool],
    progress: Progress,
) -> Training:
    from deepgraph.request import parsing
    from deepgraph.train import fit  # --help needs no numpy

    frames = None
    if request.frames is not None:
        frames = reports.Frames(network, request, request.frames)
    X, targets, validation = data

    def watch(epoch: Epoch, values: Callable[[], Any]) -> None:
        progress.show(lambda: reports.progress(epoch, request.epochs))
        if frames is not None:
            frames.draw(epoch.number, values)

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
        seed=seed,
        weight_decay=request.weight_decay,
        order=request.order,
        keep=request.keep,
        reduction=request.reduction,
        standardise=request.standardise,
        freeze=parsing.parameter_names(network, request.freeze),
        record=parsing.parameter_names(network, request.record),
        validation=validation,
        source=request.command_line(loss, seed),
        folder=request.folder,
        watch=watch,
        stop=stopped,
    )


def _told(
    network: Network, loss: str, error: DivergedError, request: TrainRequest
) -> DivergedError:
    """The error of a training that diverged, with its cause; its log and curve are written."""
    hint = ""
    if error.history:  # there were steps, which may have been too long
        _write_losses(network, loss, error.history, error.recorded, request)
        from deepgraph.train.diagnosis import diagnose

        causes = diagnose(error.case, None, epochs=max(1, len(error.history) - 1))
        hint = f". {str(causes[0])[0].upper()}{str(causes[0])[1:]}" if causes else ""
        hint = hint.removesuffix(".") or "; a smaller --learning-rate often helps"
    return DivergedError(f"{error}. No spec is written{hint}")


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a flag that is read before every step; the second one ends."""
    pressed = []

    def note(*_: object) -> None:
        pressed.append(True)
        signal.signal(signal.SIGINT, before if callable(before) else signal.default_int_handler)

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
    names = ("target", "column", "delimiter", "decimal", "input_format")
    options = {name: getattr(request, name) for name in names}
    if not request.target:
        refuse_no_target(network, options, request.input)
    X, targets = read_rows(network, options, request.input)
    if request.validation is None or request.share is not None:
        return X, targets, request.share
    return X, targets, read_rows(network, options | {"input_format": None}, request.validation)


# --- what came out ---------------------------------------------------------------------------


def _write_losses(
    network: Network,
    loss: str,
    history: Sequence[Epoch],
    recorded: Mapping[str, Any],
    request: TrainRequest,
) -> None:
    if request.log is not None:
        common.write_output(request.log, reports.losses_table(history, recorded))
    if request.curve is not None:
        picture = reports.losses_picture(network, loss, history, Path(request.curve))
        write_bytes(request.curve, picture)


def _report(found: Training, request: TrainRequest, table: Several | None) -> None:
    """Write notes on standard error, and the name of the file, or JSON, on standard output."""
    if table is not None:
        for line in reports.seeds_table(table):
            say(line, err=True)
    for line in reports.notes(found, request.epochs):
        say(line, err=True)
    if request.as_json:
        content = {"output": request.path, **reports.summary(found)}
        if table is not None:
            content["seeds"] = reports.seeds_summary(table)
        click.echo(printable_json(json.dumps(content, ensure_ascii=False)))
    elif "-" not in (request.path, request.log):
        say(request.path)
