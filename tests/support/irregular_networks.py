"""Irregular networks of five kinds, by seed: what the layout of such networks is measured with."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

from tests.support.picture import spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.network import Network

    Edges = list[tuple[str, str]]

EACH = 14
"""Networks of each kind."""


def irregular_networks(each: int = EACH) -> dict[str, Network]:
    """By kind and seed, so many of each kind."""
    return {
        f"{kind} {seed}": finished(make, seed)
        for kind, make in KINDS.items()
        for seed in range(each)
    }


def finished(make: Callable[[random.Random], tuple[int, Edges]], seed: int) -> Network:
    """A network of some inputs and edges: most edges have weights, most neurons biases."""
    rng = random.Random(seed)
    inputs, pairs = make(rng)
    sources = {source for source, _ in pairs}
    targets = list(dict.fromkeys(target for _, target in pairs))
    nodes: list[Any] = [(f"x{i}", "input") for i in range(inputs)]
    edges: list[Any] = []
    for target in targets:
        kind = "hidden" if target in sources else "output"
        function = rng.choice(["relu", "tanh", "sigmoid", "identity"])
        nodes.append((target, kind, {"activation": function}))
        if rng.random() < 0.6:
            nodes.append((f"b{target}", "bias", {"value": round(rng.uniform(-1, 1), 2)}))
            edges.append((f"b{target}", target, {}))
    for number, (source, target) in enumerate(pairs):
        keys = {"label": f"w{number}", "weight": round(rng.uniform(-2, 2), 2)}
        edges.append((source, target, keys))
    return spec(nodes, edges)


def scattered(rng: random.Random) -> tuple[int, Edges]:
    """Every node is fed by up to four of those before it."""
    inputs, neurons = rng.randint(2, 5), rng.randint(5, 22)
    known = [f"x{i}" for i in range(inputs)]
    pairs: Edges = []
    for number in range(neurons):
        for source in rng.sample(known, rng.randint(1, min(len(known), 4))):
            pairs.append((source, f"h{number}"))
        known.append(f"h{number}")
    return inputs, pairs


def cascade(rng: random.Random) -> tuple[int, Edges]:
    """Cascade correlation: each neuron is fed by all inputs and all neurons before it."""
    inputs, neurons = rng.randint(2, 4), rng.randint(2, 5)
    known = [f"x{i}" for i in range(inputs)]
    pairs: Edges = []
    for number in range(neurons):
        pairs += [(source, f"h{number}") for source in known]
        known.append(f"h{number}")
    for output in range(rng.randint(1, 2)):
        pairs += [(source, f"y{output}") for source in known]
    return inputs, pairs


def evolved(rng: random.Random) -> tuple[int, Edges]:
    """As NEAT makes them: dense to begin with, then edges are split by nodes, and edges added."""
    inputs, outputs = rng.randint(2, 6), rng.randint(1, 3)
    names = [f"x{i}" for i in range(inputs)]
    pairs = [(x, f"y{o}") for x in names for o in range(outputs)]
    depth = dict.fromkeys(names, 0.0) | {f"y{o}": 1.0 for o in range(outputs)}
    for number in range(rng.randint(3, 12)):
        source, target = rng.choice(pairs)
        name = f"h{number}"
        depth[name] = (depth[source] + depth[target]) / 2
        at = pairs.index((source, target))
        pairs[at : at + 1] = [(source, name), (name, target)]
        one, other = sorted(rng.sample(sorted(depth), 2), key=depth.__getitem__)
        fresh = other[0] != "x" and one[0] != "y" and depth[one] < depth[other]
        if fresh and (one, other) not in pairs:
            pairs.append((one, other))
    return inputs, sorted(pairs, key=lambda pair: (depth[pair[1]], pair[1]))


def tower(rng: random.Random) -> tuple[int, Edges]:
    """A long chain, with some neurons beside it, whose inputs enter at every height."""
    inputs, height = rng.randint(2, 5), rng.randint(5, 10)
    pairs: Edges = []
    for level in range(height):
        below = f"t{level - 1}" if level else "x0"
        pairs.append((below, f"t{level}"))
        if rng.random() < 0.6:
            pairs.append((f"x{rng.randrange(inputs)}", f"t{level}"))
        if level + 1 < height and rng.random() < 0.35:
            pairs += [(below, f"s{level}"), (f"s{level}", f"t{level + 1}")]
    return inputs, list(dict.fromkeys(pairs))


def skipping(rng: random.Random) -> tuple[int, Edges]:
    """Layers, most of whose nodes are joined, and some edges that skip a layer or more."""
    sizes = [rng.randint(2, 4) for _ in range(rng.randint(3, 5))]
    layers = [[f"{'x' if not n else f'l{n}_'}{i}" for i in range(k)] for n, k in enumerate(sizes)]
    pairs: Edges = []
    for before, layer in itertools.pairwise(layers):
        for node in layer:
            pairs += [(s, node) for s in rng.sample(before, rng.randint(1, len(before)))]
    for _ in range(rng.randint(5, 9)):
        first = rng.randrange(len(layers) - 2)
        second = rng.randrange(first + 2, len(layers))
        pairs.append((rng.choice(layers[first]), rng.choice(layers[second])))
    return sizes[0], list(dict.fromkeys(pairs))


KINDS = {
    "random": scattered,
    "cascade": cascade,
    "NEAT": evolved,
    "tower": tower,
    "skips": skipping,
}
