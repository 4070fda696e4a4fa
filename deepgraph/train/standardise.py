"""Standardised inputs: `normalise` in the spec, from the rows that are learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Raw
from msgspec.structs import replace

from deepgraph.errors import InputError
from deepgraph.graph.layers import Made
from deepgraph.spec import literals
from deepgraph.spec.records import Normalise
from deepgraph.words.messages import listed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from deepgraph.network import Network
    from deepgraph.spec.records import Spec

    Array = NDArray[np.float64]

DIGITS = 6
"""Significant digits of the constants. Others than these would do as well: they only have to bring
the inputs near to mean 0 and deviation 1, and a person reads them."""


def standardised(network: Network, inputs: Array) -> Network:
    """The network with `normalise` on each input, so that rows have mean 0 and deviation 1.

    An input that is the same in every row is only shifted.

    Args:
        network: no input of it may be normalised yet.
        inputs: (inputs, rows) as the table holds them.

    Raises:
        InputError: an input is normalised already.
    """
    if network.normalise is not None:
        names = [network.ids[node] for node in network.normalise.nodes.tolist()]
        verb = "is" if len(names) == 1 else "are"
        raise InputError(
            f'the spec normalises {listed(names)}, which {verb} scaled by that; drop "normalise" '
            "to standardise by the rows instead"
        )
    mean, scale = inputs.mean(axis=1), inputs.std(axis=1)
    scale[scale == 0] = 1.0
    constants = {
        name: (_text(middle), _text(width))
        for name, middle, width in zip(network.input_names, mean, scale, strict=True)
    }
    made = type(network)(_written(network.spec, constants), network.name, network.folder)
    made = made.with_computed(network.parameters.values)
    made.drawn_by = network.drawn_by
    return made


def _text(value: float) -> bytes:
    return literals.encode(float(f"{value:.{DIGITS}g}"))


def _written(spec: Spec, constants: dict[str, tuple[bytes, bytes]]) -> Spec:
    nodes = [
        replace(node, normalise=Normalise(mean=Raw(mean), scale=Raw(scale)))
        for node in spec.nodes
        if node.id in constants
        for mean, scale in [constants[node.id]]
    ]
    by_id = {node.id: node for node in nodes}
    layers = list(spec.layers)
    if layers:  # the first makes inputs
        ids = Made(layers[0], 0, "", None).ids
        lists = [
            Raw(b"[" + b", ".join(texts) + b"]")
            for texts in zip(*(constants[name] for name in ids), strict=True)
        ]
        layers[0] = replace(layers[0], normalise=Normalise(mean=lists[0], scale=lists[1]))
    return replace(spec, nodes=[by_id.get(node.id, node) for node in spec.nodes], layers=layers)
