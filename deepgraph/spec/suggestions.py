"""Key names from other tools, and what to write instead."""

from __future__ import annotations

OTHER_WORDS = {
    "Spec": {
        "neurons": "nodes",
        "vertices": "nodes",
        "links": "edges",
        "connections": "edges",
        "weights": "parameters",
        "params": "parameters",
        "values": "parameters",
        "tests": "examples",
        "version": "deepgraph",
        "format": "deepgraph",
    },
    "Node": {
        "name": "id",
        "key": "id",
        "type": "kind",
        "role": "kind",
        "function": "activation",
        "activation_function": "activation",
        "op": "aggregation",
        "caption": "label",
        "column": "layer",
    },
    "Edge": {
        "from": "source",
        "a": "source",
        "src": "source",
        "start": "source",
        "tail": "source",
        "u": "source",
        "input": "source",
        "to": "target",
        "b": "target",
        "dst": "target",
        "dest": "target",
        "destination": "target",
        "end": "target",
        "head": "target",
        "v": "target",
        "output": "target",
        "name": "label",
        "id": "label",
        "parameter": "label",
        "w": "weight",
        "value": "weight",
    },
    "Layer": {
        "name": "id",
        "units": "size",
        "neurons": "size",
        "nodes": "size",
        "n": "size",
        "function": "activation",
        "kernel": "weights",
        "matrix": "weights",
        "w": "weights",
        "b": "bias",
        "vector": "bias",
        "sources": "from",
        "input": "from",
        "ids": "names",
    },
    "Example": {
        "title": "name",
        "x": "inputs",
        "in": "inputs",
        "given": "inputs",
        "y": "expect",
        "out": "expect",
        "output": "expect",
        "outputs": "expect",
        "values": "expect",
        "z": "pre_activations",
        "grad": "gradients",
        "grads": "gradients",
        "t": "targets",
        "lr": "learning_rate",
        "rate": "learning_rate",
        "eta": "learning_rate",
        "file": "table",
        "csv": "table",
        "atol": "tolerance",
        "tol": "tolerance",
        "epsilon": "tolerance",
    },
    "Loss": {"type": "name", "loss": "name", "value": "expect"},
}
"""The keys of each record by their names elsewhere."""

_BIAS = 'a bias is a node, {"id": "b1", "kind": "bias", "value": 1}, with an edge to what it feeds'

HINTS = {
    "Node.bias": _BIAS,
    "Node.weights": 'weights stand on the edges, "weight": 1',
    "Node.weight": 'weights stand on the edges, "weight": 1',
    "Node.inputs": 'what feeds a node are "edges", {"source": "x", "target": "h"}',
    "Node.from": 'what feeds a node are "edges", {"source": "x", "target": "h"}',
    "Edge.bias": _BIAS,
    "Spec.inputs": 'an input is a node, {"id": "x", "kind": "input"}',
    "Spec.outputs": 'an output is a node, {"id": "y", "kind": "output"}',
    "Spec.biases": _BIAS,
}
"""Cures for a key whose content belongs elsewhere in a spec."""

NEEDED = {
    "Node.id": 'write "id": and a name for the node',
    "Edge.source": 'write "source": and the id of the node where the edge begins',
    "Edge.target": 'write "target": and the id of the node where the edge ends',
    "Layer.id": 'write "id": and a name for the layer',
    "Layer.size": 'write "size": and the number of its nodes',
    "Spec.deepgraph": 'write "deepgraph": 1',
    "Loss.name": 'write "name": "half_squared_error", or another loss',
}
"""Cures for a missing key."""

EXAMPLES = {
    "Node": '{"id": "h1"}',
    "Edge": '{"source": "x", "target": "h1"}',
    "Layer": '{"id": "x", "size": 3}',
    "Example": '{"inputs": {"x": 1}, "expect": {"y": 2}}',
    "Loss": '{"name": "half_squared_error"}',
}
"""A small example of each record."""

ALONE = {"Node": "id", "Loss": "name"}
"""The key that is meant where people write a text in the place of a whole record."""

INSTEAD = {
    "Spec.deepgraph": "write 1",
    "Spec.groups": 'write {"w12": ["w1", "w2"]}',
    "Spec.style": 'write {"theme": "dark"}',
    "Spec.parameters": 'write {"w1": 0.5}, or the name of a file',
    "Node.activation": 'write "relu", or {"name": "elu", "alpha": 1}',
    "Layer.activation": 'write "relu", or {"name": "elu", "alpha": 1}',
    "Layer.weights": 'write a name, "W1", and the matrix under "parameters"',
    "Layer.bias": 'write a name, "b1", and the vector under "parameters", or null for none',
    "Example.inputs": 'write {"x": 1}, by the ids of the inputs',
    "Example.expect": 'write {"y": 1}, by the ids of nodes',
    "Example.pre_activations": 'write {"y": 1}, by the ids of nodes',
    "Example.targets": 'write {"y": 1}, by the ids of nodes',
    "Example.node_gradients": 'write {"y": 1}, by the ids of nodes',
    "Example.gradients": 'write {"w1": 1}, by the names of parameters',
    "Example.updated": 'write {"w1": 1}, by the names of parameters',
}
"""Cures for a value of a wrong type, by its key."""
