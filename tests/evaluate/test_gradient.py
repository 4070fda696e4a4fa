"""Gradients against autograd, central differences, published figures, and by hand at kinks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.errors import InputError
from deepgraph.evaluate.gradient import gradient, jacobian
from tests.support.gradients import cases, sound_rows
from tests.support.strategies import GALLERY, SPECS, examples, network, same
from tests.support.textbook import Oracle


def parts(found):
    return {
        "parameters": found.parameters,
        "inputs": found.inputs,
        "nodes_a": found.nodes_a,
        "nodes_z": found.nodes_z,
    }


def distance(found, expected):
    """The largest difference as a share of the largest entry; where all are 0, that difference."""
    assert [part.shape for part in found.values()] == [part.shape for part in expected.values()]
    left, right = (np.concatenate([np.ravel(p) for p in d.values()]) for d in (found, expected))
    return np.max(np.abs(left - right)) / (np.max(np.abs(right)) or 1.0)


@examples(300)
@given(cases())
def test_random_networks_agree_with_autograd(case):
    net, X, targets, loss, reduction = case
    oracle = Oracle(*case)
    found = net.gradient(X, targets, loss, reduction)
    assert found.loss == pytest.approx(oracle(oracle.point), rel=1e-12, abs=1e-12)
    assert distance(parts(found), oracle.gradient()) <= 1e-12


def central_difference(f, point, entry, h=1e-5):
    """∂f by one entry of (entries,), with an error of h² and of the rounding of f over h."""
    step = np.zeros(len(point))
    step[entry] = h
    return (f(point + step) - f(point - step)) / (2 * h)


def check_central_differences(net, X, targets, loss, reduction):
    """The gradient by parameters and by inputs, 40 of each, against the slopes of our own loss."""
    found = net.gradient(X, targets, loss, reduction)
    scale = max(np.max(np.abs(found.nodes_a)), 1.0)
    rng = np.random.default_rng(len(net.ids))

    def by_values(values):
        return net.with_values(values).loss(X, targets, loss, reduction)

    def by_inputs(x):
        return net.loss(x.reshape(X.shape), targets, loss, reduction)

    for f, point, slopes in (
        (by_values, net.parameters.values, found.parameters),
        (by_inputs, X.ravel(), found.inputs.ravel()),
    ):
        for entry in rng.permutation(len(point))[:40]:
            expected = central_difference(f, point, entry)
            assert slopes[entry] == pytest.approx(expected, rel=1e-4, abs=1e-6 * scale)


@examples(30)
@given(cases(margin=0.05))
def test_random_networks_agree_with_central_differences(case):
    check_central_differences(*case)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_agrees_with_central_differences(path):
    net = deepgraph.load(path)
    rng = np.random.default_rng(1)
    X = rng.uniform(0.05, 0.95, (60, len(net.inputs)))
    X = X[sound_rows(net.trace(X), 1e-3)][:2]
    assert len(X)
    targets = {name: rng.uniform(0, 1, len(X)) for name in net.output_names}
    check_central_differences(net, X, targets, "half_squared_error", "mean")
    last = net.activation(net.outputs[0]).name
    if last in ("softmax", "sigmoid"):
        check_central_differences(net, X, targets, "cross_entropy", "sum")


@examples(50)
@given(cases())
def test_the_jacobian_holds_the_gradient_of_every_output(case):
    net, X, *_ = case
    J = net.jacobian(X)
    assert J.shape == (len(X), len(net.outputs), len(net.inputs))
    for position, output in enumerate(net.outputs):
        oracle = Oracle(net, X, {}, "output", "sum")
        oracle.output = output
        wanted = oracle.gradient()
        largest = np.max(np.abs(wanted["nodes_a"]))
        assert J[:, position] == pytest.approx(wanted["inputs"], rel=1e-12, abs=1e-12 * largest)


@examples(50)
@given(cases(), st.data())
def test_the_derivative_of_any_node_agrees_with_autograd(case, data):
    net, X, *_, reduction = case
    node = data.draw(st.sampled_from(net.ids))
    found = net.gradient(X, of=node, reduction=reduction)
    oracle = Oracle(net, X, {}, "output", reduction)
    oracle.output = net.index[node]
    assert distance(parts(found), oracle.gradient()) < 1e-12
    values = net.trace(X)[node]
    assert found.loss == pytest.approx(values.mean() if reduction == "mean" else values.sum())
    assert net.gradient(X, None, "output", of=node, reduction=reduction).loss == found.loss


def test_the_derivative_of_a_node_by_central_differences():
    iris = deepgraph.load(GALLERY[0].with_name("iris.json"))
    X = np.array([[5.9, 3.2, 4.8, 1.8]])
    found = iris.gradient(X, of="versicolor")

    def value(numbers):
        return iris.with_values(numbers)(X)[0, 1]

    for entry in range(0, len(iris.parameters), 3):
        expected = central_difference(value, iris.parameters.values, entry)
        assert found.parameters[entry] == pytest.approx(expected, rel=1e-5, abs=1e-8)


def test_a_node_to_differentiate_is_named_where_there_are_several_outputs():
    iris = deepgraph.load(GALLERY[0].with_name("iris.json"))
    X = np.zeros((1, 4))
    with pytest.raises(InputError) as caught:
        iris.gradient(X, loss="output")
    assert str(caught.value) == (
        'the loss "output" is one output, and there are 3, setosa, versicolor, virginica; say '
        'which: of="setosa"'
    )
    with pytest.raises(InputError, match=r'no node "versicolour"; did you mean "versicolor"\?'):
        iris.gradient(X, of="versicolour")
    with pytest.raises(InputError, match="takes no targets"):
        iris.gradient(X, {"setosa": 1}, of="setosa")
    with pytest.raises(InputError, match='is the node of the loss "output", not of "squared'):
        iris.gradient(X, loss="squared_error", of="setosa")


# --- published figures --------------------------------------------------------------------


def test_mazur():
    net = deepgraph.load(SPECS / "mazur.json")
    found = net.gradient({"i1": 0.05, "i2": 0.10}, {"o1": 0.01, "o2": 0.99})
    assert found.loss == pytest.approx(0.298371109, abs=5e-10)
    assert found["w5"] == pytest.approx(0.082167041, abs=5e-10)
    assert found["w1"] == pytest.approx(0.000438568, abs=5e-10)
    index = net.index
    assert found.nodes_a[index["o1"]] == pytest.approx([0.74136507], abs=5e-9)
    assert found.nodes_a[index["h1"]] == pytest.approx([0.036350306], abs=5e-10)
    stepped = found.update(0.5).parameters
    published = {
        "w1": 0.149780716,
        "w2": 0.19956143,
        "w3": 0.24975114,
        "w4": 0.29950229,
        "w5": 0.35891648,
        "w6": 0.408666186,
        "w7": 0.511301270,
        "w8": 0.561370121,
    }
    for name, value in published.items():
        assert stepped.values[stepped.find(name)] == pytest.approx(value, abs=5e-9), name


def test_karpathy_neuron():
    net = deepgraph.load(SPECS / "karpathy_neuron.json")
    found = net.gradient({"x1": 2, "x2": 0}, loss="output")
    assert found.loss == pytest.approx(0.7071067811865476)
    assert found.by_name == pytest.approx({"w1": 1.0, "w2": 0.0, "b": 0.5})
    assert found.inputs == pytest.approx(np.array([[-1.5, 0.5]]))
    assert net.jacobian({"x1": 2, "x2": 0}).tolist() == [found.inputs.tolist()]


# --- kinks, ties and zeros ----------------------------------------------------------------


def one_node(activation="identity", aggregation="sum", weights=(1,), wires=False):
    """Inputs x1, x2, … into one output y."""
    names = [f"x{i + 1}" for i in range(len(weights))]
    node = {"id": "y", "kind": "output", "activation": activation, "aggregation": aggregation}
    edges = [
        {"source": name, "target": "y"} | ({} if wires else {"label": f"w{name[1:]}", "weight": w})
        for name, w in zip(names, weights, strict=True)
    ]
    nodes = [{"id": name, "kind": "input"} for name in names]
    return network({"deepgraph": 1, "nodes": [*nodes, node], "edges": edges})


@pytest.mark.parametrize(
    ("activation", "at", "slope"),
    [
        ("relu", 0.0, 0.0),
        ("relu", -0.0, 0.0),
        ({"name": "leaky_relu", "alpha": 0.25}, 0.0, 0.25),
        ({"name": "elu", "alpha": 2}, 0.0, 2.0),
        ("celu", 0.0, 1.0),
        ("abs", 0.0, 0.0),
        ("step", 0.0, 0.0),
        ({"name": "step", "at_zero": 0.5}, 0.0, 0.0),
        ("sign", 0.0, 0.0),
        ({"name": "hard_sigmoid", "alpha": 0.25, "beta": 0.5}, -2.0, 0.0),
        ({"name": "hard_sigmoid", "alpha": 0.25, "beta": 0.5}, 2.0, 0.0),
        ("relu6", 0.0, 0.0),
        ("relu6", 6.0, 0.0),
        ("thresholded_relu", 1.0, 0.0),
        ("floor", 2.0, 0.0),
        ("round", 2.5, 0.0),
        ("hard_swish", -3.0, 0.0),
        ("hard_swish", 3.0, 1.0),
        ("hard_tanh", -1.0, 0.0),
        ("hard_tanh", 1.0, 0.0),
    ],
)
def test_the_slope_at_a_kink_is_the_stated_one(activation, at, slope):
    net = one_node(activation)
    assert net.jacobian([[at]]).tolist() == [[[slope]]]
    assert net.gradient([[at]], loss="output")["w1"] == slope * at


@pytest.mark.parametrize(
    ("aggregation", "x", "slopes"),
    [
        ("max", [1, 1, 0], [1, 0, 0]),
        ("max", [0, 1, 1], [0, 1, 0]),
        ("max", [-0.0, 0.0, -1], [1, 0, 0]),
        ("min", [1, 0, 0], [0, 1, 0]),
        ("min", [2, 2, 2], [1, 0, 0]),
        ("product", [0, 3, 5], [15, 0, 0]),
        ("product", [0, 3, 0], [0, 0, 0]),
        ("product", [2, 3, 5], [15, 10, 6]),
        ("product", [1e-300, 1e-300, 5], [5e-300, 5e-300, 0]),
        ("mean", [1, 2, 3], [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_ties_zeros_and_means(aggregation, x, slopes):
    net = one_node(aggregation=aggregation, weights=(1, 1, 1))
    found = net.gradient([x], loss="output")
    assert found.inputs.tolist() == [slopes]
    assert list(found.by_name.values()) == [s * v for s, v in zip(slopes, x, strict=True)]


@pytest.mark.parametrize("aggregation", ["sum", "mean", "product", "max", "min"])
def test_an_aggregation_of_one_edge_is_the_edge(aggregation):
    net = one_node(aggregation=aggregation, weights=(3,))
    assert net.gradient([[5.0]], loss="output").by_name == {"w1": 5.0}
    assert net.jacobian([[5.0]]).tolist() == [[[3.0]]]


# --- what adds up -------------------------------------------------------------------------


def test_shared_labels_value_biases_and_unlabelled_edges_add_up():
    builder = deepgraph.Builder()
    builder.input("x")
    builder.node("h")
    builder.output("y")
    builder.bias("b", 0.5, "h", "y")
    builder.edge("x", "h", "w", 2)
    builder.edge("h", "y", "w", 2)
    builder.edge("x", "y", weight=3)
    found = builder.build().gradient({"x": [1.0, 10.0]}, loss="output", reduction="sum")
    # y = w(wx + b) + b + 3x
    assert found.by_name == {"b": 2 * (2 + 1), "w": (2.5 + 2) + (20.5 + 20), "x→y": 11.0}
    assert found["w"] == 45.0
    assert found.edges.tolist() == [2.0, 1.0, 22.0, 23.0, 11.0]  # wires too, as if they had weights
    with pytest.raises(KeyError, match="w9"):
        found["w9"]


def test_layers_have_the_gradient_of_their_edges():
    net = deepgraph.load(SPECS / "iris.json")
    X = np.random.default_rng(3).uniform(0, 5, (4, len(net.inputs)))
    found = net.gradient(X, dict.fromkeys(net.output_names, 0.25), "cross_entropy")
    weighted = net.edge_parameter >= 0
    assert same(found.parameters[net.edge_parameter[weighted]], found.edges[weighted])
    assert next(iter(found.by_name)) == "W1[1,1]"
    assert found["W1[1,2]"] == found.parameters[1]


def test_a_frozen_parameter_has_a_gradient_and_stays():
    builder = deepgraph.Builder()
    builder.input("x")
    builder.output("y")
    builder.edge("x", "y", "w", 2, trainable=False)
    builder.bias("b", 1, "y")
    net = builder.build()
    found = net.gradient({"x": 3}, {"y": 0})
    assert found.by_name == {"w": 21.0, "b": 7.0}
    stepped = found.update(0.5)
    assert dict(zip(found.by_name, stepped.parameters.values.tolist(), strict=True)) == {
        "b": 1 - 3.5,
        "w": 2.0,
    }
    assert net.parameters.values.tolist() == [1.0, 2.0]


def test_descent_lowers_the_loss():
    net = deepgraph.load(SPECS / "mazur.json")
    batch = ({"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99})
    before = net.loss(*batch)
    for _ in range(20):
        net = net.gradient(*batch).update(0.5)
    assert net.loss(*batch) < 0.8 * before


# --- bits, infinities, depth --------------------------------------------------------------


@examples(50)
@given(cases())
def test_a_row_has_the_same_bits_alone_and_in_a_batch(case):
    net, X, targets, loss, _ = case
    alone = [
        net.gradient(X[[i]], {k: t[[i]] for k, t in targets.items()}, loss, "sum")
        for i in range(len(X))
    ]
    many = [i % len(X) for i in range(300)]  # longer than ordered.NARROW
    batch = net.gradient(X[many], {k: t[many] for k, t in targets.items()}, loss, "sum")
    edges = np.zeros(len(net.source))
    for row, i in enumerate(many):
        edges = edges + alone[i].edges  # from the first row to the last
        assert same(alone[i].nodes_a[:, 0], batch.nodes_a[:, row])
        assert same(alone[i].nodes_z[:, 0], batch.nodes_z[:, row])
        assert same(alone[i].row_losses, batch.row_losses[[row]])
    assert same(edges + 0.0, batch.edges + 0.0)  # a first -0.0 stays, 0.0 - 0.0 is 0.0


def test_a_node_that_the_loss_does_not_see_has_an_exact_zero():
    builder = deepgraph.Builder()
    builder.input("x")
    builder.node("dead", "log")
    builder.edge("x", "dead", "w1", 0)
    builder.output("y")
    builder.edge("x", "y", "w2", 5)
    builder.output("z")
    builder.edge("dead", "z", "w3", 2)
    builder.node("s1", {"name": "softmax", "group": "g"}, kind="output")
    builder.edge("dead", "s1", "w4", 1)
    net = builder.build()
    found = net.gradient([[3.0]], {"y": 14})
    assert found.trace["dead"] == [-np.inf]
    assert found.by_name == {"w1": 0.0, "w2": 3.0, "w3": 0.0, "w4": 0.0}
    assert found.inputs.tolist() == [[5.0]]
    assert np.isnan(net.gradient([[3.0]], {"s1": 1})["w4"])


def test_nan_in_one_row_stays_there():
    net = one_node("tanh", "max", (1, 2))
    found = net.gradient([[np.nan, 1], [3, 1]], {"y": 0})
    assert np.isnan(found.loss)
    assert np.isnan(found.inputs).tolist() == [[True, True], [False, False]]
    assert np.isnan(found.parameters).all()


def test_infinity_flows_through():
    found = one_node("exp").gradient([[1000.0]], loss="output")
    assert found.loss == found["w1"] == np.inf
    assert one_node("tanh").gradient([[np.inf]], loss="output").inputs.tolist() == [[0.0]]


@pytest.mark.slow
def test_a_chain_of_100_000_nodes():
    length = 100_000
    builder = deepgraph.Builder()
    builder.input("n0")
    for i in range(1, length):
        builder.node(f"n{i}", kind="output" if i == length - 1 else "hidden")
        builder.edge(f"n{i - 1}", f"n{i}", f"w{i}", (0.5, 2)[i % 2])
    found = builder.build().gradient([[3.0]], loss="output")
    assert found.inputs.tolist() == [[2.0]]
    assert found["w1"] == 3.0  # y/w1 = 6/2
    assert found["w2"] == 12.0


# --- softmax, by hand and mixed -----------------------------------------------------------


def test_the_jacobian_of_softmax():
    net = deepgraph.load(SPECS / "iris.json")
    X = np.random.default_rng(5).uniform(0, 5, (3, len(net.inputs)))
    found = net.gradient(X, loss="cross_entropy", targets={net.output_names[1]: 1}, reduction="sum")
    a, t = found.trace.a[net.outputs], np.array([[0.0], [1.0], [0.0]])
    assert found.nodes_z[net.outputs] == pytest.approx(a - t, rel=1e-13, abs=1e-15)
    assert found.nodes_a[net.outputs] == pytest.approx(-t / a, rel=1e-15)
    assert net.jacobian(X).sum(axis=1) == pytest.approx(0, abs=1e-15)


def test_fused_nodes_that_feed_other_targets():
    """Softmax s1, s2, s3, of which two have targets; s3 and s1 feed a sigmoid with a target."""
    builder = deepgraph.Builder()
    builder.input("x")
    for i in (1, 2, 3):
        builder.node(f"s{i}", "softmax", kind="output")
        builder.edge("x", f"s{i}", f"w{i}", i / 2)
    builder.output("y", "sigmoid")
    builder.edge("s3", "y", "v3", 1.5)
    builder.edge("s1", "y", "v1", -0.7)
    builder.output("z", "sigmoid")
    builder.edge("y", "z", "u", 0.9)
    case = (
        builder.build(),
        np.array([[0.3], [-0.8]]),
        {"z": 0.2, "s2": np.array([0.6, 0.1]), "y": 0.75, "s1": 1.3},
        "cross_entropy",
        "mean",
    )
    found = case[0].gradient(*case[1:])
    oracle = Oracle(*case)
    assert found.loss == pytest.approx(oracle(oracle.point), rel=1e-14)
    assert distance(parts(found), oracle.gradient()) <= 1e-14


# --- the doors ----------------------------------------------------------------------------


def test_gradients_are_float64():
    trace = one_node().trace([[1.0]], dtype=np.float32)
    with pytest.raises(InputError, match="float64, got float32"):
        gradient(trace, {"y": 1})
    with pytest.raises(InputError, match="float64, got float32"):
        jacobian(trace)


def test_no_rows_have_a_jacobian_and_no_loss():
    net = one_node(weights=(1, 2))
    assert net.jacobian(np.zeros((0, 2))).shape == (0, 1, 2)
    with pytest.raises(InputError, match="at least one row"):
        net.gradient(np.zeros((0, 2)), {"y": 1})


def test_what_cannot_be_evaluated_has_no_gradient():
    net = one_node(weights=(None,))
    with pytest.raises(deepgraph.UninitialisedError, match="w1"):
        net.gradient([[1.0]], {"y": 1})
    with pytest.raises(InputError, match=r"shape \(rows, 1\)"):
        net.jacobian([[1.0, 2.0]])


def test_a_step_to_nan_is_refused():
    """NaN stands for a parameter without a value, so the network would seem uninitialised."""
    found = one_node().gradient([[np.nan]], {"y": 1})
    with pytest.raises(InputError, match=r"the step makes w1 NaN: .*, gradient nan; look for NaN"):
        found.update(0.5)
    with pytest.raises(InputError, match="learning rate nan"):
        one_node().gradient([[1.0]], {"y": 1}).update(float("nan"))


@pytest.mark.parametrize(("rows", "said"), [(1, "1 row"), (3, "3 rows")])
def test_a_gradient_says_what_it_is_of(rows, said):
    builder = deepgraph.Builder()
    builder.input("x")
    builder.output("y")
    builder.edge("x", "y", "w", 1.0)
    builder.bias("b", 0.0, "y")
    net = builder.build()
    found = repr(net.gradient({"x": [1.0] * rows}, {"y": 0.5}))
    assert found == f"<Gradient of {net.name}: loss 0.125, 2 parameters, {said}>"
    named = deepgraph.load(SPECS / "xor.json")
    assert repr(named.gradient([[0, 1]], {"y": 1})).startswith("<Gradient of xor: loss ")
