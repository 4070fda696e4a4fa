"""Random networks with rows and a loss at which derivatives are well defined."""

from __future__ import annotations

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from deepgraph.graph.kinds import BIAS, INPUT
from tests.support.strategies import network, specs

AT_ZERO = [
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "step",
    "sign",
    "abs",
    "log",
    "inverse",
    "sqrt",
]
KINKS = {**dict.fromkeys(AT_ZERO, (0.0,)), "hard_swish": (-3.0, 3.0), "relu6": (0.0, 6.0)}
KINKS["floor"] = tuple(np.arange(-30.0, 31.0))
KINKS["round"] = tuple(np.arange(-30.5, 31.0))


def kinks(function):
    """The points gain·z where the derivative of an activation jumps."""
    given = function.settings
    if function.name == "hard_tanh":
        return [given["min"], given["max"]]
    if function.name == "thresholded_relu":
        return [given["alpha"]]
    if function.name == "hard_sigmoid":
        alpha, beta = given["alpha"], given["beta"]
        return [-beta / alpha, (1 - beta) / alpha] if alpha else []
    return KINKS.get(function.name, ())


def sound_rows(trace, margin):
    """The rows where all values are moderate and none lies within `margin` of a kink."""
    net = trace.network
    sound = np.ones(trace.rows, np.bool)
    with np.errstate(all="ignore"):
        for node, z in enumerate(trace.z):
            sound &= (np.abs(z) < 30) & (np.abs(trace.a[node]) < 30)
            if net.kind[node] == INPUT and net.has_z(node):
                for limit in ("min", "max"):
                    at = net.normalise.given(node).get(limit, np.inf)
                    sound &= np.abs(z - at) > margin
            if net.kind[node] in (INPUT, BIAS):
                continue
            function = net.activation(node)
            if function.row is not None:
                for kink in kinks(function):
                    sound &= np.abs(function.gain * z - kink) > margin * max(1, abs(function.gain))
                sound &= np.abs(function.derivative(z)) < 30
            edges = net.incoming.of(node)
            if net.aggregations[node] in ("max", "min") and len(edges) > 1:
                terms = np.sort(net.weights[edges, None] * trace.a[net.source[edges]], axis=0)
                first, second = (-1, -2) if net.aggregations[node] == "max" else (0, 1)
                sound &= np.abs(terms[first] - terms[second]) > margin
    return sound


@st.composite
def cases(draw, networks=specs, margin=1e-6):
    """A network, sound rows, a loss with targets, and its reduction."""
    net = network(draw(networks()))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    X = rng.uniform(-2, 2, (200, len(net.inputs)))
    trace = net.trace(X)
    sound = np.flatnonzero(sound_rows(trace, margin))[: rng.integers(1, 6)]
    assume(len(sound))
    X = X[sound]
    neurons = [i for i in range(len(net.ids)) if net.kind[i] not in (INPUT, BIAS)]
    a = trace.a[:, sound]
    # The oracle writes ln(1 - a) as it stands, which loses digits close to 1.
    fit = [
        i
        for i in neurons
        if net.activation(i).name in ("softmax", "sigmoid")
        and not net.activation(i).rescaled
        and ((a[i] > 0.01) & (a[i] < 0.99)).all()
    ]
    losses = ["squared_error", "half_squared_error", "mean_squared_error", "absolute_error"]
    losses += ["mean_absolute_error", "huber", "hinge"]
    losses += ["output"] * (len(net.outputs) == 1) + ["cross_entropy"] * 3 * bool(fit)
    loss = losses[rng.integers(len(losses))]
    pool = fit if loss == "cross_entropy" else [*net.outputs, *rng.choice(neurons, 1)]
    chosen = rng.permutation(sorted({int(i) for i in pool}))[: rng.integers(1, 5)]
    targets = {net.ids[i]: rng.uniform(0, 1, len(X)) for i in chosen if loss != "output"}
    if loss == "hinge":
        targets = {name: np.where(t < 0.5, -1.0, 1.0) for name, t in targets.items()}
    return net, X, targets, loss, ["mean", "sum"][rng.integers(2)]
