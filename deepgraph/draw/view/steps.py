"""The order in which a picture that is animated, or drawn step by step, shows its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.graph.kinds import BIAS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph


def evaluation_steps(network: Graph) -> NDArray[np.int64]:
    """(nodes,) the step that computes each node: 0 for inputs and biases, then one after another.

    The nodes of a softmax group share a step.
    """
    nodes = len(network.ids)
    steps = np.zeros(nodes, np.int64)
    now = 0
    for step in network.steps.tolist():
        if step >= nodes:
            now += 1
            steps[network.softmax_groups[step - nodes]] = now
        elif network.kind[step] > BIAS:
            function = network.activation(step)
            if function.row is not None:
                now += 1
                steps[step] = now
    return steps
