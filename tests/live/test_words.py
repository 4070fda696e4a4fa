"""What the page asks of the arithmetic: one node, one edge, the steps; in every language."""

from __future__ import annotations

import json
import random

import pytest

import deepgraph
from deepgraph.explain.text import one_line
from deepgraph.live import functions, scripts
from deepgraph.live.arithmetic import arithmetic
from deepgraph.live.languages import LANGUAGES
from deepgraph.spec import gallery
from tests.support.live import run_networks, run_node
from tests.support.spoken import programmed
from tests.support.strategies import irregular, network, renamed

NAMES = (*scripts.NUMBERS, *scripts.WORDS)
MAIN = """
const main = ({ data, inputs, targets, loss }) => {
  const program = readProgram(data);
  const { values } = program;
  const trace = evaluate(program, values, inputs);
  const goal = { loss, nodes: program.outputs, targets: Float64Array.from(targets) };
  const edges = Array.from(program.source.keys());
  const nodes = program.ids.map((_, node) => node);
  const textsOf = (lines) => lines.map(({ text }) => text);
  const only = (said) => said.map(({ title, note, lines }) => [title, note, textsOf(lines)]);
  return {
    nodes: nodes.map((node) => only(explainNode(program, values, trace, node))),
    backward: nodes.map((node) => only(explainBackward(program, values, trace, node, { goal }))),
    edges: edges.map((edge) => {
      const { forward, backward } = explainEdge(program, values, trace, edge, { goal });
      return [only(forward), only(backward)];
    }),
    steps: explainSteps(program, values, trace, { goal })
      .map((step) => ({ ...step, lines: only([step.said()])[0][2] })),
    forward: explainSteps(program, values, trace).length,
  };
};
"""


def said(net, inputs, targets, loss="half_squared_error", language="en"):
    given = {**programmed(net, [], language), "inputs": inputs, "targets": targets, "loss": loss}
    return run_node(functions.script(net) + MAIN, given, names=NAMES)


@pytest.fixture(scope="module")
def deep_state():
    net = deepgraph.load(gallery.path("deep_state"))
    return net, said(net, [0.5], [1.0])


def test_a_node_has_its_lines_forward_and_backward(deep_state):
    net, found = deep_state
    lines = net.explain({"x": 0.5}, {"y": 1}).lines
    g1 = net.index["g1"]
    ours = [one_line(line) for line in lines if line.name == "g1" and line.quantity in ("z", "a")]
    assert found["nodes"][g1] == [["g₁", "", ours]]
    [[title, _, backward]] = found["backward"][g1]
    assert title == "g₁"
    assert backward[0].startswith("∂loss/∂g₁ = ∂loss/∂y · ∂y/∂g₁")
    assert {"w₃", "w₅", "b₃"} == {line.split()[0].removeprefix("∂loss/∂") for line in backward[3:]}
    assert set(backward) <= {one_line(line) for line in lines}


def test_a_bias_has_the_line_of_its_derivative(deep_state):
    net, found = deep_state
    assert found["nodes"][net.index["b3"]] == []
    [[_, _, lines]] = found["backward"][net.index["b3"]]
    assert [line.split(" = ")[0] for line in lines] == ["∂loss/∂b₃"]


def test_an_edge_has_the_sum_of_its_target_and_the_derivative_of_its_weight(deep_state):
    net, found = deep_state
    ends = [(net.ids[s], net.ids[t]) for s, t in zip(net.source, net.target, strict=True)]
    forward, backward = found["edges"][ends.index(("h1", "g2"))]
    assert forward[0][2][0].startswith("z(g₂) = w₄·h₁ + w₆·h₂ + b₄")
    assert [line.split(" = ")[0] for step in backward for line in step[2]] == ["∂loss/∂w₄"]
    forward, backward = found["edges"][ends.index(("b4", "g2"))]
    assert [line.split(" = ")[0] for step in backward for line in step[2]] == ["∂loss/∂b₄"]


def test_the_steps_walk_forward_then_backward(deep_state):
    net, found = deep_state
    steps = [(step["phase"], [net.ids[node] for node in step["nodes"]]) for step in found["steps"]]
    forward = ["x", "h1", "h2", "g1", "g2", "y"]
    backward = ["y", "g2", "g1", "h2", "h1", "x"]
    assert steps == [
        *(("Forward", [name]) for name in forward),
        ("Loss", ["y"]),
        *(("Backward", [name]) for name in backward),
    ]
    assert found["forward"] == len(forward)
    assert found["steps"][1]["sentence"] == (
        "h₁ multiplies each value that arrives by its weight, and adds them up. "
        "Then ReLU is applied."
    )
    assert found["steps"][1]["sentenceRuns"][:2] == [["h", 4], ["1", 1]]
    lines = [line for step in found["steps"] for line in step["lines"]]
    python = net.explain({"x": 0.5}, {"y": 1})
    wanted = [
        one_line(line)
        for s in python.sections
        if s.title != "Stages"
        for step in s.steps
        for line in step.lines
    ]
    assert lines == wanted


SHARED = {
    "deepgraph": 1,
    "nodes": [
        *({"id": name, "kind": "input"} for name in ("x1", "x2")),
        {"id": "u", "kind": "bias", "value": 0.5},
        {"id": "m", "activation": "step", "aggregation": "max"},
        {"id": "p", "activation": "tanh", "aggregation": "product"},
        {"id": "y", "kind": "output", "activation": "softmax"},
        {"id": "z2", "kind": "output", "activation": "softmax"},
    ],
    "edges": [
        {"source": "x1", "target": "m", "label": "w", "weight": 2},
        {"source": "x2", "target": "m", "label": "w", "weight": 2},
        {"source": "x1", "target": "p", "weight": 3},
        {"source": "u", "target": "p"},
        {"source": "u", "target": "m"},
        {"source": "m", "target": "y", "label": "v", "weight": 1},
        {"source": "p", "target": "z2", "weight": -1},
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_step_has_a_sentence(language):
    net = network(SHARED)
    found = said(net, [0.5, 0.5], [1.0, 0.0], "cross_entropy", language)
    sentences = [step["sentence"] for step in found["steps"]]
    assert all(sentence[-1] in ".?" and "{" not in sentence for sentence in sentences), sentences
    assert len(set(sentences)) >= 10
    english = said(net, [0.5, 0.5], [1.0, 0.0], "cross_entropy")["steps"]
    assert [step["nodes"] for step in english] == [step["nodes"] for step in found["steps"]]
    same = [a["sentence"] == b["sentence"] for a, b in zip(english, found["steps"], strict=True)]
    assert all(same) if language == "en" else not any(same)


def test_parts_of_a_shared_weight_and_their_sum():
    net = network(SHARED)
    found = said(net, [0.5, 0.5], [1.0, 0.0], "cross_entropy")
    _, backward = found["edges"][0]
    lefts = [line.split(" = ")[0].split(" ≈ ")[0] for step in backward for line in step[2]]
    assert lefts == ["∂z(m)/∂x₁", "∂z(m)/∂w(x₁→m)", "∂loss/∂w(x₁→m)", "∂loss/∂w"]
    [softmax] = [step for step in found["nodes"][net.index["y"]] if step[0] == "softmax"]
    assert softmax[2][0].startswith("largest z = max(")


def test_a_node_without_influence_has_no_way_back():
    spec = {**SHARED, "nodes": [*SHARED["nodes"], {"id": "idle", "kind": "output"}]}
    spec["edges"] = [*SHARED["edges"], {"source": "x1", "target": "idle"}]
    net = network(spec)
    main = MAIN.replace("nodes: program.outputs", "nodes: program.outputs.slice(0, 2)")
    given = {
        **programmed(net, []),
        "inputs": [0.5, 0.5],
        "targets": [1.0, 0.0],
        "loss": "cross_entropy",
    }
    found = run_node(functions.script(net) + main, given, names=NAMES)
    assert found["backward"][net.index["idle"]] == []


SAME = """
const main = (networks) => networks.map(({ inputs, loss, fractions }, number) => {
  const program = programs[number];
  const trace = evaluate(program, program.values, inputs);
  const goal = { loss, nodes: program.outputs, targets: program.outputs.map(() => 0.5) };
  const texts = (steps) => steps.flatMap(({ lines }) => lines.map(({ text }) => text));
  const [forward, ...others] = explain(program, program.values, trace, { goal, fractions });
  const { steps: back } = others.pop();
  const ofNode = (steps, node) => steps.filter(({ members }) => members.includes(node));
  const wrong = [];
  let count = 0;
  const hold = (ours, theirs) => {
    count += theirs.length;
    if (ours.join() !== theirs.join()) wrong.push([ours, theirs]);
  };
  program.ids.forEach((id, node) => {
    const options = { goal, fractions };
    if (program.kind[node] > 1) {
      const at = [program, program.values, trace, node, options];
      hold(texts(explainNode(...at)), texts(ofNode(forward.steps, node)));
      hold(texts(explainBackward(...at)), texts(ofNode(back, node)));
    }
  });
  program.source.forEach((_, edge) => {
    const { backward } = explainEdge(program, program.values, trace, edge, { goal, fractions });
    const all = new Set(texts(back));
    hold(texts(backward).filter((text) => !all.has(text)), []);
    count += texts(backward).length;
  });
  return { count, wrong };
});
"""


def test_one_node_by_itself_has_the_lines_of_the_whole():
    rng = random.Random(11)
    nets, given = [], []
    for number in range(60):
        functions_ = None if number % 2 else ["identity", "relu", "abs", "hard_tanh", "tanh"]
        made = irregular(rng, 3, 2, 8, functions_, ["sum", "sum", "max", "mean", "product"])
        nets.append(network(renamed(rng, made)))
        inputs = [rng.choice((0.0, 0.5, -2.0, rng.gauss(0, 2))) for _ in nets[-1].input_names]
        given.append({"inputs": inputs, "loss": "squared_error", "fractions": number % 3 == 0})
    parts = ({"arithmetic": arithmetic(net)} for net in nets)
    more = "".join(
        f"Object.assign(programs[{number}].data, {json.dumps(part)});\n"
        for number, part in enumerate(parts)
    )
    found = run_networks(more + SAME, nets, given, names=NAMES)
    for net, one in zip(nets, found, strict=True):
        assert not one["wrong"], net
    assert sum(one["count"] for one in found) > 5_000
