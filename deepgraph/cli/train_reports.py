"""The reports of `deepgraph train`: texts, losses as a table and a curve, pictures of epochs."""

from __future__ import annotations

import csv
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli.common import TERMINAL, make_folder
from deepgraph.cli.text import printable_list, sparkline
from deepgraph.errors import DivergedError
from deepgraph.files import write_bytes
from deepgraph.options.picture_formats import FORMATS
from deepgraph.words.columns import aligned
from deepgraph.words.messages import counted, either
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from deepgraph.cli.train_request import TrainRequest
    from deepgraph.draw.output.svg_paint import Mode
    from deepgraph.network import Network
    from deepgraph.options.drawing import ThemeName
    from deepgraph.train import Epoch, Learned, Score, Training
    from deepgraph.train.several import Several

FRAME_FORMATS = tuple(row.name for row in FORMATS.values() if row.steps)
"""Of the pictures of epochs: those that show steps one after the other; the default first."""
FRAMES = 20
"""About how many pictures `--frames` makes without `--every`."""


def progress(epoch: Epoch, epochs: int) -> str:
    """The text of the progress line: one of so many epochs, and its losses."""
    text = f"epoch {epoch.number:,} of {epochs:,}  loss {figures(epoch.training)}"
    if epoch.validation is not None:
        text += f"  validation {figures(epoch.validation)}"
    return text


def notes(found: Training, epochs: int) -> Iterator[str]:
    """The result in lines for a person, who asked for so many epochs."""
    first, best, last = found.history[0], found.kept, found.history[-1].number
    line = f"{found.loss} {figures(first.training)} → {figures(best.training)}"
    if best.validation is not None and first.validation is not None:
        line += f", validation {figures(first.validation)} → {figures(best.validation)}"
    which = "best" if found.settings.keep == "best" else "kept"
    yield f"{line}, {which} in epoch {best.number:,} of {last:,}"
    losses = [epoch.training.loss for epoch in found.history]
    if len(set(losses)) > 1:
        ends = f"{number_text(losses[0])} → {number_text(losses[-1])}"
        yield f"loss {sparkline(losses)} {ends}"
    causes = [] if found.interrupted else found.findings
    for word, cause in zip(("Why", *("Also",) * len(causes)), causes, strict=False):
        yield f"{word}: {cause}"
    if best.number == 0 and last and found.settings.keep == "best":
        yield "Note: no epoch was better than the start; the numbers are as they were."
    if found.dropped:
        what = "example" if len(found.dropped) == 1 else "examples"
        names = printable_list([f'"{name}"' for name in found.dropped])
        yield f"Note: left out {what} of the spec, whose figures no longer hold: {names}"
    if found.interrupted:
        what = f"epoch {best.number:,}, the best so far," if which == "best" else "it"
        yield f"Interrupted after epoch {last:,} of {epochs:,}; {what} is written."


def summary(found: Training) -> dict[str, Any]:
    """The result as JSON values."""
    best = found.best
    return {
        "loss": found.loss,
        "rows": found.rows,
        "epochs": found.history[-1].number,
        "interrupted": found.interrupted,
        "start": _scores(found.history[0]),
        "best": {"epoch": best.number, **_scores(best)},
        "kept": {"epoch": found.kept.number, **_scores(found.kept)},
        "findings": [] if found.interrupted else [asdict(cause) for cause in found.findings],
        "dropped_examples": found.dropped,
    }


def _scores(epoch: Epoch) -> dict[str, Any]:
    scores = {"training": epoch.training, "validation": epoch.validation}
    return {
        name: {"loss": score.loss, "accuracy": score.accuracy}
        for name, score in scores.items()
        if score is not None
    }


def figures(score: Score) -> str:
    """A loss, and the accuracy if there is one."""
    accuracy = "" if score.accuracy is None else f" (accuracy {score.accuracy:.4g})"
    return f"{score.loss:.4g}{accuracy}"


def rule_notes(found: Learned) -> Iterator[str]:
    """What a rule came to, in lines for a person."""
    corrections = sum(step.corrects for step in found.steps)
    epochs = counted(len(found.wrong), "epoch")
    done = f"{epochs}, {counted(corrections, 'correction')}; wrong in each: "
    wrong = [f"{count:,}" for count in found.wrong]
    yield f"{found.rule}: {done}{printable_list(wrong[:12], count=len(wrong))}"
    if found.right:
        yield "All rows are right."
    elif found.why:
        yield f"Why: {found.why}."
    if found.rounded:
        yield f"Note: {found.rounded}."
    if found.dropped:
        names = printable_list([f'"{name}"' for name in found.dropped])
        yield f"Note: left out of the spec, since their figures no longer hold: {names}"


def rule_summary(found: Learned) -> dict[str, Any]:
    """What a rule came to as JSON values."""
    return {
        "rule": found.rule,
        "epochs": len(found.wrong),
        "steps": len(found.steps),
        "wrong": found.wrong,
        "right": found.right,
        "circle": found.circle,
        "why": found.why,
        "rounded": found.rounded,
        "dropped_examples": found.dropped,
    }


def steps_table(found: Learned) -> str:
    """Every step as CSV: the row, z, a and t of each output, and all parameters after it."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    if found.steps:
        first = found.steps[0]
        outputs = [f"{what}({name})" for name in first.z for what in ("z", "a", "t")]
        writer.writerow(["epoch", "row", *first.inputs, *outputs, *first.values])
    for step in found.steps:
        cells = [part[name] for name in step.z for part in (step.z, step.a, step.targets)]
        numbers = [*step.inputs.values(), *cells, *step.values.values()]
        writer.writerow([step.epoch, step.row, *map(repr, numbers)])
    return stream.getvalue()


def seeds_table(found: Several) -> list[str]:
    """A line for each seed: what its training came to, and which is kept."""
    rows = [("seed", "start", "loss", "epoch", "")]
    for seed, run in found.runs.items():
        if isinstance(run, DivergedError):
            start = figures(run.history[0].training) if run.history else ""
            rows.append((str(seed), start, "diverged", "", ""))
            continue
        loss, kept = figures(run.kept.training), "kept" if seed == found.best else ""
        if run.kept.validation is not None:
            loss += f", validation {figures(run.kept.validation)}"
        start = figures(run.history[0].training)
        rows.append((str(seed), start, loss, f"{run.kept.number:,}", kept))
    return aligned(rows, right=[0, 3])


def seeds_summary(found: Several) -> list[dict[str, Any]]:
    """The seeds as JSON values; one that diverged has no loss."""
    return [
        {"seed": seed, "diverged": True}
        if isinstance(run, DivergedError)
        else {"seed": seed, "epoch": run.kept.number, **_scores(run.kept)}
        for seed, run in found.runs.items()
    ]


def losses_table(history: Sequence[Epoch], recorded: Mapping[str, Any] | None = None) -> str:
    """The losses as CSV; validation and accuracy have columns if they were computed.

    Parameters that were recorded come behind them, a column each.
    """
    first = history[0]
    names = {"loss": True, "accuracy": first.training.accuracy is not None}
    columns = [("", name) for name, there in names.items() if there]
    if first.validation is not None:
        columns += [("validation_", name) for _, name in columns]
    recorded = {} if recorded is None else recorded
    header = ["epoch", *(f"{prefix}{name}" for prefix, name in columns), *recorded]
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    for row, epoch in enumerate(history):
        scores = {"": epoch.training, "validation_": epoch.validation}
        cells = [repr(getattr(scores[prefix], name)) for prefix, name in columns]
        values = [repr(float(column[row])) for column in recorded.values()]
        writer.writerow([str(epoch.number), *cells, *values])
    return stream.getvalue()


def losses_picture(network: Network, loss: str, history: Sequence[Epoch], path: Path) -> bytes:
    """The curve of the losses in the style of the spec; the suffix of `path` chooses SVG or PNG."""
    from deepgraph.draw.output import loss_curve, png
    from deepgraph.options import drawing

    training = [epoch.training.loss for epoch in history]
    validation = [epoch.validation.loss for epoch in history if epoch.validation is not None]
    best = min(history, key=lambda epoch: epoch.decisive)
    chosen = drawing.resolved(network.spec.style, {})
    svg = path.suffix.lower() == ".svg"
    inline = chosen["inline"] and svg
    theme: ThemeName = chosen["theme"] or ("auto" if inline else "light")
    mode: Mode = ("inline" if inline else "file") if svg else "resolved"
    picture = loss_curve.draw(training, validation or None, best.number, loss, theme, mode)
    return picture.encode() if svg else png.svg_to_png(picture, chosen["scale"])


class Frames:
    """Pictures of the network during its training, in the `folder` of `--frames`.

    Raises:
        click.UsageError: an option is none of `render`.
        FileError: the folder cannot be made.
    """

    def __init__(self, network: Network, request: TrainRequest, folder: str) -> None:
        self._network = network
        self._every = request.every or max(1, request.epochs // FRAMES)
        self._last = request.epochs
        self._folder = Path(folder)
        self._form: Any = FRAME_FORMATS[0]
        self._options: dict[str, Any] = {}
        self._sweep = None
        if request.curves:
            if len(network.inputs) > 1:
                raise click.UsageError(
                    "--curves draws functions of one input, and this network has "
                    f"{len(network.inputs):,}"
                )
            from deepgraph.kinks.sweep import along_input  # exact arithmetic, for curves only
            from deepgraph.request import parsing

            bounds = parsing.ranges(request.curves, TERMINAL.option("curves"))
            self._sweep = along_input(network, bounds, {})
        # Of `theme=dark`; the value, such as an id, may hold equals signs.
        chosen = dict(text.partition("=")[::2] for text in request.frame_option)
        for name, text in chosen.items():
            if name == "format":
                if text not in FRAME_FORMATS:
                    allowed = either("or", FRAME_FORMATS)
                    raise click.UsageError(f"--frame-option format is {allowed}, got {text!r}")
                self._form = text
            else:
                self._options[name] = _drawing_option(name, text)
        make_folder(self._folder)

    def draw(self, epoch: int, values: Callable[[], Any]) -> None:
        """Draw the network with the values of an epoch, if the epoch is due."""
        if epoch % self._every and epoch != self._last:
            return
        from deepgraph import draw  # only pictures need it

        network = self._network.rewritten(values())
        if self._sweep is not None:
            from deepgraph.kinks.curves import node_curves  # with them

            self._options["curves"] = node_curves(network, self._sweep)
        picture = draw.render(network, format=self._form, **self._options)
        name = f"epoch-{epoch:0{len(str(self._last))}}.{self._form}"
        write_bytes(self._folder / name, picture)


def _drawing_option(name: str, text: str) -> Any:
    from deepgraph.options.drawing import OPTIONS

    option = OPTIONS.get(name.replace("-", "_"))
    if option is None:
        known = ", ".join(["format", *(option.flag for option in OPTIONS.values())])
        raise click.UsageError(f"--frame-option {name}: known options are {known}")
    try:
        return option.read(text)
    except ValueError as error:
        raise click.UsageError(f"--frame-option {error}") from None
