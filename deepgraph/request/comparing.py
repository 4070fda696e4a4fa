"""A comparison that a person asks for: two sides, options, and the inputs to compare them on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepgraph.diff import compare
from deepgraph.diff.outcomes import kink_changes, value_changes
from deepgraph.diff.parameters import Tolerance
from deepgraph.errors import InputError, SmoothError
from deepgraph.options.difference import DRAWING
from deepgraph.options.shared import INIT
from deepgraph.request import parsing
from deepgraph.request.caller import NO_SEED
from deepgraph.request.revisions import content_at, parted
from deepgraph.words.messages import Nearest
from deepgraph.words.numbers import held_at, number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deepgraph.diff import Difference
    from deepgraph.diff.outcomes import KinkChanges
    from deepgraph.draw.picture import Picture
    from deepgraph.kinks import Kinks
    from deepgraph.network import Network
    from deepgraph.request.sides import Side
    from deepgraph.request.values import Values

MOST_ROWS = 1 << 62
"""More rows than any table has."""


SAME_VALUES = (
    "the structure differs, and yet all values are the same: on these rows both compute alike"
)
"""Said where nothing but the comparison of nodes tells two networks apart."""


@dataclass(frozen=True)
class Rows:
    """The rows that both networks run over.

    Attributes:
        inputs: of A and of B, by their own names; numbers, or lists of them over the rows.
        right: (rows,) the right classes, if a column has them.
    """

    inputs: tuple[dict[str, Any], dict[str, Any]]
    right: list[str] | None = None


@dataclass(frozen=True)
class Comparison:
    """Two sides and options, read and not yet compared.

    Attributes:
        a: the side before.
        b: the side after.
        options: the values of the options that were given, by name.
        values: the source of the inputs.
    """

    a: Side
    b: Side
    options: Mapping[str, Any]
    values: Values

    @cached_property
    def networks(self) -> tuple[Network, Network]:
        """The two networks, their missing values drawn where a seed is given."""
        seed, init = self.options.get("seed"), self.options.get("init")
        if seed is None:
            if init is not None:
                raise self.values.caller.refusal(NO_SEED)
            return self.a.network, self.b.network
        method = init or INIT.default
        return self.a.network.initialised(seed, method), self.b.network.initialised(seed, method)

    @cached_property
    def plain(self) -> Difference:
        """The comparison of the two as they are written."""
        texts = None
        if self.a.content is not None and self.b.content is not None:
            texts = self.a.content, self.b.content
        given = {
            k: self.options[k] for k in ("rtol", "atol", "strict", "ignore") if k in self.options
        }
        names = self.a.name, self.b.name
        return compare(*self.networks, **given, names=names, texts=texts)

    @cached_property
    def found(self) -> Difference:
        """The same with what they compute, and where they bend, if that is asked for.

        Raises:
            DeepgraphError: an option, the table or an input is wrong.
        """
        self._check()
        found = self.plain
        over = parsing.ranges(self.options.get("over", ()), self.values.caller.option("over"))
        if over:
            kinks, hints = self._kinks(over)
            found = replace(found, kinks=kinks, hints=(*found.hints, *hints))
        elif self.rows is not None:
            tolerance = Tolerance(self.options.get("rtol", 0.0), self.options.get("atol", 0.0))
            outputs = [
                (self._output(0, one), self._output(1, other)) for one, other in self._outputs
            ]
            inputs, right = self.rows.inputs, self.rows.right
            row = self.options.get("row", 1)
            changes = value_changes(self.networks, inputs, outputs, tolerance, right, row)
            said = found.hints
            if not changes and any(section.key == "structure" for section in found.sections):
                said = (*said, SAME_VALUES)
            found = replace(found, values=changes, hints=said)
        return found

    def picture(self, **more: Any) -> Picture:
        """The picture, with the values of the first row that is compared.

        `more` are drawing options beside those that were given.

        Raises:
            DeepgraphError: an option or an input is wrong.
        """
        self._check()
        options = {name: self.options[name] for name in DRAWING if name in self.options} | more
        if self.rows is None:
            return self.plain.draw(**options)
        mine, yours = (
            {name: _entry(value, 0) for name, value in given.items()} for given in self.rows.inputs
        )
        return self.plain.draw(mine | yours, **options)

    def _check(self) -> None:
        caller, options = self.values.caller, self.options
        self.values.check()
        if len(options.get("over", ())) > 1:
            raise caller.refusal("kinks lie along a line: <over> takes one input")
        if "target" in options and self.values.table is None:
            raise caller.refusal("<target> is a column of a table: <input> FILE")
        if "target" in options:
            for side in (self.a, self.b):
                if side.network.classes is None:
                    column = f"{caller.option('target')} is a column of classes"
                    raise InputError(f"{side.name}: {column}, and its one output tells none apart")

    # --- names ----------------------------------------------------------------------------

    @property
    def _outputs(self) -> list[tuple[str, str]]:
        """The outputs that both have, by their ids in A and in B.

        Raises:
            InputError: there is none.
        """
        a, b = self.a.network, self.b.network
        new = self.plain.new_names.nodes
        found = [(n, new.get(n, n)) for n in a.output_names if new.get(n, n) in b.output_names]
        if not found:
            raise InputError("the two networks have no output in common, so no value is compared")
        return found

    def _output(self, side: int, name: str) -> int:
        return (self.a, self.b)[side].network.output_names.index(name)

    # --- rows -----------------------------------------------------------------------------

    @cached_property
    def rows(self) -> Rows | None:
        """The rows that the options name, or the one of them that `row` names; or `None`.

        Raises:
            DeepgraphError: there is no such row, or the table or an input is wrong.
        """
        found = self._all_rows()
        if found is None or "row" not in self.options:
            return found
        row = self.options["row"] - 1
        mine, yours = (
            {name: [_entry(value, row)] for name, value in given.items()} for given in found.inputs
        )
        return Rows((mine, yours), None if found.right is None else [found.right[row]])

    def _all_rows(self) -> Rows | None:
        if "example" in self.options:
            return self._of_example(self.options["example"])
        if self.values.table is not None:
            return self._of_table(self._of_revision(self.values), self.options.get("target"))
        given = self.options.get("set", ())
        if not given or "over" in self.options:
            return None
        return Rows(self.plain.inputs(parsing.numbers(given, self.values.caller.option("set"))))

    def _of_example(self, name: str) -> Rows:
        """The inputs of an example, which B has, or else A."""
        side, data = self.b, None
        try:
            data = self.b.network.example(name)
        except InputError:
            if not any(example.name == name for example in self.a.network.spec.examples):
                raise
            side, data = self.a, self.a.network.example(name)
        if data.table is not None:
            return self._of_table(self._beside(side, data.table), data.class_column)
        option = self.values.caller.option("example")
        inputs = {
            name: [parsing.number(name, text, option) for text in texts]
            for name, texts in data.input_texts.items()
        }
        return Rows(self.plain.inputs(inputs))

    def _beside(self, side: Side, table: str) -> Values:
        """The values in a table beside a spec; of a revision as it was then."""
        if side.beside is None:
            folder = Path(".") if side.path is None else side.path.parent
            return replace(self.values, table=str(folder / table))
        content = side.beside(table)
        caller = self.values.caller._replace(open_table=lambda _: BytesIO(content))
        return replace(self.values, table=table, caller=caller)

    def _of_revision(self, values: Values) -> Values:
        """The values in a table that may be one of a revision, `HEAD:rows.csv`."""
        table = values.table or ""
        place = parted(table) if values.caller.door == "command" else None
        if place is None or Path(table).exists():
            return values
        content = content_at(*place, Path(), table)
        return replace(values, caller=values.caller._replace(open_table=lambda _: BytesIO(content)))

    def _of_table(self, values: Values, target: str | None) -> Rows:
        """All rows of a table."""
        from deepgraph.tables.source import first_rows  # imports pyarrow

        assert values.table is not None
        with values.caller.open_table(values.table) as stream:
            table = values.source(stream).open()
            columns, header = values.columns, set(table.header)
            new = self.plain.new_names.nodes
            old = {now: name for name, now in new.items()}
            headers: list[dict[str, str]] = []
            for side, others in ((self.a, new), (self.b, old)):
                found = {}
                for name in side.network.input_names:
                    own = columns.get(name, name)
                    found[name] = own if own in header else others.get(name, own)
                table.require_inputs(found)
                headers.append(found)
            needed = list(dict.fromkeys([*headers[0].values(), *headers[1].values()]))
            kept = [] if target is None else [target]
            if target is not None and target not in header:
                near = Nearest(table.header, f"known: {', '.join(table.header[:10])}")
                raise InputError(f'{values.name}: no column is named "{target}"{near(target)}')
            cells, _ = first_rows(table, needed, kept, MOST_ROWS)
        inputs = [{name: cells[column] for name, column in found.items()} for found in headers]
        right = None if target is None else [str(cell) for cell in cells[target]]
        return Rows((inputs[0], inputs[1]), right)

    # --- kinks ----------------------------------------------------------------------------

    def _kinks(self, over: Mapping[str, tuple[str, str]]) -> tuple[KinkChanges | None, list[str]]:
        """Where the outputs bend along one input, and which of them do not by straight pieces."""
        [(name, bounds)] = over.items()
        fixed = parsing.exact(self.options.get("set", ()), self.values.caller.option("set"))
        if name in fixed:
            raise self.values.caller.refusal(f"<set> and <over> both name {name}; drop one")
        whole = self.plain.inputs({**fixed, name: bounds})
        outputs, hints = list(self._outputs), []

        def found(side: int) -> Kinks:
            at = {key: value for key, value in whole[side].items() if value is not bounds}
            way = {key: value for key, value in whole[side].items() if value is bounds}
            nodes = [pair[side] for pair in outputs]
            return self.networks[side].kinks(way, at=at, nodes=nodes)

        try:
            both = found(0), found(1)
        except SmoothError:
            hints = self._smooth(found, outputs)
            if not outputs:
                return None, hints
            both = found(0), found(1)
        texts = [number_text(parsing.number(name, bound, "over"), 6) for bound in bounds]
        words = f"{name} from {texts[0]} to {texts[1]}{held_at(dict(fixed))}"
        return kink_changes(both, outputs, words), hints

    def _smooth(self, found: Callable[[int], Kinks], outputs: list[tuple[str, str]]) -> list[str]:
        """Take out of a list of outputs those without kinks in A or in B, and say why."""
        sound, hints = [], []
        for pair in tuple(outputs):
            outputs[:] = [pair]
            for side, name in enumerate(self.plain.names):
                try:
                    found(side)
                except SmoothError as error:
                    why = str(error).partition(":")[0]
                    hints.append(f"no kinks of {pair[side]} are compared: in {name}, {why}")
                    break
            else:
                sound.append(pair)
        outputs[:] = sound
        return hints


def _entry(value: Any, row: int) -> float:
    """The number of a row, of one number or a list.

    Raises:
        InputError: there is no such row.
    """
    if not isinstance(value, list):
        return float(value)
    if not row < len(value):
        raise InputError(f"there is no row {row + 1:,}; there are {len(value):,}")
    return float(value[row])
