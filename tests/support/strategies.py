"""Random networks and their inputs, as hypothesis strategies; and what the tests compare by."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

import deepgraph
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS

SPECS = Path(__file__).parents[2] / "specs"
GALLERY = sorted(SPECS.glob("*.json"))

ODD_IDS = ("x 1", "ü", "b→", '"', "\\N", "a,b", "z(h1)", "0.5", "=", "日本", "</b>", "-", "W9[1,1]")
LIPSCHITZ = ("identity", "relu", "abs", "tanh", "sigmoid", "softplus", "softsign", "sin", "cos")
"""Activations whose slope is at most 1, so that an error does not grow in them."""


def examples(count: int) -> settings:
    """Settings of a wide property: this many random examples in CI, a quarter of them elsewhere."""
    return settings(max_examples=count if os.environ.get("CI") else count // 4)


def network(spec):
    return deepgraph.loads(json.dumps(spec))


def bits(array):
    """The bits of an array, all NaN alike: which one of two NaN goes on is no promise."""
    array = np.array(array)
    array[np.isnan(array)] = np.nan
    return array.view(np.uint64 if array.dtype == np.float64 else np.uint32)


def same(left, right):
    """True if two arrays agree to the last bit, signs of zeros included."""
    left, right = np.asarray(left), np.asarray(right)
    assert left.dtype == right.dtype
    return left.shape == right.shape and bool(np.all(bits(left) == bits(right)))


@st.composite
def inputs(draw, net, rows=23):
    """(rows, inputs) numbers of moderate size, a zero, a kink and an infinity among them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    X = rng.standard_normal((rows, len(net.inputs))) * 3
    X[0] = 0.0
    X[1] = -0.0
    X[2] = rng.integers(-2, 3, X.shape[1])
    if draw(st.booleans()):
        X[3] = rng.choice([np.inf, -np.inf, np.nan, 1e308, 5e-324], X.shape[1])
    return X


def function(rng, names):
    """An activation with random legal parameters, or its bare name."""
    row = ACTIVATIONS[rng.choice(names)]
    scaled = rng.random() < 0.15
    if not scaled and (not row.parameters or rng.random() < 0.3):
        return rng.choice([row.name, *row.aliases])
    chosen = {}
    for parameter in row.parameters:
        if parameter.choices is not None:
            chosen[parameter.name] = rng.choice(parameter.choices)
        else:
            chosen[parameter.name] = rng.choice([-1.5, -0.25, 0.0, 0.125, 0.75, 2.0, 3])
        if parameter.nonzero and not chosen[parameter.name]:
            chosen[parameter.name] = 0.5
    for parameter in row.parameters:
        if parameter.below is not None and not chosen[parameter.name] < chosen[parameter.below]:
            chosen[parameter.name] = chosen[parameter.below] - 1.25
    assert not row.problems(chosen)
    if scaled:
        chosen["gain"] = rng.choice([5, 2.5, 0.5, -1, -1.25, 1])
    return {"name": row.name, **chosen}


SCALES = {
    "min": [-2, -0.5, 0],
    "max": [0.5, 2.5, "10/3"],
    "mean": [0.5, -1, "1/3"],
    "scale": [2, -0.5, "3/2", 1.25],
}


def scaling(rng, keys, size=None):
    """Some of the constants of `normalise` or `rescale`, with a size also lists of them."""
    chosen = {}
    for key in keys:
        if rng.random() < 0.6:
            several = size is not None and rng.random() < 0.5
            chosen[key] = rng.choices(SCALES[key], k=size) if several else rng.choice(SCALES[key])
    return chosen


def number(rng):
    """A weight as a spec may write it."""
    return rng.choice(
        [
            round(rng.uniform(-2, 2), 3),
            rng.uniform(-2, 2),
            rng.randint(-2, 2),
            f"{rng.randint(-9, 9)}/{rng.randint(1, 9)}",
        ]
    )


def _softmax_runs(rng, count):
    """Of each neuron the run of softmax members that it is in, from its first to behind its last.

    The members of a run draw their sources from before the run, so none feeds another.
    """
    runs, start = [None] * count, 0
    while start < count:
        length = rng.randint(1, 3)
        if rng.random() < 0.15 and start + length <= count:
            runs[start : start + length] = [(start, start + length)] * length
        start += length
    return runs


def _bias(rng, name, values):
    """A bias node, with the style that its edges shall have."""
    style = rng.choice(["value", "unit"])
    node = {"id": name, "kind": "bias", "style": style}
    if rng.random() < 0.5:
        node["value"] = number(rng)
    elif style == "value":
        values[name] = number(rng)
    return node


def _weigh(rng, edge, labels, values):
    """Give an edge a weight, a label, or the label of an earlier edge."""
    choice = rng.random()
    if labels and choice < 0.2:
        edge["label"] = rng.choice(list(labels))
        if rng.random() < 0.5:
            edge["weight"] = labels[edge["label"]]
    elif choice < 0.4:
        edge["weight"] = number(rng)
    else:
        edge["label"] = f"w{len(labels) + 1}"
        labels[edge["label"]] = value = number(rng)
        if rng.random() < 0.5:
            edge["weight"] = value
        else:
            values[edge["label"]] = value


def _scale(rng, nodes):
    """Normalise some inputs and rescale some outputs."""
    for node in nodes:
        if node["kind"] == "input" and rng.random() < 0.25:
            node["normalise"] = scaling(rng, SCALES)
        softmax = "softmax" in str(node.get("activation"))
        if node["kind"] == "output" and not softmax and rng.random() < 0.25:
            node["rescale"] = scaling(rng, ("mean", "scale"))


def irregular(rng, inputs, biases, neurons, functions, aggregations, scaled=False):
    edges, values, labels = [], {}, {}
    nodes = [{"id": f"x{i + 1}", "kind": "input"} for i in range(inputs)]
    nodes += [_bias(rng, f"b{i + 1}", values) for i in range(biases)]
    runs = _softmax_runs(rng, neurons) if functions is None else [None] * neurons
    named = rng.random() < 0.5
    for j, run in enumerate(runs):
        earlier = nodes[: inputs + biases + (j if run is None else run[0])]
        node = {"id": f"h{j + 1}", "kind": "hidden", "aggregation": rng.choice(aggregations)}
        if run is None:
            node["activation"] = function(rng, functions or list(ACTIVATIONS))
        elif named or run[0]:
            node["activation"] = {"name": "softmax", "group": f"s{run[0]}"}
        else:
            node["activation"] = "softmax"
        if j == neurons - 1 or rng.random() < 0.2:
            node["kind"] = "output"
        for source in rng.sample(earlier, rng.randint(1, min(len(earlier), 4))):
            edge = {"source": source["id"], "target": node["id"]}
            style = source.get("style")
            if style == "unit" or (style is None and rng.random() < 0.8):
                _weigh(rng, edge, labels, values)
            edges.append(edge)
        nodes.append(node)
    if scaled:
        _scale(rng, nodes)
    feeding = {edge["source"] for edge in edges}
    for node in list(nodes):
        if node.pop("style", None) == "unit" and node["id"] not in feeding:
            nodes.remove(node)  # without edges it would be a parameter
    return {"deepgraph": 1, "nodes": nodes, "edges": edges, "parameters": values}


def renamed(rng, spec):
    """Other ids, and nodes and edges in any order: the order of the file is no order of the graph.

    Bias ids stay, since they name parameters.
    """
    ids = [node["id"] for node in spec["nodes"] if node["kind"] != "bias"]
    names = rng.sample([*ODD_IDS, *(f"n{i}" for i in range(len(ids)))], len(ids))
    new = dict(zip(ids, names, strict=True))
    for node in spec["nodes"]:
        node["id"] = new.get(node["id"], node["id"])
    for edge in spec["edges"]:
        edge["source"] = new.get(edge["source"], edge["source"])
        edge["target"] = new[edge["target"]]
    rng.shuffle(spec["nodes"])
    rng.shuffle(spec["edges"])
    return spec


@st.composite
def irregular_specs(draw, functions=None, aggregations=tuple(AGGREGATIONS)):
    """Specs of nodes and edges: edges from earlier to later nodes, then everything shuffled."""
    inputs, biases = draw(st.integers(1, 3)), draw(st.integers(0, 3))
    neurons = draw(st.integers(1, 12))
    rng = random.Random(draw(st.integers(0, 2**32)))
    scaled = functions is None
    made = irregular(rng, inputs, biases, neurons, functions, aggregations, scaled)
    return renamed(rng, made)


@st.composite
def layered_specs(draw):
    """Specs of dense layers, with `from`, names, missing biases, softmax and skip edges."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    rng = random.Random(draw(st.integers(0, 2**32)))
    layers, parameters, made = [{"id": "x", "size": sizes[0]}], {}, {"x": sizes[0]}
    for i, size in enumerate(sizes[1:], 1):
        chosen = "softmax" if rng.random() < 0.2 else function(rng, list(ACTIVATIONS))
        layer = {"id": f"l{i}_", "size": size, "weights": f"W{i}", "activation": chosen}
        feeds = [f"l{i - 1}_" if i > 1 else "x"]
        if rng.random() < 0.3:
            feeds = layer["from"] = rng.sample(list(made), rng.randint(1, len(made)))
        columns = sum(made[name] for name in feeds)
        parameters[f"W{i}"] = [[number(rng) for _ in range(columns)] for _ in range(size)]
        layer["bias"] = rng.choice([f"b{i}", None])
        if layer["bias"]:
            parameters[f"b{i}"] = [number(rng) for _ in range(size)]
        if rng.random() < 0.2:
            layer["names"] = [f"{name}{i}" for name in rng.sample(ODD_IDS, size)]
        layers.append(layer)
        made[layer["id"]] = size
    if rng.random() < 0.2:
        layers[0]["normalise"] = scaling(rng, SCALES, sizes[0])
    if layers[-1]["activation"] != "softmax" and rng.random() < 0.2:
        layers[-1]["rescale"] = scaling(rng, ("mean", "scale"), sizes[-1])
    spec = {"deepgraph": 1, "layers": layers, "parameters": parameters}
    if len(layers) > 2 and "x" not in layers[-1].get("from", []) and rng.random() < 0.5:
        last, first = layers[-1], layers[0]
        target = last["names"][0] if "names" in last else last["id"] + "1" * (last["size"] > 1)
        source = "x" + "1" * (first["size"] > 1)
        spec["edges"] = [{"source": source, "target": target, "label": "skip", "weight": 0.5}]
    return spec


def specs():
    """Any network."""
    return st.one_of(irregular_specs(), layered_specs())
