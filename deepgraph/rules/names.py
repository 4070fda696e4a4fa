"""Rules about names: labels, groups, the keys of `style`."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from deepgraph.errors import FURTHER, LOCATED, Problem
from deepgraph.graph.parameters import entry_number
from deepgraph.options import drawing
from deepgraph.spec.records import Group
from deepgraph.words.messages import Nearest, listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.draft import Draft


def names_do_not_collide(draft: Draft) -> Iterator[Problem]:
    """Labels, value-style biases, matrices, vectors, their entries, groups and stages differ."""
    spec = draft.spec
    first: dict[str, str] = {}
    made = [(block.name, block.path) for block in draft.blocks]
    start = len(draft.ids) - len(spec.nodes)
    made += [
        (node.id, draft.paths[number])
        for number, node in enumerate(spec.nodes, start)
        if node.kind == "bias" and not draft.unit_bias[number] and number not in draft.repeated
    ]
    made += [(name, f"$.groups.{name}") for name in spec.groups]
    made += [(name, f"$.stages.{name}") for name in spec.stages]
    for name, path in made:
        if name in first:
            what = f'the name "{name}" is already taken at {first[name]}; rename one of them'
            yield Problem(path, what)
        first.setdefault(name, path)
    taken = draft.labels_among([*first, ""])
    for label in taken.keys() & first.keys():
        what = f'the label "{label}" is already a name at {first[label]}; rename one of them'
        yield Problem(f"$.edges[{taken[label]}].label", what)
    labels = draft.edge_labels.items() if draft.blocks else ()
    paths = ((label, f"$.edges[{edge}].label") for label, edge in labels)
    for name, path in chain(first.items(), paths):
        if name.endswith("]") and entry_number(draft.blocks, name) is not None:
            what = f'"{name}" is an entry of "{name[: name.rindex("[")]}"; take another name'
            yield Problem(path, what)
    if "" in first:
        yield Problem(first[""], "this name is empty; write one")
    if "" in taken:
        yield Problem(f"$.edges[{taken['']}].label", "this name is empty; write one")


def groups_name_labels(draft: Draft) -> Iterator[Problem]:
    """Each member of a group is an edge label, once."""
    if draft.bare or not draft.spec.groups:
        return  # another rule reports that there is nothing to name
    labels = {label: None for label in draft.edge_labels if label}
    nearest = Nearest(labels, f"the labels are {listed(labels)}" if labels else "")
    biases = {n.label or n.id for n in draft.spec.nodes if n.kind == "bias"}
    unknown = 0
    for name, members in draft.spec.labels_by_group.items():
        path = f"$.groups.{name}"
        if isinstance(draft.spec.groups[name], Group):
            path += ".labels"
        if not members:
            yield Problem(path, "the group is empty; name its labels in their order")
        for position, label in enumerate(members):
            reported = label.rpartition("[")[0] in draft.named  # as a matrix that no layer has
            if label not in labels and entry_number(draft.blocks, label) is None and not reported:
                unknown += 1
                if unknown > LOCATED:
                    yield FURTHER
                    continue
                hint = nearest(label)
                if label in biases:
                    hint = "; that is a bias, and a group holds weights"
                message = f'no edge has the label "{shown(label)}"{hint}'
                yield Problem(f"{path}[{position}]", message)
        twice = len(set(members)) < len(members)
        for label, times in Counter(members).items() if twice else ():
            if times > 1:
                what = f'"{shown(label)}" stands {times} times in the group; name it once'
                yield Problem(path, what)


def styles_are_options(draft: Draft) -> Iterator[Problem]:
    """Each key of `style` is an option of `render`, with one of its values."""
    for path, message in drawing.problems(draft.spec.style):
        yield Problem(path, message)
