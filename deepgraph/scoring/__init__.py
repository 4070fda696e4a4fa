"""The forward pass over tables: record batches in, record batches out, results as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph import lazy

if TYPE_CHECKING:
    from deepgraph.scoring.evaluation import Evaluation, Report, evaluate
    from deepgraph.scoring.jobs import Job, Scored, score

__all__ = ["Evaluation", "Job", "Report", "Scored", "evaluate", "score"]

__getattr__, __dir__ = lazy.exports(
    __name__,
    {
        **dict.fromkeys(("Evaluation", "Report", "evaluate"), "scoring.evaluation"),
        **dict.fromkeys(("Job", "Scored", "score"), "scoring.jobs"),
    },
)
