"""The forward pass in lines, beside the numbers that Matt Mazur published."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph import load
from tests.support.strategies import SPECS, network

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


def at_a_kink(activation, **options):
    """0.1 + 0.2 − 0.3 is 0, and 5.6e-17 in double precision."""
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                *({"id": name, "kind": "input"} for name in ("x1", "x2", "x3")),
                {"id": "y", "kind": "output", "activation": activation},
            ],
            "edges": [
                {"source": name, "target": "y", "label": label, "weight": weight}
                for name, label, weight in zip(
                    ("x1", "x2", "x3"), ("u", "v", "w"), (0.1, 0.2, -0.3), strict=True
                )
            ],
        }
    )
    return str(net.explain({"x1": 1, "x2": 1, "x3": 1}, fractions=True, **options))


ROUNDED = "double precision rounds, and without that the condition does not hold"


def test_without_rounding_the_real_value_decides_where_both_agree():
    assert "  y = step(z(y)) = 1, as z(y) = 0\n" in at_a_kink("step")
    assert "  y = ReLU(z(y)) = ReLU(0) = 0\n" in at_a_kink("relu")


def test_where_rounding_has_decided_it_is_said():
    def joined(text):
        return " ".join(text.split())

    assert f"y = sign(z(y)) ≈ 1, as 5.551e−17 > 0 (in decimals from here: {ROUNDED})" in joined(
        at_a_kink("sign")
    )
    backward = joined(at_a_kink("relu", targets={"y": 1}))
    assert f"∂y/∂z(y) ≈ 1, as 5.551e−17 > 0 (in decimals from here: {ROUNDED})" in backward
    assert "this is not" not in backward


@pytest.mark.parametrize(
    ("activation", "on"),
    [
        ("relu", "= 0\n  (3 paths of 3 are on)"),
        ("step", "= 1\n  (0 paths of 3 are on, and 1 from an offset; off: y)"),
        ("sign", "= 1\n  (0 paths of 3 are on, and 1 from an offset; off: y)"),
    ],
)
def test_paths_go_the_way_that_the_lines_above_them_say(activation, on):
    text = at_a_kink(activation, paths=True, node="y")
    assert on in text.partition("Paths")[2]
    assert "→ 5.5" not in text
