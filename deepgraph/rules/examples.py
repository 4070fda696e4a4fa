"""The rules for the examples of a spec; see `deepgraph.rules.run`.

These rules and those of `losses` and `stages` guarantee what a figure needs (a loss, targets, as
many values as rows), so that `deepgraph check` only has to compute.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice, repeat
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.errors import FURTHER, LOCATED, Problem
from deepgraph.graph.examples import rows_in, rows_of
from deepgraph.graph.kinds import BIAS, INPUT, KINDS
from deepgraph.graph.parameters import entry_number
from deepgraph.graph.stages import member, suggestion
from deepgraph.spec import literals
from deepgraph.words.messages import Nearest, again, article, counted, in_quotes, listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import msgspec

    from deepgraph.graph.draft import Draft
    from deepgraph.spec.records import Example

BY_NODE = ("inputs", "expect", "pre_activations", "targets", "node_gradients", "deltas")
"""Keys of an example that hold figures by node id: a number, or a list of them over the rows."""
BY_PARAMETER = ("gradients", "updated")
"""Keys that hold figures by parameter: one, or all of a matrix, a vector or a group."""

Places = dict[str, list[str]]
"""Messages, each with all the places of one mistake."""


def examples_name_nodes(draft: Draft) -> Iterator[Problem]:
    """Examples name nodes that there are, and give every input."""
    if not draft.spec.examples or not draft.ids:
        return
    found = _misnamed(draft)
    yield from _unknown_nodes(draft, found.unknown)
    inputs = [name for name, kind in zip(draft.ids, draft.kind, strict=True) if kind == INPUT]
    for name, places in found.no_inputs.items():
        if inputs and not _is_reported(draft, name):
            what = f'"{shown(name)}" is no input, it is {_kind(draft, name)} node{again(places)}'
            yield Problem(places[0], f'{what}; figures for it belong under "expect"')
    for text, places in found.without_z.items():
        name = text[2:-1]  # of z(name)
        if not _is_reported(draft, name):
            what = f'"{shown(name)}" is {_kind(draft, name)} node and has no z{again(places)}'
            yield Problem(places[0], f'{what}; write "{shown(name)}"')
    for name, places in found.without_delta.items():
        if not _is_reported(draft, name):
            what = f'"{shown(name)}" is {_kind(draft, name)} node and has no z, so no delta'
            cure = 'its derivative belongs under "node_gradients"'
            yield Problem(places[0], f"{what}{again(places)}; {cure}")
    for names, places in _lacking(draft, inputs).items():
        more = f" (nor in {len(places) - 1:,} more examples)" if len(places) > 1 else ""
        yield Problem(places[0], f"no value for the {names}{more}; give every input one")


def _kind(draft: Draft, name: str) -> str:
    """The kind of a node with its article."""
    return article(KINDS[draft.kind[draft.index[name]]])


class _Misnamed(NamedTuple):
    """The names in examples that mean nothing there, with their places."""

    unknown: Places
    no_inputs: Places
    without_z: Places
    without_delta: Places


def _misnamed(draft: Draft) -> _Misnamed:
    """The names of figures by node that mean nothing."""
    names = _Misnamed({}, {}, {}, {})
    for position, example in enumerate(draft.spec.examples):
        for key in BY_NODE:
            for name in getattr(example, key):
                found = member(name, draft.index)
                if found is None or (found.is_z and key != "expect"):
                    staged = key == "expect" and name in draft.spec.stages
                    places = None if staged or name in draft.dangling else names.unknown
                elif found.is_z:
                    places = None if draft.has_z(found.node) else names.without_z
                elif key == "deltas":
                    places = None if draft.has_z(found.node) else names.without_delta
                else:
                    is_wrong = key == "inputs" and draft.kind[found.node] != INPUT
                    places = names.no_inputs if is_wrong else None
                if places is not None:
                    places.setdefault(name, []).append(f"$.examples[{position}].{key}.{name}")
    return names


def _lacking(draft: Draft, inputs: list[str]) -> Places:
    """The first inputs without a value, and the examples that lack them."""
    lacking: Places = {}
    wanted = {name: None for name in inputs if not _is_reported(draft, name)}
    for position, example in enumerate(draft.spec.examples):
        strangers = [name for name in example.inputs if name not in draft.index]
        left = len(wanted) - sum(name in wanted for name in example.inputs)
        whole = example.table or example.class_column or bytes(example.accuracy)
        if not whole and left > len(strangers):
            first = [*islice((name for name in wanted if name not in example.inputs), 5)]
            names = listed(first, 5, count=left, spell=in_quotes)
            names = f"input{'s' if left > 1 else ''} {names}"
            lacking.setdefault(names, []).append(f"$.examples[{position}].inputs")
    return lacking


def _unknown_nodes(draft: Draft, unknown: Places) -> Iterator[Problem]:
    """Names in examples that no node has; all vectors are one mistake if there are no stages."""
    nearest = Nearest([*draft.spec.stages, *draft.ids], f"the nodes are {listed(draft.ids)}")
    if not draft.spec.stages:
        vectors = list(
            dict.fromkeys(
                name
                for example in draft.spec.examples
                for name, raw in example.expect.items()
                if name in unknown and bytes(raw)[:1] == b"[" and rows_in(example) == 1
            )
        )
        if len(vectors) > 1:
            first, *others = vectors
            what = f'there is no node or stage "{shown(first)}" (nor {listed(others)})'
            cure = 'say what is in them: "stages": {"out1": ["z(h1)", "z(h2)"]}'
            yield Problem(unknown[first][0], f"{what}; {cure}")
            unknown = {name: places for name, places in unknown.items() if name not in vectors}
    for name, places in islice(unknown.items(), LOCATED):
        if name in draft.spec.stages:
            cure = '; it is a stage: figures for a stage belong under "expect"'
        elif member(name, draft.index) is not None:
            cure = '; figures for z belong under "expect", or by the id under "pre_activations"'
        else:
            cure = suggestion(name, draft.index, nearest)
        message = f'there is no node "{shown(name)}"{again(places)}{cure}'
        yield Problem(places[0], message)
    yield from repeat(FURTHER, len(unknown) - LOCATED)


def is_checked_elsewhere(draft: Draft, key: str, name: str) -> bool:
    """True for figures under `expect` that are not those of a node.

    `deepgraph.rules.stages` checks those of a stage; the name of any others is already a mistake.
    """
    return key == "expect" and member(name, draft.index) is None


def _is_reported(draft: Draft, name: str) -> bool:
    """True if another rule reports the kind or the id of a node."""
    node = draft.index[name]
    if node in draft.unfed or node in draft.entered or node in draft.repeated:
        return True
    if draft.kind[node] == BIAS:
        return bool(draft.unit_bias[node] and draft.feeds_by_wire[node])
    valued = draft.spec.parameters
    return draft.has_value(node) or (isinstance(valued, dict) and name in valued)


def examples_name_parameters(draft: Draft) -> Iterator[Problem]:
    """Gradients and updates of examples are those of parameters that there are, as frozen ones."""
    if not any(
        example.gradients or example.updated or example.freeze for example in draft.spec.examples
    ):
        return
    if draft.bare:
        return  # reported by `nodes_are_connected` or `network_has_ends`
    known = dict.fromkeys(draft.edge_labels)
    nodes = zip(draft.ids, draft.kind, draft.unit_bias.tolist(), strict=True)
    known.update({name: None for name, kind, unit in nodes if kind == BIAS and not unit})
    known.update(dict.fromkeys([*(block.name for block in draft.blocks), *draft.spec.groups]))
    reported = draft.named
    unknown: Places = {}
    for position, example in enumerate(draft.spec.examples):
        for key, name in _named_parameters(example):
            if name in known or entry_number(draft.blocks, name) is not None:
                continue
            if name in reported or name.rpartition("[")[0] in reported:
                continue
            if name in draft.index and _is_reported(draft, name):
                continue
            unknown.setdefault(name, []).append(f"$.examples[{position}].{key}")
    nearest = Nearest(known, f"the parameters are {listed(known)}" if known else "")
    for name, places in unknown.items():
        staged = "; this is a stage, a vector of values of nodes"
        cure = staged if name in draft.spec.stages else nearest(name)
        node = draft.index.get(name)
        if node is not None and draft.kind[node] == BIAS:
            cure = "; the edges of this bias have weights, and its value is a constant"
        what = f'there is no parameter "{shown(name)}"{again(places)}{cure}'
        yield Problem(places[0], what)


def _named_parameters(example: Example) -> Iterator[tuple[str, str]]:
    """The names of parameters in an example, each behind its place."""
    for key in BY_PARAMETER:
        yield from ((f"{key}.{name}", name) for name in getattr(example, key))
    yield from ((f"freeze[{place}]", name) for place, name in enumerate(example.freeze))


def tables_stand_alone(draft: Draft) -> Iterator[Problem]:
    """A table comes with a class and an accuracy, and with no figures of its own."""
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}]"
        accuracy = not literals.missing(bytes(example.accuracy))
        if example.table is None:
            given = {"class": example.class_column is not None, "accuracy": accuracy}
            for key in [key for key in given if given[key]][:1]:
                what = f'"{key}" belongs to a table; write "table" and the name of its file'
                yield Problem(f"{path}.{key}", what)
        elif not (example.class_column and accuracy):
            yield Problem(path, 'a table example needs "class", a column, and "accuracy", a share')
        elif not draft.tells_classes:
            what = "the class is the output that is largest, and this network has one output; "
            what += 'name two classes on it, "classes": ["no", "yes"]'
            yield Problem(f"{path}.table", what)
        else:
            others = (*BY_NODE, "loss", *BY_PARAMETER)
            for key in [key for key in others if getattr(example, key)][:1]:
                what = f'an example with a table has no "{key}"; put them into another example'
                yield Problem(f"{path}.{key}", what)


def figures_agree_in_rows(draft: Draft) -> Iterator[Problem]:
    """Lists of inputs are of one length, and lists of figures have a number for each row."""
    names = [name for name, kind in zip(draft.ids, draft.kind, strict=True) if kind == INPUT]
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}]"
        lists = {
            f"{path}.{key}.{name}": len(rows_of(bytes(raw)))
            for key in BY_NODE
            for name, raw in getattr(example, key).items()
            if bytes(raw)[:1] == b"[" and not is_checked_elsewhere(draft, key, name)
        }
        if not lists:
            continue
        # The most frequent length, the first of equally frequent ones, is the number of rows.
        listed = any(bytes(raw)[:1] == b"[" for raw in example.inputs.values())
        rows = Counter(lists.values()).most_common(1)[0][0] if listed else 1
        others: dict[int, list[str]] = {}
        for place, length in lists.items():
            if length not in (0, rows):
                others.setdefault(length, []).append(place)
        if others and _are_given(names, example.inputs):
            for length, places in others.items():
                given = counted(length, "value")
                there = f"{counted(rows, 'row')}{again(places)}"
                what = f"{given} for {there}; write a number for each row, or one number for all"
                yield Problem(places[0], what)


def _are_given(names: list[str], inputs: dict[str, msgspec.Raw]) -> bool:
    """True if all inputs have numbers; else another rule reports it, and rows cannot be counted."""
    for name in names:
        if name not in inputs:
            return False
        try:
            for entry in rows_of(bytes(inputs[name])):
                literals.value(entry)
        except ValueError:
            return False
    return True
