"""Graphviz: `dot` quotes its text, `execute` is the one place that runs it."""
