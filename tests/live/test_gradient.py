"""Values, losses and gradients in JavaScript against `Network.gradient`, all functions included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import deepgraph
from deepgraph.functions.losses import LOSSES
from tests.support.gradients import cases
from tests.support.live import PLAIN, run_networks
from tests.support.strategies import SPECS, bits, irregular_specs, network

GRADIENT = """
const main = (cases) => cases.map(({ inputs, rows, loss, nodes, targets, reduction }, number) => {
  const program = programs[number];
  const trace = evaluate(program, program.values, inputs, newTrace(program, rows));
  const aim = { nodes: Int32Array.from(nodes), targets: Float64Array.from(targets) };
  const found = gradient(program, program.values, trace, { loss, reduction, ...aim });
  const { z, a } = trace, { loss: value, rowLosses, values, edges, da, dz } = found;
  return [z, a, [value], rowLosses, values, edges, da, dz];
});
"""


def gathered(strategy, count):
    """So many examples of a strategy, always the same."""
    found = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def gather(case):
        found.append(case)

    gather()
    return found


def gradients(chosen):
    """Of each case the arrays that JavaScript computes, and those of Python."""
    tasks = []
    for net, X, targets, loss, reduction in chosen:
        nodes = sorted(net.index[name] for name in targets)
        wanted = [np.broadcast_to(targets[net.ids[node]], len(X)) for node in nodes]
        tasks.append(
            {
                "inputs": X.T.ravel(),
                "rows": len(X),
                "loss": loss if targets else f"{loss} {net.output_names[0]}",
                "nodes": nodes,
                "targets": np.array(wanted).ravel(),
                "reduction": reduction,
            }
        )
    found = run_networks(GRADIENT, [case[0] for case in chosen], tasks)
    for case, arrays in zip(chosen, found, strict=True):
        net, X, targets, loss, reduction = case
        g = net.gradient(X, targets or None, loss, reduction)
        expected = [g.trace.z.ravel(), g.trace.a.ravel(), [g.loss], g.row_losses, g.parameters]
        expected += [g.edges, g.nodes_a.ravel(), g.nodes_z.ravel()]
        yield case, [np.array(a, float) for a in arrays], list(map(np.asarray, expected))


def test_plain_arithmetic_gives_the_bits_of_python():
    plain = cases(lambda: irregular_specs(list(PLAIN)))
    seen = set()
    for case, found, expected in gradients(gathered(plain, 150)):
        for left, right in zip(found, expected, strict=True):
            assert (bits(left) == bits(right)).all(), case
        seen |= {case[3]}
    assert seen >= set(LOSSES) - {"cross_entropy"}


def test_all_functions_and_losses_agree():
    seen = set()
    for case, found, expected in gradients(gathered(cases(), 150)):
        for left, right in zip(found, expected, strict=True):
            scale = max(1.0, np.max(np.abs(right), initial=0.0))
            assert np.max(np.abs(left - right), initial=0.0) <= 1e-12 * scale, case
        seen |= {case[3]}
    assert seen == set(LOSSES)


def test_infinities_and_nan_flow_as_in_python():
    specs = gathered(irregular_specs(list(PLAIN)), 40)
    odd = np.array([[np.inf, -np.inf, 0.0], [np.nan, 1.0, -0.0], [1e308, -1e308, 5e-324]])
    chosen = []
    for net in map(network, specs):
        X = odd[:, : len(net.inputs)]
        chosen.append((net, X, dict.fromkeys(net.output_names, 0.5), "squared_error", "mean"))
    for case, found, expected in gradients(chosen):
        for left, right in zip(found, expected, strict=True):
            assert (bits(left) == bits(right)).all(), case


@pytest.mark.parametrize("name", ["mazur", "karpathy_neuron", "iris", "xor"])
def test_gallery(name):
    net = deepgraph.load(SPECS / f"{name}.json")
    rng = np.random.default_rng(5)
    X = rng.uniform(-1, 1, (7, len(net.inputs)))
    targets = {output: rng.uniform(0, 1, 7) for output in net.output_names}
    for _, found, expected in gradients([(net, X, targets, "half_squared_error", "mean")]):
        for left, right in zip(found, expected, strict=True):
            assert np.allclose(left, right, rtol=1e-13, atol=1e-13)
