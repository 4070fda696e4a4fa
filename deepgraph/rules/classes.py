"""Rules about the two classes of the one output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.errors import Problem
from deepgraph.graph.kinds import KINDS, OUTPUT
from deepgraph.spec import literals
from deepgraph.words.messages import article, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.draft import Draft

EXAMPLE = '["no", "yes"]'


def classes_are_of_the_one_output(draft: Draft) -> Iterator[Problem]:
    """`classes` and `threshold` stand on an output, and it is the only one."""
    outputs = sum(
        kind == OUTPUT and not draft.is_reported(node) and not draft.has_value(node)
        for node, kind in enumerate(draft.kind)
    )
    if OUTPUT not in draft.kind:
        return  # reported by `network_has_ends`
    for part in draft.classes:
        key = part.keys[0]
        if not part.nodes or draft.is_reported(part.nodes[0]):
            continue
        own = draft.kind[part.nodes[0]]
        if own != OUTPUT:
            what = f"this is {article(KINDS[own])} node"
            if part.path.startswith("$.layers"):
                what = "this layer is not the last one"
            yield Problem(
                f"{part.path}.{key}", f'"{key}" is for the one output, and {what}; drop it'
            )
        elif outputs > 1:
            what = f'"{key}" is for a network with one output, and this one has {outputs:,}: there '
            what += "the largest output says the class, by its label"
            yield Problem(f"{part.path}.{key}", f"{what}; drop it")


def classes_are_two(draft: Draft) -> Iterator[Problem]:
    """The classes are two different texts, and the threshold is a number."""
    for part in draft.classes:
        names = part.record.classes
        path = f"{part.path}.classes"
        if names is not None and len(names) != 2:
            given = counted(len(names), "text")
            yield Problem(path, f"an output has two classes, as {EXAMPLE}, got {given}")
        elif names is not None and names[0] == names[1]:
            yield Problem(path, f"the two classes have one name; give each its own, as {EXAMPLE}")
        elif names is not None and not all(names):
            yield Problem(path, f"the name of a class is not empty; write {EXAMPLE}")
        if part.threshold:
            try:
                literals.value(part.threshold)
            except ValueError as error:
                yield Problem(f"{part.path}.threshold", str(error))
