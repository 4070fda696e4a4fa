"""Rules about the constants by which inputs are normalised and outputs rescaled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.errors import Problem
from deepgraph.functions.softmax import softmax_group
from deepgraph.graph.kinds import INPUT, KINDS, OUTPUT
from deepgraph.graph.scaling import Scaled, entries
from deepgraph.spec import literals
from deepgraph.words.messages import article, counted

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from deepgraph.graph.draft import Draft


def scaling_stands_at_the_ends(draft: Draft) -> Iterator[Problem]:
    """Only inputs are normalised, and only outputs rescaled; a softmax is not."""
    for key, kind, ends in (("normalise", INPUT, "inputs"), ("rescale", OUTPUT, "outputs")):
        if kind not in draft.kind:
            continue  # reported by `network_has_ends`
        for part in draft.normalise if kind == INPUT else draft.rescale:
            if not part.nodes or draft.is_reported(part.nodes[0]):
                continue
            own = draft.kind[part.nodes[0]]
            if own != kind:
                layer = part.path.startswith("$.layers")
                end = "first" if kind == INPUT else "last"
                what = f"this is {article(KINDS[own])} node"
                what = f"this layer is not the {end} one" if layer else what
                yield Problem(part.path, f'"{key}" is for {ends}, and {what}; drop it')
    for part in draft.rescale:
        if part.nodes and softmax_group(draft.functions[draft.function[part.nodes[0]]]) is not None:
            what = "the values of a softmax are shares of 1, which are not rescaled; drop it"
            yield Problem(part.path, what)


def scaling_has_sound_numbers(draft: Draft) -> Iterator[Problem]:
    """Constants are numbers, in a layer also lists with one for each node; `scale` is not 0."""
    for part in (*draft.normalise, *draft.rescale):
        layer = part.path.startswith("$.layers")
        columns: dict[str, list[float]] = {}
        for key, text in part.texts.items():
            path = f"{part.path}.{key}"
            if text[:1] != b"[":
                numbers = yield from _numbers([text], [path], key)
                columns[key] = numbers * len(part.nodes)
            elif not layer:
                yield Problem(
                    path, f"expected one number for this node, got {literals.shown(text)}"
                )
            elif len(texts := entries(text)) != len(part.nodes):
                given = counted(len(texts), "number")
                what = f"{given} for a layer of {counted(len(part.nodes), 'node')}; write one for "
                yield Problem(path, what + "each of its nodes, or one number for all")
            else:
                paths = [f"{path}[{place}]" for place in range(len(texts))]
                columns[key] = yield from _numbers(texts, paths, key)
        yield from _in_order(part, columns)


def _numbers(
    texts: list[bytes], paths: list[str], key: str
) -> Generator[Problem, None, list[float]]:
    """Report texts that are no numbers, or a scale of 0; returns the numbers, NaN for those."""
    found = []
    for text, path in zip(texts, paths, strict=True):
        try:
            found.append(literals.value(text))
        except ValueError as error:
            found.append(float("nan"))
            yield Problem(path, str(error))
            continue
        if key == "scale" and not found[-1]:
            yield Problem(path, "scale must not be 0: values are divided by it, or lost in it")
    return found


def _in_order(part: Scaled, columns: dict[str, list[float]]) -> Iterator[Problem]:
    """The problem of a `min` that is not smaller than its `max`; only the first is told."""
    pairs = zip(columns.get("min", ()), columns.get("max", ()), strict=False)
    for place, (low, high) in enumerate(pairs):
        if low >= high:
            at = f"[{place}]" if part.texts["min"][:1] == b"[" else ""
            what = f"min must be smaller than max, got {low:g} and {high:g}"
            yield Problem(f"{part.path}.min{at}", what)
            return
