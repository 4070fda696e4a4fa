"""Applies all rules to a draft and collects their problems.

A rule is a function that takes the draft and yields problems, each with its path in the file;
`RULES` is the list of all rules. Mistakes that keep a spec from being resolved (a wrong matrix
shape, two values for one parameter) are found by `deepgraph.graph.layers` and
`deepgraph.graph.assignment`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.errors import LOCATED, Problem
from deepgraph.graph.assignment import Assignment
from deepgraph.rules import (
    activations,
    classes,
    example_figures,
    example_steps,
    examples,
    losses,
    names,
    nodes,
    scaling,
    stages,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from deepgraph.graph.draft import Draft


def problems(
    draft: Draft, folder: Path | None = None, doubtful: Collection[str] = ()
) -> tuple[Assignment | None, list[Problem]]:
    """The parameters of a draft, and the problems that the rules find, rule by rule.

    Args:
        draft: the resolved spec.
        folder: the folder of the spec, in which a file of parameters lies.
        doubtful: keys with a mistake of form, such as `Node.kind`. A rule that reads one of them
            is left out, since it might only find a consequence of that mistake.
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
    """Check that no key that a rule reads is in doubt; `Node` stands for all keys of a node."""
    hidden = {_SECTIONS.get(doubt, doubt) for doubt in doubtful}
    return not any(
        doubt == read or doubt.startswith(f"{read}.") or read.startswith(f"{doubt}.")
        for doubt in hidden
        for read in reads
    )


_SECTIONS = {
    "Spec.nodes": "Node",
    "Spec.edges": "Edge",
    "Spec.layers": "Layer",
    "Spec.groups": "Group",
    "Spec.examples": "Example",
    "Example.loss": "Loss",
}


def _by(rule: str, found: Iterable[Problem]) -> list[Problem]:
    """Add the name of their rule to problems; only the first ones are shown with it."""
    problems = list(found)
    problems[:LOCATED] = [replace(problem, rule=rule) for problem in problems[:LOCATED]]
    return problems


_IDS = ("Node.id", "Layer.id", "Layer.names", "Layer.size", "Layer.bias")
_NODES = (*_IDS, "Node.kind")
_EDGES = ("Edge.source", "Edge.target", "Layer.weights", "Layer.from")
_WEIGHTS = ("Edge.label", "Edge.weight")
_VALUES = ("Node.value", *_WEIGHTS, "Group", "Spec.parameters")
_SCALING = (
    "Node.normalise",
    "Node.rescale",
    "Layer.normalise",
    "Layer.rescale",
    "Normalise",
    "Rescale",
)
_CLASSES = ("Node.classes", "Node.threshold", "Layer.classes", "Layer.threshold")
_STAGES = ("Spec.stages",)
_EXAMPLES = ("Example", "Loss")

RULES: dict[Callable[[Draft], Iterator[Problem]], tuple[str, ...]] = {
    # Every rule runs, whatever the others find. Their order decides between problems of one place
    # in the file, and which problems are located if there are more than `LOCATED`: causes come
    # before their consequences, ids before the edges that name them.
    nodes.ids_are_sound: _IDS,
    nodes.ids_are_unique: _IDS,
    # Single edges.
    nodes.edges_meet_nodes: (*_IDS, *_EDGES),
    nodes.edges_are_unique: (*_IDS, *_EDGES),
    nodes.edges_enter_neurons: (*_NODES, *_EDGES),
    nodes.only_parameters_are_frozen: ("Edge.trainable", *_WEIGHTS),
    # The graph as a whole.
    nodes.neurons_have_sources: (*_NODES, *_EDGES),
    nodes.nodes_are_connected: (*_IDS, *_EDGES),
    nodes.network_has_ends: _NODES,
    nodes.unused_are_nodes: (*_IDS, "Node.layer", "Spec.unused"),
    nodes.no_cycles: (*_NODES, *_EDGES, "Node.activation"),
    # What the keys of single nodes may say together.
    nodes.biases_keep_one_style: (*_NODES, *_EDGES, *_WEIGHTS),
    nodes.inputs_compute_nothing: ("Node",),
    activations.functions_are_known: ("Node.activation", "Node.aggregation", "Layer.activation"),
    scaling.scaling_stands_at_the_ends: (*_NODES, *_EDGES, *_SCALING, "Node.activation"),
    scaling.scaling_has_sound_numbers: (*_IDS, *_SCALING),
    classes.classes_are_of_the_one_output: (*_NODES, *_EDGES, *_CLASSES),
    classes.classes_are_two: _CLASSES,
    # Names of parameters: unique first, since groups and stages name them.
    names.names_do_not_collide: (*_NODES, *_EDGES, *_WEIGHTS, "Group", *_STAGES),
    names.groups_name_labels: ("Group", "Edge.label", *_IDS, "Layer.weights"),
    stages.stages_have_names: (*_NODES, *_EDGES, *_WEIGHTS, *_STAGES),
    stages.stages_name_values: (*_NODES, *_EDGES, "Group", *_SCALING, *_STAGES),
    # Examples use all of the above: names first, then the figures, then what is derived of them.
    examples.examples_name_nodes: (*_NODES, *_EDGES, *_SCALING, *_STAGES, *_EXAMPLES),
    examples.examples_name_parameters: (*_NODES, *_EDGES, *_WEIGHTS, "Group", *_EXAMPLES),
    examples.tables_stand_alone: (*_NODES, *_CLASSES, "Node.activation", *_EXAMPLES),
    example_figures.figures_are_numbers: (*_IDS, *_WEIGHTS, "Group", *_STAGES, *_EXAMPLES),
    example_figures.tolerances_name_figures: _EXAMPLES,
    examples.figures_agree_in_rows: (*_NODES, *_STAGES, *_EXAMPLES),
    stages.stage_figures_fit: (*_IDS, *_STAGES, *_EXAMPLES),
    losses.losses_fit: (*_NODES, "Node.activation", "Layer.activation", *_EXAMPLES),
    losses.derivatives_have_a_loss: _EXAMPLES,
    example_steps.steps_can_be_taken: _EXAMPLES,
    # The style touches no number, so it is last.
    names.styles_are_options: ("Spec.style",),
}
"""Every rule with the keys that it reads."""
