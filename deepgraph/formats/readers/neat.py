"""Reads genomes of neat-python: its JSON export, and pickled genomes with their configuration.

Its functions are steeper than those of the same names elsewhere, and bounded:
https://neat-python.readthedocs.io/en/latest/activation.html
"""

from __future__ import annotations

from configparser import ConfigParser
from configparser import Error as ConfigError
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.banks import LARGEST
from deepgraph.formats.readers.genome import Graph, Neuron, Stage, assembled, names_or_count
from deepgraph.formats.readers.json_text import loads
from deepgraph.formats.readers.numbers_in_text import whole
from deepgraph.formats.readers.record import Report, Source
from deepgraph.graph.layers import LARGEST_LAYER
from deepgraph.words.messages import counted, in_quotes, listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.formats.readers.pickle_machine import Instance
    from deepgraph.formats.readers.record import Imported, Options
    from deepgraph.functions.written import Function

NAMES = (
    "neat.genome.DefaultGenome",
    "neat.genes.DefaultNodeGene",
    "neat.genes.DefaultConnectionGene",
)
"""The classes in a pickled genome."""


def _clamped(bound: float) -> Function:
    return {"name": "hard_tanh", "min": -bound, "max": bound}


FUNCTIONS: Mapping[str, tuple[Function, Sequence[Stage]]] = {
    # Bounds that change nothing a double can tell are left out.
    "sigmoid": ({"name": "sigmoid", "gain": 5.0}, ()),
    "tanh": ({"name": "tanh", "gain": 2.5}, ()),
    "gauss": ({"name": "gaussian", "gain": 5.0**0.5}, ()),
    "relu": ("relu", ()),
    "elu": ("elu", ()),
    "lelu": ({"name": "leaky_relu", "alpha": 0.005}, ()),
    "selu": ("selu", ()),
    "identity": ("identity", ()),
    "clamped": (_clamped(1.0), ()),
    "inv": ("inverse", ()),
    "abs": ("abs", ()),
    "square": ("square", ()),
    "cube": ("cube", ()),
    # 5z is kept within 60, and so z within 12.
    "sin": (_clamped(12.0), [Stage({"name": "sin", "gain": 5.0})]),
    "softplus": (
        _clamped(12.0),
        [Stage({"name": "softplus", "gain": 5.0}), Stage("identity", 0.2)],
    ),
    "exp": (_clamped(60.0), [Stage("exp")]),
    "log": ({"name": "hard_tanh", "min": 1e-7, "max": LARGEST}, [Stage("log")]),
    "hat": ("abs", [Stage("relu", -1.0, 1.0)]),
}
"""Each function as ours: of the pre-activation, then further ones of its value."""

AGGREGATIONS = ("sum", "product", "max", "min", "mean")


def read_json(source: Source, options: Options) -> Imported:
    """The network of neat-python's JSON export."""
    content = loads(source)
    kind = content.get("network_type")
    if kind != "feedforward":
        raise FormatError(f"a {kind} network, which keeps state between rows; none of today does")
    topology, metadata = content["topology"], content.get("metadata", {})
    version = metadata.get("neat_python_version", "")
    report = Report("neat-python JSON", f"neat-python {version}".strip())
    links = [
        (link["from"], link["to"], link["weight"], link.get("enabled", True))
        for link in content["connections"]
    ]
    inputs, outputs, nodes = topology["input_keys"], topology["output_keys"], nodes_of(content)
    return _imported(inputs, outputs, nodes, links, report, options, source.name)


def nodes_of(content: Mapping[str, Any]) -> dict[Any, tuple[str, str, float, float]]:
    """By key the activation, aggregation, bias and response of each node of the JSON export."""
    return {
        node["id"]: (
            _name(node["activation"], node["id"]),
            _name(node["aggregation"], node["id"]),
            node.get("bias", 0.0),
            node.get("response", 1.0),
        )
        for node in content["nodes"]
        if node["id"] not in content["topology"]["input_keys"]
    }


def _name(told: Any, node: Any) -> str:
    if told.get("custom"):
        raise FormatError(
            f"node {in_quotes(str(node))}: {in_quotes(str(told.get('name')))} is a function of its "
            "author's own, which the file does not hold"
        )
    return str(told["name"])


def read_pickled(genome: Instance, source: Source, options: Options) -> Imported:
    """The network of a pickled genome, by its configuration or what a person says of it."""
    report = Report("neat-python genome")
    found = genome.attributes
    nodes = {key: gene.attributes for key, gene in found["nodes"].items()}
    links = {key: gene.attributes for key, gene in found["connections"].items()}
    return read_genome(nodes, links, options, report, source.name)


def read_genome(
    nodes: Mapping[Any, Mapping[str, Any]],
    links: Mapping[tuple[Any, Any], Mapping[str, Any]],
    options: Options,
    report: Report,
    name: str,
) -> Imported:
    """The network of the genes of a genome, each as its attributes by name."""
    told = _configuration(options)
    inputs, input_names = _told("inputs", options.inputs, told)
    outputs, output_names = _told("outputs", options.outputs, told)
    if told is not None and told.get("feed_forward", "true").lower() in ("false", "no", "0", "off"):
        report.notes.append("the configuration allows recurrent networks; this one has no cycle")
    genes = {
        key: (gene["activation"], gene["aggregation"], gene["bias"], gene["response"])
        for key, gene in nodes.items()
    }
    edges = [(key[0], key[1], gene["weight"], gene["enabled"]) for key, gene in links.items()]
    keys = [-number - 1 for number in range(inputs)]
    _doubt(keys, list(links), report)
    return _imported(
        keys, list(range(outputs)), genes, edges, report, options, name, input_names, output_names
    )


def counts(options: Options) -> tuple[int, int]:
    """How many inputs and outputs a genome has."""
    told = _configuration(options)
    inputs, outputs = (
        _told(what, given, told)[0]
        for what, given in (("inputs", options.inputs), ("outputs", options.outputs))
    )
    return inputs, outputs


def _told(
    what: str, given: Sequence[str] | int | None, told: Mapping[str, str] | None
) -> tuple[int, list[str] | None]:
    """How many inputs or outputs there are, by the configuration and what a person says of them.

    Raises:
        FormatError: neither says it, or the two do not agree.
    """
    if told is None:
        return names_or_count(given, what)
    key = f"num_{what}"
    text = told.get(key, "").strip()
    if not text.isdecimal():
        raise FormatError(f"the configuration has no {key}")
    count = whole(text, key, LARGEST_LAYER)
    found, names = names_or_count(count if given is None else given, what)
    if found != count:
        raise FormatError(f"{key} is {count} in the configuration, and {option(what)} say {found}")
    return found, names


def _doubt(inputs: list[int], links: list[tuple[Any, Any]], report: Report) -> None:
    """Ask about inputs behind the last one that a connection, enabled or not, leads from."""
    last = min((source for source, _ in links if source in inputs), default=0)
    if idle := [str(key) for key in inputs if key < last]:
        report.notes.append(
            f"no connection leads from {listed(idle)}; are there {counted(len(inputs), 'input')}?"
        )


def _configuration(options: Options) -> Mapping[str, str] | None:
    """The section of genomes in a configuration file."""
    if options.config is None:
        return None
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(Source.of(options.config).text())
    except ConfigError as error:
        raise FormatError(f"{options.config}: {str(error).splitlines()[0]}") from None
    if not parser.has_section("DefaultGenome"):
        raise FormatError(
            f"{options.config}: this is not a configuration of neat-python: "
            "it has no [DefaultGenome]"
        )
    return dict(parser["DefaultGenome"])


def _imported(
    inputs: list[Any],
    outputs: list[Any],
    nodes: Mapping[Any, tuple[str, str, float, float]],
    links: list[tuple[Any, Any, float, bool]],
    report: Report,
    options: Options,
    source: str,
    input_names: list[str] | None = None,
    output_names: list[str] | None = None,
) -> Imported:
    names = dict(zip(outputs, output_names or [], strict=False))
    neurons = {key: _neuron(key, *genes, names.get(key)) for key, genes in nodes.items()}
    off = [f"{a}→{b}" for a, b, _, enabled in links if not enabled]
    if off:
        report.unused.append(f"{counted(len(off), 'disabled connection')}: {listed(off)}")
    graph = Graph(
        list(inputs),
        list(outputs),
        neurons,
        [(a, b, float(weight)) for a, b, weight, enabled in links if enabled],
        input_names,
    )
    for key in outputs:
        if not any(target == key for _, target, _ in graph.links):
            report.notes.append(
                f"the output {key} has no connection; its value is that of its bias, as in "
                "neat-python 1 and later (0 in versions before)"
            )
    return emit.imported(assembled(graph, options, report), report, options, source)


def _neuron(
    key: Any, activation: str, aggregation: str, bias: float, response: float, name: str | None
) -> Neuron:
    if activation not in FUNCTIONS:
        raise FormatError(f"node {key}: neat-python has no activation {in_quotes(activation)}")
    if aggregation not in AGGREGATIONS:
        raise FormatError(
            f"node {key}: the aggregation {in_quotes(aggregation)}, which no spec can express"
        )
    function, stages = FUNCTIONS[activation]
    return Neuron(key, function, stages, aggregation, float(bias), float(response), name)
