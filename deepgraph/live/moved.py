"""A second picture of the page as the first one with its nodes moved, which takes less room.

The picture for narrow screens flows downwards. Its nodes are mostly those of the other one at other
places: then the page carries how far each is moved, and the script `diagram.js` moves them.
"""

from __future__ import annotations

import json
import re
from typing import Any

ROUNDING = 0.0101
"""px by which a moved coordinate may differ: both pictures round theirs to two decimals."""
NODE = re.compile(r'<g class="node".*?</g>\n', re.DOTALL)
"""The element of a node."""
_PLACE = re.compile(r' (c?)([xy])="(-?\d+(?:\.\d+)?)"')
"""A text that looks like one makes two nodes unlike, so that the page carries both pictures."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def moves(
    body: str, other_body: str, hooks: list[dict[str, Any]], other_hooks: list[dict[str, Any]]
) -> list[list[float]] | None:
    """How far each node is moved, (x, y) in px; `None` if more than places is another.

    Args:
        body: the elements of the first picture, without edges.
        other_body: those of the second one.
        hooks: of the nodes of the first picture; see `deepgraph.live.hooks`.
        other_hooks: of those of the second one.
    """
    groups, others = NODE.findall(body), NODE.findall(other_body)
    if len(groups) != len(others):
        return None
    found = []
    for group, other, node, moved in zip(groups, others, hooks, other_hooks, strict=True):
        by = [round(b - a, 2) for a, b in zip(node["box"][:2], moved["box"][:2], strict=True)]
        is_moved = _is_close(_group_at(group, by), other) and _is_close(
            json.dumps(_hook_at(node, by)), json.dumps(moved)
        )
        if not is_moved:
            return None
        found.append(by)
    return found


def without_nodes(body: str) -> str:
    """The elements of a picture without its nodes."""
    return NODE.sub("", body)


def _group_at(group: str, by: list[float]) -> str:
    return _PLACE.sub(
        lambda at: f' {at[1]}{at[2]}="{float(at[3]) + by[at[2] == "y"]:.2f}"',
        group,
    )


def _hook_at(node: dict[str, Any], by: list[float]) -> dict[str, Any]:
    x, y, *size = node["box"]
    lines = [{**line, "y": line["y"] + by[1]} for line in node["lines"]]
    moved = {**node, "box": [x + by[0], y + by[1], *size], "lines": lines}
    if below := node.get("derivative"):  # a bias has none
        moved["derivative"] = {**below, "y": below["y"] + by[1]}
    return moved


def _is_close(text: str, other: str) -> bool:
    """True if two texts differ by rounding of their numbers."""
    if _NUMBER.split(text) != _NUMBER.split(other):
        return False
    pairs = zip(_NUMBER.findall(text), _NUMBER.findall(other), strict=True)
    return all(abs(float(a) - float(b)) <= ROUNDING for a, b in pairs)
