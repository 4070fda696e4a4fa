"""Networks that are normalised and rescaled: values by hand, engines, derivatives, training."""

from __future__ import annotations

import copy
import json
import pickle

import numpy as np
import pytest

import deepgraph
from deepgraph import Builder, Network
from deepgraph.edit import formatting
from tests.support.strategies import network, same

SPEC = {
    "deepgraph": 1,
    "nodes": [
        {
            "id": "x", "kind": "input",
            "normalise": {"min": 0, "max": 60760, "mean": 19791.09, "scale": 60261},
        },
        {"id": "u", "kind": "input"},
        {"id": "v", "kind": "input", "normalise": {"scale": "1/3"}},
        {"id": "b", "kind": "bias", "value": 0.25},
        {"id": "h", "activation": "tanh"},
        {"id": "k", "activation": "relu"},
        {"id": "y", "kind": "output", "rescale": {"mean": 7.5, "scale": "1000/3"}},
        {"id": "s", "kind": "output", "activation": {"name": "sigmoid", "gain": 2},
         "rescale": {"mean": -1, "scale": 2}},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w1", "weight": 0.5},
        {"source": "u", "target": "h", "label": "w2", "weight": 2},
        {"source": "b", "target": "h"},
        {"source": "x", "target": "k", "label": "w3", "weight": -1.5},
        {"source": "v", "target": "k", "label": "w7", "weight": 0.01},
        {"source": "h", "target": "y", "label": "w4", "weight": 1.25},
        {"source": "k", "target": "y", "label": "w5", "weight": 0.75},
        {"source": "k", "target": "s", "label": "w6", "weight": 1},
    ],
}  # fmt: skip
NET = network(SPEC)
ROWS = np.array([[0, 0.5, 1], [30_000, 1, 2], [70_000, -1, 0], [-5, 0.1, -3], [20_000.5, -1, 9]])
LAYERS = {
    "deepgraph": 1,
    "layers": [
        {"id": "x", "size": 3, "normalise": {"mean": [1, 2.50, "1/3"], "scale": 4}},
        {"id": "h", "size": 2, "activation": "relu", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 2, "weights": "W2", "bias": None,
         "rescale": {"scale": [2, -3], "mean": 0.5}},
    ],
    "parameters": {"W1": [[1, 2, 3], [-1, 0.5, 2]], "b1": [0.1, 0.2], "W2": [[1, -1], [2, 0.5]]},
}  # fmt: skip


def by_hand(x, u, v):
    a = (np.clip(x, 0, 60760) - 19791.09) / 60261
    h = np.tanh(0.5 * a + 2 * u + 0.25)
    k = np.maximum(-1.5 * a + 0.01 * (v / (1 / 3)), 0)
    y = (1.25 * h + 0.75 * k) * (1000 / 3) + 7.5
    return a, h, k, y, 2 / (1 + np.exp(-2 * k)) - 1


def test_values_by_hand():
    trace = NET.trace(ROWS)
    a, h, k, y, s = by_hand(*ROWS.T)
    for name, wanted in {"x": a, "u": ROWS[:, 1], "h": h, "k": k, "y": y, "s": s}.items():
        assert trace[name] == pytest.approx(wanted, rel=1e-14, abs=1e-15)
    assert trace.pre_activation("x").tolist() == ROWS[:, 0].tolist()  # z is what the table holds
    assert NET(ROWS) == pytest.approx(np.column_stack([y, s]), rel=1e-14, abs=1e-15)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("engine", ["numpy", "numba"])
@pytest.mark.parametrize("net", [NET, network(LAYERS)], ids=["nodes", "layers"])
def test_engines_have_the_bits_of_the_reference(net, engine, dtype):
    if engine == "numba":
        pytest.importorskip("numba")
    X = np.random.default_rng(3).standard_normal((700, 3)) * [40_000, 1, 2]
    X[:4] = [[np.nan, 0, 0], [np.inf, 1, -1], [-np.inf, 0, 1], [-0.0, -0.0, 0.0]]
    trace = net.trace(X, dtype=dtype)
    nodes = [name for name in net.ids if "[" not in name]
    chosen = [net.index[name] for name in nodes]
    prepared = net.engine(nodes, dtype=dtype, engine=engine)
    z, a = prepared.run_with_z(X.T)
    assert same(a, trace.a[chosen])
    assert same(z, trace.z[chosen])
    for row in range(0, 700, 37):
        assert same(prepared.run(X[[row]].T)[:, 0], trace.a[chosen, row])
    outputs = net.engine(dtype=dtype, engine=engine)
    assert same(outputs.run(X.T).T, trace.outputs)
    assert same(outputs.run(X[:1].T).T, trace.outputs[:1])


def test_blas_reads_normalised_inputs():
    rng = np.random.default_rng(0)
    spec = {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": 40,
             "normalise": {"mean": rng.uniform(0, 9, 40).tolist(), "scale": 3}},
            {"id": "y", "size": 40, "weights": "W", "bias": "b",
             "rescale": {"scale": rng.uniform(1, 9, 40).tolist()}},
        ],
        "parameters": {"W": rng.uniform(-1, 1, (40, 40)).tolist(), "b": [0.5] * 40},
    }  # fmt: skip
    net, X = network(spec), rng.uniform(0, 9, (300, 40))
    assert net.engine()._backend.products, "this block goes to BLAS"
    exact = net.trace(X).outputs
    assert net(X) == pytest.approx(exact, rel=1e-12, abs=1e-12)
    assert same(net(X, exact=True), exact)
    engine = net.engine(["x3", "y7"])
    assert engine.run(X.T)[0].tolist() == net.trace(X)["x3"].tolist()


def test_derivatives_are_by_raw_values_and_node_gradients_by_a():
    h = np.array([1e-2, 1e-6, 1e-6])
    rows = ROWS[[1, 4]]  # not at a limit
    jacobian = NET.jacobian(rows)
    for i in range(3):
        step = np.zeros(3)
        step[i] = h[i]
        difference = (NET(rows + step) - NET(rows - step)) / (2 * h[i])
        assert jacobian[:, :, i] == pytest.approx(difference, rel=1e-6, abs=1e-9)
    found = NET.gradient(rows, {"y": [100, 50], "s": 0.5})
    node = NET.index["x"]
    assert found.inputs[:, 0] == pytest.approx(found.nodes_a[node] / 60261, rel=1e-15)
    assert found.nodes_z[node].tolist() == found.inputs[:, 0].tolist()
    clipped = NET.gradient(ROWS[[2]], {"y": 1})
    assert clipped.inputs[0, 0] == 0 != clipped.nodes_a[node, 0]


def test_losses_are_in_the_units_of_the_output():
    y = NET(ROWS)[:, 0]
    assert NET.loss(ROWS, {"y": 100}, "squared_error") == pytest.approx(np.mean((y - 100) ** 2))
    with pytest.raises(deepgraph.InputError, match='"s" is a node with rescaled sigmoid'):
        NET.loss(ROWS, {"s": 1}, "cross_entropy")


def test_training_fits_raw_rows_and_keeps_the_constants():
    rng = np.random.default_rng(5)
    X = rng.uniform(0, 60_000, (200, 1))
    wanted = 3e-3 * X[:, 0] - 40
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input", "normalise": {"mean": 30_000, "scale": 17_000}},
            {"id": "b", "kind": "bias", "value": 0.5},
            {"id": "y", "kind": "output", "rescale": {"mean": 50, "scale": 52}},
        ],
        "edges": [
            {"source": "x", "target": "y", "label": "w", "weight": 0.1},
            {"source": "b", "target": "y"},
        ],
    }
    result = deepgraph.train.fit(network(spec), X, {"y": wanted}, epochs=300, learning_rate=1e-4)
    assert result.network(X)[:, 0] == pytest.approx(wanted, abs=1e-6)
    node = result.network.spec.nodes[0]
    assert (bytes(node.normalise.mean), bytes(node.normalise.scale)) == (b"30000", b"17000")
    # one step is that of the reference
    one = deepgraph.train.fit(network(spec), X, {"y": wanted}, epochs=1, learning_rate=1e-5)
    stepped = network(spec).gradient(X, {"y": wanted}).step(1e-5)
    assert one.network.parameters.values == pytest.approx(stepped, rel=1e-12)


def test_kinks_run_over_raw_values():
    found = NET.kinks({"x": (-10_000, 70_000)}, at={"u": 0, "v": 0}, nodes=["x", "k"])
    assert [float(kink.position) for kink in found["x"].kinks] == [0, 60_760]
    assert [kink.nodes for kink in found["x"].kinks] == [("x",), ("x",)]
    assert [str(kink.position) for kink in found["k"].kinks] == ["0", "1979109/100"]
    assert [kink.nodes for kink in found["k"].kinks] == [("x",), ("k",)]
    before = NET.kinks({"x": (-1, 1)}, at={"u": 0, "v": 0}, nodes=["x"], pre_activations=True)
    assert before["x"].kinks == ()


def test_stages_may_hold_z_of_a_normalised_input():
    net = network({**SPEC, "stages": {"raw": ["z(x)"], "in": ["x", "u"]}})
    trace = net.trace(ROWS)
    assert trace.stages["raw"].tolist() == [ROWS[:, 0].tolist()]
    assert net.engine(["raw", "in"]).run(ROWS.T)[0].tolist() == ROWS[:, 0].tolist()


@pytest.mark.parametrize("net", [NET, network(LAYERS)], ids=["nodes", "layers"])
def test_a_graph_of_networkx_holds_the_constants(net):
    back = Network.from_networkx(net.graph)
    assert same(back.trace(ROWS).outputs, net.trace(ROWS).outputs)
    if net is NET:
        assert net.graph.nodes["x"]["normalise"] == (
            '{"min": 0, "max": 60760, "mean": 19791.09, "scale": 60261}'
        )
    else:
        assert net.graph.nodes["x3"]["normalise"] == '{"mean": "1/3", "scale": 4}'


def test_layers_expand_and_compact():
    content = json.dumps(LAYERS).replace("2.5,", "2.50,").encode()
    text = formatting.expanded(content)
    nodes = {node["id"]: node for node in json.loads(text)["nodes"]}
    assert nodes["x2"]["normalise"] == {"mean": 2.5, "scale": 4}
    assert '"normalise": {"mean": 2.50, "scale": 4}' in text
    assert nodes["y2"]["rescale"] == {"mean": 0.5, "scale": -3}
    assert same(deepgraph.loads(text).trace(ROWS).outputs, network(LAYERS).trace(ROWS).outputs)
    again = json.loads(formatting.compacted(text.encode()))
    assert again["layers"] == json.loads(formatting.formatted(content))["layers"]


def test_the_builder_and_an_empty_object():
    builder = Builder("scaled")
    builder.input("x", normalise={"mean": 3, "scale": "1/2"})
    builder.output("y", "relu", rescale={"scale": 10})
    builder.edge("x", "y", "w", 2)
    assert builder.build()({"x": 4.0}).tolist() == [[40.0]]
    nothing = {"x": {"normalise": {}}, "y": {"rescale": {}}}
    plain = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input", **nothing["x"]},
                {"id": "y", "kind": "output", **nothing["y"]},
            ],
            "edges": [{"source": "x", "target": "y", "weight": 2}],
        }
    )
    assert (plain.normalise, plain.rescale) == (None, None)
    assert plain({"x": 4.0}).tolist() == [[8.0]]
    assert not plain.has_z(0)


def test_a_nan_is_born_behind_finite_raw_values():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input", "normalise": {"mean": 1}},
            {"id": "y", "kind": "output", "activation": "log"},
        ],
        "edges": [{"source": "x", "target": "y"}],
    }
    assert network(spec).trace({"x": [2.0, 0.5]}).first_nan() == ("y", 1)


def test_a_normalised_network_travels_after_it_was_used():
    net = deepgraph.Builder("n")
    net.input("x", normalise={"min": -1, "mean": 2, "scale": 4})
    net.output("y", "tanh")
    net.edge("x", "y", "w", 1.5)
    network = net.build()
    trace = network.trace({"x": [3.0]})
    network.jacobian([[3.0]])
    network.explain({"x": 3.0})
    for again in (pickle.loads(pickle.dumps(network)), copy.deepcopy(network)):
        assert again({"x": [3.0]}).tolist() == network({"x": [3.0]}).tolist()
        assert str(again.explain({"x": 3.0})) == str(network.explain({"x": 3.0}))
    assert pickle.loads(pickle.dumps(trace))["y"].tolist() == trace["y"].tolist()


def test_an_unknown_constant_is_named():
    net = deepgraph.Builder("n")
    with pytest.raises(ValueError, match='normalise has no "means"; did you mean "mean"'):
        net.input("x", normalise={"means": 1})


def test_too_many_pieces_of_a_normalised_input_are_told():
    net = deepgraph.Builder("n")
    net.input("x", normalise={"min": 0, "max": 1})
    net.output("y", "relu")
    net.edge("x", "y", "w", 1)
    with pytest.raises(deepgraph.InputError, match="x has 3 pieces, more than the limit of 1"):
        net.build().kinks({"x": (-3, 3)}, limit=1)
