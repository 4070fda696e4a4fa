"""A spreadsheet with live formulas: the parameters on the left, a table of values beside them.

A row of the table is one forward pass, from the inputs through z and the value of every node to the
outputs. Its formulas may be filled down for further rows. The inputs of the spec's examples are the
first rows.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deepgraph.errors import InputError, MissingExtraError
from deepgraph.formats.writers.columns import Columns
from deepgraph.formats.writers.spelling import Spelling
from deepgraph.formats.writers.texts import two_classes
from deepgraph.functions.recorded import named
from deepgraph.graph.examples import rows_in, rows_of
from deepgraph.graph.kinds import BIAS, INPUT, OUTPUT
from deepgraph.graph.reach import ancestors
from deepgraph.spec import literals
from deepgraph.words.numbers import z_of

if TYPE_CHECKING:
    from deepgraph.functions.recorded import Expression
    from deepgraph.graph.graph import Graph

HEAD = 4
"""The row with the headings; parameters and values begin below it."""
LONGEST = 150
"""The most terms in one formula, which may have 8,192 characters."""
LONGEST_TEXT = 255
MOST_COLUMNS = 16_384
MOST_PARAMETERS = 1_048_576 - HEAD
"""The rows of a sheet below the headings."""
MOST_ROWS = 100
"""The most rows of examples that are written."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""Characters that the file has no way to write."""

_FORMS = {
    "expm1": "(TANH({0}/2)*(EXP({0})+1))",
    "isnan": "ISERROR({0})",
    "log1p": "(2*ATANH({0}/(2+{0})))",
}
"""What spreadsheets do not have by themselves: exp(z) − 1 and ln(1 + z) without cancellation."""

_CALLS = {
    **{"maximum": "MAX", "minimum": "MIN", "absolute": "ABS", "exp": "EXP", "log": "LN"},
    **{"tanh": "TANH", "sin": "SIN", "cos": "COS", "sqrt": "SQRT", "floor": "INT"},
    "sign": "SIGN",
}

_OWN = {"gelu": "{z}*NORMSDIST({z})", "softsign": "{z}/(1+ABS({z}))"}
"""Activations that a spreadsheet writes in another way: no student would follow our polynomials,
and its numbers end at 1E+308."""


class Sheet:
    """The sheet of a network.

    Attributes:
        formulas: the formula of each column in the first row of values, without `=`.
        headings: the heading of each column, and what stands above it.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._used = sorted(ancestors(graph, graph.outputs.tolist()))
        self._rows = self._parameter_rows()
        self._columns: dict[tuple[int, str], str] = {}
        self._keys: dict[str, tuple[int, str]] = {}
        self.formulas: dict[str, str] = {}
        self.headings: dict[str, tuple[str, str]] = {}
        self._spelling = Spelling(
            _CALLS,
            "IF({0},{1},{2})",
            choice_call=True,
            number=_number,
            equal="=",
            forms=_FORMS,
            signed_zeros=False,
            many=True,
        )
        for node in graph.inputs.tolist():
            self._cell(node, self._raw(node))
        for name, expression in Columns(graph, self._cell, self._parameter, LONGEST):
            self.formulas[name] = self._formula(name, expression)
        self._add_class()

    def _add_class(self) -> None:
        """The class of the one output, if the spec names two."""
        classes = two_classes(self.graph)
        if classes is not None:
            node = int(self.graph.outputs[0])
            low, high = (_quoted(name) for name in classes.names)
            limit = _number(float(classes.threshold or 0.0))
            value = self._cell(node, "a")
            self.formulas[self._cell(node, "class")] = f"IF({value}>={limit},{high},{low})"

    def _raw(self, node: int) -> str:
        """The part of an input that is what a person types."""
        return "z" if self.graph.has_z(node) else "a"

    def _parameter_rows(self) -> dict[int, int]:
        """The row of each parameter that an output depends on."""
        graph, used = self.graph, set(self._used)
        found = set()
        for edge, target in enumerate(graph.target.tolist()):
            if target in used:
                source = int(graph.source[edge])
                found.add(int(graph.edge_parameter[edge]))
                if graph.kind[source] == BIAS:
                    found.add(int(graph.node_parameter[source]))
        if len(found) > MOST_PARAMETERS:
            raise InputError(
                f"a spreadsheet has 1,048,576 rows, too few for {len(found):,} parameters"
            )
        return {number: row for row, number in enumerate(sorted(found - {-1}), HEAD + 1)}

    def _cell(self, node: int, part: str) -> str:
        """The cell of a column in the first row of values."""
        from openpyxl.utils import get_column_letter

        key = node, part
        if key not in self._columns:
            number = len(self._columns) + 4  # behind names, values and an empty column
            if number > MOST_COLUMNS:
                raise InputError(f"a spreadsheet has {MOST_COLUMNS:,} columns, too few for this")
            self._columns[key] = f"{get_column_letter(number)}{HEAD + 1}"
            self._keys[self._columns[key]] = key
            self.headings[self._columns[key]] = self._heading(node, part)
        return self._columns[key]

    def _heading(self, node: int, part: str) -> tuple[str, str]:
        """The heading of a column, and what stands above it: input, output or nothing."""
        name, kind = self.graph.ids[node], self.graph.kind[node]
        if kind == INPUT:
            return (name, "input") if part == self._raw(node) else (f"{name} normalised", "")
        heading = {"a": name, "z": z_of(name), "class": "class"}.get(part, f"{name}: {part}")
        return heading, "output" if kind == OUTPUT and part == "a" else ""

    def _parameter(self, number: int) -> Expression:
        return named(f"$B${self._rows[number]}")

    def _formula(self, name: str, expression: Expression) -> str:
        """The formula of a column; parts that occur twice are written twice."""
        node, part = self._keys[name]
        function = self.graph.activation(node)
        if part == "a" and function.name in _OWN:
            z = self._cell(node, "z")
            z = z if function.gain == 1.0 else f"({_number(function.gain)}*{z})"
            own = named(_OWN[function.name].format(z=z))
            rescaled = own * function.scale + function.mean if function.rescaled else own
            return self._spelling.whole(rescaled)
        return self._spelling.whole(expression)

    def write(self, sheet: Any) -> None:
        """Fill a worksheet of openpyxl."""
        graph, spec = self.graph, self.graph.spec
        _text(sheet, "A1", spec.title or spec.name or "network", bold=True)
        _text(sheet, "A2", spec.source or spec.description or "")
        _text(sheet, f"A{HEAD}", "parameter", bold=True)
        _text(sheet, f"B{HEAD}", "value", bold=True)
        for number, row in self._rows.items():
            _text(sheet, f"A{row}", graph.parameters.name(number))
            sheet[f"B{row}"] = float(graph.parameters.values[number])
        for cell, (heading, role) in self.headings.items():
            _text(sheet, _moved(cell, HEAD), heading, bold=bool(role))
            if role:
                _text(sheet, _moved(cell, HEAD - 1), role)
        for place, values in enumerate(self._example_rows()):
            row = HEAD + 1 + place
            for node, value in zip(graph.inputs.tolist(), values, strict=True):
                sheet[_moved(self._cell(node, self._raw(node)), row)] = value
            for cell, formula in self.formulas.items():
                sheet[_moved(cell, row)] = _filled(formula, row)
        sheet.freeze_panes = f"D{HEAD + 1}"
        sheet.column_dimensions["A"].width = 16

    def _example_rows(self) -> list[list[float]]:
        """The inputs of the examples; a row of zeros if there are none."""
        rows: list[list[float]] = []
        for example in self.graph.spec.examples:
            if example.inputs:
                given = [rows_of(bytes(example.inputs[name])) for name in self.graph.input_names]
                columns = [[literals.value(text) for text in texts] for texts in given]
                count = rows_in(example)
                columns = [c if len(c) == count else c * count for c in columns]
                rows += map(list, zip(*columns, strict=True))
        return rows[:MOST_ROWS] or [[0.0] * len(self.graph.inputs)]


def _number(value: float) -> str:
    return repr(value).removesuffix(".0").upper()


def _quoted(text: str) -> str:
    """A text in a formula, where it may have 255 characters."""
    escaped = _FORBIDDEN.sub(" ", text[:LONGEST_TEXT]).replace('"', '""')
    return f'"{escaped}"'


def _moved(cell: str, row: int) -> str:
    """The cell of the same column in another row."""
    return cell.rstrip("0123456789") + str(row)


def _filled(formula: str, row: int) -> str:
    """A formula of the first row of values, filled down to another row."""
    from openpyxl.formula.translate import Translator

    cell = f"A{HEAD + 1}"
    moved: str = Translator(f"={formula}", cell).translate_formula(f"A{row}")
    return moved


def _text(sheet: Any, cell: str, text: str, *, bold: bool = False) -> None:
    """Write a text, which stays one even if it begins as a formula does."""
    from openpyxl.styles import Font

    sheet[cell] = _FORBIDDEN.sub(" ", text)
    sheet[cell].data_type = "s"
    if bold:
        sheet[cell].font = Font(bold=True)


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a spreadsheet.

    Raises:
        InputError: the network has too many nodes for a sheet.
        MissingExtraError: the package openpyxl is missing.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise MissingExtraError("a spreadsheet", "xlsx") from None
    book = Workbook()
    book.active.title = "network"
    Sheet(graph).write(book.active)
    book.properties.creator = "deepgraph"
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)  # the same bytes
    content = io.BytesIO()
    book.save(content)
    return _dateless(content)


def _dateless(archive: io.BytesIO) -> bytes:
    """An archive whose members have no date of their own: the same network gives the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(archive) as given, zipfile.ZipFile(content, "w") as made:
        for name in given.namelist():
            made.writestr(zipfile.ZipInfo(name), given.read(name), zipfile.ZIP_DEFLATED)
    return content.getvalue()
