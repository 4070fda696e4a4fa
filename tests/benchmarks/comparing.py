"""Two specs of 1,000,000 edges compared: `deepgraph diff`, against json and a dictionary of edges.

Every program is a process of its own. The second spec has 2,000 other weights, and 200 edges that
stand elsewhere. The line below the table says how much memory ours took: the bar is 5 s and 2 GB.
"""

from __future__ import annotations

import atexit
import random
import re
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks.harness import Case, Program, environment
from tests.support.large_spec import spec

PEER = """
import json, sys
sides = []
for path in sys.argv[1:]:
    with open(path) as stream:
        edges = json.load(stream)["edges"]
    sides.append({(edge["source"], edge["target"]): edge for edge in edges})
a, b = sides
changed = [key for key in a if key in b and a[key]["weight"] != b[key]["weight"]]
assert len(changed) == 2000 and a.keys() == b.keys()
"""


def cases():
    """By a short name."""
    return {"comparing": comparing}


def comparing():
    place = tempfile.TemporaryDirectory()
    atexit.register(place.cleanup)
    paths = [Path(place.name, name) for name in ("a.json", "b.json")]
    content = spec()
    paths[0].write_bytes(content)
    paths[1].write_bytes(changed(content, random.Random(2)))
    ours = [sys.executable, "-m", "deepgraph", "diff"]
    commands = {"deepgraph diff": ours, "json + dict": [sys.executable, "-c", PEER]}

    run(ours, paths)
    most = memory()  # of the first process, which is ours

    programs = [
        Program(
            name,
            lambda name=name: partial(run, commands[name], paths),
            ours="diff" in commands[name],
        )
        for name in commands
    ]
    work = "Two specs of 1,000,000 edges compared, whole process"
    return Case(work, programs, tolerance=None, remark=lambda _: f"Ours took {most:.2f} GB.")


def memory() -> float:
    """The gigabytes of the largest process so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6


def changed(content: bytes, rng: random.Random) -> bytes:
    """The spec with other weights and with some edges in each other's places."""
    lines = content.decode().split("\n")
    edges = [number for number, line in enumerate(lines) if '"weight"' in line]
    for number in rng.sample(edges, 2000):
        lines[number] = re.sub(r'"weight": [-\d.e]+', '"weight": 0.123', lines[number])
    swapped = rng.sample(edges[:-1], 200)  # the last one has no comma
    for one, other in zip(swapped[::2], swapped[1::2], strict=True):
        lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines).encode()


def run(command, paths):
    """Run a program; ours ends with 1, since the two differ."""
    done = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == (1 if "diff" in command else 0), done.stderr
    if "diff" in command:
        assert "2,000 of 1,000,000 parameters" in done.stdout, done.stdout[:500]
