"""The published numbers of a spec, recomputed: every figure of every example gets a verdict."""

from deepgraph.check.figures import check
from deepgraph.check.records import Checks, Result

__all__ = ["Checks", "Result", "check"]
