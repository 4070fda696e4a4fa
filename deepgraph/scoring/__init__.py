"""Runs a network over tables: record batches in, record batches out, results as files.

evaluation: the record-batch function
jobs: reads tables, evaluates them, writes results, all at once in several threads
pipeline: work on a stream in several threads, with results in order
formats, results: the formats of results; their columns and writers
"""

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
