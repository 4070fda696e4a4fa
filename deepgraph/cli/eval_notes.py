"""The notes of `deepgraph eval`: odd values and rows, accuracy, speed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from deepgraph.cli.common import note
from deepgraph.cli.text import printable_list, say
from deepgraph.functions.losses import DEFAULT_LOSS
from deepgraph.words.columns import aligned
from deepgraph.words.messages import counted
from deepgraph.words.urls import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.engines import Engine
    from deepgraph.evaluate.reference import Trace
    from deepgraph.scoring.evaluation import Evaluation
    from deepgraph.scoring.jobs import Scored
    from deepgraph.scoring.report import Report
    from deepgraph.tables.rejects import Rejects

MOST_CLASSES = 12
"""The most classes whose confusion matrix fits a terminal."""
MOST_NOTES = 20
"""The number of tables with notes of their own; further odd tables are only counted."""


def note_one_row(trace: Trace, inputs: dict[str, float]) -> None:
    """Note NaN and infinity in one row, before it is written: a reader of stdout may leave."""
    strange = [name for name, value in inputs.items() if not math.isfinite(value)]
    if strange:
        note(f"{printable_list(strange)} {'is' if len(strange) == 1 else 'are'} NaN or infinite.")
        return
    born = trace.first_nan()
    if born is not None:
        note(f'NaN is born of finite inputs, first in node "{born[0]}".')


def speed(engine: Engine, threads: int, rows: int, seconds: float) -> str:
    """The engine, the number of threads, and the rows by time."""
    rate = rows / seconds if seconds else math.inf
    share = f"{threads} thread{'s' * (threads > 1)}"
    work = f"{rows:,} rows in {seconds:.2f} s, {rate:,.0f} a second"
    return f"engine {engine.name}: {engine.reason}; {share}; {work}"


class Notes:
    """Notes on a run, for each table and for all together; shown when the run is over.

    Args:
        evaluation: what is computed.
        errors: the file of `--errors`.
        plural: name the table in each note.
        verbose: count the rows of each table, too.
    """

    def __init__(
        self, evaluation: Evaluation, errors: str | None, plural: bool, verbose: bool
    ) -> None:
        self.rows = self._written = self._left_out = self._correct = self.tables = 0
        from deepgraph.scoring.judgement import Judgement  # with the evaluation

        self._judgement = Judgement()
        self._evaluation = evaluation
        self._errors = errors
        self._plural = plural
        self._verbose = verbose
        self._lines: list[str] = []
        self._silent = 0

    def add(self, scored: Scored) -> None:
        """Take in a table that is done."""
        self.rows += scored.rows
        self._written += scored.written
        self._left_out += scored.left_out
        self._correct += scored.report.correct
        self._judgement.add(scored.report.judgement)
        self.tables += 1
        notes = list(_notes(self._evaluation, scored.report, scored.rejects))
        if scored.rejects is not None and scored.rejects.first is not None:
            where = name_of(self._errors) if self._errors else "--errors FILE"
            notes.append(
                f"{scored.left_out:,} of {scored.rows:,} rows left out, the first: "
                f"{scored.rejects.first}. {where} lists them."
            )
        if notes and len(self._lines) >= MOST_NOTES:
            self._silent += 1
            notes = []
        place = f"{scored.name}: " if self._plural else ""
        self._lines += [f"Note: {place}{text}" for text in notes]
        if self._verbose and self._plural:
            rows = counted(scored.rows, "row")
            self._lines.append(
                f"{place}{rows}, {scored.written:,} written, {scored.left_out:,} left out"
            )

    def show(self, *, scores: bool = True) -> None:
        """Write the notes and sums on standard error; if `scores`, accuracy and loss, too."""
        for line in self._lines:
            say(line, err=True)
        if self._silent:
            note(f"something was odd in {self._silent:,} more tables.")
        if self._plural and (self._verbose or self._left_out):
            say(
                f"{self.tables:,} tables: {self.rows:,} rows, {self._written:,} written, "
                f"{self._left_out:,} left out",
                err=True,
            )
        if scores and self._evaluation.judges:
            for line in self._judged():
                say(line, err=True)

    def document(self) -> dict[str, Any]:
        """The counts of all tables together, and the scores, as JSON values."""
        from deepgraph.scoring.judgement import loss_of
        from deepgraph.words.machine_numbers import json_value

        counts = {"tables": self.tables, "rows": self.rows, "written": self._written}
        content: dict[str, Any] = {**counts, "left_out": self._left_out}
        evaluation, found = self._evaluation, self._judgement
        if not evaluation.judges:
            return content
        loss = DEFAULT_LOSS if evaluation.targets else loss_of(evaluation.network)
        content["loss"] = {"name": loss, "mean": json_value(found.mean_loss), "rows": found.rows}
        if evaluation.targets:
            right = None if found.right is None else found.right[0]
        else:
            right = self._correct if evaluation.classify else None
        if right is not None:
            share = right / self._written if self._written else math.nan
            content |= {"correct": right, "accuracy": json_value(share)}
        if found.pairs is not None:
            content["classes"] = list(evaluation.classes.names)
            content["confusion_matrix"] = found.pairs[:, :-1].tolist()
        return content

    def _judged(self) -> Iterator[str]:
        """Accuracy, loss and the confusion matrix."""
        from deepgraph.scoring.judgement import loss_of

        evaluation, found = self._evaluation, self._judgement
        if not self._written:
            yield "no row to compare with its target"
            return
        if evaluation.targets:
            from deepgraph.request.value_table import of_numbers  # with the evaluation

            yield from of_numbers(found)
            return
        loss = f"{loss_of(evaluation.network)} {found.mean_loss:.4g}"
        if not evaluation.classify:
            yield f"{loss} ({found.rows:,} rows)"
            return
        share = self._correct / self._written if self._written else math.nan
        yield f"accuracy {share:.4g} ({self._correct:,} of {self._written:,} rows)"
        names = evaluation.classes.names
        if not found.rows or found.pairs is None or len(names) > MOST_CLASSES:
            return
        yield loss
        rows = [["true \\ predicted", *names]]
        rows += [
            [name, *(f"{count:,}" for count in line)]
            for name, line in zip(names, found.pairs[:, :-1].tolist(), strict=True)
        ]
        yield from aligned(rows, right=range(1, len(names) + 1))


def _notes(evaluation: Evaluation, report: Report, rejects: Rejects | None) -> Iterator[str]:
    """Odd values of one table, a sentence for each kind."""
    from deepgraph.scoring.report import MOST_STRANGE  # imports pyarrow

    def file_row(position: int) -> int:
        return position if rejects is None else rejects.file_row(position)

    if report.first_nonfinite is not None:
        row, name = report.first_nonfinite
        verb = "is" if report.nonfinite == 1 else "are"
        values = f"{counted(report.nonfinite, 'input value')} {verb}"
        yield f'{values} NaN or infinite, the first in row {file_row(row):,}, input "{name}".'
    if report.first_nan is not None:
        row, name = report.first_nan
        yield f'NaN is born of finite inputs, first in row {file_row(row):,}, node "{name}".'
    yield from report.sentinels.notes(evaluation.network.input_names, file_row)
    if report.strange:
        text, row = next(iter(report.strange.items()))
        others = len(report.strange) - 1
        least = "at least " if len(report.strange) == MOST_STRANGE else ""
        more = f" and {least}{counted(others, 'other text')}" if others else ""
        classes = evaluation.classes
        several, known = (
            ("outputs", "the outputs are")
            if classes.threshold is None
            else ("classes", "the classes are")
        )
        verb = f"are no {several}" if others else f"is no {classes.kind}"
        yield (
            f'"{text}" (row {file_row(row):,}){more} in "{evaluation.target}" {verb}; '
            f"{known} {', '.join(classes.names[:10])}."
        )
