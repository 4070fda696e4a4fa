"""The report of a comparison as a JSON document, whose `patch` is one of RFC 6902."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from deepgraph.words.messages import printable_json

if TYPE_CHECKING:
    from deepgraph.diff.records import Change, Findings


def document(found: Findings, patch: list[str]) -> str:
    """The document: one line for each change and for each operation of the patch."""
    sections = {section.key: [_line(change) for change in section] for section in found.sections}
    parts = [
        f'  "a": {_text(found.names[0])}',
        f'  "b": {_text(found.names[1])}',
        f'  "equal": {json.dumps(found.equal)}',
        f'  "summary": {_text(found.summary)}',
    ]
    parts += [f'  "{key}": {_list(changes)}' for key, changes in sections.items()]
    if found.hints:
        parts.append(f'  "hints": {_text(list(found.hints))}')
    for key, outcome in (("values", found.values), ("kinks", found.kinks)):
        if outcome is not None:
            parts.append(f'  "{key}": {_text(outcome.json())}')
    parts.append(f'  "patch": {_list(patch)}')
    return printable_json("{\n" + ",\n".join(parts) + "\n}\n")


def _line(change: Change) -> str:
    fields: dict[str, Any] = {"mark": change.mark, "what": change.what, "name": change.name}
    for key in ("before", "after", "size"):
        value = getattr(change, key)
        if value is not None:
            unknown = isinstance(value, float) and math.isnan(value)
            fields["change" if key == "size" else key] = None if unknown else value
    return _text(fields)


def _list(lines: list[str]) -> str:
    inside = ",\n".join(f"    {line}" for line in lines)
    return f"[\n{inside}\n  ]" if inside else "[]"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
