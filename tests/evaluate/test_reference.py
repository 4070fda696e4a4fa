from __future__ import annotations

import itertools
import json

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.functions.activations import ACTIVATIONS
from tests.support.strategies import (
    GALLERY,
    LIPSCHITZ,
    examples,
    inputs,
    irregular_specs,
    network,
    same,
    specs,
)

CHUNKS = (1, 7, 1000, None)
NAN, INF = np.nan, np.inf


def two_sources(aggregation, activation="identity"):
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x1", "kind": "input"},
                {"id": "x2", "kind": "input"},
                {"id": "b", "kind": "bias", "value": 0.5},
                {"id": "y", "kind": "output", "aggregation": aggregation, "activation": activation},
            ],
            "edges": [
                {"source": "x1", "target": "y", "label": "w1", "weight": 2},
                {"source": "b", "target": "y"},
                {"source": "x2", "target": "y", "label": "w2", "weight": -1},
            ],
        }
    )


def in_chunks(call, X, size):
    size = size or len(X)
    return [call(X[start : start + size]) for start in range(0, len(X), size)]


def test_deep_state_by_hand(deep_state):
    trace = deep_state.trace({"x": 0.5})
    values = {node: trace[node][0] for node in ("h1", "h2", "g1", "g2", "y")}
    by_hand = {"h1": 0.225, "h2": 0, "g1": 1.444, "g2": 0.39975, "y": 0.4872175}
    assert values == pytest.approx(by_hand, abs=1e-15)
    assert trace.pre_activation("h2").tolist() == [-1.275]
    with pytest.raises(KeyError, match=r'^no node is named "layer"; known: "x", '):
        trace.pre_activation("layer")


@pytest.fixture
def deep_state():
    return deepgraph.load(next(path for path in GALLERY if path.stem == "deep_state"))


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        ("sum", 2 * 3 + 0.5 - 5),
        ("product", 2 * 3 * 0.5 * -5),
        ("mean", (2 * 3 + 0.5 - 5) / 3),
        ("max", 6),
        ("min", -5),
    ],
)
def test_aggregations_count_the_bias_like_any_other(aggregation, expected):
    assert two_sources(aggregation)([[3, 5]]).tolist() == [[expected]]


def test_sums_run_in_the_order_of_the_file():
    sources = {"a": 1e16, "b": 1.0, "c": -1e16, "d": 1.0}
    for order in itertools.permutations(sources):
        net = network(
            {
                "deepgraph": 1,
                "nodes": [{"id": name, "kind": "input"} for name in sources]
                + [{"id": "y", "kind": "output"}],
                "edges": [{"source": name, "target": "y"} for name in order],
            }
        )
        total = sources[order[0]]
        for name in order[1:]:
            total += sources[name]
        assert net(sources)[0, 0] == total


def test_the_sum_begins_with_its_first_term():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
            "edges": [{"source": "x", "target": "y"}],
        }
    )
    assert np.signbit(net([[-0.0]])[0, 0])  # 0 + -0.0 would be 0.0


def test_an_output_may_feed_others():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "z", "kind": "output"},
                {"id": "y", "kind": "output", "activation": "square"},
                {"id": "x", "kind": "input"},
            ],
            "edges": [
                {"source": "x", "target": "y"},
                {"source": "y", "target": "z", "weight": 10},
            ],
        }
    )
    assert net([[3]]).tolist() == [[90.0, 9.0]]


def test_softmax_groups_are_apart():
    nodes = [{"id": "x", "kind": "input"}]
    for group, count in ((None, 3), ("s", 2)):
        nodes += [
            {
                "id": f"{group}{i}",
                "kind": "output",
                "activation": {"name": "softmax", **({"group": group} if group else {})},
            }
            for i in range(count)
        ]
    edges = [{"source": "x", "target": n["id"], "weight": i} for i, n in enumerate(nodes) if i]
    out = network({"deepgraph": 1, "nodes": nodes, "edges": edges})([[0.0], [1.0]])
    assert np.allclose(out[0], [1 / 3] * 3 + [1 / 2] * 2, atol=1e-15)
    assert np.allclose(out[:, :3].sum(axis=1), 1)
    assert np.allclose(out[:, 3:].sum(axis=1), 1)
    assert np.allclose(out[1, :3], np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum())


def test_a_member_of_a_softmax_may_feed_another_group():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "a", "activation": "softmax"},
                {"id": "b", "activation": "softmax"},
                {"id": "y", "kind": "output", "activation": {"name": "softmax", "group": "2"}},
                {"id": "z", "kind": "output", "activation": {"name": "softmax", "group": "2"}},
            ],
            "edges": [
                {"source": "x", "target": "a"},
                {"source": "x", "target": "b", "weight": -1},
                {"source": "a", "target": "y"},
                {"source": "b", "target": "z"},
            ],
        }
    )
    a = 1 / (1 + np.exp(-2.0))
    assert np.allclose(net([[1.0]])[0, 0], 1 / (1 + np.exp(1 - 2 * a)))


@pytest.mark.slow
@examples(150)
@given(st.data())
def test_a_row_has_the_same_bits_in_any_chunk(data):
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    for dtype in (np.float64, np.float32):
        whole = net.trace(X, dtype=dtype)
        assert whole.z.dtype == whole.a.dtype == dtype
        for size in CHUNKS:
            traces = in_chunks(lambda rows, kind=dtype: net.trace(rows, dtype=kind), X, size)
            assert same(np.concatenate([part.z for part in traces], axis=1), whole.z)
            assert same(np.concatenate([part.a for part in traces], axis=1), whole.a)
            called = in_chunks(lambda rows, kind=dtype: net(rows, dtype=kind), X, size)
            assert same(np.concatenate(called), whole.outputs)


@examples(50)
@given(st.data())
def test_layout_and_kind_of_the_input_change_no_bit(data):
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    expected = net(X)
    assert same(net(np.asfortranarray(X)), expected)
    assert same(net(np.repeat(X, 2, axis=0)[::2]), expected)
    assert same(net(np.ascontiguousarray(X[::-1])[::-1]), expected)
    assert same(net(X.tolist()), expected)
    assert same(net({name: X[:, i] for i, name in enumerate(net.input_names)}), expected)


@examples(100)
@given(st.data())
def test_order_of_nodes_and_edges_between_targets_changes_no_bit(data):
    """Only the order of the edges into one node is the order of a sum."""
    spec = data.draw(irregular_specs())
    softmax = any("softmax" in json.dumps(node) for node in spec["nodes"])
    net = network(spec)
    X = data.draw(inputs(net))
    targets = data.draw(st.permutations([node["id"] for node in spec["nodes"]]))
    edges = sorted(spec["edges"], key=lambda edge: targets.index(edge["target"]))  # stable
    nodes = spec["nodes"] if softmax else data.draw(st.permutations(spec["nodes"]))
    other = network({**spec, "edges": edges, "nodes": nodes})
    left = net.trace(X)
    right = other.trace({name: X[:, i] for i, name in enumerate(net.input_names)})
    for node in net.ids:
        assert same(left[node], right[node])
        assert same(left.pre_activation(node), right.pre_activation(node))


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_gallery_has_the_same_bits_in_any_chunk(path, dtype):
    net = deepgraph.load(path)
    X = gallery_table(net, path)
    whole = net.trace(X, dtype=dtype)
    assert same(net(X, dtype=dtype, exact=True), whole.outputs)
    for size in CHUNKS:
        traces = in_chunks(lambda rows: net.trace(rows, dtype=dtype), X, size)
        assert same(np.concatenate([part.z for part in traces], axis=1), whole.z)
        assert same(np.concatenate([part.a for part in traces], axis=1), whole.a)
        called = in_chunks(lambda rows: net(rows, dtype=dtype, exact=True), X, size)
        assert same(np.concatenate(called), whole.outputs)


def gallery_table(net, path):
    import csv

    with path.with_suffix(".csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return np.array([[float(row[name]) for name in net.input_names] for row in rows])


# --- against mpmath -----------------------------------------------------------------------------

ROUND = 2.0**-53
EXACT = {
    "identity": lambda z: z,
    "relu": lambda z: max(z, mp.mpf(0)),
    "abs": abs,
    "tanh": mp.tanh,
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "sin": mp.sin,
    "cos": mp.cos,
}


@examples(60)
@given(st.data())
def test_whole_networks_against_mpmath(data):
    """From the inputs to every node with 60 digits, and a running bound of the rounding errors.

    No slope is above 1, so an error passes an activation no larger than it came.
    """
    spec = data.draw(irregular_specs(list(LIPSCHITZ), ("sum", "mean", "max", "min")))
    net = network(spec)
    X = np.random.default_rng(data.draw(st.integers(0, 99))).uniform(-3, 3, (2, len(net.inputs)))
    trace = net.trace(X)
    aliases = {alias: row.name for row in ACTIVATIONS.values() for alias in row.aliases}
    functions, gains = {}, {}
    for node in spec["nodes"]:
        if "activation" in node:
            written = node["activation"]
            written = written if isinstance(written, dict) else {"name": written}
            functions[node["id"]] = EXACT[aliases.get(written["name"], written["name"])]
            gains[node["id"]] = mp.mpf(written.get("gain", 1))
    for row in range(2):
        value, error = {}, {}
        with mp.workdps(60):
            for node in net.steps.tolist():
                edges = net.incoming.of(node).tolist()
                if not edges:
                    value[node], error[node] = mp.mpf(float(trace.a[node, row])), 0.0
                    continue
                weight = [mp.mpf(float(net.weights[edge])) for edge in edges]
                source = [int(net.source[edge]) for edge in edges]
                terms = [w * value[s] for w, s in zip(weight, source, strict=True)]
                passed = [float(abs(w)) * error[s] for w, s in zip(weight, source, strict=True)]
                size = float(sum(map(abs, terms))) + sum(passed)
                z, bound = {
                    "sum": lambda t, p: (sum(t), sum(p)),
                    "mean": lambda t, p: (sum(t) / len(t), sum(p) / len(t)),
                    "max": lambda t, p: (max(t), max(p)),
                    "min": lambda t, p: (min(t), max(p)),
                }[net.aggregations[node]](terms, passed)
                bound += 1.01 * (len(edges) + 1) * ROUND * size
                assert abs(mp.mpf(float(trace.z[node, row])) - z) <= bound
                gain = gains[net.ids[node]]
                a, bound = functions[net.ids[node]](gain * z), bound * float(abs(gain))
                bound += 8 * ROUND * float(abs(a)) + 8 * ROUND * bound
                assert abs(mp.mpf(float(trace.a[node, row])) - a) <= bound
                value[node], error[node] = a, bound


# --- shapes, depth, NaN and infinity ------------------------------------------------------------


def test_shapes(deep_state):
    trace = deep_state.trace([[0.0], [0.5], [1.0]])
    assert trace.z.shape == trace.a.shape == (len(deep_state.ids), 3)
    assert trace.outputs.shape == (3, 1)
    assert trace.rows == 3
    assert trace["x"].tolist() == trace.pre_activation("x").tolist() == [0.0, 0.5, 1.0]
    assert trace["b1"].tolist() == trace.pre_activation("b1").tolist() == [-0.64] * 3
    with pytest.raises(KeyError):
        trace["nowhere"]


def test_no_rows(deep_state):
    assert deep_state(np.empty((0, 1))).shape == (0, 1)
    assert deep_state.trace(np.empty((0, 1))).a.shape == (len(deep_state.ids), 0)
    assert deep_state.trace(np.empty((0, 1))).first_nan() is None


@pytest.mark.slow
def test_a_chain_of_100_000_nodes():
    nodes = 100_000
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "n0", "kind": "input"}]
        + [{"id": f"n{i}", "activation": "tanh"} for i in range(1, nodes - 1)]
        + [{"id": f"n{nodes - 1}", "kind": "output", "activation": "tanh"}],
        "edges": [
            {"source": f"n{i}", "target": f"n{i + 1}", "weight": 1.5} for i in range(nodes - 1)
        ],
    }
    net = network(spec)
    assert net.rank.max() == nodes - 1
    x = 0.5
    for _ in range(60):
        x = np.tanh(1.5 * x)  # the fixed point, reached long before the end
    assert np.allclose(net([[0.5], [-0.5]])[:, 0], [x, -x], rtol=1e-12)


@pytest.mark.parametrize(
    "name", ["relu", "leaky_relu", "step", "sign", "hard_tanh", "hard_sigmoid"]
)
def test_nan_is_not_lost_in_a_kink(name):
    net = two_sources("sum", name)
    assert np.isnan(net([[NAN, 1.0]])).all()


@pytest.mark.parametrize("aggregation", ["sum", "product", "mean", "max", "min"])
def test_nan_flows_through_every_aggregation(aggregation):
    net = two_sources(aggregation)
    assert np.isnan(net([[NAN, 1.0], [1.0, NAN]])).all()


def test_infinity_flows_and_warns_not():
    net = two_sources("sum", "exp")
    assert net([[INF, 0.0], [-INF, 0.0], [1e308, -1e308]])[:, 0].tolist() == [INF, 0.0, INF]
    assert np.isnan(net([[INF, INF]])).all()


def test_float32_overflows_to_infinity_without_a_warning():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
            "edges": [{"source": "x", "target": "y", "weight": 1e300}],
        }
    )
    assert net([[1.0]], dtype="float32").tolist() == [[INF]]
    assert net({"x": 1e300}, dtype="float32").tolist() == [[INF]]
    assert net([[-1e300]], dtype="float32").tolist() == [[-INF]]


def test_first_nan_is_where_it_is_born():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "y", "kind": "output"},
                {"id": "h", "activation": "log"},
                {"id": "x", "kind": "input"},
            ],
            "edges": [{"source": "x", "target": "h"}, {"source": "h", "target": "y"}],
        }
    )
    assert net.trace([[1.0], [NAN], [-1.0], [-2.0]]).first_nan() == ("h", 2)
    assert net.trace([[1.0], [-1.0]]).first_nan() == ("h", 1)
    assert net.trace([[1.0], [NAN], [INF]]).first_nan() is None
    assert net.trace([[0.0]]).first_nan() is None  # -inf is no NaN


def test_first_nan_sees_a_z_that_its_activation_hides():
    """0 · inf is NaN in z, and softmax makes NaN of the whole group."""
    net = two_sources("sum", "square")
    assert net.trace([[1e308, 1e308]]).first_nan() is None
    assert net.trace([[1e308, INF]]).first_nan() is None
    net = two_sources("sum", "inverse")
    assert net.trace([[-0.25, 0.0]]).a[3, 0] == INF


def test_uninitialised_parameters_are_named():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "b", "kind": "bias"},
                {"id": "y", "kind": "output"},
            ],
            "edges": [
                {"source": "x", "target": "y", "weight": None},
                {"source": "b", "target": "y"},
            ],
        }
    )
    with pytest.raises(deepgraph.UninitialisedError) as caught:
        net([[1.0]])
    assert caught.value.names == ["b", "x→y"]
    assert str(caught.value) == (
        "b, x→y have no value. Write the numbers into the spec, fill them with "
        "`deepgraph init SPEC --seed 1`, or draw them on the fly with network.initialised(1)."
    )


@pytest.mark.parametrize(("xs", "rows"), [([1.0], "1 row"), ([1.0, 2.0, 3.0], "3 rows")])
def test_a_trace_says_what_it_is_of(xs, rows):
    builder = deepgraph.Builder()
    builder.input("x")
    builder.output("y")
    builder.edge("x", "y", "w", 1.0)
    found = repr(builder.build().trace({"x": xs}))
    assert found.startswith("<Trace of ")
    assert found.endswith(f": 2 nodes, {rows}>")


def test_a_trace_gives_a_row_for_a_node_and_a_table_for_a_stage():
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "h", "activation": "relu"},
        {"id": "y", "kind": "output"},
    ]
    edges = [
        {"source": "x", "target": "h", "weight": 2},
        {"source": "h", "target": "y", "weight": 3},
    ]
    stages = {"one": ["z(h)"], "both": ["z(h)", "y"]}
    spec = {"deepgraph": 1, "nodes": nodes, "edges": edges, "stages": stages}
    trace = network(spec).trace({"x": [-1.0, 1.0]})
    assert trace["z(h)"].tolist() == [-2.0, 2.0]
    assert trace["one"].tolist() == [[-2.0, 2.0]]
    assert trace["both"].tolist() == [[-2.0, 2.0], [0.0, 6.0]]


def test_a_trace_says_whose_it_is():
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "weight": 2}],
    }
    assert repr(network(spec | {"name": "twice"}).trace([[1]])) == (
        "<Trace of twice: 2 nodes, 1 row>"
    )
    # Without a name of its own it is called as its file.
    assert repr(network(spec).trace([[1], [2]])) == "<Trace of spec: 2 nodes, 2 rows>"
