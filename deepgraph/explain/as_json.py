"""Worked arithmetic as JSON: the texts of every line, and its value to the last bit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deepgraph.explain.expressions import Symbol
from deepgraph.explain.text import SPELLER
from deepgraph.words.machine_numbers import json_value

if TYPE_CHECKING:
    from deepgraph.explain.records import Explanation, Line, Step


def to_json(explanation: Explanation) -> str:
    """The structure of an explanation; what a line does not have is left out."""
    sections = [
        {
            "title": section.title,
            "row": section.row,
            "steps": [_step(step) for step in section.steps],
        }
        for section in explanation.sections
    ]
    content = {"title": explanation.title, "sections": _lean(sections)}
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _step(step: Step) -> dict[str, Any]:
    title = step.title
    named = isinstance(title, Symbol)
    return {
        "title": title.name if isinstance(title, Symbol) else title,
        "node": True if named else None,
        "note": step.note,
        "lines": [_line(line) for line in step.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    spell = SPELLER.spell
    found: dict[str, Any] = {
        "quantity": line.quantity,
        "name": line.name,
        "left": spell(line.left),
        "symbols": None if line.symbols is None else spell(line.symbols),
        "numbers": None if line.numbers is None else spell(line.numbers),
        "sign": line.sign,
        "result": None if line.result is None else line.result.text,
        "vector": None if line.vector is None else spell(line.vector),
        "value": None if line.result is None else json_value(line.value),
        "exact": None if line.exact is None else str(line.exact),
        "reasons": [SPELLER.comparison(reason) for reason in line.reasons],
        "note": line.note,
    }
    return found


def _lean(content: Any) -> Any:
    if isinstance(content, dict):
        return {k: _lean(v) for k, v in content.items() if v is not None and v not in ("", [])}
    if isinstance(content, list):
        return [_lean(entry) for entry in content]
    return content
