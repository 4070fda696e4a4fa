"""Worked arithmetic as `explain` prints it and as the scripts of the live page do, side by side."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import numpy as np

from deepgraph.explain.expressions import Symbol
from deepgraph.explain.spelling import subscripts
from deepgraph.explain.text import one_line
from deepgraph.live.arithmetic import arithmetic
from deepgraph.live.functions import recorded_losses
from deepgraph.live.program import program
from deepgraph.live.scripts import NUMBERS, WORDS
from deepgraph.spec.writing import write
from tests.support.live import all_losses, run_node

SECTIONS = ("Forward", "Stages", "Loss", "Backward")

# The functions of doubles are Python's: their last bits are another test's matter.
MAIN = """
const spoken = (one, program) => {
  const slopes = one.slopes.map((pairs) => new Map(pairs));
  program.run = slopes.map((known) => ({ slope: (z) => known.get(z) }));
  const trace = { rows: 1, z: Float64Array.from(one.z), a: Float64Array.from(one.a) };
  trace.exponentials = [];
  const exps = new Map(one.exps);
  for (const members of program.softmax) {
    const largest = Math.max(...Array.from(members, (node) => trace.z[node]));
    for (const node of members) trace.exponentials[node] = exps.get(trace.z[node] - largest);
  }
  const { precision, fractions, typed, node, goal, gradient } = one;
  const options = { precision, fractions, typed, node, goal, gradient };
  const values = one.values ? Float64Array.from(one.values) : program.values;
  const texts = (step) => [saidStep(step).title, step.note, step.lines.map((line) => line.text)];
  const sections = explain(program, values, trace, options);
  return sections.map(({ title, steps }) => [title, steps.map(texts)]);
};
const main = (networks) => networks.map(({ data, cases }) => {
  const program = readProgram(data, []);
  return cases.map((one) => spoken(one, program));
});
"""


def spoken(networks, **options):
    """What the scripts say in one process, for a list of what `programmed` returns."""
    before = f"const LOSSES = {recorded_losses()};\n"
    names = (*NUMBERS, *WORDS)
    return run_node(MAIN, networks, names=names, before=before, **options)


def programmed(net, cases, language="en"):
    """A network and its cases as data for `spoken`."""
    found = program(net)
    more = {"arithmetic": arithmetic(net, language), "losses": all_losses(found)}
    return {"data": found | more, "cases": cases}


def case(net, inputs, targets=None, loss="half_squared_error", values=None, **options):
    """One case as data for `spoken`, and what Python says: sections of steps of lines, as texts.

    Inputs and targets that are texts, such as 1/3, are typed; `values` are those of the parameters
    where a page has changed them, and `net` has them already.
    """
    node = options.get("node")
    if targets is None and loss != "output":
        loss = None  # there is nothing to compare with
    if loss == "output":
        options.setdefault("of", net.output_names[0])  # a page names the node
    explanation = net.explain(inputs, targets, loss=loss, **options)
    expected = [_section(section) for section in explanation.sections if section.title in SECTIONS]
    doubles = {name: _double(value) for name, value in inputs.items()}
    trace = net.trace(doubles)
    z, a = trace.z[:, 0], trace.a[:, 0]
    given = {
        "values": None if values is None else values,
        "typed": _typed(net, inputs, targets or {}),
        "z": z,
        "a": a,
        "precision": options.get("precision"),
        "fractions": options.get("fractions", False),
        "node": None if node is None else net.index[node],
        "slopes": _slopes(net, z),
        "exps": _exps(net, z),
    }
    if targets is not None or loss == "output":
        wanted = {name: _double(value) for name, value in (targets or {}).items()}
        found = net.gradient(doubles, wanted or None, loss, "sum", of=options.get("of"))
        numbers = [net.index[name] for name in wanted]
        if "of" in options:
            loss = f"output {options['of']}"
        given["goal"] = {"loss": loss, "nodes": numbers, "targets": list(wanted.values())}
        given["gradient"] = {
            "loss": found.loss,
            "da": found.nodes_a[:, 0],
            "dz": found.nodes_z[:, 0],
            "edges": found.edges,
            "values": found.parameters,
        }
    return given, expected


def _double(value):
    return float(Fraction(value)) if isinstance(value, str) else float(value)


def _typed(net, inputs, targets):
    """The texts among inputs and targets, by node number."""
    texts = {
        key: {str(net.index[name]): text for name, text in given.items() if isinstance(text, str)}
        for key, given in (("inputs", inputs), ("targets", targets))
    }
    return {key: found for key, found in texts.items() if found}


def _section(section):
    return [section.title, [_step(step) for step in section.steps]]


def _step(step):
    title = subscripts(step.title.name) if isinstance(step.title, Symbol) else step.title
    return [title, step.note, [one_line(line) for line in step.lines]]


def _slopes(net, z):
    """By function, pairs of z and slope of its nodes."""
    found = [[] for _ in net.functions]
    for node in range(len(net.ids)):
        function = net.activation(node).bare
        if net.kind[node] > 1 and function.row is not None:
            slope = float(function.derivative(z[[node]])[0])
            found[net.function[node]].append([z[node], slope])
    return found


def _exps(net, z):
    with np.errstate(all="ignore"):
        shifted = [z[members] - z[members].max() for members in net.softmax_groups]
        return [
            [float(x), float(np.exp(x))] for group in shifted for x in group if not math.isnan(x)
        ]


def compared(networks, cases):
    """Compare the lines of all cases, and return how many there were.

    Args:
        networks: the networks.
        cases: by network what `case` returned.
    """
    data = [
        programmed(net, [given for given, _ in each])
        for net, each in zip(networks, cases, strict=True)
    ]
    count = 0
    for net, each, found in zip(networks, cases, spoken(data), strict=True):
        for (given, expected), said in zip(each, found, strict=True):
            options = {key: given[key] for key in ("precision", "fractions", "node")}
            ours, theirs = flat(expected), flat(said)
            for python, script in zip(ours, theirs, strict=False):
                assert python == script, f"{net.spec.name or json.dumps(spec_of(net))}, {options}"
            assert len(ours) == len(theirs)
            count += sum(len(step[2]) for _, steps in expected for step in steps)
    return count


def flat(sections):
    """Headings, titles, notes and lines, each with the heading that it stands under."""
    return [
        (title, text)
        for title, steps in sections
        for heading, note, lines in steps
        for text in (heading, note, *lines)
    ]


def spec_of(net):
    """The spec of a network as data, to be put into a message."""
    return json.loads(write(net.spec))
