"""The spec of a trained network: the statement of its training, the examples that still hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.check.figures import results_by_example
from deepgraph.graph.examples import title_of

if TYPE_CHECKING:
    import os

    from deepgraph.network import Network
    from deepgraph.spec.records import Example
    from deepgraph.train.records import Run, Score, Settings


def statement(
    run: Run, settings: Settings, loss: str, rows: int, others: int, source: str | None
) -> str:
    """The text for `source`: versions, data, settings, and scores before and after.

    `rows` and `others` are the numbers of rows for learning and for validation; the caller's own
    `source` replaces the settings.
    """
    from deepgraph import __version__

    first, best = run.epochs[0], run.kept
    parts = [f"Trained by deepgraph {__version__} with numpy {np.__version__}: "]
    parts.append(f"{source or _settings(settings)}, on {rows:,} rows. ")
    parts.append(f"{loss} {_score(first.training)} before, {_score(best.training)} after ")
    parts.append(f"epoch {best.number:,} of {run.epochs[-1].number:,}")
    if best.validation is not None:
        parts.append(f"; on {others:,} rows kept apart {_score(best.validation)}")
    return "".join([*parts, "."])


def _settings(settings: Settings) -> str:
    momentum = f", momentum {settings.momentum!r}" if settings.momentum else ""
    batch = "full batches" if settings.batch is None else f"batches of {settings.batch}"
    batch += " in the order of the rows" if settings.order == "file" else ""
    batch += ", each step of the sum of its rows" if settings.reduction == "sum" else ""
    decay = f", weight decay {settings.weight_decay!r}" if settings.weight_decay else ""
    return (
        f"{settings.optimiser}{momentum}, learning rate {settings.rate!r}{decay}, "
        f"{settings.epochs} epochs of {batch}, seed {settings.seed}"
    )


def _score(score: Score) -> str:
    accuracy = "" if score.accuracy is None else f" (accuracy {score.accuracy:.4g})"
    return f"{score.loss:.6g}{accuracy}"


def holding_examples(
    network: Network, folder: str | os.PathLike[str] | None
) -> tuple[list[Example], list[str]]:
    """The examples whose every figure holds, and the names of the others.

    The tables that examples name lie in the folder.
    """
    from pathlib import Path

    examples, where = network.spec.examples, None if folder is None else Path(folder)
    kept, dropped = [], []
    for number, results in enumerate(results_by_example(network, where)):
        if all(result.verdict == "ok" for result in results):
            kept.append(examples[number])
        else:
            dropped.append(title_of(examples[number], number + 1))
    return kept, dropped
