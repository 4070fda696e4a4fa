"""The names of nodes in lines, and sums of many terms."""

from __future__ import annotations

import json

import numpy as np
import pytest

from deepgraph import loads
from deepgraph.explain import expressions as ex


def net(count, labels=(), aggregation="sum"):
    nodes = [{"id": f"x{n}", "kind": "input"} for n in range(count)]
    for node, label in zip(nodes, labels, strict=False):
        node["label"] = label
    nodes.append({"id": "y", "kind": "output", "aggregation": aggregation})
    edges = [
        {"source": f"x{n}", "target": "y", "label": f"w{n}", "weight": n + 1} for n in range(count)
    ]
    return loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))


def last_line(network, value=1):
    found = network.explain(dict.fromkeys(network.input_names, value)).lines
    return [line for line in found if line.name == "y"][-1]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ((), ["x0", "x1"]),
        (("age", "height"), ["age", "height"]),
        (("age", "age"), ["x0", "x1"]),  # a label that two nodes have would name neither
        (("1", "height"), ["x0", "height"]),  # a number would read as a value
    ],
)
def test_the_names_of_nodes(labels, names):
    steps = net(2, labels).explain({"x0": 1, "x1": 1}).sections[0].steps
    assert [line.left.name for line in steps[0].lines] == names


def test_a_long_sum_shows_its_ends_and_the_value_of_its_middle():
    line = last_line(net(13))
    middle = [term for term in line.numbers.terms if isinstance(term, ex.Middle)]
    [hidden] = middle
    assert hidden.count == 13 - 3 - 2
    assert hidden.value.value == sum(range(4, 12))
    assert line.value == sum(range(1, 14))
    assert not [t for t in last_line(net(12)).numbers.terms if isinstance(t, ex.Middle)]


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [("sum", np.sum), ("mean", np.mean), ("product", np.prod), ("max", np.max), ("min", np.min)],
)
def test_aggregations(aggregation, expected):
    line = last_line(net(4, aggregation=aggregation), 2)
    assert line.value == expected(2.0 * np.arange(1, 5))
    if aggregation not in ("max", "min"):  # which are functions, and no arithmetic
        assert ex.in_doubles(line.numbers) == line.value
