"""neat-python's own networks, to compare an import with, made of the genes that we have read."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.readers import json_text, neat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from deepgraph.formats.readers.pickle_machine import Instance
    from deepgraph.formats.readers.record import Options, Source

    Run = Callable[[NDArray[np.float64]], NDArray[Any]]


def of_genome(genome: Instance, options: Options) -> Run:
    """neat-python's own network of a pickled genome."""
    inputs, outputs = neat.counts(options)
    nodes, links = genome.attributes["nodes"], genome.attributes["connections"]
    return _network(
        [-number - 1 for number in range(inputs)],
        list(range(outputs)),
        {key: gene.attributes for key, gene in nodes.items()},
        {key: gene.attributes for key, gene in links.items()},
    )


def of_json(source: Source) -> Run:
    """neat-python's own network of its JSON export."""
    content = json_text.loads(source)
    topology = content["topology"]
    nodes = {
        key: dict(zip(("activation", "aggregation", "bias", "response"), gene, strict=True))
        for key, gene in neat.nodes_of(content).items()
    }
    links = {
        (link["from"], link["to"]): {"enabled": True, **link} for link in content["connections"]
    }
    return _network(topology["input_keys"], topology["output_keys"], nodes, links)


def _network(
    inputs: list[int],
    outputs: list[int],
    nodes: Mapping[Any, Mapping[str, Any]],
    links: Mapping[tuple[Any, Any], Mapping[str, Any]],
) -> Run:
    told = SimpleNamespace(
        input_keys=inputs,
        output_keys=outputs,
        activation_defs=import_module("neat.activations").ActivationFunctionSet(),
        aggregation_function_defs=import_module("neat.aggregations").AggregationFunctionSet(),
    )
    genes = SimpleNamespace(
        nodes={key: SimpleNamespace(**gene) for key, gene in nodes.items()},
        connections={
            key: SimpleNamespace(enabled=gene["enabled"], weight=gene["weight"], key=key)
            for key, gene in links.items()
        },
    )
    networks = import_module("neat.nn").FeedForwardNetwork
    network = networks.create(genes, SimpleNamespace(genome_config=told))

    def run(X: NDArray[np.float64]) -> NDArray[Any]:
        return np.array([network.activate(row) for row in X.tolist()])

    return run
