"""Small specs with one example each, and the report on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import deepgraph
from deepgraph.check import recompute

if TYPE_CHECKING:
    from deepgraph.check import Checks, Result

DOUBLE: dict[str, Any] = {
    "deepgraph": 1,
    "name": "double",
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "h", "activation": "relu"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w", "weight": 2},
        {"source": "h", "target": "y"},
    ],
}
CLASSES: dict[str, Any] = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "no", "kind": "output"},
        {"id": "yes", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "no", "weight": -1},
        {"source": "x", "target": "yes", "weight": 1},
    ],
}


def checked(example: str | dict[str, Any], spec: dict[str, Any] = DOUBLE, **options: Any) -> Checks:
    """The report on a spec with one example; as a text its numbers stay as they are written."""
    text = example if isinstance(example, str) else json.dumps(example)
    whole = json.dumps({**spec, "examples": ["@"]}).replace('"@"', text)
    return recompute(deepgraph.loads(whole), **options)


def one(example: str | dict[str, Any], spec: dict[str, Any] = DOUBLE, **options: Any) -> Result:
    (result,) = checked(example, spec, **options).results
    return result
