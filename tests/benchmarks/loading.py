"""A spec of 1,000,000 edges to its first value, against json + networkx + topological generations.

Every program is a process of its own; the time behind its imports stands in a line below the table.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.harness import Case, Program, duration, environment
from tests.support.large_spec import spec

OURS = """
import numpy as np
from deepgraph import loading
begin = time.perf_counter()
net = loading.load(PATH)
value = net(np.ones((1, len(net.inputs))))
assert np.isfinite(value).all()
"""

PEER = """
import json
import networkx as nx
begin = time.perf_counter()
with open(PATH) as stream:
    spec = json.load(stream)
graph = nx.DiGraph()
BUILD
assert len(list(nx.topological_generations(graph))) == 11
"""

BUILDS = {
    "weights alone": """
graph.add_nodes_from(node["id"] for node in spec["nodes"])
graph.add_weighted_edges_from((e["source"], e["target"], e["weight"]) for e in spec["edges"])
""",
    "all attributes": """
graph.add_nodes_from((node["id"], node) for node in spec["nodes"])
graph.add_edges_from((e["source"], e["target"], e) for e in spec["edges"])
""",
    "node_link_graph": """
graph = nx.node_link_graph({**spec, "directed": True, "multigraph": False}, edges="edges")
""",
}

PROGRAMS = {"deepgraph": OURS} | {
    f"json + networkx, {name}": PEER.replace("BUILD", build) for name, build in BUILDS.items()
}


def cases():
    """By a short name."""
    return {"loading": loading}


def loading():
    place = tempfile.TemporaryDirectory()
    atexit.register(place.cleanup)
    path = Path(place.name, "million.json")
    path.write_bytes(spec())
    inside = {name: [] for name in PROGRAMS}

    def call(name):
        inside[name].append(run(PROGRAMS[name], path))

    def remark(_):
        medians = {name: median(times[1:]) for name, times in inside.items()}  # the first warms up
        parts = [
            f"{name} {duration(seconds)} ({seconds / medians['deepgraph']:.2f} ×)"
            for name, seconds in medians.items()
        ]
        return f"Behind the imports: {'; '.join(parts)}."

    programs = [
        Program(name, lambda name=name: partial(call, name), ours=name == "deepgraph")
        for name in PROGRAMS
    ]
    work = "A spec of 1,000,000 edges to its first value or its generations, whole process"
    return Case(work, programs, tolerance=None, remark=remark)


def run(program: str, path: Path) -> float:
    """Seconds behind the imports."""
    whole = f"import time\nPATH = {str(path)!r}\n{program}\nprint(time.perf_counter() - begin)\n"
    command = [sys.executable, "-c", whole]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    return float(done.stdout)
