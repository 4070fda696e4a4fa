"""A convolution as a network: an image, a kernel that all nodes of the next layer share, a sum."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deepgraph.loading import loads

if TYPE_CHECKING:
    from deepgraph.network import Network


def convolution(rows: int, columns: int, size: int) -> Network:
    """The network of an image of pixels x1, x2, … in a grid, under a square kernel."""
    starts = [(r, c) for r in range(rows - size + 1) for c in range(columns - size + 1)]
    kernel = [(r, c) for r in range(size) for c in range(size)]
    edges = [
        {
            "source": f"x{(top + r) * columns + left + c + 1}",
            "target": f"h{number}",
            "label": f"k{r + 1}{c + 1}",
            "weight": round(0.5 - 0.25 * (r + 2 * c), 2),
        }
        for number, (top, left) in enumerate(starts)
        for r, c in kernel
    ]
    edges += [
        {"source": f"h{number}", "target": "y", "label": f"v{number}", "weight": 1}
        for number in range(len(starts))
    ]
    nodes = [{"id": f"h{number}", "activation": "relu"} for number in range(len(starts))]
    image = {"id": "x", "size": rows * columns, "grid": [rows, columns]}
    spec = {
        "deepgraph": 1,
        "layers": [image],
        "nodes": [*nodes, {"id": "y", "kind": "output"}],
        "edges": edges,
    }
    return loads(json.dumps(spec))
