"""What texts of programs have in common: the comment at the top, long lists in several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.formats.writers.names import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.graph.graph import Graph

WIDTH = 96
"""The longest line, where it can be broken."""


def about(graph: Graph, what: str = "") -> list[str]:
    """What a network is, and what its inputs and outputs are called, for a comment.

    Args:
        graph: the network.
        what: what inputs and outputs are if they are no entries of `inputs` and `outputs`.
    """
    spec = graph.spec
    name = spec.name or "network"
    lines = [harmless(f"{name}: {spec.title}" if spec.title else name)]
    lines.append("Written by deepgraph export; change the spec, not this file.")
    if spec.source:
        lines += _wrapped(f"Source: {harmless(spec.source)}")
    for kind, nodes in (("inputs", graph.inputs), ("outputs", graph.outputs)):
        lines.append("")
        for place, node in enumerate(nodes.tolist()):
            label = graph.label(node)
            more = f" ({harmless(label)})" if label != graph.ids[node] else ""
            head = f"{kind.removesuffix('s')} " if what else f"{kind}[{place}] "
            lines.append(f"{head} {harmless(graph.ids[node])}{more}")
    return lines


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, WIDTH - 14, break_long_words=False, break_on_hyphens=False)


def filled(texts: Iterable[str], indent: str) -> str:
    """Texts separated by commas, in as many lines as they need."""
    lines, line = [], ""
    for text in texts:
        if line and len(line) + len(text) + 2 > WIDTH - len(indent):
            lines.append(line)
            line = ""
        line = f"{line}, {text}" if line else text
    return f",\n{indent}".join([*lines, line])
