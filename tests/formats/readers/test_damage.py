"""Files that were damaged at random are read or refused, never stumbled over."""

from __future__ import annotations

import json
import random
import zlib

import networkx as nx
import pytest

import deepgraph
from deepgraph.formats import writers
from deepgraph.formats.readers import table
from deepgraph.spec import gallery
from tests.fuzz.targets import TARGETS
from tests.support import yed
from tests.support.matlab import FUNCTION, as_before
from tests.support.models import REAL, RECORDS, content

TIMES = 12


def sound(row):
    """Some sound files of a format."""
    found = [
        path.read_bytes() for path in sorted(REAL.iterdir()) if path.name.endswith(row.suffixes)
    ]
    found += [content(name) for name in sorted(RECORDS) if name.endswith(row.suffixes)]
    found = [data for data in found if row.is_it(data)][-6:] + WRITTEN.get(row.name, [])
    if row.name in ("safetensors", "keras"):  # of ours, with notes
        network = deepgraph.load(gallery.path("study_hours" if row.name == "keras" else "iris"))
        found.append(writers.write(network, row.name))
    assert found, row.name
    return found


GRAPH = nx.DiGraph()
GRAPH.add_edge("a", "b", weight=1.0)
GRAPH.add_edge("b", "c", weight=-2.5)
WRITTEN = {
    "matlab": [FUNCTION.encode(), as_before(FUNCTION).encode()],
    "edges": [b"source,target,weight\na,b,1\nb,c,2\n"],
    "graphml": [
        "\n".join(nx.generate_graphml(GRAPH)).encode(),
        yed.file(yed.node(0, "x"), yed.node(1, "y", "relu"), yed.edge(0, 0, 1, "w = 2")).encode(),
    ],
    "gexf": ["\n".join(nx.generate_gexf(GRAPH)).encode()],
    "node-link": [json.dumps(nx.node_link_data(GRAPH, edges="links")).encode()],
}
"""Sound files of each format of which the tests keep none."""


def damaged(data, rng):
    """One of: bytes changed, cut off, a piece twice, a piece gone, a number made large."""
    at = rng.randrange(len(data))
    end = min(len(data), at + rng.randrange(1, 40))
    return rng.choice(
        [
            data[:at] + bytes(rng.randrange(256) for _ in range(end - at)) + data[end:],
            data[:at],
            data[:end] + data[at:],
            data[:at] + data[end:],
            data[:at] + b"\xff" * (end - at) + data[end:],
            data[:at] + b"9" * 20 + data[at:],
        ]
    )


@pytest.mark.parametrize("name", [row.name for row in table.FORMATS])
def test_damage(name):
    row = next(row for row in table.FORMATS if row.name == name)
    rng = random.Random(zlib.crc32(name.encode()))
    for data in sound(row):
        TARGETS[f"import-{name}"](data)
        for _ in range(TIMES):
            TARGETS[f"import-{name}"](damaged(data, rng))
