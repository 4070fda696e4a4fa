"""What is noticed while rows are evaluated: counts that are summed over the batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.evaluate.reference import trace
from deepgraph.scoring.judgement import Judgement
from deepgraph.tables.sentinels import Sentinels

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph

MOST_STRANGE = 100
"""Different texts that are no class that a report remembers."""


@dataclass
class Report:
    """Counts of an evaluation, summed over the batches.

    Attributes:
        rows: the rows that were evaluated.
        correct: the rows whose prediction is that of the target column.
        strange: texts of the target column that are no class, with their first row; at most
            `MOST_STRANGE`, since a wrong column may have another text in every row.
        nonfinite: the input values that are NaN or infinite.
        first_nonfinite: row (from 1) and input of the first of these.
        first_nan: row and node of the first NaN that comes from finite inputs.
        sentinels: numbers among the inputs that may mark missing values.
        judgement: the loss against the target column, and for classes the confusion matrix.
    """

    rows: int = 0
    correct: int = 0
    strange: dict[str, int] = field(default_factory=dict)
    nonfinite: int = 0
    first_nonfinite: tuple[int, str] | None = None
    first_nan: tuple[int, str] | None = None
    sentinels: Sentinels = field(default_factory=Sentinels, compare=False)
    judgement: Judgement = field(default_factory=Judgement, compare=False)

    @property
    def accuracy(self) -> float:
        """The share of rows whose prediction is that of the target column."""
        return self.correct / self.rows if self.rows else float("nan")

    def add(self, other: Report) -> None:
        """Add the counts of the rows behind these."""
        if self.first_nonfinite is None and other.first_nonfinite is not None:
            row, name = other.first_nonfinite
            self.first_nonfinite = (self.rows + row, name)
        if self.first_nan is None and other.first_nan is not None:
            row, name = other.first_nan
            self.first_nan = (self.rows + row, name)
        for text, row in other.strange.items():
            if len(self.strange) < MOST_STRANGE:
                self.strange.setdefault(text, self.rows + row)
        self.sentinels.add(other.sentinels)
        self.judgement.add(other.judgement)
        self.rows += other.rows
        self.correct += other.correct
        self.nonfinite += other.nonfinite


def notice(report: Report, network: Graph, inputs: Any, values: Any) -> None:
    """Count inputs that are not finite, and find the first NaN that comes from finite ones."""
    report.sentinels = Sentinels.of(inputs)
    strange = ~np.isfinite(inputs)
    if strange.any():
        report.nonfinite = int(strange.sum())
        row = int(np.flatnonzero(strange.any(axis=0))[0])
        name = network.input_names[int(np.flatnonzero(strange[:, row])[0])]
        report.first_nonfinite = (row + 1, name)
    undefined = np.isnan(values)
    if undefined.any():
        born = np.flatnonzero(undefined.any(axis=0) & ~strange.any(axis=0))
        if len(born):
            row = int(born[0])
            found = trace(network, inputs[:, row : row + 1]).first_nan()
            if found is not None:
                report.first_nan = (row + 1, found[0])
