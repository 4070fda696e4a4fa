"""Small rules: a draft of the network -> every problem, each with its path in the file.

A rule is a function that takes the draft and yields problems; `RULES` is the list of them. Those
about nodes and edges stand in `deepgraph.wiring`, those about examples in `deepgraph.examples`,
those about functions, names and style here. What cannot even be resolved (a wrong matrix shape,
two values for one parameter) is reported by `deepgraph.layers` and `deepgraph.assign` on the way.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from deepgraph import examples, numeral, style, wiring
from deepgraph.activations import ACTIVATIONS, AGGREGATIONS, find
from deepgraph.assign import Assignment
from deepgraph.errors import FURTHER, Problem
from deepgraph.nearest import Nearest, listed, shown
from deepgraph.parameters import entry_number
from deepgraph.places import LOCATED
from deepgraph.softmax import SOFTMAX

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from deepgraph.resolve import Draft
    from deepgraph.spec import Function


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
    doubtful = {*doubtful, *draft.doubtful}
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


def functions_are_known(draft: Draft) -> Iterator[Problem]:
    """Activations with their parameters, and aggregations, are those of the table."""
    first = {function: node for node, function in reversed(list(enumerate(draft.function)))}
    for number, node in first.items():
        for message in function_problems(draft.functions[number]):
            yield Problem(f"{draft.paths[node]}.activation", message)
    for node, aggregation in enumerate(draft.aggregations):
        if aggregation not in AGGREGATIONS:
            message = (
                f'unknown aggregation "{shown(aggregation)}"; known: {", ".join(AGGREGATIONS)}'
            )
            yield Problem(f"{draft.paths[node]}.aggregation", message)


def function_problems(function: Function) -> Iterator[str]:
    """What is wrong with an activation as written."""
    given = {} if isinstance(function, str) else dict(function)
    name = function if isinstance(function, str) else given.pop("name", None)
    if not isinstance(name, str):
        yield 'an activation object needs the name of its function; write "name": "relu"'
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
        text = shown(str(given[texts[0]]))
        yield f'{texts[0]} of {row.name} is a number without quotes, got "{text}"'
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
        if node.kind == "bias" and not draft.unit_bias[number] and number not in draft.repeated
    ]
    made += [(name, f"$.groups.{name}") for name in spec.groups]
    for name, path in made:
        if name in first:
            what = f'the name "{name}" is already taken at {first[name]}; rename one of them'
            yield Problem(path, what)
        first.setdefault(name, path)
    labels = _labels(draft, first)
    for label in labels.keys() & first.keys():
        what = f'the label "{label}" is already a name at {first[label]}; rename one of them'
        yield Problem(f"$.edges[{labels[label]}].label", what)
    paths = ((label, f"$.edges[{edge}].label") for label, edge in labels.items())
    for name, path in chain(first.items(), paths if draft.blocks else ()):
        if name.endswith("]") and entry_number(draft.blocks, name) is not None:
            what = f'"{name}" is an entry of "{name[: name.rindex("[")]}"; take another name'
            yield Problem(path, what)
    if "" in first:
        yield Problem(first[""], "this name is empty; write one")
    if "" in labels:
        yield Problem(f"$.edges[{labels['']}].label", "this name is empty; write one")


def _labels(draft: Draft, names: Iterable[str]) -> dict[str, int]:
    """Of each label the first edge that bears it; none where no label can collide with names."""
    columns = draft.columns_of_edges
    if columns is not None and not draft.blocks and columns.has_no_label_of([*names, ""]):
        return {}
    return draft.edge_labels


def groups_name_labels(draft: Draft) -> Iterator[Problem]:
    """Each member of a group is an edge label, once."""
    if draft.bare or not draft.spec.groups:
        return  # that there is nothing to name is told elsewhere
    labels = {label: None for label in draft.edge_labels if label}
    nearest = Nearest(labels, f"the labels are {listed(labels)}" if labels else "")
    unknown = 0
    for name, members in draft.spec.groups.items():
        if not members:
            yield Problem(f"$.groups.{name}", "the group is empty; name its labels in their order")
        for position, label in enumerate(members):
            told = label.rpartition("[")[0] in draft.named  # as a matrix that no layer has
            if label not in labels and entry_number(draft.blocks, label) is None and not told:
                unknown += 1
                if unknown > LOCATED:
                    yield FURTHER
                    continue
                message = f'no edge has the label "{shown(label)}"{nearest(label)}'
                yield Problem(f"$.groups.{name}[{position}]", message)
        twice = len(set(members)) < len(members)
        for label, times in Counter(members).items() if twice else ():
            if times > 1:
                what = f'"{shown(label)}" stands {times} times in the group; name it once'
                yield Problem(f"$.groups.{name}", what)


def styles_are_options(draft: Draft) -> Iterator[Problem]:
    """Each key of `style` is an option of `render`, with one of its values."""
    for path, message in style.problems(draft.spec.style):
        yield Problem(path, message)


_IDS = ("Node.id", "Layer.id", "Layer.names", "Layer.size", "Layer.bias")
_NODES = (*_IDS, "Node.kind")
_EDGES = ("Edge.source", "Edge.target", "Layer.weights", "Layer.from")
_WEIGHTS = ("Edge.label", "Edge.weight")
_VALUES = ("Node.value", *_WEIGHTS, "Spec.groups", "Spec.parameters")
_EXAMPLES = ("Example", "Loss")

RULES: dict[Callable[[Draft], Iterator[Problem]], tuple[str, ...]] = {
    wiring.ids_are_sound: _IDS,
    wiring.ids_are_unique: _IDS,
    wiring.edges_meet_nodes: (*_IDS, *_EDGES),
    wiring.edges_are_unique: (*_IDS, *_EDGES),
    wiring.edges_enter_neurons: (*_NODES, *_EDGES),
    wiring.only_parameters_are_frozen: ("Edge.trainable", *_WEIGHTS),
    wiring.neurons_have_sources: (*_NODES, *_EDGES),
    wiring.nodes_are_connected: (*_IDS, *_EDGES),
    wiring.network_has_ends: _NODES,
    wiring.no_cycles: (*_NODES, *_EDGES, "Node.activation"),
    wiring.biases_keep_one_style: (*_NODES, *_EDGES, *_WEIGHTS),
    wiring.inputs_compute_nothing: ("Node",),
    functions_are_known: ("Node.activation", "Node.aggregation", "Layer.activation"),
    names_do_not_collide: (*_NODES, *_EDGES, *_WEIGHTS, "Spec.groups"),
    groups_name_labels: ("Spec.groups", "Edge.label", *_IDS, "Layer.weights"),
    examples.examples_name_nodes: (*_NODES, *_EDGES, *_EXAMPLES),
    examples.examples_name_parameters: (*_NODES, *_EDGES, *_WEIGHTS, "Spec.groups", *_EXAMPLES),
    examples.tables_stand_alone: (*_NODES, *_EXAMPLES),
    examples.figures_are_numbers: _EXAMPLES,
    examples.figures_agree_in_rows: (*_NODES, *_EXAMPLES),
    examples.losses_fit: (*_NODES, "Node.activation", "Layer.activation", *_EXAMPLES),
    examples.derivatives_have_a_loss: _EXAMPLES,
    styles_are_options: ("Spec.style",),
}
"""Every rule, and the keys that it reads."""
