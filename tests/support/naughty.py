"""The Big List of Naughty Strings (npm, MIT), and a network that is full of each string."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import deepgraph
from tests.support.needs import need
from tests.support.texts import shown

LIST = Path(__file__).parents[1] / "node_modules/big-list-of-naughty-strings/blns.json"
COUNT = 461
"""Strings in version 1.0.0, of which 458 differ."""
ILLEGAL = 4
"""No ids: one is empty, three hold control characters."""


@dataclass(frozen=True)
class Case:
    """A network that is full of one string, and the texts that its picture shows."""

    text: str
    network: deepgraph.Network
    id: str
    texts: Counter[str]

    @property
    def trace(self):
        return self.network.trace({self.id: 1})


def naughty():
    """All strings, in the order of the list."""
    need(LIST.is_file(), "the list of naughty strings", "npm ci --prefix tests --ignore-scripts")
    found = json.loads(LIST.read_text(encoding="utf-8"))
    assert len(found) == COUNT
    return found


def legal(text):
    """True if a string may be the id of a node."""
    return 1 <= len(text) <= 256 and not any(unicodedata.category(c) == "Cc" for c in text)


def spec(text, id, label, group):
    """A spec with a string wherever one may stand."""
    return {
        "deepgraph": 1,
        "$schema": text,
        "name": text,
        "title": text,
        "description": text,
        "source": text,
        "note": text,
        "nodes": [
            {"id": id, "kind": "input", "note": text},
            {"id": "dg-hidden", "label": text, "layer": text},
            {"id": "dg-output", "kind": "output", "label": text},
            {"id": "dg-bias", "kind": "bias", "value": 1, "label": text},
        ],
        "edges": [
            {"source": id, "target": "dg-hidden", "label": label, "weight": 1, "note": text},
            {"source": "dg-bias", "target": "dg-hidden"},
            {"source": "dg-hidden", "target": "dg-output", "label": "dg-weight", "weight": 1},
        ],
        "groups": {group: ["dg-weight"]},
        "examples": [{"name": text, "source": text, "inputs": {id: 1}, "expect": {"dg-output": 2}}],
    }


@cache
def cases():
    """A network of each string, in whose picture it stands six times; another one names a group."""
    found = []
    texts = naughty()
    for text, other in zip(texts, [*texts[7:], *texts[:7]], strict=True):
        id = text if legal(text) else "dg-input"
        label, group = text or "dg-label", other or "dg-group"  # no name is empty
        net = deepgraph.loads(json.dumps(spec(text, id, label, group)))
        # A bias without a label shows its value.
        seen = [id, *[shown(text)] * 2, shown(text) or "1", shown(label), "dg-weight"]
        seen += ["1", "2", "2", "input", shown(text), "output"]
        found.append(Case(text, net, id, Counter(filter(None, seen))))
    assert len(found) == COUNT
    return found
