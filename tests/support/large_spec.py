"""A spec of a million edges, for what has to stay fast there."""

from __future__ import annotations

import random

RELU = '"activation": "relu"'


def spec(edges: int = 1_000_000, layers: int = 11, width: int = 1000) -> bytes:
    """About 97 MB for a million edges, one on a line: a layered network with named weights."""
    rng = random.Random(1)
    ids = [[f"n{layer:02}_{node:04}" for node in range(width)] for layer in range(layers)]
    ends = {0: ', "kind": "input"', layers - 1: ', "kind": "output"'}
    nodes = [
        f'{{"id": "{name}"{ends.get(layer, ", " + RELU)}}}'
        for layer, names in enumerate(ids)
        for name in names
    ]
    lines: list[str] = []
    for layer in range(1, layers):
        for target in ids[layer]:
            for source in rng.sample(ids[layer - 1], edges // (layers - 1) // width):
                lines.append(
                    f'{{"source": "{source}", "target": "{target}", "label": '
                    f'"w{len(lines) + 1:07}", "weight": {rng.gauss(0, 0.1)!r}}}'
                )
    head, comma = '{"deepgraph": 1,\n"nodes": [\n', ",\n"
    return f'{head}{comma.join(nodes)}\n],\n"edges": [\n{comma.join(lines)}\n]}}\n'.encode()
