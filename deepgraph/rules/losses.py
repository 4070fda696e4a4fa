"""The rules for the losses of examples; see `deepgraph.rules.run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from deepgraph.errors import Problem
from deepgraph.functions.activations import find
from deepgraph.functions.losses import DEFAULT_LOSS, ELSEWHERE, LOSSES, OUTPUT_LOSS
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.graph.examples import rows_of
from deepgraph.graph.kinds import OUTPUT
from deepgraph.rules.examples import BY_PARAMETER
from deepgraph.spec import literals
from deepgraph.words.messages import Nearest, either, listed, shown
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from deepgraph.functions.losses import Loss
    from deepgraph.functions.written import Function
    from deepgraph.graph.draft import Draft


def losses_fit(draft: Draft) -> Iterator[Problem]:
    """Losses are known, and fit their targets and the activations of the target nodes."""
    outputs = [
        draft.ids[node]
        for node, kind in enumerate(draft.kind)
        if kind == OUTPUT and node not in draft.unfed | draft.repeated and not draft.has_value(node)
    ]

    def function(name: str) -> str | None:
        node = draft.index.get(name)
        if node is None:
            return None
        number = draft.function[node]
        found = function_name(draft.functions[number])
        return f"{RESCALED}{found}" if found and number in draft.rescaled else found

    for position, example in enumerate(draft.spec.examples):
        if example.loss is None:
            continue
        path = f"$.examples[{position}]"
        node = OfNode(example.loss.node, draft.index, '"node": "{}"'.format)
        found = loss_problems(example.loss.name, example.targets, outputs, function, node)
        for place, message in found:
            yield Problem(f"{path}.{place}", message)
        row = LOSSES.get(example.loss.name)
        if row is None:
            continue
        if row.targets:
            for name, raw in example.targets.items():
                yield from _among(row, bytes(raw), f"{path}.targets.{name}", name)
        for name, raw in example.targets.items():
            activation = function(name)
            if activation in row.activations and activation is not None:
                yield from _within(row, activation, bytes(raw), f"{path}.targets.{name}", name)


RESCALED = "rescaled "
"""Stands before the name of the activation of a rescaled node, which is none of a cross-entropy."""


def function_name(function: Function) -> str | None:
    """The name of an activation in the table; `None` if it is not there."""
    name = function if isinstance(function, str) else function.get("name")
    if name == SOFTMAX or not isinstance(name, str):
        return SOFTMAX if name == SOFTMAX else None
    row = find(name)
    return None if row is None else row.name


class OfNode(NamedTuple):
    """The node whose value the loss "output" is.

    Attributes:
        name: as it is given; `None` for the one output.
        ids: those that there are.
        naming: spells for a message how a node is named.
    """

    name: str | None
    ids: Collection[str]
    naming: Callable[[str], str]


def loss_problems(
    loss: str,
    targets: Collection[str],
    outputs: list[str],
    function: Callable[[str], str | None],
    of: OfNode,
) -> Iterator[tuple[str, str]]:
    """Problems that keep a loss from being computed, each as a place in an example and a message.

    Args:
        loss: the name of the loss.
        targets: the ids of the nodes that have a target.
        outputs: the ids of the outputs.
        function: gives the name of the activation of a node by its id, `None` if it is not known.
        of: the node that the loss names.
    """
    row = LOSSES.get(loss)
    node, ids, naming = of
    if row is None:
        near = Nearest(LOSSES, "known: " + ", ".join(LOSSES), elsewhere=ELSEWHERE)
        yield "loss.name", f'unknown loss "{shown(loss)}"{near(loss)}'
    elif not row.needs_targets:
        if targets:
            what = f'the loss "{loss}" is the output itself and takes no targets; drop them'
            yield "targets", what
        elif node is not None and node not in ids:
            cure = Nearest(ids, f"the outputs are {listed(outputs)}")(node)
            yield "loss.node", f'there is no node "{shown(node)}"{cure}'
        elif node is None and len(outputs) > 1:
            what = f'the loss "{loss}" is one output, and there are {len(outputs):,}, '
            yield "loss.name", f"{what}{listed(outputs)}; say which: {naming(outputs[0])}"
    elif node is not None:
        what = f'the loss "{loss}" is that of its targets; "node" belongs to the loss "output"'
        yield "loss.node", what
    elif not targets:
        what = f'the loss "{loss}" needs targets by node id; the outputs are {listed(outputs)}'
        yield "loss", what
    elif row.activations:
        wrong = [name for name in targets if function(name) not in (*row.activations, None)]
        for name in wrong[:1]:
            what = f'"{shown(name)}" is a node with {function(name)}'
            if len(wrong) > 1:
                what += f", as {len(wrong) - 1:,} more of them"
            what = f"{loss} is defined on {' and '.join(row.activations)} nodes, and {what}"
            yield f"targets.{name}", f"{what}; change the activation, or take {DEFAULT_LOSS}"


def range_problem(loss: Loss, activation: str, name: str, target: Any, row: int) -> str:
    """The message about a target outside the range that a loss has for an activation."""
    low, high = loss.activations[activation]
    return (
        f'{loss.name} on the {activation} node "{shown(name)}" needs targets from {low:g} to '
        f"{high:g}, got {target} in row {row}"
    )


def target_problem(loss: Loss, name: str, target: Any, row: int) -> str:
    """The message about a target that is none of the few that a loss allows."""
    known = either("or", [number_text(one) for one in loss.targets])
    return f'the target of "{shown(name)}" for {loss.name} is {known}, got {target} in row {row}'


def _among(loss: Loss, text: bytes, path: str, name: str) -> Iterator[Problem]:
    """The targets of a node are among those that the loss allows."""
    for row, entry in enumerate(rows_of(text), 1):
        try:
            wrong = literals.value(entry) not in loss.targets
        except ValueError:
            return  # reported by `figures_are_numbers`
        if wrong:
            yield Problem(path, target_problem(loss, name, literals.shown(entry), row))
            return


def _within(loss: Loss, activation: str, text: bytes, path: str, name: str) -> Iterator[Problem]:
    """The targets of a node lie in the range that the loss has for its activation."""
    low, high = loss.activations[activation]
    for row, entry in enumerate(rows_of(text), 1):
        try:
            outside = not low <= literals.value(entry) <= high
        except ValueError:
            return  # reported by `figures_are_numbers`
        if outside:
            yield Problem(path, range_problem(loss, activation, name, literals.shown(entry), row))
            return


DERIVED = (*BY_PARAMETER, "node_gradients", "deltas")
"""Keys that hold figures which only a loss has."""


def derivatives_have_a_loss(draft: Draft) -> Iterator[Problem]:
    """Gradients are those of a loss, and updated parameters those of steps with a rate."""
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}]"
        derived = [key for key in DERIVED if getattr(example, key)]
        if derived and example.loss is None:
            loss = DEFAULT_LOSS if example.targets else OUTPUT_LOSS
            what = f'"{derived[0]}" needs a loss; write "loss": {{"name": "{loss}"}}'
            yield Problem(f"{path}.{derived[0]}", what)
        elif example.updated and literals.missing(bytes(example.learning_rate)):
            what = '"updated" needs a learning rate; write "learning_rate": and a number'
            yield Problem(f"{path}.updated", what)
