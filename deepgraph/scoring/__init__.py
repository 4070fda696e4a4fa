"""Runs a network over tables: record batches in, record batches out, results as files.

evaluation, report: the record-batch function, and what it counts
skipping: the same without the rows that do not fit, which are a second stream
datasets, patterns, listing: tables in files, folders and object stores, and how they are found
partitions: the columns that folders hold
stores, read_ahead: files here and in object stores by the same functions, and their parts ahead
work, records, completion: a run in parts, a record for each result, and the check at the end
clashes: what is written and would be in the way of what is read
spark: the network over a Spark DataFrame
jobs: reads tables, evaluates them, writes results, all at once in several threads
pipeline: work on a stream in several threads, with results in order
formats, results: the formats of results; their columns and writers
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph import lazy

if TYPE_CHECKING:
    from deepgraph.scoring.completion import finish
    from deepgraph.scoring.evaluation import Evaluation, evaluate
    from deepgraph.scoring.jobs import Job, Scored, score
    from deepgraph.scoring.report import Report
    from deepgraph.scoring.skipping import evaluate_skipping
    from deepgraph.scoring.work import Reading, Task, Work

__all__ = [
    "Evaluation",
    "Job",
    "Reading",
    "Report",
    "Scored",
    "Task",
    "Work",
    "evaluate",
    "evaluate_skipping",
    "finish",
    "score",
]

__getattr__, __dir__ = lazy.exports(
    __name__,
    {
        **dict.fromkeys(("Evaluation", "evaluate"), "scoring.evaluation"),
        **dict.fromkeys(("Job", "Scored", "score"), "scoring.jobs"),
        **dict.fromkeys(("Reading", "Task", "Work"), "scoring.work"),
        "Report": "scoring.report",
        "evaluate_skipping": "scoring.skipping",
        "finish": "scoring.completion",
    },
)
