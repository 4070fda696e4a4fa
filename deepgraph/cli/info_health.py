"""The health of a network on a table, as `deepgraph info --input` shows it."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from deepgraph.cli import common
from deepgraph.cli.text import say
from deepgraph.cli.train_rows import read_rows
from deepgraph.words.columns import aligned
from deepgraph.words.messages import counted
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deepgraph.network import Network
    from deepgraph.train.examine import Examination
    from deepgraph.train.health import NodeHealth

MOST_LINES = 60
"""Inputs and nodes that are listed; of more, those with the most flat rows."""


def show(network: Network, options: Mapping[str, Any], table: str, as_json: bool) -> None:
    """Write the examination of a network on a table."""
    from deepgraph.train import examine  # --help needs no numpy

    X, targets = read_rows(network, options, table)
    found = examine(network, X, targets or None)
    if as_json:
        common.write_output(None, common.json_text(_without_nan(asdict(found))))
        return
    for line in _lines(network, found):
        say(line)


def _without_nan(content: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: value for name, value in content.items() if isinstance(value, float)}
    return content | {name: None for name, value in numbers.items() if math.isnan(value)}


def _lines(network: Network, found: Examination) -> Iterator[str]:
    of = f" ({found.looked_at:,} of them looked at)" if found.looked_at < found.rows else ""
    yield f"{network.spec.name or network.name}: {counted(found.rows, 'row')}{of}"
    if not math.isnan(found.value):
        constant = f"the best constant has {_text(found.constant)}"
        yield f"{found.loss} {_text(found.value)}; {constant}"
    yield ""
    rows: list[tuple[str, ...]] = [("input", "from", "to", "mean", "deviation")]
    rows += [
        (one.name, *map(_text, (one.low, one.high, one.mean, one.spread)))
        for one in found.inputs[:MOST_LINES]
    ]
    yield from aligned(rows, right=[1, 2, 3, 4])
    yield from _more(len(found.inputs), "inputs")
    yield ""
    rows = [("node", "activation", "z from", "to", "flat rows")]
    nodes = sorted(found.nodes, key=lambda one: -one.flat)[:MOST_LINES]
    shown = {one.node for one in nodes}
    for one in found.nodes:
        if one.node in shown:
            rows.append((one.node, one.function, _text(one.low), _text(one.high), _flat(one)))
    yield from aligned(rows, right=[2, 3])
    yield from _more(len(found.nodes), "nodes")
    if found.findings:
        yield ""
    for cause in found.findings:
        yield f"{cause.cause}: {cause}"


def _more(count: int, what: str) -> Iterator[str]:
    if count > MOST_LINES:
        yield f"and {count - MOST_LINES:,} more {what}"


def _flat(one: NodeHealth) -> str:
    """The share of the rows in which a node is flat, and what that is called."""
    if one.kind == "step":
        return "all, by its nature"
    if not one.flat:
        return ""
    word = {"rectifier": "off", "bounded": "saturated"}.get(one.kind, "flat")
    return f"{one.flat:.0%} {word}"


def _text(value: float) -> str:
    return number_text(value, 4)
