"""Recomputes the published numbers of a spec: every figure of every example gets a verdict.

- `figures` recomputes the figures of the examples.
- `steps` takes the steps of gradient descent of an example.
- `tables` computes accuracies over the tables that examples name.
"""

from deepgraph.check.figures import Checks, Result, recompute

__all__ = ["Checks", "Result", "recompute"]
