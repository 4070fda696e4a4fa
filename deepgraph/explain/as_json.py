"""Worked arithmetic as JSON: the texts of every line, and its value to the last bit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deepgraph.explain.expressions import Symbol
from deepgraph.explain.spelling import SPELLER
from deepgraph.words.machine_numbers import json_value
from deepgraph.words.messages import printable_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.explain.expressions import Expression
    from deepgraph.explain.grid import Grid
    from deepgraph.explain.records import Line, Section, Step


def to_json(title: str, sections: Sequence[Section]) -> str:
    """An object of sections, steps and lines; a key that has nothing to say is left out."""
    written = [
        {
            "title": section.title,
            "step": section.step,
            "row": section.row,
            "steps": [_step(s) for s in section.steps],
            "table": None if section.table is None else _table(section.table),
        }
        for section in sections
    ]
    content = {"title": title, "sections": _lean(written)}
    return printable_json(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def _step(step: Step) -> dict[str, Any]:
    of_node = isinstance(step.title, Symbol)
    return {
        "title": step.title.name if isinstance(step.title, Symbol) else step.title,
        "node": of_node or None,
        "note": step.note,
        "lines": [_line(line) for line in step.lines],
    }


def _table(table: Grid) -> dict[str, Any]:
    """All columns with their values; an empty cell stays, so that columns keep their places."""
    rows = [_Cells(map(json_value, row)) for row in table.values]
    return {"columns": list(table.names), "rows": rows, "note": table.note}


class _Cells(list[Any]):
    """A row of a table, whose cells `_lean` leaves as they are."""


def _line(line: Line) -> dict[str, Any]:
    def spelled(part: Expression | None) -> str | None:
        return None if part is None else SPELLER.spell(part)

    return {
        "quantity": line.quantity,
        "name": line.name,
        "left": spelled(line.left),
        "symbols": spelled(line.symbols),
        "sign_of_numbers": line.sign_of_numbers,
        "numbers": spelled(line.numbers),
        "sign": line.sign,
        "result": None if line.result is None else line.result.text,
        "class" if line.quantity == "class" else "vector": spelled(line.vector),
        "values": [json_value(value) for value in line.values],
        "value": json_value(line.value) if line.result or line.quantity == "class" else None,
        "exact": None if line.exact is None else str(line.exact),
        "reasons": [SPELLER.comparison(reason) for reason in line.reasons],
        "note": line.note,
    }


def _lean(content: Any) -> Any:
    """The same without keys whose value is `None`, an empty text or an empty list."""
    if isinstance(content, dict):
        return {k: _lean(v) for k, v in content.items() if v is not None and v not in ("", [])}
    if isinstance(content, list) and not isinstance(content, _Cells):
        return [_lean(entry) for entry in content]
    return content
