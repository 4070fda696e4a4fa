"""The forward pass in lines, beside the numbers that Matt Mazur published."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph import load
from tests.support.strategies import SPECS

PUBLISHED = {  # https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/
    ("z", "h1"): 0.3775,
    ("a", "h1"): 0.593269992,
    ("a", "h2"): 0.596884378,
    ("z", "o1"): 1.105905967,
    ("a", "o1"): 0.75136507,
    ("a", "o2"): 0.772928465,
}


def lines(name, inputs, **options):
    return {
        (li.quantity, li.name): li for li in load(SPECS / name).explain(inputs, **options).lines
    }


def test_the_lines_of_a_published_example():
    found = lines("mazur.json", {"i1": 0.05, "i2": 0.1})
    for key, value in PUBLISHED.items():
        assert found[key].value == pytest.approx(value, abs=5e-10)


def test_a_node_follows_its_sources():
    found = list(lines("mazur.json", {"i1": 0.05, "i2": 0.1}))
    names = [key for key in found if key[0] in ("z", "a")]
    assert names == [
        *(("a", "i1"), ("a", "i2")),
        *(pair for node in ("h1", "h2", "o1", "o2") for pair in (("z", node), ("a", node))),
    ]


def test_only_the_nodes_that_one_node_needs():
    found = lines("mazur.json", {"i1": 0.05, "i2": 0.1}, node="h2")
    assert {name for quantity, name in found if quantity == "z"} == {"h2"}


def test_a_softmax_is_one_step_of_exponentials():
    net = load(SPECS / "iris.json")
    inputs = dict(zip(net.input_names, (5.1, 3.5, 1.4, 0.2), strict=True))
    steps = net.explain(inputs).sections[0].steps
    z = np.array([net.trace(inputs).pre_activation(name)[0] for name in net.output_names])
    [softmax] = [step for step in steps if step.title == "softmax"]
    values = {line.quantity: line.value for line in softmax.lines}
    assert values["largest"] == z.max()
    assert values["total"] == pytest.approx(np.exp(z - z.max()).sum(), rel=1e-15)
    shares = [line.value for line in softmax.lines if line.quantity == "a"]
    assert shares == pytest.approx(np.exp(z) / np.exp(z).sum(), rel=1e-14)
