"""The derivatives at an edge, for each aggregation."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from deepgraph.explain.local import of_aggregation
from deepgraph.explain.rounding import Printer
from deepgraph.explain.values import Values
from tests.support.strategies import network


def local(aggregation, inputs, weights=(2.0, -3.0)):
    """∂z/∂source, ∂z/∂weight and the note for each edge into one node."""
    names = [f"x{i}" for i in range(len(inputs))]
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                *({"id": name, "kind": "input"} for name in names),
                {"id": "y", "kind": "output", "aggregation": aggregation},
            ],
            "edges": [
                {"source": name, "target": "y", "label": f"w_{name}", "weight": weight}
                for name, weight in zip(names, weights, strict=True)
            ],
        }
    )
    exact = {n: Fraction(str(x)) for n, x in zip(names, inputs, strict=True) if math.isfinite(x)}
    values = Values(net.trace([inputs]), Printer(None, False), inputs=exact)
    found = of_aggregation(values, net.index["y"])
    return [(edge.by_source.value, edge.by_weight.value, edge.note) for edge in found.values()]


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        ("sum", [(2, 5, ""), (-3, 7, "")]),
        ("mean", [(1, 2.5, ""), (-1.5, 3.5, "")]),
        ("product", [(2 * -21, 5 * -21, ""), (-3 * 10, 7 * 10, "")]),
        ("max", [(2, 5, "its term is the largest"), (0, 0, "its term is not the largest")]),
        ("min", [(0, 0, "its term is not the smallest"), (-3, 7, "its term is the smallest")]),
    ],
)
def test_two_edges(aggregation, expected):
    assert local(aggregation, [5.0, 7.0]) == expected


@pytest.mark.parametrize("aggregation", ["sum", "mean", "product", "max", "min"])
def test_one_edge_is_the_edge(aggregation):
    assert local(aggregation, [5.0], [2.0]) == [(2, 5, "")]


def test_the_first_of_equal_terms_is_the_largest():
    notes = [note for _, _, note in local("max", [3.0, -2.0])]
    assert notes == [
        "its term is the first of 2 equal largest ones, and answers for all",
        "its term is as large as the largest, but the first of equal terms answers for all",
    ]
    notes = [note for _, _, note in local("min", [3.0, -2.0])]
    assert "as small as the smallest" in notes[1]


@pytest.mark.parametrize(
    ("aggregation", "word", "exactly", "rounded"),
    [
        ("max", "largest", "as large or larger", "smaller"),
        ("min", "smallest", "as small or smaller", "larger"),
    ],
)
def test_a_tie_that_rounding_breaks_is_told(aggregation, word, exactly, rounded):
    """Exactly both terms are 0.3 or −0.3; in doubles 3·0.1 is farther from 0."""
    sign = 1 if aggregation == "max" else -1
    first, second = local(aggregation, [0.1, 0.3], [3.0 * sign, 1.0 * sign])
    assert first == (3.0 * sign, 0.1, f"its term is the {word}")
    note = f"exactly it would be {exactly}, but in double precision, which rounds, its term is "
    assert second == (0, 0, note + rounded)


def test_nan_reaches_every_edge():
    found = local("max", [math.nan, 1.0])
    assert [source for source, _, _ in found] == [2, -3]
