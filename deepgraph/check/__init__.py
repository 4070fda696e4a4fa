"""Recomputes the published numbers of a spec: every figure of every example gets a verdict.

- `figures` recomputes the figures of the examples.
- `tables` computes accuracies over the tables that examples name.
- `records` holds the results.
"""

from deepgraph.check.figures import recompute
from deepgraph.check.records import Checks, Result

__all__ = ["Checks", "Result", "recompute"]
