"""The kinds of nodes, as numbers and as words."""

from __future__ import annotations

INPUT, BIAS, HIDDEN, OUTPUT = range(4)
"""`kind >= HIDDEN` means a node that computes something."""

KINDS = ("input", "bias", "hidden", "output")
KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
