"""Lines of plain text: long sums, breaks."""

from __future__ import annotations

import math

from deepgraph.explain.text import WIDTH
from tests.support.strategies import network
from tests.support.worked import judge, lines


def test_long_sums_show_their_ends():
    count = 784
    nodes = [{"id": f"x{i}", "kind": "input"} for i in range(1, count + 1)]
    edges = [
        {"source": f"x{i}", "target": "y", "label": f"w{i}", "weight": i / 1000}
        for i in range(1, count + 1)
    ]
    net = network(
        {"deepgraph": 1, "nodes": [*nodes, {"id": "y", "kind": "output"}], "edges": edges}
    )
    explanation = net.explain({f"x{i}": math.sin(i) for i in range(1, count + 1)})
    (line,) = [line for line in lines(str(explanation)) if line.startswith("y = w₁·x₁ +")]
    assert " + … 779 terms … + " in line
    assert " + [779 terms: " in line
    assert judge(line, 4) == "rounded"


def test_every_line_fits_a_terminal():
    count = 11
    nodes = [{"id": f"input_{i}", "kind": "input"} for i in range(count)]
    edges = [{"source": f"input_{i}", "target": "y", "weight": i + 0.123} for i in range(count)]
    net = network(
        {"deepgraph": 1, "nodes": [*nodes, {"id": "y", "kind": "output"}], "edges": edges}
    )
    text = str(net.explain({f"input_{i}": i + 0.456 for i in range(count)}))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert len(text.splitlines()) > 15  # it had to break
    assert len(lines(text)) == count + 2  # y, and out1
