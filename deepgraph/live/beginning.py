"""What a live page begins with: inputs, targets, and the ranges of its sliders."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from deepgraph.errors import InputError
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.words.messages import Nearest, article

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.network import Network

USUAL_RANGE = (-1.0, 1.0)
FARTHEST = 8e307
"""The end of the farthest range, whose length is a double, too; other values stand in the field."""


def start(
    network: Network,
    prog: dict[str, Any],
    inputs: Mapping[str, float] | None,
    targets: Mapping[str, float],
) -> tuple[dict[str, float], list[float | None]]:
    """The first inputs by name, and the first targets by output."""
    first, wanted = _first_row(network, prog)
    if inputs is not None:
        network.require_inputs(inputs)
        first, wanted = {**first, **{n: float(x) for n, x in inputs.items()}}, {}
    for name in targets:
        if name not in network.output_names:
            known = f"they are {', '.join(network.output_names[:10])}"
            near = Nearest(network.output_names, known)(name)
            raise InputError(f'a target is for an output, and none is named "{name}"{near}')
    wanted = {**wanted, **{name: float(value) for name, value in targets.items()}}
    _require_finite({**first, **wanted})
    return first, [wanted.get(name) for name in network.output_names]


def hidden(network: Network, names: Sequence[str]) -> list[int]:
    """The numbers of the nodes that the quiz asks for; empty if the page opens without it."""
    neurons = [n for n in range(len(network.ids)) if network.kind[n] not in (INPUT, BIAS)]
    found: dict[int, None] = {}
    for name in names:
        node = network.index.get(name)
        if name == "all" and node is None:
            found |= dict.fromkeys(neurons)
            continue
        if node is None:
            raise network.unknown(name, stages=False)
        if node not in neurons:
            what = f'"{name}" is {article(network.kind_name(node))} node'
            raise InputError(f"{what}; the quiz asks for values that are computed")
        found[node] = None
    return list(found)


def _require_finite(numbers: Mapping[str, float]) -> None:
    for name, value in numbers.items():
        if not math.isfinite(value):
            raise InputError(f"{name} is {value}: a page begins with finite numbers")


def _first_row(network: Network, prog: dict[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    """The first row of the table, else of the first whole example; else a middling value."""
    for source in [prog["rows"], *prog["examples"]]:
        if source and all(column for column in source["inputs"]):
            columns = zip(network.input_names, source["inputs"], strict=True)
            first = {name: float(column[0]) for name, column in columns}
            return first, _targets_at(network, prog, [column[0] for column in source["inputs"]])
    low_high = (_written_range(network, node) or USUAL_RANGE for node in network.inputs.tolist())
    middling = (low + 0.75 * (high - low) for low, high in low_high)
    return dict(zip(network.input_names, middling, strict=True)), {}


def _targets_at(network: Network, prog: dict[str, Any], inputs: list[float]) -> dict[str, float]:
    """The targets of the first row or example that has some for these inputs."""
    for source in [prog["rows"], *prog["examples"]]:
        if source and source["targets"] and [c and c[0] for c in source["inputs"]] == inputs:
            return {network.ids[int(n)]: column[0] for n, column in source["targets"].items()}
    return {}


def has_rows(prog: dict[str, Any]) -> bool:
    """True if there are rows to step through."""
    sources = [prog["rows"], *prog["examples"]]
    return any(source and all(column for column in source["inputs"]) for source in sources)


def row_of(
    prog: dict[str, Any],
    inputs: Sequence[float] | None,
    targets: Sequence[float | None],
    outputs: list[int],
) -> int:
    """The row that the page begins with, of those of the table and then of the examples; else −1.

    Without given inputs it is the first. Of several with these inputs it is the first that has
    these targets, too.

    Args:
        prog: the program.
        inputs: those that were given; `None` if none were.
        targets: the first ones, by output.
        outputs: node numbers of the outputs.
    """
    if inputs is None:
        return 0 if has_rows(prog) else -1
    found, number = -1, 0
    for source in [prog["rows"], *prog["examples"]]:
        if not source or not all(column for column in source["inputs"]):
            continue
        for row, values in enumerate(zip(*source["inputs"], strict=True)):
            if list(values) == list(inputs):
                columns = (source["targets"].get(str(node)) for node in outputs)
                wanted = [column[row] if column else None for column in columns]
                if wanted == list(targets):
                    return number + row
                found = number + row if found < 0 else found
        number += len(source["inputs"][0])
    return found


def ranges(
    network: Network,
    values: Mapping[str, float],
    over: Mapping[str, tuple[float, float]],
    prog: dict[str, Any],
) -> list[list[float]]:
    """The range of the slider of each input."""
    network.require_inputs(over)
    found = []
    for place, (name, node) in enumerate(zip(network.input_names, network.inputs, strict=True)):
        if name in over:
            low, high = over[name]
            what = f"the range of {name} goes from {low:g} to {high:g}"
            if not -math.inf < low < high < math.inf:
                raise InputError(f"{what}: both are finite, and the first is the smaller one")
            if max(-low, high) > FARTHEST:
                raise InputError(f"{what}, and it may reach from {-FARTHEST:g} to {FARTHEST:g}")
        else:
            seen = [] if prog["rows"] is None else prog["rows"]["inputs"][place]
            usual = _written_range(network, int(node)) or (() if seen else USUAL_RANGE)
            others = [x for e in prog["examples"] for x in e["inputs"][place] or ()]
            if usual is USUAL_RANGE and others and max(map(abs, others)) > 1:
                # An example tells how large the input may be.
                usual = (min(0.0, 2 * min(others)), max(0.0, 2 * max(others)))
            whole = [*usual, *seen, *others]
            low, high = min(whole), max(whole)
        ends = min(low, values[name]), max(high, values[name])
        low, high = (max(-FARTHEST, min(FARTHEST, end)) for end in ends)
        beside = 0.0 if low < high else max(1.0, abs(low) / 1000)
        found.append([low - beside, high + beside])
    return found


def _written_range(network: Network, node: int) -> tuple[float, float] | None:
    """The range that the spec gives an input by what it is normalised from."""
    if network.normalise is None or node not in network.normalise.place:
        return None
    given = network.normalise.given(node)
    mean, scale = given.get("mean", 0.0), abs(given.get("scale", 1.0))
    return given.get("min", mean - 2 * scale), given.get("max", mean + 2 * scale)
