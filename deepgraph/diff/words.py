"""What differs beside the network itself: its examples, its style, its words."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from deepgraph.diff.records import Change
from deepgraph.diff.texts import changed, text_change
from deepgraph.options.drawing import key_name
from deepgraph.spec import literals
from deepgraph.spec.canonical import inline, tree
from deepgraph.spec.edge_columns import Edges
from deepgraph.spec.records import Group
from deepgraph.words.messages import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from deepgraph.diff.naming import NewNames
    from deepgraph.diff.pairing import Pairing
    from deepgraph.graph.graph import Graph
    from deepgraph.spec.records import Example, Layer, Record, Spec

WORDS = ("name", "title", "description", "source", "note", "schema")
BY_NODE = ("inputs", "expect", "pre_activations", "targets", "node_gradients")
BY_PARAMETER = ("gradients", "updated")
BY_DECIMALS = (*BY_NODE[1:3], "gradients", "node_gradients", "deltas", "updated", "accuracy")
"""Fields of an example whose figures `check` judges by their decimals; the loss is one, too."""


# --- examples -------------------------------------------------------------------------------------


def examples(a: Spec, b: Spec, new: NewNames) -> list[Change]:
    """The changes of the examples, figure by figure.

    Figures are equal if their values are. One that `check` judges by its decimals must have as
    many, too, unless the example has a tolerance.
    """
    found: list[Change] = []
    pairs, gone, come = _paired(a.examples, b.examples)
    for number, mine, yours in pairs:
        label = _title(yours, number)
        before, after = _figures(mine, new.node, new.parameter), _figures(yours, str, str)
        tolerant = bool(bytes(mine.tolerance)) and bool(bytes(yours.tolerance))
        for key in dict.fromkeys([*before, *after]):
            texts = before.get(key), after.get(key)
            judged = key.split(" ", 1)[0] in BY_DECIMALS or key == "loss expect"
            if not _same(*texts, loose=tolerant or not judged):
                found.append(text_change("example", f"{label}, {key}", *_plain(*texts)))
    order = [number for number, *_ in pairs]
    if order != sorted(order):
        titles = [", ".join(_title(b.examples[n], n) for n in ns) for ns in (order, sorted(order))]
        found += changed("order of examples", "", *titles)
    found += [Change("removed", "example", _title(e, n), _summary(e)) for n, e in gone]
    found += [Change("added", "example", _title(e, n), None, _summary(e)) for n, e in come]
    return found


def _paired(
    mine: list[Example], yours: list[Example]
) -> tuple[
    list[tuple[int, Example, Example]], list[tuple[int, Example]], list[tuple[int, Example]]
]:
    """Examples of one name are one, then those without a name in their order."""
    left = dict(enumerate(yours))
    pairs, gone = [], []
    for number, example in enumerate(mine):
        same = [n for n, other in left.items() if other.name == example.name]
        if same:
            pairs.append((same[0], example, left.pop(same[0])))
        else:
            gone.append((number, example))
    return pairs, gone, list(left.items())


def _title(example: Example, number: int) -> str:
    return f'"{shown(example.name)}"' if example.name else f"number {number + 1}"


def _summary(example: Example) -> str:
    keys = [key for key in example.__struct_fields__ if key not in ("name", "source", "note")]
    return ", ".join(key for key in keys if _given(example, key))


def _given(record: msgspec.Struct, key: str) -> bool:
    """True if a record says more under a key than it says without it."""
    value = getattr(record, key)
    if isinstance(value, msgspec.Raw):
        return bool(bytes(value))
    return bool(value) and value != _defaults(type(record))[key]


@cache
def _defaults(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.default for field in msgspec.structs.fields(kind)}


def _figures(
    example: Example, node: Callable[[str], str], parameter: Callable[[str], str]
) -> dict[str, bytes]:
    """Every entry of an example by a name for readers, as the text of JSON."""
    found: dict[str, bytes] = {}
    encoded = zip(example.__struct_fields__, example.__struct_encode_fields__, strict=True)
    for field, key in encoded:
        value = getattr(example, field)
        if field in ("name", "source", "note") or not _given(example, field):
            continue
        if isinstance(value, dict):
            mapped = parameter if field in BY_PARAMETER else node
            found |= {f"{key} {mapped(name)}": bytes(text) for name, text in value.items()}
        elif isinstance(value, msgspec.Struct):
            found |= {f"{key} {part}": text for part, text in _parts(value)}
        else:
            found[key] = _encoded(value)
    return found


def _parts(record: msgspec.Struct) -> Iterator[tuple[str, bytes]]:
    for part in record.__struct_fields__:
        value = getattr(record, part)
        if _given(record, part):
            yield part, _encoded(value)


def _encoded(value: Any) -> bytes:
    return bytes(value) if isinstance(value, msgspec.Raw) else msgspec.json.encode(value)


def _same(before: bytes | None, after: bytes | None, *, loose: bool) -> bool:
    """True if two figures, or two lists of them, say the same."""
    if before == after or before is None or after is None:
        return before == after
    if before[:1] == after[:1] == b"[":
        parts = [msgspec.json.decode(text, type=list[msgspec.Raw]) for text in (before, after)]
        return len(parts[0]) == len(parts[1]) and all(
            _same(bytes(one), bytes(other), loose=loose) for one, other in zip(*parts, strict=True)
        )
    try:
        same = literals.value(before) == literals.value(after)
    except ValueError:
        return False
    return same and (loose or literals.half_unit(before) == literals.half_unit(after))


def _plain(before: bytes | None, after: bytes | None) -> tuple[str | None, str | None]:
    """Two figures, each on one line; texts without their quotes where that tells them apart."""
    lines = [None if text is None else inline(tree(text.decode())) for text in (before, after)]
    bare = [
        str(json.loads(line)) if line is not None and line.startswith('"') else line
        for line in lines
    ]
    return (lines[0], lines[1]) if bare[0] == bare[1] else (bare[0], bare[1])


# --- style and words ------------------------------------------------------------------------------


def style(a: Graph, b: Graph, pairing: Pairing, new: NewNames) -> list[Sequence[Change]]:
    """The options of drawing that the specs preset, and the captions and grids of layers."""
    mine, yours = (
        {key_name(key): value for key, value in spec.style.items()} for spec in (a.spec, b.spec)
    )
    options = []
    for key in dict.fromkeys([*mine, *yours]):
        both = [side[key] for side in (mine, yours) if key in side]
        if len(both) == 1 or not _same_value(*both):
            texts = [
                json.dumps(side[key], ensure_ascii=False) if key in side else None
                for side in (mine, yours)
            ]
            options.append(text_change("style", key, *texts))
    return [options, list(_captions(a, b, pairing, new)), list(_grids(a.spec, b.spec, new))]


def _same_value(one: Any, other: Any) -> bool:
    """True if two values of JSON are equal: 2 and 2.0 are, 1 and true are not."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same_value, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _captions(a: Graph, b: Graph, pairing: Pairing, new: NewNames) -> Iterator[Change]:
    """The captions of columns; one that all of its nodes have otherwise now once.

    A layer that is spelled out as nodes has its id as their caption, which is the same picture, and
    the new id of a layer is told as its name.
    """
    moved: dict[tuple[str | None, str | None], list[str]] = {}
    left: tuple[set[str | None], set[str | None]] = set(), set()  # captions that some nodes keep
    both = np.flatnonzero(pairing.b_of >= 0).tolist()
    named = {now: old for old, now in new.layers.items()}
    for node in both:
        other = int(pairing.b_of[node])
        before, after = a.columns.get(node), b.columns.get(other)
        if before == after or (after in named and named[after] == before):
            left[0].add(before)
            left[1].add(after)
        else:
            moved.setdefault((before, after), []).append(b.ids[other])
    for (before, after), names in moved.items():
        partners = [pair for pair in moved if pair[0] == before or pair[1] == after]
        whole = len(partners) == 1 and before not in left[0] and after not in left[1]
        if whole and before is not None and after is not None:
            yield Change("changed", "caption", after, before, after)
            continue
        for name in names:
            yield from changed("caption", name, before, after)


def _grids(a: Spec, b: Spec, new: NewNames) -> Iterator[Change]:
    for before, after in _layers(a, b, new):
        grids = before.grid, after.grid
        texts = [None if grid is None else "{} × {}".format(*grid) for grid in grids]
        yield from changed("grid", after.id, *texts)


def _layers(a: Spec, b: Spec, new: NewNames) -> Iterator[tuple[Layer, Layer]]:
    """The layers that both have, before and after."""
    layers = {layer.id: layer for layer in b.layers}
    for layer in a.layers:
        name = new.layers.get(layer.id, layer.id)
        if name in layers:
            yield layer, layers[name]


def words(a: Graph, b: Graph, pairing: Pairing, new: NewNames) -> list[Sequence[Change]]:
    """The words about the network and about its parts."""
    return [
        list(_fields("", "", a.spec, b.spec, WORDS)),
        list(_notes(a, b, pairing, new)),
        list(_sources(a.spec, b.spec)),
    ]


def _fields(
    what: str, name: str, a: Record, b: Record, fields: tuple[str, ...]
) -> Iterator[Change]:
    for field in fields:
        texts = [getattr(record, field) for record in (a, b)]
        yield from changed(what or field, name, *texts)


def _notes(a: Graph, b: Graph, pairing: Pairing, new: NewNames) -> Iterator[Change]:
    """The notes of nodes, edges, layers and groups that both have."""
    first = len(a.ids) - len(a.spec.nodes), len(b.ids) - len(b.spec.nodes)
    for at, record in enumerate(a.spec.nodes):
        other = int(pairing.b_of[first[0] + at]) - first[1]
        if other >= 0:
            yield from _fields(
                "note of node", b.spec.nodes[other].id, record, b.spec.nodes[other], ("note",)
            )
    if any(_may_have_notes(graph) for graph in (a, b)):
        yield from _edge_notes(a, b, pairing)
    for before, after in _layers(a.spec, b.spec, new):
        yield from _fields("note of layer", after.id, before, after, ("note",))
    for old, group in a.spec.groups.items():
        name = new.parameter(old)
        texts = [
            side.note if isinstance(side, Group) else None
            for side in (group, b.spec.groups.get(name))
        ]
        if name in b.spec.groups:
            yield from changed("note of group", name, *texts)


def _may_have_notes(graph: Graph) -> bool:
    """False if no edge has a note; a large file is not turned into records for that."""
    edges = graph.spec.edges
    return not isinstance(edges, Edges) or edges.mention(b'"note"')


def _edge_notes(a: Graph, b: Graph, pairing: Pairing) -> Iterator[Change]:
    first = len(a.source) - len(a.spec.edges), len(b.source) - len(b.spec.edges)
    for one, other in zip(pairing.edges_a.tolist(), pairing.edges_b.tolist(), strict=True):
        if one >= first[0] and other >= first[1]:
            mine, yours = a.spec.edges[one - first[0]], b.spec.edges[other - first[1]]
            if mine.note != yours.note:
                name = f"{yours.source} → {yours.target}"
                yield from _fields("note of edge", name, mine, yours, ("note",))


def _sources(a: Spec, b: Spec) -> Iterator[Change]:
    """Where the figures of examples come from, and the notes about them."""
    for number, mine, yours in _paired(a.examples, b.examples)[0]:
        for field in ("source", "note"):
            title = _title(yours, number)
            yield from _fields(f"{field} of example", title, mine, yours, (field,))
