"""The reports of `deepgraph train`: progress, notes, a summary, losses as a table and a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.cli.text import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from deepgraph.draw.output.svg_paint import Mode
    from deepgraph.network import Network
    from deepgraph.options.drawing import ThemeName
    from deepgraph.train import Epoch, Score, Training


def progress(epoch: Epoch, epochs: int) -> str:
    """The text of the progress line: one of so many epochs, and its losses."""
    text = f"epoch {epoch.number:,} of {epochs:,}  loss {figures(epoch.training)}"
    if epoch.validation is not None:
        text += f"  validation {figures(epoch.validation)}"
    return text


def notes(found: Training, epochs: int) -> Iterator[str]:
    """The result in lines for a person, who asked for so many epochs."""
    first, best, last = found.history[0], found.best, found.history[-1].number
    line = f"{found.loss} {figures(first.training)} → {figures(best.training)}"
    if best.validation is not None and first.validation is not None:
        line += f", validation {figures(first.validation)} → {figures(best.validation)}"
    yield f"{line}, best in epoch {best.number:,} of {last:,}"
    if best.number == 0 and last:
        hint = " A smaller --learning-rate may help." if best.decisive else ""
        yield f"Note: no epoch was better than the start; the numbers are as they were.{hint}"
    if found.dropped:
        what = "example" if len(found.dropped) == 1 else "examples"
        names = listed([f'"{name}"' for name in found.dropped])
        yield f"Note: left out {what} of the spec, whose figures no longer hold: {names}"
    if found.interrupted:
        yield (
            f"Interrupted after epoch {last:,} of {epochs:,}; "
            f"epoch {best.number:,}, the best so far, is written."
        )


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


def losses_table(history: Sequence[Epoch]) -> str:
    """The losses as CSV; validation and accuracy have columns if they were computed."""
    first = history[0]
    names = {"loss": True, "accuracy": first.training.accuracy is not None}
    columns = [("", name) for name, there in names.items() if there]
    if first.validation is not None:
        columns += [("validation_", name) for _, name in columns]
    lines = [",".join(["epoch", *(f"{prefix}{name}" for prefix, name in columns)])]
    for epoch in history:
        scores = {"": epoch.training, "validation_": epoch.validation}
        cells = [repr(getattr(scores[prefix], name)) for prefix, name in columns]
        lines.append(",".join([str(epoch.number), *cells]))
    return "\n".join(lines) + "\n"


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
