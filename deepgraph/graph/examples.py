"""The examples of a spec as values to compute with, and the one that a person means."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from deepgraph.errors import InputError
from deepgraph.functions.losses import DEFAULT_LOSS, OUTPUT_LOSS, REDUCTIONS, by_alias
from deepgraph.options.training import OPTIMISERS
from deepgraph.spec import literals
from deepgraph.words.messages import Nearest, counted, listed, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msgspec import Raw

    from deepgraph.spec.records import Example


class Asked(NamedTuple):
    """Inputs, targets and loss of a computation."""

    X: Any
    targets: Any
    loss: str | None
    reduction: str | None
    of: str | None

    @property
    def task(self) -> tuple[Any, str, str, str | None]:
        """Targets, loss, reduction and node, with the defaults of a loss."""
        return self.targets, self.loss or DEFAULT_LOSS, self.reduction or REDUCTIONS[0], self.of


OF_STEPS = ("optimiser", "momentum", "weight_decay", "freeze", "batch", "steps")
"""Settings of the steps of an example, beside its learning rate."""

Texts = dict[str, list[str]]
"""By id, a number for each row, as it is written: a decimal or a fraction p/q."""


def rows_of(text: bytes) -> list[bytes]:
    """The entries of a list as they are written; of a number the number alone."""
    if text[:1] != b"[":
        return [text]
    return [bytes(entry) for entry in msgspec.json.decode(text, type=list[msgspec.Raw])]


def rows_in(example: Example) -> int:
    """The number of rows of an example: the length of its lists of inputs, 1 without lists."""
    lists = (rows_of(bytes(raw)) for raw in example.inputs.values() if bytes(raw)[:1] == b"[")
    return len(next(lists, [b""]))


def entries_of(text: bytes) -> list[bytes]:
    """The entries of a matrix row by row, or of a vector, as they are written; `null` is a gap."""
    return [entry for row in rows_of(text) for entry in rows_of(row)]


def tolerances_of(example: Example) -> dict[str, bytes | dict[str, bytes]]:
    """The tolerances of an example that gives them by figure: by key one, or by key and name."""
    text = bytes(example.tolerance)
    if text[:1] != b"{":
        return {}
    found: dict[str, bytes | dict[str, bytes]] = {}
    for key, raw in _decoded(text).items():
        inner = bytes(raw)
        named = inner[:1] == b"{"
        found[key] = {name: bytes(one) for name, one in _decoded(inner).items()} if named else inner
    return found


def _decoded(text: bytes) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(text, type=dict[str, msgspec.Raw])


def tolerance_of(example: Example, key: str, name: str) -> bytes:
    """The tolerance of one figure as it is written; empty if the example gives it none.

    Args:
        example: a sound one.
        key: "expect", "gradients" and so on.
        name: of the node, stage or parameter.
    """
    text = bytes(example.tolerance)
    if text[:1] != b"{":
        return text
    given = tolerances_of(example).get(key, b"")
    return given.get(name, b"") if isinstance(given, dict) else given


def title_of(example: Example, number: int) -> str:
    """The name of an example in results; two examples may have the same name."""
    return example.name or f"example {number}"


@dataclass(frozen=True)
class ExampleData:
    """What an example of a spec says to compute.

    Attributes:
        title: its name, or `example 2`.
        rows: the number of its rows.
        input_texts, target_texts: its numbers as they are written, (rows,) by id.
        loss: the name of its loss; `None` if it has none.
        of: the node of the loss "output", if it names one.
        reduction: over the rows, "mean" or "sum".
        learning_rate: of its steps of gradient descent, as it is written; `None` if it takes none.
        settings: the other settings of its steps that it states, by the names of `OF_STEPS`; those
            with a fraction are as they are written.
        table: the name of the table beside the spec that it is about; then it has no inputs.
        class_column: the column of that table with the right classes.
    """

    title: str
    rows: int
    input_texts: Texts
    target_texts: Texts
    loss: str | None = None
    of: str | None = None
    reduction: str = REDUCTIONS[0]
    learning_rate: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    table: str | None = None
    class_column: str | None = None

    @property
    def inputs(self) -> dict[str, list[float]]:
        """(rows,) the values of each input."""
        return _numbers(self.input_texts)

    @property
    def targets(self) -> dict[str, list[float]]:
        """(rows,) the targets of each node that has some."""
        return _numbers(self.target_texts)

    def steps_beside(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of steps: those that are given, and of the example those that go with them.

        Another optimiser than the example's takes no momentum of it, `epochs` take the place of
        its number of steps, and a learning `rule` has nothing but the learning rate of it.

        Args:
            given: by the names of `OF_STEPS`, "learning_rate", "epochs" and "rule"; `None` is none.
        """
        chosen = {name: content for name, content in given.items() if content is not None}
        own = {**self.settings, "learning_rate": self.learning_rate}
        if "rule" in chosen:
            own = {"learning_rate": self.learning_rate}
        usual = own.get("optimiser", OPTIMISERS[0])
        if chosen.get("optimiser", usual) != usual:
            own.pop("momentum", None)
        if "epochs" in chosen:
            own.pop("steps", None)
        elif "batch" in own:  # the single step that nobody writes is one of several batches
            own.setdefault("steps", 1)
        return {name: one for name, one in own.items() if one is not None} | chosen

    def without_loss(self) -> ExampleData:
        """The same without a loss; its targets stay."""
        return replace(self, loss=None, of=None)

    def beside(self, *, paths: bool, derive: bool) -> ExampleData:
        """The same without what cannot be told beside sums over paths or a derivation in letters.

        Paths lead to values, so that targets, loss and steps have no place beside them; a
        derivation stands before one backward pass, and not before several steps.
        """
        if paths:
            bare = self.without_loss()
            return replace(bare, target_texts={}, learning_rate=None, settings={})
        if derive and not self.settings.keys().isdisjoint({"steps", "batch"}):
            return replace(self, learning_rate=None, settings={})
        return self

    def require_inputs(self) -> None:
        """Check that the example has inputs of its own.

        Raises:
            InputError: it is about a table.
        """
        if self.table is not None:
            raise InputError(
                f'the example "{shown(self.title)}" has no inputs of its own; its rows are those '
                f"of the table {self.table}"
            )


def asked(
    data: ExampleData | None,
    X: Any,
    targets: Any,
    loss: str | None,
    reduction: str | None,
    of: str | None,
    *,
    as_texts: bool = False,
) -> Asked:
    """What to compute: as given, and else as an example says, and else as usual.

    With `as_texts`, the numbers of an example are as they are written, and fractions stay exact.

    Raises:
        InputError: there are neither inputs nor an example, or both; or a node for a loss that
            takes none.
    """
    loss = None if loss is None else by_alias(loss)
    if of is not None:
        if loss not in (None, OUTPUT_LOSS):
            raise InputError(f'of="{shown(of)}" is the node of the loss "output", not of "{loss}"')
        loss = OUTPUT_LOSS
    if data is None:
        if X is None:
            raise InputError('give inputs, or the name of an example of the spec, example="…"')
        return Asked(X, targets, loss, reduction, of)
    data.require_inputs()
    if X is not None:
        raise InputError("inputs and an example exclude each other: the example says the inputs")
    if loss is None:
        of = data.of
    loss = loss or data.loss
    if targets is None and data.target_texts and loss != OUTPUT_LOSS:
        targets = data.target_texts if as_texts else data.targets
    inputs = data.input_texts if as_texts else data.inputs
    if reduction is None and data.loss is not None:
        reduction = data.reduction
    return Asked(inputs, targets, loss, reduction, of)


def data_of(example: Example, number: int) -> ExampleData:
    """The data of a sound example, the one with this number from 1."""
    rows, loss = rows_in(example), example.loss
    return ExampleData(
        title_of(example, number),
        rows,
        {name: _texts(raw, rows) for name, raw in example.inputs.items()},
        {name: _texts(raw, rows) for name, raw in example.targets.items()},
        None if loss is None else loss.name,
        None if loss is None else loss.node,
        REDUCTIONS[0] if loss is None else loss.reduction,
        _text(example.learning_rate),
        stated_settings(example),
        example.table,
        example.class_column,
    )


def stated_settings(example: Example) -> dict[str, Any]:
    """The settings of steps by which an example says something, by the names of `OF_STEPS`.

    A single step, the default, says nothing.
    """
    found = {
        "optimiser": example.optimiser,
        "momentum": _text(example.momentum),
        "weight_decay": _text(example.weight_decay),
        "freeze": tuple(example.freeze) or None,
        "batch": example.batch,
        "steps": example.steps if example.steps != 1 else None,
    }
    return {key: content for key, content in found.items() if content is not None}


def _text(raw: Raw) -> str | None:
    """A number as it is written, a fraction without its quotes; `None` if there is none."""
    return None if literals.missing(bytes(raw)) else _texts(raw, 1)[0]


def _texts(raw: Raw, rows: int) -> list[str]:
    """(rows,) texts of a list, or of one number for all rows."""
    entries = rows_of(bytes(raw))
    texts = [
        str(msgspec.json.decode(entry)) if entry[:1] == b'"' else entry.decode()
        for entry in entries
    ]
    return texts if len(texts) == rows else texts * rows


def _numbers(texts: Mapping[str, list[str]]) -> dict[str, list[float]]:
    return {name: [_number(text) for text in column] for name, column in texts.items()}


def _number(text: str) -> float:
    return literals.value(literals.encode(text) if "/" in text else text.encode())


def find(examples: Sequence[Example], name: str | int) -> ExampleData:
    """The data of the example that a person means.

    Args:
        examples: those of a spec, sound.
        name: its name; or its number from 1, which any example has, one without a name as well.

    Raises:
        InputError: there is none, or there are two of this name.
    """
    text = str(name)
    found = [n for n, example in enumerate(examples, 1) if example.name == text]
    if not found:
        number = text.removeprefix("example ")
        found = [int(number)] if number.isdecimal() and len(number) < 10 else []
        found = [n for n in found if 1 <= n <= len(examples)]
    if len(found) == 1:
        return data_of(examples[found[0] - 1], found[0])
    if found:
        numbers = " or ".join(map(str, found[:5]))
        raise InputError(
            f'{counted(len(found), "example")} are named "{shown(text)}"; say which by its number '
            f"in the spec, {numbers}"
        )
    if not examples:
        raise InputError(
            f'there is no example "{shown(text)}": the spec has none; a list of them stands under '
            '"examples"'
        )
    names = [title_of(example, n) for n, example in enumerate(examples, 1)]
    near = Nearest(names)(text)
    known = listed([f'"{shown(one)}"' for one in names], spell=str)
    raise InputError(
        f'there is no example "{shown(text)}"{near or ";"} {_known(bool(near), known)}'
    )


def _known(sentence: bool, known: str) -> str:
    return f"{'The' if sentence else 'the'} examples are {known}"
