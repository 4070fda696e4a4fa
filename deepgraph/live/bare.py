"""What the page carries of a picture: all but what its script writes as it opens.

What it leaves out are the edges with their labels and the biases at nodes, whose places are in the
hooks, the numbers of texts, and the roles of colours of nodes.
"""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from deepgraph.live.moved import NODE, moves, without_nodes
from deepgraph.live.picture import Picture, without_attributes

_OF_EDGES = re.compile(r'<g class="(?:edge|label|bias)[ "].*?</g>\n', re.DOTALL)
_KEYS = re.compile(r' data-(?:node|kind)="[^"]*"')
_SPELLED = re.compile(
    r'<g class="(label|bias)"[^>]*>(?:<(?:rect|path)[^>]*>)*<text[^>]*>(.*?)</text></g>\n'
)
_TEXT = re.compile(r"(<text[^>]*>)(.*?)(</text>)", re.DOTALL)
_CLASS = re.compile(r' class="[fs]-[^"]*"')
_FITTED, _NOTHING = re.compile(r' (?:y|font-size)="[^"]*"'), re.compile(r"(?!)")
_ENDS = re.compile(r"(?:</tspan>)*$")


def carried(pictures: list[Picture]) -> list[dict[str, Any]]:
    """The data of the pictures of a page, of which the first one stands in the page itself."""
    return [
        {**_hooks(one), "spelled": _spelled(one), **(_second(one, pictures[0]) if at else {})}
        for at, one in enumerate(pictures)
    ]


def bare(picture: Picture) -> str:
    """The elements of a picture that the page carries."""
    nodes = iter(picture.hooks["nodes"])
    body = _OF_EDGES.sub("", picture.svg)
    body = NODE.sub(lambda group: _bare_node(group[0], next(nodes)), body)
    return without_attributes(body, _KEYS)


def _bare_node(group: str, node: dict[str, Any]) -> str:
    if node["role"] in ("bias", "more"):  # whose colours the script leaves alone
        return _without_numbers(group, {0: node.get("cut", 0)}, _NOTHING)
    cuts = {line["line"]: line["cut"] for line in node["lines"] if line["is"] != "class"}
    return _without_numbers(without_attributes(group, _CLASS), cuts, _FITTED)


def _without_numbers(group: str, cuts: dict[int, int], fitted: re.Pattern[str]) -> str:
    """An element without some attributes of some texts, and without their last characters.

    Args:
        group: the element.
        cuts: by the number of a text how many characters it lacks.
        fitted: matches the attributes.
    """
    at = count()

    def shorter(text: re.Match[str]) -> str:
        cut = cuts.get(next(at))
        return text[0] if cut is None else fitted.sub("", text[1]) + _cut(text[2], cut) + text[3]

    return _TEXT.sub(shorter, group)


def _cut(markup: str, cut: int) -> str:
    """The markup of a text without its last characters, which stand in one element."""
    ends = _ENDS.search(markup)
    assert ends is not None
    return markup[: ends.start() - cut] + ends[0]


def _spelled(picture: Picture) -> list[str]:
    """The markup of the text of each label, then of each bias, without its number."""
    texts = sorted(_SPELLED.findall(picture.svg), key=lambda found: found[0] == "bias")
    hooks = [*filter(None, picture.hooks["labels"]), *picture.hooks["pills"]]
    return [_cut(text, hook["cut"]) for (_, text), hook in zip(texts, hooks, strict=True)]


def _hooks(picture: Picture) -> dict[str, Any]:
    """The hooks of a picture without the lengths of numbers, labels as lists of their values."""
    hooks = picture.hooks
    labels = [
        label and [value for key, value in label.items() if key != "cut"]
        for label in hooks["labels"]
    ]
    pills = [_uncut(pill) for pill in hooks["pills"]]
    nodes = [{**node, "lines": [_uncut(line) for line in node["lines"]]} for node in hooks["nodes"]]
    return {**hooks, "nodes": nodes, "pills": pills, "labels": labels}


def _uncut(hook: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in hook.items() if key != "cut"}


def _second(picture: Picture, first: Picture) -> dict[str, Any]:
    """The elements of another picture, with its nodes as those of the first one where they are."""
    svg = bare(picture)
    moved = moves(bare(first), svg, first.hooks["nodes"], picture.hooks["nodes"])
    if moved is None:
        return {"svg": svg, "moved": None}
    return {"svg": without_nodes(svg), "moved": moved, "nodes": None}
