"""Reads genomes of goNEAT (`.yml`) and its networks for Cytoscape (`.cyjs`).

https://github.com/yaricom/goNEAT; its functions stand in `neat/math/activations.go`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.genome import Graph, Neuron, Stage, assembled
from deepgraph.formats.readers.json_text import loads
from deepgraph.formats.readers.numbers_in_text import finite, number
from deepgraph.formats.readers.record import Report
from deepgraph.words.messages import counted, in_quotes, listed

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

SLOPE, SHIFT = 4.924273, 2.4621365

FUNCTIONS: Mapping[str, tuple[Function, Sequence[Stage]]] = {
    "SigmoidPlainActivation": ("sigmoid", ()),
    "SigmoidReducedActivation": ({"name": "sigmoid", "gain": 0.5}, ()),
    "SigmoidSteepenedActivation": ({"name": "sigmoid", "gain": SLOPE}, ()),
    "SigmoidBipolarActivation": ({"name": "tanh", "gain": SLOPE / 2}, ()),
    "SigmoidInverseAbsoluteActivation": ("softsign", [Stage("identity", 0.5, 0.5)]),
    "SigmoidLeftShiftedActivation": ("identity", [Stage("sigmoid", 1.0, SHIFT)]),
    "SigmoidLeftShiftedSteepenedActivation": ("identity", [Stage("sigmoid", SLOPE, SHIFT)]),
    "SigmoidRightShiftedSteepenedActivation": ("identity", [Stage("sigmoid", SLOPE, -SHIFT)]),
    "TanhActivation": ({"name": "tanh", "gain": 0.9}, ()),
    "GaussianActivation": ("gaussian", ()),
    "GaussianBipolarActivation": (
        {"name": "gaussian", "gain": 2.5},
        [Stage("identity", 2.0, -1.0)],
    ),
    "LinearActivation": ("identity", ()),
    "LinearAbsActivation": ("abs", ()),
    "LinearClippedActivation": ("hard_tanh", ()),
    "SignActivation": ("sign", ()),
    "SineActivation": ({"name": "sin", "gain": 2.0}, ()),
    "StepActivation": ("step", ()),
}

LONGEST = 2000
"""The most characters of a line."""

_LINE = re.compile(r"\s*-\s*\{(.*)\}\s*(#.*)?")
_PAIR = re.compile(r"(?<!\w)(\w+)(?!\w)\s*:\s*(\[[^\]]*\]|[^,\[]*)")


def read_yaml(source: Source, options: Options) -> Imported:
    """The network of a genome: lists of nodes and genes, one in braces on each line."""
    nodes, genes = [], []
    for number_, line in enumerate(source.text().splitlines(), 1):
        if len(line) > LONGEST:
            raise FormatError(f"line {number_} has more than {LONGEST:,} characters")
        match = _LINE.fullmatch(line)
        if match is None:
            if "neuron" not in line and line.strip().startswith(("- {", "modules")):
                raise FormatError(f"line {number_}: neither a node nor a gene of goNEAT")
            continue
        told = {key: value.strip() for key, value in _PAIR.findall(match[1])}
        if "activation" in told:
            nodes.append(told)
        elif "src_id" in told:
            genes.append(told)
    if not nodes:
        raise FormatError("this is not a genome of goNEAT: it has no nodes")
    links = []
    off = []
    for gene in genes:
        ends = (gene.get("src_id", ""), gene.get("tgt_id", ""))
        if gene.get("recurrent") == "true":
            raise FormatError(
                f"the gene {ends[0]}→{ends[1]} is recurrent, which no spec can express"
            )
        if gene.get("enabled", "true") == "true":
            links.append((*ends, number(gene.get("weight", ""), f"the gene {ends[0]}→{ends[1]}")))
        else:
            off.append(f"{ends[0]}→{ends[1]}")
    found = ((n.get("id", ""), n.get("type", ""), n.get("activation", "")) for n in nodes)
    report = Report("goNEAT genome")
    if off:
        report.unused.append(f"{counted(len(off), 'disabled gene')}: {listed(off)}")
    return _imported(found, links, report, source, options)


def read_cytoscape(source: Source, options: Options) -> Imported:
    """The network of a graph for Cytoscape that goNEAT has written."""
    elements = loads(source).get("elements")
    if not isinstance(elements, dict):
        raise FormatError("this is not a graph of goNEAT: it has no elements")
    nodes, links = [], []
    for told in _data(elements, "nodes"):
        if told.get("control_node"):
            raise FormatError(f"node {told.get('id')} is a module, which no spec can express")
        parts = (told.get("id"), told.get("neuron_type"), told.get("activation_function"))
        nodes.append((str(parts[0]), str(parts[1]), str(parts[2])))
    for told in _data(elements, "edges"):
        ends = (str(told.get("source")), str(told.get("target")))
        if told.get("recurrent") or told.get("time_delayed"):
            raise FormatError(
                f"the link {ends[0]}→{ends[1]} is recurrent, which no spec can express"
            )
        links.append((*ends, finite(told.get("weight"), f"the link {ends[0]}→{ends[1]}")))
    return _imported(iter(nodes), links, Report("goNEAT for Cytoscape"), source, options)


def _data(elements: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    for item in elements.get(key) or []:
        data = item.get("data") if isinstance(item, dict) else None
        if not isinstance(data, dict):
            raise FormatError(f"an item of {key} has no data")
        yield data


def _imported(
    nodes: Iterator[tuple[str, str, str]],
    links: list[tuple[str, str, float]],
    report: Report,
    source: Source,
    options: Options,
) -> Imported:
    keys: dict[str, list[Hashable]] = {"BIAS": [], "INPT": [], "OUTP": [], "HIDN": []}
    neurons: dict[Hashable, Neuron] = {}
    for key, kind, function in nodes:
        if kind not in keys:
            raise FormatError(f"node {key}: the type {in_quotes(kind)}; known: {', '.join(keys)}")
        keys[kind].append(key)
        if kind in ("OUTP", "HIDN"):
            if function not in FUNCTIONS:
                raise FormatError(
                    f"node {key}: the activation {in_quotes(function)}, which no spec can express"
                )
            neurons[key] = Neuron(key, *FUNCTIONS[function])
    used = {source for source, _, _ in links}
    ones = [key for key in keys["BIAS"] if key in used]
    graph = Graph(keys["INPT"], keys["OUTP"], neurons, list(links), ones=ones)
    return emit.imported(assembled(graph, options, report), report, options, source.name)
