"""Reads `.net` files of FANN, the floating-point ones of its versions 2.0 and later.

FANN multiplies a sum by the steepness of its neuron before the function, and its sigmoid doubles it
once more: https://github.com/libfann/fann/blob/master/src/include/fann_activation.h
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.genome import Graph, Neuron, Stage, assembled
from deepgraph.formats.readers.numbers_in_text import number, whole
from deepgraph.formats.readers.record import Report

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

FUNCTIONS: Mapping[int, tuple[str, Mapping[str, float], float, Sequence[Stage]]] = {
    0: ("identity", {}, 1, ()),
    1: ("step", {"at_zero": 1.0}, 1, ()),
    2: ("step", {"at_zero": 1.0}, 1, [Stage("identity", 2.0, -1.0)]),
    3: ("sigmoid", {}, 2, ()),
    5: ("tanh", {}, 1, ()),
    7: ("gaussian", {}, 1, ()),
    8: ("gaussian", {}, 1, [Stage("identity", 2.0, -1.0)]),
    10: ("softsign", {}, 1, [Stage("identity", 0.5, 0.5)]),
    11: ("softsign", {}, 1, ()),
    12: ("hard_tanh", {"min": 0.0, "max": 1.0}, 1, ()),
    13: ("hard_tanh", {}, 1, ()),
    14: ("sin", {}, 1, ()),
    15: ("cos", {}, 1, ()),
    16: ("sin", {}, 1, [Stage("identity", 0.5, 0.5)]),
    17: ("cos", {}, 1, [Stage("identity", 0.5, 0.5)]),
}
"""By FANN's number: our function, its parameters, its gain at steepness 1, and what follows."""

STEPWISE = {4: "SIGMOID_STEPWISE", 6: "SIGMOID_SYMMETRIC_STEPWISE", 9: "GAUSSIAN_STEPWISE"}
"""Functions in six straight pieces with a jump at each end."""

_PAIR = re.compile(r"\(([^()]*)\)")

LARGEST_SUM = 150
"""FANN keeps a sum times its steepness within this."""


def read(source: Source, options: Options) -> Imported:
    """The network of a `.net` file."""
    version, keys = _parsed(source.text())
    sizes = [whole(size, "layer_sizes") for size in keys["layer_sizes"].split()]
    neurons = [
        tuple(part.strip() for part in found.split(",")) for found in _PAIR.findall(keys["neurons"])
    ]
    links = [
        tuple(part.strip() for part in found.split(","))
        for found in _PAIR.findall(keys["connections"])
    ]
    if len(sizes) < 2 or sum(sizes) != len(neurons) or any(len(n) != 3 for n in neurons):
        raise FormatError(
            f"the file has {len(neurons):,} neurons, and its layer_sizes add up to {sum(sizes):,}"
        )
    layered = keys.get("network_type", "0") == "0"
    starts = [sum(sizes[:place]) for place in range(len(sizes) + 1)]
    ends = [start - 1 for start in (starts[1:] if layered else starts[1:2])]
    report = Report("FANN", f"FANN {version}")
    graph = _graph(neurons, links, sizes, starts, set(ends), layered, report)
    scaled = [key for key in keys if key.startswith("scale_") and key != "scale_included"]
    if scaled:
        report.unused.append(f"{', '.join(scaled)}: fann_run does not scale its inputs by itself")
    return emit.imported(assembled(graph, options, report), report, options, source.name)


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    """The version, and the values by key."""
    first, _, rest = text.partition("\n")
    match = re.fullmatch(r"FANN_(FLO|FIX)_(\d+\.\d+)", first.strip())
    if match is None or match[2].startswith("1."):
        raise FormatError(f"{first.strip()[:40]!r} is not the header of FANN 2.0 or later")
    if match[1] == "FIX":
        raise FormatError(
            "its numbers are fixed-point; save the network with fann_save, "
            "which writes floating-point numbers"
        )
    keys = {}
    for line in rest.splitlines():
        key, found, value = line.partition("=")
        if key.startswith(("neurons (", "connections (")):  # the key itself says what a pair holds
            key, _, value = line.partition(")=")
        if found:
            keys[key.split("(")[0].strip()] = value.strip()
    missing = [key for key in ("layer_sizes", "neurons", "connections") if key not in keys]
    if missing:
        raise FormatError(f"the file lacks {', '.join(missing)}")
    return match[2], keys


def _graph(
    neurons: Sequence[tuple[str, ...]],
    links: Sequence[tuple[str, ...]],
    sizes: Sequence[int],
    starts: Sequence[int],
    ones: set[int],
    layered: bool,
    report: Report,
) -> Graph:
    names = _names(sizes, starts, ones)
    inputs = [n for n in range(sizes[0]) if n not in ones]
    made: dict[Hashable, Neuron] = {}
    edges: list[tuple[Hashable, Hashable, float | None]] = []
    place = 0
    for key, (count, function, steepness) in enumerate(neurons):
        if key < sizes[0] or key in ones:
            continue
        size = whole(count, f"neuron {key}, num_inputs")
        if place + size > len(links):
            raise FormatError(f"neuron {key} has {size} connections, and the file ends before them")
        for link in links[place : place + size]:
            if len(link) != 2:
                raise FormatError(f"neuron {key}: each connection needs a neuron and a weight")
            source = whole(link[0], f"neuron {key}, connected_to_neuron")
            edges.append((names.get(source, source), names[key], number(link[1], f"neuron {key}")))
        place += size
        made[names[key]] = _neuron(names[key], key, function, steepness, report)
    outputs = [names[n] for n in range(starts[-2], starts[-1]) if not (layered and n in ones)]
    used = {source for source, _, _ in edges}
    return Graph(
        [names[n] for n in inputs],
        list(outputs),
        made,
        edges,
        ones=[names[n] for n in sorted(ones) if names[n] in used],
        what="neuron",
    )


def _names(sizes: Sequence[int], starts: Sequence[int], ones: set[int]) -> dict[int, str]:
    """A name for every neuron: x1, …, then h1, …, and y1, …; FANN only counts them."""
    letters = ["x", *("hgfpqrstuv"[n % 10] * (n // 10 + 1) for n in range(len(sizes) - 2)), "y"]
    names: dict[int, str] = {}
    for layer, letter in enumerate(letters):
        members = [n for n in range(starts[layer], starts[layer + 1]) if n not in ones]
        names |= {n: f"{letter}{place}" for place, n in enumerate(members, 1)}
        rest = [n for n in range(starts[layer], starts[layer + 1]) if n in ones]
        names |= dict.fromkeys(rest, f"one{layer + 1}")
    return names


def _neuron(name: str, key: int, function: str, steepness: str, report: Report) -> Neuron:
    kind, gain = whole(function, f"neuron {key}"), number(steepness, f"neuron {key}, steepness")
    if kind in STEPWISE:
        raise FormatError(
            f"neuron {key}: FANN_{STEPWISE[kind]}, which is made of straight pieces with jumps; no "
            "spec can express it"
        )
    if kind not in FUNCTIONS:
        raise FormatError(f"neuron {key}: the activation function {kind} is not known")
    row, parameters, factor, stages = FUNCTIONS[kind]
    if kind == 0:
        note = f"FANN keeps the sums of linear neurons within ±{LARGEST_SUM}/steepness; this is not"
        if note not in report.notes:
            report.notes.append(note)
    gained = {} if gain * factor == 1 else {"gain": gain * factor}
    whole_function: Function = {"name": row, **parameters, **gained}
    return Neuron(name, whole_function if len(whole_function) > 1 else row, stages)
