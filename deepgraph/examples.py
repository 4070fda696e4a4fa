"""The rules for the examples of a spec; see `deepgraph.validate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from deepgraph import numeral
from deepgraph.errors import Problem
from deepgraph.nearest import Nearest, shown
from deepgraph.parameters import entry_number
from deepgraph.resolve import BIAS, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.resolve import Draft

LOSSES = (
    "squared_error",
    "half_squared_error",
    "mean_squared_error",
    "cross_entropy",
    "output",
)
"""The losses of the format; `output` is the one output itself."""


def examples_name_nodes(draft: Draft) -> Iterator[Problem]:
    """Examples name nodes that there are, and give every input."""
    if not draft.spec.examples:
        return
    kinds = {name: KINDS[kind] for name, kind in zip(draft.ids, draft.kind, strict=True)}
    inputs = [name for name, kind in kinds.items() if kind == "input"]
    nearest = Nearest(kinds)
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}]"
        for key in ("inputs", "expect", "pre_activations", "targets", "node_gradients"):
            for name in getattr(example, key):
                if name not in kinds:
                    message = f'there is no node "{shown(name)}"{nearest(name)}'
                    yield Problem(f"{path}.{key}.{name}", message)
                elif key == "inputs" and kinds[name] != "input":
                    what = f'"{name}" is no input, it is a {kinds[name]} node'
                    yield Problem(f"{path}.{key}.{name}", what.replace("a output", "an output"))
        lacking = [name for name in inputs if name not in example.inputs]
        if example.table is None and lacking:
            yield Problem(f"{path}.inputs", f"no value for the input {', '.join(lacking[:5])}")


def examples_name_parameters(draft: Draft) -> Iterator[Problem]:
    """Gradients and updates of examples are those of parameters that there are."""
    if not draft.spec.examples:
        return
    known = {edge.label: None for edge in draft.spec.edges if edge.label is not None}
    biases = (name for name, kind in zip(draft.ids, draft.kind, strict=True) if kind == BIAS)
    known.update(dict.fromkeys(biases))
    nearest = Nearest(known)
    for position, example in enumerate(draft.spec.examples):
        for key in ("gradients", "updated"):
            for name in getattr(example, key):
                if name not in known and entry_number(draft.blocks, name) is None:
                    message = f'there is no parameter "{shown(name)}"{nearest(name)}'
                    yield Problem(f"$.examples[{position}].{key}.{name}", message)


def examples_are_complete(draft: Draft) -> Iterator[Problem]:
    """Losses are known, tables have a class and an accuracy, and numbers are numbers."""
    nearest = Nearest(LOSSES, "known: " + ", ".join(LOSSES))
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}]"
        if example.loss is not None and example.loss.name not in LOSSES:
            near = nearest(example.loss.name)
            message = f'unknown loss "{shown(example.loss.name)}"{near}'
            yield Problem(f"{path}.loss.name", message)
        if example.table is not None and not (example.class_column and bytes(example.accuracy)):
            yield Problem(path, 'a table example needs "class", a column, and "accuracy", a share')
        for key in ("learning_rate", "accuracy", "tolerance"):
            text = bytes(getattr(example, key))
            try:
                if not numeral.missing(text) and numeral.value(text) < 0:
                    yield Problem(f"{path}.{key}", "this is not negative")
            except ValueError as error:
                yield Problem(f"{path}.{key}", str(error))


def figures_are_numbers(draft: Draft) -> Iterator[Problem]:
    """Every figure of an example is a number; values of nodes may be lists of them."""
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}]"
        for key in ("inputs", "expect", "pre_activations", "targets", "node_gradients"):
            for name, raw in getattr(example, key).items():
                yield from _figure(bytes(raw), f"{path}.{key}.{name}", several=True)
        for key in ("gradients", "updated"):
            for name, raw in getattr(example, key).items():
                yield from _figure(bytes(raw), f"{path}.{key}.{name}", several=False)
        if example.loss is not None and bytes(example.loss.expect):
            yield from _figure(bytes(example.loss.expect), f"{path}.loss.expect", several=False)


def _figure(text: bytes, path: str, *, several: bool) -> Iterator[Problem]:
    if several and text[:1] == b"[":
        entries = [bytes(entry) for entry in msgspec.json.decode(text, type=list[msgspec.Raw])]
        if not entries:
            yield Problem(path, "the list is empty; write a number for each row")
        for position, entry in enumerate(entries):
            yield from _figure(entry, f"{path}[{position}]", several=False)
        return
    try:
        numeral.value(text)
    except ValueError as error:
        yield Problem(path, str(error))
