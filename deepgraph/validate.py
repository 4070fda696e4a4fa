"""Small rules: a draft of the network -> every problem, each with its path in the file.

A rule is a function that takes the draft and yields problems; `RULES` is the list of them. What
cannot even be resolved (a wrong matrix shape, two values for one parameter) is reported by
`deepgraph.resolve` and `deepgraph.assign` on the way.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph import numeral
from deepgraph.activations import ACTIVATIONS, AGGREGATIONS, SOFTMAX, find
from deepgraph.assign import Assignment
from deepgraph.errors import Problem
from deepgraph.examples import (
    examples_are_complete,
    examples_name_nodes,
    examples_name_parameters,
    figures_are_numbers,
)
from deepgraph.nearest import Nearest, shown
from deepgraph.parameters import entry_number
from deepgraph.places import LOCATED
from deepgraph.resolve import BIAS, HIDDEN, INPUT, KINDS, OUTPUT
from deepgraph.topology import ancestors, cycle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from deepgraph.resolve import Draft
    from deepgraph.spec import Function

LONGEST_ID = 256


def problems(
    draft: Draft, folder: Path | None = None, doubtful: Collection[str] = ()
) -> tuple[Assignment | None, list[Problem]]:
    """The parameters of a draft, and everything that the rules find, rule by rule.

    Args:
        draft: the spec, resolved.
        folder: where the spec lies, and so a file of parameters that it names.
        doubtful: keys with a mistake of form, as `Node.kind`; a rule that reads one of them is
            left out, since what it would find may only follow from that mistake.
    """
    found = []
    if _sound(("Layer",), doubtful):
        found += _by("layers", draft.problems)
    for rule, reads in RULES.items():
        if _sound(reads, doubtful):
            found += _by(rule.__name__, rule(draft))
    assignment = None
    if _sound((*_NODES, *_EDGES, *_VALUES), doubtful):
        assignment = Assignment(draft, folder)
        found += _by("parameters", assignment.problems)
    return assignment, found


def _sound(reads: Iterable[str], doubtful: Collection[str]) -> bool:
    """Whether no key that a rule reads is in doubt; `Node` stands for all keys of a node."""
    hidden = {_SECTIONS.get(doubt, doubt) for doubt in doubtful}
    return not any(
        doubt == read or doubt.startswith(f"{read}.") or read.startswith(f"{doubt}.")
        for read in reads
        for doubt in hidden
    )


_SECTIONS = {
    "Spec.nodes": "Node",
    "Spec.edges": "Edge",
    "Spec.layers": "Layer",
    "Spec.examples": "Example",
    "Example.loss": "Loss",
}


def _by(rule: str, found: Iterable[Problem]) -> list[Problem]:
    """Problems with the name of their rule; of very many only those that are shown."""
    told = list(found)
    told[:LOCATED] = [replace(problem, rule=rule) for problem in told[:LOCATED]]
    return told


def ids_are_sound(draft: Draft) -> Iterator[Problem]:
    """1 to 256 characters, none of them a control character."""
    for name, path in zip(draft.ids, draft.paths, strict=True):
        if not 1 <= len(name) <= LONGEST_ID:
            yield Problem(path, f"an id has 1 to {LONGEST_ID} characters, this one has {len(name)}")
        elif not name.isprintable() and any(unicodedata.category(c) == "Cc" for c in name):
            yield Problem(path, f"the id {name!a} has a control character")


def ids_are_unique(draft: Draft) -> Iterator[Problem]:
    """Each id is made once, by a node or by a layer."""
    first: dict[str, str] = {}
    for name, path in zip(draft.ids, draft.paths, strict=True):
        if name in first:
            yield Problem(path, f'the id "{name}" is already used at {first[name]}')
        first.setdefault(name, path)


def edges_meet_nodes(draft: Draft) -> Iterator[Problem]:
    """Both ends of an edge are nodes."""
    nearest = Nearest(draft.index)
    for edge in np.flatnonzero(~draft.known).tolist():
        record = draft.spec.edges[edge - draft.layer_edges]
        for key, name, end in (
            ("source", record.source, draft.source[edge]),
            ("target", record.target, draft.target[edge]),
        ):
            if end < 0:
                yield Problem(
                    f"{draft.edge_path(edge)}.{key}",
                    f'there is no node "{shown(name)}"{nearest(name)}',
                )


def edges_are_unique(draft: Draft) -> Iterator[Problem]:
    """At most one edge per pair."""
    pairs = draft.source.astype(np.int64) * (len(draft.ids) + 1) + draft.target
    ordered = np.sort(pairs)
    if not np.any(ordered[1:] == ordered[:-1]):
        return
    _, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
    for edge in np.flatnonzero(first[inverse] != np.arange(len(pairs))).tolist():
        if draft.known[edge]:
            yield Problem(
                draft.edge_path(edge),
                f"{_pair(draft, edge)} is already an edge at "
                f"{draft.edge_path(int(first[inverse[edge]]))}; write one edge per pair",
            )


def edges_enter_neurons(draft: Draft) -> Iterator[Problem]:
    """Inputs and biases take no edges."""
    kind = np.array([*draft.kind, HIDDEN], np.int8)  # the last one for unknown targets, −1
    into = np.flatnonzero(np.isin(kind[draft.target], (INPUT, BIAS)) & draft.known)
    for edge in into.tolist():
        node = draft.target[edge]
        what = "an input" if kind[node] == INPUT else "a bias"
        yield Problem(
            draft.edge_path(edge), f'"{draft.ids[node]}" is {what} node, which takes no edges'
        )


def only_parameters_are_frozen(draft: Draft) -> Iterator[Problem]:
    """A wire has no weight that could be frozen."""
    own = draft.weighted[draft.layer_edges :]
    for position in np.flatnonzero(draft.frozen & ~own).tolist():
        yield Problem(f"$.edges[{position}].trainable", "a wire is no parameter; drop this")


def neurons_have_sources(draft: Draft) -> Iterator[Problem]:
    """A hidden or output node has at least one incoming edge."""
    fed = np.zeros(len(draft.ids) + 1, np.bool_)
    fed[draft.target] = True
    for node, kind in enumerate(draft.kind):
        if kind in (HIDDEN, OUTPUT) and not fed[node]:
            yield Problem(
                draft.paths[node], f'nothing feeds "{draft.ids[node]}"; add an edge into it'
            )


def network_has_ends(draft: Draft) -> Iterator[Problem]:
    """There is an input and an output."""
    for kind in (INPUT, OUTPUT):
        if kind not in draft.kind:
            name = KINDS[kind]
            yield Problem("$.nodes", f'no {name} node; give one "kind": "{name}"')


def no_cycles(draft: Draft) -> Iterator[Problem]:
    """Nothing depends on itself, a softmax on its group included."""
    source, target = draft.steps
    steps = len(draft.ids) + len(draft.softmax_groups)
    found = cycle(steps, source, target, draft.rank)
    if found:
        names = [
            f'"{draft.ids[step]}"' if step < len(draft.ids) else "(softmax group)"
            for step in [*found, found[0]]
        ]
        shown = names if len(names) <= 12 else [*names[:6], "…", *names[-5:]]
        yield Problem("$.edges", f"these nodes form a cycle: {' → '.join(shown)}; remove an edge")


def biases_keep_one_style(draft: Draft) -> Iterator[Problem]:
    """A bias node's edges are all wires, or all parameters."""
    wires = np.zeros(len(draft.ids) + 1, np.bool_)
    wires[draft.source[~draft.weighted]] = True
    for node in np.flatnonzero(draft.unit_bias & wires[:-1]).tolist():
        yield Problem(
            draft.paths[node],
            f'"{draft.ids[node]}" feeds some nodes by a weight and some by a bare wire; give all '
            "of its edges weights, or none and the bias its value",
        )


def inputs_compute_nothing(draft: Draft) -> Iterator[Problem]:
    """Only hidden and output nodes have an activation, an aggregation, incoming values."""
    for position, node in enumerate(draft.spec.nodes):
        path = f"$.nodes[{position}]"
        if node.kind in ("input", "bias") and (
            node.activation != "identity" or node.aggregation != "sum"
        ):
            yield Problem(
                path, f"an {node.kind} node has no activation or aggregation".replace("an b", "a b")
            )
        if node.kind != "bias" and bytes(node.value):
            yield Problem(f"{path}.value", "only a bias node has a value")
        if node.kind != "bias" and not node.trainable:
            yield Problem(
                f"{path}.trainable", "a neuron is no parameter; freeze the edges that feed it"
            )


def functions_are_known(draft: Draft) -> Iterator[Problem]:
    """Activations with their parameters, and aggregations, are those of the table."""
    first = {function: node for node, function in reversed(list(enumerate(draft.function)))}
    for number, node in first.items():
        for message in function_problems(draft.functions[number]):
            yield Problem(f"{draft.paths[node]}.activation", message)
    for node, aggregation in enumerate(draft.aggregations):
        if aggregation not in AGGREGATIONS:
            yield Problem(
                f"{draft.paths[node]}.aggregation",
                f'unknown aggregation "{aggregation}"; known: {", ".join(AGGREGATIONS)}',
            )


def function_problems(function: Function) -> Iterator[str]:
    """What is wrong with an activation as written."""
    given = {} if isinstance(function, str) else dict(function)
    name = function if isinstance(function, str) else given.pop("name", None)
    if not isinstance(name, str):
        yield 'an activation object needs its "name", a text'
        return
    if name == SOFTMAX:
        if not isinstance(given.pop("group", ""), str):
            yield 'the "group" of a softmax is a text'
        if given:
            yield f'softmax has no parameter "{next(iter(given))}"; it knows "group"'
        return
    row = find(name)
    if row is None:
        known = [*ACTIVATIONS, SOFTMAX]
        nearest = Nearest(known, "known: " + ", ".join(known))
        yield f'unknown activation "{shown(name)}"{nearest(name)}'
        return
    texts = [key for key, number in given.items() if isinstance(number, str)]
    if texts:
        yield f"{texts[0]} of {row.name} is a number, got a text"
        return
    for key, number in given.items():
        if isinstance(number, int) and abs(number) > numeral.LARGEST_INTEGER:
            yield f"{key} of {row.name} is an integer beyond 2**53; write it with a decimal point"
            return
    yield from row.problems({key: _double(number) for key, number in given.items()})


def _double(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer of more than 308 digits
        return math.inf


def names_do_not_collide(draft: Draft) -> Iterator[Problem]:
    """One namespace of labels, value-style biases, matrices, vectors, their entries, groups."""
    spec = draft.spec
    first: dict[str, str] = {}
    made = [(block.name, block.path) for block in draft.blocks]
    start = len(draft.ids) - len(spec.nodes)
    made += [
        (node.id, draft.paths[number])
        for number, node in enumerate(spec.nodes, start)
        if node.kind == "bias" and not draft.unit_bias[number]
    ]
    made += [(name, f"$.groups.{name}") for name in spec.groups]
    for name, path in made:
        if name in first:
            yield Problem(path, f'the name "{name}" is already taken at {first[name]}')
        first.setdefault(name, path)
    labels = _labels(draft, first)
    for label in labels.keys() & first.keys():
        message = f'the label "{label}" is already the name at {first[label]}'
        yield Problem(f"$.edges[{labels[label]}].label", message)
    paths = ((label, f"$.edges[{edge}].label") for label, edge in labels.items())
    for name, path in chain(first.items(), paths if draft.blocks else ()):
        if name.endswith("]") and entry_number(draft.blocks, name) is not None:
            yield Problem(path, f'the name "{name}" is an entry of a matrix or vector of a layer')
    if "" in first:
        yield Problem(first[""], "a name is not empty")
    if "" in labels:
        yield Problem(f"$.edges[{labels['']}].label", "a name is not empty")


def _labels(draft: Draft, names: Iterable[str]) -> dict[str, int]:
    """Of each label the first edge that bears it; none where no label can collide with names."""
    columns = draft.columns_of_edges
    if columns is not None and not draft.blocks and columns.has_no_label_of([*names, ""]):
        return {}
    labels = [edge.label for edge in draft.spec.edges]
    first = dict(zip(reversed(labels), range(len(labels) - 1, -1, -1), strict=True))
    return {label: edge for label, edge in first.items() if label is not None}


def groups_name_labels(draft: Draft) -> Iterator[Problem]:
    """Each member of a group is an edge label, once."""
    if not draft.spec.groups:
        return
    labels = {edge.label: None for edge in draft.spec.edges if edge.label}
    nearest = Nearest(labels)
    for name, members in draft.spec.groups.items():
        if not members:
            yield Problem(f"$.groups.{name}", "the group is empty; name its labels in their order")
        for position, label in enumerate(members):
            if label not in labels and entry_number(draft.blocks, label) is None:
                message = f'no edge has the label "{shown(label)}"{nearest(label)}'
                yield Problem(f"$.groups.{name}[{position}]", message)
        for label, times in Counter(members).items():
            if times > 1:
                yield Problem(f"$.groups.{name}", f'"{label}" stands {times} times in the group')


def styles_are_options(draft: Draft) -> Iterator[Problem]:
    """An option of `render` is a text, a number, true or false, or a list of them."""
    for key, value in draft.spec.style.items():
        for entry in value if isinstance(value, list) else [value]:
            if not isinstance(entry, str | int | float):
                message = "an option is a text, a number, true or false, or a list of them"
                yield Problem(f"$.style.{key}", message)
                break
            if not isinstance(entry, str) and abs(entry) > numeral.LARGEST_INTEGER:
                yield Problem(f"$.style.{key}", "this number is too large for an option")
                break


def _pair(draft: Draft, edge: int) -> str:
    return f'"{draft.ids[draft.source[edge]]}" → "{draft.ids[draft.target[edge]]}"'


_NODES = ("Node.id", "Node.kind", "Layer")
_EDGES = ("Edge.source", "Edge.target")
_VALUES = ("Node.value", "Edge.label", "Edge.weight", "Spec.groups", "Spec.parameters")
_EXAMPLES = ("Example", "Loss")

RULES: dict[Callable[[Draft], Iterator[Problem]], tuple[str, ...]] = {
    ids_are_sound: ("Node.id", "Layer"),
    ids_are_unique: ("Node.id", "Layer"),
    edges_meet_nodes: ("Node.id", "Layer", *_EDGES),
    edges_are_unique: ("Node.id", "Layer", *_EDGES),
    edges_enter_neurons: (*_NODES, *_EDGES),
    only_parameters_are_frozen: ("Edge.trainable", "Edge.label", "Edge.weight"),
    neurons_have_sources: (*_NODES, *_EDGES),
    network_has_ends: _NODES,
    no_cycles: ("Node.id", "Node.activation", "Layer", *_EDGES),
    biases_keep_one_style: (*_NODES, *_EDGES, "Edge.label", "Edge.weight"),
    inputs_compute_nothing: ("Node",),
    functions_are_known: ("Node.activation", "Node.aggregation", "Layer.activation"),
    names_do_not_collide: (*_NODES, *_EDGES, "Edge.label", "Edge.weight", "Spec.groups"),
    groups_name_labels: ("Spec.groups", "Edge.label", "Layer"),
    examples_name_nodes: (*_NODES, *_EXAMPLES),
    examples_name_parameters: (*_NODES, "Edge.label", *_EXAMPLES),
    examples_are_complete: _EXAMPLES,
    figures_are_numbers: _EXAMPLES,
    styles_are_options: ("Spec.style",),
}
"""Every rule, and the keys that it reads."""


def unused_nodes(
    kind: NDArray[np.int8],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    ids: list[str],
    paths: list[str],
) -> Iterator[Problem]:
    """Warns of nodes that no output depends on.

    Args:
        kind: (nodes,) kinds.
        source: (edges,) node numbers at the tails.
        target: (edges,) node numbers at the heads.
        ids: node ids.
        paths: where in the file each node is made.
    """
    used = ancestors(len(kind), source, target, np.flatnonzero(kind == OUTPUT))
    for node in np.flatnonzero(~used).tolist():
        message = f'"{ids[node]}" reaches no output; add an edge from it, or remove it'
        yield Problem(paths[node], message, rule="unused_nodes", severity="warning")
