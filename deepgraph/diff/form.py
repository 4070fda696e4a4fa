"""What two specs only write otherwise: numbers of one value, layers or nodes, the places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.diff.patching import equal_numbers
from deepgraph.diff.records import Change
from deepgraph.spec import literals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.diff.json_patch import Operation
    from deepgraph.spec.records import Spec


def form(specs: tuple[Spec, Spec], patch: Sequence[Operation], others_told: bool) -> list[Change]:
    """The changes of the form, which change nothing else.

    Args:
        specs: the two specs.
        patch: that makes the second of the first.
        others_told: true if other sections tell a change, or would if they were not left out. If
            none does, one line names the places
            that are written otherwise and are no number.
    """
    found: list[Change] = []
    if bool(specs[0].layers) != bool(specs[1].layers):
        words = ["layers" if spec.layers else "nodes and edges" for spec in specs]
        return [Change("changed", "form", "", words[0], words[1])]
    others, before = 0, ""
    for operation in patch:
        value = operation.value
        if operation.op == "test" and isinstance(value, str):
            before = value
        elif operation.op == "replace" and isinstance(value, str) and _same(before, value):
            found.append(Change("changed", "number", operation.path[1:], before, value))
        elif operation.op != "test":
            others += 1
    if others and not found and not others_told:
        places = [op.path[1:] for op in patch if op.op != "test"]
        more = f" and {others - 3:,} more" if others > 3 else ""
        found.append(Change("changed", "form", "", None, f"{', '.join(places[:3])}{more}"))
    return found


def _same(before: str, after: str) -> bool:
    """True if two leaves are numbers of one value: 0.50, 0.5 or "1/2"."""
    if equal_numbers(before, after):
        return True
    try:
        return literals.value(before.encode()) == literals.value(after.encode())
    except ValueError:
        return False
