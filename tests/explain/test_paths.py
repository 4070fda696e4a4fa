"""Values as sums over paths: exact, on the active pieces, within a limit."""

from __future__ import annotations

import json
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.errors import InputError
from deepgraph.explain.text import one_line
from tests.support.explained import judged
from tests.support.neurons import LINEAR, small
from tests.support.strategies import SPECS, examples, irregular, network
from tests.support.truth import EXACTLY


def paths_of(explanation):
    """The lines of the section, as text."""
    section = explanation.sections[-1]
    assert section.title == "Paths"
    return [one_line(line) for step in section.steps for line in step.lines]


def test_the_seed_example():
    net = deepgraph.load(SPECS / "deep_state.json")
    whole = (
        "y = x→h₁→g₁→y + b₁→h₁→g₁→y + b₃→g₁→y + x→h₁→g₂→y + b₁→h₁→g₂→y + b₄→g₂→y + b₅→y"
        " = 0.370912 + (−0.274432) + 0.871 + (−1.5349425) + 1.13568 + 0.819 + (−0.9) = 0.4872175"
    )
    explanation = net.explain({"x": 0.5}, paths=True)
    assert paths_of(explanation) == [
        "x→h₁→g₁→y = x·w₁·w₃·w₇ = 0.5·1.73·0.64·0.67 = 0.370912",
        "b₁→h₁→g₁→y = b₁·w₃·w₇ = −0.64·0.64·0.67 = −0.274432",
        "b₃→g₁→y = b₃·w₇ = 1.3·0.67 = 0.871",
        "x→h₁→g₂→y = x·w₁·w₄·w₈ = 0.5·1.73·(−1.69)·1.05 = −1.5349425",
        "b₁→h₁→g₂→y = b₁·w₄·w₈ = −0.64·(−1.69)·1.05 = 1.13568",
        "b₄→g₂→y = b₄·w₈ = 0.78·1.05 = 0.819",
        "b₅→y = b₅ = −0.9",
        whole,
    ]
    [step] = explanation.sections[-1].steps
    assert step.note == "7 paths of 11 are on; off: h2"


JOINED = {
    "sum": sum,
    "mean": lambda terms: sum(terms) / len(terms),
    "max": max,
    "min": min,
}


def exactly(spec, inputs):
    """The values of a network in fractions, from its file; irregular networks stand in order."""
    given = dict(spec["parameters"])
    given |= {e["label"]: e["weight"] for e in spec["edges"] if "label" in e and "weight" in e}
    values = {}
    for node in spec["nodes"]:
        name = node["id"]
        if name in inputs:
            values[name] = Fraction(str(inputs[name]))
        elif node["kind"] == "bias":
            wired = [e for e in spec["edges"] if e["source"] == name and "weight" not in e]
            wired = [e for e in wired if "label" not in e]
            values[name] = Fraction(str(node.get("value", given.get(name, 0 if wired else 1))))
        else:
            terms = [
                values[e["source"]] * Fraction(str(e.get("weight", given.get(e.get("label"), 1))))
                for e in spec["edges"]
                if e["target"] == name
            ]
            written = node.get("activation", "identity")
            settings = {"name": written} if isinstance(written, str) else dict(written)
            function, gain = EXACTLY[settings.pop("name")], Fraction(str(settings.pop("gain", 1)))
            chosen = {key: Fraction(str(value)) for key, value in settings.items()}
            z = gain * JOINED[node["aggregation"]](terms)
            values[name] = Fraction(function(z, **chosen))
    return values


NAMED = tuple(name for name in LINEAR if name in EXACTLY)


@examples(500)
@given(st.integers(0, 2**32))
def test_the_paths_add_up_to_the_value_in_exact_fractions(seed):
    rng = random.Random(seed)
    made = irregular(rng, rng.randint(1, 3), rng.randint(0, 3), rng.randint(1, 7), NAMED, [*JOINED])
    for node in made["nodes"]:  # by their own names: the oracle knows no other
        written = node.get("activation")
        if isinstance(written, str) and written not in EXACTLY:
            node["activation"] = "relu"
    net = network(made)
    inputs = {name: rng.choice([rng.randint(-3, 3), round(rng.uniform(-3, 3), 2)])
              for name in net.input_names}  # fmt: skip
    explanation = net.explain(inputs, paths=True, fractions=True, paths_limit=100_000)
    expected = exactly(made, inputs)
    sums = Counter()
    for step in explanation.sections[-1].steps:
        for line in step.lines:
            if line.quantity == "path":
                sums[line.name] += line.result.exact
    for name in net.output_names:
        assert sums[name] == expected[name], name


def test_a_piece_has_a_slope_and_an_offset():
    net = small(
        ("h", "leaky_relu"), ("k", "hard_tanh"), ("y", "abs"),
        edges=[("x", "h", 2), ("x", "k", -3), ("h", "y", 5), ("k", "y", 7)],
    )  # fmt: skip
    assert paths_of(net.explain({"x": -1}, paths=True)) == [
        "x→h→y = x · w(x→h) · ∂h/∂z(h) · w(h→y) = −1·2·0.01·5 = −0.1",
        "offset(k)→k→y = offset(k)·w(k→y) = 1·7 = 7",
        "y = x→h→y + offset(k)→k→y = −0.1 + 7 = 6.9",
    ]


@pytest.mark.parametrize(
    ("aggregation", "routes"),
    [
        ("max", ["v→y"]),
        ("min", ["u→y"]),
        ("mean", ["u→y", "v→y"]),
    ],
)
def test_aggregations(aggregation, routes):
    net = small(("y", "relu", aggregation), inputs=("u", "v"), edges=[("u", "y", 2), ("v", "y", 3)])
    *found, whole = paths_of(net.explain({"u": 1, "v": 2}, paths=True))
    assert [line.split(" = ")[0] for line in found] == routes
    assert whole.endswith({"max": "6", "min": "2", "mean": "4"}[aggregation])


def test_a_product_with_constants_is_linear():
    net = small(("y", "identity", "product"), edges=[("x", "y", 2), ("b", "y", 5)])
    assert paths_of(net.explain({"x": 3}, paths=True))[0] == "x→y = x·w(x→y)·b = 3·2·5 = 30"


def test_at_a_bend_the_slope_is_that_of_the_backward_pass():
    for name, slope in (("relu", 0), ("leaky_relu", "0.01"), ("abs", 0), ("step", 0)):
        net = small(("h", name), ("y", "identity"), edges=[("x", "h", 1), ("h", "y", 1)])
        found = net.explain({"x": 0}, paths=True)
        assert found.lines[-1].value == net.trace({"x": 0})["y"][0]
        assert any("∂h/∂z(h)" in line for line in paths_of(found)) == (slope == "0.01")


def test_a_value_without_paths_is_0():
    net = small(("y", "relu"), edges=[("x", "y", -1)])
    assert paths_of(net.explain({"x": 2}, paths=True)) == ["y = 0"]


def test_several_outputs_rows_and_one_node():
    net = deepgraph.load(SPECS / "deep_state.json")
    found = net.explain({"x": [0.5, -1]}, paths=True, node="g2")
    assert [(s.title, s.row) for s in found.sections] == [
        ("Forward", 1), ("Paths", 1), ("Forward", 2), ("Paths", 2),
    ]  # fmt: skip
    assert {line.name for line in found.lines if line.quantity == "path"} == {"g2"}


def wide(layers):
    """`layers` layers of two nodes, all on: 2 to the power of `layers` paths."""
    neurons = [(f"h{n}_{i}", "relu") for n in range(layers) for i in (1, 2)]
    edges = [("x", f"h0_{i}", 1) for i in (1, 2)]
    edges += [(f"h{n - 1}_{i}", f"h{n}_{j}", 1)
              for n in range(1, layers) for i in (1, 2) for j in (1, 2)]  # fmt: skip
    edges += [(f"h{layers - 1}_{i}", "y", 1) for i in (1, 2)]
    return small(*neurons, ("y", "relu"), edges=edges)


def test_the_limit_counts_before_it_lists():
    with pytest.raises(InputError, match=r'"y" has 1,099,511,627,776 paths, more than the limit'):
        wide(40).explain({"x": 1}, paths=True)
    found = wide(3).explain({"x": 1}, paths=True, paths_limit=8)
    assert len(paths_of(found)) == 9
    with pytest.raises(InputError, match="8 paths, more than the limit of 7"):
        wide(3).explain({"x": 1}, paths=True, paths_limit=7)


@pytest.mark.parametrize(
    ("net", "options", "message"),
    [
        (small(("h", "tanh"), ("y", "relu"), edges=[("x", "h", 1), ("h", "y", 1)]), {},
         '"h" is tanh, which is not piecewise linear'),
        (small(("y", "softmax"), edges=[("x", "y", 1)]), {}, '"y" is softmax'),
        (small(("y", "relu", "product"), inputs=("x", "v"), edges=[("x", "y", 1), ("v", "y", 1)]),
         {}, '"y" multiplies x, v, which vary'),
        (small(("y", "relu"), edges=[("x", "y", 1)]), {"paths_limit": 0}, "at least 1, got 0"),
        (small(("y", "relu"), edges=[("x", "y", 1)]), {"targets": {"y": 1}}, "not to derivatives"),
    ],
)  # fmt: skip
def test_refusals(net, options, message):
    with pytest.raises(InputError, match=message):
        net.explain(dict.fromkeys(net.input_names, 1.0), **options, paths=True)


def test_a_node_before_what_is_curved_has_paths():
    net = small(("h", "relu"), ("y", "tanh"), edges=[("x", "h", 2), ("h", "y", 1)])
    assert paths_of(net.explain({"x": 1}, paths=True, node="h"))[-1] == "h = x→h = 2"


def test_the_formats():
    net = deepgraph.load(SPECS / "deep_state.json")
    explanation = net.explain({"x": 0.5}, paths=True)
    lines = [line for section in json.loads(explanation.json())["sections"]
             for step in section["steps"] for line in step["lines"]]  # fmt: skip
    assert next(line["left"] for line in lines if line["quantity"] == "path") == "x→h₁→g₁→y"
    for text in (explanation.markdown(), explanation.latex()):
        assert r"x \to h_{1} \to g_{1} \to y &= x \cdot w_{1} \cdot w_{3} \cdot w_{7}" in text


@pytest.mark.parametrize("precision", [None, 1, 3, 17, "full"])
def test_every_line_reads_back(precision):
    net = deepgraph.load(SPECS / "deep_state.json")
    for x in (0.5, -1.234567, 1 / 3):
        judged(net.explain({"x": x}, paths=True, precision=precision), precision)


def test_a_stage_of_z_ends_before_the_activation():
    net = deepgraph.load(SPECS / "deep_state.json")
    told = net.explain({"x": 1}, paths=True, node="out5")
    ends = [step.lines[-1] for step in told.sections[-1].steps]
    assert [(line.quantity, line.value) for line in ends] == [
        ("z", float(z)) for z in net.trace({"x": 1}).stages["out5"][:, 0]
    ]
    assert paths_of(told)[-1].endswith("= −2.9237 + 1.0816 + 0.78 = −1.0621")


def test_z_of_a_curved_node_is_a_sum_over_paths():
    net = small(("h", "relu"), ("y", "tanh"), edges=[("x", "h", 2), ("h", "y", 3)],
                stages={"pre": ["z(y)"]})  # fmt: skip
    assert paths_of(net.explain({"x": 1}, paths=True, node="pre")) == [
        "x→h→z(y) = x·w(x→h)·w(h→y) = 1·2·3 = 6",
        "z(y) = x→h→z(y) = 6",
    ]
    with pytest.raises(InputError, match="not piecewise linear"):
        net.explain({"x": 1}, paths=True, node="y")


def test_an_input_is_no_sum():
    net = small(("y", "relu"), edges=[("x", "y", 2)])
    assert paths_of(net.explain({"x": 1}, paths=True, node="x")) == ["x = 1"]


def test_a_z_that_overflows_has_no_paths():
    net = small(("h", "relu"), ("y", "identity"), edges=[("x", "h", -10), ("h", "y", 1)])
    with pytest.raises(InputError, match='"h" is not finite here'):
        net.explain({"x": 1e308}, paths=True)


def test_offsets_are_counted_apart():
    net = small(
        ("h", "hard_tanh"), ("k", "relu"), ("y", "identity"),
        edges=[("x", "h", 2), ("x", "k", -1), ("h", "y", 5), ("k", "y", 7)],
    )  # fmt: skip
    [step] = net.explain({"x": 3}, paths=True).sections[-1].steps
    assert step.note == "0 paths of 2 are on, and 1 from an offset; off: h, k"
    [step] = net.explain({"x": -0.25}, paths=True).sections[-1].steps
    assert step.note == "2 paths of 2 are on"


def test_a_count_beyond_reading_is_told_by_its_length():
    layers = [{"id": "x", "size": 1}] + [
        {"id": f"h{n}_", "size": 2, "weights": f"W{n}", "bias": None} for n in range(60)
    ]
    net = deepgraph.loads(json.dumps({
        "deepgraph": 1, "layers": layers,
        "parameters": {"W0": [[1], [1]]} | {f"W{n}": [[1, 1], [1, 1]] for n in range(1, 60)},
    }))  # fmt: skip
    with pytest.raises(InputError, match=r'"h59_1" has about 10\^17 paths'):
        net.explain({"x": 1}, paths=True)
