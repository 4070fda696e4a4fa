"""The rules for the steps of gradient descent that an example states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.errors import Problem
from deepgraph.graph.examples import stated_settings
from deepgraph.options.training import OPTIMISERS
from deepgraph.spec import literals
from deepgraph.words import elsewhere
from deepgraph.words.messages import Nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.draft import Draft
    from deepgraph.spec.records import Example


def _missing(example: Example, key: str) -> bool:
    return literals.missing(bytes(getattr(example, key)))


def steps_can_be_taken(draft: Draft) -> Iterator[Problem]:
    """The settings of steps are sound, and come with a learning rate."""
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}]"
        stated = list(stated_settings(example))
        if stated and not example.updated and _missing(example, "learning_rate"):
            what = f'"{stated[0]}" is that of steps, which need "learning_rate": and a number'
            yield Problem(f"{path}.{stated[0]}", what)
        for key in ("steps", "batch"):
            number = getattr(example, key)
            if number is not None and number < 1:
                unit = "steps are" if key == "steps" else "a batch is"
                yield Problem(f"{path}.{key}", f"{unit} a whole number from 1 on, got {number}")
        yield from _of_optimiser(example, path)


def _of_optimiser(example: Example, path: str) -> Iterator[Problem]:
    name = example.optimiser
    if name is not None and name not in OPTIMISERS:
        known = f"known: {', '.join(OPTIMISERS)}"
        near = Nearest(OPTIMISERS, known, elsewhere=elsewhere.OPTIMISERS)(name)
        yield Problem(f"{path}.optimiser", f'no optimiser "{shown(name)}"{near}')
    elif name == "adam" and not _missing(example, "momentum"):
        try:
            some = literals.value(bytes(example.momentum)) != 0
        except ValueError:
            return  # reported by `figures_are_numbers`
        if some:
            what = "momentum belongs to sgd; adam has its own: drop one of the two"
            yield Problem(f"{path}.momentum", what)
