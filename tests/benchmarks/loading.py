"""A spec of 1,000,000 edges to its first value, against json + networkx + topological generations.

By hand: `python tests/benchmarks/loading.py [ROUNDS]`. Every round runs each program once, as a
process of its own; printed are medians of the time in the process (behind its imports), of the
whole process, of its CPU seconds, and the largest peak of memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from mutations import spec

OURS = """
import numpy as np
from deepgraph import network
begin = time.perf_counter()
net = network.load(PATH)
loaded = time.perf_counter()
value = net(np.ones((1, len(net.inputs))))
assert np.isfinite(value).all()
"""

PEER = """
import json
import networkx as nx
begin = time.perf_counter()
with open(PATH) as stream:
    spec = json.load(stream)
loaded = time.perf_counter()
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
    f"networkx, {name}": PEER.replace("BUILD", build) for name, build in BUILDS.items()
}


def run(program: str, path: Path) -> tuple[float, float, float, float, float]:
    """Seconds to read, in the process, of the process, of CPU; megabytes."""
    whole = f"import time\nPATH = {str(path)!r}\n{program}\nend = time.perf_counter()\n"
    whole += "print(loaded - begin, end - begin, flush=True)\n"
    begin = time.perf_counter()
    # As installed: modules are compiled once, whatever the environment says.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(path.parent / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(
        [sys.executable, "-c", whole], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    read, inside = map(float, process.stdout.read().split())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    assert process.returncode == 0
    return read, inside, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """All programs in turn, round after round."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "million.json")
        path.write_bytes(spec())
        found: dict[str, list[tuple[float, ...]]] = {name: [] for name in PROGRAMS}
        for _ in range(rounds):
            for name, program in PROGRAMS.items():
                found[name].append(run(program, path))
    print(f"{'':26}   read  inside  process    cpu    MB   ratios (inside, process, cpu)")
    medians = {
        name: [median(column) for column in zip(*rows, strict=True)] for name, rows in found.items()
    }
    ours = medians["deepgraph"]
    for name, (read, inside, process, cpu, _) in medians.items():
        ratios = (inside / ours[1], process / ours[2], cpu / ours[3])
        peak = max(row[4] for row in found[name])
        print(
            f"{name:26} {read:6.2f}  {inside:6.2f}   {process:6.2f} {cpu:6.2f} {peak:5.0f}   "
            + "  ".join(f"{ratio:5.2f}" for ratio in ratios)
        )


if __name__ == "__main__":
    main()
