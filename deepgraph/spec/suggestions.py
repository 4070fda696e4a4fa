"""Key names from other tools, and what to write instead."""

from __future__ import annotations

from deepgraph.functions.losses import DEFAULT_LOSS

_ELSEWHERE = {
    "Spec": {
        "nodes": "neurons vertices",
        "edges": "links connections",
        "parameters": "weights params values",
        "examples": "tests",
        "stages": "vectors named_values",
        "deepgraph": "version format",
    },
    "Node": {
        "id": "name key",
        "kind": "type role",
        "activation": "function activation_function",
        "aggregation": "op",
        "label": "caption",
        "layer": "column",
        "normalise": "normalize normalisation normalization standardise standardize scaler",
        "rescale": "denormalise denormalize unscale",
        "classes": "class_names class_labels",
        "threshold": "cutoff decision_threshold",
    },
    "Edge": {
        "source": "from a src start tail u input",
        "target": "to b dst dest destination end head v output",
        "label": "name id parameter",
        "weight": "w value",
    },
    "Layer": {
        "id": "name",
        "size": "units neurons nodes n",
        "activation": "function",
        "weights": "kernel matrix w",
        "bias": "b vector",
        "from": "sources input",
        "names": "ids",
        "normalise": "normalize normalisation normalization standardise standardize scaler",
        "rescale": "denormalise denormalize unscale",
        "classes": "class_names class_labels",
        "threshold": "cutoff decision_threshold",
    },
    "Normalise": {
        "min": "minimum low lower data_min",
        "max": "maximum high upper data_max",
        "mean": "mu offset shift center centre",
        "scale": "std sigma stddev range divisor",
    },
    "Rescale": {"mean": "mu offset shift center centre", "scale": "std sigma stddev range factor"},
    "Example": {
        "name": "title",
        "inputs": "x in given",
        "expect": "y out output outputs values",
        "pre_activations": "z",
        "gradients": "grad grads",
        "targets": "t",
        "deltas": "delta dz",
        "learning_rate": "lr rate eta",
        "optimiser": "optimizer method algorithm",
        "weight_decay": "l2 decay lambda",
        "freeze": "frozen fixed",
        "batch": "batch_size minibatch",
        "steps": "iterations",
        "table": "file csv",
        "tolerance": "atol tol epsilon",
    },
    "Loss": {"name": "type loss", "expect": "value", "node": "of output"},
    "Group": {"labels": "members names weights parameters", "trainable": "train"},
}
"""The names of keys elsewhere, by record and key."""

OTHER_WORDS = {
    record: {other: key for key, others in keys.items() for other in others.split()}
    for record, keys in _ELSEWHERE.items()
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
    "Loss.name": f'write "name": "{DEFAULT_LOSS}", or another loss',
    "Group.labels": 'write "labels": ["w1", "w2"], the labels in their order',
}
"""Cures for a missing key."""

EXAMPLES = {
    "Node": '{"id": "h1"}',
    "Edge": '{"source": "x", "target": "h1"}',
    "Layer": '{"id": "x", "size": 3}',
    "Example": '{"inputs": {"x": 1}, "expect": {"y": 2}}',
    "Loss": f'{{"name": "{DEFAULT_LOSS}"}}',
    "Group": '["w1", "w2"]',
    "Normalise": '{"mean": 3, "scale": 2}',
    "Rescale": '{"mean": 3, "scale": 2}',
}
"""A small example of each record."""

ALONE = {"Node": "id", "Loss": "name"}
"""The key that is meant where people write a text in the place of a whole record."""

INSTEAD = {
    "Spec.deepgraph": "write 1",
    "Spec.groups": 'write {"w12": ["w1", "w2"]}',
    "Spec.stages": 'write {"out1": ["z(h1)", "z(h2)"]}',
    "Spec.unused": 'write ["x3"], the ids of nodes',
    "Spec.style": 'write {"theme": "dark"}',
    "Spec.parameters": 'write {"w1": 0.5}, or the name of a file',
    "Node.activation": 'write "relu", or {"name": "elu", "alpha": 1}',
    "Node.classes": 'write ["no", "yes"]',
    "Layer.classes": 'write ["no", "yes"]',
    "Layer.activation": 'write "relu", or {"name": "elu", "alpha": 1}',
    "Layer.weights": 'write a name, "W1", and the matrix under "parameters"',
    "Layer.bias": 'write a name, "b1", and the vector under "parameters", or null for none',
    "Example.inputs": 'write {"x": 1}, by the ids of the inputs',
    "Example.expect": 'write {"y": 1}, by the ids of nodes',
    "Example.pre_activations": 'write {"y": 1}, by the ids of nodes',
    "Example.targets": 'write {"y": 1}, by the ids of nodes',
    "Example.node_gradients": 'write {"y": 1}, by the ids of nodes',
    "Example.deltas": 'write {"y": 1}, by the ids of nodes',
    "Example.gradients": 'write {"w1": 1}, by the names of parameters',
    "Example.updated": 'write {"w1": 1}, by the names of parameters',
}
"""Cures for a value of a wrong type, by its key."""
