"""SQL: one SELECT over a table with a column for each input.

It is written for SQLite (3.35), DuckDB and PostgreSQL alike: CASE in place of MAX and GREATEST,
which do not agree about NULL, and each step as a table of its own that is computed once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.formats.writers.columns import Columns
from deepgraph.formats.writers.names import Identifiers
from deepgraph.formats.writers.spelling import Spelling, plain_number
from deepgraph.formats.writers.texts import about, filled
from deepgraph.functions.recorded import constant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deepgraph.graph.graph import Graph

LONGEST = 150
"""The most terms in one expression; SQLite refuses a depth of more than 1,000."""

_EXP = "CASE WHEN {0} < -745e0 THEN 0e0 ELSE exp({0}) END"
"""exp(z), which is 0 in double precision below; PostgreSQL ends the query there instead."""

_FORMS = {
    "exp": _EXP,
    "maximum": "CASE WHEN {0} > {1} THEN {0} WHEN {0} <= {1} THEN {1} END",
    "minimum": "CASE WHEN {0} < {1} THEN {0} WHEN {0} >= {1} THEN {1} END",
    "expm1": f"(tanh({{0}} / 2e0) * ({_EXP} + 1e0))",
    "isnan": "({0} IS NULL)",
    "log1p": "(2e0 * atanh({0} / (2e0 + {0})))",
}
"""What databases do not have in the same way: exp(z) − 1 and ln(1 + z) without cancellation."""

_CALLS = {
    **{name: name for name in ("tanh", "sin", "cos", "sqrt", "floor")},
    **{"log": "ln", "absolute": "abs"},
}

_NAME = re.compile(r"\b[azt]_\w+")


def _number(value: float) -> str:
    """A double; with an exponent, since DuckDB reads 0.1 as a decimal."""
    text = plain_number(value)
    return text if "e" in text else f"{text}e0"


def quoted(name: str) -> str:
    """A name of a column or a table.

    >>> quoted('a"b')
    '"a""b"'
    """
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


class Query:
    """The query of a network.

    Args:
        graph: the network.
        keep: columns of the table that come before the outputs.

    Attributes:
        columns: the text of each column by its name.
        levels: of each column how many steps come before it; inputs have 0.
    """

    def __init__(self, graph: Graph, keep: Sequence[str] = ()) -> None:
        self.graph = graph
        self._keep = keep
        self._names = Identifiers(keep, ignore_case=True)
        self._nodes: dict[int, str] = {}
        self._known: dict[tuple[int, str], str] = {}
        self._spelling = Spelling(
            _CALLS,
            "CASE WHEN {0} THEN {1} ELSE {2} END",
            choice_call=True,
            number=_number,
            equal="=",
            forms=_FORMS,
            signed_zeros=False,
        )
        self.columns: dict[str, str] = {}
        self.levels: dict[str, int] = {}
        values = graph.parameters.values
        for node in graph.inputs.tolist():
            name = self._name(node, "z" if graph.has_z(node) else "a")
            self.columns[name] = f"CAST(t.{quoted(graph.ids[node])} AS DOUBLE PRECISION)"
            self.levels[name] = 0
        columns = Columns(graph, self._name, lambda n: constant(float(values[n])), LONGEST)
        for number, (name, expression) in enumerate(columns, 1):
            parts, result = self._spelling.statements(expression, f"t_{number}_")
            for column in (*parts, (name, result)):
                self._add(*column)

    def _name(self, node: int, part: str) -> str:
        """The name of a column: `a_h1` for the value of h1, `z_h1` for its z."""
        if node not in self._nodes:
            self._nodes[node] = self._names.new(self.graph.ids[node])
        if (node, part) not in self._known:
            more = "" if part in ("a", "z") else f"_{part}"
            name = f"{'a' if part == 'a' else 'z'}_{self._nodes[node]}{more}"
            self._known[node, part] = self._names.new(name)
        return self._known[node, part]

    def _add(self, name: str, text: str) -> None:
        self.columns[name] = text
        used = _NAME.findall(text)
        self.levels[name] = 1 + max((self.levels[other] for other in used), default=0)

    def text(self, table: str = "data") -> str:
        """The query over a table of this name."""
        # The steps are tables, too, and a database tells no capitals.
        prefix = "step" if not table.casefold().startswith("step") else "network_step"
        kept = [quoted(name) for name in self._keep]
        outputs = [self._name(node, "a") for node in self.graph.outputs.tolist()]
        steps = self._steps(set(outputs))
        bodies = []
        for level, wanted in enumerate(steps):
            source = f"{prefix}{level - 1}" if level else f"{quoted(table)} AS t"
            before = steps[level - 1] if level else set()
            texts = [name if level else f"t.{name}" for name in kept]
            texts += [
                name if name in before else f"{self.columns[name]} AS {name}"
                for name in self.columns
                if name in wanted
            ]
            bodies.append(
                f"{prefix}{level} AS MATERIALIZED (\n  SELECT\n    "
                f"{filled(texts or ['1 AS one'], '    ')}\n  FROM {source}\n)"
            )
        names = [
            f"{name} AS {quoted(self.graph.ids[node])}"
            for name, node in zip(outputs, self.graph.outputs.tolist(), strict=True)
        ]
        comment = "\n".join(f"-- {line}".rstrip() for line in about(self.graph, "columns"))
        last = f"SELECT\n  {filled([*kept, *names], '  ')}\nFROM {prefix}{len(steps) - 1};\n"
        return f"{comment}\n\nWITH\n" + ",\n".join(bodies) + "\n" + last

    def _steps(self, wanted: set[str]) -> list[set[str]]:
        """The columns after each level: those that it computes, and older ones still needed."""
        top = max(self.levels[name] for name in wanted)
        steps: list[set[str]] = []
        for level in range(top, -1, -1):
            steps.insert(0, set(wanted))
            own = {name for name in wanted if self.levels[name] == level}
            read = {other for name in own for other in _NAME.findall(self.columns[name])}
            wanted = (wanted - own) | (read if level else set())
        return steps


def _distinct(names: Iterable[str], what: str) -> None:
    """Refuse names that a database takes for one.

    Raises:
        InputError: two differ only in case.
    """
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            message = f'{what} "{other}" and "{name}" are one column in SQL'
            raise InputError(f"{message}, which does not tell capitals; rename one")


def write(graph: Graph, dtype: str, table: str = "data", keep: Sequence[str] = ()) -> bytes:
    """The query that computes a network.

    Raises:
        InputError: two inputs, or two outputs, differ only in case.
    """
    _distinct(graph.input_names, "the inputs")
    _distinct([*keep, *graph.output_names], "the columns")
    return Query(graph, keep).text(table).encode()
