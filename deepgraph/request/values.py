"""The values of the inputs that a request names: texts such as `x=0.5`, or rows of a table."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from deepgraph.request import parsing
from deepgraph.request.caller import PAGE, Caller
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deepgraph.network import Network
    from deepgraph.tables.base import Table
    from deepgraph.tables.source import Source

OF_FILES = ("column", "delimiter", "decimal", "input_format", "keep", "rename")
"""Options that need a table that is a file."""
OF_TABLES = ("row", "rows", "column", "delimiter", "decimal", "input_format", "keep", "rename")
"""Options that need a table."""

BYTES_OF_A_ROW = 32
"""A rough size of a row of CSV, to turn bytes into rows."""


@dataclass(frozen=True)
class Values:
    """The source of the values of the inputs.

    Attributes:
        options: the values of the options that were given, by name; those of `set`, `over`, `row`,
            `column`, `delimiter`, `decimal` and `input_format` are used.
        table: the file that `input` names.
        caller: for messages, and to open the table.
        given: several rows of an example of the spec, texts by input.
        title: of that example.
    """

    options: Mapping[str, Any]
    table: str | None = None
    caller: Caller = PAGE
    given: Mapping[str, list[str]] | None = None
    title: str = ""

    @property
    def settings(self) -> dict[str, str]:
        """The numbers of `set` by input, as they were typed.

        Raises:
            OptionError: a text is no pair, or an input has two.
        """
        return parsing.pairs(self.options.get("set", ()), self.caller.option("set"))

    @property
    def over(self) -> dict[str, list[str]]:
        """The values of `over` by input; errors as in `grid.values`."""
        from deepgraph.request import grid  # few requests have one

        return grid.values(self.options.get("over", ()), self.caller.option("over"))

    @property
    def has_rows(self) -> bool:
        """True if rows are given, by a table, by `over` or by an example."""
        return self.table is not None or "over" in self.options or self.given is not None

    @property
    def varying(self) -> list[str]:
        """The inputs whose values differ from row to row, of rows that are no table."""
        return list(self.over if self.given is None else self.given)

    @property
    def name(self) -> str:
        """The rows for a message: a file, what `over` makes, or an example."""
        if self.given is not None:
            return f"the example {in_quotes(self.title)}"
        return self.caller.option("over") if self.table is None else self.table

    @property
    def columns(self) -> dict[str, str]:
        """The headers of `column` by input; errors as in `settings`."""
        option = self.caller.option("column")
        return parsing.pairs(self.options.get("column", ()), option, first=True)

    def check(self) -> None:
        """Check that the options go together.

        Raises:
            OptionError: they do not.
        """
        if "example" in self.options:
            self._check_alone()
            return
        if "set" in self.options and self.table is not None:
            raise self.caller.refusal("<set> and <input> exclude each other")
        if "over" in self.options and self.table is not None:
            raise self.caller.refusal("<over> and <input> exclude each other")
        if self.table is None:
            for name in OF_FILES if self.has_rows else OF_TABLES:
                if name in self.options:
                    raise self.caller.refusal(f"<{name}> needs a table: <input> FILE")

    def _check_alone(self) -> None:
        """Check that no option gives inputs beside an example."""
        for name in ("set", "over", "input", *OF_FILES):
            if name in self.options and name not in ("keep", "rename"):
                what = f"<example> and <{name}> exclude each other: the example says the inputs"
                raise self.caller.refusal(what)

    def one_row(self, network: Network) -> dict[str, float] | None:
        """One value for each input, typed or of a row of the table; `None` without either.

        Raises:
            OptionError: the options do not go together.
            DeepgraphError: a number or the table is wrong.
        """
        self.check()
        if not self.has_rows:
            given = self.options.get("set", ())
            return parsing.numbers(given, self.caller.option("set")) or None
        row = self.options.get("row")
        [found] = self.rows(network, [row or 1])
        if row is None:
            other = f"{self.caller.option('row')} N takes another"
            self.caller.note(f"row 1 of {self.name} is taken; {other}.")
        return found

    def rows(self, network: Network, numbers: Sequence[int]) -> list[dict[str, float]]:
        """Rows of the table by their numbers from 1, by input.

        Raises:
            DeepgraphError: the table is wrong, or has no such row.
        """
        from deepgraph.tables.source import rows_at  # imports pyarrow

        with self.opened(network) as (table, headers):
            found = rows_at(table, list(headers.values()), numbers)
        return [{name: row[header] for name, header in headers.items()} for row in found]

    def first_rows(
        self, network: Network, most: int, kept: Sequence[str] = ()
    ) -> tuple[dict[str, list[float]], dict[str, list[Any]], bool]:
        """The first rows of the table.

        Args:
            network: with the inputs.
            most: how many rows.
            kept: headers of further columns.

        Returns:
            The values by input, the further columns by header, and True if more rows follow.
        """
        from deepgraph.tables.source import first_rows  # imports pyarrow

        with self.opened(network) as (table, headers):
            found, more = first_rows(table, list(headers.values()), kept, most)
        inputs = {name: found[header] for name, header in headers.items()}
        return inputs, {header: found[header] for header in kept}, more

    @contextmanager
    def opened(self, network: Network) -> Iterator[tuple[Table, dict[str, str]]]:
        """The table, its header read, and the header of each input, all of them in it.

        Raises:
            DeepgraphError: the table or an option is wrong.
        """
        if self.table is None:
            with self.grid(network) as table:
                yield table, {name: name for name in network.input_names}
            return
        with self.caller.open_table(self.table) as stream:
            table = self.source(stream).open()
            columns = self.columns
            network.require_inputs(columns)
            headers = {name: columns.get(name, name) for name in network.input_names}
            table.require_inputs(headers)
            yield table, headers

    @contextmanager
    def grid(self, network: Network) -> Iterator[Table]:
        """The rows of an example, or the table that `over` makes, with the inputs of `set`.

        Raises:
            DeepgraphError: an option is wrong.
        """
        from deepgraph.request import grid
        from deepgraph.tables.source import Source

        if self.given is not None:
            content = grid.listed_rows(self.given)
            yield Source(io.BytesIO(content.encode()), self.name).open()
            return
        fixed = parsing.exact(self.options.get("set", ()), self.caller.option("set"))
        plain = {name: repr(parsing.number(name, text, "")) for name, text in fixed.items()}
        content = grid.table(network, self.over, plain)
        yield Source(io.BytesIO(content.encode()), self.name).open()

    def source(self, stream: IO[bytes], block: int | None = None) -> Source:
        """The table as the options describe it.

        Args:
            stream: its bytes.
            block: bytes of it to read at once, if it is a CSV.

        Raises:
            OptionError: the delimiter is not one character.
        """
        from deepgraph.tables.source import FORMATS, Source, format_of

        assert self.table is not None
        form = self.options.get("input_format") or format_of(self.table)
        delimiter = self.options.get("delimiter")
        if delimiter is not None:
            delimiter = parsing.delimiter(delimiter, self.caller.option("delimiter"))
        if block is not None and not FORMATS[form].delimiter:
            block = max(1, block // BYTES_OF_A_ROW)
        name = "standard input" if self.table == "-" else self.table
        return Source(stream, name, form, delimiter, block, self.options.get("decimal", "."))
