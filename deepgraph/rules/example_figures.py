"""The rules for the numbers of examples: figures, matrices, tolerances, settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from deepgraph.errors import Problem
from deepgraph.graph import matrix_texts
from deepgraph.graph.examples import rows_of, tolerances_of
from deepgraph.rules.examples import BY_NODE, BY_PARAMETER, is_checked_elsewhere
from deepgraph.spec import literals
from deepgraph.spec.records import ABSENT
from deepgraph.words.messages import Nearest, counted, listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.draft import Draft
    from deepgraph.spec.records import Example

SETTINGS = ("learning_rate", "momentum", "weight_decay", "accuracy", "tolerance")
"""Keys that hold one number from 0 on."""
FIGURES = (*(key for key in BY_NODE if key not in ("inputs", "targets")), *BY_PARAMETER, "loss")
"""Keys that hold figures, which `check` compares."""


def figures_are_numbers(draft: Draft) -> Iterator[Problem]:
    """Every figure of an example is a number; values of nodes may be lists of them."""
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}]"
        for key in BY_NODE:
            for name, raw in getattr(example, key).items():
                if not (_PLAIN.fullmatch(raw) or is_checked_elsewhere(draft, key, name)):
                    yield from _figure(bytes(raw), f"{path}.{key}.{name}", several=True)
        for key in BY_PARAMETER:
            for name, raw in getattr(example, key).items():
                yield from _of_parameter(draft, bytes(raw), f"{path}.{key}.{name}", name)
        if example.loss is not None and bytes(example.loss.expect):
            yield from _figure(bytes(example.loss.expect), f"{path}.loss.expect", several=False)
        for key in SETTINGS:
            raw = getattr(example, key)
            is_object = key == "tolerance" and bytes(raw)[:1] == b"{"
            if raw is not ABSENT and not literals.missing(bytes(raw)) and not is_object:
                yield from _size(bytes(raw), f"{path}.{key}", key)


_PLAIN = re.compile(rb"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
"""A number about which there is nothing to say; most are, and there may be many examples."""


def _figure(text: bytes, path: str, *, several: bool) -> Iterator[Problem]:
    if several and text[:1] == b"[":
        entries = rows_of(text)
        if not entries:
            yield Problem(path, "the list is empty; write a number for each row")
        for position, entry in enumerate(entries):
            yield from _figure(entry, f"{path}[{position}]", several=False)
        return
    try:
        literals.value(text)
    except ValueError as error:
        yield Problem(path, str(error))


def _of_parameter(draft: Draft, text: bytes, path: str, name: str) -> Iterator[Problem]:
    """The figure of a parameter, or those of all entries of a matrix, a vector or a group."""
    block = next((block for block in draft.blocks if block.name == name), None)
    labels = draft.spec.labels_by_group.get(name)
    if block is not None:
        if literals.missing(text):
            yield Problem(path, f"there are no figures for {shown(name)}; write them, or drop it")
            return
        yield from matrix_texts.read(block, text, path)[1]
    elif labels is None:
        yield from _figure(text, path, several=False)
    elif text[:1] != b"[" or len(rows_of(text)) != len(labels):
        first = ", ".join(f"a number for {shown(label)}" for label in labels[:3])
        what = f"{shown(name)} is a group of {counted(len(labels), 'label')}"
        yield Problem(path, f"{what}; write [{first}{', …' * (len(labels) > 3)}]")
    else:
        for position, entry in enumerate(rows_of(text)):
            if not literals.missing(entry):  # null is a figure that was not published
                yield from _figure(entry, f"{path}[{position}]", several=False)


def _size(text: bytes, path: str, key: str) -> Iterator[Problem]:
    try:
        number = literals.value(text)
    except ValueError as error:
        yield Problem(path, str(error))
        return
    if number < 0:
        yield Problem(path, f"{key} must not be negative, got {literals.shown(text)}")
    elif key == "accuracy" and number > 1:
        yield Problem(path, f"accuracy is a share from 0 to 1, as 0.98, got {literals.shown(text)}")
    elif key == "momentum" and number >= 1:
        yield Problem(path, f"momentum is less than 1, as 0.9, got {literals.shown(text)}")


def tolerances_name_figures(draft: Draft) -> Iterator[Problem]:
    """A tolerance by figure names figures that the example has."""
    for position, example in enumerate(draft.spec.examples):
        path = f"$.examples[{position}].tolerance"
        if bytes(example.tolerance)[:1] != b"{":
            continue
        try:
            given = tolerances_of(example)
        except msgspec.DecodeError as error:
            yield Problem(path, str(error))
            continue
        for key, content in given.items():
            yield from _tolerances(example, key, content, f"{path}.{key}")


def _tolerances(
    example: Example, key: str, content: bytes | dict[str, bytes], path: str
) -> Iterator[Problem]:
    """The tolerances under one key: a number for all of its figures, or a number for each."""
    there = [one for one in FIGURES if getattr(example, one)]
    if key not in there:
        near = Nearest(there, f"there are figures under {', '.join(there)}" * bool(there))(key)
        yield Problem(path, f'this example has no figures under "{shown(key)}"{near}')
        return
    if not isinstance(content, dict):
        yield from _size(content, path, "tolerance")
        return
    figures = {} if key == "loss" else getattr(example, key)
    for name, text in content.items():
        if name not in figures:
            near = Nearest(figures, f"there are {listed(figures)}")(name)
            what = f'there is no figure "{shown(name)}" under "{key}"'
            yield Problem(f"{path}.{name}", f"{what}{near}")
        else:
            yield from _size(text, f"{path}.{name}", "tolerance")
