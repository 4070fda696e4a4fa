"""The functions of nodes that have constants of their own: normalised inputs, rescaled outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.functions.activations import IDENTITY
from deepgraph.functions.node_function import NodeFunction
from deepgraph.functions.scaling import normalise_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.graph.scaling import Scaling


def scaled_functions(
    normalise: Scaling | None, rescale: Scaling | None, bare: Callable[[int], NodeFunction]
) -> dict[int, NodeFunction]:
    """The function from z to a of each scaled node, by its number.

    Args:
        normalise: the constants of inputs.
        rescale: the constants of outputs.
        bare: gives the function of an output without its constants.
    """
    found: dict[int, NodeFunction] = {}
    if normalise is not None:
        for node, texts in zip(normalise.nodes.tolist(), normalise.texts, strict=True):
            row, given = normalise_row(tuple(texts)), normalise.given(node)
            found[node] = NodeFunction(row, given, IDENTITY.name, texts=texts)
    if rescale is not None:
        for node, texts in zip(rescale.nodes.tolist(), rescale.texts, strict=True):
            given = rescale.given(node)
            scale, mean = given.get("scale", 1.0), given.get("mean", 0.0)
            found[node] = replace(bare(node), scale=scale, mean=mean, texts=texts)
    return found
