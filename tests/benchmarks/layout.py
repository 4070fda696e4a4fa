"""Irregular pictures beside ELK layered: crossings, sizes, order of inputs, distances of biases.

    npm ci --prefix tests --ignore-scripts
    python -m tests.benchmarks.layout

Both lay out the networks of `tests.support.irregular_networks`, with the same boxes (what belongs
to a node is part of its box) and the same labels. ELK has the inputs in its first layer, in any
order that it likes, or in the order of the file, and draws edges by right angles or polylines,
without labels also with more room between layers. Labels take width, so pictures with labels are
held to ELK's with labels, and those without to ELK's without.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from deepgraph import draw
from deepgraph.draw.layout.node_sizes import node_boxes, sizes_of
from deepgraph.draw.layout.typography import text_width
from tests.support.irregular_measure import Laid, of
from tests.support.irregular_networks import irregular_networks

SCRIPT = Path(__file__).with_name("elk.mjs")
BETWEEN, BARE = 20.0, 150.0
"""Px between ELK's layers with labels, which it puts into layers of their own, and without."""


@dataclass
class Total:
    """The sums of a program over all networks."""

    program: str
    crossings: int = 0
    through: int = 0
    out_of_order: int = 0
    width: float = 0.0
    height: float = 0.0
    bias: float = float("nan")
    seconds: float = float("nan")

    def add(self, laid: Laid) -> None:
        self.crossings += laid.crossings
        self.through += laid.through
        self.out_of_order += laid.out_of_order
        self.width += laid.width
        self.height += laid.height


def ours(views: list[Any], name: str) -> Total:
    """Our pictures; `name` says which."""
    total, distances, slowest = Total(f"deepgraph, {name}"), [], 0.0
    for drawing in views:
        begin = time.perf_counter()
        laid = of(drawing)
        slowest = max(slowest, time.perf_counter() - begin)
        total.add(laid)
        distances += laid.bias_distances
    total.bias, total.seconds = statistics.median(distances), slowest
    return total


def elk(drawings: list[Any], *, routing: str, ordered: bool, labels: bool) -> Total:
    """ELK's pictures of the same views."""
    graphs = [_graph(drawing.view, labels) for drawing in drawings]
    for graph in graphs:
        graph |= {"routing": routing, "ordered": ordered, "apart": 30.0}
        graph["between"] = BETWEEN if labels else BARE
    command = ["node", str(SCRIPT)]
    text = json.dumps(graphs)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    names = (
        routing.lower(),
        "file's order" if ordered else "own order",
        "labels" if labels else "bare",
    )
    total = Total(f"ELK, {', '.join(names)}")
    for graph, found in zip(graphs, json.loads(done.stdout), strict=True):
        total.add(_laid(graph, found))
    return total


def _graph(view: Any, labels: bool) -> dict[str, Any]:
    size = sizes_of(view).label
    children = []
    for node, box in zip(view.nodes, node_boxes(view), strict=True):
        left, up, right, down = box.reach
        sides = {"width": left + right, "height": up + down}
        children.append({"id": node.key, **sides, "input": node.kind == "input"})
    edges = []
    for edge in view.edges:
        label = {"width": text_width(edge.label, size), "height": size * 1.2} if labels else None
        ends = {"source": view.nodes[edge.source].key, "target": view.nodes[edge.target].key}
        edges.append({"id": edge.key, **ends, "label": label})
    return {"children": children, "edges": edges}


def _laid(graph: dict[str, Any], found: dict[str, Any]) -> Laid:
    at = {node["id"]: number for number, node in enumerate(found["nodes"])}
    boxes = [
        (n["x"] + n["width"] / 2, n["y"] + n["height"] / 2, n["width"], n["height"])
        for n in found["nodes"]
    ]
    lines = {edge["id"]: np.array(edge["points"], float) for edge in found["edges"]}
    return Laid(
        found["width"],
        found["height"],
        np.array(boxes),
        [False] * len(boxes),
        [(at[edge["source"]], at[edge["target"]]) for edge in graph["edges"]],
        [lines[edge["id"]] for edge in graph["edges"]],
        [number for number, child in enumerate(graph["children"]) if child["input"]],
        [],
    )


def main() -> None:
    """Print the table."""
    networks = irregular_networks().values()
    drawings = [draw.prepare(network, weights="both") for network in networks]
    bare = [draw.prepare(network, weights="none", legend=False) for network in networks]
    rows = [ours(drawings, "labels"), ours(bare, "bare")]
    rows += [
        elk(drawings, routing=routing, ordered=ordered, labels=labels)
        for routing in ("ORTHOGONAL", "POLYLINE")
        for ordered in (False, True)
        for labels in (False, True)
    ]
    print(f"{len(drawings)} networks, {sum(len(d.view.edges) for d in drawings)} edges\n")
    print("| program | crossings | through nodes | inputs out of order | width | height |")
    print("|---|---:|---:|---:|---:|---:|")
    for row in rows:
        sizes = f"{row.width:,.0f} | {row.height:,.0f}"
        counts = f"{row.crossings:,} | {row.through} | {row.out_of_order}"
        print(f"| {row.program} | {counts} | {sizes} |")
    print(f"\nA bias is {rows[0].bias:.0f} px from its node in the median; ", end="")
    print(f"the slowest picture took {rows[0].seconds:.2f} s, labels included.")


if __name__ == "__main__":
    main()
