"""What texts of programs have in common: the comment at the top, long lists in several lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deepgraph.formats.writers.names import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.graph.classes import Classes
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
    classes = two_classes(graph)
    if classes is not None:
        low, high = (f'"{harmless(name)}"' for name in classes.names)
        lines += ["", f"The class is {high} from {classes.threshold!r} on, below it {low}."]
    return lines


def two_classes(graph: Graph) -> Classes | None:
    """The two classes that the spec names for its one output; `None` if it names none."""
    classes = graph.classes
    return classes if classes is not None and classes.given else None


def metadata_of(graph: Graph) -> dict[str, str]:
    """The names of inputs, outputs and classes as JSON, for files that have room for texts.

    Several outputs have classes only where they are known to tell them; see `Graph.tells_classes`.
    """
    found: dict[str, Any] = {"inputs": graph.input_names, "outputs": graph.output_names}
    several = len(graph.outputs) > 1 and graph.tells_classes
    if graph.classes is not None and (graph.classes.given or several):
        found["classes"] = graph.classes.names
        if graph.classes.threshold is not None:
            found["threshold"] = graph.classes.threshold
    return {key: json.dumps(content, ensure_ascii=False) for key, content in found.items()}


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
